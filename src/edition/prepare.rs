//! An edition: one issue of a report for one period, passed through the gate, rendered and kept.
//!
//! ```text
//! editions/<report>/<period>/<edition>/
//! ├── email.html  email.txt  <report>-<period>.xlsx
//! ├── charts/<chart>.png  charts/<chart>.svg  tables/<table>.csv
//! ├── cells.csv           what it says of each count, for the gate of later editions
//! ├── evidence.json       what it was made from, by hash
//! └── edition.json        written last: without it there is no edition
//! ```
//!
//! Same content, same edition: nothing new is made. Changed content makes the next revision, which never
//! leaves by itself.

use std::collections::BTreeMap;

use super::attacked::Attacked;
use super::content::changed;
use super::freshness::Freshness;
use super::holds::{hold_if_stale, hold_if_unknown};
use super::maker::{Maker, Named};
use super::purpose::Purpose;
use super::record::{Edition, Issue, folder};
use super::render::{document, render};
use super::{burst, disclosed, evidence, series, weight};
use crate::build::Built;
use crate::deliver::{Deliveries, State};
use crate::disclosure::{Cleared, Earlier};
use crate::job::fingerprint::sha256;
use crate::job::{Failure, Fingerprint, Job, Period};
use crate::ledger::Step;
use crate::project::{Pipeline, Report};
use crate::report;
use crate::store::Created;

/// Prepares the editions of a report for the period, each made if its content is new: one, or one for each version of a report
/// that is split.
pub(crate) fn prepare(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    report: &Report,
    built: &Built,
    period: &Period,
) -> Result<Vec<Edition>, Failure> {
    let maker = Maker::new(job.context, pipeline, report, built, period)?;
    let Some(burst) = &report.file.burst else {
        let fingerprint = maker.content(&maker.models);
        let issue = match maker.known(job, None, &fingerprint)? {
            Known::Same(edition) => {
                maker.gates_of_sending(job, &edition)?;
                return Ok(vec![*edition]);
            }
            Known::Next(issue) => issue,
        };
        let ages = maker.gates(job)?;
        let (cleared, remembered) = maker.clear(Purpose::Edition)?;
        maker.note_cleared(job, &cleared)?;
        return Ok(vec![maker.make(job, (None, issue), fingerprint, (&cleared, &remembered), &ages)?]);
    };
    let (cleared, remembered) = maker.clear(Purpose::Edition)?;
    let shared = maker.content(&BTreeMap::new());
    let mut ages = None;
    let mut editions = Vec::new();
    for version in burst::versions(burst, &cleared) {
        let own = burst::slice(burst, &cleared, &version);
        let fingerprint = Fingerprint::of(&shared).with(&version).with(format!("{own:?}")).finish();
        let issue = match maker.known(job, Some(&version), &fingerprint)? {
            Known::Same(edition) => {
                maker.gates_of_sending(job, &edition)?;
                editions.push(*edition);
                continue;
            }
            Known::Next(issue) => issue,
        };
        if ages.is_none() {
            ages = Some(maker.gates(job)?);
            maker.note_cleared(job, &cleared)?;
        }
        let ages = ages.as_deref().unwrap_or_default();
        editions.push(maker.make(job, (Some(version), issue), fingerprint, (&own, &remembered), ages)?);
    }
    Ok(editions)
}
/// Whether an edition of this content is there.
enum Known {
    Same(Box<Edition>),
    /// It is not; the revision that it would be, and which making of it.
    Next(Issue),
}

impl Maker<'_> {
    fn known(&self, job: &mut Job<'_>, version: Option<&str>, fingerprint: &str) -> Result<Known, Failure> {
        let earlier = self.earlier(version)?;
        // Only the newest counts: what an older one holds is not what readers are sent, or have, any more.
        let newest = earlier.into_iter().max_by_key(Edition::issue);
        match newest {
            Some(newest) if newest.fingerprint == fingerprint => {
                disclosed::record(self.context, &newest)?;
                job.made.unchanged.push(newest.id.clone());
                Ok(Known::Same(Box::new(newest)))
            }
            newest => {
                let known = disclosed::greatest_revision(self.context, &self.stem_of_ids(version))?;
                let next = self.issue_after(newest.as_ref())?;
                // One that was given up is not made a second time under its name, which readers may have.
                let is_lost = newest.map_or(0, |edition| edition.revision) < known;
                Ok(Known::Next(if is_lost { Issue { revision: known, making: 1 }.revised() } else { next }))
            }
        }
    }

    /// Returns what the names of all revisions of an edition begin with.
    fn stem_of_ids(&self, version: Option<&str>) -> String {
        let part = version.map_or_else(String::new, |version| format!("-{}", burst::slug(version)));
        format!("{}-{}{part}-", self.report.name, self.period.reported)
    }

    /// Asks the gates again of an edition that is about to leave: what was fresh when it was made may be so no more.
    /// One that has been sent to everybody is asked nothing.
    fn gates_of_sending(&self, job: &mut Job<'_>, edition: &Edition) -> Result<(), Failure> {
        if !job.options.send {
            return Ok(());
        }
        let objects = self.context.store().objects();
        let histories = Deliveries::of(objects.as_ref()).edition(&self.report.name, &edition.id)?;
        let waits = |state: State| matches!(state, State::Planned | State::Approved | State::Begun);
        if histories.is_empty() || histories.iter().any(|history| waits(history.state())) {
            self.gates(job)?;
        }
        Ok(())
    }

    /// Returns how old the data is; a failure when it is too old, or lacks a part.
    fn gates(&self, job: &mut Job<'_>) -> Result<Vec<Freshness>, Failure> {
        let ages = self.ages()?;
        hold_if_stale(self.report, &ages)?;
        let series = self.series()?;
        series::hold_if_missing(self.report, &series)?;
        job.made.notes.extend(series.iter().flat_map(|fact| fact.notes(self.report)));
        self.check()?;
        Ok(ages)
    }

    /// Makes one edition of what has passed the gate.
    fn make(
        &self,
        job: &mut Job<'_>,
        (version, issue): (Option<String>, Issue),
        fingerprint: String,
        (cleared, remembered): (&BTreeMap<String, Cleared>, &Earlier),
        ages: &[Freshness],
    ) -> Result<Edition, Failure> {
        let (context, report, period) = (self.context, self.report, self.period);
        let id = format!("{}{issue}", self.stem_of_ids(version.as_deref()));
        let run = job.id()?;
        let earlier = self.earlier(version.as_deref())?;
        let note = self.note_of_change(&id, issue, &fingerprint, &earlier);
        let parts = self.parts();
        let named = Named { edition: &id, run: &run, version: version.as_deref(), earlier };
        let facts = self.facts(named, issue, ages)?;
        let document = document(report, &self.marked(cleared)?, &facts, &self.stem())?;
        // Of parts that are missing the report is made all the same where their source says so, and it names them.
        if facts.missing.is_empty() {
            hold_if_unknown(context, self.pipeline, report, &document, ages)?;
        }
        let mut rendered = render(context, report, &document, &self.stem())?;
        weight::refuse_if_too_large(context, report, &rendered)?;
        let what = (period.reported.to_string(), self.content(&self.models));
        let attacked = Attacked { report, period: &what.0, version: version.as_deref() };
        attacked.hold_if_found(context, &what.1, &rendered.files, Purpose::Edition)?;
        rendered.files.insert(disclosed::FILE.to_owned(), disclosed::written(remembered)?);
        let made = self.evidence((&id, &run), cleared, &rendered.files, &document.facts.parameters)?;
        rendered.files.insert(evidence::FILE.to_owned(), made.written()?);

        let folder = folder(&report.name, &period.reported.to_string(), &id);
        let mut files = BTreeMap::new();
        for (name, bytes) in &rendered.files {
            context.store().objects().replace(&format!("{folder}/{name}"), bytes)?;
            files.insert(name.clone(), sha256(bytes));
        }
        let edition = Edition {
            id: id.clone(),
            report: report.name.clone(),
            period: period.reported.to_string(),
            version,
            revision: issue.revision,
            making: issue.making,
            title: report::titled(&report.file.title, &period.reported.label()),
            fingerprint,
            parts,
            changed: report::what_changed(&document),
            made: context.clock().now(),
            run,
            as_of: period.as_of,
            commit: self.built.base,
            models: self.models.clone(),
            files: files.clone(),
            images: rendered.images,
            attachments: rendered.attachments,
            unwritten: document.unwritten(),
        };
        let name = format!("{folder}/edition.json");
        if context.store().objects().create(&name, &edition.written(&name)?)? == Created::Exists {
            return Err(
                Failure::gate(format!("another run made edition `{id}` meanwhile")).help("run it again")
            );
        }
        disclosed::record(context, &edition)?;
        job.note(Step::Edition { edition: id.clone(), files })?;
        job.made.notes.extend(note);
        job.made.editions.push(id);
        job.made.folders.push(edition.folder());
        Ok(edition)
    }

    /// Says what is other than in the edition before, and what becomes of it; nothing of the first.
    fn note_of_change(
        &self,
        id: &str,
        issue: Issue,
        fingerprint: &str,
        earlier: &[Edition],
    ) -> Option<String> {
        let report = &self.report.name;
        let old = earlier.iter().max_by_key(|edition| edition.issue())?;
        let changed = changed(&old.parts, &self.parts());
        if old.revision == issue.revision {
            return Some(format!(
                "{id}: {changed} changed; it takes the place of {}, which nobody has",
                old.id
            ));
        }
        let same = earlier.iter().filter(|old| old.fingerprint == fingerprint).max_by_key(|old| old.issue());
        let same = same.map_or_else(String::new, |old| {
            format!(", and it holds the same as revision {}, whose readers do not get it again", old.revision)
        });
        Some(format!(
            "{id}: {changed} changed since revision {}{same}; it waits for `sufficiency report correct {report} --by \
             YOUR-NAME --reason WHY` (to those who have the old one) or `sufficiency report send {report}`",
            old.revision
        ))
    }

    fn note_cleared(&self, job: &mut Job<'_>, cleared: &BTreeMap<String, Cleared>) -> Result<(), Failure> {
        for (name, table) in cleared {
            let hidden = u64::try_from(table.hidden().total()).unwrap_or(u64::MAX);
            job.note(Step::Cleared { table: format!("{}.{name}", self.pipeline.name), hidden })?;
        }
        Ok(())
    }
}
