//! From what a pipeline's file says to its [`Timetable`], and every contradiction on the way.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Policy, Timetable, When};
use crate::calendar::{Span, Terms};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::project::{CatchUp, Overlap, Pipeline, Project, Schedule, Text};
use crate::schedule::{Cron, Rule, TextFault};

/// The year whose clock changes stand for all, when a schedule is looked over for times that they hit.
const SAMPLE_YEAR: i32 = 2027;

/// A run that starts later than this is no run of its occurrence any more.
const LONGEST_WINDOW: Span = Span::hours(31 * 24);

/// The schedules of a project in the order of their pipelines' names, in the council's zone and terms.
///
/// The faults hold warnings too: look at [`Diagnostics::has_errors`].
#[must_use]
pub fn read_project(project: &Project) -> (Vec<Timetable>, Diagnostics) {
    let seed = project.pipelines.get("reference").and_then(|reference| reference.seeds.get("term_dates"));
    let mut faults = Diagnostics::default();
    let terms = seed.and_then(|seed| faults.collect(Terms::read(seed))).unwrap_or_default();
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
    let mut follows: BTreeMap<&str, (&Text, &Arc<SourceFile>)> = BTreeMap::new();
    for pipeline in &pipelines {
        let Some(schedule) = &pipeline.file.schedule else { continue };
        list.extend(Timetable::read(&pipeline.name, &pipeline.source, schedule, zone, terms, &mut faults));
        if let Some(publisher) = &schedule.after {
            follows.insert(&pipeline.name, (publisher, &pipeline.source));
        }
    }
    for (name, (publisher, file)) in &follows {
        let known = pipelines.iter().map(|pipeline| pipeline.name.as_str());
        if !known.clone().any(|known| known == publisher.get_ref()) {
            let message = format!("no pipeline `{}`", publisher.get_ref());
            let help = did_you_mean(publisher.get_ref(), known);
            faults.push(Diagnostic::error(file, Some(publisher.span()), message).with_help(help));
        } else if comes_back(name, &follows) {
            let message = format!("`{name}` would start itself: its schedule follows its own publications");
            faults.push(Diagnostic::error(file, Some(publisher.span()), message));
        }
    }
    (list, faults)
}

/// Whether following what each follows leads from `name` back to it.
fn comes_back(name: &str, follows: &BTreeMap<&str, (&Text, &Arc<SourceFile>)>) -> bool {
    let mut at = name;
    for _ in 0..follows.len() {
        let Some((next, _)) = follows.get(at) else { return false };
        at = next.get_ref();
        if at == name {
            return true;
        }
    }
    false
}

impl Timetable {
    /// Reads the schedule that stands in `file`, the `pipeline.toml` of `pipeline`.
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
        let timetable = Self { pipeline: pipeline.to_owned(), zone, when: when?, policy: policy? };
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
            let help = "give them in `pipelines/reference/seeds/term_dates.csv`";
            return Err(Diagnostic::error(self.file, Some(text.span()), message).with_help(help.to_owned()));
        }
        Ok(When::Rule(rule, Arc::clone(self.terms)))
    }

    fn policy(&self) -> Result<Policy, Diagnostics> {
        let Schedule { after, catch_up, start_within, overlap, .. } = self.schedule;
        let mut faults = Diagnostics::default();
        let mut contradiction = |span, message: &str| {
            faults.push(Diagnostic::error(self.file, Some(span), message));
        };
        let value = |written: &Option<Spanned<CatchUp>>| written.as_ref().map(|value| *value.get_ref());
        if let (Some(CatchUp::None), Some(window)) = (value(catch_up), start_within) {
            contradiction(window.span(), "`catch_up = \"none\"` leaves nothing to start within a window");
        }
        if let (Some(CatchUp::None), Some(overlap)) = (value(catch_up), overlap)
            && *overlap.get_ref() == Overlap::Queue
        {
            contradiction(overlap.span(), "a run cannot wait its turn under `catch_up = \"none\"`");
        }
        if let (Some(catch_up), Some(_)) = (catch_up, after)
            && *catch_up.get_ref() != CatchUp::Latest
        {
            contradiction(
                catch_up.span(),
                "a publication stands in for those before it: only the latest can be followed",
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

    /// What is allowed and seldom meant.
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
