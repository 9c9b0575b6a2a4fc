//! A reader's attack on an edition before it is there: what a stranger works out of its files does not leave.

use std::collections::BTreeMap;

use super::purpose::Purpose;
use super::record::{Edition, every};
use super::waiting;
use crate::inspect::attacker::{self, Sent, attack};
use crate::job::{Context, Failure, Kept, Kind};
use crate::project::Report;

/// How many findings a failure names.
const NAMED: usize = 10;

/// The edition that is attacked.
#[derive(Clone, Copy)]
pub(super) struct Attacked<'a> {
    pub(super) report: &'a Report,
    pub(super) period: &'a str,
    /// Whose rows it holds, for a report that is split.
    pub(super) version: Option<&'a str>,
}

impl Attacked<'_> {
    /// Holds an edition of which a reader who has all that was sent before could work a hidden count out.
    ///
    /// # Errors
    ///
    /// A failure of disclosure that names the places, never a value; damage when an earlier edition is not as it was written.
    pub(super) fn hold_if_found(
        self,
        context: &Context,
        digest: &str,
        files: &BTreeMap<String, Vec<u8>>,
        purpose: Purpose,
    ) -> Result<(), Failure> {
        let Self { report, period, version } = self;
        // What a person lets go on record is not asked: they may know that a reader who adds up here is wrong.
        if waiting::is_released(context, report, (period, digest))? {
            return Ok(());
        }
        let mut editions = every(context)?;
        editions.sort_by(|one, other| (one.made, &one.id).cmp(&(other.made, &other.id)));
        let audience = context.project().audience_of(report, report.models());
        let mut earlier = Vec::new();
        let mut beside: BTreeMap<&str, &Edition> = BTreeMap::new();
        for edition in &editions {
            if edition.report == report.name {
                if edition.version.as_deref() == version {
                    earlier.push(sent(context, edition)?);
                }
                continue;
            }
            let other = context.project().reports.get(&edition.report);
            let may_see = other
                .is_some_and(|other| audience.may_see(context.project().audience_of(other, other.models())));
            // What is split goes to each its own; what runs is not the same count as what is whole.
            let is_like =
                edition.version.is_none() && edition.period.contains("-to-") == period.contains("-to-");
            if may_see && is_like {
                beside.insert(&edition.report, edition);
            }
        }
        let beside =
            beside.values().map(|edition| sent(context, edition)).collect::<Result<Vec<_>, Failure>>()?;
        let last = Sent {
            report: report.name.clone(),
            period: period.to_owned(),
            files: files
                .iter()
                .filter(|(name, _)| is_read(name))
                .map(|(name, bytes)| (name.clone(), bytes.clone()))
                .collect(),
        };
        let threshold = context.project().council.parameters.suppression_threshold;
        let found = attack(&earlier, &beside, &last, threshold);
        if found.is_empty() {
            return Ok(());
        }
        if purpose == Purpose::Edition {
            waiting::record(context, report, (period, digest), found.len())?;
        }
        let what = format!("the report `{}` is held: a reader could work out what is hidden", report.name);
        let failure = Failure::new(Kind::Disclosure, what).kept(Kept::LastEditions).help(format!(
        "the gate did not know what adds up here: state it in the `[disclosure]` of the models behind these tables \
         (`equations`, `sums`, `same`), or leave a table out; where a reader would be wrong, `sufficiency report release {} \
         {period} --by YOUR-NAME --reason WHY` lets exactly this content go",
        report.name
    ));
        let more = found.len().saturating_sub(NAMED);
        let failure =
            found.iter().take(NAMED).fold(failure, |failure, found| failure.note(found.to_string()));
        Err(if more > 0 { failure.note(format!("{more} more")) } else { failure })
    }
}

/// Reads the tables of an edition that was sent: its other files repeat them.
fn sent(context: &Context, edition: &Edition) -> Result<Sent, Failure> {
    let names = edition.files.keys().filter(|name| {
        is_read(name) && std::path::Path::new(name).extension().is_some_and(|kind| kind == "csv")
    });
    let files = names.map(|name| Ok((name.clone(), edition.read(context, name)?)));
    Ok(Sent {
        report: edition.report.clone(),
        period: edition.period.clone(),
        files: files.collect::<Result<_, Failure>>()?,
    })
}

/// Returns whether a reader gets the file, and can read it.
fn is_read(name: &str) -> bool {
    name != super::disclosed::FILE && attacker::reads(name)
}
