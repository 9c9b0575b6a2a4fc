//! Placements, the attendance at them and the requests for them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{Connection, Statement, params};

use super::super::codes::{placement_order, provider_id};
use super::super::planted::{CASEWORK_ROWS, plants};
use super::super::text::iso;
use super::wanted;
use crate::demo::provider::Population;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, monday_of, plus, school_weeks};
use crate::demo::town::district::Town;
use crate::demo::town::key_stage::KeyStage;
use crate::demo::town::placement::Placement;
use crate::demo::town::today::today;

pub(super) fn placements(
    database: &Connection,
    town: &Town,
    mut chances: (&mut Stream, &mut Stream),
) -> rusqlite::Result<()> {
    let columns = ["?"; 23].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO alt_placement VALUES ({columns})"))?;
    for placement in &town.placements {
        place(&mut insert, town, &mut chances, placement, Fault::None)?;
    }
    if plants(town.district, town.placements.len(), CASEWORK_ROWS) {
        let faults = [Fault::EndsBeforeStart, Fault::EndsBeforeStart, Fault::UnknownLegalBasis];
        let ended = town.placements.iter().filter(|placement| placement.ended.is_some()).skip(20);
        for ((number, fault), placement) in (990_001..).zip(faults).zip(ended) {
            let wrong = Placement { number, ..placement.clone() };
            place(&mut insert, town, &mut chances, &wrong, fault)?;
        }
    }
    Ok(())
}

/// What is wrong with a planted placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    EndsBeforeStart,
    UnknownLegalBasis,
}

fn place(
    insert: &mut Statement<'_>,
    town: &Town,
    (chance, wishes): &mut (&mut Stream, &mut Stream),
    placement: &Placement,
    fault: Fault,
) -> rusqlite::Result<()> {
    let ready = wanted::ready(placement, wishes);
    let pupil = town.pupil(placement.pupil);
    let population = match placement.provider().population {
        Population::State => "State AP",
        Population::SchoolArranged => "School arranged",
        Population::LaFunded => "LA funded",
    };
    let commissioner = match placement.commissioner {
        "LA" => "Local authority",
        "SCHOOL" => "School",
        _ => "Other LA",
    };
    // People write the same code in small letters now and then, and leave a space behind it.
    let reason =
        if chance.chance(40) { placement.reason.to_lowercase() } else { placement.reason.to_owned() };
    let need = match pupil.need {
        "" if placement.reason == "MENTAL_HEALTH" => Some("SEMH"),
        "" => None,
        need => Some(need),
    };
    let open_end = chance.chance(60).then(|| "9999-12-31".to_owned());
    let ended = match (fault, placement.ended) {
        (Fault::EndsBeforeStart, _) => Some(iso(plus(placement.started_on, -9))),
        (_, Some((day, _))) => Some(iso(day)),
        _ => open_end,
    };
    let legal_basis = if fault == Fault::UnknownLegalBasis { "TO BE AGREED" } else { placement.legal_basis };
    let changed =
        placement.ended.map_or(plus(placement.started_on, 2), |(day, _)| plus(day, 1)).min(plus(today(), -1));
    insert.execute(params![
        placement.number,
        placement.pupil.number(town.district),
        provider_id(town.district, placement.provider),
        population,
        commissioner,
        legal_basis,
        if chance.chance(20) { format!("{reason} ") } else { reason },
        need,
        KeyStage::of(placement.nc_year).code(),
        placement.nc_year,
        if placement.dual { "Dual" } else { "Sole" },
        if placement.sessions >= 10 { "FT" } else { "PT" },
        f64::from(placement.sessions),
        iso(placement.started_on),
        placement.planned_end_on.map(iso),
        ended,
        placement.ended.map(|(_, reason)| reason),
        placement_order(town, placement),
        format!("{} {:02}:{:02}:00", iso(changed), 8 + chance.below(9), chance.below(60)),
        wanted::in_place_of(placement, wishes),
        ready.map(|(day, _)| iso(day)),
        ready.map(|(_, place)| place),
        hours(placement),
    ])?;
    Ok(())
}

/// Returns the hours a week: a provider of lessons online gives hours, two to a session.
fn hours(placement: &Placement) -> Option<f64> {
    (placement.provider().kind == "ONLINE").then(|| f64::from(placement.sessions) * 2.0)
}

/// Writes the weekly returns of providers: about three in a hundred never came.
pub(super) fn attendance(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO alt_attendance VALUES (?, ?, ?, ?)")?;
    let first = town.first_placement_year;
    let last_monday = plus(monday_of(today()), -7);
    let weeks: Vec<(NaiveDate, u32)> = (first - 1..=academic_year(today()))
        .flat_map(school_weeks)
        .filter(|(monday, _)| *monday >= date(first, 4, 1) && *monday <= last_monday)
        .collect();
    let mut planted = 0;
    for placement in &town.placements {
        let usual = match placement.provider().population {
            Population::State => chance.between(520, 900),
            _ => chance.between(640, 980),
        };
        let begin = weeks.partition_point(|(monday, _)| plus(*monday, 4) < placement.started_on);
        let last_day = placement.last_day();
        let silent = chance.chance(8);
        for (monday, open_days) in weeks.iter().skip(begin).take_while(|(monday, _)| *monday <= last_day) {
            if silent || chance.chance(30) {
                continue;
            }
            let possible = (placement.sessions * open_days + 2) / 5;
            let rate = u32::try_from((usual + chance.between(-250, 250)).clamp(0, 1000)).unwrap_or_default();
            let mut attended = (possible * rate + 500) / 1000;
            if town.district == 0 && planted < 5 && possible > 1 && chance.chance(2) {
                attended = possible + 1;
                planted += 1;
            }
            insert.execute(params![placement.number, iso(*monday), possible, attended])?;
        }
    }
    Ok(())
}

pub(super) fn requests(database: &Connection, town: &Town, wishes: &mut Stream) -> rusqlite::Result<()> {
    let columns = ["?"; 14].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO alt_request VALUES ({columns})"))?;
    let starts: BTreeMap<u32, NaiveDate> =
        town.placements.iter().map(|placement| (placement.number, placement.started_on)).collect();
    for (number, referral) in (i64::from(town.district) * 1_000_000 + 1..).zip(&town.referrals) {
        let need = Some(town.pupil(referral.pupil).need).filter(|need| !need.is_empty());
        let parked = number == 40 && plants(town.district, town.placements.len(), CASEWORK_ROWS);
        let started_on = referral.placement.and_then(|placement| starts.get(&placement)).copied();
        let (kind, sessions) = wanted::asked_for(referral, wishes);
        insert.execute(params![
            number,
            referral.pupil.number(town.district),
            iso(referral.referred_on),
            referral.panel_on.map(iso),
            referral.route,
            need,
            referral.key_stage.code(),
            if parked { "PARKED" } else { referral.outcome },
            referral.placement,
            kind,
            sessions.map(f64::from),
            wanted::offered(referral, started_on, wishes).map(iso),
            referral.reason.0,
            referral.reason.1,
        ])?;
    }
    Ok(())
}
