//! A draft: a report as its readers would get it, from what is published and has landed, marked as a draft in every medium.
//!
//! It passes the same gate as an edition, and what an edition would not show it does not show. Nothing of it is recorded: no
//! revision, no line in the ledger, and the gate of later editions does not remember it.

use std::collections::BTreeMap;
use std::path::Path;

use super::attacked::Attacked;
use super::burst;
use super::freshness::Freshness;
use super::holds::{hold_if_stale, hold_if_unknown};
use super::maker::{Maker, Named};
use super::purpose::Purpose;
use super::render::{document, render};
use super::series::hold_if_missing;
use crate::build::Built;
use crate::disclosure::Cleared;
use crate::job::{Context, Failure, Period};
use crate::project::{Pipeline, Report};
use crate::report::{DRAFT, Rendered};

/// A draft of one version of a report.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Whose rows it holds, as a name of a folder, for a report that is split.
    pub(crate) version: Option<String>,
    /// Its files, by name; each name says that it is a draft.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Why an edition of this content would be held.
    pub(crate) holds: Vec<String>,
}

/// Makes the drafts of a report for the period: one, or one for each version of a report that is split, or the one that is
/// named.
pub(crate) fn draft(
    context: &Context,
    (pipeline, report): (&Pipeline, &Report),
    built: &Built,
    period: &Period,
    only: Option<&str>,
) -> Result<Vec<Draft>, Failure> {
    let maker = Maker::new(context, pipeline, report, built, period)?;
    maker.check()?;
    let (cleared, _) = maker.clear(Purpose::Draft)?;
    let ages = maker.ages()?;
    let series = maker.series()?;
    let holds = [hold_if_stale(report, &ages).err(), hold_if_missing(report, &series).err()];
    let holds: Vec<String> = holds.iter().flatten().map(Failure::reason).collect();
    let Some(split) = &report.file.burst else {
        return Ok(vec![maker.draft(None, &cleared, &ages, holds)?]);
    };
    let mut versions = burst::versions(split, &cleared);
    if let Some(only) = only {
        if !versions.iter().any(|version| version == only) {
            return Err(crate::job::context::no_such("version", only, versions).at(&report.name));
        }
        versions.retain(|version| version == only);
    }
    let drafted = versions.iter().map(|version| {
        context.stop().check()?;
        maker.draft(Some(version), &burst::slice(split, &cleared, version), &ages, holds.clone())
    });
    drafted.collect()
}

impl Maker<'_> {
    fn draft(
        &self,
        version: Option<&str>,
        cleared: &BTreeMap<String, Cleared>,
        ages: &[Freshness],
        mut holds: Vec<String>,
    ) -> Result<Draft, Failure> {
        let (context, report) = (self.context, self.report);
        let earlier = self.earlier(version)?;
        let next = self.issue_after(earlier.iter().max_by_key(|edition| edition.issue()))?;
        let named = Named { edition: "draft", run: "draft", version, earlier };
        let facts = self.facts(named, next, ages)?.drafted();
        let mut document = document(report, &self.marked(cleared)?, &facts, &self.stem())?;
        if facts.missing.is_empty() {
            holds.extend(
                hold_if_unknown(context, self.pipeline, report, &document, ages)
                    .err()
                    .map(|hold| hold.reason()),
            );
        }
        let unwritten = document.unwritten();
        if !unwritten.is_empty() {
            holds.push(format!("these words are not written: {}", unwritten.join(", ")));
        }
        document.title = format!("{DRAFT}: {}", document.title);
        let rendered = render(context, report, &document, &self.stem())?;
        let (period, digest) = (self.period.reported.to_string(), self.content(&self.models));
        let attacked = Attacked { report, period: &period, version };
        attacked.hold_if_found(context, &digest, &rendered.files, Purpose::Draft)?;
        Ok(Draft { version: version.map(burst::slug), files: named_as_drafts(rendered)?, holds })
    }
}

/// Returns the files with names that say what they are, the page with its pictures by those names.
fn named_as_drafts(rendered: Rendered) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let name = |file: &str| match file.rsplit_once('/') {
        Some((folder, own)) => format!("{folder}/{DRAFT}-{own}"),
        None => format!("{DRAFT}-{file}"),
    };
    let mut files = BTreeMap::new();
    for (file, bytes) in rendered.files {
        let bytes = if Path::new(&file).extension().is_some_and(|ending| ending == "html") {
            let page = String::from_utf8(bytes).map_err(Failure::bug)?;
            let shown = rendered.images.iter();
            shown
                .fold(page, |page, (cid, image)| page.replace(&format!("cid:{cid}"), &name(image)))
                .into_bytes()
        } else {
            bytes
        };
        files.insert(name(&file), bytes);
    }
    Ok(files)
}
