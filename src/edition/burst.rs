//! Bursting: one version of a report for each value of a key, to the mailboxes of that value and nobody else's.
//!
//! The disclosure gate takes each table once, whole, with every provider's rows in it; a version is a slice of what came
//! out. So all versions together tell no more than the one table that has passed, whoever compares them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use chrono::NaiveDate;

use crate::build::schemas::Schemas;
use crate::deliver::{self, AllowList, Entry, Screened};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::disclosure::Cleared;
use crate::engine::TableName;
use crate::job::fingerprint::short;
use crate::job::{Context, Failure};
use crate::project::{Audience, Burst, Pipeline, Report};

/// The column of the recipients' model with the mailbox.
const ADDRESS: &str = "address";

/// The column with the day by which the mailbox is to be confirmed again; it may be left out.
const CONFIRM_BY: &str = "confirm_by";

/// Returns the values of the key, in order.
pub(crate) fn versions(burst: &Burst, cleared: &BTreeMap<String, Cleared>) -> Vec<String> {
    let codes: BTreeSet<String> =
        cleared.values().flat_map(|table| table.codes(burst.key.get_ref())).collect();
    codes.into_iter().collect()
}

/// Returns what one version shows: its own rows of each table.
pub(crate) fn slice(
    burst: &Burst,
    cleared: &BTreeMap<String, Cleared>,
    version: &str,
) -> BTreeMap<String, Cleared> {
    let own = |table: &Cleared| table.only(burst.key.get_ref(), version);
    cleared.iter().map(|(name, table)| (name.clone(), own(table))).collect()
}

/// Returns a version's part of an edition's name: its code where that may be in a name, else what may and a digest.
pub(crate) fn slug(version: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !version.is_empty() && version.len() <= 40 && version.chars().all(plain) {
        return version.to_owned();
    }
    let allowed: String = version.chars().filter(|letter| plain(*letter)).take(30).collect();
    format!("{allowed}-{}", short(version))
}

/// Finds the mailboxes of one version, or of all of them, sorted into those it may go to and those it may not.
pub(crate) fn recipients(
    context: &Context,
    report: &Report,
    burst: &Burst,
    version: Option<&str>,
    allowed: &AllowList,
    audience: Audience,
) -> Result<Screened, Failure> {
    let pipeline = context.pipeline_of(report)?;
    let model = burst.recipients.get_ref();
    let published = context.store().head()?.filter(|commit| commit.table(&pipeline.name, model).is_some());
    let commit = published.ok_or_else(|| {
        Failure::gate(format!("`{}.{model}` is not published yet", pipeline.name))
            .help(format!("`sufficiency run {}`", pipeline.name))
    })?;
    let mut entries = Vec::new();
    for batch in context.store().read_table(&commit, &pipeline.name, model)? {
        entries.extend(rows(&batch, burst.key.get_ref(), model)?);
    }
    entries.retain(|entry| version.is_none_or(|wanted| entry.version == wanted));
    Ok(deliver::screen_entries(&entries, allowed, context.clock().today(), audience))
}

/// Reads the rows of the recipients' model.
fn rows(batch: &RecordBatch, key: &str, model: &str) -> Result<Vec<Entry>, Failure> {
    let column = |name: &str| -> Result<Option<arrow::array::ArrayRef>, Failure> {
        let Some(found) = batch.column_by_name(name) else {
            return Ok(None);
        };
        let text = cast(found, &DataType::Utf8);
        text.map(Some)
            .map_err(|error| Failure::usage(format!("expected text in `{model}.{name}`")).because(error))
    };
    let wanted = |name: &str| -> Result<arrow::array::ArrayRef, Failure> {
        column(name)?.ok_or_else(|| Failure::usage(format!("`{model}` has no column `{name}`")))
    };
    let (keys, addresses, days) = (wanted(key)?, wanted(ADDRESS)?, column(CONFIRM_BY)?);
    let (keys, addresses) = (keys.as_string::<i32>(), addresses.as_string::<i32>());
    let text = |array: &arrow::array::StringArray, row: usize| {
        if array.is_null(row) { String::new() } else { array.value(row).to_owned() }
    };
    (0..batch.num_rows())
        .map(|row| {
            let written = days.as_ref().map(|days| text(days.as_string::<i32>(), row)).unwrap_or_default();
            let confirm_by = match written.as_str() {
                "" => None,
                day => Some(day.parse::<NaiveDate>().map_err(|_| {
                    Failure::usage(format!("expected a date such as 2027-04-01, found `{day}`"))
                        .at(format!("{model}.{CONFIRM_BY}"))
                })?),
            };
            Ok(Entry { version: text(keys, row), address: text(addresses, row), confirm_by })
        })
        .collect()
}

/// Finds every fault of a report's `[burst]`, before there is a row.
pub(crate) fn check(report: &Report, pipeline: &Pipeline, schemas: &Schemas, faults: &mut Diagnostics) {
    let Some(burst) = &report.file.burst else {
        return;
    };
    let key = burst.key.get_ref();
    let has = |model: &str, column: &str| {
        let schema = schemas.tables.get(&TableName::new(&pipeline.name, model));
        schema.is_none_or(|schema| schema.field_with_name(column).is_ok())
    };
    let model = burst.recipients.get_ref();
    if pipeline.models.contains_key(model) {
        for column in [key.as_str(), ADDRESS].into_iter().filter(|column| !has(model, column)) {
            let message = format!("the model `{model}` has no column `{column}`");
            let help = format!("it needs `{key}` and `{ADDRESS}`, and may have `{CONFIRM_BY}`");
            faults.push(
                Diagnostic::error(&report.source, Some(burst.recipients.span()), message).with_help(help),
            );
        }
    } else {
        let message = format!("`{}` has no model `{model}`", pipeline.name);
        faults.push(
            Diagnostic::error(&report.source, Some(burst.recipients.span()), message)
                .with_help(did_you_mean(model, pipeline.models.keys())),
        );
    }
    for table in report.file.tables.values() {
        let shown = table.model.get_ref();
        let in_grain = pipeline
            .models
            .get(shown)
            .is_none_or(|model| model.file.grain.iter().any(|column| column.get_ref() == key));
        if !in_grain || !has(shown, key) {
            let message =
                format!("`{shown}` has no `{key}` in its grain, so every version would show all of it");
            faults.push(
                Diagnostic::error(&report.source, Some(table.model.span()), message)
                    .with_help(format!("add `{key}` to the query and to `grain`, or leave the table out")),
            );
        }
    }
}
