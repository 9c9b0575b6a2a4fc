use std::path::Path;

use super::super::output::Output;
use super::area::{Area, COUNCIL, quoted};
use super::other::{ENGLAND, ENGLAND_SUSPENSIONS, Other, REGION, of_year, others};
use crate::demo::error::DemoError;
use crate::demo::levels::{FIRST_YEAR, Size, THIS_YEAR, published_exclusions};
use crate::demo::town::phase::Phase;

const EXCLUSIONS: [&str; 12] = [
    "year",
    "level",
    "la_name",
    "school_type",
    "num_schools",
    "headcount",
    "perm_excl",
    "perm_excl_rate",
    "fixed_excl",
    "fixed_excl_rate",
    "one_plus_fixed",
    "one_or_more_fixed_excl_rate",
];

/// Writes the exclusions of England, the region, the council and every other authority.
pub(super) fn write(path: &Path, seed: u64, districts: &[Size]) -> Result<(), DemoError> {
    let mut file = Output::create(path.to_owned())?;
    file.text(&quoted(&EXCLUSIONS))?;
    for year in (FIRST_YEAR..THIS_YEAR - 1).rev() {
        let england = of_year(&ENGLAND, year);
        let national = Area {
            level: "National",
            name: "England",
            phase: "Total",
            schools: 21_300,
            headcount: 8_000_000,
            permanent: england * 80,
            suspensions: of_year(&ENGLAND_SUSPENSIONS, year) * 800,
            suspended: of_year(&ENGLAND_SUSPENSIONS, year) * 400,
            suppressed: false,
        };
        file.text(&national.row(year))?;
        let others = others(seed, year);
        let in_region: Vec<&Other> = others.iter().filter(|other| REGION.contains(&other.place)).collect();
        let (own, phases) = own(districts, year);
        let sum = |of: fn(&Other) -> u32| in_region.iter().map(|other| of(other)).sum::<u32>();
        let area = Area {
            level: "Region",
            name: "West Midlands",
            phase: "Total",
            schools: 1_300,
            headcount: sum(|other| other.headcount) + own.headcount,
            permanent: sum(|other| other.permanent) + own.permanent,
            suspensions: sum(|other| other.suspensions) + own.suspensions,
            suspended: sum(|other| other.suspended) + own.suspended,
            suppressed: false,
        };
        file.text(&area.row(year))?;
        file.text(&own.row(year))?;
        for phase in &phases {
            file.text(&phase.row(year))?;
        }
        for other in &others {
            let area = Area {
                level: "Local authority",
                name: &other.name(),
                phase: "Total",
                schools: other.headcount / 420,
                headcount: other.headcount,
                permanent: other.permanent,
                suspensions: other.suspensions,
                suspended: other.suspended,
                suppressed: other.permanent < 3 && other.permanent > 0,
            };
            file.text(&area.row(year))?;
        }
    }
    file.finish()
}

/// Makes the council's own rows of a year: the total, and one for each phase.
fn own(districts: &[Size], year: i32) -> (Area<'static>, Vec<Area<'static>>) {
    let suspensions: u32 = districts.iter().map(|size| size.suspensions(year)).sum();
    let count = u32::try_from(districts.len()).unwrap_or_default();
    let mut phases = Vec::new();
    for (phase, name, schools, share) in [
        (Phase::Primary, "Primary", 66, 11),
        (Phase::Secondary, "Secondary", 19, 80),
        (Phase::Special, "Special", 7, 9),
    ] {
        let headcount = districts.iter().map(|size| size.january_roll(phase, year)).sum();
        let permanent = published_exclusions(phase, year).unwrap_or_default() * count;
        let events = suspensions * share / 100;
        phases.push(Area {
            level: "Local authority",
            name: COUNCIL,
            phase: name,
            schools: schools * count,
            headcount,
            permanent,
            suspensions: events,
            suspended: events * 53 / 100,
            suppressed: (1..3).contains(&permanent),
        });
    }
    let sum = |of: fn(&Area<'_>) -> u32| phases.iter().map(of).sum::<u32>();
    let total = Area {
        level: "Local authority",
        name: COUNCIL,
        phase: "Total",
        schools: sum(|area| area.schools),
        headcount: sum(|area| area.headcount),
        permanent: sum(|area| area.permanent),
        suspensions: sum(|area| area.suspensions),
        suspended: sum(|area| area.suspended),
        suppressed: false,
    };
    (total, phases)
}
