//! The contract of a source, ready to type rows: text in, Arrow out.
//!
//! ```text
//! check    faults of the settings, before any data is read     effect    keys that change nothing
//! schema   the columns that are published, and all of them
//! column   types the cells of one column into its values: cell_text, cell_fault, number, date, year
//! judge    what a typed row must fit: rules, codes, references, range, pattern
//! ```
//!
//! Nothing is inferred. A cell that does not fit the contract sets its row aside; a code that the contract does not
//! map never becomes "other".

mod arrow_type;
pub(super) mod cell_fault;
pub(super) mod cell_text;
pub(super) mod cells;
pub(super) mod check;
pub(super) mod column;
pub(super) mod corrected;
pub(super) mod date;
mod effect;
pub(super) mod judge;
pub(super) mod key;
pub(super) mod number;
pub(super) mod rules;
pub(super) mod schema;
pub(super) mod share;
mod values;
pub(super) mod year;

use crate::text::hex;
use std::collections::BTreeMap;

use arrow::datatypes::{DataType, SchemaRef};
use sha2::{Digest, Sha256};

use super::column_name::normalise;
use super::error::SourceError;
use super::inputs::{Inputs, ListUse};
use super::keys_there::KeysThere;
use crate::diagnostic::{Diagnostics, Severity};
use crate::project::{
    Column, Disposition, Drift, ExactDuplicates, Generalise, Privacy, RuleSeverity, SourceDefinition,
};
use cells::Cells;
use column::ColumnWriter;
use date::Reading;
use judge::Judge;
use key::key;
use schema::{full_schema, personal_columns, schema};

/// A contract with its names resolved and its rules planned.
pub(super) struct Contract<'a> {
    pub(super) source: &'a SourceDefinition,
    pub(super) columns: Vec<ColumnWriter<'a>>,
    /// What rows are judged by once they are typed.
    pub(super) judges: Vec<Judge>,
    /// Columns that name a row: places among all columns.
    pub(super) key: Vec<usize>,
    /// Every column, the dropped ones too, and the two of lineage: what rules may read.
    pub(super) full: SchemaRef,
    /// The columns that are published.
    pub(super) published: SchemaRef,
    /// The place of each published column in the full schema.
    pub(super) published_places: Vec<usize>,
    /// Fingerprint for quarantine: of the settings and the query, and nothing else.
    pub(super) fingerprint: String,
    /// The keys of the rows that other files have brought into the table.
    pub(super) there: KeysThere,
    /// For a merge: rows that share what is unique with another row of the table, by their number, with the reason.
    pub(super) shared: BTreeMap<i64, String>,
    /// The day on which the source is read.
    pub(super) today: chrono::NaiveDate,
    /// Where the cells come from.
    pub(super) cells: Cells,
}

impl<'a> Contract<'a> {
    /// Resolves the contract of `source` for cells of one kind.
    pub(super) fn new(
        source: &'a SourceDefinition,
        cells: Cells,
        inputs: &Inputs,
    ) -> Result<Self, SourceError> {
        let first_error = |faults: &Diagnostics| {
            let mut faults = faults.iter();
            faults.find(|fault| fault.severity() == Severity::Error).map(|fault| Box::new(fault.clone()))
        };
        if let Some(fault) = first_error(&check::settings(source)) {
            return Err(SourceError::Contract(fault));
        }
        let full = full_schema(source);
        let (rules, faults) = rules::plan(source, &full);
        if let Some(fault) = first_error(&faults) {
            return Err(SourceError::Contract(fault));
        }
        let judges = judge::judges(source, rules, inputs)?;
        let columns = source.file.columns.iter().map(|column| writer(source, column, cells, inputs));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let published = schema(source);
        let published_places =
            published.fields().iter().map(|field| full.index_of(field.name())).collect::<Result<_, _>>()?;
        let key = key(source);
        let fingerprint = fingerprint(source);
        Ok(Self {
            source,
            columns,
            judges,
            key,
            full,
            published,
            published_places,
            fingerprint,
            there: inputs.there.clone(),
            shared: inputs.shared.clone(),
            today: inputs.today,
            cells,
        })
    }

    /// Returns whether any column could identify a child.
    pub(super) fn is_personal(&self) -> bool {
        personal_columns(self.source).next().is_some()
    }

    /// Returns what happens to a column that the contract does not name.
    pub(super) fn drift(&self) -> Drift {
        self.source.file.drift
    }

    /// Returns whether exact copies of a row are dropped.
    pub(super) fn drops_duplicates(&self) -> bool {
        self.source.file.exact_duplicates == ExactDuplicates::Drop
    }

    /// Returns what happens to a row whose key an earlier row has.
    pub(super) fn unique_severity(&self) -> RuleSeverity {
        self.source.file.unique_severity
    }

    /// Returns whether `unique` is judged over the table after a merge, and not within the file.
    pub(super) fn is_judged_after_merge(&self) -> bool {
        self.source.file.disposition == Disposition::Merge && !self.source.file.unique.is_empty()
    }

    /// Returns the column whose latest day says how far the data reach: the declared one, or a merge's `updated_at`.
    pub(super) fn as_at(&self) -> Option<usize> {
        let file = &self.source.file;
        let name = file.as_at.as_ref().or(file.updated_at.as_ref())?;
        let place = self.columns.iter().position(|column| column.name() == name.get_ref())?;
        self.days().any(|day| day == place).then_some(place)
    }

    /// Returns the columns of days that are stored as they are.
    pub(super) fn days(&self) -> impl Iterator<Item = usize> + '_ {
        let fields = self.full.fields().iter().take(self.columns.len()).enumerate();
        fields.filter(|(_, field)| field.data_type() == &DataType::Date32).map(|(place, _)| place)
    }

    /// Returns the column of money that the source calls `name`.
    pub(super) fn money_column(&self, name: &str) -> Option<usize> {
        let wanted = normalise(name);
        self.columns
            .iter()
            .position(|column| column.money_scale().is_some() && column.has_source_name(&wanted))
    }
}

/// Builds the writer of one column.
fn writer<'a>(
    source: &SourceDefinition,
    column: &'a Column,
    cells: Cells,
    inputs: &Inputs,
) -> Result<ColumnWriter<'a>, SourceError> {
    let reading = Reading { today: inputs.today, zone: inputs.zone.unwrap_or(chrono_tz::UTC) };
    let writer = match (&column.privacy, &inputs.pseudonyms) {
        (_, _) if cells == Cells::Replayed => ColumnWriter::new(column, cells, None, reading),
        (Privacy::Pseudonymise(to), Some(pseudonyms)) => {
            ColumnWriter::new(column, cells, Some(pseudonyms.for_purpose(&to.purpose)), reading)
        }
        (Privacy::Pseudonymise(_), None) => {
            let message = format!("expected a key to pseudonymise `{}`, found none", column.name.get_ref());
            let help = "name a key file under `[pseudonym]` in settings.toml".to_owned();
            return Err(SourceError::contract(source, column.name.span(), message, Some(help)));
        }
        (Privacy::Generalise(Generalise::Lookup(lookup)), _) => {
            let list = |column| ListUse { written: &lookup.list, table: lookup.list.get_ref(), column };
            let known = inputs.map(source, &list(&lookup.from), &list(&lookup.to), cell_text::looked_up)?;
            ColumnWriter::new(column, cells, None, reading).with_lookup(known)
        }
        _ => ColumnWriter::new(column, cells, None, reading),
    };
    let Some(codes) = &column.codes else { return Ok(writer) };
    let list = ListUse { written: &codes.list, table: codes.list.get_ref(), column: &codes.column };
    Ok(writer.with_list(inputs.set(source, &list)?))
}

fn fingerprint(source: &SourceDefinition) -> String {
    let mut hash = Sha256::new();
    hash.update(source.source.text().as_bytes());
    hash.update([0]);
    hash.update(source.sql.as_ref().map_or("", |sql| sql.text()).as_bytes());
    hash.update([0]);
    hash.update(source.totals.as_ref().map_or("", |sql| sql.text()).as_bytes());
    let mut text = hex(&hash.finalize());
    text.truncate(16);
    text
}
