//! Turns records of JSON and XML into rows: a column for each path to a value. The file is read twice: the first
//! pass collects the paths, so that the second can write rows below one header, as in any table.
//!
//! ```text
//! shape  what is in the place of a value and is none
//! ```

pub(super) mod shape;

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::project::SourceDefinition;
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::marks::Marks;
use crate::source::receiver::Receiver;
use crate::source::row::{Row, Take, is_blank};
use shape::{Found, Misplaced, Shapes};

/// Most values of one record.
const WIDEST: usize = 4096;
/// Levels of nesting within a file.
pub(super) const DEEPEST: usize = 64;
/// Longest value, in bytes.
pub(super) const LONGEST: usize = 4 << 20;

/// Visits the values of a file, record by record.
pub(super) trait RecordVisitor {
    /// Visits one value of the current record.
    fn value(&mut self, path: &str, value: &str) -> Result<(), SourceError>;

    /// Visits what is in the place of a value of the current record and is none: an object, a list, mixed content.
    fn other(&mut self, path: &str, found: Found);

    /// Ends the current record.
    fn end_record(&mut self) -> Result<(), SourceError>;

    /// Returns the number of the current record, from 1.
    fn number(&self) -> i64;
}

/// Which keys and elements of a file a message may name: a file of children may have one called by a child's name or
/// number, so of such a file only those that the contract names.
#[derive(Default)]
pub(super) struct Naming {
    /// What the contract names; `None` where every name may be shown.
    known: Option<BTreeSet<String>>,
}

impl Naming {
    /// Returns what may be named of a file that `to` takes.
    pub(super) fn of(to: &dyn Receiver) -> Self {
        let known = || to.wanted().iter().flatten().map(|name| normalise(name)).collect();
        Self { known: to.is_of_persons().then(known) }
    }

    /// Returns the path in words for a message, behind what it is the path of.
    pub(super) fn words(&self, what: &str, path: &str) -> String {
        let may = |known: &BTreeSet<String>| {
            let of_first = path.replace("[1]", "");
            [path, &of_first].into_iter().any(|path| known.contains(&normalise(path)))
        };
        if self.known.as_ref().is_none_or(may) {
            format!("{what}`{path}`")
        } else {
            "a name that the contract does not have".to_owned()
        }
    }
}

/// The first pass: collects the paths in the order in which they first appear.
pub(super) struct PathCollector<'a> {
    file: String,
    naming: &'a Naming,
    paths: Vec<String>,
    /// Each path with its place, and the last record that has it.
    known: HashMap<String, (usize, i64)>,
    shapes: Shapes,
    number: i64,
}

impl<'a> PathCollector<'a> {
    pub(super) fn new(file: &str, naming: &'a Naming, shapes: Shapes) -> Self {
        Self { file: file.to_owned(), naming, paths: Vec::new(), known: HashMap::new(), shapes, number: 1 }
    }

    /// Returns the paths, what is misplaced among them, and whether there was any record.
    pub(super) fn finish(mut self) -> (Vec<String>, Misplaced, bool) {
        let missing = self.shapes.missing(&self.paths);
        self.paths.extend(missing);
        (self.paths, self.shapes.misplaced, self.number > 1)
    }

    fn fault(&self, reason: String) -> SourceError {
        record_fault(&self.file, self.number, reason)
    }
}

impl RecordVisitor for PathCollector<'_> {
    fn value(&mut self, path: &str, value: &str) -> Result<(), SourceError> {
        if value.len() > LONGEST {
            return Err(self.fault(format!("a value is longer than {LONGEST} bytes")));
        }
        match self.known.get_mut(path) {
            Some((_, last)) if *last == self.number => {
                return Err(self.fault(format!("{} appears twice", self.naming.words("", path))));
            }
            Some((_, last)) => *last = self.number,
            None if self.paths.len() == WIDEST => {
                return Err(self.fault(format!("records of this file have more than {WIDEST} values")));
            }
            None => {
                self.shapes.take(path, Found::Value);
                self.known.insert(path.to_owned(), (self.paths.len(), self.number));
                self.paths.push(path.to_owned());
            }
        }
        Ok(())
    }

    fn other(&mut self, path: &str, found: Found) {
        self.shapes.take(path, found);
    }

    fn end_record(&mut self) -> Result<(), SourceError> {
        self.number += 1;
        Ok(())
    }

    fn number(&self) -> i64 {
        self.number
    }
}

/// The second pass: writes a row for each record.
pub(super) struct RowFiller<'a> {
    file: String,
    places: HashMap<String, usize>,
    cells: Vec<String>,
    /// What is misplaced in the file, the places of the columns that it concerns, and those of the current record.
    misplaced: Misplaced,
    columns: HashMap<String, usize>,
    marked: Vec<(usize, Marks)>,
    row: Row,
    number: i64,
    take: Take<'a>,
}

impl<'a> RowFiller<'a> {
    /// Writes `names` as the header, one for each of `paths`.
    pub(super) fn new(
        file: &str,
        paths: &[String],
        names: &[String],
        misplaced: Misplaced,
        take: Take<'a>,
    ) -> Result<Self, SourceError> {
        let mut row = Row::default();
        for name in names {
            row.push(name);
        }
        take(&row)?;
        Ok(Self {
            file: file.to_owned(),
            places: paths.iter().enumerate().map(|(place, path)| (path.clone(), place)).collect(),
            cells: vec![String::new(); paths.len()],
            misplaced,
            columns: names.iter().enumerate().map(|(place, name)| (normalise(name), place)).collect(),
            marked: Vec::new(),
            row,
            number: 1,
            take,
        })
    }
}

impl RecordVisitor for RowFiller<'_> {
    fn value(&mut self, path: &str, value: &str) -> Result<(), SourceError> {
        let cell = self.places.get(path).and_then(|place| self.cells.get_mut(*place));
        // The first pass has collected every path, unless the file has changed since.
        let cell = cell.ok_or_else(|| SourceError::Changed { file: self.file.clone() })?;
        value.clone_into(cell);
        if !self.misplaced.is_empty() && !is_blank(value) {
            self.other(path, Found::Value);
        }
        Ok(())
    }

    fn other(&mut self, path: &str, found: Found) {
        let of_path = self.misplaced.get(path).into_iter().flatten().filter(|(what, ..)| *what == found);
        let marked = of_path.filter_map(|(_, name, marks)| Some((*self.columns.get(name)?, *marks)));
        self.marked.extend(marked);
    }

    fn end_record(&mut self) -> Result<(), SourceError> {
        self.row.clear();
        self.row.number = self.number;
        self.marked.sort_unstable_by_key(|(place, _)| *place);
        for (place, marks) in self.marked.drain(..) {
            // A value that is there after all, by a key that is its whole path, is the value.
            let is_there = self.cells.get(place).is_some_and(|cell| !is_blank(cell));
            if marks != Marks::ELSEWHERE || !is_there {
                self.row.mark(place, marks);
            }
        }
        for cell in &mut self.cells {
            self.row.push(cell);
            cell.clear();
        }
        self.number += 1;
        (self.take)(&self.row)
    }

    fn number(&self) -> i64 {
        self.number
    }
}

/// Builds the fault of one record.
pub(super) fn record_fault(file: &str, number: i64, reason: String) -> SourceError {
    SourceError::Records { file: file.to_owned(), place: format!("record {number}"), reason, help: None }
}

/// Returns the fault of a path in the settings with an empty part between two of its `joint`s.
pub(super) fn check_path(
    source: &SourceDefinition,
    path: &Spanned<String>,
    joint: char,
    example: &str,
) -> Diagnostics {
    let mut faults = Diagnostics::default();
    if path.get_ref().split(joint).any(str::is_empty) {
        let message = format!("expected names joined by `{joint}`, found `{}`", path.get_ref());
        let fault = Diagnostic::error(&source.source, Some(path.span()), message);
        faults.push(fault.with_help(format!("write every name down to the records, as in `{example}`")));
    }
    faults
}
