use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use super::area::COUNCIL;
use super::other::{NEIGHBOURS, OTHERS, Other, REGION};

/// Writes each authority's neighbours, closest first, two columns for each, below a row of letters and numbers that
/// somebody's formulas need.
pub(super) fn workbook() -> Result<Vec<u8>, XlsxError> {
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
    // Lists of an earlier year are below.
    sheet.write(OTHERS + 5, 1, "Old SNs:")?;
    book.save_to_buffer()
}
