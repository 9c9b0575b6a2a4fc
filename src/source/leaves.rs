//! Records of JSON and XML as rows: every value by the way to it, in two readings of the file. The first
//! learns which ways there are, so that the second can hand over rows below one header, as any table has.

use std::collections::HashMap;

use super::SourceError;
use super::row::Row;

/// Most values of one record.
const WIDEST: usize = 4096;
/// Levels of nesting within a file.
pub(super) const DEEPEST: usize = 64;
/// Longest value, in bytes.
pub(super) const LONGEST: usize = 4 << 20;

/// What is told of the values of a file, record by record.
pub(super) trait Leaves {
    /// One value of the record being read, by the way to it.
    fn leaf(&mut self, way: &str, value: &str) -> Result<(), SourceError>;

    /// The record is at its end.
    fn end(&mut self) -> Result<(), SourceError>;

    /// The number of the record being read, from 1.
    fn number(&self) -> i64;
}

/// The first reading: which ways there are, in the order in which they first came.
pub(super) struct Survey {
    file: String,
    ways: Vec<String>,
    /// Each way with its place, and the record in which it came last.
    known: HashMap<String, (usize, i64)>,
    number: i64,
}

impl Survey {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), ways: Vec::new(), known: HashMap::new(), number: 1 }
    }

    /// The ways, and whether there was any record.
    pub(super) fn finish(self) -> (Vec<String>, bool) {
        (self.ways, self.number > 1)
    }

    fn fault(&self, reason: String) -> SourceError {
        record_fault(&self.file, self.number, reason)
    }
}

impl Leaves for Survey {
    fn leaf(&mut self, way: &str, value: &str) -> Result<(), SourceError> {
        if value.len() > LONGEST {
            return Err(self.fault(format!("a value is longer than {LONGEST} bytes")));
        }
        match self.known.get_mut(way) {
            Some((_, last)) if *last == self.number => {
                return Err(self.fault(format!("`{way}` stands there twice")));
            }
            Some((_, last)) => *last = self.number,
            None if self.ways.len() == WIDEST => {
                return Err(self.fault(format!("records of this file have more than {WIDEST} values")));
            }
            None => {
                self.known.insert(way.to_owned(), (self.ways.len(), self.number));
                self.ways.push(way.to_owned());
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), SourceError> {
        self.number += 1;
        Ok(())
    }

    fn number(&self) -> i64 {
        self.number
    }
}

/// The second reading: a row for each record.
pub(super) struct Fill<'a> {
    file: String,
    places: HashMap<String, usize>,
    cells: Vec<String>,
    row: Row,
    number: i64,
    take: &'a mut dyn FnMut(&Row) -> Result<(), SourceError>,
}

impl<'a> Fill<'a> {
    /// Hands over `names` as the header, which stand for `ways` one by one.
    pub(super) fn new(
        file: &str,
        ways: &[String],
        names: &[String],
        take: &'a mut dyn FnMut(&Row) -> Result<(), SourceError>,
    ) -> Result<Self, SourceError> {
        let mut row = Row::default();
        for name in names {
            row.push(name);
        }
        take(&row)?;
        Ok(Self {
            file: file.to_owned(),
            places: ways.iter().enumerate().map(|(place, way)| (way.clone(), place)).collect(),
            cells: vec![String::new(); ways.len()],
            row,
            number: 1,
            take,
        })
    }
}

impl Leaves for Fill<'_> {
    fn leaf(&mut self, way: &str, value: &str) -> Result<(), SourceError> {
        let cell = self.places.get(way).and_then(|place| self.cells.get_mut(*place));
        // The first reading has seen every way, unless the file is another by now.
        let cell = cell.ok_or_else(|| SourceError::Changed { file: self.file.clone() })?;
        value.clone_into(cell);
        Ok(())
    }

    fn end(&mut self) -> Result<(), SourceError> {
        self.row.clear();
        self.row.number = self.number;
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

/// A fault of one record.
pub(super) fn record_fault(file: &str, number: i64, reason: String) -> SourceError {
    SourceError::Records { file: file.to_owned(), place: format!("record {number}"), reason }
}
