use clap::{Args, Subcommand};
use serde_json::json;

use super::output::Output;
use crate::run::{self, Context, Failure};

/// List, read and send the editions of reports.
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
        report: Option<String>,
    },
    /// Print an edition as its readers get it, as plain text.
    Preview {
        /// The report.
        report: String,
        /// The edition or its period; the newest when left out.
        edition: Option<String>,
    },
    /// Show where each delivery stands, with the mail server's own words.
    Status {
        /// The report.
        report: String,
    },
    /// Send an edition to whoever has not had it.
    Send {
        /// The report.
        report: String,
        /// The edition or its period; the newest when left out.
        edition: Option<String>,
    },
}

impl Report {
    pub(super) fn run(self, context: &Context, out: &Output) -> Result<(), Failure> {
        match self.verb {
            Verb::List { report } => {
                let editions = run::editions(context, report.as_deref())?;
                for edition in &editions {
                    out.line(format!(
                        "{}  {}  run {}  {}",
                        edition.edition, edition.made, edition.run, edition.title
                    ));
                }
                if editions.is_empty() {
                    out.line("No editions yet: `sufficiency run --all`.");
                }
                out.value(&json!({ "editions": editions }));
            }
            Verb::Status { report } => {
                let editions = run::editions(context, Some(&report))?;
                for edition in &editions {
                    out.line(format!("{}  {}", edition.edition, edition.title));
                    if edition.deliveries.is_empty() {
                        out.line("  not sent");
                    }
                    for (recipient, state) in &edition.deliveries {
                        out.line(format!("  {recipient}: {state}"));
                    }
                }
                out.value(&json!({ "editions": editions }));
            }
            Verb::Preview { report, edition } => {
                Output::answer(&run::preview(context, &report, edition.as_deref())?);
            }
            Verb::Send { report, edition } => {
                let (edition, delivered) = run::send_edition(context, &report, edition.as_deref())?;
                let what = match delivered {
                    0 => "everybody has it already".to_owned(),
                    1 => "1 message delivered".to_owned(),
                    count => format!("{count} messages delivered"),
                };
                out.line(format!("{edition}: {what}"));
                out.value(&json!({ "edition": edition, "delivered": delivered }));
            }
        }
        Ok(())
    }
}
