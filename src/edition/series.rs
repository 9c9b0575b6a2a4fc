use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::Date32Type;
use chrono::{Datelike, NaiveDate};

use super::freshness::sources_behind;
use crate::calendar::{Period as Part, Terms};
use crate::engine::TableName;
use crate::ingest::assemble;
use crate::job::{Context, Failure, Kept, Period};
use crate::project::{Due, Pipeline, Report, Series, SeriesUnit, SourceDefinition};

/// Parts that a message names; of the others only the count is.
const NAMED: usize = 6;

/// Holds a report where a source behind it lacks a month, a term or a year that was due: a sum over what is there
/// would be taken for the whole.
pub(super) fn hold_if_missing(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    inputs: impl Iterator<Item = TableName>,
    period: &Period,
) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    let own = pipeline.sources.keys().map(|name| TableName::new(&pipeline.name, name));
    let mut sources = BTreeSet::new();
    for table in inputs.chain(own) {
        sources.extend(sources_behind(context, &table, &mut seen)?);
    }
    let mut missing = Vec::new();
    for source in sources {
        let owner = context.project().pipelines.get(&source.pipeline);
        let Some((owner, definition)) =
            owner.and_then(|owner| Some((owner, owner.sources.get(&source.table)?)))
        else {
            continue;
        };
        let Some(series) = &definition.file.series else { continue };
        let parts = missing_parts(context, owner, definition, series, period)?;
        if let Some(words) = words(&parts) {
            missing.push(format!("`{source}` has no row of {words}"));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let failure = Failure::gate("the report is held: parts of its data are missing")
        .at(&report.name)
        .kept(Kept::LastEditions)
        .help("ask the owner of the source for what is missing and run again");
    Err(missing.into_iter().fold(failure, Failure::note))
}

/// Finds the parts that were due by the day of what is known, begin within the report's period or before it, and have
/// no row; oldest first, each with the day on which it was due.
fn missing_parts(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    series: &Series,
    period: &Period,
) -> Result<Vec<(Part, NaiveDate)>, Failure> {
    let (Some(due), Some(assembly)) =
        (series.due(), assemble::assembly(context, pipeline, definition, period.as_of)?)
    else {
        return Ok(Vec::new());
    };
    let mut there: BTreeSet<Part> = BTreeSet::new();
    for batch in assembly.rows(context)? {
        let days = batch.column_by_name(series.by.get_ref());
        let Some(days) = days.and_then(|days| days.as_primitive_opt::<Date32Type>()) else { continue };
        // A ledger has few days and many rows.
        let days: BTreeSet<i32> = days.iter().flatten().collect();
        there.extend(
            days.into_iter().filter_map(NaiveDate::from_epoch_days).map(|day| part_of(series.unit, day)),
        );
    }
    let zone = context.clock().zone();
    let known = period.as_of.unwrap_or_else(|| context.clock().now()).with_timezone(&zone).date_naive();
    let Some(first) = series.first().flatten().or_else(|| there.first().copied()) else {
        return Ok(Vec::new());
    };
    let working_days = Terms::default();
    let mut missing = BTreeMap::new();
    let mut part = part_of(series.unit, known.min(period.of.end()));
    while part.start() >= first.start() {
        let due = match due {
            Due::WorkingDays(number) => working_days.working_day_after(part.end(), number),
            Due::Days(number) => part.end() + chrono::TimeDelta::days(number),
        };
        if due <= known && !there.contains(&part) {
            missing.insert(part.start(), (part, due));
        }
        part = part.previous();
    }
    Ok(missing.into_values().collect())
}

/// Returns the month, term or year that holds a day.
fn part_of(unit: SeriesUnit, day: NaiveDate) -> Part {
    match unit {
        SeriesUnit::Month => Part::Month(day.year(), day.month()),
        SeriesUnit::Term => Part::term_of(day),
        SeriesUnit::AcademicYear => Part::academic_year_of(day),
        SeriesUnit::FinancialYear => Part::financial_year_of(day),
    }
}

/// Returns the parts that are missing, in words; nothing where none is.
fn words(parts: &[(Part, NaiveDate)]) -> Option<String> {
    let mut named: Vec<String> =
        parts.iter().take(NAMED).map(|(part, due)| format!("{}, due by {due}", part.label())).collect();
    if parts.len() > NAMED {
        named.push(format!("{} more", parts.len() - NAMED));
    }
    (!named.is_empty()).then(|| named.join("; "))
}
