//! An edition: one issue of a report for one period, passed through the gate, rendered and kept.
//!
//! ```text
//! editions/<report>/<period>/<edition>/
//! ├── email.html  email.txt  <report>-<period>.xlsx
//! ├── charts/<chart>.png  charts/<chart>.svg  tables/<table>.csv
//! └── edition.json        written last: without it there is no edition
//! ```
//!
//! Same content, same edition: nothing new is made. Changed content makes the next revision, which never
//! leaves by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::build::Built;
use super::fingerprint::{Fingerprint, sha256};
use super::outcome::Made;
use super::{Context, Failure, Options, Recorder, bindings, freshness, standing};
use crate::calendar;
use crate::disclosure::{self, Cleared};
use crate::engine::{Bindings, TableName};
use crate::ledger::Step;
use crate::project::{PeriodKind, Pipeline, Report};
use crate::report::{self, Document, Facts, RowFacts, SourceFact};
use crate::store::Created;

/// Which period a run is about, and what was known.
#[derive(Debug, Clone)]
pub(super) struct Period {
    /// The period.
    pub(super) of: calendar::Period,
    /// The end of the day up to which landings are known; everything when `None`.
    pub(super) as_of: Option<DateTime<Utc>>,
    /// The day of what is known.
    as_of_day: NaiveDate,
    /// Whether it is another period than the newest complete one.
    other: bool,
}

impl Period {
    /// The period that `options` ask for, or the newest complete one of the kind of the pipeline's reports.
    pub(super) fn chosen(context: &Context, pipeline: &Pipeline, options: &Options) -> Result<Self, Failure> {
        let today = options.as_of.unwrap_or_else(|| context.clock().today());
        let kinds: Vec<PeriodKind> = pipeline
            .file
            .reports
            .iter()
            .filter_map(|name| context.project().reports.get(name.get_ref()))
            .map(|report| report.file.period)
            .collect();
        let usual = latest(kinds.first().copied().unwrap_or(PeriodKind::AcademicYear), today);
        let period = match &options.period {
            Some(text) if !kinds.is_empty() => {
                calendar::Period::parse(text, usual).map_err(|error| Failure::Usage(error.to_string()))?
            }
            _ => usual,
        };
        if period.start() > today {
            return Err(Failure::Usage(format!("the period {} has not begun", period.label())));
        }
        let as_of = options.as_of.map(|day| end_of_day(context, day)).transpose()?;
        Ok(Self { of: period, as_of, as_of_day: today, other: period != usual })
    }

    /// Whether it goes into an edition only and never replaces published tables.
    pub(super) fn is_special(&self) -> bool {
        self.other || self.as_of.is_some()
    }

    /// The day that a stock is counted on: the period's end, or what is known if that is earlier.
    pub(super) fn as_at(&self) -> NaiveDate {
        self.of.end().min(self.as_of_day)
    }

    /// What `$names` in queries are bound to.
    pub(super) fn bindings(&self, context: &Context) -> Bindings {
        bindings::of(context.project(), self.of, self.as_at(), self.as_of_day)
    }
}

/// The newest complete period of a kind.
fn latest(kind: PeriodKind, today: NaiveDate) -> calendar::Period {
    use chrono::Datelike;
    match kind {
        PeriodKind::AcademicYear => calendar::Period::academic_year_of(today),
        PeriodKind::FinancialYear => calendar::Period::financial_year_of(today),
        PeriodKind::Month => calendar::Period::Month(today.year(), today.month()),
    }
    .previous()
}

/// The last moment of a day in council time.
fn end_of_day(context: &Context, day: NaiveDate) -> Result<DateTime<Utc>, Failure> {
    let next = day.succ_opt().ok_or_else(|| Failure::Usage(format!("`{day}` is no day of this calendar")))?;
    let midnight = calendar::Clock::fixed(next.and_time(NaiveTime::MIN), context.clock().zone()).now();
    Ok(midnight - chrono::Duration::microseconds(1))
}

/// `edition.json`: what an edition is and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edition {
    /// Its name: report, period and revision.
    pub(super) id: String,
    /// The report.
    pub(super) report: String,
    /// The period, as `ay2018-19`.
    pub(super) period: String,
    /// Whose rows it holds, for a report that is split by a key; `None` for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// 1 for the first.
    pub(super) revision: u32,
    /// The title, for subjects and lists.
    pub(super) title: String,
    /// Names the content: tables, templates, commentary, period and parameters.
    pub(super) fingerprint: String,
    /// When it was made; the date of its messages.
    pub(super) made: DateTime<Utc>,
    /// The run that made it.
    pub(super) run: String,
    /// The commit that it was built on.
    pub(super) commit: Option<u64>,
    /// The content of each model shown.
    pub(super) models: BTreeMap<String, String>,
    /// sha256 of each file, by its name within the edition.
    pub(super) files: BTreeMap<String, String>,
    /// Pictures of the email: content id and file.
    pub(super) images: BTreeMap<String, String>,
    /// Files that go with the email.
    pub(super) attachments: Vec<String>,
}

impl Edition {
    /// The folder of the edition in the store.
    pub(super) fn folder(&self) -> String {
        folder(&self.report, &self.period, &self.id)
    }

    /// One of its files, its sha256 checked.
    pub(super) fn read(&self, context: &Context, file: &str) -> Result<Vec<u8>, Failure> {
        let name = format!("{}/{file}", self.folder());
        let bytes = context.store().objects().read(&name)?;
        let damaged =
            |what: &str| crate::store::StoreError::Corrupt { name: name.clone(), what: what.to_owned() };
        let bytes = bytes.ok_or_else(|| damaged("it is not there"))?;
        if self.files.get(file).is_none_or(|wanted| *wanted != sha256(&bytes)) {
            return Err(damaged("its sha256 is not the one in edition.json").into());
        }
        Ok(bytes)
    }
}

fn folder(report: &str, period: &str, id: &str) -> String {
    format!("editions/{report}/{period}/{id}")
}

/// The editions of a report, by period and revision; of one period when given.
pub(super) fn all(context: &Context, report: &str, period: Option<&str>) -> Result<Vec<Edition>, Failure> {
    let prefix =
        period.map_or_else(|| format!("editions/{report}"), |period| format!("editions/{report}/{period}"));
    let objects = context.store().objects();
    let mut found = Vec::new();
    for name in objects.list(&prefix)?.iter().filter(|name| name.ends_with("/edition.json")) {
        let Some(bytes) = objects.read(name)? else { continue };
        let edition: Edition = serde_json::from_slice(&bytes).map_err(|error| {
            crate::store::StoreError::Corrupt { name: name.clone(), what: error.to_string() }
        })?;
        found.push(edition);
    }
    Ok(found)
}

/// The edition of a report for the period, made if its content is new.
pub(super) fn prepare(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    built: &Built,
    period: &Period,
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<Edition, Failure> {
    let commentary = commentary(context, report, period)?;
    let models = models_shown(report, built)?;
    let fingerprint = content(context, report, period, &models, &commentary);
    let earlier = all(context, &report.name, Some(&period.of.to_string()))?;
    if let Some(same) = earlier.iter().rfind(|edition| edition.fingerprint == fingerprint) {
        made.unchanged.push(same.id.clone());
        return Ok(same.clone());
    }
    let ages = freshness::of(context, pipeline, report, inputs(built), period.as_of)?;
    hold_if_stale(report, &ages)?;
    check(pipeline, report, built)?;
    let revision = earlier.iter().map(|edition| edition.revision).max().unwrap_or(0) + 1;
    let id = format!("{}-{}-r{revision}", report.name, period.of);
    let cleared = clear(context, pipeline, report, built, record)?;
    let run = record.id()?;
    let workbook = format!("{}-{}.xlsx", report.name.replace('_', "-"), period.of);
    let facts = Facts {
        earlier: before(context, report, period, &earlier)?,
        ..facts(context, period, &id, &run, &ages, commentary, &workbook)?
    };
    let document = report::build(report, &cleared, &facts).map_err(|error| unrendered(report, &error))?;
    let rendered = render(report, workbook, &document)?;

    let folder = folder(&report.name, &period.of.to_string(), &id);
    let mut files = BTreeMap::new();
    for (name, bytes) in &rendered.files {
        context.store().objects().replace(&format!("{folder}/{name}"), bytes)?;
        files.insert(name.clone(), sha256(bytes));
    }
    let edition = Edition {
        id: id.clone(),
        report: report.name.clone(),
        period: period.of.to_string(),
        version: None,
        revision,
        title: format!("{} {}", report.file.title, period.of.label()),
        fingerprint,
        made: context.clock().now(),
        run,
        commit: built.base,
        models,
        files: files.clone(),
        images: rendered.images,
        attachments: rendered.attachments,
    };
    let json = serde_json::to_vec_pretty(&edition).map_err(|error| Failure::Bug(error.to_string()))?;
    if context.store().objects().create(&format!("{folder}/edition.json"), &json)? == Created::Exists {
        return Err(Failure::Gate(format!("another run made edition `{id}` meanwhile: run again")));
    }
    record.note(Step::Edition { edition: id.clone(), files })?;
    if revision > 1 {
        made.notes.push(format!(
            "{id}: the figures changed since revision {}; it waits for `sufficiency report correct {1} --by YOUR-NAME \
             --reason WHY` (to those who have the old one) or `sufficiency report send {1}`",
            revision - 1,
            report.name
        ));
    }
    made.editions.push(id);
    Ok(edition)
}

/// The edition before: the newest revision of the period, or of the last period that has one.
fn before(
    context: &Context,
    report: &Report,
    period: &Period,
    same: &[Edition],
) -> Result<Option<report::Earlier>, Failure> {
    let this = period.of.to_string();
    let mut candidates = same.to_vec();
    if candidates.is_empty() {
        candidates = all(context, &report.name, None)?;
        candidates.retain(|edition| edition.period < this);
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
    Ok(Some(report::Earlier { same_period: edition.period == this, edition: edition.id, tables }))
}

/// The tables of other pipelines that were read.
fn inputs(built: &Built) -> impl Iterator<Item = TableName> + '_ {
    built.inputs().filter_map(|name| TableName::parse(name))
}

fn hold_if_stale(report: &Report, ages: &[freshness::Freshness]) -> Result<(), Failure> {
    let stale: Vec<String> = ages
        .iter()
        .filter(|age| age.gate && age.is_stale())
        .map(|age| {
            let greatest = age.max_age_days.unwrap_or_default();
            format!("`{}` is {} days old, at most {greatest} are allowed", age.table, age.age_days)
        })
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure::Gate(format!(
        "the report `{}` is held: {}\nno edition was made and nothing was sent; bring the source up to date and run again",
        report.name,
        stale.join("; ")
    )))
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

/// The content of every model that a report shows.
fn models_shown(report: &Report, built: &Built) -> Result<BTreeMap<String, String>, Failure> {
    report
        .file
        .tables
        .values()
        .map(|table| {
            let model = table.model.get_ref();
            let fingerprint = built.fingerprints.get(model).ok_or_else(|| {
                Failure::Usage(format!(
                    "the report `{}` shows `{model}`, which its pipeline does not make",
                    report.name
                ))
            })?;
            Ok((model.clone(), fingerprint.clone()))
        })
        .collect()
}

fn content(
    context: &Context,
    report: &Report,
    period: &Period,
    models: &BTreeMap<String, String>,
    commentary: &BTreeMap<String, String>,
) -> String {
    let mut fingerprint = Fingerprint::of("edition").with(report.source.text()).with(report.narrative.text());
    fingerprint.add(period.of.to_string());
    fingerprint.add(period.as_at().to_string());
    let council = &context.project().council;
    fingerprint.add(format!("{:?}", (&council.council, &council.parameters, &council.calendar)));
    for (name, part) in models.iter().chain(commentary) {
        fingerprint.add(name);
        fingerprint.add(part);
    }
    fingerprint.finish()
}

/// An officer's own words: `commentary/<report>/<period>/<name>.md`.
fn commentary(
    context: &Context,
    report: &Report,
    period: &Period,
) -> Result<BTreeMap<String, String>, Failure> {
    let root = &context.project().root;
    let folder = root.join("commentary").join(&report.name).join(period.of.to_string());
    let mut found = BTreeMap::new();
    for path in crate::diagnostic::SourceFile::list(root, &folder, "md")? {
        let source = crate::diagnostic::SourceFile::read(root, &path)?;
        found.insert(source.stem(), source.text().to_owned());
    }
    Ok(found)
}

/// Every model that the report shows, through the disclosure gate.
fn clear(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    built: &Built,
    record: &mut Recorder<'_>,
) -> Result<BTreeMap<String, Cleared>, Failure> {
    let parameters = &context.project().council.parameters;
    let limits = disclosure::Limits {
        threshold: parameters.suppression_threshold,
        percentage_floor: parameters.percentage_floor,
    };
    let mut cleared = BTreeMap::new();
    for table in report.file.tables.values() {
        let name = table.model.get_ref();
        if cleared.contains_key(name) {
            continue;
        }
        let (Some(model), Some(rows)) = (pipeline.models.get(name), built.rows(name)) else {
            return Err(Failure::Bug(format!("`{name}` was not built")));
        };
        let passed = disclosure::clear(&rows.batches, model, &limits)
            .map_err(|error| Failure::Disclosure(format!("`{name}` may not leave: {error}")))?;
        let hidden = u64::try_from(passed.hidden().total()).unwrap_or(u64::MAX);
        record.note(Step::Cleared { table: format!("{}.{name}", pipeline.name), hidden })?;
        cleared.insert(name.clone(), passed);
    }
    Ok(cleared)
}

fn facts(
    context: &Context,
    period: &Period,
    edition: &str,
    run: &str,
    ages: &[freshness::Freshness],
    commentary: BTreeMap<String, String>,
    workbook: &str,
) -> Result<Facts, Failure> {
    let project = context.project();
    let council = &project.council.council;
    let parameters = &project.council.parameters;
    let mut rows = RowFacts::default();
    let mut sources = Vec::new();
    for age in ages {
        let newest = age.received.with_timezone(&context.clock().zone()).date_naive();
        let of = |pipelines: &BTreeMap<String, Pipeline>| {
            let definition = pipelines.get(&age.table.pipeline)?.sources.get(&age.table.table)?;
            Some(definition.file.disposition)
        };
        let landings = context.store().landings(&age.table.pipeline, &age.table.table, period.as_of)?;
        let standing = of(&project.pipelines).map(|disposition| standing::standing(&landings, disposition));
        let standing = standing.unwrap_or_default();
        let counts = standing::counts(&standing);
        rows.read += counts.read;
        rows.published += counts.published;
        rows.quarantined += counts.quarantined;
        rows.duplicates += counts.duplicates;
        sources.push(SourceFact {
            table: age.table.to_string(),
            label: age.table.table.replace('_', " "),
            newest,
            age_days: age.age_days,
            max_age_days: age.max_age_days,
            quality: standing::quality(&standing),
        });
    }
    let mail = project.settings.mail.as_ref();
    Ok(Facts {
        council: council.name.clone(),
        service: council.service.clone(),
        marking: council.marking.clone(),
        period: period.of,
        as_at: period.as_at(),
        as_of: period.as_of.unwrap_or_else(|| context.clock().now()).with_timezone(&context.clock().zone()),
        edition: edition.to_owned(),
        run: run.to_owned(),
        reply_to: mail.map(|mail| address(mail.reply_to.as_ref().unwrap_or(&mail.from))).unwrap_or_default(),
        sources,
        rows,
        threshold: parameters.suppression_threshold,
        earlier: None,
        attachments: vec![format!("{workbook}: every table, with its definitions and notes")],
        parameters: vec![
            (
                "Counts hidden".to_owned(),
                format!("1 to {}", parameters.suppression_threshold.saturating_sub(1)),
            ),
            ("Least denominator of a percentage".to_owned(), parameters.percentage_floor.to_string()),
            ("Full-time equivalent".to_owned(), format!("{} sessions a week", parameters.fte_sessions)),
            ("School days in a year".to_owned(), parameters.school_days.to_string()),
            ("Target occupancy".to_owned(), format!("{:.0}%", parameters.target_occupancy * 100.0)),
            ("Place value".to_owned(), format!("£{}", parameters.place_value)),
            (
                "Home education after an exclusion or suspension".to_owned(),
                format!("within {} days", parameters.home_education_window),
            ),
            (
                "Long part-time timetable".to_owned(),
                format!("more than {} weeks", parameters.part_time_weeks),
            ),
        ],
        commentary,
    })
}

/// The address of `Name <address>`.
fn address(written: &str) -> String {
    let address = written.rsplit_once('<').map_or(written, |(_, rest)| rest);
    address.trim().trim_end_matches('>').to_owned()
}

fn unrendered(report: &Report, error: &report::ReportError) -> Failure {
    Failure::Render(format!("`{}` cannot be rendered: {error}", report.name))
}

/// The files of an edition, rendered.
struct Rendered {
    files: BTreeMap<String, Vec<u8>>,
    images: BTreeMap<String, String>,
    attachments: Vec<String>,
}

fn render(report: &Report, workbook: String, document: &Document) -> Result<Rendered, Failure> {
    let failed = |error: report::ReportError| unrendered(report, &error);
    let mut files = BTreeMap::new();
    let mut images = BTreeMap::new();
    files.insert("email.html".to_owned(), report::html(document).into_bytes());
    files.insert("email.txt".to_owned(), report::text(document).into_bytes());
    for image in report::images(document).map_err(failed)? {
        let file = format!("charts/{}.png", image.name);
        files.insert(format!("charts/{}.svg", image.name), image.svg.into_bytes());
        files.insert(file.clone(), image.png);
        images.insert(image.cid, file);
    }
    for table in &document.tables {
        files.insert(format!("tables/{}.csv", table.name), report::csv(table).into_bytes());
    }
    files.insert(workbook.clone(), report::workbook(document).map_err(failed)?);
    Ok(Rendered { files, images, attachments: vec![workbook] })
}
