//! Reads the rows of a file into profiles of its columns, and sets aside what does not look like a row of its table.

use super::profile::{DayForms, Profile};
use super::table::{Header, TOP, TopRow, header};
use crate::project::SourceDefinition;
use crate::source::{self, Found, Place, PlainRow, SourceError};

/// What takes a row, by the text of its cells; whether it goes on.
type See<'a> = dyn FnMut(&dyn Fn(usize) -> String) -> bool + 'a;

/// Most rows that are remembered because they are not like the others.
const ODD: usize = 2_000;

/// The columns of all files so far, and what their cells are.
#[derive(Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Cells>,
    /// Rows that were profiled.
    pub(super) rows: u64,
    /// Rows that are not like the others.
    pub(super) odd: Vec<Odd>,
    /// Columns without a name that hold values, by their number, with how many.
    pub(super) unnamed: Vec<(usize, u64)>,
    pub(super) files: usize,
}

/// One column of the files.
pub(super) struct Cells {
    /// Its name as a contract writes it.
    pub(super) from: String,
    pub(super) profile: Profile,
    /// Files that have it.
    pub(super) files: usize,
}

/// A row that is not like the others: a note, a total.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    pub(super) row: i64,
    /// The columns that it fills.
    pub(super) filled: Vec<usize>,
    /// The column of its first text, where that is the label of a total, with the text.
    pub(super) total: Option<(usize, String)>,
}

/// Returns the header of a file.
pub(super) fn top(
    definition: &SourceDefinition,
    place: Place<'_>,
    found: &Found,
    names_first: bool,
) -> Result<Option<Header>, SourceError> {
    let mut top = Vec::new();
    source::look(definition, place, found, &mut |row| {
        top.push(TopRow {
            number: row.number(),
            cells: row.cells().map(str::to_owned).collect(),
            merged: row.merged().to_vec(),
        });
        top.len() < TOP
    })?;
    Ok(header(&top, names_first))
}

impl Table {
    /// Reads a file below its header into the profiles. `with_odd`: rows that are not like the others are left out.
    pub(super) fn read(
        &mut self,
        definition: &SourceDefinition,
        place: Place<'_>,
        found: &Found,
        header: &Header,
        with_odd: bool,
    ) -> Result<(), SourceError> {
        let forms = DayForms::new();
        let places = self.places(header);
        let mut unnamed: Vec<u64> = vec![0; header.names.len()];
        let mut below = Below::new(header);
        source::look(definition, place, found, &mut |row| {
            let cells: Vec<&str> = row.cells().collect();
            let Some(filled) = below.filled(row, &cells) else { return true };
            let odd = if with_odd { is_odd(&cells, &filled, header.fills) } else { None };
            let column = |place: &usize| places.get(*place).copied().flatten();
            if let Some(total) = odd {
                let total =
                    total.and_then(|place| Some((column(&place)?, cells.get(place)?.trim().to_owned())));
                if self.odd.len() < ODD {
                    let filled = filled.iter().filter_map(column).collect();
                    self.odd.push(Odd { row: row.number(), filled, total });
                }
                return true;
            }
            for place in filled.iter().filter(|place| column(place).is_none()) {
                if let Some(count) = unnamed.get_mut(*place) {
                    *count += 1;
                }
            }
            self.take(row, &cells, &places, &forms);
            true
        })?;
        self.files += 1;
        let unnamed = unnamed.into_iter().enumerate().filter(|(_, count)| *count > 0);
        self.unnamed.extend(unnamed.map(|(place, count)| (place + 1, count)));
        Ok(())
    }

    /// Shows each row of a file that is like the others to `see`, which asks for a cell by its column, until it returns
    /// `false`.
    pub(super) fn each(
        &self,
        definition: &SourceDefinition,
        place: Place<'_>,
        found: &Found,
        header: &Header,
        with_odd: bool,
        see: &mut See<'_>,
    ) -> Result<(), SourceError> {
        let mut own = Self::default();
        for cells in &self.columns {
            own.know(&cells.from);
        }
        let places = own.places(header);
        let mut below = Below::new(header);
        source::look(definition, place, found, &mut |row| {
            let cells: Vec<&str> = row.cells().collect();
            let Some(filled) = below.filled(row, &cells) else { return true };
            if with_odd && is_odd(&cells, &filled, header.fills).is_some() {
                return true;
            }
            see(&|column| {
                let place = places.iter().position(|at| *at == Some(column));
                place
                    .and_then(|place| cells.get(place))
                    .map_or_else(String::new, |cell| source::trimmed(cell).to_owned())
            })
        })
    }

    /// Knows a column of another table.
    fn know(&mut self, from: &str) {
        self.columns.push(Cells { from: from.to_owned(), profile: Profile::default(), files: 0 });
    }

    fn take(&mut self, row: PlainRow<'_>, cells: &[&str], places: &[Option<usize>], forms: &DayForms) {
        self.rows += 1;
        for (place, column) in places.iter().enumerate() {
            if let Some(column) = column.and_then(|at| self.columns.get_mut(at)) {
                column.profile.take(row, place, cells.get(place).copied().unwrap_or_default(), forms);
            }
        }
    }

    /// Returns the column of each place of a header, and adds those that no file had before.
    pub(super) fn places(&mut self, header: &Header) -> Vec<Option<usize>> {
        let names: Vec<String> = header.names.iter().map(|name| source::same_name(name)).collect();
        let mut places = Vec::new();
        for (place, name) in names.iter().enumerate() {
            if name.is_empty() {
                places.push(None);
                continue;
            }
            let written = header.names.get(place).map(|name| tidy(name)).unwrap_or_default();
            let nth = names.iter().take(place + 1).filter(|other| *other == name).count();
            let is_repeated = names.iter().filter(|other| *other == name).count() > 1;
            let from = if is_repeated { format!("{written} [{nth}]") } else { written };
            let known = self
                .columns
                .iter()
                .position(|column| source::same_name(&column.from) == source::same_name(&from));
            let at = known.unwrap_or_else(|| {
                self.columns.push(Cells { from, profile: Profile::default(), files: 0 });
                self.columns.len() - 1
            });
            if let Some(column) = self.columns.get_mut(at) {
                column.files += 1;
            }
            places.push(Some(at));
        }
        places
    }
}

/// The rows below a header.
struct Below<'a> {
    header: &'a Header,
    names: Vec<String>,
    has_passed: bool,
}

impl<'a> Below<'a> {
    fn new(header: &'a Header) -> Self {
        let names = header.names.iter().map(|name| source::same_name(name)).collect();
        Self { header, names, has_passed: false }
    }

    /// Returns the places that a row fills; `None` for one that is not below the header, blank, or the header again.
    fn filled(&mut self, row: PlainRow<'_>, cells: &[&str]) -> Option<Vec<usize>> {
        let was_below = self.has_passed;
        self.has_passed |= row.number() >= self.header.row;
        let filled = filled(cells);
        let has_header = self.header.row > 0;
        let is_again = || {
            let mut pairs = self.names.iter().zip(cells);
            cells.len() >= self.names.len() && pairs.all(|(name, cell)| *name == source::same_name(cell))
        };
        let is_left_out = !was_below || has_header && (filled.is_empty() || is_again());
        (!is_left_out).then_some(filled)
    }
}

/// Returns the place of each cell that holds something.
fn filled(cells: &[&str]) -> Vec<usize> {
    cells.iter().enumerate().filter(|(_, cell)| !source::is_blank(cell)).map(|(place, _)| place).collect()
}

/// Returns whether a row is unlike those of a table that usually fill `fills` cells, and the place of the label of a total
/// in it.
#[expect(clippy::option_option, reason = "a row may be odd with a label, odd without one, or not odd")]
fn is_odd(cells: &[&str], filled: &[usize], fills: usize) -> Option<Option<usize>> {
    let first = filled.first().copied()?;
    let label = cells.get(first).copied().unwrap_or_default();
    let is_sparse = filled.len() <= (fills / 2).max(2);
    if source::is_a_total(label) && fills > 1 || source::begins_as_a_total(label) && is_sparse && fills > 2 {
        return Some(Some(first));
    }
    // A number below the others, alone but for what it counts.
    (filled.len() * 3 <= fills).then_some(None)
}

/// Returns a name of the file as its contract writes it: without white space at its ends and a mark at its start.
fn tidy(name: &str) -> String {
    source::trimmed(name).to_owned()
}
