//! Rows that broke their contract: listed, shown, released by a person, judged again.
//!
//! ```text
//! restricted/quarantine/<pipeline>/<source>/<landing>.parquet   the rows, as a landing set them aside
//! restricted/releases/<pipeline>/<source>/<number>.json         what a person decided about some of them
//! landings/…/landing.json with `replays`                        those rows, judged again, beside their landing
//! ```
//!
//! A landing never changes. A decision is about the bytes of one file, so it stands when the same file is read
//! again under a new contract, and falls away when the source sends another. No personal value is told:
//! such a row is mended at its source.

mod release;
mod replay;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use serde::Serialize;

use super::context::no_such;
use super::standing::standing;
use super::{Context, Failure};
use crate::engine::TableName;
use crate::project::{Pipeline, SourceDefinition};
use crate::store::LandingRecord;

pub use release::{Ask, release};
pub use replay::{Replayed, replay};

pub(super) use replay::apply;

use release::Release;

/// What stands in place of a personal value.
const PERSONAL: &str = "[personal]";

/// Rows of one file that broke one rule, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineLine {
    /// `pipeline.source`.
    pub source: String,
    /// The file, or the query's name.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The column, where it was one.
    pub column: Option<String>,
    /// Rows that are set aside.
    pub rows: usize,
    /// Those of them about which a person has decided, to be judged again by the next run.
    pub released: usize,
    /// Whether they are mended at their source, and never released.
    pub personal: bool,
}

/// One row that is set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineRow {
    /// The file, or the query's name.
    pub file: String,
    /// Its number in the file or the result, from 1.
    pub row: i64,
    /// The column that failed, where it was one.
    pub column: Option<String>,
    /// The rule that it broke.
    pub rule: String,
    /// The rule in words.
    pub reason: String,
    /// Names the contract that it broke.
    pub contract: String,
    /// Whether it is mended at its source, and never released.
    pub personal: bool,
    /// What it held, but for personal columns.
    pub values: BTreeMap<String, String>,
    /// Who decided about it, and why, where somebody has.
    pub released: Option<String>,
}

/// A row as quarantine keeps it, pseudonyms and all. Never leaves this room.
#[derive(Debug, Clone)]
struct Kept {
    shown: QuarantineRow,
    values: BTreeMap<String, String>,
}

/// Which rows are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this file only.
    pub file: Option<String>,
    /// That broke this rule only.
    pub rule: Option<String>,
    /// With these numbers only; any when empty.
    pub rows: Vec<i64>,
}

impl Filter {
    fn takes(&self, row: &QuarantineRow) -> bool {
        self.file.as_ref().is_none_or(|file| *file == row.file)
            && self.rule.as_ref().is_none_or(|rule| *rule == row.rule)
            && (self.rows.is_empty() || self.rows.contains(&row.row))
    }
}

/// Rows that are set aside, by source, file, rule and column; of one pipeline or source where one is named.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read.
pub fn list(context: &Context, scope: Option<&str>) -> Result<Vec<QuarantineLine>, Failure> {
    let mut lines: BTreeMap<(String, String, String, Option<String>), QuarantineLine> = BTreeMap::new();
    for (pipeline, definition) in chosen(context, scope)? {
        let source = format!("{}.{}", pipeline.name, definition.name);
        for Kept { shown, .. } in open_rows(context, pipeline, definition)? {
            let QuarantineRow { file, rule, column, personal, released, .. } = shown;
            let line = lines
                .entry((source.clone(), file.clone(), rule.clone(), column.clone()))
                .or_insert_with(|| QuarantineLine {
                    source: source.clone(),
                    file,
                    rule,
                    column,
                    rows: 0,
                    released: 0,
                    personal,
                });
            line.rows += 1;
            line.released += usize::from(released.is_some());
        }
    }
    Ok(lines.into_values().collect())
}

/// The rows of one source that are set aside, in the order of their files, without a personal value.
///
/// # Errors
///
/// When there is no such source or the store cannot be read.
pub fn show(context: &Context, source: &str, filter: &Filter) -> Result<Vec<QuarantineRow>, Failure> {
    let (pipeline, definition) = one(context, source)?;
    let rows = open_rows(context, pipeline, definition)?;
    Ok(rows.into_iter().map(|kept| kept.shown).filter(|row| filter.takes(row)).collect())
}

/// The sources of `scope`: a pipeline, a source, or all.
fn chosen<'a>(
    context: &'a Context,
    scope: Option<&str>,
) -> Result<Vec<(&'a Pipeline, &'a SourceDefinition)>, Failure> {
    match scope {
        Some(source) if source.contains('.') => Ok(vec![one(context, source)?]),
        Some(name) => {
            let pipeline = context.pipeline(name)?;
            Ok(pipeline.sources.values().map(|definition| (pipeline, definition)).collect())
        }
        None => {
            let pipelines = context.project().pipelines.values();
            Ok(pipelines
                .flat_map(|one| one.sources.values().map(move |definition| (one, definition)))
                .collect())
        }
    }
}

/// The source called `pipeline.source`.
fn one<'a>(context: &'a Context, source: &str) -> Result<(&'a Pipeline, &'a SourceDefinition), Failure> {
    let name = TableName::parse(source)
        .ok_or_else(|| Failure::Usage(format!("`{source}` is no source: write it as `pipeline.source`")))?;
    let pipeline = context.pipeline(&name.pipeline)?;
    let definition = pipeline.sources.get(&name.table);
    let definition = definition.ok_or_else(|| no_such("source", &name.table, pipeline.sources.keys()))?;
    Ok((pipeline, definition))
}

/// The rows of a source that are set aside now: not those that were released and have landed since.
fn open_rows(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
) -> Result<Vec<Kept>, Failure> {
    let all = context.store().landings(&pipeline.name, &definition.name, None)?;
    let standing = standing(&all, definition.file.disposition);
    let releases = release::all(context, pipeline, definition)?;
    let mut open = Vec::new();
    for base in standing.iter().filter(|landing| landing.replays.is_none()) {
        let mut rows = kept(context, definition, base)?;
        let again = standing.iter().find(|landing| landing.replays.as_deref() == Some(&base.id));
        if let Some(again) = again {
            let landed = numbers(&context.store().read_landing(again)?);
            rows.retain(|row| !landed.contains(&row.shown.row));
            // What was judged again and still breaks the contract says the newer reason.
            let newer: BTreeMap<i64, Kept> =
                kept(context, definition, again)?.into_iter().map(|row| (row.shown.row, row)).collect();
            for row in &mut rows {
                if let Some(newer) = newer.get(&row.shown.row) {
                    *row = newer.clone();
                }
            }
        }
        for row in &mut rows {
            let about = releases.iter().rfind(|release| release.is_about(base, row.shown.row));
            row.shown.released = about.map(Release::words);
        }
        open.extend(rows);
    }
    Ok(open)
}

/// The rows that a landing set aside.
fn kept(
    context: &Context,
    definition: &SourceDefinition,
    landing: &LandingRecord,
) -> Result<Vec<Kept>, Failure> {
    let personal: BTreeSet<&String> = definition
        .file
        .columns
        .iter()
        .filter(|column| column.privacy.is_personal())
        .map(|column| column.name.get_ref())
        .collect();
    let mut rows = Vec::new();
    for batch in context.store().read_quarantine(landing)?.unwrap_or_default() {
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let numbers = batch.column_by_name("row").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let open = batch.column_by_name("personal").and_then(|column| column.as_boolean_opt());
        let (Some(files), Some(columns), Some(rules), Some(reasons), Some(values), Some(contracts)) =
            (text("file"), text("column"), text("rule"), text("reason"), text("values"), text("contract"))
        else {
            return Err(Failure::Bug(format!("the quarantine of landing `{}` lacks a column", landing.id)));
        };
        let (Some(numbers), Some(open)) = (numbers, open) else {
            return Err(Failure::Bug(format!("the quarantine of landing `{}` lacks a column", landing.id)));
        };
        for at in 0..batch.num_rows() {
            let values: BTreeMap<String, String> =
                serde_json::from_str(values.value(at)).map_err(|error| Failure::Bug(error.to_string()))?;
            let shown = values.iter().map(|(name, value)| {
                let value = if personal.contains(name) { PERSONAL } else { value };
                (name.clone(), value.to_owned())
            });
            let shown = QuarantineRow {
                file: files.value(at).to_owned(),
                row: numbers.value(at),
                column: (!columns.is_null(at)).then(|| columns.value(at).to_owned()),
                rule: rules.value(at).to_owned(),
                reason: reasons.value(at).to_owned(),
                contract: contracts.value(at).to_owned(),
                personal: open.value(at),
                values: shown.collect(),
                released: None,
            };
            rows.push(Kept { shown, values });
        }
    }
    Ok(rows)
}

/// The row numbers of some rows of a landing.
fn numbers(batches: &[RecordBatch]) -> BTreeSet<i64> {
    let columns = batches.iter().filter_map(|batch| batch.column_by_name("_row"));
    columns
        .filter_map(|column| column.as_primitive_opt::<Int64Type>())
        .flat_map(|numbers| numbers.iter().flatten())
        .collect()
}
