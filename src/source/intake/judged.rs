//! Judges the rows of a batch: rules, keys, and spells that overlap.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};

use super::Intake;
use super::pending::{Fate, Fault, Pending, UNIQUE};
use crate::project::RuleSeverity;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;

impl Intake<'_> {
    /// Judges every row by everything that the contract names, in its order.
    pub(super) fn judge(&mut self, batch: &RecordBatch, pending: &mut [Pending]) -> Result<(), SourceError> {
        let replayed = self.contract.cells == Cells::Replayed;
        for judge in &self.contract.judges {
            let verdicts = judge.verdicts(batch, replayed)?;
            if !verdicts.has_false() {
                continue;
            }
            for (pending, right) in pending.iter_mut().zip(verdicts.values()) {
                if right || !matches!(pending.fate, Fate::Publish) {
                    continue;
                }
                if self.waived.get(&pending.row).is_some_and(|rules| rules.contains(&judge.rule)) {
                    self.warnings.count_row("released", pending.row);
                    continue;
                }
                pending.consistent &= !judge.relates;
                match judge.severity {
                    RuleSeverity::Warn => self.warnings.count_row(&judge.rule, pending.row),
                    RuleSeverity::Stop => {
                        let (file, rule) = (self.file.clone(), judge.rule.clone());
                        return Err(SourceError::Stopped { file, row: pending.row, rule });
                    }
                    RuleSeverity::Quarantine => pending.fate = Fate::SetAside(Box::new(Fault::of(judge))),
                }
            }
        }
        Ok(())
    }

    /// Counts the spells that overlap, or stops at the first.
    pub(super) fn judge_spells(&mut self) -> Result<(), SourceError> {
        for spells in &mut self.spells {
            let rows = spells.overlapping();
            let name = spells.rule.name.get_ref();
            if let Some(&row) = rows.first().filter(|_| spells.rule.severity == RuleSeverity::Stop) {
                return Err(SourceError::Stopped { file: self.file.clone(), row, rule: name.clone() });
            }
            let first = rows.first().copied().unwrap_or_default();
            self.warnings.add(name, rows.len() as u64, || format!("row {first}"));
            self.not_consistent += rows.len() as u64;
        }
        Ok(())
    }

    /// Sets aside rows whose key an earlier row has: only the source knows which of them is right.
    pub(super) fn judge_keys(
        &mut self,
        batch: &RecordBatch,
        pending: &mut [Pending],
    ) -> Result<(), SourceError> {
        let Some(keys) = &mut self.keys else { return Ok(()) };
        let columns: Vec<ArrayRef> =
            self.contract.key.iter().map(|&place| Arc::clone(batch.column(place))).collect();
        let rows = keys.converter.convert_columns(&columns)?;
        for (pending, key) in pending.iter_mut().zip(&rows) {
            if !matches!(pending.fate, Fate::Publish) {
                continue;
            }
            if let Some(earlier) = keys.seen.get(&key.owned()) {
                if self.waived.get(&pending.row).is_some_and(|rules| rules.contains(UNIQUE)) {
                    self.warnings.count_row("released", pending.row);
                    continue;
                }
                self.not_unique += 1;
                match self.contract.unique_severity() {
                    RuleSeverity::Warn => self.warnings.count_row(UNIQUE, pending.row),
                    RuleSeverity::Stop => {
                        let (file, rule) = (self.file.clone(), UNIQUE.to_owned());
                        return Err(SourceError::Stopped { file, row: pending.row, rule });
                    }
                    RuleSeverity::Quarantine => {
                        pending.fate = Fate::SetAside(Box::new(Fault {
                            column: self.contract.key.first().copied(),
                            rule: UNIQUE.to_owned(),
                            reason: format!("has the key of row {earlier}"),
                            personal: false,
                            raw: Vec::new(),
                        }));
                    }
                }
            } else {
                keys.seen.insert(key.owned(), pending.row);
            }
        }
        Ok(())
    }
}
