use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure};
use crate::ledger::{self, Step};

/// Show one run: everything that it read, did, refused, made and sent.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The run's number, from `history`.
    run: String,
}

impl Show {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let record = ledger::show(context.store().objects().as_ref(), &self.run)?.ok_or_else(|| {
            Failure::usage(format!("no run `{}`", self.run)).help("`sufficiency history` lists them")
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
            }
        }
        out.value(&json!(record));
        Ok(())
    }
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
                "landed     {source} from {from}: {read} rows read, {published} published, {quarantined} set aside, {duplicates} copies dropped"
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
            lines.extend(findings.first.iter().map(|(rule, place)| format!("first `{rule}`: {place}")));
            if !money_set_aside.is_empty() {
                let pounds = money_set_aside.iter().map(|(column, pounds)| format!("{pounds} of `{column}`"));
                lines.push(format!("pounds set aside: {}", pounds.collect::<Vec<_>>().join(", ")));
            }
            let scores = findings.quality.scores().map(|(name, share)| format!("{name} {share}"));
            lines.push(scores.join(", "));
            lines.join("\n             ")
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
            format!("pseudonyms {made} made for `{purpose}`, {refused} lines refused, by {by}: {why}")
        }
        Step::Built { table, rows } => format!("built      {table}: {rows} rows"),
        Step::Checked { check, wrong } => format!("checked    {check}: {wrong} wrong"),
        Step::Published { commit, tables } => format!("published  commit {commit}: {}", tables.join(", ")),
        Step::Cleared { table, hidden } => format!("cleared    {table}: {hidden} cells hidden"),
        Step::Edition { edition, files } => format!("edition    {edition}: {} files", files.len()),
        Step::Delivery { edition, recipient, state } => {
            format!("delivery   {edition} to {recipient}: {state}")
        }
        Step::Refused { message } => format!("refused    {message}"),
    }
}
