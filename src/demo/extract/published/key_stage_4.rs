//! `extracts/statistics/key_stage_4_ap.csv`: results at the end of key stage 4 in alternative provision, of England and of each
//! authority, in the columns in which the Department for Education publishes them, all made up. Small cells are `c`, and the
//! newest year is not out yet.

use std::path::Path;

use super::area::COUNCIL;
use super::other::{Other, others};
use crate::demo::error::DemoError;
use crate::demo::extract::output::Output;
use crate::demo::extract::text::line;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;

const HEADER: [&str; 20] = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "old_la_code",
    "la_name",
    "version",
    "establishment_type_group",
    "school_count",
    "pupil_count",
    "attainment8_average",
    "engmath_entering_percent",
    "engmath_95_total",
    "engmath_95_percent",
    "engmath_94_total",
    "engmath_94_percent",
    "gcse_entering_percent",
    "gcse_91_total",
    "gcse_91_percent",
];
/// The first year that is published, and how many pupils England has.
const FIRST: i32 = 2018;
const ENGLAND: u32 = 9_400;
/// Fewer pupils than this are not published.
const FEWEST: u32 = 10;

/// Per mille of the pupils who reach each measure, and tenths of Attainment 8.
struct Level {
    entered: u32,
    any_pass: u32,
    basics_4: u32,
    basics_5: u32,
    attainment: u32,
}

/// Writes the file.
pub(super) fn write(path: &Path, seed: u64) -> Result<(), DemoError> {
    let mut file = Output::create(path.to_owned())?;
    file.text(&line(&HEADER))?;
    for year in FIRST..THIS_YEAR - 1 {
        let mut chance = Stream::new(seed, "key_stage_4_ap", u32::try_from(year).unwrap_or_default());
        row(&mut file, year, None, ENGLAND, &level(&mut chance, 20))?;
        row(&mut file, year, Some((336, COUNCIL)), 62, &level(&mut chance, 90))?;
        for other in others(seed, year) {
            let of_area = level(&mut chance, 90);
            let pupils = other.headcount / 900;
            row(&mut file, year, Some((Other::number(other.place), &other.name())), pupils, &of_area)?;
        }
    }
    file.finish()
}

fn level(chance: &mut Stream, spread: u32) -> Level {
    let mut near = |usual: u32| usual - spread / 4 + chance.below(spread / 2 + 1);
    Level {
        entered: near(800),
        any_pass: near(640),
        basics_4: near(70),
        basics_5: near(30),
        attainment: near(120),
    }
}

fn row(
    file: &mut Output,
    year: i32,
    area: Option<(u32, &str)>,
    pupils: u32,
    level: &Level,
) -> Result<(), DemoError> {
    let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
    let shown = |text: String| if pupils < FEWEST { "c".to_owned() } else { text };
    let share = |per_mille: u32| shown(tenths(per_mille));
    let count = |per_mille: u32| shown((pupils * per_mille / 1000).to_string());
    file.text(&line(&[
        &format!("{year}{:02}", (year + 1).rem_euclid(100)),
        "Academic year",
        if area.is_none() { "National" } else { "Local authority" },
        "E92000001",
        "England",
        &area.map(|(number, _)| number.to_string()).unwrap_or_default(),
        area.map_or("", |(_, name)| name),
        "Revised",
        "Alternative provision",
        &(pupils / 25 + 1).to_string(),
        &pupils.to_string(),
        &shown(tenths(level.attainment)),
        &share(level.entered),
        &count(level.basics_5),
        &share(level.basics_5),
        &count(level.basics_4),
        &share(level.basics_4),
        &share(level.entered),
        &count(level.any_pass),
        &share(level.any_pass),
    ]))
}
