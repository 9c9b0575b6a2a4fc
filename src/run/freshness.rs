//! How old the data behind a report is, and whether it may still be used.

use chrono::{DateTime, Utc};

use super::{Context, Failure};
use crate::diagnostic::{Diagnostic, SourceFile, Spanned};
use crate::engine::TableName;
use crate::project::{Pipeline, Report};
use crate::store::Commit;

/// The age of one table that a report rests on.
#[derive(Debug, Clone)]
pub(super) struct Freshness {
    /// The table.
    pub(super) table: TableName,
    /// When the newest of its data came in.
    pub(super) received: DateTime<Utc>,
    /// Whole days from then to now, in council time.
    pub(super) age_days: i64,
    /// The greatest age allowed, where one is set.
    pub(super) max_age_days: Option<i64>,
    /// Whether the report is held when the table is older than that.
    pub(super) gate: bool,
}

impl Freshness {
    /// Whether the table is older than allowed.
    pub(super) fn is_stale(&self) -> bool {
        self.max_age_days.is_some_and(|greatest| self.age_days > greatest)
    }
}

/// The age of every table that `pipeline` reads from another, with the limits that it and the report set.
pub(super) fn of(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    inputs: impl Iterator<Item = TableName>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Freshness>, Failure> {
    let head = context.store().head()?;
    let mut list = Vec::new();
    for table in inputs {
        let Some(received) = received(context, head.as_ref(), &table, as_of)? else { continue };
        let name = table.to_string();
        let gate = report.file.gates.inputs.iter().find(|(key, _)| *key.get_ref() == name);
        let limit = gate
            .map(|(_, limit)| (limit, &report.source))
            .or_else(|| {
                let input = pipeline.file.inputs.iter().find(|(key, _)| *key.get_ref() == name);
                input.map(|(_, limit)| (limit, &pipeline.source))
            })
            .map(|(limit, source)| days(source, limit))
            .transpose()?;
        let now = as_of.unwrap_or_else(|| context.clock().now()).with_timezone(&context.clock().zone());
        let day = received.with_timezone(&context.clock().zone()).date_naive();
        let age_days = now.date_naive().signed_duration_since(day).num_days();
        list.push(Freshness { table, received, age_days, max_age_days: limit, gate: gate.is_some() });
    }
    Ok(list)
}

/// When the newest of a table's data came in: its source's newest landing, else its publication.
fn received(
    context: &Context,
    head: Option<&Commit>,
    table: &TableName,
    as_of: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let is_source = context
        .project()
        .pipelines
        .get(&table.pipeline)
        .is_some_and(|found| found.sources.contains_key(&table.table));
    if is_source {
        let landings = context.store().landings(&table.pipeline, &table.table, as_of)?;
        return Ok(landings.iter().map(|landing| landing.received).max());
    }
    Ok(head.and_then(|commit| commit.pipelines.get(&table.pipeline)).map(|published| published.at))
}

/// `35 days`, `2 weeks`, `1 day`: whole days.
pub(super) fn days(source: &std::sync::Arc<SourceFile>, text: &Spanned<String>) -> Result<i64, Failure> {
    let fault = || {
        let message = format!("`{}` is not an age", text.get_ref());
        Failure::from(
            Diagnostic::error(source, Some(text.span()), message)
                .with_help("write it as `35 days` or `2 weeks`".to_owned()),
        )
    };
    let (number, unit) = text.get_ref().split_once(' ').ok_or_else(fault)?;
    let number: i64 = number.parse().map_err(|_| fault())?;
    match unit.trim() {
        "day" | "days" => Ok(number),
        "week" | "weeks" => Ok(number.saturating_mul(7)),
        _ => Err(fault()),
    }
}
