//! The placements of each year: when they begin, and when and how they end.

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::pupil::PupilId;
use super::super::roll::{Return, Seat, Spell};
use super::super::today::today;
use super::Placement;
use super::choose::{Seats, choose_provider, choose_pupil};
use super::kind::{KINDS, Kind};
use crate::demo::provider::Population;
use crate::demo::providers::PROVIDERS;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, half_terms, next_school_day, plus};

/// Starts by half-term: the rolls rise through the year.
const BY_HALF_TERM: [(usize, u32); 6] = [(0, 24), (1, 20), (2, 18), (3, 16), (4, 13), (5, 9)];

/// Returns the growth of starts beside 2023-24, per cent, the years of closure low.
fn growth(year: i32) -> u32 {
    match year {
        ..=2018 => 82,
        2019 => 72,
        2020 => 74,
        2021 => 88,
        2022 => 95,
        2023 => 100,
        2024 => 104,
        2025 => 109,
        _ => 112,
    }
}

/// Returns whether the year is lived at all. The first is two before the first that is complete, so that it begins
/// with those who are there already.
fn lived(town: &Town, year: i32) -> bool {
    year >= town.first_placement_year - 2
}

/// Places a permanently excluded pupil with a state-funded school for alternative provision, mostly by
/// the sixth school day, and returns when the pupil comes back to a mainstream one.
pub(in crate::demo::town) fn after_exclusion(
    town: &mut Town,
    chance: &mut Stream,
    pupil: PupilId,
    excluded_on: NaiveDate,
) -> Option<Return> {
    let year = academic_year(excluded_on);
    let late = chance.chance(190);
    let wait = if late { chance.between(12, 45) } else { chance.between(3, 8) };
    let started_on = next_school_day(plus(excluded_on, wait));
    let nc_year = town.pupil(pupil).nc_year(academic_year(started_on));
    if !(1..=11).contains(&nc_year) || started_on > today() {
        return None;
    }
    if !lived(town, year) {
        let back = plus(started_on, chance.between(90, 330));
        return chance.chance(500).then_some(Return { pupil, on: next_school_day(back) });
    }
    let provider = choose_provider(town, chance, Population::State, false, pupil, nc_year)?;
    let weeks = match nc_year {
        10.. => chance.between(70, 150),
        _ if chance.chance(300) => chance.between(48, 76),
        _ => chance.between(12, 44),
    };
    let sessions = chance.weighted(&[(10, 90), (8, 5), (6, 5)]);
    let mut placement = Placement {
        number: 0,
        pupil,
        provider,
        commissioner: "LA",
        legal_basis: "S19_PEX",
        reason: "PEX",
        nc_year,
        dual: false,
        sessions,
        started_on,
        planned_end_on: None,
        ended: None,
    };
    end(town, chance, &mut placement, weeks);
    let back = placement.ended.filter(|(_, reason)| *reason == "PLANNED_REINTEGRATED_MAINSTREAM");
    add(town, placement);
    back.map(|(on, _)| Return { pupil, on: next_school_day(plus(on, 1)) })
}

/// Makes the other placements that start in a year, of pupils with a seat in each phase.
pub(in crate::demo::town) fn of_year(town: &mut Town, chance: &mut Stream, seats: [&[Seat]; 3], year: i32) {
    if !lived(town, year) {
        return;
    }
    let seats = Seats::by_year_group(town, seats, year);
    for kind in &KINDS {
        for _ in 0..chance.share(town.size.scaled(kind.starts), growth(year), 100) {
            let half = half_terms(year)[chance.weighted(&BY_HALF_TERM)];
            let started_on = next_school_day(chance.day(half.starts_on, half.ends_on));
            if started_on > today() {
                continue;
            }
            let Some(pupil) = choose_pupil(town, chance, &seats, kind, started_on) else { continue };
            start(town, chance, kind, pupil, started_on);
        }
    }
}

fn start(town: &mut Town, chance: &mut Stream, kind: &Kind, pupil: PupilId, started_on: NaiveDate) {
    let nc_year = town.pupil(pupil).nc_year(academic_year(started_on));
    let Some(provider) = choose_provider(town, chance, kind.population, kind.health, pupil, nc_year) else {
        return;
    };
    let commissioner =
        if kind.commissioner == "LA" && chance.chance(12) { "OTHER_LA" } else { kind.commissioner };
    let mut placement = Placement {
        number: 0,
        pupil,
        provider,
        commissioner,
        legal_basis: kind.legal_basis,
        reason: kind.reason,
        nc_year,
        dual: kind.dual,
        sessions: chance.weighted(PROVIDERS[provider].sessions),
        started_on,
        planned_end_on: None,
        ended: None,
    };
    let (shortest, longest) = kind.weeks;
    let weeks = chance.between(shortest, longest).min(chance.between(shortest, longest + 8));
    end(town, chance, &mut placement, weeks);
    add(town, placement);
}

/// Decides when and how the placement ends, and what was planned.
fn end(town: &Town, chance: &mut Stream, placement: &mut Placement, weeks: i64) {
    let planned = plus(placement.started_on, weeks * 7);
    let born = town.pupil(placement.pupil).cohort;
    // Year 11 leaves at the end of June; those who came after it leave at eighteen.
    let latest = date(born + 17 + if placement.nc_year > 11 { 2 } else { 0 }, 6, 26);
    let stays_to_the_end = planned >= latest;
    let broken_off = chance.chance(150);
    let last = match (broken_off, stays_to_the_end) {
        (true, _) => chance.day(plus(placement.started_on, 6), planned.min(latest)),
        (false, true) => latest,
        (false, false) => plus(planned, chance.between(-10, 24)).min(latest),
    };
    let reason = if broken_off {
        chance.weighted(&[
            ("PROVIDER_TERMINATED", 22),
            ("PUPIL_REFUSED", 30),
            ("MOVED_AWAY", 20),
            ("EHE", 12),
            ("SAFEGUARDING", 4),
            ("EXCLUDED_FROM_AP", 5),
            ("FUNDING_ENDED", 7),
        ])
    } else if stays_to_the_end {
        "Y11_LEAVER"
    } else {
        let to_special = if placement.reason == "EHCP_NAMED" { 40 } else { 12 };
        chance.weighted(&[
            ("PLANNED_REINTEGRATED_MAINSTREAM", 56),
            ("PLANNED_TO_OTHER_AP", 16),
            ("PLANNED_TO_SPECIAL", to_special),
            ("OTHER", 4),
        ])
    };
    let last = last.max(plus(placement.started_on, 1));
    placement.planned_end_on = (!chance.chance(90)).then_some(planned.min(latest));
    placement.ended = (last <= today()).then_some((last, reason));
}

fn add(town: &mut Town, placement: Placement) {
    let last = placement.ended.map_or(NaiveDate::MAX, |(day, _)| day);
    // The case system was begun on the first day of the first financial year, with those then placed.
    if last < date(town.first_placement_year, 4, 1) {
        return;
    }
    town.placed_until.insert(placement.pupil, last);
    if let Some(school) = town.alternative_school(placement.provider) {
        let open = placement.ended.is_none();
        if placement.dual && open {
            let main = town.spells.iter_mut().rev().find(|spell| spell.pupil == placement.pupil);
            if let Some(main) = main.filter(|main| main.left_on.is_none()) {
                main.status = "M";
            }
        }
        town.spells.push(Spell {
            pupil: placement.pupil,
            school,
            status: if placement.dual { "S" } else { "C" },
            entered_on: placement.started_on,
            left_on: placement.ended.map(|(day, _)| day),
        });
    }
    town.placements.push(placement);
}
