//! `extracts/statistics/high_needs_2021_22.xlsx` and on: budget and outturn of the high needs block by authority, in the
//! two header rows, with the repeated titles and the missing cells, in which the benchmarking tool has them.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use super::area::COUNCIL;
use super::other::{Other, REGION, others};
use crate::demo::levels::Size;
use crate::demo::random::Stream;
use crate::demo::town::phase::Phase;

/// The financial years for which there is a book, by the calendar year in which they begin.
pub(super) const YEARS: std::ops::Range<i32> = 2021..2025;

/// The upper and the lower title of each column of pounds, and pence for each resident of 2 to 18 that are usual.
const GROUPS: [(&str, &str, u32); 5] = [
    ("PRUs and AP academies", "", 2_300),
    ("PRUs and AP academies (1)", "", 3_100),
    ("PRUs and AP academies (2)", "", 1_200),
    ("Alternative provision services", "Alternative", 1_400),
    ("Hospital education services", "Hospital education services", 650),
];
/// Per mille of the usual at which the council is: its places are dearer than most.
const COUNCIL_LEVEL: u32 = 1_180;

/// Makes the book of a financial year.
pub(super) fn workbook(seed: u64, districts: &[Size], year: i32) -> Result<Vec<u8>, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 9, 30)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet().set_name("Sheet1")?;
    sheet.write(1, 1, "Year")?;
    sheet.write(1, 2, format!("{year}-{:02}", (year + 1).rem_euclid(100)))?;
    sheet.write(2, 5, "Section 251 budget")?;
    sheet.write(2, 10, "Section 251 outturn")?;
    for (column, title) in
        (1..).zip(["Region", "LA code", "LA name", "2-18 Population (ONS mid-2021 projection)"])
    {
        sheet.write(4, column, title)?;
    }
    for (column, (upper, lower, _)) in (5_u16..).zip(GROUPS.iter().chain(&GROUPS)) {
        sheet.write(3, column, *upper)?;
        if !lower.is_empty() {
            sheet.write(4, column, *lower)?;
        }
    }
    // One stream for each year: a year more moves no figure.
    let mut chance = Stream::new(seed, "high_needs", u32::try_from(year).unwrap_or_default());
    let residents: u32 = districts
        .iter()
        .map(|size| size.january_roll(Phase::Primary, year) + size.january_roll(Phase::Secondary, year))
        .sum();
    let council = (336, COUNCIL.to_owned(), true, residents, COUNCIL_LEVEL);
    let elsewhere = others(seed, year).into_iter().map(|other| {
        let level = 550 + other.permanent % 97 * 9;
        (Other::number(other.place), other.name(), REGION.contains(&other.place), other.headcount, level)
    });
    for (row, (number, name, near, pupils, level)) in (7_u32..).zip(std::iter::once(council).chain(elsewhere))
    {
        // There are more residents of 2 to 18 than pupils of 5 to 15, and projections have fractions.
        let population = f64::from(pupils) * 1.3 + 0.5 + f64::from(year - 2021) * 8.25;
        sheet.write(row, 1, if near { "WEST MIDLANDS " } else { "OTHER " })?;
        sheet.write(row, 2, number)?;
        sheet.write(row, 3, name)?;
        sheet.write(row, 4, population)?;
        let returned = number == 336 || !chance.chance(20);
        let grown = 1000 + 45 * u32::try_from(year - 2021).unwrap_or_default();
        for (column, (_, _, usual)) in (5_u16..).zip(GROUPS.iter().chain(&GROUPS)) {
            let spread = 700 + chance.below(600);
            let each = u64::from(*usual) * u64::from(level) / 1000 * u64::from(grown) / 1000
                * u64::from(spread)
                / 1000;
            let pounds = each * u64::from(pupils) * 13 / 1000;
            if returned {
                sheet.write(row, column, pounds)?;
            } else {
                sheet.write(row, column, "#N/A")?;
            }
        }
    }
    book.save_to_buffer()
}
