//! Judges the rows of a batch: rules, keys, and spells that overlap.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::Intake;
use super::pending::{Fate, Fault, Pending, UNIQUE};
use super::stopped::Stopped;
use crate::project::RuleSeverity;
use crate::source::contract::cells::Cells;
use crate::source::contract::judge::Judge;
use crate::source::error::SourceError;
use crate::source::quarantine::cell_in_words;

/// Returns what row `at` holds in the column that `judge` is about, in words; nothing where it is about none.
fn held(judge: &Judge, batch: &RecordBatch, at: usize, of_persons: bool) -> Result<String, SourceError> {
    let Some(column) = judge.column else { return Ok(String::new()) };
    let (array, options) = (batch.column(column), FormatOptions::default());
    let is_of_person = judge.personal || of_persons;
    let value = if array.is_null(at) || is_of_person {
        None
    } else {
        Some(ArrayFormatter::try_new(array, &options)?.value(at).to_string())
    };
    Ok(cell_in_words(batch.schema().field(column).name(), value.as_deref(), is_of_person))
}

impl Intake<'_> {
    /// Judges every row by everything that the contract names, in its order.
    pub(super) fn judge(&mut self, batch: &RecordBatch, pending: &mut [Pending]) -> Result<(), SourceError> {
        let replayed = self.contract.cells == Cells::Replayed;
        let of_persons = self.contract.is_personal();
        for judge in &self.contract.judges {
            let mut stopped = Stopped::of(&self.file, &judge.rule);
            let verdicts = judge.verdicts(batch, replayed)?;
            if !verdicts.has_false() {
                continue;
            }
            for (at, (pending, right)) in pending.iter_mut().zip(verdicts.values()).enumerate() {
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
                        stopped.add(pending.row, &held(judge, batch, at, of_persons)?);
                    }
                    RuleSeverity::Quarantine => pending.fate = Fate::SetAside(Box::new(Fault::of(judge))),
                }
            }
            stopped.into_result()?;
        }
        Ok(())
    }

    /// Counts the spells that overlap, or stops at the first.
    pub(super) fn judge_spells(&mut self) -> Result<(), SourceError> {
        for spells in &mut self.spells {
            let rows = spells.overlapping();
            let name = spells.rule.name.get_ref();
            if !rows.is_empty() && spells.rule.severity == RuleSeverity::Stop {
                let mut stopped = Stopped::of(&self.file, name);
                for row in &rows {
                    stopped.add(*row, "");
                }
                return stopped.into_result();
            }
            let first = rows.first().copied().unwrap_or_default();
            self.warnings.add(name, rows.len() as u64, || format!("row {first}"));
            self.not_consistent += rows.len() as u64;
        }
        Ok(())
    }

    /// Sets aside rows whose key an earlier row has, of this file or of another one that is in the table: only the
    /// source knows which of them is right.
    pub(super) fn judge_keys(
        &mut self,
        batch: &RecordBatch,
        pending: &mut [Pending],
    ) -> Result<(), SourceError> {
        let mut stopped = Stopped::of(&self.file, UNIQUE);
        if self.contract.is_judged_after_merge() {
            for pending in pending.iter_mut().filter(|pending| matches!(pending.fate, Fate::Publish)) {
                if let Some(reason) = self.contract.shared.get(&pending.row).cloned() {
                    self.judge_shared(pending, reason, &mut stopped);
                }
            }
            return stopped.into_result();
        }
        let Some(mut keys) = self.keys.take() else { return Ok(()) };
        let columns: Vec<ArrayRef> =
            self.contract.key.iter().map(|&place| Arc::clone(batch.column(place))).collect();
        let rows = keys.converter.convert_columns(&columns)?;
        for (pending, key) in pending.iter_mut().zip(&rows) {
            if !matches!(pending.fate, Fate::Publish) {
                continue;
            }
            let reason = if let Some(earlier) = keys.seen.get(&key.owned()) {
                format!("has the key of row {earlier}")
            } else if let Some((file, earlier)) = self.contract.there.find(key.as_ref()) {
                format!("has the key of row {earlier} of `{file}`")
            } else {
                keys.seen.insert(key.owned(), pending.row);
                continue;
            };
            self.judge_shared(pending, reason, &mut stopped);
        }
        self.keys = Some(keys);
        stopped.into_result()
    }

    /// Judges a row that shares its key with another.
    fn judge_shared(&mut self, pending: &mut Pending, reason: String, stopped: &mut Stopped) {
        if self.waived.get(&pending.row).is_some_and(|rules| rules.contains(UNIQUE)) {
            self.warnings.count_row("released", pending.row);
            return;
        }
        self.not_unique += 1;
        match self.contract.unique_severity() {
            RuleSeverity::Warn => self.warnings.count_row(UNIQUE, pending.row),
            RuleSeverity::Stop => stopped.add(pending.row, &reason),
            RuleSeverity::Quarantine => {
                pending.fate = Fate::SetAside(Box::new(Fault {
                    column: self.contract.key.first().copied(),
                    rule: UNIQUE.to_owned(),
                    reason,
                    personal: false,
                    raw: Vec::new(),
                }));
            }
        }
    }
}
