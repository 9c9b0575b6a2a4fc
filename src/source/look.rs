//! Shows the rows of a file or a query as its format reads them, before anybody has written a contract for them.

use super::error::SourceError;
use super::file::content::Content;
use super::format;
use super::found::Found;
use super::marks::Marks;
use super::place::Place;
use super::proposal::Proposal;
use super::receiver::Receiver;
use super::row::Row;
use crate::project::SourceDefinition;

/// One row as its format reads it.
#[derive(Debug, Clone, Copy)]
pub struct PlainRow<'a>(&'a Row);

/// What a format knows of a cell besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A true date, not the text of one.
    Date,
    /// A percentage.
    Percentage,
    /// A length of time or a time of day.
    Time,
    /// A number with zeros or characters that are not part of it.
    Code,
    /// A sum of another currency than pounds.
    Foreign,
    /// Blank, because the cell above is merged over it.
    Merged,
}

impl<'a> PlainRow<'a> {
    /// Returns its number in the file or the result, from 1; 0 for the names of a format that has no row of them.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0.number
    }

    /// Returns the cells in order.
    pub fn cells(self) -> impl Iterator<Item = &'a str> {
        self.0.cells()
    }

    /// Returns the cells that are merged from one place to another, both included.
    #[must_use]
    pub fn merged(self) -> &'a [(usize, usize)] {
        &self.0.merged
    }

    /// Returns whether the format says of the cell at `place` that it is shown so.
    #[must_use]
    pub fn is_shown(self, place: usize, shown: Shown) -> bool {
        self.0.marks_at(place).has(match shown {
            Shown::Date => Marks::DATE,
            Shown::Percentage => Marks::PERCENT,
            Shown::Time => Marks::TIME,
            Shown::Code => Marks::CODE,
            Shown::Foreign => Marks::FOREIGN,
            Shown::Merged => Marks::MERGED,
        })
    }
}

/// Shows each row of `found` to `see`, until it has seen enough and returns `false`. The contract of `source` is not
/// read: its format, or its query, is.
///
/// # Errors
///
/// Any fault of the place, the file or its format.
pub fn look(
    source: &SourceDefinition,
    place: Place<'_>,
    found: &Found,
    see: &mut dyn FnMut(PlainRow<'_>) -> bool,
) -> Result<(), SourceError> {
    let mut looker = Looker { file: &found.name, see, has_seen_enough: false };
    let read = place.connector()?.look(source, place.root, found, &mut looker);
    if looker.has_seen_enough { Ok(()) } else { read }
}

/// Proposes the format of a file that nobody has described, with its settings.
///
/// # Errors
///
/// The file is of a kind that no format reads, or cannot be read.
pub fn propose(found: &Found) -> Result<Proposal, SourceError> {
    format::list::propose(&Content::new(found, format::list::marks())?)
}

/// Shows rows to somebody.
struct Looker<'a> {
    file: &'a str,
    see: &'a mut dyn FnMut(PlainRow<'_>) -> bool,
    has_seen_enough: bool,
}

impl Receiver for Looker<'_> {
    fn take(&mut self, row: &Row) -> Result<(), SourceError> {
        if (self.see)(PlainRow(row)) {
            return Ok(());
        }
        // Any error ends the reading.
        self.has_seen_enough = true;
        Err(SourceError::NoRows { file: self.file.to_owned() })
    }
}
