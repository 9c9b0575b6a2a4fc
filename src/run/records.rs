//! The program's own records as tables: `sufficiency.runs`, `sufficiency.deliveries`, `sufficiency.series_units` and
//! `sufficiency.findings`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use chrono::{DateTime, NaiveDate, Utc};

use crate::deliver::Deliveries;
use crate::ingest::{assemble, parts};
use crate::job::{Context, Failure};
use crate::ledger::{self, Step};
use crate::quality::{self, Finding};

/// The schema of these tables. No pipeline may have this name.
pub(super) const PIPELINE: &str = "sufficiency";

/// Returns one line a run, oldest first; how it ended is empty for one that is under way or died.
pub(super) fn runs(context: &Context) -> Result<RecordBatch, Failure> {
    let records = ledger::history(context.store().objects().as_ref())?;
    let text = |of: &dyn Fn(&ledger::Record) -> Option<String>| -> ArrayRef {
        Arc::new(records.iter().map(of).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&ledger::Record) -> Option<u64>| -> ArrayRef {
        let of = |record| of(record).and_then(|number| i64::try_from(number).ok());
        Arc::new(records.iter().map(of).collect::<Int64Array>())
    };
    let time = |of: &dyn Fn(&ledger::Record) -> Option<DateTime<Utc>>| -> ArrayRef {
        let of = |record| of(record).map(|moment| moment.timestamp_micros());
        Arc::new(records.iter().map(of).collect::<TimestampMicrosecondArray>())
    };
    table(vec![
        ("run", text(&|record| Some(record.started.run.clone()))),
        ("pipeline", text(&|record| Some(record.started.pipeline.clone()))),
        ("trigger", text(&|record| Some(record.started.trigger.clone()))),
        ("started", time(&|record| Some(record.started.started))),
        ("finished", time(&|record| record.finished.as_ref().map(|end| end.finished))),
        ("exit_code", number(&|record| record.finished.as_ref().map(|end| end.outcome.code.into()))),
        ("outcome", text(&|record| record.finished.as_ref().map(|end| end.outcome.message.clone()))),
        ("rows_read", number(&|record| record.finished.as_ref().map(ledger::Finished::rows_read))),
        ("rows_set_aside", number(&|record| record.finished.as_ref().map(ledger::Finished::rows_set_aside))),
        ("checks", number(&|record| count(record, |step| matches!(step, Step::Checked { .. })))),
        ("rows_wrong", number(&|record| record.finished.as_ref().map(ledger::Finished::rows_wrong))),
        ("editions", number(&|record| count(record, |step| matches!(step, Step::Edition { .. })))),
        ("version", text(&|record| Some(record.started.version.clone()))),
    ])
}

/// Returns one line a delivery: which edition, to which mailbox, and its state.
pub(super) fn deliveries(context: &Context) -> Result<RecordBatch, Failure> {
    let objects = context.store().objects();
    let outbox = Deliveries::of(objects.as_ref());
    let mut columns: [Vec<String>; 5] = Default::default();
    for report in context.project().reports.keys() {
        for edition in crate::edition::all(context, report, None)? {
            let histories = outbox.edition(report, &edition.id)?;
            for history in histories {
                let state = history.state();
                let cells = [
                    report.clone(),
                    edition.id.clone(),
                    history.recipient().unwrap_or_default(),
                    state.word().to_owned(),
                    state.to_string(),
                ];
                for (column, cell) in columns.iter_mut().zip(cells) {
                    column.push(cell);
                }
            }
        }
    }
    let names = ["report", "edition", "recipient", "state", "words"];
    table(
        names
            .into_iter()
            .zip(columns)
            .map(|(name, cells)| (name, Arc::new(StringArray::from(cells)) as ArrayRef))
            .collect(),
    )
}

/// Returns one line a month, term or year of each source that is a series, as it is known today: its state (`PRESENT`, `THIN`,
/// `MISSING` or `NOT_DUE`), its rows, and the day by which it was due.
pub(super) fn series_units(context: &Context) -> Result<RecordBatch, Failure> {
    let today = context.clock().today();
    let (mut sources, mut units, mut states) = (Vec::new(), Vec::new(), Vec::new());
    let (mut rows, mut due) = (Vec::new(), Vec::new());
    for pipeline in context.project().pipelines.values() {
        for (name, definition) in &pipeline.sources {
            let Some(series) = &definition.file.series else { continue };
            let assembly = assemble::assembly(context, pipeline, definition, None)?;
            let there = assembly.map(|assembly| assembly.rows(context)).transpose()?.unwrap_or_default();
            for fact in parts::states(series, &parts::rows(series, &there), today, today) {
                sources.push(format!("{}.{name}", pipeline.name));
                units.push(fact.part.to_string());
                states.push(fact.state.code());
                rows.push(i64::try_from(fact.rows).map_err(Failure::bug)?);
                due.push(fact.due.to_epoch_days());
            }
        }
    }
    table(vec![
        ("source", Arc::new(StringArray::from(sources)) as ArrayRef),
        ("unit", Arc::new(StringArray::from(units))),
        ("state", Arc::new(StringArray::from(states))),
        ("rows", Arc::new(Int64Array::from(rows))),
        ("due_on", Arc::new(Date32Array::from(due))),
    ])
}

/// Returns one line a finding about the data, as they are now: whose it is, of which source, how grave, of how many rows,
/// which rule, since when, and the command that shows the rows. Fewer than five rows about persons have no count.
pub(super) fn findings(context: &Context) -> Result<RecordBatch, Failure> {
    let findings = quality::findings(context, None)?;
    let text = |of: &dyn Fn(&Finding) -> Option<String>| -> ArrayRef {
        Arc::new(findings.iter().map(of).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&Finding) -> Option<u64>| -> ArrayRef {
        let of = |finding| of(finding).and_then(|number| i64::try_from(number).ok());
        Arc::new(findings.iter().map(of).collect::<Int64Array>())
    };
    let day = |of: &dyn Fn(&Finding) -> Option<NaiveDate>| -> ArrayRef {
        Arc::new(
            findings
                .iter()
                .map(|finding| of(finding).map(|day| day.to_epoch_days()))
                .collect::<Date32Array>(),
        )
    };
    let share = findings.iter().map(|finding| finding.share().map(i128::from));
    let share = share.collect::<Decimal128Array>().with_precision_and_scale(5, 2).map_err(Failure::bug)?;
    table(vec![
        ("finding", text(&|finding| Some(finding.id.clone()))),
        ("owner", text(&|finding| Some(finding.owner.clone()))),
        ("source", text(&|finding| Some(finding.source.clone()))),
        ("topic", text(&|finding| Some(finding.topic.code().to_owned()))),
        ("detail", text(&|finding| (!finding.detail.is_empty()).then(|| finding.detail.clone()))),
        ("severity", text(&|finding| Some(finding.severity.code().to_owned()))),
        ("rows", number(&|finding| finding.rows.said())),
        ("of_rows", number(&|finding| finding.of)),
        ("share_per_cent", Arc::new(share)),
        ("rule", text(&|finding| Some(finding.rule.clone()))),
        ("since", day(&|finding| Some(finding.since))),
        ("accepted_until", day(&|finding| finding.accepted_until)),
        ("command", text(&|finding| Some(finding.command.clone()))),
    ])
}

/// Counts deliveries by the word of their state.
///
/// # Errors
///
/// When the store cannot be read.
pub fn deliveries_by_state(context: &Context) -> Result<std::collections::BTreeMap<String, u64>, Failure> {
    let table = deliveries(context)?;
    let mut counts = std::collections::BTreeMap::new();
    let states =
        table.column_by_name("state").and_then(|column| column.as_any().downcast_ref::<StringArray>());
    for state in states.into_iter().flatten().flatten() {
        *counts.entry(state.to_owned()).or_default() += 1;
    }
    Ok(counts)
}

/// Returns how many steps of a run that has ended are of a kind.
fn count(record: &ledger::Record, is: impl Fn(&Step) -> bool) -> Option<u64> {
    let steps = &record.finished.as_ref()?.steps;
    u64::try_from(steps.iter().filter(|step| is(step)).count()).ok()
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, Failure> {
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).map_err(Failure::bug)
}
