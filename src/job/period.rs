use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::bindings;
use super::context::Context;
use super::failure::Failure;
use super::kept::Kept;
use super::kind::Kind;
use super::options::Options;
use crate::calendar;
use crate::engine::Bindings;
use crate::project::{PeriodKind, Pipeline};

/// Which period a run is about, and what was known.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    /// The period.
    pub(crate) of: calendar::Period,
    /// The end of the day up to which landings are known; everything when `None`.
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// The day of what is known.
    as_of_day: NaiveDate,
    /// Whether it is another period than the newest complete one.
    other: bool,
}

impl Period {
    /// Returns the period that `options` ask for, or the newest complete one of the kind of the pipeline's reports.
    pub(crate) fn chosen(context: &Context, pipeline: &Pipeline, options: &Options) -> Result<Self, Failure> {
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
                calendar::Period::parse(text, usual).map_err(|error| Failure::of(Kind::Usage, error))?
            }
            _ => usual,
        };
        if period.start() > today {
            let what = format!("expected a period that has begun, found {}", period.label());
            return Err(Failure::usage(what)
                .kept(Kept::Everything)
                .help(format!("the newest that is complete is `{usual}`")));
        }
        let as_of = options.as_of.map(|day| end_of_day(context, day)).transpose()?;
        Ok(Self { of: period, as_of, as_of_day: today, other: period != usual })
    }

    /// Returns the period of something made before, as it is known at `as_of`, or now.
    pub(crate) fn made_before(context: &Context, of: calendar::Period, as_of: Option<DateTime<Utc>>) -> Self {
        let now = as_of.unwrap_or_else(|| context.clock().now());
        let as_of_day = now.with_timezone(&context.clock().zone()).date_naive();
        Self { of, as_of, as_of_day, other: true }
    }

    /// Returns whether it goes into an edition only and never replaces published tables.
    pub(crate) fn is_special(&self) -> bool {
        self.other || self.as_of.is_some()
    }

    /// Returns the day that a stock is counted on: the period's end, or what is known if that is earlier.
    pub(crate) fn as_at(&self) -> NaiveDate {
        self.of.end().min(self.as_of_day)
    }

    /// Returns what `$names` in queries are bound to.
    pub(crate) fn bindings(&self, context: &Context) -> Bindings {
        bindings::of(context.project(), self.of, self.as_at(), self.as_of_day)
    }
}

/// Returns the newest complete period of a kind.
fn latest(kind: PeriodKind, today: NaiveDate) -> calendar::Period {
    use chrono::Datelike;
    match kind {
        PeriodKind::AcademicYear => calendar::Period::academic_year_of(today),
        PeriodKind::FinancialYear => calendar::Period::financial_year_of(today),
        PeriodKind::Month => calendar::Period::Month(today.year(), today.month()),
    }
    .previous()
}

/// Returns the last moment of a day in council time.
fn end_of_day(context: &Context, day: NaiveDate) -> Result<DateTime<Utc>, Failure> {
    let next = day
        .succ_opt()
        .ok_or_else(|| Failure::usage(format!("expected a day that another one follows, found `{day}`")))?;
    let midnight = calendar::Clock::fixed(next.and_time(NaiveTime::MIN), context.clock().zone()).now();
    Ok(midnight - chrono::Duration::microseconds(1))
}
