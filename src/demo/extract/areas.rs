//! `extracts/statistics/`: wards, population and the schools' tables, as a research team collects them from
//! what is published.

use std::collections::BTreeMap;
use std::path::Path;

use super::codes::ward_code;
use super::output::Output;
use super::text::line;
use crate::demo::error::DemoError;
use crate::demo::levels::{FIRST_YEAR, THIS_YEAR};
use crate::demo::random::Stream;
use crate::demo::terms::year_code;
use crate::demo::town::district::Town;
use crate::demo::town::phase::Phase;
use crate::demo::town::pupil::WARDS;
use crate::demo::town::roll::census_day;
use crate::demo::town::school::SchoolId;
use crate::demo::town::status::Kind;

/// The files while they are being written.
#[derive(Debug)]
pub(super) struct Tables {
    schools: Output,
    population: Output,
    wards: Output,
    seed: u64,
    /// Pupils of primary and secondary schools in the January of a year.
    pupils: BTreeMap<i32, u32>,
}

const WARD_NAMES: [&str; 20] = [
    "Aldbury Park",
    "Brackhill",
    "Canal Side",
    "Dovecote",
    "East Fallings",
    "Fernbank",
    "Graisemore",
    "Heathtown Green",
    "Ironbridge Road",
    "Jubilee",
    "Kilnfield",
    "Lowbrook",
    "Mereford",
    "Newcross",
    "Oxlea",
    "Pennhurst",
    "Quarry Bank End",
    "Ridgeacre",
    "Saltwell",
    "Tettenbrook",
];
/// What three of them were called before.
const OLD_NAMES: [(usize, &str); 3] = [(1, "Brackhill East"), (4, "Fallings"), (18, "Spring Well")];

const SCHOOLS: [&str; 8] = [
    "Academic Year",
    "URN",
    "School",
    "Pupils on roll",
    "% FSM",
    "% Pupil Premium",
    "% SEN",
    "% reaching KS4 floor standard",
];

/// The fifth of each ward in the index of income deprivation of children: a poor city's.
const IDACI: [u8; 20] = [1, 2, 1, 2, 1, 3, 1, 1, 2, 1, 3, 2, 4, 1, 2, 1, 3, 4, 2, 5];

impl Tables {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let folder = dir.join("extracts/statistics");
        let mut schools = Output::create(folder.join("school_characteristics.csv"))?;
        // The research team's spreadsheet saves text with a byte order mark.
        schools.text("\u{feff}")?;
        schools.text(&line(&SCHOOLS))?;
        let mut population = Output::create(folder.join("population.csv"))?;
        population.text(&line(&["Mid-year", "Area", "Age", "Sex", "Persons", "Basis"]))?;
        let mut wards = Output::create(folder.join("wards.csv"))?;
        wards.text(&line(&[
            "Ward Code",
            "Ward",
            "From",
            "To",
            "Reported As",
            "Reported Name",
            "IDACI Fifth",
        ]))?;
        Ok(Self { schools, population, wards, seed, pupils: BTreeMap::new() })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "school_tables", town.district);
        for year in FIRST_YEAR..THIS_YEAR {
            for (place, counted) in on_census_day(town, year) {
                let school = town.school(place);
                *self.pupils.entry(year).or_default() += counted.pupils;
                let percent = |part: u32| {
                    let tenths = (part * 2000 / counted.pupils.max(1)).div_ceil(2);
                    // A share of fewer than three pupils is not published.
                    if (1..3).contains(&part) { "SUPP".to_owned() } else { tenths_of(tenths) }
                };
                let floor = school.floor.map(|floor| tenths_of(floor * 10 + chance.below(20) - 10));
                self.schools.text(&line(&[
                    &year_code(year).replace('-', "/"),
                    &school.urn.to_string(),
                    &school.name,
                    &counted.pupils.to_string(),
                    &percent(counted.meals),
                    &percent(counted.premium),
                    &percent(counted.needs),
                    floor.as_deref().unwrap_or(if school.phase == Phase::Special { "SUPP" } else { "NE" }),
                ]))?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), DemoError> {
        for (ward, name) in (0..WARDS).zip(WARD_NAMES) {
            let (old, new) =
                (ward_code(ward, chrono::NaiveDate::from_ymd_opt(2020, 1, 1)), ward_code(ward, None));
            let place = usize::try_from(ward).unwrap_or_default();
            let before = OLD_NAMES.iter().find(|(of, _)| *of == place).map_or(name, |(_, old)| old);
            let fifth = IDACI.get(place).map_or_else(String::new, ToString::to_string);
            self.wards.text(&line(&[&old, before, "05/05/2011", "03/05/2023", &new, name, ""]))?;
            self.wards.text(&line(&[&new, name, "04/05/2023", "31/12/9999", &new, name, &fifth]))?;
        }
        self.wards.finish()?;
        self.schools.finish()?;
        let last = self.pupils.values().next_back().copied().unwrap_or_default();
        for year in FIRST_YEAR..THIS_YEAR + 5 {
            // The middle of the year falls in the academic year that began in the September before.
            let pupils = self.pupils.get(&(year - 1)).copied().unwrap_or(last);
            let basis = if year < THIS_YEAR { "Estimate" } else { "Projection" };
            for age in 0..20_u32 {
                let both = pupils * (1000 + age * 3) / 13_400;
                for (sex, persons) in [("F", both * 488 / 1000), ("M", both - both * 488 / 1000)] {
                    self.population.text(&line(&[
                        &year.to_string(),
                        "336",
                        &age.to_string(),
                        sex,
                        &persons.to_string(),
                        basis,
                    ]))?;
                }
            }
        }
        self.population.finish()
    }
}

/// Writes 234 tenths as `23.4`.
fn tenths_of(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Pupils of a school on the census day.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    pupils: u32,
    meals: u32,
    premium: u32,
    needs: u32,
}

fn on_census_day(town: &Town, year: i32) -> BTreeMap<SchoolId, Counted> {
    let day = census_day(year);
    let mut schools: BTreeMap<SchoolId, Counted> = BTreeMap::new();
    for spell in &town.spells {
        let there = matches!(spell.status, "C" | "M")
            && spell.entered_on <= day
            && spell.left_on.is_none_or(|left| left >= day);
        if !there || town.school(spell.school).phase == Phase::Alternative {
            continue;
        }
        let counted = schools.entry(spell.school).or_default();
        counted.pupils += 1;
        for status in town.statuses(spell.pupil).iter().filter(|status| status.holds(day)) {
            match status.kind {
                Kind::FreeMeals => counted.meals += 1,
                Kind::PupilPremium => counted.premium += 1,
                Kind::SenSupport | Kind::SenPlan => counted.needs += 1,
                Kind::InNeed | Kind::ProtectionPlan | Kind::LookedAfter => {}
            }
        }
    }
    schools
}
