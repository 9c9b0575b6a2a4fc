//! Editions that wait: they would show what became of a few, or what a reader could work out, and only a person may let them go.

use super::purpose::Purpose;
use crate::disclosure::DisclosureError;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::{self, Step, Waiting};
use crate::project::Report;

/// Records that a revision of this content waits, and returns the failure that says so.
pub(super) fn held(
    context: &Context,
    report: &Report,
    (period, digest): (&str, &str),
    error: DisclosureError,
    purpose: Purpose,
) -> Result<Failure, Failure> {
    let refused = Failure::new(Kind::Disclosure, format!("the report `{}` may not be sent", report.name))
        .kept(Kept::LastEditions);
    let DisclosureError::Moved { counts } = error else { return Ok(refused.because(error)) };
    let what =
        format!("a revision of `{}` for {period} is held: it would show what became of a few", report.name);
    let failure = Failure::new(Kind::Disclosure, what).kept(Kept::LastEditions).because(error);
    if purpose == Purpose::Draft {
        return Ok(failure.help("an edition would be held so too: its run says what a person can decide"));
    }
    record(context, report, (period, digest), counts)?;
    Ok(failure.help(format!(
        "it waits until more has changed or the next period is reported; `sufficiency report release {} {period} --by \
         YOUR-NAME --reason WHY` lets exactly this content go at the next run",
        report.name
    )))
}

/// Records that an edition of this content waits, with so many cells in question.
pub(super) fn record(
    context: &Context,
    report: &Report,
    (period, digest): (&str, &str),
    counts: usize,
) -> Result<(), Failure> {
    let waiting = Waiting {
        report: report.name.clone(),
        period: period.to_owned(),
        content: digest.to_owned(),
        counts,
        held: context.clock().now(),
    };
    Ok(ledger::hold(context.store().objects().as_ref(), &waiting)?)
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
