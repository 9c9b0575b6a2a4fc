//! Numbers that children had before: temporary ones, issued by a school until the real one was known, and former
//! ones. Half of the temporary numbers of the city are still in somebody's spreadsheet.

use rusqlite::{Connection, params};

use super::super::text::iso;
use crate::demo::random::Stream;
use crate::demo::terms::date;
use crate::demo::town::district::Town;
use crate::demo::upn::temporary;

/// The table that [`write`] fills.
pub(super) const SCHEMA: &str = "CREATE TABLE stud_former_upn (stud_id INTEGER, former_upn TEXT, kind TEXT, \
     date_replaced TEXT);";

/// Writes an earlier number for one child in sixty.
pub(super) fn write(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
    let mut insert = database.prepare("INSERT INTO stud_former_upn VALUES (?, ?, ?, ?)")?;
    let first = i64::from(town.district) * 1_000_000 + 1;
    for (number, serial) in (first..).zip(0..town.pupils.len()) {
        if !chance.chance(16) {
            continue;
        }
        let serial = u32::try_from(serial).unwrap_or_default();
        let year = i32::try_from(chance.between(2014, 2025)).unwrap_or(2014);
        let replaced = date(year, 10, u32::try_from(chance.between(1, 31)).unwrap_or(1));
        let former = temporary(town.district, serial);
        insert.execute(params![number, former, "Temporary", iso(replaced)])?;
    }
    Ok(())
}
