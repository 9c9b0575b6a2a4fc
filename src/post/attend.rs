//! One look at the mail, between runs: what is due to be tried again is tried, what nobody approved in time is taken
//! back, what came back is matched, and owners are notified. `tick` and `serve` do it after each pass over the schedules.

use super::due::Due;
use chrono::{DateTime, TimeDelta, Utc};

use super::{digest, letters, owner, send};
use crate::deliver::{
    self, Deliveries, DeliveryKey, History, Outbox, Outcome, Plan, Receipt, Refusal, RefusalReason, State,
};
use crate::edition;
use crate::job::{Context, Failure, Job, Kind};
use crate::ledger::Step;
use crate::project::Report;

/// For how long a delivery that another process has begun, or not yet decided on, is left to it: longer than any
/// attempt can take.
const ANOTHERS: TimeDelta = TimeDelta::minutes(30);

/// Looks at the mail once, and says how many messages were delivered. `due` is what the schedules have next.
///
/// # Errors
///
/// When a delivery failed for good or its end is not known, mail came back, or the store fails.
pub fn attend_mail(context: &Context, due: &[Due]) -> Result<usize, Failure> {
    if context.project().settings.mail.is_none() {
        return Ok(0);
    }
    let mut job = Job::new(context, "mail", "a look at the mail");
    let looked = look(&mut job);
    let digest = digest::send(&mut job, due);
    let failures = [("mail", looked), ("digest", digest)];
    let failures =
        failures.into_iter().filter_map(|(what, end)| end.err().map(|failure| (what.to_owned(), failure)));
    let result = Failure::worst_of(failures.collect()).map_or(Ok(()), Err);
    let made = job.close(&result);
    result?;
    made.map(|made| made.delivered)
}

/// Does everything but the digest.
fn look(job: &mut Job<'_>) -> Result<(), Failure> {
    let context = job.context;
    let mut failures = Vec::new();
    returned(job, &mut failures)?;
    let objects = context.store().objects();
    let open = Deliveries::of(objects.as_ref()).unsettled().map_err(send::outbox_failure)?;
    let report_and_edition = |history: &History| {
        history.plan().map(|plan| (plan.report.clone(), plan.edition.clone())).unwrap_or_default()
    };
    for edition in open.chunk_by(|one, next| report_and_edition(one) == report_and_edition(next)) {
        let Some((name, edition_id)) = edition.first().map(report_and_edition) else { continue };
        // What belongs to no report of the project any more is left alone.
        let report = context.project().reports.get(&name);
        let within = match report {
            Some(report) => send::approve_within(report)?,
            None if name == owner::NOTICES => TimeDelta::days(1),
            None => continue,
        };
        let now = context.clock().now();
        let mut due: Vec<History> =
            edition.iter().filter(|history| is_due(history, within, now)).cloned().collect();
        if due.is_empty() {
            continue;
        }
        let receipts = settle(job, report, &mut due, within)?;
        send::note(job, &edition_id, &receipts)?;
        if let Some(report) = report {
            notify(job, report, &receipts, &mut failures)?;
        }
    }
    Failure::worst_of(failures).map_or(Ok(()), Err)
}

/// Returns whether something is to be done about a delivery now.
fn is_due(history: &History, within: TimeDelta, now: DateTime<Utc>) -> bool {
    let age = history.since().map_or(TimeDelta::zero(), |since| now - since);
    match history.state() {
        State::Approved => true,
        State::Tried(Outcome::Deferred { later: not_before, .. }) => not_before <= now,
        State::Held { .. } => age > within,
        State::Begun | State::Planned => age > ANOTHERS,
        _ => false,
    }
}

/// Brings deliveries on: each as far as it comes by itself.
fn settle(
    job: &mut Job<'_>,
    report: Option<&Report>,
    due: &mut [History],
    within: TimeDelta,
) -> Result<Vec<Receipt>, Failure> {
    let context = job.context;
    let run = job.id()?;
    let objects = context.store().objects();
    let outbox = Outbox::new(objects.as_ref(), &run);
    let allowed = send::allow_list(context)?;
    for history in due.iter_mut() {
        let Some(plan) = history.plan().cloned() else { continue };
        let written = plan.recipient.to_string();
        let distrusted = report.map(|report| distrusted(context, report, &plan)).transpose()?.flatten();
        if let Err(reason) = distrusted.map_or_else(|| allowed.admit(&written), Err) {
            let refusal = Refusal { written, role: plan.role, reason };
            let blocked = outbox.block(&plan.report, &plan.edition, &refusal, context.clock());
            *history = blocked.map_err(send::outbox_failure)?;
        } else if matches!(history.state(), State::Planned) {
            let reason = "the run that planned it ended before it was decided whether it may leave";
            outbox.hold(history, reason, context.clock()).map_err(send::outbox_failure)?;
        }
    }
    outbox.expire(due, within, context.clock()).map_err(send::outbox_failure)?;
    let mut transport = send::transport(context)?;
    deliver::deliver(&outbox, due, transport.as_mut(), context.clock()).map_err(send::outbox_failure)
}

/// Returns why what was planned may not go to its role, if that is trusted less than the edition's readers must be.
fn distrusted(context: &Context, report: &Report, plan: &Plan) -> Result<Option<RefusalReason>, Failure> {
    let editions = edition::all(context, &plan.report, None)?;
    let planned = editions.iter().find(|edition| edition.id == plan.edition);
    Ok(planned.and_then(|edition| send::distrusted(context, report, edition, &plan.role, edition)))
}

/// Notifies a report's owner of what does not put itself right.
fn notify(
    job: &mut Job<'_>,
    report: &Report,
    receipts: &[Receipt],
    failures: &mut Vec<(String, Failure)>,
) -> Result<(), Failure> {
    let context = job.context;
    let Err(failure) = send::verdict(report, receipts) else { return Ok(()) };
    // What waits for its next attempt is on its way.
    if failure.kind() != Kind::Deferred {
        owner::notify(job, context.pipeline_of(report)?, &failure)?;
        failures.push((report.name.clone(), failure));
    }
    Ok(())
}

/// Matches what came back with what was sent.
fn returned(job: &mut Job<'_>, failures: &mut Vec<(String, Failure)>) -> Result<(), Failure> {
    let context = job.context;
    let Some(maildir) = &letters::mail(context)?.bounces else { return Ok(()) };
    let path = context.project().path(&maildir.path);
    let found = deliver::bounces(&path).map_err(|error| {
        Failure::usage("`[mail] bounces` cannot be read")
            .at("settings.toml")
            .help("a maildir has the folders `new` and `cur`")
            .because(error)
    })?;
    let objects = context.store().objects();
    for bounce in found {
        let Some((mut history, report)) = delivery(context, &bounce.key)? else { continue };
        if history.records().iter().any(|record| matches!(record.event, deliver::Event::Bounced { .. })) {
            continue;
        }
        let run = job.id()?;
        let outbox = Outbox::new(objects.as_ref(), &run);
        if !outbox.bounced(&mut history, &bounce.words, context.clock()).map_err(send::outbox_failure)? {
            continue;
        }
        let edition = history.plan().map(|plan| plan.edition.clone()).unwrap_or_default();
        let receipt = Receipt { already: false, ..send::as_known(&history) };
        job.note(Step::Delivery {
            edition,
            recipient: receipt.recipient.clone(),
            state: receipt.state.to_string(),
        })?;
        if let Some(report) = report {
            notify(job, report, &[receipt], failures)?;
        }
    }
    Ok(())
}

/// Finds a delivery by its key, and its report where the project still has it.
fn delivery<'a>(
    context: &'a Context,
    key: &DeliveryKey,
) -> Result<Option<(History, Option<&'a Report>)>, Failure> {
    let objects = context.store().objects();
    let found = Deliveries::of(objects.as_ref()).find(key).map_err(send::outbox_failure)?;
    Ok(found.map(|history| {
        let name = history.plan().map(|plan| plan.report.clone()).unwrap_or_default();
        (history, context.project().reports.get(&name))
    }))
}
