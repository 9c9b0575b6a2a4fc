use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::Output;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::project::Project;
use crate::run::Failure;
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
        #[arg(long, default_value_t = 10)]
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
                    Some(name) => vec![find(&timetables, &name)?.clone()],
                };
                next(project, &chosen, count, out);
            }
            Verb::Explain { pipeline } => explain(find(&timetables, &pipeline)?, out),
        }
        Ok(())
    }
}

fn find<'a>(timetables: &'a [Timetable], name: &str) -> Result<&'a Timetable, Failure> {
    timetables.iter().find(|timetable| timetable.pipeline() == name).ok_or_else(|| {
        let known = timetables.iter().map(Timetable::pipeline);
        Diagnostic::placeless(format!("no pipeline `{name}` has a schedule"))
            .with_help(did_you_mean(name, known))
            .into()
    })
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
    let mut found: Vec<(Occurrence, Option<&str>)> = timetables
        .iter()
        .flat_map(|timetable| {
            timetable.upcoming(now).take(count).map(|next| {
                let change = timetable.clock_change(&next);
                (next, change)
            })
        })
        .collect();
    found.sort_by_key(|(next, _)| next.due());
    found.truncate(count);
    let mut values = Vec::new();
    for (next, change) in found {
        let (local, utc) = (local(project, &next), next.due().format("%H:%M UTC"));
        let note = change.map(|change| format!("  {change}")).unwrap_or_default();
        out.line(format!("{local:<24} {utc}  {}{note}", next.pipeline()));
        values.push(json!({
            "pipeline": next.pipeline(), "occurrence": next.to_string(), "due": next.due(), "note": change,
        }));
    }
    out.value(&Value::Array(values));
}

fn explain(timetable: &Timetable, out: &Output) {
    out.line(format!("{} runs {}.", timetable.pipeline(), timetable.explain()));
    out.line(format!("{}.", timetable.explain_policy()));
    out.value(&json!({
        "pipeline": timetable.pipeline(), "schedule": timetable.to_string(), "words": timetable.explain(),
        "policy": timetable.explain_policy(),
    }));
}

/// When, as the council's wall shows it: `Mon 2026-10-05 06:00 BST`.
fn local(project: &Project, occurrence: &Occurrence) -> String {
    let zone = project.council.council.timezone;
    occurrence.due().with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z").to_string()
}
