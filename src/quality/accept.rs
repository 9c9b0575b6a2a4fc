use chrono::NaiveDate;

use super::accepted::{Acceptance, FOLDER};
use super::collect::findings;
use crate::job::context::no_such;
use crate::job::{Context, Failure, Job, PipelineLock};
use crate::ledger::Step;
use crate::store::Created;

/// The longest time for which a finding may be accepted, in days: a fault that is known is looked at once a year.
const LONGEST: i64 = 366;

/// What a person asks for.
#[derive(Debug, Clone)]
pub struct Accepting {
    /// The finding, by its name.
    pub finding: String,
    /// The last day on which it is to be accepted.
    pub until: NaiveDate,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Accepts a finding until a day, on record.
///
/// # Errors
///
/// When there is no such finding, the day has gone or is more than a year away, or the store fails.
pub fn accept(context: &Context, asked: &Accepting, lock: &dyn PipelineLock) -> Result<Acceptance, Failure> {
    let today = context.clock().today();
    let days = (asked.until - today).num_days();
    if !(0..=LONGEST).contains(&days) {
        return Err(Failure::usage(format!(
            "expected a day from {today} to {} for `--until`, found {}",
            today + chrono::TimeDelta::days(LONGEST),
            asked.until
        ))
        .help("a finding is accepted for a year at most; accept it again then"));
    }
    let found = findings(context, None)?;
    let finding = found.iter().find(|finding| finding.id == asked.finding).ok_or_else(|| {
        no_such("finding", &asked.finding, found.iter().map(|finding| finding.id.as_str()))
            .help("`sufficiency quality` lists them")
    })?;
    let acceptance = Acceptance {
        finding: finding.id.clone(),
        words: format!("{}: {}", finding.source, finding.rule),
        rows: finding.rows.rows,
        until: asked.until,
        by: asked.by.clone(),
        why: asked.why.clone(),
        at: context.clock().now(),
    };
    let pipeline = finding.source.split('.').next().unwrap_or(&finding.source);
    let mut job = Job::new(context, pipeline, "by hand").under(lock);
    let result = record(&mut job, &acceptance);
    job.close_as(&result, &format!("finding {} is accepted until {}", acceptance.finding, acceptance.until))?;
    result.map(|()| acceptance)
}

fn record(job: &mut Job<'_>, acceptance: &Acceptance) -> Result<(), Failure> {
    job.permit()?;
    let what = format!(
        "the finding {} until {}, by {}: {}",
        acceptance.finding, acceptance.until, acceptance.by, acceptance.why
    );
    job.note(Step::Accepted { source: acceptance.words.clone(), what })?;
    let objects = job.context.store().objects();
    let mut json = serde_json::to_vec_pretty(acceptance).map_err(Failure::bug)?;
    json.push(b'\n');
    let folder = format!("{FOLDER}/{}", acceptance.finding);
    let mut number = objects.list(&folder)?.len() + 1;
    while objects.create(&format!("{folder}/{number:06}.json"), &json)? == Created::Exists {
        number += 1;
    }
    Ok(())
}
