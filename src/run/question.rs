//! Questions in SQL over what is published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{FieldRef, Schema};
use chrono::{DateTime, Utc};

use super::catalogue::{TableDescription, describe, head, meant, of_commit, tables};
use super::records;
use crate::diagnostic::SourceFile;
use crate::engine::{Bindings, TableName};
use crate::job::{Context, Failure};

/// The pipeline of tables that a query names without one.
const BARE: &str = "none";

/// The answer to a question, with what it rests on.
#[derive(Debug)]
pub struct Answer {
    /// The rows.
    pub rows: RecordBatch,
    /// The published tables that were read.
    pub tables: Vec<TableDescription>,
    /// The state of the store that was asked; `None` while nothing is published.
    pub commit: Option<u64>,
    /// When it was asked.
    pub asked: DateTime<Utc>,
}

/// Returns the answer to one query over the published tables, to `SHOW TABLES` or to `DESCRIBE table`, and over
/// `sufficiency.runs`, `sufficiency.deliveries`, `sufficiency.series_units` and `sufficiency.findings`, the program's own
/// records. It may read internal tables, which no list shows. A table may be named without its pipeline where only one has
/// the name.
///
/// # Errors
///
/// A fault in the query at its place, or a store that cannot be read.
pub fn query(context: &Context, sql: &str) -> Result<RecordBatch, Failure> {
    ask(context, sql).map(|answer| answer.rows)
}

/// Returns the answer of [`query`] with what it rests on.
///
/// # Errors
///
/// Those of [`query`].
pub fn ask(context: &Context, sql: &str) -> Result<Answer, Failure> {
    let words: Vec<&str> = sql.trim().trim_end_matches(';').split_whitespace().collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let of_rows = |rows| Answer { rows, tables: Vec::new(), commit: None, asked: context.clock().now() };
    let answered = match words.as_slice() {
        [_, _] if is(0, "show") && is(1, "tables") => listed(context).map(of_rows),
        [_, table] if is(0, "describe") || is(0, "desc") => described(context, table).map(of_rows),
        _ => answer(context, sql),
    };
    answered.map_err(Failure::typed)
}

/// Returns the published tables as rows.
fn listed(context: &Context) -> Result<RecordBatch, Failure> {
    let tables = tables(context)?;
    let rows = tables.iter().map(|table| i64::try_from(table.rows).unwrap_or(i64::MAX));
    let columns: [(&str, ArrayRef, bool); 3] = [
        ("table", Arc::new(StringArray::from_iter_values(tables.iter().map(|table| &table.name))), false),
        ("rows", Arc::new(Int64Array::from_iter_values(rows)), false),
        ("title", Arc::new(tables.iter().map(|table| table.title.as_deref()).collect::<StringArray>()), true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).map_err(Failure::bug)
}

/// Returns the columns of a table as rows.
fn described(context: &Context, name: &str) -> Result<RecordBatch, Failure> {
    let name = name.replace('"', "");
    let own = name.strip_prefix(records::PIPELINE).and_then(|rest| rest.strip_prefix('.'));
    let columns: Vec<(String, String, Option<String>)> = if let Some(rows) = own.and_then(own_table) {
        let schema = rows(context)?.schema();
        let of = |field: &FieldRef| (field.name().clone(), field.data_type().to_string(), None);
        schema.fields().iter().map(of).collect()
    } else {
        let columns = describe(context, &name)?.columns.into_iter();
        columns.map(|column| (column.name, column.kind, column.comment)).collect()
    };
    let rows: [(&str, ArrayRef, bool); 3] = [
        ("column", Arc::new(columns.iter().map(|(name, ..)| Some(name)).collect::<StringArray>()), false),
        ("type", Arc::new(columns.iter().map(|(_, kind, _)| Some(kind)).collect::<StringArray>()), false),
        (
            "what it holds",
            Arc::new(columns.iter().map(|(.., note)| note.as_ref()).collect::<StringArray>()),
            true,
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(rows).map_err(Failure::bug)
}

/// Reads one of the program's own records as rows.
type Records = fn(&Context) -> Result<RecordBatch, Failure>;

/// The program's own records, by the names of their tables.
const OWN: [(&str, Records); 4] = [
    ("runs", records::runs),
    ("deliveries", records::deliveries),
    ("series_units", records::series_units),
    ("findings", records::findings),
];

/// Returns what reads one of the program's own records.
fn own_table(name: &str) -> Option<Records> {
    OWN.iter().find(|(table, _)| *table == name).map(|(_, rows)| *rows)
}

/// Returns every name that a question may use: tables with their pipelines, and without where only one has the name; each with
/// its columns.
///
/// # Errors
///
/// When the store cannot be read.
pub fn names(context: &Context) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut named = BTreeMap::new();
    if let Some(commit) = context.store().head()? {
        for (pipeline, table, published) in commit.listed() {
            let columns: Vec<String> = published.columns.iter().map(|column| column.name.clone()).collect();
            if matches!(meant(&commit, table), Ok(Some(_))) {
                named.insert(table.to_owned(), columns.clone());
            }
            named.insert(format!("{pipeline}.{table}"), columns);
        }
    }
    for (table, _) in OWN {
        named.insert(format!("{}.{table}", records::PIPELINE), Vec::new());
    }
    Ok(named)
}

fn answer(context: &Context, sql: &str) -> Result<Answer, Failure> {
    let asked = context.clock().now();
    let engine = context.engine();
    let source = SourceFile::inline("query", sql);
    // What is named without a pipeline.
    engine.enter(BARE);
    let reads = engine.reads(&source, BARE)?;
    for (table, rows) in OWN {
        let name = TableName::new(records::PIPELINE, table);
        if reads.contains(&name) {
            let rows = rows(context)?;
            engine.register(&name, rows.schema(), vec![rows])?;
        }
    }
    let own = !reads.is_empty() && reads.iter().all(|name| name.pipeline == records::PIPELINE);
    let commit = if own { context.store().head()? } else { Some(head(context)?) };
    let Some(commit) = commit else {
        let rows = engine.run_as_written(&engine.plan(&source)?, &Bindings::new())?;
        return Ok(Answer { rows, tables: Vec::new(), commit: None, asked });
    };
    let mut bare = BTreeMap::new();
    for name in reads.iter().filter(|name| name.pipeline == BARE) {
        if let Some(found) = meant(&commit, &name.table)? {
            bare.insert(found, name.clone());
        }
    }
    let mut read = BTreeSet::new();
    for (pipeline, table, published) in commit.tables() {
        let name = TableName::new(pipeline, table);
        let by: Vec<&TableName> = reads.get(&name).into_iter().chain(bare.get(&name)).collect();
        if !by.is_empty() {
            read.insert(name.clone());
        }
        if by.is_empty() {
            // Known by its name, so that a wrong one gets the nearest.
            engine.register(&name, Arc::new(Schema::empty()), Vec::new())?;
        } else if context.is_large(&published.files) {
            for name in by {
                engine.register_files(name, published.files.iter().map(|file| file.name.as_str()))?;
            }
        } else {
            let batches = context.store().read_table(&commit, pipeline, table)?;
            let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
            for name in by {
                engine.register(name, Arc::clone(&schema), batches.clone())?;
            }
        }
    }
    let planned = engine.plan(&source)?;
    let rows = engine.run_as_written(&planned, &Bindings::new())?;
    // Internal tables have no description.
    let tables = read.iter().filter_map(|name| of_commit(context, &commit, name).ok()).collect();
    Ok(Answer { rows, tables, commit: Some(commit.seq), asked })
}
