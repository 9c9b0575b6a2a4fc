//! How old the data behind a report is, and whether it may still be used.

use chrono::{DateTime, Utc};

use crate::calendar::Span;
use crate::engine::TableName;
use crate::job::{Context, Failure};
use crate::project::{Pipeline, Report};
use crate::store::Commit;

/// The age of one table that a report rests on.
#[derive(Debug, Clone)]
pub(crate) struct Freshness {
    /// The table.
    pub(crate) table: TableName,
    /// When the newest of its data came in.
    pub(crate) received: DateTime<Utc>,
    /// Whole days from then to now, in council time.
    pub(crate) age_days: i64,
    /// The greatest age allowed, where one is set.
    pub(crate) max_age_days: Option<i64>,
    /// Whether the report is held when the table is older than that.
    pub(crate) gate: bool,
}

impl Freshness {
    /// Whether the table is older than allowed.
    pub(crate) fn is_stale(&self) -> bool {
        self.max_age_days.is_some_and(|greatest| self.age_days > greatest)
    }
}

/// Returns the age of every table that `pipeline` reads from another, with the limits that it and the report set.
pub(crate) fn of(
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
        let input = pipeline.file.inputs.iter().find(|(key, _)| *key.get_ref() == name);
        let limit = gate.or(input).and_then(|(_, limit)| Span::days_in(limit.get_ref()));
        let now = as_of.unwrap_or_else(|| context.clock().now()).with_timezone(&context.clock().zone());
        let day = received.with_timezone(&context.clock().zone()).date_naive();
        let age_days = now.date_naive().signed_duration_since(day).num_days();
        list.push(Freshness { table, received, age_days, max_age_days: limit, gate: gate.is_some() });
    }
    Ok(list)
}

/// Returns when the newest of a table's data came in: its source's newest landing, else its publication.
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
