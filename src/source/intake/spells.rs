use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Schema};
use arrow::row::{OwnedRow, RowConverter, SortField};

use crate::project::Spells;
use crate::source::error::SourceError;

/// The spells that one rule covers, as read: whose they are, the first and last day, and the row.
pub(super) struct SpellsRead<'a> {
    pub(super) rule: &'a Spells,
    converter: RowConverter,
    of: Vec<usize>,
    from: usize,
    to: usize,
    /// First and last day, in days since 1970, and the row.
    seen: BTreeMap<OwnedRow, Vec<(i32, i32, i64)>>,
}

impl<'a> SpellsRead<'a> {
    /// Prepares to read spells. `full`: every column of the contract; its check has found the names of the rule.
    pub(super) fn new(rule: &'a Spells, full: &Schema) -> Result<Self, SourceError> {
        let place = |name: &str| full.index_of(name);
        let of = rule.of.iter().map(|name| place(name.get_ref())).collect::<Result<Vec<_>, _>>()?;
        let fields = of.iter().map(|&place| SortField::new(full.field(place).data_type().clone()));
        let converter = RowConverter::new(fields.collect())?;
        let (from, to) = (place(rule.from.get_ref())?, place(rule.to.get_ref())?);
        Ok(Self { rule, converter, of, from, to, seen: BTreeMap::new() })
    }

    /// Takes the rows of a batch for which `takes` returns a row number.
    pub(super) fn take(
        &mut self,
        batch: &RecordBatch,
        takes: impl Fn(usize) -> Option<i64>,
    ) -> Result<(), SourceError> {
        let columns: Vec<ArrayRef> =
            self.of.iter().filter_map(|&place| batch.columns().get(place).cloned()).collect();
        let days = |place: usize| batch.column(place).as_primitive_opt::<Date32Type>();
        let (Some(from), Some(to)) = (days(self.from), days(self.to)) else { return Ok(()) };
        let rows = self.converter.convert_columns(&columns)?;
        for (at, key) in rows.iter().enumerate() {
            let Some(row) = takes(at).filter(|_| from.is_valid(at)) else { continue };
            // A spell without an end is still open.
            let last = if to.is_valid(at) { to.value(at) } else { i32::MAX };
            self.seen.entry(key.owned()).or_default().push((from.value(at), last, row));
        }
        Ok(())
    }

    /// Returns the rows, in their order, whose spell begins before an earlier one of the same key has ended.
    pub(super) fn overlapping(&mut self) -> Vec<i64> {
        let mut rows = Vec::new();
        for spells in self.seen.values_mut() {
            spells.sort_unstable();
            let mut reaches = i32::MIN;
            for (first, last, row) in spells {
                if *first <= reaches {
                    rows.push(*row);
                }
                reaches = reaches.max(*last);
            }
        }
        rows.sort_unstable();
        rows
    }
}
