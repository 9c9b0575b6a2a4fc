//! How old the data behind a report is, and whether it may still be used.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::calendar::Span;
use crate::engine::TableName;
use crate::ingest::current;
use crate::job::{Context, Failure};
use crate::ledger;
use crate::project::{Pipeline, Report};
use crate::store::{Commit, LandingRecord};

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
    /// Returns whether the table is older than allowed.
    pub(crate) fn is_stale(&self) -> bool {
        self.max_age_days.is_some_and(|greatest| self.age_days > greatest)
    }
}

/// Returns the age of every table that `pipeline` reads from another and of its own sources, with the limits that it and the
/// report set.
pub(crate) fn of(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    inputs: impl Iterator<Item = TableName>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Freshness>, Failure> {
    let head = context.store().head()?;
    let mut list = Vec::new();
    let own = pipeline.sources.keys().map(|name| TableName::new(&pipeline.name, name));
    let tables: BTreeSet<TableName> = inputs.chain(own).collect();
    for table in tables {
        let Some(received) = received(context, head.as_ref(), &table, as_of)? else { continue };
        let name = table.to_string();
        let gate = report.file.gates.inputs.iter().find(|(key, _)| *key.get_ref() == name);
        let input = pipeline.file.inputs.iter().find(|(key, _)| *key.get_ref() == name);
        let limit = gate.or(input).and_then(|(_, limit)| Span::days_in(limit.get_ref()));
        let age_days = whole_days(context, received, as_of.unwrap_or_else(|| context.clock().now()));
        list.push(Freshness { table, received, age_days, max_age_days: limit, gate: gate.is_some() });
    }
    Ok(list)
}

/// Returns when the newest of a table's data came in, by the data and not by what was done with them since: of a source the
/// day that its newest extract reaches by the column that it declares, or else when the bytes of that extract were
/// first seen; of a model the oldest of the sources behind it; of a seed when it was first published as it is.
fn received(
    context: &Context,
    head: Option<&Commit>,
    table: &TableName,
    as_of: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let mut seen = BTreeSet::new();
    let behind = sources_behind(context, table, &mut seen)?;
    let mut oldest: Option<DateTime<Utc>> = None;
    for source in behind {
        let Some(moment) = of_source(context, &source, as_of)? else { continue };
        oldest = Some(oldest.map_or(moment, |oldest| oldest.min(moment)));
    }
    if oldest.is_some() {
        return Ok(oldest);
    }
    let published = head.and_then(|commit| commit.table(&table.pipeline, &table.table));
    // `snapshots/<pipeline>/<table>/<run>/part-0.parquet`: a table that is published as it was keeps its files.
    let run = published.and_then(|table| table.files.first()?.name.split('/').nth(3));
    let run = run.map(|run| ledger::show(context.store().objects().as_ref(), run)).transpose()?.flatten();
    let at = head.and_then(|commit| commit.pipelines.get(&table.pipeline)).map(|published| published.at);
    Ok(run.map(|record| record.started.started).or(at))
}

/// Returns the sources that `table` is, or that the models behind it read.
pub(crate) fn sources_behind(
    context: &Context,
    table: &TableName,
    seen: &mut BTreeSet<TableName>,
) -> Result<Vec<TableName>, Failure> {
    if !seen.insert(table.clone()) {
        return Ok(Vec::new());
    }
    let Some(pipeline) = context.project().pipelines.get(&table.pipeline) else { return Ok(Vec::new()) };
    if pipeline.sources.contains_key(&table.table) {
        return Ok(vec![table.clone()]);
    }
    let Some(model) = pipeline.models.get(&table.table) else { return Ok(Vec::new()) };
    let mut behind = Vec::new();
    for read in context.reads(&model.sql, &pipeline.name)? {
        behind.extend(sources_behind(context, &read, seen)?);
    }
    Ok(behind)
}

/// Returns when the newest of the data of a source came in, and how many whole days ago in council time; `None` when
/// nothing has landed.
pub(crate) fn age_of_source(
    context: &Context,
    source: &TableName,
) -> Result<Option<(DateTime<Utc>, i64)>, Failure> {
    let Some(received) = of_source(context, source, None)? else { return Ok(None) };
    Ok(Some((received, whole_days(context, received, context.clock().now()))))
}

/// Returns the whole days from one moment to another, in council time.
fn whole_days(context: &Context, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let day = |moment: DateTime<Utc>| moment.with_timezone(&context.clock().zone()).date_naive();
    day(to).signed_duration_since(day(from)).num_days()
}

/// Returns when the newest of the data of a source came in; `None` when nothing has landed.
fn of_source(
    context: &Context,
    source: &TableName,
    as_of: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let pipeline = context.project().pipelines.get(&source.pipeline);
    let Some(definition) = pipeline.and_then(|pipeline| pipeline.sources.get(&source.table)) else {
        return Ok(None);
    };
    let landings = context.store().landings(&source.pipeline, &source.table, as_of)?;
    let mut newest = None;
    for landing in current::landings(&landings, definition) {
        let declared = landing.as_at.filter(|_| definition.file.as_at.is_some());
        // The middle of the day, which is the same day in every zone that a council is in.
        let declared = declared.and_then(|day| day.and_hms_opt(12, 0, 0)).map(|noon| noon.and_utc());
        let bytes = |landing: &LandingRecord| landing.file.as_ref().map(|file| file.sha256.clone());
        let first = landings.iter().find(|other| bytes(other) == bytes(landing)).unwrap_or(landing);
        let moment = declared.map_or(first.received, |declared| declared.min(landing.received));
        newest = newest.max(Some(moment));
    }
    Ok(newest)
}
