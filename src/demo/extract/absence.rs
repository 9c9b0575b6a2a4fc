//! `extracts/outcomes/absence/absence_2021_22.csv` and on: what schools' termly returns come to, one file a
//! year, one row for each term, school and year group.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::output::Output;
use super::text::line;
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;
use crate::demo::terms::{half_terms, year_code};
use crate::demo::town::district::Town;
use crate::demo::town::phase::Phase;
use crate::demo::town::pupil::{Meals, Sen};
use crate::demo::town::roll::census_day;

/// First year of the returns.
const FIRST: i32 = 2021;

/// The yearly files while they are being written.
#[derive(Debug)]
pub(super) struct Returns {
    folder: PathBuf,
    files: BTreeMap<i32, Output>,
    seed: u64,
}

const HEADER: [&str; 13] = [
    "Academic Year",
    "Term",
    "URN",
    "NC Year",
    "Enrolments",
    "Possible Sessions",
    "Authorised Sessions",
    "Unauthorised Sessions",
    "Persistent Absentees YTD",
    "Severe Absentees YTD",
    "Code B Sessions",
    "Code C2 Sessions",
    "Code K Sessions",
];
const TERMS: [&str; 3] = ["Autumn", "Spring", "Summer"];

/// Who is enrolled in a year group of a school.
#[derive(Debug, Default, Clone, Copy)]
struct Group {
    enrolled: u32,
    /// Those whose absence is higher by what is known of them.
    at_risk: u32,
}

impl Returns {
    pub(super) fn create(dir: &Path, seed: u64) -> Self {
        Self { folder: dir.join("extracts/outcomes/absence"), files: BTreeMap::new(), seed }
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "absence_returns", town.district);
        for year in FIRST.max(town.first_placement_year)..THIS_YEAR {
            if !self.files.contains_key(&year) {
                let name = format!("absence_{year}_{:02}.csv", (year + 1).rem_euclid(100));
                let mut file = Output::create(self.folder.join(name))?;
                file.text(&line(&HEADER))?;
                self.files.insert(year, file);
            }
            let Some(file) = self.files.get_mut(&year) else { continue };
            for ((urn, nc_year, phase), group) in groups(town, year) {
                for row in rows(&mut chance, year, urn, nc_year, phase, group) {
                    file.text(&line(&row.each_ref().map(String::as_str)))?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.files.into_values().try_for_each(Output::finish)
    }
}

/// Counts those on roll at the census by school and year group, compulsory school age only.
fn groups(town: &Town, year: i32) -> BTreeMap<(u32, i32, Phase), Group> {
    let day = census_day(year);
    let mut groups: BTreeMap<(u32, i32, Phase), Group> = BTreeMap::new();
    for spell in &town.spells {
        let there = matches!(spell.status, "C" | "M")
            && spell.entered_on <= day
            && spell.left_on.is_none_or(|left| left >= day);
        let school = town.school(spell.school);
        if !there || school.phase == Phase::Alternative {
            continue;
        }
        let pupil = town.pupil(spell.pupil);
        let nc_year = pupil.nc_year(year);
        if !(1..=11).contains(&nc_year) {
            continue;
        }
        let group = groups.entry((school.urn, nc_year, school.phase)).or_default();
        group.enrolled += 1;
        group.at_risk += u32::from(pupil.meals == Meals::Eligible || pupil.sen != Sen::None);
    }
    groups
}

/// Returns the absence of a year, per mille of possible sessions, of a year group without anyone at risk.
fn level(year: i32, phase: Phase, nc_year: i32) -> u32 {
    let of_year = match year {
        2020 => 40,
        2021 => 62,
        2022 => 64,
        2023 => 60,
        2024 => 57,
        _ => 54,
    };
    let older = u32::try_from((nc_year - 6).max(0)).unwrap_or_default() * 5;
    match phase {
        Phase::Special => of_year + 40,
        _ => of_year - 10 + older,
    }
}

fn rows(
    chance: &mut Stream,
    year: i32,
    urn: u32,
    nc_year: i32,
    phase: Phase,
    group: Group,
) -> Vec<[String; 13]> {
    let share_at_risk = group.at_risk * 1000 / group.enrolled.max(1);
    let own = level(year, phase, nc_year) * (700 + share_at_risk * 8 / 10) / 1000;
    let halves = half_terms(year);
    let mut absent_so_far = (0, 0);
    TERMS
        .iter()
        .enumerate()
        .map(|(place, term)| {
            let days: u32 = halves[place * 2..place * 2 + 2]
                .iter()
                .map(|half| {
                    let days = (half.ends_on - half.starts_on).num_days() + 1;
                    u32::try_from(days * 5 / 7).unwrap_or_default() + 1
                })
                .sum();
            // Year 11 has left by the summer half-term.
            let days = if nc_year == 11 && place == 2 { days / 2 } else { days };
            let possible = group.enrolled * days * 2;
            let rate = (own * (850 + chance.below(300)) / 1000).min(950);
            let absent = possible / 1000 * rate;
            let unauthorised = absent * (180 + u32::try_from(nc_year).unwrap_or_default() * 22) / 1000;
            absent_so_far = (absent_so_far.0 + absent, absent_so_far.1 + possible);
            let to_date = absent_so_far.0 / (absent_so_far.1 / 1000).max(1);
            // Shares of pupils that go with a mean rate of absence in published figures.
            let persistent = (to_date * 3).saturating_sub(12).min(900);
            let severe = (to_date * to_date / 238).min(persistent);
            let round = |per_mille: u32| (group.enrolled * per_mille + 500) / 1000;
            let coded = |per_mille: u32| (possible * per_mille / 1000).to_string();
            let new_codes = year >= 2024;
            let reduced = if nc_year >= 7 { 3 } else { 1 };
            [
                year_code(year).replace('-', "/"),
                (*term).to_owned(),
                urn.to_string(),
                nc_year.to_string(),
                group.enrolled.to_string(),
                possible.to_string(),
                (absent - unauthorised).to_string(),
                unauthorised.to_string(),
                round(persistent).to_string(),
                round(severe).to_string(),
                coded(if new_codes { 4 } else { 9 } + chance.below(5)),
                if new_codes { coded(reduced + chance.below(4)) } else { String::new() },
                if new_codes { coded(chance.below(4)) } else { String::new() },
            ]
        })
        .collect()
}
