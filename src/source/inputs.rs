use crate::text::hex;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::error::SourceError;
use super::keys_there::KeysThere;
use crate::privacy::Pseudonyms;
use crate::project::{Generalise, Privacy, SourceDefinition, Text};

/// What rows are judged with besides the text of the contract.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The keyed pseudonyms of pupil numbers; `None` for contracts that pseudonymise nothing.
    pub pseudonyms: Option<Pseudonyms>,
    /// The rows of every table that the contract names, as `pipeline.table`.
    pub lists: BTreeMap<String, Vec<RecordBatch>>,
    /// The keys of the rows that other files of the source have brought into its table.
    pub there: KeysThere,
    /// Rows of the file being read that share what is `unique` with another row of the table after a merge, by their
    /// number, with the reason.
    pub shared: BTreeMap<i64, String>,
    /// The day on which the source is read, in council time.
    pub today: NaiveDate,
    /// The council's time zone, whose day a time with a zone becomes; UTC where there is none.
    pub zone: Option<chrono_tz::Tz>,
}

/// One use of another table by a contract.
#[derive(Debug, Clone, Copy)]
pub struct ListUse<'a> {
    /// The text that names the table, for faults.
    pub written: &'a Text,
    /// The table, as `pipeline.table`.
    pub table: &'a str,
    /// A column that the table must have.
    pub column: &'a str,
}

/// Returns the tables that the contract of `source` names: its code lists, references and look-ups.
#[must_use]
pub fn lists(source: &SourceDefinition) -> Vec<ListUse<'_>> {
    let mut uses = Vec::new();
    for column in &source.file.columns {
        if let Some(codes) = &column.codes {
            let of = |column| ListUse { written: &codes.list, table: codes.list.get_ref(), column };
            uses.push(of(&codes.column));
            if codes.on.is_some() {
                uses.extend([of("valid_from"), of("valid_to")]);
            }
        }
        if let Some(references) = &column.references {
            let (table, column) =
                references.to.get_ref().rsplit_once('.').unwrap_or((references.to.get_ref(), ""));
            uses.push(ListUse { written: &references.to, table, column });
        }
        if let Privacy::Generalise(Generalise::Lookup(lookup)) = &column.privacy {
            let of = |column| ListUse { written: &lookup.list, table: lookup.list.get_ref(), column };
            uses.extend([of(&lookup.from), of(&lookup.to)]);
        }
    }
    uses
}

impl Inputs {
    /// Builds the inputs of a contract that pseudonymises and names no list.
    #[must_use]
    pub fn with_pseudonyms(pseudonyms: Pseudonyms) -> Self {
        Self { pseudonyms: Some(pseudonyms), ..Self::default() }
    }

    /// Returns a fingerprint of the values of the lists that the contract of `source` names: it changes with any of
    /// them.
    ///
    /// # Errors
    ///
    /// As [`extract`](super::extract), when a list is missing.
    pub fn fingerprint(&self, source: &SourceDefinition) -> Result<String, SourceError> {
        let mut columns: BTreeMap<&str, BTreeMap<&str, Vec<Option<String>>>> = BTreeMap::new();
        for one in lists(source) {
            columns.entry(one.table).or_default().insert(one.column, self.column(source, &one)?);
        }
        let mut hash = Sha256::new();
        let mut add = |kind: u8, text: &str| {
            hash.update([kind]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        for (table, columns) in columns {
            add(0, table);
            for name in columns.keys() {
                add(1, name);
            }
            // Whole rows, because what stands beside a value counts: two postcodes may exchange their wards. A set,
            // because the order of a table's rows does not.
            let count = columns.values().map(Vec::len).max().unwrap_or(0);
            let rows: BTreeSet<Vec<Option<&str>>> = (0..count)
                .map(|at| columns.values().map(|values| values.get(at)?.as_deref()).collect())
                .collect();
            for row in rows {
                add(2, "");
                for cell in row {
                    add(3 + u8::from(cell.is_some()), cell.unwrap_or_default());
                }
            }
        }
        Ok(hex(&hash.finalize()))
    }

    /// Returns the values of a list's column, in the order of its rows.
    pub(super) fn column(
        &self,
        source: &SourceDefinition,
        of: &ListUse<'_>,
    ) -> Result<Vec<Option<String>>, SourceError> {
        let fault = |message: String| SourceError::contract(source, of.written.span(), message, None);
        let batches = self.lists.get(of.table).ok_or_else(|| {
            fault(format!("the contract names the table `{}`, which was not loaded", of.table))
        })?;
        let mut values = Vec::new();
        let options = FormatOptions::default();
        for batch in batches {
            let array = batch
                .column_by_name(of.column)
                .ok_or_else(|| fault(format!("`{}` has no column `{}`", of.table, of.column)))?;
            let formatter = ArrayFormatter::try_new(array, &options)?;
            for row in 0..batch.num_rows() {
                values.push((!array.is_null(row)).then(|| formatter.value(row).to_string()));
            }
        }
        Ok(values)
    }

    /// Returns the values of a list's column, each once.
    pub(super) fn set(
        &self,
        source: &SourceDefinition,
        of: &ListUse<'_>,
    ) -> Result<HashSet<String>, SourceError> {
        Ok(self.column(source, of)?.into_iter().flatten().collect())
    }

    /// Returns one column of a list by the values of another, those normalised by `key`.
    pub(super) fn map(
        &self,
        source: &SourceDefinition,
        from: &ListUse<'_>,
        to: &ListUse<'_>,
        key: impl Fn(&str) -> String,
    ) -> Result<HashMap<String, String>, SourceError> {
        let (from, to) = (self.column(source, from)?, self.column(source, to)?);
        Ok(from.into_iter().zip(to).filter_map(|(from, to)| Some((key(&from?), to?))).collect())
    }
}
