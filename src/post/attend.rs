//! One look at the mail, between runs: what is due to be tried again is tried, what nobody approved in time is taken
//! back, what came back is matched, and owners are notified. `tick` and `serve` do it after each pass over the schedules.

use super::due::Due;
use chrono::TimeDelta;

use super::permit::AskAgain;
use super::{digest, letters, owner, quality, send, trouble};
use crate::deliver::{self, Bounce, Deliveries, History, Outbox, Outcome, Receipt, State};
use crate::diagnostic::Cause;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::Step;
use crate::project::Report;

/// For how long a delivery that was planned and not decided on is left to the process that planned it.
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
    let needed = quality::send(&mut job);
    let failures = [("mail", looked), ("digest", digest), ("data quality", needed)];
    let failures =
        failures.into_iter().filter_map(|(what, end)| end.err().map(|failure| (what.to_owned(), failure)));
    let result = Failure::worst_of(failures.collect()).map_or(Ok(()), Err);
    let made = job.close(&result);
    result?;
    made.map(|made| made.delivered)
}

/// Does everything but the digest. What goes wrong with one thing keeps nothing else from being looked at.
fn look(job: &mut Job<'_>) -> Result<(), Failure> {
    let context = job.context;
    let mut failures = Vec::new();
    if let Err(failure) = returned(job, &mut failures) {
        failures.push(("bounces".to_owned(), failure));
    }
    let objects = context.store().objects();
    let open = Deliveries::of(objects.as_ref()).unsettled()?;
    for edition in open.chunk_by(|one, next| one.edition() == next.edition()) {
        if context.stop().is_now() {
            break;
        }
        let Some((name, edition_id)) = edition.first().and_then(History::edition) else { continue };
        if let Err(failure) = bring_on(job, (name, edition_id), edition, &mut failures) {
            failures.push((edition_id.to_owned(), failure));
        }
    }
    Failure::worst_of(failures).map_or(Ok(()), Err)
}

/// Does what is due for the deliveries of one edition.
fn bring_on(
    job: &mut Job<'_>,
    (name, edition_id): (&str, &str),
    open: &[History],
    failures: &mut Vec<(String, Failure)>,
) -> Result<(), Failure> {
    let context = job.context;
    // What belongs to no report of the project any more is left alone.
    let report = context.project().reports.get(name);
    let within = match report {
        Some(report) => send::approve_within(report)?,
        None if name == owner::NOTICES => TimeDelta::days(1),
        None => return Ok(()),
    };
    if let Some(report) = report {
        notify_of_damage(job, report, open, failures)?;
    }
    let mut due = Vec::new();
    for history in open {
        if is_due(context, history, within)? {
            due.push(history.clone());
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let receipts = settle(job, report, &mut due, within)?;
    send::note(job, edition_id, &receipts)?;
    report.map_or(Ok(()), |report| notify(job, report, &receipts, failures))
}

/// Notifies a report's owner of deliveries that are damaged, once a day: nothing else is done about them.
fn notify_of_damage(
    job: &mut Job<'_>,
    report: &Report,
    open: &[History],
    failures: &mut Vec<(String, Failure)>,
) -> Result<(), Failure> {
    let damaged: Vec<Receipt> =
        open.iter().filter(|history| history.is_damaged()).map(send::as_known).collect();
    if damaged.is_empty() {
        return Ok(());
    }
    let pipeline = job.context.pipeline_of(report)?;
    match trouble::verdict(report, &damaged) {
        Err(failure) if !owner::knows(job.context, pipeline, &failure)? => {
            owner::notify(job, pipeline, &failure)?;
            failures.push((report.name.clone(), failure));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Returns whether something is to be done about a delivery now.
fn is_due(context: &Context, history: &History, within: TimeDelta) -> Result<bool, Failure> {
    let now = context.clock().now();
    let age = history.since().map_or(TimeDelta::zero(), |since| now - since);
    Ok(match history.state() {
        State::Approved => true,
        State::Begun => {
            let objects = context.store().objects();
            !deliver::is_under_way(objects.as_ref(), history, context.clock().moment())?
        }
        State::Tried(Outcome::Deferred { later: not_before, .. }) => not_before <= now,
        State::Held { .. } => age > within,
        State::Planned => age > ANOTHERS,
        _ => false,
    })
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
    for history in due.iter_mut().filter(|history| matches!(history.state(), State::Planned)) {
        let reason = "the run that planned it ended before it was decided whether it may leave";
        outbox.hold(history, reason, context.clock())?;
    }
    outbox.expire(due, within, context.clock())?;
    let mut transport = send::transport(context)?;
    let permit = report.map_or_else(|| AskAgain::notices(context), |report| AskAgain::of(context, report));
    deliver::deliver(&outbox, due, transport.as_mut(), &permit, context.clock()).map_err(Failure::from)
}

/// Notifies a report's owner of what does not put itself right.
fn notify(
    job: &mut Job<'_>,
    report: &Report,
    receipts: &[Receipt],
    failures: &mut Vec<(String, Failure)>,
) -> Result<(), Failure> {
    let context = job.context;
    let Err(failure) = trouble::verdict(report, receipts) else { return Ok(()) };
    // What waits for its next attempt is on its way.
    if failure.kind() != Kind::Deferred {
        owner::notify(job, context.pipeline_of(report)?, &failure)?;
        failures.push((report.name.clone(), failure));
    }
    Ok(())
}

/// Matches what came back with what was sent. What cannot be read is a failure of its own, after all else was matched.
fn returned(job: &mut Job<'_>, failures: &mut Vec<(String, Failure)>) -> Result<(), Failure> {
    let context = job.context;
    let Some(maildir) = &letters::mail(context)?.bounces else { return Ok(()) };
    let found = deliver::bounces(&context.project().path(&maildir.path));
    let objects = context.store().objects();
    let keys = found.bounces.iter().map(|bounce| bounce.key.clone()).collect();
    let mut known = Deliveries::of(objects.as_ref()).find(&keys)?;
    for bounce in &found.bounces {
        if let Some(history) = known.get_mut(&bounce.key)
            && let Err(failure) = came_back(job, history, bounce, failures)
        {
            failures.push(("bounces".to_owned(), failure));
        }
    }
    let unread = Failure::usage("`[mail] bounces` cannot be read whole").at("settings.toml");
    let unread =
        found.unreadable.iter().fold(unread, |failure, error| failure.note(Cause::of(error).to_string()));
    if found.unreadable.is_empty() {
        return Ok(());
    }
    Err(unread
        .help("a maildir has the folders `new` and `cur`, and this program may read every file in them"))
}

/// Keeps what a bounce says of a delivery, and notifies the owner of it.
fn came_back(
    job: &mut Job<'_>,
    history: &mut History,
    bounce: &Bounce,
    failures: &mut Vec<(String, Failure)>,
) -> Result<(), Failure> {
    let context = job.context;
    let objects = context.store().objects();
    // Most of a maildir is known: only what is new begins a record.
    if !bounce.is_new_to(history) {
        return Ok(());
    }
    let run = job.id()?;
    let outbox = Outbox::new(objects.as_ref(), &run);
    if !outbox.bounced(history, bounce, context.clock())? {
        return Ok(());
    }
    let receipt = Receipt { already: false, ..send::as_known(history) };
    let is_of_member = !matches!(receipt.state, State::Bounced { .. });
    let state = if is_of_member {
        "bounced behind it: ".to_owned() + &bounce.words
    } else {
        receipt.state.to_string()
    };
    let edition = history.edition().map(|(_, edition)| edition.to_owned()).unwrap_or_default();
    job.note(Step::Delivery { edition, recipient: receipt.recipient.clone(), state })?;
    let name = history.edition().map(|(report, _)| report.to_owned()).unwrap_or_default();
    let Some(report) = context.project().reports.get(&name) else { return Ok(()) };
    if !is_of_member {
        return notify(job, report, &[receipt], failures);
    }
    let failure = Failure::new(Kind::Rejected, format!("`{name}` came back from behind a mailbox"))
        .note(format!("{}: a mailbox behind it did not get it; the others are not touched", receipt.recipient))
        .kept(Kept::Messages)
        .help(format!(
            "`sufficiency report status {name}` names it and has the words: whoever keeps the list takes it out or \
             corrects it; nothing is sent again by itself"
        ));
    owner::notify(job, context.pipeline_of(report)?, &failure)?;
    failures.push((name, failure));
    Ok(())
}
