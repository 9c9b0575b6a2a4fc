//! Computed columns: what SQL does not say well, worked out in Rust from a model's rows.
//!
//! A model declares them in its sidecar under `[computed]`, in one line each; a table that is worked out as a whole, such as
//! a forecast, under `[computed_table]`. Rates, shares and changes are exact; limits
//! of intervals and tests are worked out by basic arithmetic, each by itself. The same rows give the same digits, and
//! a chance that is drawn has a key that follows from the rows.

mod check;
mod column;
mod fisher;
mod forecast;
mod limits;
mod numbers;
mod quotient;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use crate::diagnostic::Diagnostics;
use crate::project::{Computation, ComputedTable, Model, ModelFile};

/// Returns the columns of `model` when its query gives those of `query`.
///
/// # Errors
///
/// A fault at its place in the sidecar for a column that the query does not give or that is of the wrong type, for a
/// limit of a column that is not a rate, and for a computed column that has the name of another.
pub fn schema(model: &Model, query: &SchemaRef) -> Result<SchemaRef, Diagnostics> {
    let faults = check::check(model, query);
    let file = &model.file;
    if let Some(ComputedTable::CohortForecast(settings)) = &file.computed_table {
        faults.or(())?;
        return forecast::schema(model, settings, query);
    }
    let mut fields: Vec<Arc<Field>> = query.fields().iter().cloned().collect();
    for (name, computation) in file.computed_in_order() {
        let at = place(file, name.get_ref(), computation, &fields);
        fields.insert(at, Arc::new(Field::new(name.get_ref(), column::kind(computation, file), true)));
    }
    fields.retain(|field| !is_working(file, field.name()));
    faults.or(Arc::new(Schema::new(fields)))
}

/// Returns the columns by which the rows of the query of `model` are to be sorted: none where its table is worked out from
/// them as a whole, and has columns and an order of its own.
#[must_use]
pub fn order(model: &Model) -> Vec<String> {
    match model.file.computed_table {
        Some(_) => Vec::new(),
        None => model.file.sort.iter().map(|column| column.get_ref().clone()).collect(),
    }
}

/// Returns `rows` of the query of `model`, whose table is called `table`, with its computed columns, and without those that
/// only they are worked out from; or the table that is worked out from them as a whole.
///
/// A row whose columns are null, or whose whole is zero, has no value.
///
/// # Errors
///
/// Arrow's, when `rows` have not the columns that [`schema`] has looked up or a value has too many digits.
pub fn compute(table: &str, model: &Model, rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let file = &model.file;
    if let Some(ComputedTable::CohortForecast(settings)) = &file.computed_table {
        return forecast::compute(table, settings, &rows);
    }
    if file.computed.is_empty() && file.working.is_empty() {
        return Ok(rows);
    }
    let mut fields: Vec<Arc<Field>> = rows.schema().fields().iter().cloned().collect();
    let mut arrays: Vec<ArrayRef> = rows.columns().to_vec();
    for (name, computation) in file.computed_in_order() {
        let values = column::values(computation, file, &rows)?;
        let at = place(file, name.get_ref(), computation, &fields);
        fields.insert(at, Arc::new(Field::new(name.get_ref(), column::kind(computation, file), true)));
        arrays.insert(at, Arc::new(values));
    }
    let (fields, arrays): (Vec<_>, Vec<_>) =
        fields.into_iter().zip(arrays).filter(|(field, _)| !is_working(file, field.name())).unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

/// Returns where a computed column goes among the `fields` that are there: after the one that it names, a limit after
/// its figure and that figure's other limits, and any other at the end.
fn place(file: &ModelFile, name: &str, computation: &Computation, fields: &[Arc<Field>]) -> usize {
    let after = |wanted: &str| fields.iter().rposition(|field| field.name() == wanted).map(|at| at + 1);
    if let Some(named) = computation.after().and_then(|named| after(named.get_ref())) {
        return named;
    }
    let Computation::Interval(limit) = computation else { return fields.len() };
    let others = file.computed.iter().filter(|(other, computed)| match computed {
        Computation::Interval(other_limit) => {
            other.get_ref() != name && other_limit.of.get_ref() == limit.of.get_ref()
        }
        _ => false,
    });
    let others = others.filter_map(|(other, _)| after(other.get_ref())).max();
    others.max(after(limit.of.get_ref())).unwrap_or(fields.len())
}

fn is_working(file: &ModelFile, name: &str) -> bool {
    file.working.iter().any(|working| working.get_ref() == name)
}

#[cfg(test)]
mod tests;
