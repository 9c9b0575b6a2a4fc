use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

use super::decision::{self, Release};
use super::row::{AsideRow, QuarantineRow};
use crate::ingest::current;
use crate::job::{Context, Failure};
use crate::project::{Column, Pipeline, SourceDefinition};
use crate::store::LandingRecord;

/// What is shown in place of a personal value.
const PERSONAL: &str = "[personal]";
/// What is shown in place of any other value of a person's row that the contract does not list: where cells have slipped
/// by a column, a name or a pupil number may be in any of them.
const NOT_SHOWN: &str = "[not shown]";

/// Returns the rows of a source that are set aside now: not those that were released and have landed since.
pub(super) fn open_rows(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
) -> Result<Vec<AsideRow>, Failure> {
    let all = context.store().landings(&pipeline.name, &definition.name, None)?;
    let in_force = current::judged(&all, definition);
    let releases = decision::all(context, pipeline, definition)?;
    let mut open = Vec::new();
    for base in in_force.iter().filter(|landing| landing.replays.is_none()) {
        let mut rows = rows_of(context, definition, base)?;
        let again = in_force.iter().find(|landing| landing.replays.as_deref() == Some(&base.id));
        if let Some(again) = again {
            let landed = numbers(&context.store().read_landing(again)?);
            rows.retain(|row| !landed.contains(&row.shown.row));
            // What was judged again and still breaks the contract says the newer reason.
            let newer: BTreeMap<i64, AsideRow> =
                rows_of(context, definition, again)?.into_iter().map(|row| (row.shown.row, row)).collect();
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

/// Returns the rows that a landing set aside.
pub(super) fn rows_of(
    context: &Context,
    definition: &SourceDefinition,
    landing: &LandingRecord,
) -> Result<Vec<AsideRow>, Failure> {
    let declared: BTreeMap<&String, &Column> =
        definition.file.columns.iter().map(|column| (column.name.get_ref(), column)).collect();
    let of_persons = declared.values().any(|column| column.privacy.is_personal());
    let mut rows = Vec::new();
    for batch in context.store().read_quarantine(landing)?.unwrap_or_default() {
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let numbers = batch.column_by_name("row").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let open = batch.column_by_name("personal").and_then(|column| column.as_boolean_opt());
        let (Some(files), Some(columns), Some(rules), Some(reasons), Some(values), Some(contracts)) =
            (text("file"), text("column"), text("rule"), text("reason"), text("values"), text("contract"))
        else {
            return Err(Failure::bug(format!("the quarantine of landing `{}` lacks a column", landing.id)));
        };
        let (Some(numbers), Some(open)) = (numbers, open) else {
            return Err(Failure::bug(format!("the quarantine of landing `{}` lacks a column", landing.id)));
        };
        for at in 0..batch.num_rows() {
            let values: BTreeMap<String, String> =
                serde_json::from_str(values.value(at)).map_err(Failure::bug)?;
            let shown = values.iter().map(|(name, value)| {
                let column = declared.get(name);
                let value = match column {
                    Some(column) if column.privacy.is_personal() => PERSONAL,
                    _ if of_persons && !column.is_some_and(|column| is_listed(column, value)) => NOT_SHOWN,
                    _ => value,
                };
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
            rows.push(AsideRow { shown, values });
        }
    }
    Ok(rows)
}

/// Returns whether the contract itself has `value` among the codes of the column.
fn is_listed(column: &Column, value: &str) -> bool {
    column.allowed.iter().chain(column.map.values()).any(|code| code == value)
}

/// Returns the row numbers of some rows of a landing.
fn numbers(batches: &[RecordBatch]) -> BTreeSet<i64> {
    let columns = batches.iter().filter_map(|batch| batch.column_by_name("_row"));
    columns
        .filter_map(|column| column.as_primitive_opt::<Int64Type>())
        .flat_map(|numbers| numbers.iter().flatten())
        .collect()
}
