use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::json;

use super::complete;
use super::locked::locked;
use super::output::Output;
use super::values;
use crate::ingest::quarantine::{self, Ask, Filter, QuarantineRow};
use crate::job::{Context, Failure, PipelineLock};
use crate::text::{counted, in_one_line};

/// Rows that broke their contract: list them, show them, release them, judge them again.
#[derive(Debug, Args)]
pub(super) struct Quarantine {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List what is set aside, by file and rule.
    List {
        /// A pipeline, or a source as `pipeline.source`; all when left out.
        scope: Option<String>,
    },
    /// Show rows that are set aside, without any personal value.
    Show {
        /// The source, as `pipeline.source`.
        #[arg(add = complete::sources())]
        source: String,
        #[command(flatten)]
        which: Which,
    },
    /// Accept rows that broke a rule, or correct their cells. Who decided, and why, is recorded.
    Release {
        /// The source, as `pipeline.source`.
        #[arg(add = complete::sources())]
        source: String,
        #[command(flatten)]
        which: Which,
        /// Correct a cell: `--set net_amount=120.00`. Not for personal columns.
        #[arg(long, value_name = "COLUMN=VALUE", value_parser = values::cell)]
        set: Vec<(String, String)>,
        /// Who decides.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: String,
        /// Why.
        #[arg(long, value_name = "TEXT", value_parser = values::name)]
        why: String,
        /// Release every row that fits, where no row is named.
        #[arg(long, conflicts_with = "row")]
        all: bool,
    },
    /// Check released rows again, against the current contract. The next run publishes them, and does this too.
    Replay {
        /// A pipeline, or a source as `pipeline.source`; all when left out.
        scope: Option<String>,
    },
}

/// Which rows are meant.
#[derive(Debug, Args)]
struct Which {
    /// Only rows of this file.
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// Only rows that broke this rule.
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Only the row with this number; may be repeated.
    #[arg(long, value_name = "NUMBER", value_parser = values::row)]
    row: Vec<i64>,
}

impl Which {
    fn filter(self) -> Filter {
        Filter { file: self.file, rule: self.rule, rows: self.row }
    }
}

impl Quarantine {
    /// Returns whether it reads the store and no more.
    pub(super) fn is_reading(&self) -> bool {
        matches!(self.verb, Verb::List { .. } | Verb::Show { .. })
    }

    pub(super) fn run(self, context: Context, out: &Output) -> Result<(), Failure> {
        match self.verb {
            Verb::List { scope } => list(&context, scope.as_deref(), out),
            Verb::Show { source, which } => {
                let rows = quarantine::show(&context, &source, &which.filter())?;
                show(&rows, out);
                Ok(())
            }
            Verb::Release { which, all: false, .. } if which.row.is_empty() => {
                Err(Failure::usage("expected rows by `--row <NUMBER>`, or `--all`, found neither")
                    .help("`sufficiency quarantine show PIPELINE.SOURCE` lists the rows with their numbers"))
            }
            Verb::Release { source, which, set, by, why, all: _ } => {
                let set: BTreeMap<String, String> = set.into_iter().collect();
                let ask = Ask { source, filter: which.filter(), set, by, why };
                locked(context, out, |context, lock| release(context, &ask, lock, out))
            }
            Verb::Replay { scope } => {
                locked(context, out, |context, lock| replay(context, scope.as_deref(), lock, out))
            }
        }
    }
}

fn release(context: &Context, ask: &Ask, lock: &dyn PipelineLock, out: &Output) -> Result<(), Failure> {
    let rows = quarantine::release(context, ask, lock)?;
    let pipeline = ask.source.split('.').next().unwrap_or_default();
    let them = if rows.len() == 1 { "it" } else { "them" };
    out.line(format!(
        "{} released. `sufficiency run {pipeline}` judges {them} again, and publishes what keeps the contract.",
        counted(rows.len(), "row", "rows")
    ));
    out.value(&json!({ "released": rows }));
    Ok(())
}

fn replay(
    context: &Context,
    scope: Option<&str>,
    lock: &dyn PipelineLock,
    out: &Output,
) -> Result<(), Failure> {
    let done = quarantine::replay(context, scope, lock)?;
    out.line(if done.read == 0 {
        "Nothing to judge again: no row was released since.".to_owned()
    } else {
        format!(
            "{} judged again: {} by the next run, {} set aside",
            counted(done.read, "row is", "rows are"),
            counted(
                done.published,
                "keeps its contract and is published",
                "keep their contract and are published"
            ),
            counted(done.quarantined, "still breaks it and is", "still break it and are"),
        )
    });
    out.value(&json!(done));
    Ok(())
}

fn list(context: &Context, scope: Option<&str>, out: &Output) -> Result<(), Failure> {
    let lines = quarantine::list(context, scope)?;
    let refused = quarantine::refused(context, scope)?;
    out.value(&json!({ "quarantine": lines, "refused": refused }));
    for file in &refused {
        out.line(format!("{}: refused whole by run {}", file.source, file.run));
        for line in format!("{}: {}", file.place, file.message).lines() {
            out.line(format!("  {line}"));
        }
    }
    if lines.is_empty() {
        out.line("Nothing is set aside.");
    }
    let mut source = String::new();
    for line in lines {
        if line.source != source {
            source.clone_from(&line.source);
            out.line(&source);
        }
        let column = line.column.map(|column| format!(" in {column}")).unwrap_or_default();
        let state = match (line.personal, line.released) {
            (true, _) => "; to be corrected at the source".to_owned(),
            (false, 0) => String::new(),
            (false, released) => format!("; {released} released"),
        };
        let pounds = line.pounds.iter().map(|(column, pounds)| format!("; {pounds} of {column}"));
        let pounds = pounds.collect::<Vec<_>>().concat();
        out.line(format!(
            "  {}: {}, {}{column}{pounds}{state}",
            line.file,
            counted(line.rows, "row", "rows"),
            line.rule
        ));
    }
    Ok(())
}

fn show(rows: &[QuarantineRow], out: &Output) {
    out.value(&json!({ "rows": rows }));
    if rows.is_empty() {
        out.line("No row that is set aside fits.");
    }
    for row in rows {
        let column = row.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
        out.line(format!("{} row {}{column}: {}", row.file, row.row, row.reason));
        let contract = row.contract.get(..12).unwrap_or(&row.contract);
        out.line(format!("  rule {}, contract {contract}", row.rule));
        let values = row.values.iter().map(|(name, value)| format!("{name} = {}", in_one_line(value)));
        out.line(format!("  {}", values.collect::<Vec<_>>().join(" · ")));
        if row.personal {
            out.line("  to be corrected at the source: the rule is about a personal column");
        }
        if let Some(released) = &row.released {
            out.line(format!("  {released}; judged again by the next run"));
        }
    }
}
