//! Which permanent exclusions the schools' census returns carry.

use std::collections::BTreeMap;

use super::super::district::Town;
use super::super::phase::Phase;
use crate::demo::levels::{FIRST_YEAR, THIS_YEAR, returned_exclusions};
use crate::demo::random::Stream;

/// Decides for each permanent exclusion whether the census carries it: as many of those that stand as were
/// published for the phase and year. The year before the clock's is not published yet.
pub(in crate::demo::town) fn return_to_census(town: &mut Town, chance: &mut Stream) {
    let mut upheld: BTreeMap<(Phase, i32), Vec<usize>> = BTreeMap::new();
    for place in 0..town.exclusions.len() {
        let event = &town.exclusions[place];
        if !event.permanent || !(FIRST_YEAR..THIS_YEAR - 1).contains(&event.academic_year) {
            continue;
        }
        if event.stands() {
            let phase = town.school(event.school).phase;
            upheld.entry((phase, event.academic_year)).or_default().push(place);
        }
        town.exclusions[place].in_census = Some(false);
    }
    for ((phase, year), mut places) in upheld {
        for _ in 0..returned_exclusions(phase, year) {
            if places.is_empty() {
                break;
            }
            let place = places.swap_remove(chance.index(places.len()));
            town.exclusions[place].in_census = Some(true);
        }
    }
}
