//! Who tries another school in a year, and who changes to it.

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::exclusion::live::last_suspensions;
use super::super::phase::Phase;
use super::super::roll::{Seat, Spell};
use super::super::school::SchoolId;
use super::super::today::today;
use super::ManagedMove;
use crate::demo::random::Stream;
use crate::demo::terms::{date, next_school_day, plus};

/// A pupil who comes on the new school's roll.
#[derive(Debug)]
pub(in crate::demo::town) struct Transfer {
    /// Place among the seats of the phase.
    pub(in crate::demo::town) place: usize,
    pub(in crate::demo::town) to: SchoolId,
    pub(in crate::demo::town) on: NaiveDate,
}

/// Trials that begin in a year at the default size.
const PRIMARY: u32 = 14;
const SECONDARY: u32 = 104;
/// Days that hold the twelve school weeks of a trial and the holidays within them.
const TRIAL_DAYS: i64 = 97;

/// Makes the managed moves of a year among those with a seat in the phase, each after a suspension; returns who is
/// to change schools.
pub(in crate::demo::town) fn of_year(
    town: &mut Town,
    chance: &mut Stream,
    phase: Phase,
    seats: &[Seat],
    year: i32,
) -> Vec<Transfer> {
    let mut transfers = Vec::new();
    if year < town.first_placement_year - 1 {
        return transfers;
    }
    let last_suspended = last_suspensions(town, year);
    let (from, to) = (date(year, 9, 9), date(year + 1, 3, 1).min(today()));
    let mut candidates: Vec<(usize, NaiveDate)> = seats
        .iter()
        .enumerate()
        .filter(|(_, seat)| seat.until.is_none() && town.pupil(seat.pupil).nc_year(year) <= 10)
        .filter_map(|(place, seat)| Some((place, *last_suspended.get(&seat.pupil)?)))
        .map(|(place, last)| (place, next_school_day(plus(last, 7).max(from))))
        .filter(|(place, first)| *first <= to && seats[*place].entered_on < *first)
        .collect();
    if candidates.is_empty() && town.managed_moves.is_empty() {
        // So small a town that all who were suspended were so again in spring. Its register may not be empty.
        candidates = seats
            .iter()
            .enumerate()
            .filter(|(_, seat)| seat.until.is_none() && seat.entered_on < from)
            .filter(|(_, seat)| town.pupil(seat.pupil).nc_year(year) <= 10)
            .map(|(place, _)| (place, next_school_day(from)))
            .collect();
    }
    let wanted = town.size.scaled(if phase == Phase::Primary { PRIMARY } else { SECONDARY });
    for tried in 0.. {
        let more = tried < wanted || town.managed_moves.is_empty();
        if !more || candidates.is_empty() {
            break;
        }
        let (place, first) = candidates.swap_remove(chance.index(candidates.len()));
        let Some(seat) = seats.get(place) else { continue };
        let started_on = next_school_day(chance.day(first, plus(first, 40).min(to)));
        let to = town.some_school(chance, phase, seat.pupil);
        if to == seat.school || started_on > today() {
            continue;
        }
        transfers.extend(try_out(town, chance, place, *seat, to, started_on, year));
    }
    transfers
}

/// Writes down one trial and what came of it.
fn try_out(
    town: &mut Town,
    chance: &mut Stream,
    place: usize,
    seat: Seat,
    to: SchoolId,
    started_on: NaiveDate,
    year: i32,
) -> Option<Transfer> {
    let trial_ends_on = plus(started_on, TRIAL_DAYS);
    let (last, outcome) = match chance.weighted(&[(0, 56), (1, 30), (2, 14)]) {
        0 => (trial_ends_on, "SUCCESSFUL"),
        1 => (trial_ends_on, "RETURNED"),
        _ => (next_school_day(plus(started_on, chance.between(8, 70))), "ENDED_EARLY"),
    };
    let ended = (last <= today()).then_some((last, outcome));
    let reason =
        chance.weighted(&[("PREVENT_EXCLUSION", 62), ("FRESH_START", 24), ("BULLYING", 8), ("OTHER", 6)]);
    let nc_year = town.pupil(seat.pupil).nc_year(year);
    let (pupil, from) = (seat.pupil, seat.school);
    town.managed_moves.push(ManagedMove {
        pupil,
        from,
        to,
        nc_year,
        started_on,
        trial_ends_on,
        ended,
        reason,
    });
    let left_on = ended.map(|(last, _)| last);
    town.spells.push(Spell { pupil, school: to, status: "G", entered_on: started_on, left_on });
    // Some moves that are called a success leave the pupil on the old school's roll.
    let moves = ended.is_some() && outcome == "SUCCESSFUL" && !chance.chance(40);
    moves.then(|| Transfer { place, to, on: plus(last, 1) })
}
