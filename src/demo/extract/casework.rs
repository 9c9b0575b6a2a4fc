//! `extracts/casework/casework.sqlite`: the education case-management database.
//!
//! Planted for quarantine, in the first district only: three people whose number has a wrong check
//! letter, two placements that end before they start, one with an unknown legal basis, one request with
//! an unknown outcome (the placements and the request only where there are 200 placements or more), and two
//! part-time timetables, one without a reason that the list knows and one that ends before it starts.
//! Planted to be counted: five weeks with more sessions attended than possible.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rusqlite::{Connection, Statement, params};

use super::super::DemoError;
use super::super::providers::{Population, Price};
use super::super::random::Stream;
use super::super::terms::{academic_year, date, monday_of, plus, school_weeks, year_code};
use super::super::town::{KeyStage, Kind, Phase, Placement, Pupil, Timetable, Town, today};
use super::super::upn::with_wrong_letter;
use super::iso;

/// The database while it is being written.
#[derive(Debug)]
pub(super) struct Casework {
    path: PathBuf,
    database: Connection,
    seed: u64,
}

/// Placements among which a few wrong ones stay below the contract's limit.
const PLANTED_AMONG: usize = 200;

const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA page_size = 8192;
    CREATE TABLE base (base_no INTEGER PRIMARY KEY, laestab TEXT, base_name TEXT, phase_desc TEXT,
        type_desc TEXT, date_opened TEXT, date_closed TEXT);
    CREATE TABLE stud (stud_id INTEGER PRIMARY KEY, upn TEXT, forename TEXT, surname TEXT, dob TEXT,
        gender TEXT, ethnic_code TEXT, postcode TEXT, ward_code TEXT);
    CREATE TABLE stud_base (stud_base_id INTEGER PRIMARY KEY, stud_id INTEGER, base_no INTEGER,
        reg_type TEXT, date_start TEXT, date_end TEXT);
    CREATE TABLE alt_placement (placement_ref INTEGER PRIMARY KEY, stud_id INTEGER, provider_ref TEXT,
        population TEXT, commissioned_by TEXT, legal_basis TEXT, reason TEXT, need TEXT, key_stage TEXT,
        nc_year INTEGER, association TEXT, pattern TEXT, sessions_per_week REAL, date_start TEXT,
        date_planned_end TEXT, date_end TEXT, end_reason TEXT, order_no TEXT, last_changed TEXT);
    CREATE TABLE alt_attendance (placement_ref INTEGER, week_commencing TEXT, sessions_possible INTEGER,
        sessions_attended INTEGER);
    CREATE TABLE alt_request (request_ref INTEGER PRIMARY KEY, stud_id INTEGER, date_referred TEXT,
        date_panel TEXT, route TEXT, need TEXT, key_stage TEXT, outcome TEXT, placement_ref INTEGER);
    CREATE TABLE stud_fsm (stud_id INTEGER, date_start TEXT, date_end TEXT);
    CREATE TABLE stud_premium (stud_id INTEGER, date_start TEXT, date_end TEXT);
    CREATE TABLE stud_sen (stud_id INTEGER, provision TEXT, need TEXT, date_start TEXT, date_end TEXT);
    CREATE TABLE social_care_flag (stud_id INTEGER, flag TEXT, date_start TEXT, date_end TEXT);
    CREATE TABLE reduced_timetable (timetable_ref INTEGER PRIMARY KEY, stud_id INTEGER, base_no INTEGER,
        nc_year INTEGER, date_start TEXT, date_planned_end TEXT, date_end TEXT, date_review_due TEXT,
        date_reviewed TEXT, hours_offered TEXT, hours_full TEXT, reason TEXT, parent_agreed TEXT, plan_held TEXT,
        date_notified TEXT);
    BEGIN;
";

/// The statuses of pupils are kept since the service changed systems: spells that ended before are lost.
const STATUSES_SINCE: (i32, u32, u32) = (2016, 9, 1);

impl Casework {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let folder = dir.join("extracts/casework");
        std::fs::create_dir_all(&folder)
            .map_err(|source| DemoError::Write { path: folder.clone(), source })?;
        let path = folder.join("casework.sqlite");
        let opened = Connection::open(&path).and_then(|database| {
            database.execute_batch(SCHEMA)?;
            database.execute_batch(super::aliases::SCHEMA)?;
            Ok(database)
        });
        match opened {
            Ok(database) => Ok(Self { path, database, seed }),
            Err(source) => Err(DemoError::Database { path, source }),
        }
    }

    /// Writes one district.
    pub(super) fn tell(&mut self, town: &Town) -> Result<(), DemoError> {
        let stream = |dataset| Stream::new(self.seed, dataset, town.district);
        let written = bases(&self.database, town)
            .and_then(|()| students(&self.database, town, &mut stream("addresses")))
            .and_then(|()| super::aliases::write(&self.database, town, &mut stream("aliases")))
            .and_then(|()| spells(&self.database, town))
            .and_then(|()| placements(&self.database, town, &mut stream("case_notes")))
            .and_then(|()| attendance(&self.database, town, &mut stream("attendance")))
            .and_then(|()| requests(&self.database, town))
            .and_then(|()| statuses(&self.database, town, &mut stream("status_notes")))
            .and_then(|()| timetables(&self.database, town));
        written.map_err(|source| DemoError::Database { path: self.path.clone(), source })
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        let Self { path, database, .. } = self;
        let closed =
            database.execute_batch("COMMIT").and_then(|()| database.close().map_err(|(_, error)| error));
        closed.map_err(|source| DemoError::Database { path, source })
    }
}

fn bases(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO base VALUES (?, ?, ?, ?, ?, ?, NULL)")?;
    for school in &town.schools {
        let phase = match school.phase {
            Phase::Primary => "Primary",
            Phase::Secondary => "Secondary",
            Phase::Special => "Special",
            Phase::Alternative => "AP",
        };
        // Half of them are written with the slash that the other half lacks.
        let slash = if school.number % 2 == 0 { "/" } else { "" };
        let laestab = format!("336{slash}{:04}", school.number);
        let opened = format!("{}-09-01", 1960 + school.number % 50);
        insert.execute(params![school.urn, laestab, school.name, phase, school.kind, opened])?;
    }
    Ok(())
}

fn students(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO stud VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for ((number, pupil), left) in
        (i64::from(town.district) * 1_000_000 + 1..).zip(&town.pupils).zip(&town.left)
    {
        student(&mut insert, chance, number, (pupil, *left), &pupil.upn)?;
    }
    if town.district == 0 {
        for (number, pupil) in (900_001..).zip(town.pupils.iter().rev().take(3)) {
            student(&mut insert, chance, number, (pupil, None), &with_wrong_letter(&pupil.upn))?;
        }
    }
    Ok(())
}

/// Wards were drawn anew in May 2023; whoever had left by then keeps the old code.
pub(super) fn ward_code(ward: u32, left_on: Option<NaiveDate>) -> String {
    let old = left_on.is_some_and(|day| day < date(2023, 5, 4));
    format!("E0509{:04}", if old { 8001 } else { 9001 } + ward)
}

fn student(
    insert: &mut Statement<'_>,
    chance: &mut Stream,
    number: i64,
    (pupil, left): (&Pupil, Option<NaiveDate>),
    upn: &str,
) -> rusqlite::Result<()> {
    let gender = if pupil.female { "F" } else { "M" };
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut letter = || char::from(*chance.pick(letters));
    // No post town has these letters.
    let postcode = format!("ZZ{} {}{}{}", pupil.ward + 1, pupil.ward % 9 + 1, letter(), letter());
    // One in two hundred wards is not known.
    let ward = (!chance.chance(5)).then(|| ward_code(pupil.ward, left));
    // One in eighty names has the spaces that somebody typed after it.
    let space = if chance.chance(12) { "  " } else { "" };
    insert.execute(params![
        number,
        upn,
        pupil.name.forename(),
        format!("{}{space}", pupil.name.surname()),
        iso(pupil.born_on),
        gender,
        pupil.ethnicity,
        postcode,
        ward
    ])?;
    Ok(())
}

fn spells(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO stud_base VALUES (?, ?, ?, ?, ?, ?)")?;
    for (number, spell) in (i64::from(town.district) * 1_000_000 + 1..).zip(&town.spells) {
        insert.execute(params![
            number,
            spell.pupil.number(town.district),
            town.school(spell.school).urn,
            spell.status,
            iso(spell.entered_on),
            spell.left_on.map(iso)
        ])?;
    }
    Ok(())
}

fn placements(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let columns = ["?"; 19].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO alt_placement VALUES ({columns})"))?;
    for placement in &town.placements {
        place(&mut insert, town, chance, placement, Fault::None)?;
    }
    if town.district == 0 && town.placements.len() >= PLANTED_AMONG {
        let faults = [Fault::EndsBeforeStart, Fault::EndsBeforeStart, Fault::UnknownLegalBasis];
        let ended = town.placements.iter().filter(|placement| placement.ended.is_some()).skip(20);
        for ((number, fault), placement) in (990_001..).zip(faults).zip(ended) {
            let wrong = Placement { number, ..placement.clone() };
            place(&mut insert, town, chance, &wrong, fault)?;
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
    chance: &mut Stream,
    placement: &Placement,
    fault: Fault,
) -> rusqlite::Result<()> {
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
        order(town, placement),
        format!("{} {:02}:{:02}:00", iso(changed), 8 + chance.below(9), chance.below(60)),
    ])?;
    Ok(())
}

/// The weekly returns of providers: about three in a hundred never came.
fn attendance(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
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

fn requests(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO alt_request VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for (number, referral) in (i64::from(town.district) * 1_000_000 + 1..).zip(&town.referrals) {
        let need = Some(town.pupil(referral.pupil).need).filter(|need| !need.is_empty());
        let parked = town.district == 0 && number == 40 && town.placements.len() >= PLANTED_AMONG;
        insert.execute(params![
            number,
            referral.pupil.number(town.district),
            iso(referral.referred_on),
            referral.panel_on.map(iso),
            referral.route,
            need,
            referral.key_stage.code(),
            if parked { "PARKED" } else { referral.outcome },
            referral.placement
        ])?;
    }
    Ok(())
}

fn statuses(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let mut meals = database.prepare("INSERT INTO stud_fsm VALUES (?, ?, ?)")?;
    let mut premium = database.prepare("INSERT INTO stud_premium VALUES (?, ?, ?)")?;
    let mut needs = database.prepare("INSERT INTO stud_sen VALUES (?, ?, ?, ?, ?)")?;
    let mut flags = database.prepare("INSERT INTO social_care_flag VALUES (?, ?, ?, ?)")?;
    let (year, month, day) = STATUSES_SINCE;
    let since = date(year, month, day);
    for ((number, pupil), statuses) in
        (i64::from(town.district) * 1_000_000 + 1..).zip(&town.pupils).zip(&town.statuses)
    {
        for status in statuses {
            if status.ended_on.is_some_and(|last| last < since) {
                continue;
            }
            let started_on = iso(status.started_on);
            // One open end in twelve is filled in.
            let ended_on = match status.ended_on {
                Some(day) => Some(iso(day)),
                None => chance.chance(80).then(|| "9999-12-31".to_owned()),
            };
            match status.kind {
                Kind::FreeMeals => meals.execute(params![number, started_on, ended_on])?,
                Kind::PupilPremium => premium.execute(params![number, started_on, ended_on])?,
                Kind::SenSupport => needs.execute(params![number, "K", pupil.need, started_on, ended_on])?,
                Kind::SenPlan => {
                    // Plans that began as statements are still called so here and there.
                    let statement = status.started_on < date(2014, 9, 1) && chance.chance(300);
                    let provision = if statement { "S" } else { "E" };
                    needs.execute(params![number, provision, pupil.need, started_on, ended_on])?
                }
                Kind::InNeed => flags.execute(params![number, "CIN", started_on, ended_on])?,
                Kind::ProtectionPlan => flags.execute(params![number, "CP Plan", started_on, ended_on])?,
                Kind::LookedAfter => {
                    let flag = if chance.chance(500) { "CLA" } else { "LAC" };
                    flags.execute(params![number, flag, started_on, ended_on])?
                }
            };
        }
    }
    Ok(())
}

fn timetables(database: &Connection, town: &Town) -> rusqlite::Result<()> {
    let columns = ["?"; 15].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO reduced_timetable VALUES ({columns})"))?;
    let mut write = |number: i64, timetable: &Timetable, reason: &str, ended_on: Option<NaiveDate>| {
        let hours = |halves: u32| format!("{}.{}", halves / 2, halves % 2 * 5);
        insert.execute(params![
            number,
            timetable.pupil.number(town.district),
            town.school(timetable.school).urn,
            timetable.nc_year,
            iso(timetable.started_on),
            timetable.planned_end_on.map(iso),
            ended_on.map(iso),
            timetable.review_due_on.map(iso),
            timetable.reviewed_on.map(iso),
            hours(timetable.offered),
            hours(timetable.full),
            reason,
            timetable.parent_agreed.map(|agreed| if agreed { "Yes" } else { "No" }),
            if timetable.has_plan { "Y" } else { "N" },
            timetable.notified_on.map(iso),
        ])
    };
    for (number, timetable) in (i64::from(town.district) * 1_000_000 + 1..).zip(&town.timetables) {
        write(number, timetable, timetable.reason, timetable.ended_on)?;
    }
    if town.district == 0 && town.timetables.len() >= PLANTED_AMONG {
        let mut planted = town.timetables.iter().filter(|timetable| timetable.ended_on.is_some());
        if let (Some(unknown), Some(early)) = (planted.next(), planted.next()) {
            write(990_001, unknown, "see file", unknown.ended_on)?;
            write(990_002, early, early.reason, Some(plus(early.started_on, -7)))?;
        }
    }
    Ok(())
}

/// The provider's number across all districts.
pub(super) fn provider_id(district: u32, provider: usize) -> String {
    format!("AP{:04}", u64::from(district) * 100 + u64::try_from(provider).unwrap_or_default() + 1)
}

/// The order that pays for the placement: a provider's block order of the academic year of the start, or
/// the placement's own.
pub(super) fn order(town: &Town, placement: &Placement) -> Option<String> {
    match placement.provider().price {
        Price::SchoolsPay { .. } => None,
        Price::Block { .. } => {
            Some(block_order(town.district, placement.provider, academic_year(placement.started_on)))
        }
        Price::Spot { .. } => Some(format!("PO{:08}", 40_000_000 + placement.number)),
    }
}

/// The order for a provider's places in an academic year.
pub(super) fn block_order(district: u32, provider: usize, year: i32) -> String {
    format!("BLK/{}/{}", provider_id(district, provider), year_code(year))
}
