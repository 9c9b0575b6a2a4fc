//! Reads an XLSX as a stream: one cell in its last row takes no more than one in its first.
//!
//! Why not the parser of the other formats: what a cell means is in its formula and its number format too, and that
//! parser gives one or the other, leaves out text in CDATA, and refuses a workbook for an error that it does not know.
//!
//! ```text
//! parts    finds the parts of the package
//! book     sheets, styles and settings of the workbook
//! strings  the texts that cells share
//! merges   cells that are merged, which follow the cells they change
//! cells    the cells of the sheet
//! ```

mod book;
mod cells;
mod merges;
mod parts;
mod strings;

use std::fs::File;
use std::io::BufReader;

use self::book::Book;
use self::parts::Parts;
use super::pick::{Wanted, pick};
use super::rows::Rows;
use crate::source::error::SourceError;
use crate::source::row::Take;

/// Returns the names of the sheets, in their order.
pub(super) fn names(file: &str, reader: BufReader<File>) -> Result<Vec<String>, SourceError> {
    let book = Book::read(&mut Parts::open(file, reader)?)?;
    Ok(book.sheets.into_iter().map(|(name, _)| name).collect())
}

/// Reads each row of the one sheet that `sheet` names.
pub(super) fn read(
    file: &str,
    reader: BufReader<File>,
    sheet: Wanted<'_>,
    take: Take<'_>,
) -> Result<(), SourceError> {
    let mut parts = Parts::open(file, reader)?;
    let book = Book::read(&mut parts)?;
    let names: Vec<String> = book.sheets.iter().map(|(name, _)| name.clone()).collect();
    let name = pick(file, &names, sheet)?;
    let part = book.sheets.iter().find(|(known, _)| *known == name).map(|(_, part)| part.clone());
    let part = part.unwrap_or_default();
    let strings = strings::read(&mut parts, book.strings.as_deref())?;
    let merged = merges::of(&mut parts, &part)?;
    let mut rows = Rows::new(file, merged, take);
    cells::read(&mut parts, &part, &book, &strings, &mut rows)?;
    rows.finish()
}
