use std::io::BufRead;

use clap::Args;
use serde_json::{Value, json};

use super::output::Output;
use super::values;
use crate::job::{Context, Failure, Kind};
use crate::run;
use crate::run::PseudonymAsk;
use crate::text::counted;

/// Turn pupil numbers, one a line on standard input, into pseudonyms, one a line. The request is recorded.
#[derive(Debug, Args)]
pub(super) struct Pseudonym {
    /// What the pseudonyms are for, as the contracts have it.
    #[arg(long, default_value = "pupil")]
    purpose: String,
    /// Who asks.
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    by: String,
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = values::name)]
    why: String,
}

impl Pseudonym {
    pub(super) fn run(self, context: &Context, out: &Output) -> Result<(), Failure> {
        let lines = std::io::stdin().lock().lines().collect::<Result<Vec<String>, _>>();
        let lines = lines.map_err(|error| {
            Failure::usage("standard input cannot be read")
                .because(error)
                .help("pass one number on each line, as UTF-8")
        })?;
        let ask = PseudonymAsk { purpose: self.purpose, by: self.by, why: self.why };
        let made = run::pseudonyms(context, &ask, lines.into_iter())?;
        let mut faults = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        for (at, line) in made.iter().enumerate() {
            match line {
                Ok(pseudonym) => {
                    out.line(pseudonym);
                    values.push(json!({ "line": at + 1, "pseudonym": pseudonym }));
                }
                // A blank line, so that the answer lines up with what was asked.
                Err(fault) => {
                    out.line("");
                    values.push(json!({ "line": at + 1, "fault": fault.to_string() }));
                    faults.push(format!("line {} {fault}", at + 1));
                }
            }
        }
        out.value(&json!({ "lines": values }));
        if faults.is_empty() {
            return Ok(());
        }
        let lines = counted(made.len(), "line holds", "lines hold");
        let what = format!("{} of {lines} no pupil number", faults.len());
        let failure = Failure::new(Kind::SourceRejected, what).help(
            "correct those lines: a pupil number has 13 characters, a letter first; the others are answered",
        );
        Err(faults.into_iter().fold(failure, Failure::note))
    }
}
