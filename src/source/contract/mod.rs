//! The contract of a source, ready to type rows: text in, Arrow out.
//!
//! Nothing is inferred. A cell that is not what the contract says sets its row aside; a code that the
//! contract does not map is never "other".

mod check;
mod column;
mod date;
mod judge;
mod number;
mod rules;
mod year;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use sha2::{Digest, Sha256};

pub(super) use check::check;
pub use check::{share, swing};
pub(super) use column::{CellFault, ColumnWriter};
pub(super) use judge::Judge;
pub(super) use number::write as write_amount;
use rules::PlannedRule;

use super::SourceError;
use super::discover::hexadecimal;
use super::given::{Given, ListUse};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::project::{
    Column, Disposition, Drift, ExactDuplicates, Generalise, Privacy, RuleSeverity, SourceDefinition,
};

/// The column that says from which file a row came.
pub(super) const FILE: &str = "_file";
/// The column that says which row of it.
pub(super) const ROW: &str = "_row";

/// A contract, its names resolved and its rules planned.
pub(super) struct Contract<'a> {
    pub(super) source: &'a SourceDefinition,
    pub(super) columns: Vec<ColumnWriter<'a>>,
    /// What rows are held against once they are typed.
    pub(super) judges: Vec<Judge>,
    /// Columns that name a row: places among all columns.
    pub(super) key: Vec<usize>,
    /// Every column, those to be dropped too, and the two of lineage: what rules may read.
    pub(super) full: SchemaRef,
    /// What is published.
    pub(super) published: SchemaRef,
    /// Where each published column stands in the full schema.
    pub(super) kept: Vec<usize>,
    /// Which contract it was, for quarantine: the settings, the query and nothing else decide it.
    pub(super) fingerprint: String,
    /// The day on which the source is read.
    pub(super) today: chrono::NaiveDate,
    /// What the rows are.
    pub(super) cells: Cells,
}

/// Where cells come from, and so what may be expected of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// Text, as somebody wrote it.
    Written,
    /// Cells of a program that has dates of its own, which come as `2026-01-31`.
    Typed,
    /// Rows that were set aside and are read once more: personal values are pseudonyms or gone, codes are
    /// ours or the source's.
    Kept,
}

/// The columns that `source` publishes: the contract's without those dropped, then `_file` and `_row`.
/// A field's metadata holds its note (`comment`) and its privacy class (`privacy`).
#[must_use]
pub fn schema(source: &SourceDefinition) -> SchemaRef {
    let kept = source.file.columns.iter().filter(|column| !matches!(column.privacy, Privacy::Drop));
    Arc::new(Schema::new(kept.map(field).chain(lineage()).collect::<Vec<_>>()))
}

impl<'a> Contract<'a> {
    /// Resolves the contract of `source` for cells of one kind.
    pub(super) fn new(
        source: &'a SourceDefinition,
        cells: Cells,
        given: &Given,
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
        let judges = judge::judges(source, rules, given)?;
        let columns = source.file.columns.iter().map(|column| writer(source, column, cells, given));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let published = schema(source);
        let kept =
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
            kept,
            fingerprint,
            today: given.today,
            cells,
        })
    }

    /// Whether any column could identify a child.
    pub(super) fn is_personal(&self) -> bool {
        personal_columns(self.source).next().is_some()
    }

    /// What a column that the contract does not name leads to.
    pub(super) fn drift(&self) -> Drift {
        self.source.file.drift
    }

    /// Whether exact copies of a row are dropped.
    pub(super) fn drops_duplicates(&self) -> bool {
        self.source.file.exact_duplicates == ExactDuplicates::Drop
    }

    /// What becomes of a row whose key an earlier row has.
    pub(super) fn unique_severity(&self) -> RuleSeverity {
        self.source.file.unique_severity
    }

    /// The column whose latest day says how far the data reach: the one declared, or a merge's `updated_at`.
    pub(super) fn as_at(&self) -> Option<usize> {
        let file = &self.source.file;
        let name = file.as_at.as_ref().or(file.updated_at.as_ref())?;
        let place = self.columns.iter().position(|column| column.name() == name.get_ref())?;
        self.days().any(|day| day == place).then_some(place)
    }

    /// The columns of days that are stored as they are.
    pub(super) fn days(&self) -> impl Iterator<Item = usize> + '_ {
        let fields = self.full.fields().iter().take(self.columns.len()).enumerate();
        fields.filter(|(_, field)| field.data_type() == &DataType::Date32).map(|(place, _)| place)
    }

    /// The column of money that the source calls `name`.
    pub(super) fn money_column(&self, name: &str) -> Option<usize> {
        let wanted = super::header::normalise(name);
        self.columns.iter().position(|column| {
            column.money_scale().is_some() && super::header::normalise(column.source_name()) == wanted
        })
    }
}

/// A fault of the contract itself, at its place in the source's settings.
pub(super) fn contract_fault(
    source: &SourceDefinition,
    span: Range<usize>,
    message: impl Into<String>,
    help: Option<String>,
) -> SourceError {
    let fault = Diagnostic::error(&source.source, Some(span), message).with_help(help);
    SourceError::Contract(Box::new(fault))
}

/// The writer of one column.
fn writer<'a>(
    source: &SourceDefinition,
    column: &'a Column,
    cells: Cells,
    given: &Given,
) -> Result<ColumnWriter<'a>, SourceError> {
    let writer = match (&column.privacy, &given.pseudonyms) {
        (_, _) if cells == Cells::Kept => ColumnWriter::new(column, cells, None),
        (Privacy::Pseudonymise(to), Some(pseudonyms)) => {
            ColumnWriter::new(column, cells, Some(pseudonyms.for_purpose(&to.purpose)))
        }
        (Privacy::Pseudonymise(_), None) => {
            let message = format!("`{}` is to be pseudonymised and there is no key", column.name.get_ref());
            let help = "name a key file under `[pseudonym]` in settings.toml".to_owned();
            return Err(contract_fault(source, column.name.span(), message, Some(help)));
        }
        (Privacy::Generalise(Generalise::Lookup(lookup)), _) => {
            let list = |column| ListUse { written: &lookup.list, table: lookup.list.get_ref(), column };
            let known = given.map(source, &list(&lookup.from), &list(&lookup.to), column::looked_up)?;
            ColumnWriter::new(column, cells, None).with_lookup(known)
        }
        _ => ColumnWriter::new(column, cells, None),
    };
    let Some(codes) = &column.codes else { return Ok(writer) };
    let list = ListUse { written: &codes.list, table: codes.list.get_ref(), column: &codes.column };
    Ok(writer.with_list(given.set(source, &list)?))
}

/// Every column, typed, and the two of lineage. A cell that is refused stands as null until its row is set
/// aside, so none of them is required yet.
fn full_schema(source: &SourceDefinition) -> SchemaRef {
    let columns = source.file.columns.iter().map(|column| field(column).with_nullable(true));
    Arc::new(Schema::new(columns.chain(lineage()).collect::<Vec<_>>()))
}

fn personal_columns(source: &SourceDefinition) -> impl Iterator<Item = &Column> {
    source.file.columns.iter().filter(|column| column.privacy.is_personal())
}

/// The columns that name a row: those declared unique, else the key of a merge. A merge by the newest
/// change expects several versions of a row, so its key is not held against it.
fn key(source: &SourceDefinition) -> Vec<usize> {
    let file = &source.file;
    let merges = file.disposition == Disposition::Merge && file.updated_at.is_none();
    let names = if file.unique.is_empty() && merges { &file.key } else { &file.unique };
    let place = |name: &str| file.columns.iter().position(|column| column.name.get_ref() == name);
    names.iter().filter_map(|name| place(name.get_ref())).collect()
}

fn field(column: &Column) -> Field {
    let privacy = match &column.privacy {
        Privacy::None => "none",
        Privacy::Commercial => "commercial",
        Privacy::Pseudonymise(_) => "pseudonymised",
        Privacy::Generalise(_) => "generalised",
        Privacy::Drop => "dropped",
    };
    let mut metadata = HashMap::from([("privacy".to_owned(), privacy.to_owned())]);
    if let Some(note) = &column.note {
        metadata.insert("comment".to_owned(), note.clone());
    }
    Field::new(column.name.get_ref(), column::data_type(column), !column.required).with_metadata(metadata)
}

fn lineage() -> [Field; 2] {
    let comment = |text: &str| HashMap::from([("comment".to_owned(), text.to_owned())]);
    [
        Field::new(FILE, DataType::Utf8, true)
            .with_metadata(comment("file that the row came from; null for a database")),
        Field::new(ROW, DataType::Int64, false)
            .with_metadata(comment("row number in the file or the result, from 1")),
    ]
}

fn fingerprint(source: &SourceDefinition) -> String {
    let mut hash = Sha256::new();
    hash.update(source.source.text().as_bytes());
    hash.update([0]);
    hash.update(source.sql.as_ref().map_or("", |sql| sql.text()).as_bytes());
    hash.update([0]);
    hash.update(source.totals.as_ref().map_or("", |sql| sql.text()).as_bytes());
    let mut text = hexadecimal(&hash.finalize());
    text.truncate(16);
    text
}
