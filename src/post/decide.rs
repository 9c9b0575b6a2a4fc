//! What a person decides about editions: to send one, to approve one, to send again what did not arrive, to correct
//! what is wrong.
//!
//! Each decision is a record with the person's name in it, kept before anything is sent; then what may leave is
//! sent. Nothing that was accepted is sent again, whatever is asked for.

use super::letters::Letters;
use super::send::{Addressed, Word};
use super::{letters, owner, send, status};
use crate::deliver::{
    self, Address, Deliveries, Event, History, Outbox, Outcome, Receipt, Recipient, Refusal, Screened, State,
};
use crate::edition::again::{self, Asked};
use crate::edition::{self, Edition};
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
/// named, what waits for approval goes too.
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
    let word = by.map_or(Word::Somebody, |name| Word::Person(name.to_owned()));
    decide(context, report, which, "report send", |job, report, editions| {
        ask_gates(job, report, editions, Asked::All)?;
        supersede(context, editions)?;
        let list = send::addressed(context, report, editions.to_vec())?;
        let decided = list.iter().map(|one| one.screened.recipients.len()).sum();
        let receipts = send::send_written(job, report, &list, &word, &send::as_it_is)?;
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
        let (decided, receipts) = release(job, report, editions, decision.by, |person, _, histories| {
            for history in histories.iter().filter(|history| matches!(history.state(), State::Held { .. })) {
                person.message(history).map_err(send::outbox_failure)?;
            }
            person.approve(histories, decision.reason, context.clock()).map_err(send::outbox_failure)
        })?;
        if decided == 0 {
            let state =
                receipts.first().map_or("not planned: run its pipeline with `--send`".to_owned(), |one| {
                    one.state.to_string()
                });
            return Err(Failure::usage(format!("nothing of `{}` waits for approval ({state})", report.name))
                .kept(Kept::Unsent)
                .help(format!(
                    "`sufficiency report status {}` shows the state of each delivery",
                    report.name
                )));
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
                    person.release(histories, decision.reason, context.clock()).map_err(send::outbox_failure)
                }
                Again::Uncertain(_) => reissue(context, report, edition, person, histories, decision),
            })?;
        if decided == 0 && receipts.iter().all(|receipt| receipt.already) {
            let (what, other) = match again {
                Again::Failed(_) => {
                    ("failed", "what is uncertain is sent again with `--uncertain --by YOUR-NAME`")
                }
                Again::Uncertain(_) => ("uncertain", "what failed is sent again without `--uncertain`"),
            };
            return Err(Failure::usage(format!("nothing of `{}` is {what}", report.name))
                .kept(Kept::Unsent)
                .help(other));
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
        let held = owed.iter().find(|held| held.address.folded() == plan.recipient.folded());
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
        decided += usize::from(released.map_err(send::outbox_failure)?);
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
            let held = holders_of_earlier(context, edition)?;
            if held.is_empty() {
                continue;
            }
            let screened = screen_holders(context, report, edition, &held)?;
            holders.extend(held);
            list.push(Addressed { edition: edition.clone(), screened });
        }
        if holders.is_empty() {
            let what =
                format!("nobody has an earlier revision of {}: there is nothing to correct", named(editions));
            return Err(Failure::usage(what)
                .kept(Kept::Unsent)
                .help(format!("`sufficiency report send {}` sends it", report.name)));
        }
        supersede(context, editions)?;
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

/// Somebody who has, or may have, an earlier revision.
struct Holder {
    address: Address,
    role: String,
    /// The newest that they have.
    edition: Edition,
}

impl Holder {
    fn is(&self, recipient: &Recipient) -> bool {
        self.address == recipient.address && self.edition.version == recipient.version
    }

    /// Returns what the correction says first.
    fn words(&self, context: &Context, reason: &str) -> String {
        let made = self.edition.made.with_timezone(&context.clock().zone()).format("%-d %B %Y");
        format!(
            "This replaces the edition of {made} ({}), which you have. Please do not use that one any more. What was \
             wrong: {}",
            self.edition.id, reason
        )
    }
}

/// Finds those who have, or may have, an earlier revision of an edition, each with the newest that they have.
fn holders_of_earlier(context: &Context, edition: &Edition) -> Result<Vec<Holder>, Failure> {
    let objects = context.store().objects();
    let outbox = Deliveries::of(objects.as_ref());
    let mut earlier = edition::all(context, &edition.report, Some(&edition.period))?;
    earlier.retain(|other| other.version == edition.version && other.revision < edition.revision);
    earlier.sort_by_key(|other| std::cmp::Reverse(other.revision));
    let mut holders: Vec<Holder> = Vec::new();
    for old in earlier {
        for plan in outbox.holders(&old.report, &old.id).map_err(send::outbox_failure)? {
            if !holders.iter().any(|holder| holder.address.folded() == plan.recipient.folded()) {
                holders.push(Holder { address: plan.recipient, role: plan.role, edition: old.clone() });
            }
        }
    }
    Ok(holders)
}

/// Sorts those to whom a correction goes. It is owed to whoever has the wrong one, on the list or not. A domain that is no
/// longer allowed gets nothing all the same, and a role gets nothing that is for more trusted readers.
fn screen_holders(
    context: &Context,
    report: &Report,
    edition: &Edition,
    holders: &[Holder],
) -> Result<Screened, Failure> {
    let allowed = send::allow_list(context)?;
    let mut screened = Screened::default();
    for holder in holders {
        let written = holder.address.to_string();
        let distrusted = send::distrusted(context, report, edition, &holder.role, &holder.edition);
        match distrusted.map_or_else(|| allowed.admit(&written), Err) {
            Ok(address) => screened.recipients.push(Recipient {
                address,
                role: holder.role.clone(),
                version: holder.edition.version.clone(),
            }),
            Err(reason) => {
                screened.refusals.push(Refusal { written, role: holder.role.clone(), reason });
            }
        }
    }
    Ok(screened)
}

/// Asks the gates of editions again: what was fresh and whole when they were made may be so no more.
fn ask_gates(job: &mut Job<'_>, report: &Report, editions: &[Edition], asked: Asked) -> Result<(), Failure> {
    editions.iter().try_for_each(|edition| again::ask(job, report, edition, asked))
}

/// Takes back what has not left of earlier revisions: this one takes their place.
fn supersede(context: &Context, editions: &[Edition]) -> Result<(), Failure> {
    let objects = context.store().objects();
    for edition in editions {
        let outbox = Outbox::new(objects.as_ref(), &edition.run);
        for old in edition::all(context, &edition.report, Some(&edition.period))? {
            if old.version == edition.version && old.revision < edition.revision {
                let mut histories = outbox.edition(&old.report, &old.id).map_err(send::outbox_failure)?;
                outbox
                    .withdraw(&mut histories, &format!("`{}` takes its place", edition.id), context.clock())
                    .map_err(send::outbox_failure)?;
            }
        }
    }
    Ok(())
}

/// Reads the deliveries of an edition. What has not left for a recipient who is no longer allowed, or no longer on the list,
/// does not leave; a correction is owed to whoever has the wrong one.
fn may_go(
    context: &Context,
    report: &Report,
    edition: &Edition,
    outbox: &Outbox<'_>,
) -> Result<Vec<History>, Failure> {
    let mut histories = outbox.edition(&report.name, &edition.id).map_err(send::outbox_failure)?;
    let screened = send::recipients(context, report, Some(edition))?;
    let owed = holders_of_earlier(context, edition)?;
    let allowed = send::allow_list(context)?;
    for history in &mut histories {
        let Some(plan) = history.plan() else { continue };
        let written = plan.recipient.to_string();
        let holder = owed.iter().find(|holder| holder.address.folded() == plan.recipient.folded());
        let is_owed = holder.is_some();
        let known = holder.map_or(edition, |holder| &holder.edition);
        let distrusted = send::distrusted(context, report, edition, &plan.role, known);
        let refused = screened.refusals.iter().find(|refusal| refusal.written == written).cloned();
        let refused = match (distrusted.map_or_else(|| allowed.admit(&written), Err), refused) {
            (Err(reason), _) => Some(Refusal { written, role: plan.role.clone(), reason }),
            (Ok(_), refused) => refused.filter(|_| !is_owed),
        };
        let is_listed = screened.recipients.iter().any(|one| one.address.folded() == plan.recipient.folded());
        if let Some(refusal) = refused {
            *history = outbox
                .block(&report.name, &edition.id, &refusal, context.clock())
                .map_err(send::outbox_failure)?;
        } else if !is_listed && !is_owed {
            let gone = std::slice::from_mut(history);
            outbox
                .withdraw(gone, "no longer on the list of recipients", context.clock())
                .map_err(send::outbox_failure)?;
        }
    }
    Ok(histories)
}

/// Sends what may leave of an edition.
fn deliver_now(
    job: &mut Job<'_>,
    edition: &Edition,
    mut histories: Vec<History>,
) -> Result<Vec<Receipt>, Failure> {
    let context = job.context;
    let run = job.id()?;
    let objects = context.store().objects();
    let outbox = Outbox::new(objects.as_ref(), &run);
    let mut transport = send::transport(context)?;
    let receipts = deliver::deliver(&outbox, &mut histories, transport.as_mut(), context.clock())
        .map_err(send::outbox_failure)?;
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
        let mut histories = may_go(job.context, report, edition, &person)?;
        decided += act(&person, edition, &mut histories)?;
        receipts.extend(deliver_now(job, edition, histories)?);
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
        Ok((decided, receipts)) => (decided, send::verdict(report, &receipts).err()),
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
