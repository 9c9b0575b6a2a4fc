use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::complete;
use super::output::Output;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ingest::{Trial, TriedFile, try_sources};
use crate::job::{Context, Failure};
use crate::text::{counted, grouped};

/// Read sources as a run would, land nothing, and show every fault at once.
#[derive(Debug, Args)]
pub(super) struct Try {
    /// The sources, as `finance.ledger`, or all of a pipeline; every source when none is named.
    #[arg(value_name = "PIPELINE.SOURCE", add = complete::sources())]
    sources: Vec<String>,
}

impl Try {
    pub(super) fn run(&self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (context, warnings) = Context::look_sound(root)?;
        out.warnings(&warnings);
        let mut faults = Diagnostics::default();
        context.project().faulty.values().for_each(|found| faults.extend(found.clone()));
        if self.sources.is_empty() {
            out.warnings(&faults);
        } else {
            faults = Diagnostics::default();
        }
        let trials = try_sources(&context, &self.sources, &mut |trial| show(trial, out))?;
        out.line(summary(&trials));
        let of_files = (!faults.is_empty()).then(|| ("project".to_owned(), Failure::from(faults.clone())));
        let of_sources = trials.iter().flat_map(|trial| {
            trial.failures.iter().map(move |failure| (trial.source.clone(), failure.clone()))
        });
        let failure = Failure::worst_of(of_sources.chain(of_files).collect());
        out.value(&json!({
            "code": 0,
            "sources": trials.iter().map(value).collect::<Vec<_>>(),
            "faults": faults.iter().map(Diagnostic::to_json).collect::<Vec<_>>(),
        }));
        failure.map_or(Ok(()), |failure| Err(out.reported(&failure)))
    }
}

fn show(trial: &Trial, out: &Output) {
    let (read, _, aside) = trial.counts();
    let fits = match (trial.failures.len(), aside) {
        (0, 0) => "all fit".to_owned(),
        (_, 0) => "none set aside".to_owned(),
        (_, aside) => format!("{} set aside", grouped(&aside.to_string())),
    };
    let stops = match trial.failures.len() {
        0 => String::new(),
        1 => "; a run would stop here".to_owned(),
        several => format!("; a run would stop here, for {several} reasons"),
    };
    let is_query = |file: &TriedFile| trial.source.ends_with(&format!(".{}", file.file));
    let one = if trial.files.iter().all(is_query) { "query" } else { "file" };
    let files = counted(trial.files.len(), one, "files");
    let rows = counted(read, "row", "rows");
    let rows = rows.replacen(&read.to_string(), &grouped(&read.to_string()), 1);
    if trial.files.is_empty() {
        out.line(format!("{}: nothing could be read", trial.source));
    } else {
        out.line(format!("{}: {files}, {rows}, {fits}{stops}", trial.source));
    }
    for file in &trial.files {
        show_file(file, out);
    }
    for note in &trial.notes {
        out.line(format!("  note: {note}"));
    }
    for failure in &trial.failures {
        out.line(indented(&failure.to_string()));
    }
}

fn show_file(file: &TriedFile, out: &Output) {
    for rule in &file.faults {
        let column = rule.column.as_ref().map_or_else(String::new, |column| format!(" in `{column}`"));
        let rows = counted(rule.rows, "row", "rows");
        out.line(format!("  {}: {rows} set aside by `{}`{column}: {}", file.file, rule.rule, rule.reason));
        for row in &rule.shown {
            out.line(format!("    {row}"));
        }
    }
    for (warning, (count, first)) in &file.warnings {
        out.line(format!("  {}: {count} counted as `{warning}`, the first at {first}", file.file));
    }
    let notes: Vec<String> = file
        .left_out
        .iter()
        .filter(|(why, _)| !matches!(why.as_str(), "header" | "blank"))
        .map(|(why, rows)| format!("{} {}", grouped(&rows.to_string()), why.replace('_', " ")))
        .collect();
    if !notes.is_empty() {
        out.line(format!("  {}: not data: {}", file.file, notes.join(", ")));
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn summary(trials: &[Trial]) -> String {
    let stopped = trials.iter().filter(|trial| !trial.failures.is_empty()).count();
    let aside = trials.iter().filter(|trial| trial.failures.is_empty() && trial.counts().2 > 0).count();
    format!(
        "{} tried, nothing landed: {} in order, {aside} with rows set aside, {stopped} that would stop a run.",
        counted(trials.len(), "source", "sources"),
        trials.len() - stopped - aside,
    )
}

fn value(trial: &Trial) -> Value {
    let (read, fit, set_aside) = trial.counts();
    json!({
        "source": trial.source,
        "read": read,
        "fit": fit,
        "set_aside": set_aside,
        "files": trial.files,
        "notes": trial.notes,
        "failures": trial.failures.iter().map(Failure::to_json).collect::<Vec<_>>(),
    })
}
