//! `extracts/casework/casework.sqlite`: the education case-management database.
//!
//! Planted for quarantine, in the first district only: three people whose number has a wrong check
//! letter, two placements that end before they start, one with an unknown legal basis, one request with
//! an unknown outcome (the placements and the request only where there are 200 placements or more), and two
//! part-time timetables, one without a reason that the list knows and one that ends before it starts.
//! Planted to be counted: five weeks with more sessions attended than possible.

mod aliases;
mod people;
mod placements;
mod statuses;
mod timetables;
mod wanted;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::demo::error::DemoError;
use crate::demo::random::Stream;
use crate::demo::town::district::Town;

/// The database while it is being written.
#[derive(Debug)]
pub(super) struct Casework {
    path: PathBuf,
    database: Connection,
    seed: u64,
}

const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA page_size = 8192;
    CREATE TABLE base (base_no INTEGER PRIMARY KEY, laestab TEXT, base_name TEXT, phase_desc TEXT,
        type_desc TEXT, date_opened TEXT, date_closed TEXT, nc_year_to INTEGER);
    CREATE TABLE stud (stud_id INTEGER PRIMARY KEY, upn TEXT, forename TEXT, surname TEXT, dob TEXT,
        gender TEXT, ethnic_code TEXT, postcode TEXT, ward_code TEXT);
    CREATE TABLE stud_base (stud_base_id INTEGER PRIMARY KEY, stud_id INTEGER, base_no INTEGER,
        reg_type TEXT, date_start TEXT, date_end TEXT);
    CREATE TABLE alt_placement (placement_ref INTEGER PRIMARY KEY, stud_id INTEGER, provider_ref TEXT,
        population TEXT, commissioned_by TEXT, legal_basis TEXT, reason TEXT, need TEXT, key_stage TEXT,
        nc_year INTEGER, association TEXT, pattern TEXT, sessions_per_week REAL, date_start TEXT,
        date_planned_end TEXT, date_end TEXT, end_reason TEXT, order_no TEXT, last_changed TEXT,
        wanted_type TEXT, date_ready TEXT, ready_for TEXT, hours_per_week REAL);
    CREATE TABLE alt_attendance (placement_ref INTEGER, week_commencing TEXT, sessions_possible INTEGER,
        sessions_attended INTEGER);
    CREATE TABLE alt_request (request_ref INTEGER PRIMARY KEY, stud_id INTEGER, date_referred TEXT,
        date_panel TEXT, route TEXT, need TEXT, key_stage TEXT, outcome TEXT, placement_ref INTEGER, wanted_type TEXT,
        sessions_wanted REAL, date_offered TEXT, reason TEXT, legal_basis TEXT);
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

impl Casework {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let folder = dir.join("extracts/casework");
        std::fs::create_dir_all(&folder)
            .map_err(|source| DemoError::Write { path: folder.clone(), source })?;
        let path = folder.join("casework.sqlite");
        let opened = Connection::open(&path).and_then(|database| {
            database.execute_batch(SCHEMA)?;
            database.execute_batch(aliases::SCHEMA)?;
            Ok(database)
        });
        match opened {
            Ok(database) => Ok(Self { path, database, seed }),
            Err(source) => Err(DemoError::Database { path, source }),
        }
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let stream = |dataset| Stream::new(self.seed, dataset, town.district);
        let written = people::bases(&self.database, town)
            .and_then(|()| people::students(&self.database, town, &mut stream("addresses")))
            .and_then(|()| aliases::write(&self.database, town, &mut stream("aliases")))
            .and_then(|()| people::spells(&self.database, town))
            .and_then(|()| {
                placements::placements(
                    &self.database,
                    town,
                    (&mut stream("case_notes"), &mut stream("placements_wanted")),
                )
            })
            .and_then(|()| placements::attendance(&self.database, town, &mut stream("attendance")))
            .and_then(|()| placements::requests(&self.database, town, &mut stream("requests_wanted")))
            .and_then(|()| statuses::statuses(&self.database, town, &mut stream("status_notes")))
            .and_then(|()| timetables::timetables(&self.database, town));
        written.map_err(|source| DemoError::Database { path: self.path.clone(), source })
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        let Self { path, database, .. } = self;
        let closed =
            database.execute_batch("COMMIT").and_then(|()| database.close().map_err(|(_, error)| error));
        closed.map_err(|source| DemoError::Database { path, source })
    }
}
