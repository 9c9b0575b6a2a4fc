//! Writes rows that are set aside to quarantine.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::Intake;
use super::pending::{Fate, Pending};
use crate::source::error::SourceError;
use crate::source::quarantine::{PERSONAL, Quarantined};

impl Intake<'_> {
    /// Adds the rows of the batch that are set aside to quarantine, without personal values.
    pub(super) fn set_aside(&mut self, batch: &RecordBatch, pending: &[Pending]) -> Result<(), SourceError> {
        if !pending.iter().any(|pending| matches!(pending.fate, Fate::SetAside(_))) {
            return Ok(());
        }
        let options = FormatOptions::default();
        let formatters: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|array| ArrayFormatter::try_new(array, &options))
            .collect::<Result<_, _>>()?;
        for (index, pending) in pending.iter().enumerate() {
            let Fate::SetAside(fault) = &pending.fate else { continue };
            let mut values = BTreeMap::new();
            for (place, (column, formatter)) in self.contract.columns.iter().zip(&formatters).enumerate() {
                let dropped = !self.contract.published_places.contains(&place);
                let raw = fault.raw.iter().find(|(at, _)| *at == place).map(|(_, cell)| cell.clone());
                let there = !batch.column(place).is_null(index);
                let failed = fault.column == Some(place);
                let value = match raw {
                    Some(cell) => cell,
                    None if (there && dropped) || (failed && column.definition.privacy.is_personal()) => {
                        PERSONAL.to_owned()
                    }
                    None if there => formatter.value(index).to_string(),
                    None => continue,
                };
                values.insert(column.name().to_owned(), value);
            }
            let column = fault.column.and_then(|place| self.contract.columns.get(place));
            self.quarantine.push(Quarantined {
                row: pending.row,
                column: column.map(|column| column.name().to_owned()),
                rule: fault.rule.clone(),
                reason: fault.reason.clone(),
                personal: fault.personal,
                values,
            });
        }
        Ok(())
    }
}
