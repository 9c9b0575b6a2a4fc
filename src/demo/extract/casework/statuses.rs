//! Free meals, pupil premium, special educational needs and social care.

use rusqlite::{Connection, params};

use super::super::text::iso;
use crate::demo::random::Stream;
use crate::demo::terms::date;
use crate::demo::town::district::Town;
use crate::demo::town::status::Kind;

/// Statuses are recorded since the service changed systems: spells that ended before are lost.
const STATUSES_SINCE: (i32, u32, u32) = (2016, 9, 1);

pub(super) fn statuses(database: &Connection, town: &Town, chance: &mut Stream) -> rusqlite::Result<()> {
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
