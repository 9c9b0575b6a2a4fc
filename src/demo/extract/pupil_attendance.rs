//! `extracts/outcomes/pupil_attendance.csv`: sessions by code, week by week, of children whom the council asks their
//! schools about: those on a part-time timetable since September 2024, and those placed or brought back since, twelve weeks
//! before the placement and thirteen after.
//!
//! Planted, at the default size: of each five timetables that ran, four coded C2; ten of the others coded B in the second
//! half of the summer term of 2026; in it as well 15 children coded C2 of whom the council was not notified, and five for a
//! day only. One school in twenty returns no codes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use super::output::Output;
use super::text::{iso, line};
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;
use crate::demo::terms::{date, half_terms, monday_of, plus, school_weeks};
use crate::demo::town::district::Town;
use crate::demo::town::phase::Phase;
use crate::demo::town::pupil::PupilId;
use crate::demo::town::roll::Spell;
use crate::demo::town::school::SchoolId;
use crate::demo::town::timetable::Timetable;
use crate::demo::town::today::today;

const HEADER: [&str; 8] = ["UPN", "URN", "Week", "Possible", "Attended", "Code B", "Code C2", "Code K"];

/// The file while it is being written.
#[derive(Debug)]
pub(super) struct Returns {
    file: Output,
    seed: u64,
}

/// The sessions of a child at a school in a week.
#[derive(Debug, Default, Clone, Copy)]
struct Sessions {
    possible: u32,
    attended: u32,
    off_site: u32,
    part_time: u32,
}

type Weeks = BTreeMap<(NaiveDate, PupilId, SchoolId), Sessions>;

impl Returns {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let mut file = Output::create(dir.join("extracts/outcomes/pupil_attendance.csv"))?;
        file.text(&line(&HEADER))?;
        Ok(Self { file, seed })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "attendance_codes", town.district);
        let last_monday = plus(monday_of(today()), -7);
        let weeks: Vec<(NaiveDate, u32)> =
            (2023..=THIS_YEAR).flat_map(school_weeks).filter(|(monday, _)| *monday <= last_monday).collect();
        let mut rows = Weeks::new();
        coded(town, &mut chance, &weeks, &mut rows);
        without_notice(town, &mut chance, &weeks, &mut rows);
        around_placements(town, &mut chance, &weeks, &mut rows);
        for ((monday, pupil, school), sessions) in rows {
            if !returns_codes(town, school) {
                continue;
            }
            let urn = town.school(school).urn;
            self.file.text(&line(&[
                &town.pupil(pupil).upn,
                &urn.to_string(),
                &iso(monday),
                &sessions.possible.to_string(),
                &sessions.attended.to_string(),
                &sessions.off_site.to_string(),
                &sessions.part_time.to_string(),
                "0",
            ]))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.file.finish()
    }
}

/// Returns whether a school sends its registers.
fn returns_codes(town: &Town, school: SchoolId) -> bool {
    town.school(school).urn % 20 != 7
}

/// Returns the half term in which the signals are planted: the last that is over.
fn planted_in() -> (NaiveDate, NaiveDate) {
    let half = half_terms(THIS_YEAR - 1)[5];
    (half.starts_on, half.ends_on)
}

/// Writes the weeks of the timetables of which the council was notified.
fn coded(town: &Town, chance: &mut Stream, weeks: &[(NaiveDate, u32)], rows: &mut Weeks) {
    let from = date(2024, 9, 1);
    let placed: BTreeSet<PupilId> = town.placements.iter().map(|placement| placement.pupil).collect();
    let (first, last) = planted_in();
    let mut to_plant = town.size.scaled(10);
    for timetable in &town.timetables {
        let ends = timetable.ended_on.unwrap_or_else(today);
        if ends < from {
            continue;
        }
        let is_coded = chance.chance(800);
        let runs_long = timetable.started_on <= plus(first, 7) && ends >= plus(last, -14);
        let is_off_site = !is_coded
            && to_plant > 0
            && runs_long
            && returns_codes(town, timetable.school)
            && !placed.contains(&timetable.pupil);
        to_plant -= u32::from(is_off_site);
        let there = weeks.iter().filter(|(monday, _)| {
            *monday >= from && plus(*monday, 4) >= timetable.started_on && *monday <= ends
        });
        for (monday, days) in there {
            let possible = days * 2;
            let missed = missed(timetable, possible);
            let present = possible - missed;
            let sessions = Sessions {
                possible,
                attended: present * u32::try_from(chance.between(70, 100)).unwrap_or(100) / 100
                    + if is_coded || is_off_site { 0 } else { missed },
                off_site: if is_off_site { missed } else { 0 },
                part_time: if is_coded { missed } else { 0 },
            };
            rows.entry((*monday, timetable.pupil, timetable.school)).or_insert(sessions);
        }
    }
}

/// Returns the sessions of a week that a timetable does not offer.
fn missed(timetable: &Timetable, possible: u32) -> u32 {
    (possible * (timetable.full - timetable.offered) / timetable.full.max(1)).min(possible)
}

/// Writes children coded as part time of whom the council was never notified.
fn without_notice(town: &Town, chance: &mut Stream, weeks: &[(NaiveDate, u32)], rows: &mut Weeks) {
    let (first, last) = planted_in();
    let notified: BTreeSet<PupilId> = town.timetables.iter().map(|timetable| timetable.pupil).collect();
    let on_roll: Vec<&Spell> = town
        .spells
        .iter()
        .filter(|spell| {
            spell.status == "C"
                && spell.entered_on <= first
                && spell.left_on.is_none_or(|left| left >= last)
                && town.school(spell.school).phase == Phase::Secondary
                && returns_codes(town, spell.school)
                && town.pupil(spell.pupil).nc_year(THIS_YEAR - 1) <= 11
                && !notified.contains(&spell.pupil)
        })
        .collect();
    if on_roll.is_empty() {
        return;
    }
    let mut chosen = BTreeSet::new();
    for number in 0..town.size.scaled(15) + town.size.scaled(5) {
        let spell = *chance.pick(&on_roll);
        if !chosen.insert(spell.pupil) {
            continue;
        }
        let is_short = number >= town.size.scaled(15);
        let there = weeks.iter().filter(|(monday, _)| *monday >= monday_of(first) && *monday <= last);
        for (monday, days) in there.take(if is_short { 1 } else { 6 }) {
            let part_time = if is_short { 2 } else { 4 };
            let possible = days * 2;
            let attended = possible - part_time.min(possible);
            rows.entry((*monday, spell.pupil, spell.school)).or_insert(Sessions {
                possible,
                attended,
                off_site: 0,
                part_time: part_time.min(possible),
            });
        }
    }
}

/// Writes twelve school weeks before a placement at the school that the child was at, and thirteen after one that ended
/// as planned at the school that it came back to.
fn around_placements(town: &Town, chance: &mut Stream, weeks: &[(NaiveDate, u32)], rows: &mut Weeks) {
    let placed: BTreeSet<PupilId> = town.placements.iter().map(|placement| placement.pupil).collect();
    let mut rolls: BTreeMap<PupilId, Vec<&Spell>> = BTreeMap::new();
    for spell in town.spells.iter().filter(|spell| {
        placed.contains(&spell.pupil)
            && matches!(spell.status, "C" | "M")
            && town.school(spell.school).phase != Phase::Alternative
    }) {
        rolls.entry(spell.pupil).or_default().push(spell);
    }
    for placement in town.placements.iter().filter(|placement| placement.last_day() >= date(2024, 9, 1)) {
        let own = rolls.get(&placement.pupil).map_or(&[][..], Vec::as_slice);
        let before = chance.between(350, 850);
        let end = weeks.partition_point(|(monday, _)| plus(*monday, 4) < placement.started_on);
        for (monday, days) in weeks.iter().take(end).skip(end.saturating_sub(12)) {
            attend(chance, rows, own, (*monday, *days), (placement.pupil, before));
        }
        let back = placement.ended.filter(|(_, reason)| {
            matches!(*reason, "PLANNED_REINTEGRATED_MAINSTREAM" | "PLANNED_TO_SPECIAL")
        });
        if let Some((ended_on, _)) = back {
            let after = chance.between(780, 990);
            let begin = weeks.partition_point(|(monday, _)| *monday <= ended_on);
            for (monday, days) in weeks.iter().skip(begin).take(17) {
                attend(chance, rows, own, (*monday, *days), (placement.pupil, after));
            }
        }
    }
}

/// Writes a week at the school on whose roll the child is on its Monday.
fn attend(
    chance: &mut Stream,
    rows: &mut Weeks,
    rolls: &[&Spell],
    (monday, days): (NaiveDate, u32),
    (pupil, usual): (PupilId, i64),
) {
    let Some(spell) = rolls
        .iter()
        .find(|spell| spell.entered_on <= monday && spell.left_on.is_none_or(|left| left >= plus(monday, 4)))
    else {
        return;
    };
    let possible = days * 2;
    let rate = u32::try_from((usual + chance.between(-150, 150)).clamp(0, 1000)).unwrap_or_default();
    let attended = (possible * rate + 500) / 1000;
    rows.entry((monday, pupil, spell.school)).or_insert(Sessions {
        possible,
        attended,
        off_site: 0,
        part_time: 0,
    });
}
