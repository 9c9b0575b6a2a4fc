use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::Output;
use super::values;
use crate::job::Failure;
use crate::job::context::no_such;
use crate::project::Project;
use crate::schedule::{Occurrence, Timetable, read_project};

/// Say when pipelines run.
#[derive(Debug, Args)]
pub(super) struct Schedule {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the schedules, each with its next time.
    List,
    /// List the next times of one pipeline, or of all.
    Next {
        /// The pipeline.
        pipeline: Option<String>,
        /// How many times.
        #[arg(long, default_value_t = 10, value_parser = values::count)]
        count: usize,
    },
    /// Say in words when a pipeline runs, and what becomes of a time that is missed.
    Explain {
        /// The pipeline.
        pipeline: String,
    },
}

impl Schedule {
    pub(super) fn run(self, project: &Project, out: &Output) -> Result<(), Failure> {
        let (timetables, faults) = read_project(project);
        if faults.has_errors() {
            return Err(faults.into());
        }
        out.warnings(&faults);
        match self.verb {
            Verb::List => list(project, &timetables, out),
            Verb::Next { pipeline, count } => {
                let chosen = match pipeline {
                    None => timetables,
                    Some(name) => find(&timetables, &name)?,
                };
                next(project, &chosen, count, out);
            }
            Verb::Explain { pipeline } => explain(&find(&timetables, &pipeline)?, out),
        }
        Ok(())
    }
}

/// Returns the schedules of one pipeline; at least one.
fn find(timetables: &[Timetable], name: &str) -> Result<Vec<Timetable>, Failure> {
    let found: Vec<Timetable> =
        timetables.iter().filter(|timetable| timetable.pipeline() == name).cloned().collect();
    if found.is_empty() {
        let known: BTreeSet<&str> = timetables.iter().map(Timetable::pipeline).collect();
        return Err(no_such("pipeline with a schedule", name, known));
    }
    Ok(found)
}

fn list(project: &Project, timetables: &[Timetable], out: &Output) {
    let now = project.clock().now();
    let mut values = Vec::new();
    for timetable in timetables {
        let next = timetable.next(now);
        let when = next.as_ref().map_or_else(|| "-".to_owned(), |next| local(project, next));
        out.line(format!("{:<20} {:<24} {}", timetable.pipeline(), when, timetable.explain()));
        values.push(json!({
            "pipeline": timetable.pipeline(), "schedule": timetable.to_string(), "words": timetable.explain(),
            "next": next.map(|next| next.due()),
        }));
    }
    out.value(&Value::Array(values));
}

fn next(project: &Project, timetables: &[Timetable], count: usize, out: &Output) {
    let now = project.clock().now();
    let mut found: Vec<(Occurrence, &Timetable)> = timetables
        .iter()
        .flat_map(|timetable| timetable.upcoming(now).take(count).map(move |next| (next, timetable)))
        .collect();
    found.sort_by_key(|(next, timetable)| (next.due(), timetable.pipeline().to_owned()));
    // Two schedules that name one time name one occurrence.
    found.dedup_by(|(one, _), (other, _)| one == other);
    found.truncate(count);
    let mut values = Vec::new();
    for (next, timetable) in found {
        let change = timetable.clock_change(&next);
        let (local, utc) = (local(project, &next), next.due().format("%Y-%m-%d %H:%M UTC"));
        let purpose = timetable.purpose().map(|purpose| format!(", {purpose}")).unwrap_or_default();
        let note = change.map(|change| format!("  ({change})")).unwrap_or_default();
        out.line(format!("{local:<24} {utc}  {}{purpose}{note}", next.pipeline()));
        values.push(json!({
            "pipeline": next.pipeline(), "occurrence": next.to_string(), "due": next.due(), "local": local,
            "for": timetable.purpose(), "clock_change": change,
        }));
    }
    out.value(&Value::Array(values));
}

fn explain(timetables: &[Timetable], out: &Output) {
    let mut values = Vec::new();
    for timetable in timetables {
        out.line(format!("{} runs {}.", timetable.pipeline(), timetable.explain()));
        out.line(format!("  {}.", timetable.explain_policy()));
        if timetable.heartbeat().is_some() {
            out.line("  A monitor is notified when it starts and how it ends.");
        }
        values.push(json!({
            "pipeline": timetable.pipeline(), "schedule": timetable.to_string(), "words": timetable.explain(),
            "for": timetable.purpose(), "policy": timetable.explain_policy(),
            "heartbeat": timetable.heartbeat().is_some(),
        }));
    }
    out.value(&Value::Array(values));
}

/// Writes a moment as the council's clocks show it: `Mon 2026-10-05 06:00 BST`.
fn local(project: &Project, occurrence: &Occurrence) -> String {
    let zone = project.council.council.timezone;
    occurrence.due().with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z").to_string()
}
