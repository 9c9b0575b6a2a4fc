//! Pseudonyms of pupil numbers that somebody holds already, so that they can act on a signal in their own
//! system. Who asked, why, and how many, goes on record before anything is returned; the numbers do not.

use std::collections::BTreeSet;

use crate::job::context::no_such;
use crate::job::{Context, Failure, Job};
use crate::ledger::Step;
use crate::privacy::{Upn, UpnFault};
use crate::project::{ColumnType, Privacy};

/// The record's word for what ran, where no pipeline did.
const NO_PIPELINE: &str = "pseudonym";

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What the pseudonyms are for: the purpose that contracts name.
    pub purpose: String,
    /// Who asks.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Returns the pseudonym of each line in turn, or why the line holds no pupil number.
///
/// # Errors
///
/// When no contract has such a purpose, who or why is blank, no key is set or it is refused, or the request
/// cannot be put on record.
pub fn pseudonyms(
    context: &Context,
    ask: &Ask,
    lines: impl Iterator<Item = String>,
) -> Result<Vec<Result<String, UpnFault>>, Failure> {
    for (what, text) in [("--by", &ask.by), ("--why", &ask.why)] {
        if text.trim().is_empty() {
            return Err(Failure::usage(format!("expected who asks and why, found nothing in `{what}`")));
        }
    }
    let purposes = purposes(context);
    if !purposes.contains(&ask.purpose) {
        return Err(no_such("purpose", &ask.purpose, purposes.iter()));
    }
    let pseudonyms = context.pseudonyms()?.ok_or_else(|| {
        Failure::credentials("expected a key of the pseudonyms, found none")
            .at("settings.toml")
            .help("set `key_file` under `[pseudonym]` in `settings.toml`")
    })?;
    let purpose = pseudonyms.for_purpose(&ask.purpose);
    let made: Vec<Result<String, UpnFault>> =
        lines.map(|line| Upn::parse(&line).map(|upn| purpose.of_upn(&upn))).collect();
    let count = |of: bool| made.iter().filter(|line| line.is_ok() == of).count() as u64;
    let mut job = Job::new(context, NO_PIPELINE, "pseudonym");
    job.note(Step::Pseudonyms {
        purpose: ask.purpose.clone(),
        key: pseudonyms.key_id(),
        made: count(true),
        refused: count(false),
        by: ask.by.clone(),
        why: ask.why.clone(),
    })?;
    job.close_as(&Ok(()), &format!("pseudonyms made for {}", ask.by))?;
    Ok(made)
}

/// Returns the purposes for which contracts replace pupil numbers.
fn purposes(context: &Context) -> BTreeSet<String> {
    let pipelines = context.project().pipelines.values();
    let columns =
        pipelines.flat_map(|pipeline| pipeline.sources.values()).flat_map(|source| &source.file.columns);
    columns
        .filter(|column| column.kind == ColumnType::Upn)
        .filter_map(|column| match &column.privacy {
            Privacy::Pseudonymise(to) => Some(to.purpose.clone()),
            _ => None,
        })
        .collect()
}
