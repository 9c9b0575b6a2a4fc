//! Rows in, batches out. Each row is typed cell by cell; a row with a cell that is refused keeps its place
//! in the batch until the batch is full, when rules and keys are judged and rows go where they belong.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Decimal128Type;
use arrow::row::{OwnedRow, RowConverter, SortField};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use sha2::{Digest, Sha256};

use super::SourceError;
use super::contract::{CellFault, Contract, write_amount};
use super::extraction::{ControlTotalFact, Extraction, MoneyTotals, RowCounts, Tally};
use super::layout::{Layout, Settings, Sorted};
use super::quarantine::{PERSONAL, Quarantined};
use super::row::{Row, is_blank};
use crate::project::{Drift, RuleSeverity};

/// Rows of a batch.
const BATCH: usize = 1 << 16;

/// Takes the rows of one file or query.
pub(super) struct Intake<'a> {
    file: String,
    stem: Option<String>,
    contract: Contract<'a>,
    settings: Settings<'a>,
    layout: Layout<'a>,
    fill_down: FillDown,
    pending: Vec<Pending>,
    copies: HashSet<[u8; 16]>,
    keys: Option<Keys>,
    batches: Vec<RecordBatch>,
    counts: RowCounts,
    money: BTreeMap<String, MoneyTotals>,
    quarantine: Vec<Quarantined>,
    warnings: Tally,
}

/// A row of the batch being filled.
struct Pending {
    row: i64,
    fate: Fate,
}

/// What becomes of a row.
enum Fate {
    Publish,
    Duplicate,
    SetAside(Box<Fault>),
}

/// Why a row is set aside.
struct Fault {
    column: Option<usize>,
    rule: String,
    reason: String,
    personal: bool,
    /// Cells that were refused, as they were read, of columns that are not personal.
    raw: Vec<(usize, String)>,
}

/// Columns whose blank cells repeat the value above.
struct FillDown {
    names: Vec<String>,
    above: Option<BTreeMap<usize, String>>,
}

/// The keys seen so far, each with its row.
struct Keys {
    converter: RowConverter,
    seen: HashMap<OwnedRow, i64>,
}

impl<'a> Intake<'a> {
    /// `stem`: the value of `_file`.
    pub(super) fn new(
        file: &str,
        stem: Option<String>,
        contract: Contract<'a>,
        settings: Settings<'a>,
        fill_down: &[String],
    ) -> Result<Self, SourceError> {
        let layout = Layout::new(file, settings, &contract)?;
        let key_fields: Vec<SortField> = contract
            .key
            .iter()
            .filter_map(|&place| contract.full.fields().get(place))
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        let keys = if key_fields.is_empty() {
            None
        } else {
            Some(Keys { converter: RowConverter::new(key_fields)?, seen: HashMap::new() })
        };
        let money = contract.columns.iter().filter_map(|column| {
            let scale = column.money_scale()?;
            Some((column.name().to_owned(), MoneyTotals { scale, ..MoneyTotals::default() }))
        });
        Ok(Self {
            file: file.to_owned(),
            stem,
            money: money.collect(),
            contract,
            settings,
            layout,
            fill_down: FillDown {
                names: fill_down.iter().map(|name| super::header::normalise(name)).collect(),
                above: None,
            },
            pending: Vec::new(),
            copies: HashSet::new(),
            keys,
            batches: Vec::new(),
            counts: RowCounts::default(),
            quarantine: Vec::new(),
            warnings: Tally::default(),
        })
    }

    /// Takes one row, whatever it is.
    pub(super) fn take(&mut self, row: &Row) -> Result<(), SourceError> {
        match self.layout.sort(row, &self.contract)? {
            Sorted::Other => Ok(()),
            Sorted::Data => {
                self.counts.read += 1;
                let fate = self.type_row(row);
                self.pending.push(Pending { row: row.number, fate });
                if self.pending.len() == BATCH { self.flush() } else { Ok(()) }
            }
        }
    }

    /// Types the cells of one row into the columns.
    fn type_row(&mut self, row: &Row) -> Fate {
        let Some(header) = self.layout.header() else { return Fate::Publish };
        if let Some(reason) = header.misfit(row) {
            let personal = self.contract.is_personal();
            let mut raw = Vec::new();
            for (index, column) in self.contract.columns.iter_mut().enumerate() {
                column.push_null();
                let cell = header.places.get(index).copied().flatten().and_then(|place| row.get(place));
                // In a row that has slipped, a name may stand anywhere.
                if let Some(cell) = cell.filter(|cell| !personal && !is_blank(cell)) {
                    raw.push((index, cell.to_owned()));
                }
            }
            let rule = "ragged_row".to_owned();
            return Fate::SetAside(Box::new(Fault { column: None, rule, reason, personal, raw }));
        }
        let above = self.fill_down.above.get_or_insert_with(|| {
            let places =
                header.names.iter().enumerate().filter(|(_, name)| self.fill_down.names.contains(name));
            places.map(|(place, _)| (place, String::new())).collect()
        });
        for (place, above) in above.iter_mut() {
            if let Some(cell) = row.get(*place).filter(|cell| !is_blank(cell)) {
                cell.clone_into(above);
            }
        }
        let (mut first, mut others, mut raw) = (None, String::new(), Vec::new());
        let mut copy = self.contract.drops_duplicates().then(Sha256::new);
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
            }
            if let Some(copy) = &mut copy {
                copy.update((cell.len() as u64).to_le_bytes());
                copy.update(cell.as_bytes());
            }
            match column.push(cell) {
                Ok(None) => {}
                Ok(Some(warning)) => self.warnings.count(warning.0),
                Err(fault) => {
                    if !column.definition.privacy.is_personal() && !is_blank(cell) {
                        raw.push((index, cell.to_owned()));
                    }
                    if first.is_none() {
                        first = Some((index, fault));
                    } else {
                        others.push_str(&format!("; `{}` {}", column.name(), fault.reason));
                    }
                }
            }
        }
        if let Some((index, CellFault { rule, reason })) = first {
            let column = self.contract.columns.get(index);
            let personal = column.is_some_and(|column| column.definition.privacy.is_personal());
            let name = column.map(super::contract::ColumnWriter::name).unwrap_or_default();
            let reason = format!("`{name}` {reason}{others}");
            return Fate::SetAside(Box::new(Fault {
                column: Some(index),
                rule: rule.to_owned(),
                reason,
                personal,
                raw,
            }));
        }
        if self.contract.drift() == Drift::DiscardRow
            && header.strange.iter().any(|&place| row.get(place).is_some_and(|cell| !is_blank(cell)))
        {
            let reason = "has a value in a column that the contract does not know".to_owned();
            let rule = "unknown_column".to_owned();
            return Fate::SetAside(Box::new(Fault { column: None, rule, reason, personal: false, raw }));
        }
        if let Some(copy) = copy {
            let digest = copy.finalize();
            let mut short = [0; 16];
            short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
            if !self.copies.insert(short) {
                return Fate::Duplicate;
            }
        }
        Fate::Publish
    }

    /// Judges the rows of a full batch and sends each where it belongs.
    fn flush(&mut self) -> Result<(), SourceError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut self.pending);
        let mut arrays: Vec<ArrayRef> =
            self.contract.columns.iter_mut().map(super::contract::ColumnWriter::finish).collect();
        arrays.push(Arc::new(pending.iter().map(|_| self.stem.as_deref()).collect::<StringArray>()));
        arrays.push(Arc::new(Int64Array::from_iter_values(pending.iter().map(|pending| pending.row))));
        let batch = RecordBatch::try_new(Arc::clone(&self.contract.full), arrays)?;
        self.judge_rules(&batch, &mut pending)?;
        self.judge_keys(&batch, &mut pending)?;
        self.account(&batch, &pending);
        self.set_aside(&batch, &pending)?;
        let mask: BooleanArray =
            pending.iter().map(|pending| Some(matches!(pending.fate, Fate::Publish))).collect();
        let kept = batch.project(&self.contract.kept)?;
        let kept = if mask.has_false() { filter_record_batch(&kept, &mask)? } else { kept };
        if kept.num_rows() > 0 {
            let published = Arc::clone(&self.contract.published);
            self.batches.push(RecordBatch::try_new(published, kept.columns().to_vec())?);
        }
        Ok(())
    }

    fn judge_rules(&mut self, batch: &RecordBatch, pending: &mut [Pending]) -> Result<(), SourceError> {
        for rule in &self.contract.rules {
            let verdicts =
                rule.predicate.evaluate(batch).map_err(|fault| SourceError::Contract(Box::new(fault)))?;
            for (pending, right) in pending.iter_mut().zip(verdicts.values()) {
                if right || !matches!(pending.fate, Fate::Publish) {
                    continue;
                }
                match rule.severity {
                    RuleSeverity::Warn => self.warnings.count(rule.name),
                    RuleSeverity::Stop => {
                        let (file, rule) = (self.file.clone(), rule.name.to_owned());
                        return Err(SourceError::Stopped { file, row: pending.row, rule });
                    }
                    RuleSeverity::Quarantine => {
                        pending.fate = Fate::SetAside(Box::new(Fault {
                            column: None,
                            rule: rule.name.to_owned(),
                            reason: "breaks a rule of the contract".to_owned(),
                            personal: rule.personal,
                            raw: Vec::new(),
                        }));
                    }
                }
            }
        }
        Ok(())
    }

    /// Sets aside rows whose key an earlier row has: which of them is right, only the source can say.
    fn judge_keys(&mut self, batch: &RecordBatch, pending: &mut [Pending]) -> Result<(), SourceError> {
        let Some(keys) = &mut self.keys else { return Ok(()) };
        let columns: Vec<ArrayRef> =
            self.contract.key.iter().map(|&place| Arc::clone(batch.column(place))).collect();
        let rows = keys.converter.convert_columns(&columns)?;
        for (pending, key) in pending.iter_mut().zip(&rows) {
            if !matches!(pending.fate, Fate::Publish) {
                continue;
            }
            if let Some(earlier) = keys.seen.get(&key.owned()) {
                pending.fate = Fate::SetAside(Box::new(Fault {
                    column: self.contract.key.first().copied(),
                    rule: "unique".to_owned(),
                    reason: format!("has the key of row {earlier}"),
                    personal: false,
                    raw: Vec::new(),
                }));
            } else {
                keys.seen.insert(key.owned(), pending.row);
            }
        }
        Ok(())
    }

    /// Adds the batch's rows and money to where they went.
    fn account(&mut self, batch: &RecordBatch, pending: &[Pending]) {
        for pending in pending {
            match pending.fate {
                Fate::Publish => self.counts.published += 1,
                Fate::Duplicate => self.counts.duplicates += 1,
                Fate::SetAside(_) => self.counts.quarantined += 1,
            }
        }
        for (column, array) in self.contract.columns.iter().zip(batch.columns()) {
            let Some(totals) = self.money.get_mut(column.name()) else { continue };
            let Some(amounts) = array.as_primitive_opt::<Decimal128Type>() else { continue };
            for (pending, amount) in pending.iter().zip(amounts) {
                let amount = amount.unwrap_or(0);
                match pending.fate {
                    Fate::Publish => totals.published += amount,
                    Fate::Duplicate => totals.duplicates += amount,
                    Fate::SetAside(_) => totals.quarantined += amount,
                }
            }
        }
    }

    /// Keeps the rows of the batch that are set aside, as far as they may be kept.
    fn set_aside(&mut self, batch: &RecordBatch, pending: &[Pending]) -> Result<(), SourceError> {
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
                let dropped = !self.contract.kept.contains(&place);
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

    /// Checks that nothing was lost, and hands everything over.
    ///
    /// `may_be_empty`: a query for what has changed may find nothing.
    pub(super) fn finish(mut self, may_be_empty: bool) -> Result<Extraction, SourceError> {
        self.flush()?;
        if self.layout.header().is_none() {
            return Err(self.layout.no_header(&self.contract));
        }
        if self.counts.read == 0 && !may_be_empty {
            return Err(SourceError::NoRows { file: self.file });
        }
        for column in &self.contract.columns {
            if let Some(totals) = self.money.get_mut(column.name()) {
                totals.read = column.total();
            }
        }
        let control_total = self.control_total()?;
        self.check_identities()?;
        self.warnings.add("skipped_row_with_an_amount", self.layout.amounts_skipped());
        Ok(Extraction {
            batches: self.batches,
            counts: self.counts,
            money: self.money,
            control_total,
            quarantine: self.quarantine,
            warnings: self.warnings.into_counts(),
            skipped: self.layout.into_skipped(),
            contract: self.contract.fingerprint,
        })
    }

    /// Compares the total that the file states with the sum of its rows.
    fn control_total(&self) -> Result<Option<ControlTotalFact>, SourceError> {
        let Some(control) = self.settings.control else { return Ok(None) };
        let column = self.contract.money_column(&control.column).and_then(|at| self.contract.columns.get(at));
        let Some((column, scale)) = column.and_then(|column| Some((column, column.money_scale()?))) else {
            return Ok(None);
        };
        let stated = self.layout.stated().and_then(|(row, cell)| Some((row, column.amount(cell)?)));
        let found = self.money.get(column.name()).map_or(0, |totals| totals.read);
        let (file, name) = (self.file.clone(), control.column.clone());
        match stated {
            None if control.required => Err(SourceError::NoControlTotal { file, column: name }),
            None => Ok(None),
            Some((row, stated)) if stated != found => {
                let (stated, found) = (write_amount(stated, scale), write_amount(found, scale));
                Err(SourceError::ControlTotal { file, column: name, row, stated, found })
            }
            Some((row, stated)) => {
                Ok(Some(ControlTotalFact { column: column.name().to_owned(), row, stated, found }))
            }
        }
    }

    /// Every row read and every penny read is published, set aside or a dropped copy.
    fn check_identities(&self) -> Result<(), SourceError> {
        let unaccounted = |what: &str, read: i128, accounted: i128| {
            let (file, what) = (self.file.clone(), what.to_owned());
            Err(SourceError::Unaccounted { file, what, read, accounted })
        };
        let rows: usize = self.batches.iter().map(RecordBatch::num_rows).sum();
        let accounted = rows as u64 + self.quarantine.len() as u64 + self.counts.duplicates;
        if self.counts.read != accounted {
            return unaccounted("rows", i128::from(self.counts.read), i128::from(accounted));
        }
        for (column, totals) in &self.money {
            let accounted = totals.published + totals.quarantined + totals.duplicates;
            if totals.read != accounted {
                return unaccounted(column, totals.read, accounted);
            }
        }
        Ok(())
    }
}
