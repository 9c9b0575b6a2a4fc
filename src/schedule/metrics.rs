//! What a monitor wants to know, in the text form of Prometheus: when each pipeline ran last, how it ended and
//! when it is due; never a value of the data.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use chrono::{DateTime, Utc};

use super::record::last_good;
use super::timetable::Timetable;
use crate::job::{Context, Failure};
use crate::ledger::{self, Finished, Record};
use crate::run;

/// Records looked at for the last good run of a pipeline.
const MOST_RECORDS: usize = 1000;

/// Returns the figures as they are now.
///
/// # Errors
///
/// When the store cannot be read.
pub fn metrics(context: &Context, timetables: &[Timetable], now: DateTime<Utc>) -> Result<String, Failure> {
    let mut last: BTreeMap<String, Record> = BTreeMap::new();
    let mut good: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    for record in ledger::newest_first(context.store().objects().as_ref())?.take(MOST_RECORDS) {
        let record = record?;
        let pipeline = record.started.pipeline.clone();
        // `report send` is on record under its edition, and is not a run of a pipeline.
        if !context.project().pipelines.contains_key(&pipeline) {
            continue;
        }
        if let Some(end) = record.finished.as_ref().filter(|end| end.outcome.code == 0) {
            good.entry(pipeline.clone()).or_insert(end.finished);
        }
        last.entry(pipeline).or_insert(record);
        if good.len() == context.project().pipelines.len() {
            break;
        }
    }
    // A run that had nothing to do leaves no record of its own: its occurrence does.
    for timetable in timetables {
        let objects = context.store().objects().as_ref();
        if let Some(began) = last_good(objects, timetable.pipeline())? {
            let newest = good.entry(timetable.pipeline().to_owned()).or_insert(began);
            *newest = began.max(*newest);
        }
    }
    let mut page = Page::default();
    page.family("build_info", "The program that wrote these figures.");
    page.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.of_each(
        "last_run_start_timestamp_seconds",
        "When the last run with work to do began.",
        &last,
        |run| Some(run.started.started.timestamp()),
    );
    page.of_each(
        "last_run_end_timestamp_seconds",
        "When it ended; absent while it goes on, or if it died.",
        &last,
        |run| run.finished.as_ref().map(|end| end.finished.timestamp()),
    );
    page.of_each("last_run_exit_code", "The exit code of the last run: 0 is good.", &last, |run| {
        run.finished.as_ref().map(|end| i64::from(end.outcome.code))
    });
    page.of_each("last_run_rows_read", "Rows that the last run read.", &last, |run| {
        of_end(run, Finished::rows_read)
    });
    page.of_each("last_run_rows_set_aside", "Rows that broke their contract.", &last, |run| {
        of_end(run, Finished::rows_set_aside)
    });
    page.of_each("last_run_rows_wrong", "Rows that checks found wrong.", &last, |run| {
        of_end(run, Finished::rows_wrong)
    });
    page.of_each(
        "last_success_timestamp_seconds",
        "When a run of the pipeline last ended well, with work to do or by schedule.",
        &good,
        |ended| Some(ended.timestamp()),
    );
    let mut due: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    for next in timetables.iter().filter_map(|timetable| timetable.next(now)) {
        let first = due.entry(next.pipeline().to_owned()).or_insert(next.due());
        *first = next.due().min(*first);
    }
    page.of_each("next_due_timestamp_seconds", "When the pipeline is due next.", &due, |due| {
        Some(due.timestamp())
    });
    let deliveries = run::deliveries_by_state(context)?;
    page.family("deliveries", "Deliveries by their state.");
    for (state, count) in &deliveries {
        page.sample("deliveries", &[("state", state)], count);
    }
    page.family("written_timestamp_seconds", "When these figures were written.");
    page.sample("written_timestamp_seconds", &[], now.timestamp());
    Ok(page.text)
}

/// Returns a figure of a run that has ended.
fn of_end(run: &Record, of: impl Fn(&Finished) -> u64) -> Option<i64> {
    i64::try_from(of(run.finished.as_ref()?)).ok()
}

/// The page under way. Every figure is a gauge.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, help: &str) {
        let _fits = write!(self.text, "# HELP sufficiency_{name} {help}\n# TYPE sufficiency_{name} gauge\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _fits = writeln!(self.text, "sufficiency_{name}{labels} {value}");
    }

    /// Returns one figure of each pipeline that has it.
    fn of_each<T>(
        &mut self,
        name: &str,
        help: &str,
        all: &BTreeMap<String, T>,
        of: impl Fn(&T) -> Option<i64>,
    ) {
        self.family(name, help);
        for (pipeline, one) in all {
            if let Some(value) = of(one) {
                self.sample(name, &[("pipeline", pipeline)], value);
            }
        }
    }
}

/// Returns a label's value as the form has it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
