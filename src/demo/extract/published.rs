//! `extracts/statistics/`: other authorities' figures in the forms in which the Department for Education
//! publishes them: exclusions of every authority, indicators of many kinds, and each authority's neighbours.
//!
//! The other authorities do not exist. England's rates of permanent exclusion of 2013-14 to 2016-17 and the
//! council's own counts of those years are published facts; everything else is made up near them.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use super::output::Output;
use super::text::line;
use crate::demo::error::DemoError;
use crate::demo::levels::{FIRST_YEAR, Size, THIS_YEAR, home_educated, published_exclusions};
use crate::demo::random::Stream;
use crate::demo::town::district::Town;
use crate::demo::town::phase::Phase;

/// What the council's own rows hold, gathered until all districts are known.
#[derive(Debug)]
pub(super) struct Published {
    seed: u64,
    districts: Vec<Size>,
}

/// Authorities beside the council's own, three of them too small to be counted.
const OTHERS: u32 = 151;
/// Authorities of 2016-17 with a higher rate than the council's.
const ABOVE: u32 = 11;
/// The council's statistical neighbours, closest first, by place among the others.
const NEIGHBOURS: [u32; 10] = [14, 4, 21, 9, 33, 7, 40, 17, 26, 52];
/// Authorities of the council's region, by place among the others.
const REGION: [u32; 13] = [3, 9, 14, 21, 29, 38, 47, 58, 71, 88, 99, 120, 141];
/// England's permanent exclusions for 100,000 pupils from [`FIRST_YEAR`].
const ENGLAND: [u32; 12] = [60, 70, 80, 100, 100, 98, 62, 48, 78, 111, 129, 132];
/// England's suspensions for 10,000 pupils.
const ENGLAND_SUSPENSIONS: [u32; 12] = [350, 388, 429, 476, 480, 470, 330, 345, 455, 480, 510, 520];
const COUNCIL: &str = "Demo City";

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

/// One row of the exclusions as published.
struct Area<'a> {
    level: &'a str,
    name: &'a str,
    phase: &'a str,
    schools: u32,
    headcount: u32,
    permanent: u32,
    suspensions: u32,
    suspended: u32,
    suppressed: bool,
}

impl Published {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, districts: Vec::new() }
    }

    pub(super) fn add(&mut self, town: &Town) {
        self.districts.push(town.size);
    }

    pub(super) fn finish(self, dir: &Path) -> Result<(), DemoError> {
        let folder = dir.join("extracts/statistics");
        self.exclusions(&folder.join("la_exclusions.csv"))?;
        self.indicators(&folder.join("la_indicators.csv"))?;
        let path = folder.join("statistical_neighbours.xlsx");
        let bytes = neighbours().map_err(|source| DemoError::Workbook { path: path.clone(), source })?;
        let mut file = Output::create(path)?;
        file.bytes(&bytes)?;
        file.finish()
    }

    fn exclusions(&self, path: &Path) -> Result<(), DemoError> {
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
            file.text(&quoted_area(year, &national))?;
            let others = self.others(year);
            let in_region: Vec<&Other> =
                others.iter().filter(|other| REGION.contains(&other.place)).collect();
            let (own, phases) = self.own(year);
            let sum = |of: fn(&Other) -> u32| in_region.iter().map(|other| of(other)).sum::<u32>();
            file.text(&quoted_area(
                year,
                &Area {
                    level: "Region",
                    name: "West Midlands",
                    phase: "Total",
                    schools: 1_300,
                    headcount: sum(|other| other.headcount) + own.headcount,
                    permanent: sum(|other| other.permanent) + own.permanent,
                    suspensions: sum(|other| other.suspensions) + own.suspensions,
                    suspended: sum(|other| other.suspended) + own.suspended,
                    suppressed: false,
                },
            ))?;
            file.text(&quoted_area(year, &own))?;
            for phase in &phases {
                file.text(&quoted_area(year, phase))?;
            }
            for other in &others {
                file.text(&quoted_area(
                    year,
                    &Area {
                        level: "Local authority",
                        name: &other.name(),
                        phase: "Total",
                        schools: other.headcount / 420,
                        headcount: other.headcount,
                        permanent: other.permanent,
                        suspensions: other.suspensions,
                        suspended: other.suspended,
                        suppressed: other.permanent < 3 && other.permanent > 0,
                    },
                ))?;
            }
        }
        file.finish()
    }

    /// The council's own rows of a year: the total, and one for each phase.
    fn own(&self, year: i32) -> (Area<'static>, Vec<Area<'static>>) {
        let suspensions: u32 = self.districts.iter().map(|size| size.suspensions(year)).sum();
        let districts = u32::try_from(self.districts.len()).unwrap_or_default();
        let mut phases = Vec::new();
        for (phase, name, schools, share) in [
            (Phase::Primary, "Primary", 66, 11),
            (Phase::Secondary, "Secondary", 19, 80),
            (Phase::Special, "Special", 7, 9),
        ] {
            let headcount = self.districts.iter().map(|size| size.january_roll(phase, year)).sum();
            let permanent = published_exclusions(phase, year).unwrap_or_default() * districts;
            let events = suspensions * share / 100;
            phases.push(Area {
                level: "Local authority",
                name: COUNCIL,
                phase: name,
                schools: schools * districts,
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

    fn others(&self, year: i32) -> Vec<Other> {
        // One stream for each authority, so that a year more moves no figure.
        let mut chance = Stream::new(self.seed, "authorities", 0);
        let (now, then) = (of_year(&ENGLAND, year), of_year(&ENGLAND, 2016));
        let events = of_year(&ENGLAND_SUSPENSIONS, year);
        (0..OTHERS)
            .map(|place| {
                let tiny = place >= OTHERS - 3;
                let headcount = if tiny { 2_600 + chance.below(900) } else { 14_000 + chance.below(90_000) };
                // For 100,000 pupils in 2016-17; the council's own is 185.
                let rate = match place {
                    _ if tiny => 60,
                    ..ABOVE => 210 + chance.below(150),
                    _ => 14 + chance.below(155),
                };
                let drift = chance.below(21) * u32::try_from((year - 2016).abs()).unwrap_or_default();
                let rate = rate * now / then * (1000 + drift) / 1000;
                let suspensions = headcount / 100 * events / 100 * (500 + chance.below(1000)) / 1000;
                Other {
                    place,
                    headcount,
                    permanent: (headcount * rate / 1000 + 50) / 100,
                    suspensions,
                    suspended: suspensions * 50 / 100,
                }
            })
            .collect()
    }

    /// Every measure for England, the region, the council and its neighbours, in the long form.
    fn indicators(&self, path: &Path) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "indicators", 0);
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
            let stock: u32 = self.districts.iter().map(|_| home_educated(year)).sum();
            let residents: u32 = self
                .districts
                .iter()
                .map(|size| {
                    size.january_roll(Phase::Primary, year) + size.january_roll(Phase::Secondary, year)
                })
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
}

/// An authority that does not exist.
struct Other {
    place: u32,
    headcount: u32,
    permanent: u32,
    suspensions: u32,
    suspended: u32,
}

impl Other {
    /// Its number, which no authority has.
    fn number(place: u32) -> u32 {
        500 + place
    }

    fn named(place: u32) -> String {
        format!("Authority {}", Self::number(place))
    }

    fn name(&self) -> String {
        Self::named(self.place)
    }
}

fn quoted_area(year: i32, area: &Area<'_>) -> String {
    let rate = |events: u32| {
        let wide = (u64::from(events) * 20_000 / u64::from(area.headcount.max(1))).div_ceil(2);
        format!("{}.{:02}", wide / 100, wide % 100)
    };
    let shown = |text: String| if area.suppressed { "x".to_owned() } else { text };
    quoted(&[
        &format!("{year}{:02}", (year + 1).rem_euclid(100)),
        area.level,
        area.name,
        area.phase,
        &area.schools.to_string(),
        &area.headcount.to_string(),
        &shown(area.permanent.to_string()),
        &shown(rate(area.permanent)),
        &area.suspensions.to_string(),
        &rate(area.suspensions),
        &area.suspended.to_string(),
        &rate(area.suspended),
    ])
}

/// A line with every field in quotes.
fn quoted(fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
    format!("{}\n", fields.join(","))
}

fn of_year(list: &[u32; 12], year: i32) -> u32 {
    let place = usize::try_from(year - FIRST_YEAR).unwrap_or_default();
    list.get(place.min(list.len() - 1)).copied().unwrap_or_default()
}

/// Each authority's neighbours, closest first, two columns for each, below a row of letters and numbers that
/// somebody's formulas need.
fn neighbours() -> Result<Vec<u8>, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 9, 30)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet().set_name("LA SN Groups")?;
    for (column, letter) in (0..5_u16).zip(["A", "B", "C", "D", "E"]) {
        sheet.write(0, column, letter)?;
        sheet.write(1, column, column + 1)?;
    }
    for column in 5..25_u16 {
        sheet.write(0, column, column - 2)?;
        sheet.write(1, column, column + 1)?;
    }
    for (column, name) in (0..5_u16).zip(["LA num", "LA Name", "LA number", "GOInd", "GOReg"]) {
        sheet.write(2, column, name)?;
    }
    for place in 0..10_u16 {
        sheet.write(2, 5 + place * 2, format!("SN{}", place + 1))?;
        sheet.write(2, 6 + place * 2, "SNP")?;
    }
    let closeness = |rank: usize| if rank < 4 { "Very close" } else { "Close" };
    let others = (0..OTHERS).map(|place| (Other::number(place), Other::named(place), Some(place)));
    let areas = std::iter::once((336, COUNCIL.to_owned(), None)).chain(others);
    for (row, (number, name, place)) in (3_u32..).zip(areas) {
        sheet.write(row, 0, number)?;
        sheet.write(row, 1, &name)?;
        sheet.write(row, 2, number)?;
        let near = place.is_none_or(|place| REGION.contains(&place));
        sheet.write(row, 3, if near { 8 } else { 1 })?;
        sheet.write(row, 4, if near { "West Midlands" } else { "Other" })?;
        let list = (0..10_u32).map(|rank| match place {
            None => NEIGHBOURS[usize::try_from(rank).unwrap_or_default() % NEIGHBOURS.len()],
            Some(place) => (place + 1 + rank * 7) % OTHERS,
        });
        for (rank, neighbour) in list.enumerate() {
            let column = 5 + u16::try_from(rank).unwrap_or_default() * 2;
            sheet.write(row, column, Other::number(neighbour))?;
            sheet.write(row, column + 1, closeness(rank))?;
        }
    }
    // Lists of an earlier year stand below.
    sheet.write(OTHERS + 5, 1, "Old SNs:")?;
    book.save_to_buffer()
}
