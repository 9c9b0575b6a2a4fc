//! `extracts/outcomes/key_stage_4.csv`: results of the young people who were in year 11 in the January of each academic year
//! that is over; `extracts/outcomes/destinations.csv`: where those went who left by the summer of the year before last.
//!
//! Planted: one young person in forty of an alternative provision roll has no result on record, and one in ten no
//! destination, so that neither is counted as a failure.

use std::collections::BTreeSet;
use std::path::Path;

use super::output::Output;
use super::text::line;
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;
use crate::demo::terms::year_code;
use crate::demo::town::district::Town;
use crate::demo::town::pupil::PupilId;
use crate::demo::town::roll::census_day;

/// The files while they are being written.
#[derive(Debug)]
pub(super) struct Returns {
    results: Output,
    destinations: Output,
    seed: u64,
}

const RESULTS: [&str; 7] = [
    "UPN",
    "Academic Year",
    "Entered",
    "Any Pass",
    "English and Maths 9-4",
    "English and Maths 9-5",
    "Attainment 8",
];
const DESTINATIONS: [&str; 3] = ["UPN", "Leaving Year", "Destination"];

impl Returns {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let mut results = Output::create(dir.join("extracts/outcomes/key_stage_4.csv"))?;
        results.text(&line(&RESULTS))?;
        let mut destinations = Output::create(dir.join("extracts/outcomes/destinations.csv"))?;
        destinations.text(&line(&DESTINATIONS))?;
        Ok(Self { results, destinations, seed })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "key_stage_4", town.district);
        // At least two years, so that those of the first have gone somewhere.
        for year in town.first_placement_year.min(THIS_YEAR - 2)..THIS_YEAR {
            let placed = placed(town, year);
            for pupil in year_eleven(town, year) {
                let is_placed = placed.contains(&pupil);
                let result = Result8::of(&mut chance, is_placed);
                let is_missing = is_placed && chance.chance(25);
                if !is_missing {
                    self.result(town, pupil, year, &result)?;
                }
                if year < THIS_YEAR - 1 {
                    let destination = destination(&mut chance, is_placed);
                    if !(is_placed && chance.chance(100)) {
                        let upn = &town.pupil(pupil).upn;
                        self.destinations.text(&line(&[upn, &year_code(year), destination]))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn result(&mut self, town: &Town, pupil: PupilId, year: i32, result: &Result8) -> Result<(), DemoError> {
        let yes = |is: bool| if is { "Y" } else { "N" };
        self.results.text(&line(&[
            &town.pupil(pupil).upn,
            &year_code(year),
            yes(result.entered),
            yes(result.any_pass()),
            yes(result.basics(400)),
            yes(result.basics(500)),
            &format!("{}.{}", result.tenths / 10, result.tenths % 10),
        ]))
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.results.finish()?;
        self.destinations.finish()
    }
}

/// The results of one young person.
#[derive(Debug)]
struct Result8 {
    entered: bool,
    /// Attainment 8 in tenths.
    tenths: i64,
    /// What English and mathematics together lack or have beyond it, in tenths.
    basics: i64,
}

impl Result8 {
    fn of(chance: &mut Stream, is_placed: bool) -> Self {
        let entered = chance.chance(if is_placed { 780 } else { 990 });
        // The sum of three is most often near the middle.
        let (low, high) = if is_placed { (0, 120) } else { (60, 260) };
        let tenths: i64 = (0..3).map(|_| chance.between(low, high)).sum();
        Self { entered, tenths: if entered { tenths } else { 0 }, basics: chance.between(-150, 200) }
    }

    fn any_pass(&self) -> bool {
        self.entered && self.tenths >= 40
    }

    /// Returns whether both are at least what stands for a grade.
    fn basics(&self, least: i64) -> bool {
        self.any_pass() && self.tenths + self.basics >= least
    }
}

fn destination(chance: &mut Stream, is_placed: bool) -> &'static str {
    if is_placed {
        chance.weighted(&[
            ("EDUCATION", 46),
            ("APPRENTICESHIP", 4),
            ("EMPLOYMENT", 8),
            ("NOT_SUSTAINED", 32),
            ("NOT_CAPTURED", 10),
        ])
    } else {
        chance.weighted(&[
            ("EDUCATION", 88),
            ("APPRENTICESHIP", 3),
            ("EMPLOYMENT", 3),
            ("NOT_SUSTAINED", 5),
            ("NOT_CAPTURED", 1),
        ])
    }
}

/// Returns those in year 11 on any roll in the January of the academic year that starts in `year`, in their order.
fn year_eleven(town: &Town, year: i32) -> BTreeSet<PupilId> {
    let day = census_day(year);
    let there = town.spells.iter().filter(|spell| {
        spell.entered_on <= day
            && spell.left_on.is_none_or(|left| left >= day)
            && town.pupil(spell.pupil).nc_year(year) == 11
    });
    there.map(|spell| spell.pupil).collect()
}

/// Returns those with a placement on that day.
fn placed(town: &Town, year: i32) -> BTreeSet<PupilId> {
    let day = census_day(year);
    let there =
        town.placements.iter().filter(|placement| placement.started_on <= day && placement.last_day() >= day);
    there.map(|placement| placement.pupil).collect()
}
