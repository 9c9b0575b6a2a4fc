use std::collections::BTreeMap;

use clap::Args;
use serde_json::{Value, json};

use super::output::Output;
use crate::job::{Context, Failure};
use crate::ledger::{self, Step};
use crate::text::counted;

/// Show one run: everything that it read, did, refused, made and sent.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The run's number, from `history`.
    run: String,
}

impl Show {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let record = ledger::show(context.store().objects().as_ref(), &self.run)?.ok_or_else(|| {
            Failure::usage(format!("no run `{}`", self.run)).help("`sufficiency history` lists the runs")
        })?;
        let started = &record.started;
        out.line(format!(
            "run {} of {}, {}, started {} by sufficiency {}",
            started.run,
            started.pipeline,
            started.trigger,
            started.started.with_timezone(&context.clock().zone()).format("%Y-%m-%d %H:%M:%S %Z"),
            started.version
        ));
        match &record.finished {
            None => out.line("did not finish: it is under way, or it died"),
            Some(end) => {
                for step in &end.steps {
                    out.line(format!("  {}", words(step)));
                }
                out.line(format!("ended with code {}: {}", end.outcome.code, end.outcome.message));
                for line in end.outcome.failure.iter().flat_map(details) {
                    out.line(format!("  {line}"));
                }
            }
        }
        out.value(&json!(record));
        Ok(())
    }
}

/// Returns what the fields of a failure say beside what happened: details, the faults of files, what was kept, what to do,
/// and the other failures of the run.
fn details(failure: &Value) -> Vec<String> {
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        list.iter().filter_map(Value::as_str).flat_map(str::lines).map(str::to_owned).collect()
    };
    let mut lines = Vec::new();
    for (name, field) in [("note", "notes"), ("kept", "kept"), ("help", "help")] {
        lines.extend(texts(&failure[field]).iter().map(|text| format!("{name}: {text}")));
    }
    for fault in failure["faults"].as_array().into_iter().flatten().skip(1) {
        let line = fault["line"].as_u64().map_or_else(String::new, |line| format!(":{line}"));
        let place = fault["file"].as_str().map_or_else(String::new, |file| format!("{file}{line}: "));
        lines.push(format!("also: {place}{}", fault["message"].as_str().unwrap_or_default()));
    }
    for other in failure["others"].as_array().into_iter().flatten() {
        let of = other["of"].as_str().unwrap_or_default();
        lines.push(format!(
            "also, with code {}: {of}: {}",
            other["code"],
            other["what"].as_str().unwrap_or_default()
        ));
        lines.extend(details(other).into_iter().map(|line| format!("  {line}")));
    }
    lines
}

fn words(step: &Step) -> String {
    match step {
        Step::Landed {
            source,
            from,
            read,
            published,
            quarantined,
            duplicates,
            findings,
            money_set_aside,
            ..
        } => {
            let counts = |counts: &BTreeMap<String, u64>| {
                let counts = counts.iter().map(|(rule, count)| format!("{count} by `{rule}`"));
                counts.collect::<Vec<_>>().join(", ")
            };
            let mut lines = vec![format!(
                "landed     {source} from {from}: {} read, {published} published, {quarantined} set aside, {} dropped",
                counted(*read, "row", "rows"),
                counted(*duplicates, "copy", "copies"),
            )];
            for (what, list) in [
                ("no data", &findings.skipped),
                ("set aside", &findings.set_aside),
                ("noticed", &findings.warnings),
            ] {
                if !list.is_empty() {
                    lines.push(format!("{what}: {}", counts(list)));
                }
            }
            if let Some(replaced) = findings.replaced {
                lines.push(format!(
                    "takes the place of other rows: {} gone, {} new, {} as before",
                    replaced.gone, replaced.new, replaced.same
                ));
            }
            lines.extend(findings.first.iter().map(|(rule, place)| format!("first `{rule}`: {place}")));
            if !money_set_aside.is_empty() {
                let pounds = money_set_aside.iter().map(|(column, pounds)| format!("{pounds} of `{column}`"));
                lines.push(format!("pounds set aside: {}", pounds.collect::<Vec<_>>().join(", ")));
            }
            let scores = findings.quality.scores().map(|(name, share)| format!("{name} {share}"));
            lines.push(scores.join(", "));
            lines.join("\n             ")
        }
        Step::LeftOut { source, file, same_as } => {
            format!("left out   {source}: {file}, whose bytes are those of {same_as}")
        }
        Step::Released { source, from, rows, corrected, by, why } => {
            let how = if corrected.is_empty() {
                "as it is".to_owned()
            } else {
                format!("with {} corrected", corrected.join(", "))
            };
            let rows = rows.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            format!("released   {source} from {from}, row {rows} {how}, by {by}: {why}")
        }
        Step::Accepted { source, what } => format!("accepted   {source}: {what}"),
        Step::Pseudonyms { purpose, made, refused, by, why, .. } => {
            let refused = counted(*refused, "line", "lines");
            format!("pseudonyms {made} made for `{purpose}`, {refused} refused, by {by}: {why}")
        }
        Step::Built { table, rows } => format!("built      {table}: {}", counted(*rows, "row", "rows")),
        Step::Checked { check, wrong } => format!("checked    {check}: {wrong} wrong"),
        Step::Published { commit, tables } => format!("published  commit {commit}: {}", tables.join(", ")),
        Step::Cleared { table, hidden } => {
            format!("cleared    {table}: {} hidden", counted(*hidden, "cell", "cells"))
        }
        Step::Edition { edition, files } => {
            format!("edition    {edition}: {}", counted(files.len(), "file", "files"))
        }
        Step::Delivery { edition, recipient, state } => {
            format!("delivery   {edition} to {recipient}: {state}")
        }
        Step::GaveUp { object, loss } => format!("gave up    {object}: {loss}"),
        Step::Refused { message } => format!("refused    {message}"),
    }
}
