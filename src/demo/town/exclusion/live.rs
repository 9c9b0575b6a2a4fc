//! Who is suspended or excluded in a year, by which school and when.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::pupil::PupilId;
use super::super::roll::Seat;
use super::super::school::SchoolId;
use super::record::{Sanction, record};
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, half_terms, next_school_day, plus};

/// Share of a year's exclusions by its half-terms.
const BY_HALF_TERM: [(usize, u32); 6] = [(0, 17), (1, 22), (2, 20), (3, 18), (4, 13), (5, 10)];
/// Permanent exclusions for each that did not stand.
const UPHELD_FOR_ONE_UNDONE: u32 = 15;

/// Draws school days for `count` permanent exclusions, in order.
pub(in crate::demo::town) fn dates(chance: &mut Stream, year: i32, count: u32) -> Vec<NaiveDate> {
    let mut dates: Vec<NaiveDate> = (0..count).map(|_| school_day(chance, year)).collect();
    dates.sort_unstable();
    dates
}

fn school_day(chance: &mut Stream, year: i32) -> NaiveDate {
    let half = half_terms(year)[chance.weighted(&BY_HALF_TERM)];
    next_school_day(chance.day(half.starts_on, half.ends_on)).min(half.ends_on)
}

/// Which school makes each of a year's permanent exclusions.
pub(in crate::demo::town) struct Plan {
    /// One for each exclusion, in an order of chance.
    pub(in crate::demo::town) schools: Vec<SchoolId>,
    /// Places of those with a seat in each school.
    pub(in crate::demo::town) seats: BTreeMap<SchoolId, Vec<usize>>,
}

/// Shares `count` exclusions out among the schools by their size and tendency: each makes its part of them,
/// rounded up or down by chance, so that a school's rate is its own and not an accident.
pub(in crate::demo::town) fn plan(town: &Town, chance: &mut Stream, taken: &[Seat], count: usize) -> Plan {
    let mut seats: BTreeMap<SchoolId, Vec<usize>> = BTreeMap::new();
    for (place, seat) in taken.iter().enumerate() {
        seats.entry(seat.school).or_default().push(place);
    }
    let weight = |school: SchoolId, places: &[usize]| {
        u64::from(town.school(school).permanent_tendency) * u64::try_from(places.len()).unwrap_or_default()
    };
    let whole: u64 = seats.iter().map(|(school, places)| weight(*school, places)).sum();
    let parts = u64::try_from(count).unwrap_or_default();
    let start = u64::from(chance.below(1000)) * whole / 1000;
    let mut schools: Vec<SchoolId> = Vec::with_capacity(count);
    let (mut reached, mut next) = (0, 0);
    for (school, places) in &seats {
        reached += weight(*school, places);
        while next < parts && start + next * whole < reached * parts {
            schools.push(*school);
            next += 1;
        }
    }
    for place in (1..schools.len()).rev() {
        schools.swap(place, chance.index(place + 1));
    }
    Plan { schools, seats }
}

/// Excludes one of those with a seat at the places `among`, after suspensions, and returns the seat; now and
/// then a second pupil of any school, whose exclusion does not stand.
pub(in crate::demo::town) fn permanent<'a>(
    town: &mut Town,
    chance: &mut Stream,
    seats: &'a mut [Seat],
    among: &[usize],
    on: NaiveDate,
) -> Option<&'a mut Seat> {
    if chance.below(UPHELD_FOR_ONE_UNDONE) == 0
        && let Some(place) = choose(town, chance, seats, None, on)
    {
        let outcome = if chance.chance(600) { "RESCINDED_BY_HEAD" } else { "GOVERNORS_REINSTATED" };
        record(town, chance, seats[place], on, Sanction::Permanent(outcome));
    }
    let place = choose(town, chance, seats, Some(among), on)?;
    let seat = seats.get_mut(place)?;
    for _ in 0..chance.weighted(&[(0, 2), (1, 3), (2, 3), (3, 2)]) {
        let earlier = next_school_day(plus(on, -chance.between(10, 150)));
        if earlier < on && earlier > seat.entered_on {
            record(town, chance, *seat, earlier, Sanction::Suspension);
        }
    }
    let outcome =
        chance.weighted(&[("UPHELD", 940), ("IRP_RECONSIDER", 35), ("IRP_QUASHED", 5), ("PENDING", 20)]);
    let outcome = if outcome == "PENDING" && on < date(2026, 4, 1) { "UPHELD" } else { outcome };
    record(town, chance, *seat, on, Sanction::Permanent(outcome));
    Some(seat)
}

/// Makes the suspensions of a year among those with a seat in each phase, those before permanent exclusions
/// counted.
pub(in crate::demo::town) fn suspensions(
    town: &mut Town,
    chance: &mut Stream,
    seats: [&[Seat]; 3],
    year: i32,
) {
    let level = usize::try_from(town.size.suspensions(year)).unwrap_or_default();
    let so_far = town.exclusions.iter().rev().take_while(|event| event.academic_year >= year - 1);
    let mut made = so_far.filter(|event| event.academic_year == year && !event.permanent).count();
    while made < level {
        let on = school_day(chance, year);
        let seats = seats[chance.weighted(&[(0, 14), (1, 82), (2, 4)])];
        let Some(place) = choose(town, chance, seats, None, on) else { continue };
        let Some(seat) = seats.get(place) else { continue };
        let mut next = on;
        for _ in 0..chance.weighted(&[(1, 60), (2, 18), (3, 10), (4, 6), (6, 4), (9, 2)]) {
            let gone = seat.until.is_some_and(|until| next >= plus(until, -28));
            if gone || made == level || next > half_terms(year)[5].ends_on {
                break;
            }
            record(town, chance, *seat, next, Sanction::Suspension);
            made += 1;
            next = next_school_day(plus(next, chance.between(8, 60)));
        }
    }
}

/// Chooses a seat taken on the day and not yet left, by the pupils' risk and the year groups'; of those at the
/// places `among`, or of all by the schools' readiness to suspend.
fn choose(
    town: &Town,
    chance: &mut Stream,
    seats: &[Seat],
    among: Option<&[usize]>,
    on: NaiveDate,
) -> Option<usize> {
    let year = academic_year(on);
    let count = among.map_or(seats.len(), <[usize]>::len);
    let place_of = |draw: usize| among.map_or(Some(draw), |places| places.get(draw).copied());
    let taken = |place: usize| {
        let seat = seats.get(place)?;
        (seat.entered_on < on && seat.until.is_none()).then_some(seat)
    };
    // Bounded, so that a demo of very few pupils ends; in any real size a few hundred tries do.
    for _ in 0..if count == 0 { 0 } else { 5_000 } {
        let Some(place) = place_of(chance.index(count)) else { continue };
        let Some(seat) = taken(place) else { continue };
        let (pupil, school) = (town.pupil(seat.pupil), town.school(seat.school));
        if chance.chance(at_age(pupil.nc_year(year)))
            && chance.chance(pupil.risk())
            && (among.is_some() || chance.chance(school.suspension_tendency))
        {
            return Some(place);
        }
    }
    (0..count).filter_map(place_of).find(|place| taken(*place).is_some())
}

/// Returns how likely an exclusion is in a year group beside year 9, per mille.
fn at_age(nc_year: i32) -> u32 {
    match nc_year {
        2 => 110,
        3..=4 => 330,
        5..=6 => 640,
        7 => 420,
        8 => 760,
        9 => 940,
        10 => 1000,
        11 => 620,
        _ => 30,
    }
}

/// Returns the last day on which each pupil was suspended in the year.
pub(in crate::demo::town) fn last_suspensions(town: &Town, year: i32) -> BTreeMap<PupilId, NaiveDate> {
    let mut last: BTreeMap<PupilId, NaiveDate> = BTreeMap::new();
    for event in town.exclusions.iter().filter(|event| event.academic_year == year && !event.permanent) {
        let day = last.entry(event.pupil).or_insert(event.started_on);
        *day = (*day).max(event.started_on);
    }
    last
}
