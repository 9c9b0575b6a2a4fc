//! Part-time timetables.

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::super::planted::{CASEWORK_ROWS, plants};
use super::super::text::iso;
use crate::demo::terms::plus;
use crate::demo::town::district::Town;
use crate::demo::town::timetable::Timetable;

pub(super) fn timetables(database: &Connection, town: &Town) -> rusqlite::Result<()> {
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
    if plants(town.district, town.timetables.len(), CASEWORK_ROWS) {
        let mut planted = town.timetables.iter().filter(|timetable| timetable.ended_on.is_some());
        if let (Some(unknown), Some(early)) = (planted.next(), planted.next()) {
            write(990_001, unknown, "see file", unknown.ended_on)?;
            write(990_002, early, early.reason, Some(plus(early.started_on, -7)))?;
        }
    }
    Ok(())
}
