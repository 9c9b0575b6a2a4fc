//! From what a pipeline's file says to its [`Timetable`], and every contradiction on the way.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use url::Url;

use super::cron::Cron;
use super::rule::Rule;
use super::text_fault::TextFault;
use super::timetable::{Policy, Timetable, When};
use crate::calendar::{Period, Span, Terms, Which};
use crate::diagnostic::{Cause, Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::project::{CatchUp, Overlap, Pipeline, Project, Schedule, Text};

/// The year whose clock changes stand for all, when a schedule is looked over for times that they hit.
const SAMPLE_YEAR: i32 = 2027;

/// A run that starts later than this does not count for its occurrence any more.
const LONGEST_WINDOW: Span = Span::hours(31 * 24);

/// Reads the schedules of a project in the order of their pipelines' names, in the council's zone and terms.
///
/// The faults hold warnings too: look at [`Diagnostics::has_errors`].
#[must_use]
pub fn read_project(project: &Project) -> (Vec<Timetable>, Diagnostics) {
    let seeds = project.pipelines.get("reference").map(|reference| &reference.seeds);
    let seed = |name: &str| seeds.and_then(|seeds| seeds.get(name));
    let mut faults = Diagnostics::default();
    let mut terms = seed("term_dates").and_then(|seed| faults.collect(Terms::read(seed))).unwrap_or_default();
    for (name, add) in [
        ("bank_holidays", Terms::with_bank_holidays as fn(Terms, &Arc<SourceFile>) -> _),
        ("census_days", Terms::with_census_days),
    ] {
        if let Some(seed) = seed(name) {
            terms = faults.collect(add(terms.clone(), seed)).unwrap_or(terms);
        }
    }
    let (list, found) =
        read_all(project.pipelines.values(), project.council.council.timezone, &Arc::new(terms));
    faults.extend(found);
    (list, faults)
}

/// Reads the schedules of all pipelines, in the order given; those run by hand only have none.
///
/// The faults hold warnings too: look at [`Diagnostics::has_errors`].
#[must_use]
pub fn read_all<'a>(
    pipelines: impl IntoIterator<Item = &'a Pipeline>,
    zone: Tz,
    terms: &Arc<Terms>,
) -> (Vec<Timetable>, Diagnostics) {
    let pipelines: Vec<&Pipeline> = pipelines.into_iter().collect();
    let mut faults = Diagnostics::default();
    let mut list = Vec::new();
    let mut follows: Vec<(&str, &Text, &Arc<SourceFile>)> = Vec::new();
    for pipeline in &pipelines {
        let (name, file) = (&pipeline.name, &pipeline.source);
        let mut own: Vec<Timetable> = Vec::new();
        for schedule in &pipeline.file.schedule.0 {
            let read = Timetable::read(name, file, schedule, zone, terms, &mut faults);
            if let (Some(read), Some(text)) = (&read, schedule.written())
                && own.iter().any(|other| other.to_string() == read.to_string())
            {
                let message = format!("`{read}` is there twice: each occurrence would have two policies");
                faults.push(Diagnostic::error(file, Some(text.span()), message));
            }
            own.extend(read);
            if let Some(publisher) = &schedule.after {
                follows.push((name, publisher, file));
            }
        }
        list.append(&mut own);
    }
    for (name, publisher, file) in &follows {
        let known = pipelines.iter().map(|pipeline| pipeline.name.as_str());
        if !known.clone().any(|known| known == publisher.get_ref()) {
            let message = format!("no pipeline `{}`", publisher.get_ref());
            let help = did_you_mean(publisher.get_ref(), known);
            faults.push(Diagnostic::error(file, Some(publisher.span()), message).with_help(help));
        } else if comes_back(name, publisher.get_ref(), &follows) {
            let message = format!("`{name}` would start itself: its schedule follows its own publications");
            faults.push(Diagnostic::error(file, Some(publisher.span()), message));
        }
    }
    (list, faults)
}

/// Returns whether following what each follows leads from `publisher` to `name`.
fn comes_back(name: &str, publisher: &str, follows: &[(&str, &Text, &Arc<SourceFile>)]) -> bool {
    let mut reached: BTreeSet<&str> = BTreeSet::from([publisher]);
    let mut before = 0;
    while reached.len() > before {
        before = reached.len();
        for (follower, publisher, _) in follows {
            if reached.contains(follower) {
                reached.insert(publisher.get_ref());
            }
        }
    }
    reached.contains(name)
}

impl Timetable {
    /// Reads the schedule in `file`, the `pipeline.toml` of `pipeline`.
    ///
    /// Faults and warnings are added to `faults`; `None` when there was an error.
    pub fn read(
        pipeline: &str,
        file: &Arc<SourceFile>,
        schedule: &Schedule,
        zone: Tz,
        terms: &Arc<Terms>,
        faults: &mut Diagnostics,
    ) -> Option<Self> {
        let reading = Reading { file, schedule, terms };
        let when = faults.collect(reading.when());
        let policy = faults.collect(reading.policy());
        let heartbeat = faults.collect(reading.heartbeat());
        let period = faults.collect(reading.period());
        let timetable = Self {
            pipeline: pipeline.to_owned(),
            zone,
            when: when?,
            policy: policy?,
            purpose: schedule.purpose.clone(),
            period: period.flatten(),
            reports: schedule.reports.iter().map(|report| report.get_ref().clone()).collect(),
            heartbeat: heartbeat?,
        };
        reading.warn(&timetable, faults);
        Some(timetable)
    }
}

/// One schedule with what it takes to read it.
struct Reading<'a> {
    file: &'a Arc<SourceFile>,
    schedule: &'a Schedule,
    terms: &'a Arc<Terms>,
}

impl Reading<'_> {
    fn when(&self) -> Result<When, Diagnostics> {
        let Schedule { cron, rule, after, .. } = self.schedule;
        match (cron, rule, after) {
            (Some(text), None, None) => {
                Cron::parse(text.get_ref()).map(|cron| When::Cron(Box::new(cron))).map_err(|found| {
                    let mut faults = Diagnostics::default();
                    for fault in found {
                        faults.push(fault.error(self.file, text));
                    }
                    faults
                })
            }
            (None, Some(text), None) => self.rule(text).map_err(Diagnostics::from),
            (None, None, Some(text)) => Ok(When::After(text.get_ref().clone())),
            (None, None, None) => {
                let message = "the schedule has none of `cron`, `rule` and `after`";
                let help = "write `cron = \"0 5 * * MON-FRI\"`, or leave out `schedule` to run by hand only";
                Err(Diagnostic::error(self.file, None, message).with_help(help.to_owned()).into())
            }
            _ => {
                let second = rule.as_ref().filter(|_| cron.is_some()).or(after.as_ref());
                let message = "a schedule has one of `cron`, `rule` and `after`, this has more";
                Err(Diagnostic::error(self.file, second.map(Text::span), message).into())
            }
        }
    }

    fn rule(&self, text: &Text) -> Result<When, Diagnostic> {
        let rule = Rule::parse(text.get_ref()).map_err(|fault| fault.error(self.file, text))?;
        if rule.needs_terms() && self.terms.is_empty() {
            let message = "the rule keeps to term, and no term dates are known";
            let help = "list them in `pipelines/reference/seeds/term_dates.csv`";
            return Err(Diagnostic::error(self.file, Some(text.span()), message).with_help(help.to_owned()));
        }
        Ok(When::Rule(rule, Arc::clone(self.terms)))
    }

    /// Reads which period the reports are for.
    fn period(&self) -> Result<Option<String>, Diagnostic> {
        let Some(text) = &self.schedule.period else { return Ok(None) };
        // A bare pair of years takes the kind of the report; which one does not matter here.
        Which::parse(text.get_ref(), Period::AcademicYear(0)).map(|_| Some(text.get_ref().clone())).map_err(
            |_| {
                let message = format!("expected a period, found `{}`", text.get_ref());
                let help = did_you_mean(text.get_ref(), Which::WORDS).unwrap_or_else(|| {
                    "write `last_finished`, `running`, `running to august`, or a period such as `ay2024-25`".to_owned()
                });
                Diagnostic::error(self.file, Some(text.span()), message).with_help(help)
            },
        )
    }

    /// Reads the address of a monitor: encrypted, and without a password in it.
    fn heartbeat(&self) -> Result<Option<Url>, Diagnostic> {
        let Some(text) = &self.schedule.heartbeat else { return Ok(None) };
        let fault = |message: &str, help: &str| {
            Diagnostic::error(self.file, Some(text.span()), message).with_help(help.to_owned())
        };
        let url = Url::parse(text.get_ref()).map_err(|error| {
            fault("expected an address, found another text", "write it as `https://…`")
                .because(Cause::of(&error))
        })?;
        let own = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && own) {
            let help = "write `https://…`; `http://` is for a monitor on this machine only";
            return Err(fault("a heartbeat would cross the network in the clear", help));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault(
                "the address holds a password, and is under version control",
                "use the monitor's own secret address, without user and password",
            ));
        }
        Ok(Some(url))
    }

    fn policy(&self) -> Result<Policy, Diagnostics> {
        let Schedule { after, catch_up, start_within, overlap, .. } = self.schedule;
        let mut faults = Diagnostics::default();
        let mut contradiction = |span, message: &str| {
            faults.push(Diagnostic::error(self.file, Some(span), message));
        };
        let value = |written: &Option<Spanned<CatchUp>>| written.as_ref().map(|value| *value.get_ref());
        if let (Some(CatchUp::None), Some(window)) = (value(catch_up), start_within) {
            contradiction(window.span(), "`catch_up = \"none\"` has nothing to start within a window");
        }
        if let (Some(CatchUp::None), Some(overlap)) = (value(catch_up), overlap)
            && *overlap.get_ref() == Overlap::Queue
        {
            contradiction(overlap.span(), "a run cannot wait for another one under `catch_up = \"none\"`");
        }
        if let (Some(catch_up), Some(_)) = (catch_up, after)
            && *catch_up.get_ref() != CatchUp::Latest
        {
            contradiction(
                catch_up.span(),
                "a publication replaces those before it: only the latest can be followed",
            );
        }
        let window = match start_within {
            None => Some(Policy::START_WITHIN),
            Some(text) => match Span::parse(text.get_ref()) {
                Ok(window) if window.is_zero() => {
                    contradiction(text.span(), "a window of no time lets nothing start");
                    None
                }
                Ok(window) if window > LONGEST_WINDOW => {
                    contradiction(text.span(), &format!("the window is longer than {LONGEST_WINDOW}"));
                    None
                }
                Ok(window) => Some(window),
                Err(error) => {
                    contradiction(text.span(), &error.to_string());
                    None
                }
            },
        };
        let policy = Policy {
            catch_up: value(catch_up).unwrap_or_default(),
            start_within: window.unwrap_or(Policy::START_WITHIN),
            overlap: overlap.as_ref().map(|overlap| *overlap.get_ref()).unwrap_or_default(),
        };
        faults.or(policy)
    }

    /// Warns of what is allowed and seldom meant.
    fn warn(&self, timetable: &Timetable, faults: &mut Diagnostics) {
        let When::Cron(cron) = &timetable.when else { return };
        let Some(text) = &self.schedule.cron else { return };
        for lint in cron.lints() {
            faults.push(lint.warning(self.file, text));
        }
        let year =
            NaiveDate::from_ymd_opt(SAMPLE_YEAR, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
        if let Some(skipped) = cron.skipped_in(year, timetable.zone) {
            let message =
                format!("the clocks skip {skipped} once a year, and show the hour twice once a year");
            let help = "a time from 03:00 on comes once every day";
            let whole = 0..text.get_ref().len();
            faults.push(TextFault::new(whole, message).with_help(help.to_owned()).warning(self.file, text));
        }
    }
}
