//! Types the cells of a row into the columns of the contract.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Intake;
use super::header::Header;
use super::pending::{Fate, Fault, ragged};
use super::suspicions::{in_column, note_kind};
use super::totals::Part;
use crate::source::contract::cell_fault::CellFault;
use crate::source::contract::cells::Cells;
use crate::source::contract::column::ColumnWriter;
use crate::source::marks::Marks;
use crate::source::row::{Row, is_blank};

impl Intake<'_> {
    /// Types the cells of one row into the columns.
    pub(super) fn type_row(&mut self, row: &Row) -> Fate {
        self.totals.forget_last();
        let misfit = self.misfit(row);
        let Some(header) = self.layout.header() else { return Fate::Publish };
        if let Some(reason) = misfit {
            self.ragged += 1;
            let personal = self.contract.is_personal();
            let mut raw = Vec::new();
            for (index, column) in self.contract.columns.iter_mut().enumerate() {
                column.push_null();
                let cell = header.places.get(index).copied().flatten().and_then(|place| row.get(place));
                // In a row whose cells are shifted, a name may be in any column.
                if let Some(cell) = cell.filter(|cell| !personal && !is_blank(cell)) {
                    raw.push((index, cell.to_owned()));
                }
            }
            return ragged(reason, personal, raw);
        }
        if row.is_hidden {
            self.warnings.count_row("hidden_row", row.number);
        }
        if self.contract.cells != Cells::Replayed {
            note_unnamed(&mut self.unnamed, header, row);
        }
        let is_typed = self.contract.cells == Cells::Typed;
        let above = self.fill_down.take(header, row);
        let (mut first, mut others, mut raw) = (None, String::new(), Vec::new());
        let mut copy = self.contract.drops_duplicates().then(Sha256::new);
        let mut goes_on = false;
        for (index, column) in self.contract.columns.iter_mut().enumerate() {
            let Some(place) = header.places.get(index).copied().flatten() else {
                column.push_null();
                continue;
            };
            let mut cell = row.get(place).unwrap_or_default();
            if is_blank(cell)
                && let Some(above) = above.get(&place)
            {
                cell = above;
                goes_on = true;
            }
            if let Some(copy) = &mut copy {
                copy.update((cell.len() as u64).to_le_bytes());
                copy.update(cell.as_bytes());
            }
            let marks = row.marks_at(place);
            goes_on |= marks.has(Marks::MERGED);
            if is_typed {
                note_kind(&mut self.kinds, index, column, cell, marks, row.number);
                if marks.has(Marks::MERGED) && is_blank(cell) {
                    self.warnings.add("merged_cell", 1, || in_column(row.number, column));
                }
            }
            let pushed = column.push(cell, marks);
            self.totals.cell(index, part(column, cell));
            match pushed {
                Ok(None) => {}
                Ok(Some(warning)) => self.warnings.add(warning.0, 1, || in_column(row.number, column)),
                Err(fault) => {
                    if !column.definition.privacy.is_personal() && !is_blank(cell) {
                        raw.push((index, cell.to_owned()));
                    }
                    if first.is_none() {
                        first = Some((index, fault));
                    } else {
                        others.extend(["; `", column.name(), "` ", fault.reason]);
                    }
                }
            }
        }
        let is_total = self.totals.end(row);
        if let Some((index, CellFault { rule, reason })) = first {
            let column = self.contract.columns.get(index);
            let personal = column.is_some_and(|column| column.definition.privacy.is_personal());
            let name = column.map(ColumnWriter::name).unwrap_or_default();
            let reason = format!("`{name}` {reason}{others}");
            self.totals.set_aside(row.number);
            return Fate::SetAside(Box::new(Fault {
                column: Some(index),
                rule: rule.to_owned(),
                reason,
                personal,
                raw,
            }));
        }
        if let Some(fate) = self.judge_strange(row, &mut raw) {
            return fate;
        }
        if let Some(copy) = copy {
            let digest = copy.finalize();
            let mut short = [0; 16];
            short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
            if !self.copies.insert(short) {
                return Fate::Duplicate;
            }
        }
        self.note_alone(row, goes_on || is_total);
        Fate::Publish
    }

    /// Notes whether a row fills one cell alone. `goes_on`: whether cells above it belong to it too, or it is
    /// counted otherwise.
    fn note_alone(&mut self, row: &Row, goes_on: bool) {
        let Some(header) = self.layout.header().filter(|_| !self.settings.names_first) else { return };
        let (columns, width) = (header.width(), header.places.iter().flatten().count());
        if !goes_on && width > 1 && row.len() >= columns && row.filled(2) == 1 {
            self.lone.take(row.number, self.layout.is_after_blank());
        } else {
            self.lone.other();
        }
    }
}

/// Remembers the first row in which a column without a name holds a value, to the right of those with one. Exports mark
/// rows in a column without a name on the left.
fn note_unnamed(unnamed: &mut BTreeMap<usize, i64>, header: &Header, row: &Row) {
    let named = header.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    for place in named..header.names.len() {
        if row.get(place).is_some_and(|cell| !is_blank(cell)) {
            unnamed.entry(place).or_insert(row.number);
        }
    }
}

/// Returns what the cell that a column took last can say of a total.
fn part(column: &ColumnWriter<'_>, cell: &str) -> Part {
    match column.number() {
        Some(number) if column.money_scale().is_some() => Part::Amount(number),
        Some(number) => Part::Count(number),
        None if column.is_of_numbers() || is_blank(cell) => Part::Blank,
        None => Part::Label,
    }
}
