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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::{changed, content, parts};
use super::correction::Correction;
use super::evidence::{self, Evidence, Making};
use super::record::{Edition, all, folder};
use super::render::{document, facts, render};
use super::{attacked, burst, disclosed, freshness, gate, incomplete, parameters, redefined, series, since, weight};
use crate::build::Built;
use crate::deliver::{Deliveries, State};
use crate::disclosure::{Cleared, Earlier};
use crate::engine::TableName;
use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure, Fingerprint, Job, Kept, Kind, Period};
use crate::ledger::Step;
use crate::project::{Missing, Pipeline, Report};
use crate::report::{self, Document, Facts};
use crate::store::Created;
use crate::text::counted;

/// Prepares the editions of a report for the period, each made if its content is new: one, or one for each version of a report
/// that is split.
pub(crate) fn prepare(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    report: &Report,
    built: &Built,
    period: &Period,
) -> Result<Vec<Edition>, Failure> {
    let context = job.context;
    let inputs = built.rests_on().cloned();
    let mut gaps = series::behind(context, pipeline, inputs, period, Some(Missing::Note))?;
    gaps.retain(|fact| !fact.missing.is_empty());
    let maker = Maker {
        context,
        pipeline,
        report,
        built,
        period,
        commentary: commentary(context, report, period)?,
        models: models_shown(report, built)?,
        gaps,
        there: evidence::editions(context)?,
    };
    let Some(burst) = &report.file.burst else {
        let fingerprint = maker.content(&maker.models);
        let revision = match maker.known(job, None, &fingerprint)? {
            Known::Same(edition) => {
                maker.gates_of_sending(job, &edition)?;
                return Ok(vec![*edition]);
            }
            Known::Next(revision) => revision,
        };
        let ages = maker.ages(job)?;
        let (cleared, remembered) = maker.clear()?;
        maker.note_cleared(job, &cleared)?;
        return Ok(vec![maker.make(job, (None, revision), fingerprint, (&cleared, &remembered), &ages)?]);
    };
    let (cleared, remembered) = maker.clear()?;
    let shared = maker.content(&BTreeMap::new());
    let mut ages = None;
    let mut editions = Vec::new();
    for version in burst::versions(burst, &cleared) {
        let own = burst::slice(burst, &cleared, &version);
        let fingerprint = Fingerprint::of(&shared).with(&version).with(format!("{own:?}")).finish();
        let revision = match maker.known(job, Some(&version), &fingerprint)? {
            Known::Same(edition) => {
                maker.gates_of_sending(job, &edition)?;
                editions.push(*edition);
                continue;
            }
            Known::Next(revision) => revision,
        };
        if ages.is_none() {
            ages = Some(maker.ages(job)?);
            maker.note_cleared(job, &cleared)?;
        }
        let ages = ages.as_deref().unwrap_or_default();
        editions.push(maker.make(job, (Some(version), revision), fingerprint, (&own, &remembered), ages)?);
    }
    Ok(editions)
}

/// Whether an edition of this content is there.
enum Known {
    Same(Box<Edition>),
    /// It is not; the revision that it would be.
    Next(u32),
}

/// What all versions of an edition share.
struct Maker<'a> {
    context: &'a Context,
    pipeline: &'a Pipeline,
    report: &'a Report,
    built: &'a Built,
    period: &'a Period,
    commentary: BTreeMap<String, String>,
    models: BTreeMap<String, String>,
    /// Series that lack a part which is reported and holds nothing.
    gaps: Vec<series::SeriesFact>,
    /// The editions that were there before: what the new ones are held against.
    there: BTreeSet<String>,
}

impl Maker<'_> {
    /// Names what an edition of these models would hold. What is missing is part of it: a month that has become
    /// overdue changes what is said though no row has changed.
    fn content(&self, models: &BTreeMap<String, String>) -> String {
        let content = content(self.context, self.report, self.period, models, &self.commentary);
        let missing = self.missing();
        if missing.is_empty() { content } else { Fingerprint::of(&content).with(missing.join(" ")).finish() }
    }

    /// Says to readers what has not been received.
    fn missing(&self) -> Vec<String> {
        self.gaps.iter().filter_map(series::SeriesFact::to_readers).collect()
    }

    fn known(&self, job: &mut Job<'_>, version: Option<&str>, fingerprint: &str) -> Result<Known, Failure> {
        let earlier = self.earlier(version)?;
        // Only the newest counts: what an older one holds is not what readers are sent, or have, any more.
        let newest = earlier.into_iter().max_by_key(|edition| edition.revision);
        match newest {
            Some(newest) if newest.fingerprint == fingerprint => {
                disclosed::record(self.context, &newest)?;
                job.made.unchanged.push(newest.id.clone());
                Ok(Known::Same(Box::new(newest)))
            }
            newest => {
                let known = disclosed::greatest_revision(self.context, &self.stem(version))?;
                Ok(Known::Next(newest.map_or(0, |edition| edition.revision).max(known) + 1))
            }
        }
    }

    /// Returns what the names of all revisions of an edition begin with.
    fn stem(&self, version: Option<&str>) -> String {
        let part = version.map_or_else(String::new, |version| format!("-{}", burst::slug(version)));
        format!("{}-{}{part}-r", self.report.name, self.period.reported)
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
            self.ages(job)?;
        }
        Ok(())
    }

    /// Returns how old the data is; a failure when it is too old.
    fn ages(&self, job: &mut Job<'_>) -> Result<Vec<freshness::Freshness>, Failure> {
        let inputs = self.built.rests_on().cloned();
        let ages = freshness::of(self.context, self.pipeline, self.report, inputs, self.period.as_of)?;
        hold_if_stale(self.report, &ages)?;
        let inputs = self.built.rests_on().cloned();
        let series = series::behind(self.context, self.pipeline, inputs, self.period, None)?;
        series::hold_if_missing(self.report, &series)?;
        job.made.notes.extend(series.iter().flat_map(|fact| fact.notes(self.report)));
        check(self.pipeline, self.report, self.built)?;
        Ok(ages)
    }

    /// Reads the editions of the period before this one, of one version.
    fn earlier(&self, version: Option<&str>) -> Result<Vec<Edition>, Failure> {
        let mut earlier = all(self.context, &self.report.name, Some(&self.period.reported.to_string()))?;
        earlier.retain(|edition| edition.version.as_deref() == version);
        Ok(earlier)
    }

    /// Makes one edition of what has passed the gate.
    fn make(
        &self,
        job: &mut Job<'_>,
        (version, revision): (Option<String>, u32),
        fingerprint: String,
        (cleared, remembered): (&BTreeMap<String, Cleared>, &Earlier),
        ages: &[freshness::Freshness],
    ) -> Result<Edition, Failure> {
        let (context, report, period) = (self.context, self.report, self.period);
        let id = format!("{}{revision}", self.stem(version.as_deref()));
        let run = job.id()?;
        let stem = format!("{}-{}", report.name.replace('_', "-"), period.reported);
        let earlier = self.earlier(version.as_deref())?;
        let parts = parts(context, report, period, &self.models, &self.commentary);
        let changed =
            earlier.iter().max_by_key(|edition| edition.revision).map(|old| changed(&old.parts, &parts));
        let same = earlier.iter().filter(|old| old.fingerprint == fingerprint).max_by_key(|old| old.revision);
        let same = same.map_or_else(String::new, |old| {
            format!(", and it holds the same as revision {}, whose readers do not get it again", old.revision)
        });
        let facts = Facts {
            earlier: before(context, report, period, (version.as_deref(), earlier), (&parts, ages))?,
            redefined: redefined::titles(context, self.pipeline, report, version.as_deref())?,
            parameters: parameters::printed(context, self.pipeline, report)?,
            missing: self.missing(),
            ..facts(context, period, &id, &run, ages, self.commentary.clone())?
        };
        let marked = incomplete::marked(context, self.pipeline, cleared, &self.gaps, period)?;
        let document = document(report, &marked, &facts, &stem)?;
        // Of parts that are missing the report is made all the same where their source says so, and it names them.
        if facts.missing.is_empty() {
            hold_if_unknown(context, self.pipeline, report, &document, ages)?;
        }
        let mut rendered = render(context, report, &document, &stem)?;
        weight::refuse_if_too_large(context, report, &rendered)?;
        let what = (period.reported.to_string(), self.content(&self.models));
        attacked::hold_if_found(context, report, (&what.0, &what.1), version.as_deref(), &rendered.files)?;
        rendered.files.insert(disclosed::FILE.to_owned(), disclosed::written(remembered)?);
        let made = self.evidence((&id, &run), cleared, (&rendered.files, &document.facts.parameters))?;
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
            revision,
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
        if let Some(changed) = changed {
            job.made.notes.push(format!(
                "{id}: {changed} changed since revision {}{same}; it waits for `sufficiency report correct {1} --by \
                 YOUR-NAME --reason WHY` (to those who have the old one) or `sufficiency report send {1}`",
                revision - 1,
                report.name
            ));
        }
        job.made.editions.push(id);
        Ok(edition)
    }

    /// Gathers what an edition of these files was made from.
    fn evidence(
        &self,
        edition: (&str, &str),
        cleared: &BTreeMap<String, Cleared>,
        (files, parameters): (&BTreeMap<String, Vec<u8>>, &[(String, String)]),
    ) -> Result<Evidence, Failure> {
        let making = Making {
            context: self.context,
            pipeline: self.pipeline,
            report: self.report,
            period: self.period,
            built: self.built,
            cleared,
            held_against: &self.there,
            parameters,
        };
        let mut evidence = making.evidence(edition, files)?;
        for (name, words) in &self.commentary {
            let path = format!("commentary/{}/{}/{name}.md", self.report.name, self.period.reported);
            evidence.files.insert(path, sha256(words.as_bytes()));
        }
        Ok(evidence)
    }

    /// Passes every model that the report shows, whole, through the disclosure gate: held against each other and against
    /// what earlier editions of all reports showed; returns it with what this one shows.
    fn clear(&self) -> Result<(BTreeMap<String, Cleared>, Earlier), Failure> {
        let names: BTreeSet<&String> =
            self.report.file.tables.values().map(|table| table.model.get_ref()).collect();
        let tables = names.iter().map(|name| {
            let (model, rows) = (self.pipeline.models.get(*name), self.built.rows(name));
            let missing = || Failure::bug(format!("`{name}` was not built"));
            Ok((model.ok_or_else(missing)?, rows.ok_or_else(missing)?.batches.as_slice()))
        });
        let tables = tables.collect::<Result<Vec<_>, Failure>>()?;
        let what = (self.period.reported.to_string(), self.content(&self.models));
        let together = gate::clear(self.context, self.report, (&what.0, &what.1), &tables)?;
        let cleared = names.into_iter().cloned().zip(together.tables).collect();
        Ok((cleared, together.remembered))
    }

    fn note_cleared(&self, job: &mut Job<'_>, cleared: &BTreeMap<String, Cleared>) -> Result<(), Failure> {
        for (name, table) in cleared {
            let hidden = u64::try_from(table.hidden().total()).unwrap_or(u64::MAX);
            job.note(Step::Cleared { table: format!("{}.{name}", self.pipeline.name), hidden })?;
        }
        Ok(())
    }
}

/// Finds the edition before, of the same version: the newest revision of the period, or of the last period that has one.
fn before(
    context: &Context,
    report: &Report,
    period: &Period,
    (version, mut candidates): (Option<&str>, Vec<Edition>),
    (parts, ages): (&BTreeMap<String, String>, &[freshness::Freshness]),
) -> Result<Option<report::Earlier>, Failure> {
    let this = period.reported.to_string();
    if candidates.is_empty() {
        candidates = all(context, &report.name, None)?;
        // What is reported so far is beside what was reported so far, and a whole period beside whole ones.
        let is_cut = |period: &str| period.contains("-to-");
        candidates.retain(|edition| {
            edition.period < this
                && is_cut(&edition.period) == is_cut(&this)
                && edition.version.as_deref() == version
        });
    }
    let newest = candidates
        .into_iter()
        .max_by(|one, other| (&one.period, one.revision).cmp(&(&other.period, other.revision)));
    let Some(edition) = newest else { return Ok(None) };
    let mut tables = BTreeMap::new();
    for file in edition.files.keys() {
        let name = file.strip_prefix("tables/").and_then(|name| name.strip_suffix(".csv"));
        if let Some(name) = name {
            let bytes = edition.read(context, file)?;
            tables.insert(name.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    let correction = Correction::of(context, &edition)?;
    let why = since::why(&edition, correction.as_ref(), &this, parts, ages);
    Ok(Some(report::Earlier { same_period: edition.period == this, why, edition: edition.id, tables }))
}

/// Fails when the edition would say nothing where it promises a figure, and says which sources are behind it.
fn hold_if_unknown(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    document: &Document,
    ages: &[freshness::Freshness],
) -> Result<(), Failure> {
    if document.unknown.is_empty() {
        return Ok(());
    }
    let mut behind = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for model in document.unknown.iter().flat_map(|unknown| &unknown.models) {
        behind.extend(freshness::sources_behind(context, &TableName::new(&pipeline.name, model), &mut seen)?);
    }
    let received = |source: &TableName| {
        let age = ages.iter().find(|age| age.table == *source);
        age.map_or_else(String::new, |age| format!(" ({} old)", counted(age.age_days, "day", "days")))
    };
    let behind: Vec<String> = behind.iter().map(|source| format!("`{source}`{}", received(source))).collect();
    let what: Vec<&str> = document.unknown.iter().map(|unknown| unknown.what.as_str()).collect();
    let period = document.facts.period.label();
    let message = format!(
        "the report `{}` is held: there is no figure of {period} for {}",
        report.name,
        what.join(", ")
    );
    let ask = format!("ask the owners of these sources for what they lack of {period}");
    let newest = document.unknown.iter().filter_map(|unknown| unknown.newest.as_ref()).max();
    let other = newest.map(|code| {
        format!(
            "; of an earlier period there are figures: `sufficiency run {} --period {code}`",
            pipeline.name
        )
    });
    Err(Failure::new(Kind::Held, message)
        .note(format!("behind it: {}", behind.join(", ")))
        .kept(Kept::LastEditions)
        .help(ask + &other.unwrap_or_default()))
}

/// Fails when an input is older than the report allows.
pub(super) fn hold_if_stale(report: &Report, ages: &[freshness::Freshness]) -> Result<(), Failure> {
    let stale: Vec<String> = ages
        .iter()
        .filter(|age| age.gate && age.is_stale())
        .map(|age| {
            let greatest = age.max_age_days.unwrap_or_default();
            let old = counted(age.age_days, "day", "days");
            format!("`{}` is {old} old, at most {greatest} are allowed", age.table)
        })
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    let failure = Failure::gate("the report is held: its data is older than it allows")
        .at(&report.name)
        .kept(Kept::LastEditions)
        .help("bring the source up to date and run it again");
    Err(stale.into_iter().fold(failure, Failure::note))
}

/// Refuses a report that names what is not there, or would let a value become markup: it may have been
/// changed since `sufficiency check`.
fn check(pipeline: &Pipeline, report: &Report, built: &Built) -> Result<(), Failure> {
    let models = pipeline.models.iter();
    let shown = models
        .filter_map(|(name, model)| Some((name.clone(), (Arc::clone(&built.rows(name)?.schema), model))));
    let faults = report::check(report, &shown.collect());
    if faults.has_errors() { Err(faults.into()) } else { Ok(()) }
}

/// Returns the fingerprint of the content of every model that a report shows.
fn models_shown(report: &Report, built: &Built) -> Result<BTreeMap<String, String>, Failure> {
    report
        .file
        .tables
        .values()
        .map(|table| {
            let model = table.model.get_ref();
            let fingerprint = built.fingerprints.get(model).ok_or_else(|| {
                Failure::usage(format!(
                    "the report `{}` shows `{model}`, which its pipeline does not make",
                    report.name
                ))
                .kept(Kept::LastEditions)
            })?;
            Ok((model.clone(), fingerprint.clone()))
        })
        .collect()
}

/// Reads an officer's own words: `commentary/<report>/<period>/<name>.md`.
fn commentary(
    context: &Context,
    report: &Report,
    period: &Period,
) -> Result<BTreeMap<String, String>, Failure> {
    let root = &context.project().root;
    let folder = root.join("commentary").join(&report.name).join(period.reported.to_string());
    let mut found = BTreeMap::new();
    for path in crate::diagnostic::SourceFile::list(root, &folder, "md")? {
        let source = crate::diagnostic::SourceFile::read(root, &path)?;
        report::check_commentary(&source)?;
        found.insert(source.stem(), source.text().to_owned());
    }
    Ok(found)
}
