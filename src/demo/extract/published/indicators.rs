use std::path::Path;

use super::super::output::Output;
use super::super::text::line;
use super::area::COUNCIL;
use super::other::{NEIGHBOURS, Other};
use crate::demo::error::DemoError;
use crate::demo::levels::{Size, THIS_YEAR, home_educated};
use crate::demo::random::Stream;
use crate::demo::town::phase::Phase;

/// Writes every measure for England, the region, the council and its neighbours, in the long form.
pub(super) fn write(path: &Path, seed: u64, districts: &[Size]) -> Result<(), DemoError> {
    let mut chance = Stream::new(seed, "indicators", 0);
    let mut file = Output::create(path.to_owned())?;
    let header = ["Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region"];
    file.text(&line(&header))?;
    // Per mille in the first year, and what each year adds.
    let measures = [
        ("TotAbs", "Total absence from School- % half days missed", 47, 4),
        (
            "TotPerAbNew",
            "% Total persistent absentees: missing 10% or more of own possible sessions",
            110,
            15,
        ),
        ("TotSevPerAbNew", "% Total severely persistent absentees: missing 50% or more", 7, 2),
    ];
    let mut write = |measure: (&str, &str), years: &str, area: (&str, u32, &str), value: &str| {
        file.text(&line(&[measure.0, measure.1, years, area.0, value, &area.1.to_string(), area.2]))
    };
    let names: Vec<(String, u32)> =
        NEIGHBOURS.iter().map(|place| (Other::named(*place), Other::number(*place))).collect();
    let mut areas: Vec<(&str, u32, &str)> =
        vec![("England", 970, "NA"), ("West Midlands", 984, "NA"), (COUNCIL, 336, "West Midlands")];
    areas.extend(names.iter().map(|(name, number)| (name.as_str(), *number, "Other")));
    for (code, title, first, step) in measures {
        for year in 2016..THIS_YEAR - 1 {
            for (place, area) in areas.iter().enumerate() {
                // No absence was published for 2019/20.
                let value = if year == 2019 {
                    "-".to_owned()
                } else {
                    let since = u32::try_from(year - 2016).unwrap_or_default();
                    let usual = first + step * since.min(6) - step * since.saturating_sub(6) / 2;
                    let own = if place < 2 { usual } else { usual * (900 + chance.below(250)) / 1000 };
                    format!("{}.{}", own / 10, own % 10)
                };
                let title = if year == 2016 { title } else { "" };
                write((code, title), &(year + 1).to_string(), *area, &value)?;
            }
        }
    }
    // For 100 residents of 5 to 15 on the census day of the autumn.
    let title = "Children in elective home education per 100 children aged 5-15";
    for year in 2019..THIS_YEAR {
        let stock: u32 = districts.iter().map(|_| home_educated(year)).sum();
        let residents: u32 = districts
            .iter()
            .map(|size| size.january_roll(Phase::Primary, year) + size.january_roll(Phase::Secondary, year))
            .sum();
        for (place, area) in areas.iter().enumerate() {
            let england = 70 + 13 * u32::try_from(year - 2019).unwrap_or_default();
            let hundredths = match place {
                0 => england,
                1 => england * 98 / 100,
                2 => stock * 10_000 / (residents * 82 / 100).max(1),
                _ => england * (70 + chance.below(70)) / 100,
            };
            let years = format!("{year}/{:02}", (year + 1).rem_euclid(100));
            let value = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            write(("EHE_Rate", title), &years, *area, &value)?;
        }
    }
    file.finish()
}
