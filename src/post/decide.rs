//! What a person decides about editions: to send one, to approve one, to send again what did not arrive, to correct
//! what is wrong.
//!
//! Each decision is a record with the person's name in it, kept before anything is sent; then what may leave is
//! sent. Nothing that was accepted is sent again, whatever is asked for.

use super::holders::{Holder, holders_of_earlier, screen_holders};
use super::letters::Letters;
use super::onward::onward;
use super::permit::AskAgain;
use super::send::{Addressed, Word};
use super::trouble::takes_its_place;
use super::{letters, owner, permit, send, status, trouble};
use crate::deliver::{
    self, Deliveries, Event, History, Outbox, Outcome, Receipt, Recipient, State, is_expired,
};
use crate::edition::again::{self, Asked};
use crate::edition::{self, Correction, Edition};
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::project::Report;

/// What came of a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Decided {
    /// The editions that it is about.
    pub editions: Vec<String>,
    /// Names the content of each of them.
    pub fingerprints: Vec<String>,
    /// Deliveries that the decision concerned.
    pub decided: usize,
    /// Messages that the other side took.
    pub delivered: usize,
}

/// Whose decision it is, and why.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// The person, as they wish to be named in the record.
    pub by: &'a str,
    /// Why, in a few words.
    pub reason: &'a str,
}

/// Sends an edition by hand to whoever has not had it. Nothing that is uncertain is sent again. Where a person is
/// named, what waits for approval goes too, if its time is not over.
///
/// # Errors
///
/// When there is no such edition, or it did not reach everybody.
pub fn send_edition(
    context: &Context,
    report: &str,
    which: Option<&str>,
    by: Option<&str>,
) -> Result<Decided, Failure> {
    send_by(context, report, which, &by.map_or(Word::Somebody, |name| Word::Person(name.to_owned())))
}

/// Does the same in a person's name with what nobody approved in time.
///
/// # Errors
///
/// When there is no such edition, or it did not reach everybody.
pub fn send_late(context: &Context, report: &str, which: Option<&str>, by: &str) -> Result<Decided, Failure> {
    send_by(context, report, which, &Word::Late(by.to_owned()))
}

/// Sends an edition on somebody's word.
fn send_by(context: &Context, report: &str, which: Option<&str>, word: &Word) -> Result<Decided, Failure> {
    decide(context, report, which, "report send", |job, report, editions| {
        ask_gates(job, report, editions, Asked::All)?;
        supersede(context, editions)?;
        let list = send::addressed(context, report, editions.to_vec())?;
        let decided = list.iter().map(|one| one.screened.recipients.len()).sum();
        let receipts = send::send_written(job, report, &list, word, &send::as_it_is)?;
        Ok((decided, receipts))
    })
}

/// Approves an edition, in a person's name, and sends it to those who waited for that.
///
/// # Errors
///
/// When nothing waits, a message is not the one that was planned, or it did not reach everybody.
pub fn approve(
    context: &Context,
    report: &str,
    which: Option<&str>,
    decision: Decision<'_>,
) -> Result<Decided, Failure> {
    decide(context, report, which, "report approve", |job, report, editions| {
        ask_gates(job, report, editions, Asked::All)?;
        let within = send::approve_within(report)?;
        let (decided, receipts) = release(job, report, editions, decision.by, |person, _, histories| {
            person.expire(histories, within, context.clock())?;
            for history in histories.iter().filter(|history| matches!(history.state(), State::Held { .. })) {
                person.message(history)?;
            }
            person.approve(histories, decision.reason, context.clock()).map_err(Failure::from)
        })?;
        if decided == 0 {
            // What came too late is a failure of the delivery; that nothing waited is one of the question.
            if receipts
                .iter()
                .any(|one| matches!(&one.state, State::Withdrawn { reason } if is_expired(reason)))
            {
                return Ok((0, receipts));
            }
            let state = receipts.first().map_or("not planned".to_owned(), |one| one.state.to_string());
            let failure =
                Failure::usage(format!("nothing of `{}` waits for approval ({state})", report.name));
            return Err(onward(context, report, editions)?
                .into_iter()
                .fold(failure, Failure::help)
                .at(&report.name)
                .kept(Kept::Unsent));
        }
        Ok((decided, receipts))
    })
}

/// What to send again.
#[derive(Debug, Clone, Copy)]
pub enum Again<'a> {
    /// What was refused, came back, or waits for its next attempt. Says who asks, where they say it.
    Failed(Decision<'a>),
    /// What may have been taken: a person has looked, or would rather have it there twice than not at all.
    Uncertain(Decision<'a>),
}

/// Sends again what did not arrive. A message that may be there already says so.
///
/// # Errors
///
/// When there is nothing to send again, or it did not reach everybody.
pub fn resend(
    context: &Context,
    report: &str,
    which: Option<&str>,
    again: Again<'_>,
) -> Result<Decided, Failure> {
    decide(context, report, which, "report resend", |job, report, editions| {
        ask_gates(job, report, editions, Asked::All)?;
        let (Again::Failed(decision) | Again::Uncertain(decision)) = again;
        let (decided, receipts) =
            release(job, report, editions, decision.by, |person, edition, histories| match again {
                Again::Failed(_) => {
                    person.release(histories, decision.reason, context.clock()).map_err(Failure::from)
                }
                Again::Uncertain(_) => reissue(context, report, edition, person, histories, decision),
            })?;
        // What may not leave, as to a list that nobody confirmed again, is a failure of the delivery and says why.
        let is_blocked = |one: &Receipt| matches!(one.state, State::Blocked { .. });
        if decided == 0 && receipts.iter().any(is_blocked) {
            return Ok((0, receipts));
        }
        if decided == 0 && receipts.iter().all(|receipt| receipt.already) {
            let what = match again {
                Again::Failed(_) => "failed",
                Again::Uncertain(_) => "uncertain",
            };
            let failure = Failure::usage(format!("nothing of `{}` is {what}", report.name));
            return Err(onward(context, report, editions)?
                .into_iter()
                .fold(failure, Failure::help)
                .at(&report.name)
                .kept(Kept::Unsent));
        }
        Ok((decided, receipts))
    })
}

/// Lets what is uncertain leave again, as a letter that says that it may be there twice.
fn reissue(
    context: &Context,
    report: &Report,
    edition: &Edition,
    person: &Outbox<'_>,
    histories: &mut [History],
    decision: Decision<'_>,
) -> Result<usize, Failure> {
    let mut decided = 0;
    let letters = Letters::of(context, report, edition)?;
    let owed = holders_of_earlier(context, edition)?;
    for history in histories {
        let (State::Tried(Outcome::Uncertain { .. }), Some(plan)) = (history.state(), history.plan()) else {
            continue;
        };
        let held = owed.iter().find(|held| held.has(&plan.recipient));
        let mut letter = match held {
            Some(held) => {
                letters.correcting(&plan.recipient, &held.edition, &held.words(context, reason_of(history)))
            }
            None => letters.to(&plan.recipient),
        };
        letter.say_first(
            "Possible duplicate",
            "This message may have reached you before: the mail server did not confirm the first one. If you have it \
             already, it is the same, and you can delete this one.",
        );
        let message = send::build(&letter, &letters::limits(context)?)?;
        let released = person.reissue(history, &message, decision.reason, context.clock());
        decided += usize::from(released?);
    }
    Ok(decided)
}

/// Finds why a delivery was first released: of a correction, what was wrong.
fn reason_of(history: &History) -> &str {
    let mut reasons = history.records().iter().filter_map(|record| match &record.event {
        Event::Approved { reason, .. } | Event::Released { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    reasons.next().unwrap_or_default()
}

/// Sends the newest revision of an edition to exactly those who have, or may have, an earlier one; it says what it
/// replaces and why.
///
/// # Errors
///
/// When there is no later revision, nobody has an earlier one, or it did not reach everybody.
pub fn correct(
    context: &Context,
    report: &str,
    which: Option<&str>,
    decision: Decision<'_>,
) -> Result<Decided, Failure> {
    decide(context, report, which, "report correct", |job, report, editions| {
        ask_gates(job, report, editions, Asked::AllButAge)?;
        let mut list = Vec::new();
        let mut holders = Vec::new();
        for edition in editions {
            let mut held = holders_of_earlier(context, edition)?;
            // What they have is right.
            held.retain(|holder| !holder.has_same_as(edition));
            if held.is_empty() {
                continue;
            }
            let screened = screen_holders(context, report, edition, &held)?;
            holders.extend(held);
            list.push(Addressed { edition: edition.clone(), screened, have: Vec::new() });
        }
        if holders.is_empty() {
            let what =
                format!("nobody has an earlier revision of {} that holds something else", named(editions));
            return Err(onward(context, report, editions)?
                .into_iter()
                .fold(Failure::usage(what), Failure::help)
                .at(&report.name)
                .kept(Kept::Unsent));
        }
        supersede(context, editions)?;
        keep_why(context, report, &list, &holders, decision)?;
        let write = |letters: &Letters, recipient: &Recipient| {
            let held = holders.iter().find(|held| held.is(recipient));
            match held {
                Some(held) => letters.correcting(
                    &recipient.address,
                    &held.edition,
                    &held.words(context, decision.reason),
                ),
                None => letters.to(&recipient.address),
            }
        };
        let word = Word::Correction(decision.by.to_owned(), decision.reason.to_owned());
        let receipts = send::send_written(job, report, &list, &word, &write)?;
        Ok((holders.len(), receipts))
    })
}

/// Keeps beside each edition that it is a correction and of what, once a letter that says so has passed its inspection.
fn keep_why(
    context: &Context,
    report: &Report,
    list: &[Addressed],
    holders: &[Holder],
    decision: Decision<'_>,
) -> Result<(), Failure> {
    let objects = context.store().objects();
    for Addressed { edition, .. } in list {
        // What readers have says why already.
        let known = Deliveries::of(objects.as_ref()).edition(&report.name, &edition.id)?;
        let was_taken = |event: &Event| matches!(event, Event::Tried(Outcome::Accepted { .. }));
        if known.iter().flat_map(History::records).any(|record| was_taken(&record.event)) {
            continue;
        }
        let own = || holders.iter().filter(|held| held.edition.version == edition.version);
        let Some(first) = own().next() else { continue };
        let words = first.words(context, decision.reason);
        let letter =
            Letters::of(context, report, edition)?.correcting(&first.address, &first.edition, &words);
        send::build(&letter, &letters::limits(context)?)?;
        let mut replaces: Vec<String> = own().map(|held| held.edition.id.clone()).collect();
        replaces.sort();
        replaces.dedup();
        let (reason, by) = (decision.reason.to_owned(), decision.by.to_owned());
        Correction { replaces, reason, by }.keep(context, edition)?;
    }
    Ok(())
}

/// Asks the gates of editions again: what was fresh and whole when they were made may be so no more.
fn ask_gates(job: &mut Job<'_>, report: &Report, editions: &[Edition], asked: Asked) -> Result<(), Failure> {
    editions.iter().try_for_each(|edition| again::ask(job, report, edition, asked))
}

/// Takes back what has not left of earlier revisions: this one takes their place.
pub(crate) fn supersede(context: &Context, editions: &[Edition]) -> Result<(), Failure> {
    let objects = context.store().objects();
    for edition in editions {
        let outbox = Outbox::new(objects.as_ref(), &edition.run);
        for old in edition::all(context, &edition.report, Some(&edition.period))? {
            if old.version == edition.version && old.issue() < edition.issue() {
                let mut histories = outbox.edition(&old.report, &old.id)?;
                outbox.withdraw(&mut histories, &takes_its_place(edition), context.clock())?;
            }
        }
    }
    Ok(())
}

/// Sends what may leave of an edition.
fn deliver_now(
    job: &mut Job<'_>,
    report: &Report,
    edition: &Edition,
    mut histories: Vec<History>,
) -> Result<Vec<Receipt>, Failure> {
    let context = job.context;
    let run = job.id()?;
    let objects = context.store().objects();
    let outbox = Outbox::new(objects.as_ref(), &run);
    let mut transport = send::transport(context)?;
    let permit = AskAgain::of(context, report);
    let receipts = deliver::deliver(&outbox, &mut histories, transport.as_mut(), &permit, context.clock())?;
    send::note(job, &edition.id, &receipts)?;
    Ok(receipts)
}

/// Lists editions by their names.
fn named(editions: &[Edition]) -> String {
    editions.iter().map(|edition| format!("`{}`", edition.id)).collect::<Vec<_>>().join(", ")
}

/// Lets what a person decides about go: of each edition what may, by what `act` decides about its deliveries. Returns how
/// many deliveries were decided about, and what became of all.
fn release(
    job: &mut Job<'_>,
    report: &Report,
    editions: &[Edition],
    by: &str,
    act: impl Fn(&Outbox<'_>, &Edition, &mut [History]) -> Result<usize, Failure>,
) -> Result<(usize, Vec<Receipt>), Failure> {
    let objects = job.context.store().objects();
    let person = Outbox::new(objects.as_ref(), by);
    let mut decided = 0;
    let mut receipts = Vec::new();
    for edition in editions {
        let mut histories = permit::apply(job.context, report, edition, &person)?;
        decided += act(&person, edition, &mut histories)?;
        receipts.extend(deliver_now(job, report, edition, histories)?);
    }
    Ok((decided, receipts))
}

/// Carries a decision about the editions that `which` means out under a record of its own, and notifies the owner where a
/// delivery failed.
fn decide(
    context: &Context,
    report: &str,
    which: Option<&str>,
    trigger: &str,
    act: impl FnOnce(&mut Job<'_>, &Report, &[Edition]) -> Result<(usize, Vec<Receipt>), Failure>,
) -> Result<Decided, Failure> {
    let editions = status::find(context, report, which)?;
    let report = context.report(report)?;
    let mut job = Job::new(context, &report.name, trigger);
    let (decided, failed) = match act(&mut job, report, &editions) {
        Ok((decided, receipts)) => {
            let ended =
                trouble::go_on(context, report, &receipts).and_then(|()| trouble::verdict(report, &receipts));
            (decided, ended.err())
        }
        Err(failure) => (0, Some(failure)),
    };
    let concerns = |failure: &&Failure| matches!(failure.kind(), Kind::Uncertain | Kind::Rejected);
    if let Some(failure) = failed.as_ref().filter(concerns) {
        owner::notify(&mut job, context.pipeline_of(report)?, failure)?;
    }
    let result = failed.map_or(Ok(()), Err);
    let made = job.close(&result);
    result?;
    let delivered = made?.delivered;
    Ok(Decided {
        editions: editions.iter().map(|edition| edition.id.clone()).collect(),
        fingerprints: editions.iter().map(|edition| edition.fingerprint.clone()).collect(),
        decided,
        delivered,
    })
}
