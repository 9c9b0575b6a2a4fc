//! Rows in, batches out. Each row is typed cell by cell; a row with a cell that is refused keeps its place
//! in the batch until the batch is full, when rules and keys are judged and rows go where they belong.

mod accounts;
mod judged;
mod spells;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Date32Type;
use arrow::row::{OwnedRow, RowConverter, SortField};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use sha2::{Digest, Sha256};

use super::SourceError;
use super::contract::{CellFault, Contract};
use super::extraction::{Extraction, Tally};
use super::layout::{Layout, Settings, Sorted};
use super::quarantine::{PERSONAL, Quarantined};
use super::row::{Row, is_blank};
use crate::project::Drift;
use crate::store::{MoneyTotals, RowCounts, RowWriter};
use spells::SpellsRead;

/// The rule that no two rows share a key.
const UNIQUE: &str = "unique";
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
    rows: RowWriter,
    spells: Vec<SpellsRead<'a>>,
    counts: RowCounts,
    money: BTreeMap<String, MoneyTotals>,
    quarantine: Vec<Quarantined>,
    warnings: Tally,
    /// What a second query states, by name.
    stated: Vec<(String, String)>,
    /// Rules that a person has waived, by row.
    waived: BTreeMap<i64, BTreeSet<String>>,
    /// Rows that cannot be laid out beneath their header.
    ragged: u64,
    /// Rows that shared a key, and rows whose values do not agree.
    not_unique: u64,
    not_consistent: u64,
    /// The latest day of the column that says how far the data reach, and of any; in days since 1970.
    as_at: Option<i32>,
    newest: Option<i32>,
}

/// A row of the batch being filled.
struct Pending {
    row: i64,
    fate: Fate,
    consistent: bool,
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
        let layout = Layout::new(file, settings, &contract);
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
        let spells = contract.source.file.spells.iter();
        let spells =
            spells.map(|rule| SpellsRead::new(rule, &contract.full)).collect::<Result<Vec<_>, _>>()?;
        let money = contract.columns.iter().filter_map(|column| {
            column.money_scale().map(|_| (column.name().to_owned(), MoneyTotals::default()))
        });
        let rows = RowWriter::new(file, &contract.published)?;
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
            rows,
            spells,
            counts: RowCounts::default(),
            quarantine: Vec::new(),
            warnings: Tally::default(),
            stated: Vec::new(),
            waived: BTreeMap::new(),
            ragged: 0,
            not_unique: 0,
            not_consistent: 0,
            as_at: None,
            newest: None,
        })
    }

    /// Takes what a second query states, to be held against what the rows come to.
    pub(super) fn hold_against(&mut self, stated: Vec<(String, String)>) {
        self.stated = stated;
    }

    /// Waives rules for some rows, as a person decided, and holds their keys against those of `there`.
    pub(super) fn waive(
        &mut self,
        waived: BTreeMap<i64, BTreeSet<String>>,
        there: &[RecordBatch],
    ) -> Result<(), SourceError> {
        self.waived = waived;
        let Some(keys) = &mut self.keys else { return Ok(()) };
        let rows_at = self.contract.published.index_of(super::contract::ROW)?;
        for batch in there {
            let names = self.contract.key.iter().map(|&place| self.contract.full.field(place).name());
            let columns = names.filter_map(|name| batch.column_by_name(name).cloned()).collect::<Vec<_>>();
            let numbers = batch.column(rows_at).as_primitive_opt::<arrow::datatypes::Int64Type>();
            for (at, key) in keys.converter.convert_columns(&columns)?.iter().enumerate() {
                keys.seen.insert(key.owned(), numbers.map_or(0, |numbers| numbers.value(at)));
            }
        }
        Ok(())
    }

    /// Takes one row, whatever it is.
    pub(super) fn take(&mut self, row: &Row) -> Result<(), SourceError> {
        match self.layout.sort(row, &self.contract)? {
            Sorted::Other => Ok(()),
            Sorted::Data => {
                self.counts.read += 1;
                let fate = self.type_row(row);
                self.pending.push(Pending { row: row.number, fate, consistent: true });
                if self.pending.len() == BATCH { self.flush() } else { Ok(()) }
            }
        }
    }

    /// Counts something about the whole file, where it is so.
    pub(super) fn warn(&mut self, rule: &str, so: bool) {
        self.warnings.add(rule, u64::from(so));
    }

    /// Types the cells of one row into the columns.
    fn type_row(&mut self, row: &Row) -> Fate {
        let Some(header) = self.layout.header() else { return Fate::Publish };
        if let Some(reason) = header.misfit(row) {
            self.ragged += 1;
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
                        others.extend(["; `", column.name(), "` ", fault.reason]);
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
        self.judge(&batch, &mut pending)?;
        self.judge_keys(&batch, &mut pending)?;
        for spells in &mut self.spells {
            spells.take(&batch, |at| {
                let pending = pending.get(at)?;
                matches!(pending.fate, Fate::Publish).then_some(pending.row)
            })?;
        }
        self.not_consistent += pending.iter().filter(|pending| !pending.consistent).count() as u64;
        self.look_at_days(&batch);
        self.account(&batch, &pending);
        self.set_aside(&batch, &pending)?;
        let mask: BooleanArray =
            pending.iter().map(|pending| Some(matches!(pending.fate, Fate::Publish))).collect();
        let kept = batch.project(&self.contract.kept)?;
        let kept = if mask.has_false() { filter_record_batch(&kept, &mask)? } else { kept };
        if kept.num_rows() > 0 {
            let published = Arc::clone(&self.contract.published);
            self.rows.push(&RecordBatch::try_new(published, kept.columns().to_vec())?)?;
        }
        Ok(())
    }

    /// How far the data reach. Days after today are slips, and say nothing.
    fn look_at_days(&mut self, batch: &RecordBatch) {
        let today = self.contract.today.to_epoch_days();
        let as_at = self.contract.as_at();
        for place in self.contract.days() {
            let Some(days) = batch.column(place).as_primitive_opt::<Date32Type>() else { continue };
            if as_at == Some(place) {
                self.as_at = self.as_at.max(arrow::compute::max(days));
            }
            self.newest = self.newest.max(days.iter().flatten().filter(|day| *day <= today).max());
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
        self.judge_spells()?;
        for column in &self.contract.columns {
            if let Some(totals) = self.money.get_mut(column.name()) {
                totals.read = column.total();
            }
        }
        let control_total = self.control_total()?;
        self.check_identities()?;
        self.check_stated()?;
        let quality = self.quality(control_total.is_some() || !self.stated.is_empty());
        let day = |days: Option<i32>| days.and_then(chrono::NaiveDate::from_epoch_days);
        self.warnings.add("skipped_row_with_an_amount", self.layout.amounts_skipped());
        Ok(Extraction {
            rows: self.rows.finish()?,
            counts: self.counts,
            money: self.money,
            control_total,
            quarantine: self.quarantine,
            warnings: self.warnings.into_counts(),
            skipped: self.layout.into_skipped(),
            as_at: day(self.as_at),
            newest: day(self.newest),
            quality,
            contract: self.contract.fingerprint,
        })
    }
}
