//! Rows that do not fit below their header, and values in columns that the contract does not name.

use super::Intake;
use super::header::{Header, Misfit};
use super::pending::{Fate, Fault, ragged};
use crate::privacy::without_pupil_numbers;
use crate::project::Drift;
use crate::source::row::{Row, is_blank};

impl Intake<'_> {
    /// Sets rows aside after all that were taken for short ones.
    pub(super) fn take_back(&mut self, rows: &[i64]) {
        let reason = self.layout.header().map(Header::ends_early).unwrap_or_default();
        for pending in self.pending.iter_mut().rev().filter(|pending| rows.contains(&pending.row)) {
            self.ragged += 1;
            if !matches!(pending.fate, Fate::SetAside(_)) {
                pending.fate = ragged(reason.clone(), self.contract.is_personal(), Vec::new());
            }
        }
    }

    /// Returns how `row` does not fit below its header, in words, if it does not.
    pub(super) fn misfit(&mut self, row: &Row) -> Option<String> {
        let header = self.layout.header()?;
        match header.misfit(row) {
            None => {
                let refuted = self.short.reaches(row.number);
                if !refuted.is_empty() {
                    self.take_back(&refuted);
                }
                None
            }
            Some(Misfit::Short) if self.may_end_at(row.len()) => {
                let (is_short, refuted) = self.short.ends_early(row.number, row.len());
                self.take_back(&refuted);
                (!is_short).then(|| self.layout.header().map(Header::ends_early).unwrap_or_default())
            }
            Some(Misfit::Short) => Some(header.ends_early()),
            Some(Misfit::Other(reason)) => Some(reason),
        }
    }

    /// Returns whether no column from the place `cells` on must be filled.
    fn may_end_at(&self, cells: usize) -> bool {
        let places = self.layout.header().map(|header| header.places.as_slice()).unwrap_or_default();
        let mut columns = self.contract.columns.iter().zip(places);
        columns.all(|(column, place)| place.is_none_or(|place| place < cells) || !column.definition.required)
    }

    /// Returns the fate of a row by its values in columns that the contract does not name, where they decide it; counts
    /// them where they are left out.
    pub(super) fn judge_strange(&mut self, row: &Row, raw: &mut Vec<(usize, String)>) -> Option<Fate> {
        let header = self.layout.header()?;
        let strange =
            || header.strange.iter().filter(|&&place| row.get(place).is_some_and(|cell| !is_blank(cell)));
        match self.contract.drift() {
            Drift::DiscardRow if strange().next().is_some() => {
                let reason = "has a value in a column that the contract does not know".to_owned();
                let rule = "unknown_column".to_owned();
                let raw = std::mem::take(raw);
                return Some(Fate::SetAside(Box::new(Fault {
                    column: None,
                    rule,
                    reason,
                    personal: false,
                    raw,
                })));
            }
            Drift::DiscardValue => {
                let name = |&place: &usize| header.names.get(place).map_or("", String::as_str);
                let first = || match strange().next() {
                    // A column may be called by a child's name.
                    Some(place) if self.contract.is_personal() => {
                        format!("row {}, column {}", row.number, place + 1)
                    }
                    place => {
                        let name = without_pupil_numbers(place.map(name).unwrap_or_default());
                        format!("row {}, `{name}`", row.number)
                    }
                };
                self.warnings.add("discarded_value", strange().count() as u64, first);
            }
            _ => {}
        }
        None
    }
}
