//! Editions that wait: they would show what became of a few, or what a reader could work out, and only a person may let them go.

use crate::disclosure::DisclosureError;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::{self, Step, Waiting};
use crate::project::Report;
use crate::store::StoreError;
use crate::text::counted;

/// Why no edition was made.
#[derive(Debug)]
pub(super) enum Stopped {
    /// It waits for a person: said once, then for as long as it waits only in passing.
    Waits {
        /// What says so.
        failure: Failure,
        /// The period of the edition, and what names its content.
        what: (String, String),
        /// How many cells are in question.
        counts: usize,
    },
    /// Anything else.
    Failed(Failure),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Returns what a refusal of the gate comes to: a revision of this content that waits, or one that may not be.
pub(super) fn held(report: &Report, (period, digest): (&str, &str), error: DisclosureError) -> Stopped {
    let refused = Failure::new(Kind::Disclosure, format!("the report `{}` may not be sent", report.name))
        .kept(Kept::LastEditions);
    let DisclosureError::Moved { counts } = error else { return Stopped::Failed(refused.because(error)) };
    let what =
        format!("a revision of `{}` for {period} is held: it would show what became of a few", report.name);
    let failure = Failure::new(Kind::Disclosure, what).kept(Kept::LastEditions).because(error).help(format!(
        "it waits until more has changed or the next period is reported; `sufficiency report release {} {period} --by \
         YOUR-NAME --reason WHY` lets exactly this content go at the next run",
        report.name
    ));
    Stopped::Waits { failure, what: (period.to_owned(), digest.to_owned()), counts }
}

/// Records what waits, and returns the failure that says so, or, where it was waiting by then and no person has decided, a
/// note: a run by schedule that ended with the same failure each night would soon be read by nobody.
pub(super) fn record(context: &Context, report: &Report, stopped: Stopped) -> Result<String, Failure> {
    let (failure, (period, content), counts) = match stopped {
        Stopped::Failed(failure) => return Err(failure),
        Stopped::Waits { failure, what, counts } => (failure, what, counts),
    };
    let objects = context.store().objects();
    let before = ledger::waiting(objects.as_ref(), &report.name, &period)?;
    let is_open = |of: &Waiting| -> Result<bool, Failure> {
        Ok(!ledger::is_released(objects.as_ref(), &report.name, &period, &of.content)?)
    };
    let before = match before {
        Some(before) if is_open(&before)? => Some(before),
        _ => None,
    };
    let held = context.clock().now();
    let since = before.as_ref().map_or(held, Waiting::since);
    let report = report.name.clone();
    let waiting = Waiting { report, period, content, counts, held, since: Some(since) };
    ledger::hold(objects.as_ref(), &waiting)?;
    if before.is_some() { Ok(says(context, &waiting)) } else { Err(failure) }
}

/// Says what waits, since when, and what lets it go.
fn says(context: &Context, waiting: &Waiting) -> String {
    let since = waiting.since().with_timezone(&context.clock().zone()).format("%Y-%m-%d %H:%M");
    let Waiting { report, period, counts, .. } = waiting;
    let counts = counted(*counts, "cell", "cells");
    format!(
        "{report} for {period} waits since {since}, held by disclosure control ({counts} in question); `sufficiency report \
         release {report} {period} --by YOUR-NAME --reason WHY` lets it go"
    )
}

/// Says what waits of a report, a line for each period.
///
/// # Errors
///
/// When the store cannot be read.
pub(crate) fn lines(context: &Context, report: &str) -> Result<Vec<String>, Failure> {
    let objects = context.store().objects();
    let mut lines = Vec::new();
    for period in ledger::periods_waiting(objects.as_ref(), report)? {
        let waiting = ledger::waiting(objects.as_ref(), report, &period)?;
        lines.extend(waiting.map(|waiting| says(context, &waiting)));
    }
    Ok(lines)
}

/// Records that nothing of a report and period waits any more.
pub(super) fn settle(context: &Context, report: &Report, period: &str) -> Result<(), Failure> {
    Ok(ledger::settle(context.store().objects().as_ref(), &report.name, period)?)
}

/// Returns whether a person has let this content go.
pub(super) fn is_released(
    context: &Context,
    report: &Report,
    (period, digest): (&str, &str),
) -> Result<bool, Failure> {
    Ok(ledger::is_released(context.store().objects().as_ref(), &report.name, period, digest)?)
}

/// Lets the edition that waits of a report go, in a person's name, on record; the next run makes it. Returns its period
/// and how many cells are in question.
///
/// # Errors
///
/// When nothing waits, or editions of several periods do and none is named.
pub(crate) fn release(
    context: &Context,
    report: &str,
    period: Option<&str>,
    (by, reason): (&str, &str),
) -> Result<(String, usize), Failure> {
    let report = context.report(report)?;
    let objects = context.store().objects();
    let periods = match period {
        Some(period) => vec![period.to_owned()],
        None => ledger::periods_waiting(objects.as_ref(), &report.name)?,
    };
    let [period] = periods.as_slice() else {
        let what = format!("expected the period of one edition of `{}` that waits", report.name);
        return Err(Failure::usage(what).kept(Kept::Everything).help(match periods.as_slice() {
            [] => "none waits".to_owned(),
            several => format!("these wait: {}", several.join(", ")),
        }));
    };
    let Some(of) = ledger::waiting(objects.as_ref(), &report.name, period)? else {
        let what = format!("no edition of `{}` for `{period}` waits", report.name);
        return Err(Failure::usage(what).kept(Kept::Everything).help(
            "an edition waits once a run has held it for disclosure control; `sufficiency history` shows what became of the last one",
        ));
    };
    let counts = of.counts;
    let mut job = Job::new(context, &report.name, "report release");
    let moved = if counts == 1 { "1 count".to_owned() } else { format!("{counts} counts") };
    job.note(Step::Accepted {
        source: format!("{} {period}", report.name),
        what: format!("{moved} that disclosure control holds may be shown: {by}, {reason}"),
    })?;
    let now = context.clock().now();
    let release = ledger::Release { of, by: by.to_owned(), reason: reason.to_owned(), when: now };
    let result = ledger::release(objects.as_ref(), &release).map(|_| ()).map_err(Failure::from);
    job.close(&result)?;
    result?;
    Ok((period.clone(), counts))
}
