//! Who begins and ends education at home, so that the stock of each 1 September is its level exactly.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::pupil::PupilId;
use super::super::pupil::newcomer::Origin;
use super::super::roll::Leaver;
use super::super::today::today;
use super::HomeEducation;
use crate::demo::levels::{FIRST_YEAR, THIS_YEAR, home_educated};
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, plus};

/// Share of episodes that end each year before sixteen, per mille.
const RETURNS: u32 = 150;
/// Local wordings of reasons that the register knows; see the extract.
const REASONS: usize = 17;

/// Pupils who left a school early, by academic year and year group.
type LeftSchool = BTreeMap<(i32, i32), Vec<Leaver>>;

/// Lives through all the years. Starts and ends keep clear of 1 September, so that the stock of that
/// day is the same whether the day itself is counted or not.
pub(in crate::demo::town) fn live(town: &mut Town, chance: &mut Stream, leavers: &[Leaver]) {
    let mut left_school: LeftSchool = BTreeMap::new();
    for leaver in leavers {
        let year = academic_year(leaver.left_on);
        left_school.entry((year, town.pupil(leaver.pupil).nc_year(year))).or_default().push(*leaver);
    }
    let mut open: Vec<usize> = Vec::new();
    for _ in 0..home_educated(FIRST_YEAR) {
        let nc_year = i32::try_from(chance.between(1, 10)).unwrap_or(1);
        let pupil = town.newcomer(chance, FIRST_YEAR, nc_year, false, Origin::Here);
        let started_on = chance.day(date(FIRST_YEAR - 2, 9, 5), date(FIRST_YEAR, 7, 20));
        open.push(begin(town, chance, pupil, started_on, chance_of_school(nc_year)));
    }
    for year in FIRST_YEAR..=THIS_YEAR {
        let before = open.len();
        open.retain(|place| !ends(town, chance, *place, year));
        let ended = before - open.len();
        let level = usize::try_from(home_educated(year + 1)).unwrap_or_default();
        let starts = if year == THIS_YEAR { 26 } else { (level + ended).saturating_sub(before) };
        for _ in 0..starts {
            let (pupil, started_on, from_school) = beginner(town, chance, &mut left_school, year);
            open.push(begin(town, chance, pupil, started_on, from_school));
        }
    }
}

fn chance_of_school(nc_year: i32) -> bool {
    nc_year > 2
}

/// Ends the episode in the year: at the end of compulsory school age, or now and then before.
fn ends(town: &mut Town, chance: &mut Stream, place: usize, year: i32) -> bool {
    let Some(episode) = town.home_education.get(place) else { return false };
    let nc_year = town.pupil(episode.pupil).nc_year(year);
    let last = if year == THIS_YEAR { plus(today(), -2) } else { date(year + 1, 7, 18) };
    let end = if nc_year >= 11 && year < THIS_YEAR {
        Some((date(year + 1, 6, 26), "Reached 16"))
    } else if chance.chance(if year == THIS_YEAR { RETURNS / 12 } else { RETURNS }) {
        let reason = chance.weighted(&[
            ("Returned to school", 6),
            ("Moved out of area", 3),
            ("School attendance order", 1),
            ("Special school named", 1),
        ]);
        Some((chance.day(date(year, 9, 8), last), reason))
    } else {
        None
    };
    if let Some(episode) = town.home_education.get_mut(place) {
        episode.ended = end;
    }
    end.is_some()
}

/// Chooses who begins, when, and whether from a school: about half of them left one in the same year.
fn beginner(
    town: &mut Town,
    chance: &mut Stream,
    left_school: &mut LeftSchool,
    year: i32,
) -> (PupilId, NaiveDate, bool) {
    let since = u32::try_from(year - FIRST_YEAR).unwrap_or_default();
    let older = 10 + 3 * since.min(8);
    let nc_year = chance.weighted(&[
        (1, 8),
        (2, 8),
        (3, 8),
        (4, 8),
        (5, 9),
        (6, 9),
        (7, 11),
        (8, 13),
        (9, older),
        (10, older + 4),
    ]);
    if chance.chance(560)
        && let Some(leaver) = left_school.get_mut(&(year, nc_year)).and_then(Vec::pop)
    {
        return (leaver.pupil, plus(leaver.left_on, chance.between(1, 12)), true);
    }
    let pupil = town.newcomer(chance, year, nc_year, false, Origin::Here);
    let last = if year == THIS_YEAR { plus(today(), -2) } else { date(year + 1, 7, 20) };
    (pupil, chance.day(date(year, 9, 4), last), chance.chance(700))
}

fn begin(
    town: &mut Town,
    chance: &mut Stream,
    pupil: PupilId,
    started_on: NaiveDate,
    from_school: bool,
) -> usize {
    let reason = chance.index(REASONS);
    town.home_education.push(HomeEducation { pupil, started_on, ended: None, reason, from_school });
    town.home_education.len() - 1
}
