//! What all versions of an edition share, for an edition that is kept and for a draft of one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::{content, parts};
use super::correction::Correction;
use super::purpose::Purpose;
use super::record::{Edition, Issue, all};
use super::render::facts;
use super::{freshness, gate, incomplete, lost, parameters, redefined, series, since};
use crate::build::Built;
use crate::deliver::{Deliveries, History};
use crate::disclosure::{Cleared, Earlier};
use crate::job::{Context, Failure, Fingerprint, Kept, Period};
use crate::project::{Missing, Pipeline, Report};
use crate::report::{self, Facts};

/// What all versions of an edition share.
pub(super) struct Maker<'a> {
    pub(super) context: &'a Context,
    pub(super) pipeline: &'a Pipeline,
    pub(super) report: &'a Report,
    pub(super) built: &'a Built,
    pub(super) period: &'a Period,
    pub(super) commentary: BTreeMap<String, String>,
    pub(super) models: BTreeMap<String, String>,
    /// Series that lack a part which is reported and holds nothing.
    gaps: Vec<series::SeriesFact>,
}

/// An edition as it is called, and as it is compared.
pub(super) struct Named<'a> {
    pub(super) edition: &'a str,
    pub(super) run: &'a str,
    /// Whose rows it holds, for a report that is split.
    pub(super) version: Option<&'a str>,
    /// The editions of the same period and version.
    pub(super) earlier: Vec<Edition>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        context: &'a Context,
        pipeline: &'a Pipeline,
        report: &'a Report,
        built: &'a Built,
        period: &'a Period,
    ) -> Result<Self, Failure> {
        let inputs = built.rests_on().cloned();
        let mut gaps = series::behind(context, pipeline, inputs, period, Some(Missing::Note))?;
        gaps.retain(|fact| !fact.missing.is_empty());
        Ok(Self {
            context,
            pipeline,
            report,
            built,
            period,
            commentary: commentary(context, report, period)?,
            models: models_shown(report, built)?,
            gaps,
        })
    }

    /// Names what an edition of these models would hold. What is missing is part of it: a month that has become
    /// overdue changes what is said though no row has changed.
    pub(super) fn content(&self, models: &BTreeMap<String, String>) -> String {
        let content = content(self.context, self.report, self.period, models, &self.commentary);
        let missing = self.missing();
        if missing.is_empty() { content } else { Fingerprint::of(&content).with(missing.join(" ")).finish() }
    }

    /// Says to readers what has not been received.
    pub(super) fn missing(&self) -> Vec<String> {
        self.gaps.iter().filter_map(series::SeriesFact::to_readers).collect()
    }

    /// Reads the editions of the period before this one, of one version.
    pub(super) fn earlier(&self, version: Option<&str>) -> Result<Vec<Edition>, Failure> {
        let mut earlier = all(self.context, &self.report.name, Some(&self.period.reported.to_string()))?;
        earlier.retain(|edition| edition.version.as_deref() == version);
        Ok(earlier)
    }

    /// Returns what follows an edition that holds something else: the next revision where somebody has it or may have it, and
    /// else the same revision, made again.
    pub(super) fn issue_after(&self, newest: Option<&Edition>) -> Result<Issue, Failure> {
        let Some(newest) = newest else { return Ok(Issue::FIRST) };
        let objects = self.context.store().objects();
        let histories = Deliveries::of(objects.as_ref()).edition(&self.report.name, &newest.id)?;
        lost::refuse(objects.as_ref(), newest, &histories)?;
        let issue = newest.issue();
        Ok(if histories.iter().any(History::was_tried) { issue.revised() } else { issue.made_again() })
    }

    /// Passes every model that the report shows, whole, through the disclosure gate: held against each other and against
    /// what earlier editions of all reports showed; returns it with what this one shows.
    pub(super) fn clear(&self, purpose: Purpose) -> Result<(BTreeMap<String, Cleared>, Earlier), Failure> {
        let names: BTreeSet<&String> =
            self.report.file.tables.values().map(|table| table.model.get_ref()).collect();
        let tables = names.iter().map(|name| {
            let (model, rows) = (self.pipeline.models.get(*name), self.built.rows(name));
            let missing = || Failure::bug(format!("`{name}` was not built"));
            Ok((model.ok_or_else(missing)?, rows.ok_or_else(missing)?.batches.as_slice()))
        });
        let tables = tables.collect::<Result<Vec<_>, Failure>>()?;
        let what = (self.period.reported.to_string(), self.content(&self.models));
        let together = gate::clear(self.context, self.report, (&what.0, &what.1), &tables, purpose)?;
        let cleared = names.into_iter().cloned().zip(together.tables).collect();
        Ok((cleared, together.remembered))
    }

    /// Names what an edition of these models would hold in parts, by what a person would call each.
    pub(super) fn parts(&self) -> BTreeMap<String, String> {
        parts(self.context, self.report, self.period, &self.models, &self.commentary)
    }

    /// Returns the stem of the names of attached files.
    pub(super) fn stem(&self) -> String {
        format!("{}-{}", self.report.name.replace('_', "-"), self.period.reported)
    }

    /// Returns how old the data is.
    pub(super) fn ages(&self) -> Result<Vec<freshness::Freshness>, Failure> {
        let inputs = self.built.rests_on().cloned();
        freshness::of(self.context, self.pipeline, self.report, inputs, self.period.as_of)
    }

    /// Returns the series behind the report, with what each lacks.
    pub(super) fn series(&self) -> Result<Vec<series::SeriesFact>, Failure> {
        let inputs = self.built.rests_on().cloned();
        series::behind(self.context, self.pipeline, inputs, self.period, None)
    }

    /// Refuses a report that names what is not there, or would let a value become markup: it may have been
    /// changed since `sufficiency check`.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let models = self.pipeline.models.iter();
        let shown = models.filter_map(|(name, model)| {
            Some((name.clone(), (Arc::clone(&self.built.rows(name)?.schema), model)))
        });
        let faults = report::check(self.report, &shown.collect());
        if faults.has_errors() { Err(faults.into()) } else { Ok(()) }
    }

    /// Returns what an edition says of its own making.
    pub(super) fn facts(
        &self,
        named: Named<'_>,
        issue: Issue,
        ages: &[freshness::Freshness],
    ) -> Result<Facts, Failure> {
        let (context, report, period) = (self.context, self.report, self.period);
        let Named { edition, run, version, mut earlier } = named;
        // In the place of one that nobody has: readers are shown what changed since the one that they have.
        earlier.retain(|other| other.revision < issue.revision);
        Ok(Facts {
            earlier: before(context, report, period, (version, earlier), (&self.parts(), ages))?,
            redefined: redefined::titles(
                context,
                self.pipeline,
                report,
                version,
                (&period.reported.to_string(), issue.revision),
            )?,
            parameters: parameters::printed(context, self.pipeline, report)?,
            missing: self.missing(),
            ..facts(context, period, edition, run, ages, self.commentary.clone())?
        })
    }

    /// Returns the tables with `[x]` in place of what a missing part of a source touches.
    pub(super) fn marked(
        &self,
        cleared: &BTreeMap<String, Cleared>,
    ) -> Result<BTreeMap<String, Cleared>, Failure> {
        incomplete::marked(self.context, self.pipeline, cleared, &self.gaps, self.period)
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
        .max_by(|one, other| (&one.period, one.issue()).cmp(&(&other.period, other.issue())));
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
