//! The contract of a source, ready to type rows: text in, Arrow out.
//!
//! Nothing is inferred. A cell that is not what the contract says sets its row aside; a code that the
//! contract does not map is never "other".

mod column;
mod date;
mod number;
mod year;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use sha2::{Digest, Sha256};

pub(super) use column::{CellFault, ColumnWriter};
pub(super) use number::write as write_amount;

use super::SourceError;
use super::discover::hexadecimal;
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::engine::Predicate;
use crate::privacy::Pseudonyms;
use crate::project::{
    Column, ColumnType, Connection, Disposition, Drift, ExactDuplicates, Privacy, RuleSeverity,
    SourceDefinition,
};

/// The column that says from which file a row came.
pub(super) const FILE: &str = "_file";
/// The column that says which row of it.
pub(super) const ROW: &str = "_row";

/// A contract, its names resolved and its rules planned.
pub(super) struct Contract<'a> {
    pub(super) source: &'a SourceDefinition,
    pub(super) columns: Vec<ColumnWriter<'a>>,
    pub(super) rules: Vec<PlannedRule<'a>>,
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
}

/// A rule over the typed row.
pub(super) struct PlannedRule<'a> {
    pub(super) name: &'a str,
    pub(super) severity: RuleSeverity,
    pub(super) predicate: Predicate,
    /// Whether it reads a personal column, so that not even the row's other values say why it failed.
    pub(super) personal: bool,
}

/// The columns that `source` publishes: the contract's without those dropped, then `_file` and `_row`.
/// A field's metadata holds its note (`comment`) and its privacy class (`privacy`).
#[must_use]
pub fn schema(source: &SourceDefinition) -> SchemaRef {
    let kept = source.file.columns.iter().filter(|column| !matches!(column.privacy, Privacy::Drop));
    Arc::new(Schema::new(kept.map(field).chain(lineage()).collect::<Vec<_>>()))
}

impl<'a> Contract<'a> {
    /// Resolves the contract of `source`.
    pub(super) fn new(
        source: &'a SourceDefinition,
        connection: &Connection,
        pseudonyms: Option<&Pseudonyms>,
    ) -> Result<Self, SourceError> {
        let typed_cells = source.file.workbook.is_some() && matches!(connection, Connection::Folder(_));
        let mut columns = Vec::new();
        for column in &source.file.columns {
            columns.push(writer(source, column, typed_cells, pseudonyms)?);
        }
        // A cell that is refused stands as null until its row is set aside.
        let nullable = |column: &Column| field(column).with_nullable(true);
        let full: SchemaRef = Arc::new(Schema::new(
            source.file.columns.iter().map(nullable).chain(lineage()).collect::<Vec<_>>(),
        ));
        let mut rules = Vec::new();
        for rule in &source.file.rules {
            let sql = SourceFile::inline(rule.name.get_ref(), rule.sql.get_ref().clone());
            let predicate = Predicate::plan(&full, &sql).map_err(|fault| {
                let message = format!("rule `{}`: {}", rule.name.get_ref(), fault.message());
                let help = fault.help().map(ToOwned::to_owned);
                contract_fault(source, rule.sql.span(), message, help)
            })?;
            let personal = personal_columns(source).any(|column| {
                mentions(&rule.sql.get_ref().to_lowercase(), &column.name.get_ref().to_lowercase())
            });
            rules.push(PlannedRule {
                name: rule.name.get_ref(),
                severity: rule.severity,
                predicate,
                personal,
            });
        }
        let published = schema(source);
        let kept =
            published.fields().iter().map(|field| full.index_of(field.name())).collect::<Result<_, _>>()?;
        let key = key(source)?;
        let fingerprint = fingerprint(source);
        Ok(Self { source, columns, rules, key, full, published, kept, fingerprint })
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

/// The writer of one column; refuses what would let an identity through.
fn writer<'a>(
    source: &SourceDefinition,
    column: &'a Column,
    typed_cells: bool,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<ColumnWriter<'a>, SourceError> {
    let name = column.name.get_ref();
    let fault = |message: String, help: &str| {
        Err(contract_fault(source, column.name.span(), message, Some(help.to_owned())))
    };
    let purpose = match &column.privacy {
        Privacy::Pseudonymise(to) => match pseudonyms {
            Some(pseudonyms) => Some(pseudonyms.for_purpose(&to.purpose)),
            None => {
                return fault(
                    format!("`{name}` is to be pseudonymised and there is no key"),
                    "name a key file under `[pseudonym]` in settings.toml",
                );
            }
        },
        Privacy::Generalise(_) if !matches!(column.kind, ColumnType::Date(_)) => {
            return fault(
                format!("`{name}` is to be made coarser and is no date"),
                "give it the type `date`",
            );
        }
        Privacy::None | Privacy::Commercial if column.kind == ColumnType::Upn => {
            return fault(
                format!("`{name}` is a pupil number and would enter the store as it is"),
                "write `privacy = { pseudonymise = { purpose = \"pupil\" } }` or `privacy = \"drop\"`",
            );
        }
        Privacy::None | Privacy::Commercial | Privacy::Generalise(_) | Privacy::Drop => None,
    };
    Ok(ColumnWriter::new(column, typed_cells, purpose))
}

fn personal_columns(source: &SourceDefinition) -> impl Iterator<Item = &Column> {
    source.file.columns.iter().filter(|column| column.privacy.is_personal())
}

/// Whether `name` stands as a word in `text`.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|word| word == name)
}

/// The columns that name a row: those declared unique, else the key of a merge. A merge by the newest
/// change expects several versions of a row, so its key is not held against it.
fn key(source: &SourceDefinition) -> Result<Vec<usize>, SourceError> {
    let file = &source.file;
    let merges = file.disposition == Disposition::Merge && file.updated_at.is_none();
    let names = if file.unique.is_empty() && merges { &file.key } else { &file.unique };
    let places: HashMap<&str, usize> = file
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| (column.name.get_ref().as_str(), place))
        .collect();
    names
        .iter()
        .map(|name| {
            places.get(name.get_ref().as_str()).copied().ok_or_else(|| {
                let known = file.columns.iter().map(|column| column.name.get_ref());
                let help = did_you_mean(name.get_ref(), known);
                let message = format!("no column `{}` in the contract", name.get_ref());
                contract_fault(source, name.span(), message, help)
            })
        })
        .collect()
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
    let mut text = hexadecimal(&hash.finalize());
    text.truncate(16);
    text
}
