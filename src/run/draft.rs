//! A report as a draft: nothing is read from a source, published, recorded or sent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::build;
use crate::edition;
use crate::job::{Context, Failure, Job, Options, Period};

/// Which draft.
#[derive(Debug, Clone, Default)]
pub struct DraftOf {
    /// The report.
    pub report: String,
    /// The period, as of a run; the one that a run would report when left out.
    pub period: Option<String>,
    /// Of a report that is split, the only version.
    pub version: Option<String>,
}

/// A draft that was made.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The period, in words.
    pub period: String,
    /// The folder that is for it, in the project.
    pub folder: PathBuf,
    /// What each of its files holds, by name within a folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Why an edition of this content would be held.
    pub would_be_held: Vec<String>,
}

/// Makes a draft of a report from what is published and has landed, with the models as their files are now.
///
/// # Errors
///
/// Faults of the project's files, a check that finds rows, what disclosure control holds.
pub fn draft(context: &Context, of: &DraftOf) -> Result<Drafted, Failure> {
    let report = context.report(&of.report)?;
    let pipeline = context.pipeline_of(report)?;
    if of.version.is_some() && report.file.burst.is_none() {
        let what = format!("expected a report that is split, found `{}`, which is whole", report.name);
        return Err(Failure::usage(what).help("leave `--only` out"));
    }
    let options =
        Options { period: of.period.clone(), reports: vec![report.name.clone()], ..Options::default() };
    let mut job = Job::unrecorded(context, &pipeline.name, &options);
    let period = Period::chosen(context, pipeline, &options)?;
    let (period, _) = edition::as_known(context, pipeline, period)?;
    let built = build::build(&mut job, pipeline, &period)?;
    let drafts = edition::draft(context, (pipeline, report), &built, &period, of.version.as_deref())?;
    let mut drafted = Drafted {
        period: period.reported.label(),
        folder: context.project().root.join("drafts").join(&report.name).join(period.reported.to_string()),
        files: BTreeMap::new(),
        would_be_held: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for draft in drafts {
        drafted.would_be_held.extend(draft.holds.into_iter().filter(|hold| seen.insert(hold.clone())));
        let named = |name: String| match &draft.version {
            Some(version) => format!("{version}/{name}"),
            None => name,
        };
        drafted.files.extend(draft.files.into_iter().map(|(name, bytes)| (named(name), bytes)));
    }
    Ok(drafted)
}
