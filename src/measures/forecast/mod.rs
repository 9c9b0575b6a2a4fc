//! A forecast of children counted on a census day, worked out from the counts of years that are over.
//!
//! A model whose sidecar says `[computed_table]` with `cohort_forecast` gives by its query what was counted, year by year
//! and group by group; its table is the forecast: by cohorts, by rates and by the last count alone, under three
//! suppositions, each with a band and with the error that it would have had. The same rows give the same bytes on every
//! machine: whole numbers, + − × ÷, and draws that are fixed by the specification of `ChaCha8`.

mod back_test;
mod chance;
mod cohort;
mod columns;
mod figures;
mod history;
mod rates;
mod scenario;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use self::columns::{POLICY_FROM, QUERY, Row};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::project::{CohortForecast, Model};

/// The most years ahead: beyond, the youngest groups are children who are not born.
const MOST_YEARS: u32 = 10;

/// Returns the columns of the forecast of `model`, whose query gives the columns of `query`.
///
/// # Errors
///
/// A fault for each column that the query lacks or that holds something else, and for years that cannot be forecast.
pub(super) fn schema(
    model: &Model,
    settings: &CohortForecast,
    query: &Schema,
) -> Result<SchemaRef, Diagnostics> {
    let mut faults = Diagnostics::default();
    let known = || query.fields().iter().map(|field| field.name());
    for (name, holds) in QUERY.iter().chain([&POLICY_FROM]) {
        let (words, kind) = holds.words();
        let Ok(field) = query.field_with_name(name) else {
            let message = format!("a forecast needs the column `{name}` ({words}), and the query has none");
            faults.push(Diagnostic::error(&model.sql, None, message).with_help(did_you_mean(name, known())));
            continue;
        };
        if !holds.accepts(field.data_type()) {
            let message = format!("expected {words} in `{name}`, found {}", field.data_type());
            let help = format!("cast it to {kind} in the query");
            faults.push(Diagnostic::error(&model.sql, None, message).with_help(Some(help)));
        }
    }
    let years = *settings.years.get_ref();
    if years == 0 || years > MOST_YEARS {
        let file = model.settings.as_ref().unwrap_or(&model.sql);
        let message = format!("expected 1 to {MOST_YEARS} years ahead, found {years}");
        faults.push(Diagnostic::error(file, Some(settings.years.span()), message));
    }
    faults.or(columns::table())
}

/// Works out the forecast of `model` from the rows of its query; rows stand in the order of population, method, scenario,
/// year and group. `table` is the whole name of the model's table.
///
/// # Errors
///
/// Arrow's, where the rows are not those of a forecast.
pub(super) fn compute(
    table: &str,
    settings: &CohortForecast,
    rows: &RecordBatch,
) -> Result<RecordBatch, ArrowError> {
    let (populations, supposed) = columns::read(rows)?;
    let mut found: Vec<Row> = Vec::new();
    for (name, population) in populations {
        let (Some(supposed), Some(last)) = (&supposed, population.history.last_counted()) else { continue };
        let key = |scenario: scenario::Scenario| -> [u8; 32] {
            let text = format!("{table}|{}|{name}|{}", scenario.code(), population.digest);
            Sha256::digest(text.as_bytes()).into()
        };
        let figures = figures::figures(&population.history, supposed, *settings.years.get_ref(), key);
        found.extend(figures.into_iter().map(|figure| (name.clone(), last, figure)));
    }
    columns::write(&found)
}

#[cfg(test)]
mod tests;
