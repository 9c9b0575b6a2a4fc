use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::bindings;
use super::context::Context;
use super::failure::Failure;
use super::kept::Kept;
use super::kind::Kind;
use super::options::Options;
use crate::calendar::{self, Reported, Which};
use crate::diagnostic::Spanned;
use crate::engine::Bindings;
use crate::project::{PeriodKind, Pipeline};

/// Which period a run is about, and what was known.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    /// The period, whole or so far.
    pub(crate) reported: Reported,
    /// The end of the day up to which landings are known; everything when `None`.
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// The day of what is known.
    as_of_day: NaiveDate,
    /// Whether it is another one than the newest that has been closed.
    other: bool,
}

impl Period {
    /// Returns the period that `options` ask for, or that of the schedule which makes the reports that they name, or the
    /// newest closed one of the kind of the pipeline's reports.
    pub(crate) fn chosen(context: &Context, pipeline: &Pipeline, options: &Options) -> Result<Self, Failure> {
        let usual = Self::usual(context, pipeline, options)?;
        let scheduled = options.reports.iter().find_map(|report| pipeline.schedule_of(report));
        let scheduled = scheduled.and_then(|schedule| schedule.period.as_ref()).map(Spanned::get_ref);
        let asked = options.period.as_ref().or(scheduled).filter(|_| !pipeline.file.reports.is_empty());
        let Some(text) = asked else { return Ok(usual) };
        let today = usual.as_of_day;
        let which = Which::parse(text, usual.reported.of).map_err(|error| Failure::of(Kind::Usage, error))?;
        if let Which::Named(period) = which
            && !period.is_like(usual.reported.of)
        {
            return Err(of_another_kind(period, usual.reported.of));
        }
        let reported = Reported::chosen(which, usual.reported.of, today, ledger_close(context));
        if reported.of.start() > today {
            let what = format!("expected a period that has begun, found {}", reported.of.label());
            return Err(Failure::usage(what)
                .kept(Kept::Everything)
                .help(format!("the newest that is complete is `{}`", usual.reported)));
        }
        if reported.so_far.is_some_and(|last| last < reported.of.start()) {
            let what =
                format!("expected a period of which a whole month has passed, found {}", reported.of.label());
            return Err(Failure::usage(what)
                .kept(Kept::Everything)
                .help("write `--period running` for the one that holds the last whole month"));
        }
        Ok(Self { reported, other: reported != usual.reported, ..usual })
    }

    /// Returns the newest closed period of the kind of the pipeline's reports: the one that its published tables are of.
    pub(crate) fn usual(context: &Context, pipeline: &Pipeline, options: &Options) -> Result<Self, Failure> {
        let as_of_day = options.as_of.unwrap_or_else(|| context.clock().today());
        let mut reports =
            pipeline.file.reports.iter().filter_map(|name| context.project().reports.get(name.get_ref()));
        let kind = reports.next().map_or(PeriodKind::AcademicYear, |report| report.file.period);
        let reported = Reported::chosen(Which::LastFinished, kind.any(), as_of_day, ledger_close(context));
        let as_of = options.as_of.map(|day| end_of_day(context, day)).transpose()?;
        Ok(Self { reported, as_of, as_of_day, other: false })
    }

    /// Returns the period of something made before, as it is known at `as_of`, or now.
    pub(crate) fn made_before(context: &Context, reported: Reported, as_of: Option<DateTime<Utc>>) -> Self {
        let now = as_of.unwrap_or_else(|| context.clock().now());
        let as_of_day = now.with_timezone(&context.clock().zone()).date_naive();
        Self { reported, as_of, as_of_day, other: true }
    }

    /// Returns it as far as it is known: so far, to this day.
    pub(crate) fn known_to(self, last: NaiveDate) -> Self {
        Self { reported: Reported { so_far: Some(last), ..self.reported }, ..self }
    }

    /// Returns whether it goes into an edition only and never replaces published tables.
    pub(crate) fn is_special(&self) -> bool {
        self.other || self.as_of.is_some()
    }

    /// Returns the day that a stock is counted on: the last one that is reported of the period, or what is known if that is
    /// earlier.
    pub(crate) fn as_at(&self) -> NaiveDate {
        self.reported.so_far.unwrap_or_else(|| self.reported.of.end()).min(self.as_of_day)
    }

    /// Returns what `$names` in queries are bound to.
    pub(crate) fn bindings(&self, context: &Context) -> Bindings {
        bindings::of(context.project(), self.reported, self.as_at(), self.as_of_day)
    }
}

/// Returns the failure of a `period` that is of another kind than the reports of the pipeline are for: their tables hold no
/// row of it.
fn of_another_kind(period: calendar::Period, usual: calendar::Period) -> Failure {
    let (expected, example) = usual.kind();
    Failure::usage(format!("expected {expected}, found {} `{period}`", period.kind().0))
        .kept(Kept::Everything)
        .help(format!("the reports are for {expected}: write it as `{example}`"))
}

/// Returns the working day after its end on which a financial year is closed.
fn ledger_close(context: &Context) -> usize {
    usize::try_from(context.project().council.parameters.ledger_close_days).unwrap_or_default()
}

/// Returns the last moment of a day in council time.
fn end_of_day(context: &Context, day: NaiveDate) -> Result<DateTime<Utc>, Failure> {
    let next = day.succ_opt().ok_or_else(|| {
        Failure::usage(format!("expected a day that another one follows, found `{day}`"))
            .help("write a day of this century")
    })?;
    let midnight = calendar::Clock::fixed(next.and_time(NaiveTime::MIN), context.clock().zone()).now();
    Ok(midnight - chrono::Duration::microseconds(1))
}
