use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

use super::locked::locked;
use super::output::Output;
use super::values;
use crate::job::{Context, Failure};
use crate::quality::{self, Accepting, Finding, Severity};
use crate::text::counted;

/// What the data need: late, missing, refused, set aside, warned of. Accept what is known until a day.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct QualityVerb {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// A pipeline, or a source as `pipeline.source`; all when left out.
    scope: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Accept a finding until a day: the digest leaves it out, unless it becomes worse. Who decided, and why, is recorded.
    Accept {
        /// The finding, by the name that the list and the digest give it.
        finding: String,
        /// The last day on which it is accepted.
        #[arg(long, value_name = "DATE", value_parser = values::day)]
        until: NaiveDate,
        /// Who decides.
        #[arg(long, value_name = "NAME", value_parser = values::name)]
        by: String,
        /// Why.
        #[arg(long, value_name = "TEXT", value_parser = values::name)]
        why: String,
    },
}

impl QualityVerb {
    /// Returns whether it reads the store and no more.
    pub(super) fn is_reading(&self) -> bool {
        self.verb.is_none()
    }

    pub(super) fn run(self, context: Context, out: &Output) -> Result<(), Failure> {
        match self.verb {
            None => list(&context, self.scope.as_deref(), out),
            Some(Verb::Accept { finding, until, by, why }) => {
                let asked = Accepting { finding, until, by, why };
                locked(context, out, |context, lock| {
                    let accepted = quality::accept(context, &asked, lock)?;
                    out.line(format!("Accepted until {}: {}", accepted.until, accepted.words));
                    out.value(&json!(accepted));
                    Ok(())
                })
            }
        }
    }
}

fn list(context: &Context, scope: Option<&str>, out: &Output) -> Result<(), Failure> {
    let findings = quality::findings(context, scope)?;
    out.value(&json!({ "findings": findings }));
    if findings.is_empty() {
        out.line("Nothing was found.");
    }
    let mut heading = None;
    for finding in &findings {
        if heading != Some(finding.severity) {
            heading = Some(finding.severity);
            out.line(match finding.severity {
                Severity::Stop => "Tables or reports are held",
                Severity::Quarantine => "Rows are set aside",
                Severity::Warn => "To look at",
            });
        }
        show(finding, out);
    }
    if !findings.is_empty() {
        out.line(counted(findings.len(), "finding", "findings"));
    }
    Ok(())
}

fn show(finding: &Finding, out: &Output) {
    let accepted = finding.accepted_until.map(|day| format!("; accepted until {day}")).unwrap_or_default();
    out.line(format!("  {}  {}{accepted}", finding.id, finding.line()));
    out.line(format!("            {}", finding.command));
}
