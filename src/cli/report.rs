use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::complete;
use super::draft::Draft;
use super::output::Output;
use super::values;
use crate::edition;
use crate::edition::evidence::pack;
use crate::export;
use crate::job::{Context, Failure};
use crate::post;
use crate::post::{Again, Decided, Decision, EditionLine};
use crate::schedule::daemon;
use crate::text::counted;

/// List, read, approve, send and correct the editions of reports.
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the editions.
    List {
        /// Only those of this report.
        #[arg(add = complete::reports())]
        report: Option<String>,
    },
    Draft(Draft),
    /// Print an edition as its readers get it, as plain text.
    Preview {
        #[command(flatten)]
        which: Which,
    },
    /// Show the state of each delivery, with the mail server's own words.
    Status {
        /// The report.
        #[arg(add = complete::reports())]
        report: String,
    },
    /// Approve what waits for a person, and send it.
    Approve {
        #[command(flatten)]
        which: Which,
        /// Who approves, as the record is to name them.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: String,
        /// Why, in a few words.
        #[arg(long, default_value = "read and approved")]
        reason: String,
    },
    /// Send an edition to whoever has not had it.
    Send {
        #[command(flatten)]
        which: Which,
        /// Who sends it; what waits for approval goes too.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: Option<String>,
        /// What nobody approved in time as well.
        #[arg(long, requires = "by")]
        late: bool,
    },
    /// Send again what failed; what is uncertain only when a person says so.
    Resend {
        #[command(flatten)]
        which: Which,
        /// What may have been taken already, as a message that says that it may be a duplicate.
        #[arg(long, requires = "by")]
        uncertain: bool,
        /// Who decides, as the record is to name them.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: Option<String>,
        /// Why, in a few words.
        #[arg(long, default_value = "sent again by hand")]
        reason: String,
    },
    /// Send the next revision to exactly those who have the old one; it says what it replaces.
    Correct {
        #[command(flatten)]
        which: Which,
        /// Who corrects, as the record is to name them.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: String,
        /// What was wrong, in a sentence that the readers get.
        #[arg(long, value_parser = values::name)]
        reason: String,
    },
    /// Write an edition, its messages, what became of them and the evidence of what it was made from into a folder, to be kept
    /// or shown where no store is.
    Evidence {
        #[command(flatten)]
        which: Which,
        /// The folder, which must be empty or not there.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Say why each hidden cell is hidden, for the owners of the data: it says more than the report.
    ExplainSuppression {
        /// The report.
        #[arg(add = complete::reports())]
        report: String,
        /// The period; the newest when left out.
        period: Option<String>,
    },
    /// Let an edition go that disclosure control held, as it is; the next run makes it.
    Release {
        /// The report.
        #[arg(add = complete::reports())]
        report: String,
        /// The period of the edition; the one that waits when left out.
        period: Option<String>,
        /// Who decides, as the record is to name them.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: String,
        /// Why, in a few words.
        #[arg(long, value_parser = values::name)]
        reason: String,
    },
}

/// Which edition of which report.
#[derive(Debug, Args)]
struct Which {
    /// The report.
    #[arg(add = complete::reports())]
    report: String,
    /// The edition or its period; the newest when left out.
    #[arg(add = complete::editions())]
    edition: Option<String>,
}

impl Report {
    /// Returns whether it reads the store and no more.
    pub(super) fn is_reading(&self) -> bool {
        matches!(
            self.verb,
            Verb::List { .. }
                | Verb::Status { .. }
                | Verb::Preview { .. }
                | Verb::ExplainSuppression { .. }
                | Verb::Evidence { .. }
        )
    }

    /// Returns the draft that is asked for; the verb itself where another thing is.
    pub(super) fn draft(self) -> Result<Draft, Self> {
        match self.verb {
            Verb::Draft(draft) => Ok(draft),
            verb => Err(Self { verb }),
        }
    }

    pub(super) fn run(self, context: Context, out: &Output) -> Result<(), Failure> {
        // A signal stops the sending between two messages; the one that is under way comes to its end.
        let context = &if self.is_reading() {
            context
        } else {
            let stop = daemon::catch(daemon::First::BreaksOff)?;
            daemon::end_in_time(&stop, Some(context.store()), out);
            context.until(stop)
        };
        let (verb, decided) = match self.verb {
            Verb::List { report } => return list(context, report.as_deref(), out),
            Verb::Draft(_) => return Err(Failure::bug("a draft is made without a store to write to")),
            Verb::Status { report } => return status(context, &report, out),
            Verb::Preview { which: Which { report, edition } } => {
                let text = post::preview(context, &report, edition.as_deref())?;
                out.line(&text);
                out.value(&json!({ "text": text }));
                return Ok(());
            }
            Verb::ExplainSuppression { report, period } => {
                return explain(context, &report, period.as_deref(), out);
            }
            Verb::Evidence { which, out: folder } => return evidence(context, &which, &folder, out),
            Verb::Release { report, period, by, reason } => {
                return release(context, &report, period.as_deref(), (&by, &reason), out);
            }
            Verb::Send { which, by: Some(by), late: true } => {
                ("sent", post::send_late(context, &which.report, which.edition.as_deref(), &by)?)
            }
            Verb::Send { which, by, late: _ } => {
                ("sent", post::send_edition(context, &which.report, which.edition.as_deref(), by.as_deref())?)
            }
            Verb::Approve { which, by, reason } => {
                let decision = Decision { by: &by, reason: &reason };
                ("approved", post::approve(context, &which.report, which.edition.as_deref(), decision)?)
            }
            Verb::Resend { which, uncertain, by, reason } => {
                let decision = Decision { by: by.as_deref().unwrap_or("report resend"), reason: &reason };
                let again = if uncertain { Again::Uncertain(decision) } else { Again::Failed(decision) };
                ("sent again", post::resend(context, &which.report, which.edition.as_deref(), again)?)
            }
            Verb::Correct { which, by, reason } => {
                let decision = Decision { by: &by, reason: &reason };
                ("corrected", post::correct(context, &which.report, which.edition.as_deref(), decision)?)
            }
        };
        tell(verb, &decided, out);
        Ok(())
    }
}

fn evidence(context: &Context, which: &Which, folder: &Path, out: &Output) -> Result<(), Failure> {
    let edition = post::edition_of(context, &which.report, which.edition.as_deref())?;
    let files = pack::pack(context, &edition)?;
    export::write_new_folder(folder, &files).map_err(|error| {
        Failure::usage("the pack cannot be written").at(folder.display().to_string()).because(error)
    })?;
    let count = counted(files.len() as u64, "file", "files");
    out.line(format!("{}: {count} in {}", edition.id, folder.display()));
    out.line(format!(
        "`sufficiency verify {}` compares them, with or without this project",
        folder.display()
    ));
    out.value(&json!({ "edition": edition.id, "files": files.len(), "folder": folder }));
    Ok(())
}

fn explain(context: &Context, report: &str, period: Option<&str>, out: &Output) -> Result<(), Failure> {
    let (period, cells) = edition::audited::read(context, report, period)?;
    out.line(format!("{report} for {period}: u is unsafe itself, x is hidden to protect another"));
    let mut last = String::new();
    for cell in &cells {
        if cell.table != last {
            out.line(cell.table.clone());
            last.clone_from(&cell.table);
        }
        let between = cell.between.as_ref();
        let between = between.map_or_else(String::new, |(least, most)| format!("; may be {least} to {most}"));
        out.line(format!("  {}  {}  {}  {}{between}", cell.status, cell.row, cell.column, cell.because));
    }
    let value = |cell: &crate::disclosure::Audited| {
        json!({ "table": cell.table, "row": cell.row, "column": cell.column, "status": cell.status,
            "because": cell.because, "between": cell.between })
    };
    out.value(
        &json!({ "report": report, "period": period, "cells": cells.iter().map(value).collect::<Vec<_>>() }),
    );
    Ok(())
}

fn release(
    context: &Context,
    report: &str,
    period: Option<&str>,
    decision: (&str, &str),
    out: &Output,
) -> Result<(), Failure> {
    let (period, counts) = edition::waiting::release(context, report, period, decision)?;
    let pipeline = &context.pipeline_of(context.report(report)?)?.name;
    out.line(format!(
        "What is held of `{report}` for {period} may go ({counts} cells in question): `sufficiency run {pipeline}` makes it."
    ));
    out.value(&json!({ "report": report, "period": period, "counts": counts }));
    Ok(())
}

fn list(context: &Context, report: Option<&str>, out: &Output) -> Result<(), Failure> {
    let editions = post::editions(context, report)?;
    for edition in &editions {
        out.line(format!("{}  {}  run {}  {}", edition.edition, edition.made, edition.run, edition.title));
    }
    if editions.is_empty() {
        out.line("No editions yet: `sufficiency run --all`.");
    }
    out.value(&json!({ "editions": editions }));
    Ok(())
}

fn status(context: &Context, report: &str, out: &Output) -> Result<(), Failure> {
    let editions = post::editions(context, Some(report))?;
    for edition in &editions {
        out.line(format!("{}  {}", edition.edition, edition.title));
        for line in deliveries(edition) {
            out.line(line);
        }
    }
    if editions.is_empty() {
        out.line(format!("`{report}` has no edition yet: run its pipeline."));
    }
    out.value(&json!({ "editions": editions }));
    Ok(())
}

/// Writes one line a recipient, in columns.
fn deliveries(edition: &EditionLine) -> Vec<String> {
    if edition.deliveries.is_empty() {
        return vec!["  not sent".to_owned()];
    }
    let widest =
        edition.deliveries.iter().map(|line| line.recipient.chars().count()).max().unwrap_or_default();
    edition
        .deliveries
        .iter()
        .flat_map(|line| {
            let by = if line.by.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("run {}", line.by)
            } else {
                line.by.clone()
            };
            let words = if line.words.is_empty() { by } else { format!("{} [{by}]", line.words) };
            let own = format!("  {:widest$}  {:9}  {}  {words}", line.recipient, line.state, line.since);
            let behind = line.behind.iter().map(|behind| format!("    came back from behind it: {behind}"));
            std::iter::once(own).chain(behind).collect::<Vec<_>>()
        })
        .collect()
}

/// Prints what came of a decision.
fn tell(verb: &str, decided: &Decided, out: &Output) {
    for (edition, fingerprint) in decided.editions.iter().zip(&decided.fingerprints) {
        out.line(format!("{edition}  content {}", fingerprint.get(..16).unwrap_or(fingerprint)));
    }
    out.line(match decided.delivered {
        0 => format!("Nothing was sent: everybody has it already ({} {verb}).", decided.decided),
        count => {
            format!("{} {verb}: {} delivered.", decided.decided, counted(count, "message", "messages"))
        }
    });
    out.value(&json!(decided));
}
