//! Who is placed, and with whom.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::key_stage::KeyStage;
use super::super::pupil::{PupilId, Sen};
use super::super::roll::Seat;
use super::kind::Kind;
use crate::demo::provider::Population;
use crate::demo::providers::PROVIDERS;
use crate::demo::random::Stream;
use crate::demo::terms::plus;

/// Who has a seat, by national curriculum year.
pub(super) struct Seats {
    mainstream: BTreeMap<i32, Vec<Seat>>,
    special: BTreeMap<i32, Vec<Seat>>,
}

impl Seats {
    /// Groups the seats of a year by year group.
    pub(super) fn by_year_group(town: &Town, [primary, secondary, special]: [&[Seat]; 3], year: i32) -> Self {
        let grouped = |seats: &mut dyn Iterator<Item = &Seat>| {
            let mut groups: BTreeMap<i32, Vec<Seat>> = BTreeMap::new();
            for seat in seats {
                groups.entry(town.pupil(seat.pupil).nc_year(year)).or_default().push(*seat);
            }
            groups
        };
        Self {
            mainstream: grouped(&mut primary.iter().chain(secondary)),
            special: grouped(&mut special.iter()),
        }
    }
}

/// Chooses a pupil of the kind's year groups with a seat on the day, not placed already but for a few.
pub(super) fn choose_pupil(
    town: &Town,
    chance: &mut Stream,
    seats: &Seats,
    kind: &Kind,
    on: NaiveDate,
) -> Option<PupilId> {
    let wanted = chance.weighted(kind.years);
    for _ in 0..800 {
        let special = kind.reason == "EHCP_NAMED" && chance.chance(500);
        let groups = if special { &seats.special } else { &seats.mainstream };
        let Some(group) = groups.get(&wanted) else { continue };
        let seat = chance.pick(group);
        let pupil = town.pupil(seat.pupil);
        let here = seat.entered_on < on && seat.until.is_none_or(|until| until > plus(on, 60));
        let placed = town.placed_until.get(&seat.pupil).is_some_and(|until| *until >= on);
        if !here || (placed && !chance.chance(30)) {
            continue;
        }
        let eligible = match kind.reason {
            "EHCP_NAMED" => pupil.sen == Sen::Plan,
            "MENTAL_HEALTH" | "PHYSICAL_HEALTH" => chance.chance(if pupil.female { 1000 } else { 620 }),
            "NEW_ARRIVAL_NO_PLACE" => chance.chance(100),
            _ => chance.chance(pupil.risk()),
        };
        if eligible {
            return Some(seat.pupil);
        }
    }
    None
}

/// Chooses a provider of the population that takes the key stage; for education, health and care plans those for
/// autism and language more often.
pub(super) fn choose_provider(
    town: &Town,
    chance: &mut Stream,
    population: Population,
    health: bool,
    pupil: PupilId,
    nc_year: i32,
) -> Option<usize> {
    let key_stage = KeyStage::of(nc_year);
    let plan = town.pupil(pupil).sen == Sen::Plan;
    let suitable: Vec<(usize, u32)> = PROVIDERS
        .iter()
        .enumerate()
        .filter(|(_, provider)| provider.population == population && provider.key_stages.contains(&key_stage))
        .filter(|(_, provider)| {
            population != Population::State || (provider.kind == "HOSPITAL_MEDICAL") == health
        })
        .filter(|(_, provider)| plan || !matches!(provider.kind, "INDEPENDENT_SPECIAL" | "NMSS"))
        .map(|(place, provider)| (place, provider.weight))
        .collect();
    (!suitable.is_empty()).then(|| chance.weighted(&suitable))
}
