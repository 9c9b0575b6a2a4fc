//! Takes rows, writes batches. Each row is typed cell by cell; a row with a cell that is refused stays in its batch
//! until the batch is full. Then rules and keys are judged, and each row is published, set aside or dropped.
//!
//! ```text
//! layout      which rows are data, by layout_settings
//! header      where the contract's columns are
//! typed       the cells of a row
//! ragged      rows that do not fit below the header, by short_rows
//! rivals      headers of further tables
//! judged      rules, keys, spells
//! suspicions  what is counted and not refused, and totals
//! of_children numbers of children that nobody declared, by numbers
//! compared    texts unlike all others, by unlike
//! aside       what quarantine holds of a row
//! accounts    counts, sums and scores
//! ```

mod accounts;
mod aside;
mod compared;
mod ending;
mod fill_down;
mod header;
mod judged;
pub(super) mod layout;
pub(super) mod layout_settings;
mod numbers;
mod of_children;
pub(super) mod pending;
mod ragged;
mod rivals;
mod short_rows;
mod spells;
mod stopped;
mod suspicions;
pub(super) mod totals;
mod typed;
mod unlike;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Date32Type;
use arrow::row::{OwnedRow, RowConverter, SortField};

use super::column_name::normalise;
use super::contract::Contract;
use super::contract::cell_fault::FROM_1904;
use super::contract::column::ColumnWriter;
use super::contract::schema::ROW;
use super::error::SourceError;
use super::extraction::Extraction;
use super::parser_fault::ParserFault;
use super::quarantine::Quarantined;
use super::receiver::Receiver;
use super::row::Row;
use super::tally::Warnings;
use crate::store::{MoneyTotals, RowCounts, RowWriter};
use fill_down::FillDown;
use header::Header;
use layout::{Layout, Sorted};
use layout_settings::LayoutSettings;
use numbers::Numbers;
use pending::{Fate, Pending};
use short_rows::ShortRead;
use spells::SpellsRead;
use suspicions::{CellKinds, Lone, second_table};
use totals::Totals;
use unlike::Unlike;

/// Rows of a batch.
const BATCH: usize = 1 << 16;

/// Takes the rows of one file or query.
pub(super) struct Intake<'a> {
    file: String,
    is_file: bool,
    contract: Contract<'a>,
    settings: LayoutSettings<'a>,
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
    warnings: Warnings,
    /// The totals that a second query states, by name.
    stated: Vec<(String, String)>,
    /// Rules that are waived, by row.
    waived: BTreeMap<i64, BTreeSet<String>>,
    /// What cells of each column were, where a format says.
    kinds: Vec<CellKinds>,
    /// Columns without a name that hold values, by place, with the first row.
    unnamed: BTreeMap<usize, i64>,
    /// The last row, where it may be the header of another table.
    rival: Option<i64>,
    /// Rows that look like totals of others.
    totals: Totals,
    /// Rows that fill one cell alone.
    lone: Lone,
    /// Rows whose texts are unlike all others.
    unlike: Unlike,
    /// Numbers of children in columns that are not personal.
    numbers: Vec<Numbers>,
    /// The number of the last row of all.
    last: i64,
    /// Rows that do not fit below their header.
    ragged: u64,
    /// Rows that end before the last column.
    short: ShortRead,
    /// Rows that shared a key, and rows whose values do not agree.
    not_unique: u64,
    not_consistent: u64,
    /// The latest day of the column that says how far the data reach, and of any; in days since 1970.
    as_at: Option<i32>,
    newest: Option<i32>,
    /// The latest day of that column, though it be after today.
    ahead: Option<i32>,
}

/// The keys seen so far, each with its row.
struct Keys {
    converter: RowConverter,
    seen: HashMap<OwnedRow, i64>,
}

impl<'a> Intake<'a> {
    /// Prepares to take rows. `is_file`: whether rows carry the name in `_file`; those of a query do not.
    pub(super) fn new(
        file: &str,
        is_file: bool,
        contract: Contract<'a>,
        settings: LayoutSettings<'a>,
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
            is_file,
            money: money.collect(),
            contract,
            settings,
            layout,
            fill_down: FillDown {
                names: settings.fill_down.iter().map(|name| normalise(name)).collect(),
                above: None,
            },
            pending: Vec::new(),
            copies: HashSet::new(),
            keys,
            rows,
            spells,
            counts: RowCounts::default(),
            quarantine: Vec::new(),
            warnings: Warnings::default(),
            stated: Vec::new(),
            waived: BTreeMap::new(),
            kinds: Vec::new(),
            unnamed: BTreeMap::new(),
            rival: None,
            totals: Totals::default(),
            lone: Lone::default(),
            unlike: Unlike::default(),
            numbers: Vec::new(),
            last: 0,
            ragged: 0,
            short: ShortRead::new(settings.short_rows),
            not_unique: 0,
            not_consistent: 0,
            as_at: None,
            newest: None,
            ahead: None,
        })
    }

    /// Takes the totals that a second query states, to be compared with the sums of the rows.
    pub(super) fn expect_totals(&mut self, stated: Vec<(String, String)>) {
        self.stated = stated;
    }

    /// Waives rules for some rows, and compares their keys with those of `there`.
    pub(super) fn waive(
        &mut self,
        waived: BTreeMap<i64, BTreeSet<String>>,
        there: &[RecordBatch],
    ) -> Result<(), SourceError> {
        self.waived = waived;
        let Some(keys) = &mut self.keys else { return Ok(()) };
        let rows_at = self.contract.published.index_of(ROW)?;
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

    /// Takes one row of any kind.
    fn take_row(&mut self, row: &Row) -> Result<(), SourceError> {
        self.last = row.number;
        let fate = match self.layout.sort(row, &self.contract)? {
            Sorted::Other => return Ok(()),
            Sorted::Data => {
                self.look_for_numbers(row);
                self.look_for_rival(row)?;
                let fate = self.type_row(row);
                if matches!(fate, Fate::Publish) {
                    self.note_unlike(row)?;
                }
                fate
            }
            Sorted::Second { title: true } => {
                if let Some(title) = self.pending.last_mut() {
                    title.fate = second_table();
                    self.lone.take_back(title.row);
                }
                return Ok(());
            }
            Sorted::Second { title: false } => {
                self.look_for_numbers(row);
                // Typed all the same: its money is part of what was read.
                self.type_row(row);
                second_table()
            }
        };
        if let Fate::SetAside(fault) = &fate
            && fault.rule == FROM_1904
        {
            let reason =
                format!("its days count from 1904, and row {} has a day as a plain number", row.number);
            let help = "show it as a date there, or write the format `serial_1904` if its numbers count from 1904 too";
            return Err(ParserFault::new(reason).help(help).in_file(&self.file, "a workbook"));
        }
        self.counts.read += 1;
        self.pending.push(Pending { row: row.number, fate, consistent: true });
        if self.pending.len() >= BATCH && !self.short.is_open() { self.flush() } else { Ok(()) }
    }

    /// Judges the rows of a full batch, then publishes, sets aside or drops each.
    fn flush(&mut self) -> Result<(), SourceError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut self.pending);
        let mut arrays: Vec<ArrayRef> = self.contract.columns.iter_mut().map(ColumnWriter::finish).collect();
        let file = self.is_file.then_some(self.file.as_str());
        arrays.push(Arc::new(pending.iter().map(|_| file).collect::<StringArray>()));
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
        self.look_at_days(&batch, &pending)?;
        self.account(&batch, &pending);
        self.set_aside(&batch, &pending)?;
        let mask: BooleanArray =
            pending.iter().map(|pending| Some(matches!(pending.fate, Fate::Publish))).collect();
        let rows = batch.project(&self.contract.published_places)?;
        let rows = if mask.has_false() { filter_record_batch(&rows, &mask)? } else { rows };
        if rows.num_rows() > 0 {
            let published = Arc::clone(&self.contract.published);
            self.rows.push(&RecordBatch::try_new(published, rows.columns().to_vec())?)?;
        }
        Ok(())
    }

    /// Notes how far the rows reach that are published: a day of a row that is set aside may be the very mistake. Days
    /// after today are taken for mistakes and left out; of a merge's `updated_at` unless there are no others.
    fn look_at_days(&mut self, batch: &RecordBatch, pending: &[Pending]) -> Result<(), SourceError> {
        let published: BooleanArray =
            pending.iter().map(|pending| Some(matches!(pending.fate, Fate::Publish))).collect();
        let rows = if published.has_false() { &filter_record_batch(batch, &published)? } else { batch };
        let today = self.contract.today.to_epoch_days();
        let as_at = self.contract.as_at();
        for place in self.contract.days() {
            let Some(days) = rows.column(place).as_primitive_opt::<Date32Type>() else { continue };
            let reaches = days.iter().flatten().filter(|day| *day <= today).max();
            if as_at == Some(place) {
                let is_declared = self.contract.source.file.as_at.is_some();
                let ahead = || arrow::compute::max(days);
                self.ahead = self.ahead.max(ahead());
                self.as_at = self.as_at.max(reaches.or_else(|| ahead().filter(|_| !is_declared)));
            }
            self.newest = self.newest.max(reaches);
        }
        Ok(())
    }

    /// Checks that nothing was lost, and returns everything.
    ///
    /// `may_be_empty`: a query for what has changed may find nothing.
    pub(super) fn finish(mut self, may_be_empty: bool) -> Result<Extraction, SourceError> {
        let columns = self.layout.header().map_or(0, Header::width);
        let halves = self.short.finish(columns);
        self.take_back(&halves);
        let (short, first) = self.short.counted();
        self.warnings.add("short_row", short, || format!("row {first}"));
        self.flush()?;
        if self.layout.header().is_none() {
            return Err(self.layout.no_header(&self.contract));
        }
        self.refuse_numbers()?;
        for column in &self.contract.columns {
            if let Some(totals) = self.money.get_mut(column.name()) {
                totals.read = column.total();
            }
        }
        if let Some(refusal) = self.layout.take_refusal() {
            return Err(self.with_total(refusal));
        }
        if self.counts.read == 0 && !may_be_empty {
            return Err(SourceError::NoRows { file: self.file });
        }
        self.reaches_some_day()?;
        self.judge_spells()?;
        let control_total = self.control_total()?;
        self.check_identities()?;
        self.check_stated()?;
        let quality = self.quality(control_total.is_some() || !self.stated.is_empty());
        let day = |days: Option<i32>| days.and_then(chrono::NaiveDate::from_epoch_days);
        self.warn_of_the_whole(control_total.is_some());
        let (warnings, first) = self.warnings.into_counts();
        Ok(Extraction {
            rows: self.rows.finish()?,
            counts: self.counts,
            money: self.money,
            control_total,
            quarantine: self.quarantine,
            warnings,
            first,
            skipped: self.layout.into_skipped(),
            as_at: day(self.as_at),
            newest: day(self.newest),
            quality,
            replaced: None,
            read: None,
            contract: self.contract.fingerprint,
        })
    }
}

impl Receiver for Intake<'_> {
    fn take(&mut self, row: &Row) -> Result<(), SourceError> {
        self.take_row(row)
    }

    fn warn_of(&mut self, rule: &str, count: u64, place: &str) {
        self.warnings.add(rule, count, || place.to_owned());
    }

    /// Notes that the file may be cut within its last cell. A total that it states about itself says that it is not.
    fn ends_within_a_line(&mut self) {
        if self.layout.stated().is_none() {
            self.warnings.count_row("last_row_without_line_end", self.last);
            let cut = self.short.cut(self.last);
            self.take_back(&cut);
        }
    }

    fn wanted(&self) -> Vec<Vec<String>> {
        self.contract.columns.iter().map(|column| column.source_names().to_vec()).collect()
    }

    fn is_of_persons(&self) -> bool {
        self.contract.is_personal()
    }
}
