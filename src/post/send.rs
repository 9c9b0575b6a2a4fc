//! Editions to inboxes: recipients, safeguards, the outbox, the transport, and what came of it.

use chrono::TimeDelta;

use super::holders::holders_of_earlier;
use super::letters;
use super::letters::Letters;
use super::permit::AskAgain;
use super::readers::recipients;
use super::trouble::{UNLISTED, go_on, has_it, verdict};
use crate::calendar::Span;
use crate::deliver::{
    self, Deliveries, DeliveryKey, History, Letter, Outbox, Outcome, Planned, Receipt, Recipient, Screened,
    State, Transport, Verdict,
};
use crate::diagnostic::Diagnostic;
use crate::edition::{self, Edition};
use crate::inspect;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::Step;
use crate::project::Report;

/// One edition and those who are to get it.
#[derive(Debug)]
pub(crate) struct Addressed {
    pub(crate) edition: Edition,
    pub(crate) screened: Screened,
    /// Those of its readers who have an earlier revision that holds the same.
    pub(crate) have: Vec<Receipt>,
}

/// Who says that an edition goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// The report's own policy.
    Policy,
    /// A person who did not say who they are. What waits for approval goes on waiting.
    Somebody,
    /// A person, by name. That is an approval, if its time is not over.
    Person(String),
    /// A person, by name, of what nobody approved in time.
    Late(String),
    /// A person, by name, who corrects what readers have, and why.
    Correction(String, String),
}

impl Word {
    /// Returns who says it, where that is known, and why.
    fn person(&self) -> Option<(&str, &str)> {
        match self {
            Self::Policy | Self::Somebody => None,
            Self::Person(name) => Some((name, "a person sent it")),
            Self::Late(name) => Some((name, "a person sent it, though nobody approved it in time")),
            Self::Correction(name, reason) => Some((name, reason)),
        }
    }
}

/// How the letter to a recipient is made.
pub(crate) type Write<'a> = &'a dyn Fn(&Letters, &Recipient) -> Letter;

/// Writes the letter as it is.
pub(crate) fn as_it_is(letters: &Letters, recipient: &Recipient) -> Letter {
    letters.to(&recipient.address)
}

/// Returns each of `editions` with its report's mailboxes, sorted into those it may go to and those it may not. Whoever has
/// an earlier revision that holds the same gets nothing.
pub(crate) fn addressed(
    context: &Context,
    report: &Report,
    editions: Vec<Edition>,
) -> Result<Vec<Addressed>, Failure> {
    let mut list = Vec::with_capacity(editions.len());
    for edition in editions {
        if !edition.unwritten.is_empty() {
            return Err(unwritten(&edition));
        }
        let mut screened = recipients(context, report, Some(&edition))?;
        let holders = holders_of_earlier(context, &edition)?;
        let mut have = Vec::new();
        screened.recipients.retain(|one| {
            let same = holders.iter().find(|held| held.has(&one.address) && held.has_same_as(&edition));
            have.extend(same.map(|held| Receipt {
                recipient: one.address.to_string(),
                state: State::Tried(Outcome::Accepted { words: has_it(&held.edition) }),
                already: true,
            }));
            same.is_none()
        });
        list.push(Addressed { edition, screened, have });
    }
    Ok(list)
}

/// Returns the failure of an edition that waits for an officer's words, as its report says.
fn unwritten(edition: &Edition) -> Failure {
    let files: Vec<String> = edition
        .unwritten
        .iter()
        .map(|name| format!("`commentary/{}/{}/{name}.md`", edition.report, edition.period))
        .collect();
    Failure::new(Kind::Held, format!("`{}` waits for words that are not written", edition.id))
        .note(format!("not there: {}", files.join(", ")))
        .kept(Kept::Everything)
        .help("write them, run the pipeline again and send what it makes")
        .help("or say `unwritten = \"leave_out\"` in `report.toml`")
}

/// Opens the way by which mail leaves this project.
pub(crate) fn transport(context: &Context) -> Result<Box<dyn Transport>, Failure> {
    deliver::route(letters::mail(context)?, &context.project().root).map_err(|error| {
        let (place, help) = (error.place(), error.help());
        Failure::of(Kind::Credentials, error).at(place).kept(Kept::Unsent).help(help)
    })
}

/// Sends editions of one report to their recipients; whoever has one already gets nothing.
pub(crate) fn send(
    job: &mut Job<'_>,
    report: &Report,
    list: &[Addressed],
    word: &Word,
) -> Result<(), Failure> {
    let receipts = send_written(job, report, list, word, &as_it_is)?;
    go_on(job.context, report, &receipts)?;
    verdict(report, &receipts)
}

/// Does the same with letters written in a particular way; says what became of each delivery.
pub(crate) fn send_written(
    job: &mut Job<'_>,
    report: &Report,
    list: &[Addressed],
    word: &Word,
    write: Write<'_>,
) -> Result<Vec<Receipt>, Failure> {
    let context = job.context;
    let mut transport = transport(context)?;
    let all: Vec<Recipient> = list.iter().flat_map(|one| one.screened.recipients.clone()).collect();
    let changed = *word == Word::Policy && list.iter().any(|one| one.edition.revision > 1);
    let objects = context.store().objects();
    let verdicts = deliver::verdicts(
        &Deliveries::of(objects.as_ref()),
        &report.name,
        report.file.approval,
        changed,
        &all,
        transport.is_outbound(),
    )?;
    let mut verdicts = verdicts.into_iter();
    let mut receipts = Vec::new();
    for one in list {
        receipts.extend(one.have.iter().cloned());
        // Where all of them have it, there is nobody to plan for.
        if !one.have.is_empty() && one.screened.recipients.is_empty() && one.screened.refusals.is_empty() {
            continue;
        }
        if let Some(nobody) = without_mailbox(report, one) {
            receipts.push(nobody);
            continue;
        }
        let own: Vec<Verdict> = verdicts.by_ref().take(one.screened.recipients.len()).collect();
        let plan = PlanOne { context, report, one, word, write };
        let found = plan.deliver(job, own, transport.as_mut())?;
        note(job, &one.edition.id, &found)?;
        receipts.extend(found);
        if context.stop().is_now() {
            break;
        }
    }
    Ok(receipts)
}

/// Returns what is reported of a version that nobody gets: its rows are there, and no mailbox.
fn without_mailbox(report: &Report, one: &Addressed) -> Option<Receipt> {
    let (burst, version) = (report.file.burst.as_ref()?, one.edition.version.as_ref()?);
    let nobody = one.screened.recipients.is_empty() && one.screened.refusals.is_empty();
    let reason = format!("`{}` has no mailbox for `{version}`", burst.recipients.get_ref());
    let state = State::Blocked { reason };
    nobody.then(|| Receipt { recipient: one.edition.id.clone(), state, already: true })
}

/// The planning and sending of one edition.
struct PlanOne<'a> {
    context: &'a Context,
    report: &'a Report,
    one: &'a Addressed,
    word: &'a Word,
    write: Write<'a>,
}

impl PlanOne<'_> {
    /// Plans every delivery, keeps every refusal, and makes those that may leave.
    fn deliver(
        &self,
        job: &mut Job<'_>,
        verdicts: Vec<Verdict>,
        transport: &mut dyn Transport,
    ) -> Result<Vec<Receipt>, Failure> {
        let (context, edition) = (self.context, &self.one.edition);
        let objects = context.store().objects();
        let known = Deliveries::of(objects.as_ref()).edition(&self.report.name, &edition.id)?;
        if self.is_done(&known) {
            return Ok(known.iter().map(as_known).collect());
        }
        let is_new = |one: &Recipient| {
            let key = DeliveryKey::of(&edition.id, &one.address);
            !known.iter().any(|history| history.is_of(&key))
        };
        if self.one.screened.recipients.iter().any(is_new) {
            edition::lost(objects.as_ref(), edition, &known)?;
        }
        let run = job.id()?;
        let outbox = Outbox::new(objects.as_ref(), &run);
        let letters = Letters::of(context, self.report, edition)?;
        let mut histories = match self.word.person() {
            None => self.plan(&outbox, &letters, verdicts)?,
            Some((name, reason)) => {
                let person = Outbox::new(objects.as_ref(), name);
                let sent = Verdict::Send { reason: reason.to_owned() };
                let mut histories = self.plan(&person, &letters, vec![sent; verdicts.len()])?;
                let within = approve_within(self.report)?;
                person.expire(&mut histories, within, context.clock())?;
                let late = matches!(self.word, Word::Late(_) | Word::Correction(..));
                person.reinstate(&mut histories, reason, late, context.clock())?;
                histories
            }
        };
        for refusal in &self.one.screened.refusals {
            let history = outbox.block(&self.report.name, &edition.id, refusal, context.clock());
            histories.push(history?);
        }
        self.withdraw_unlisted(&outbox, known, &histories)?;
        outbox.expire(&mut histories, approve_within(self.report)?, context.clock())?;
        let permit = AskAgain::of(context, self.report);
        deliver::deliver(&outbox, &mut histories, transport, &permit, context.clock()).map_err(Failure::from)
    }

    /// Returns whether everybody has it, or is known to be refused.
    fn is_done(&self, known: &[History]) -> bool {
        let state = |written: &str| {
            let mut found = known.iter().filter(|history| history.recipient().as_deref() == Some(written));
            found.next().map(History::state)
        };
        let has = |recipient: &Recipient| {
            matches!(state(&recipient.address.to_string()), Some(State::Tried(Outcome::Accepted { .. })))
        };
        let screened = &self.one.screened;
        let blocked = screened.refusals.iter().all(|refusal| {
            let reason = refusal.reason.to_string();
            state(&refusal.written).is_some_and(|state| state == State::Blocked { reason })
        });
        !known.is_empty() && screened.recipients.iter().all(has) && blocked
    }

    fn plan(
        &self,
        outbox: &Outbox<'_>,
        letters: &Letters,
        verdicts: Vec<Verdict>,
    ) -> Result<Vec<History>, Failure> {
        let (context, edition) = (self.context, &self.one.edition);
        let limits = letters::limits(context)?;
        let mut histories = Vec::with_capacity(verdicts.len());
        for (recipient, verdict) in self.one.screened.recipients.iter().zip(verdicts) {
            let letter = (self.write)(letters, recipient);
            let message = build(&letter, &limits)?;
            let planned = Planned {
                report: self.report.name.clone(),
                period: edition.period.clone(),
                edition: edition.id.clone(),
                role: recipient.role.clone(),
                version: recipient.version.clone(),
                origin: letter.origin.clone(),
                from: letters::return_path(context, &letter)?,
                recipient: recipient.address.clone(),
                dated: edition.made.with_timezone(&context.clock().zone()).date_naive(),
                message,
                verdict,
            };
            let mut history = outbox.plan(&planned, context.clock())?;
            // What was planned before it was known to be a correction does not say that it is one.
            if let Word::Correction(_, reason) = self.word {
                outbox.rewrite(&mut history, &planned.message, reason, context.clock())?;
            }
            histories.push(history);
        }
        Ok(histories)
    }

    /// Withdraws what was planned for somebody who is no longer on the list.
    fn withdraw_unlisted(
        &self,
        outbox: &Outbox<'_>,
        known: Vec<History>,
        listed: &[History],
    ) -> Result<(), Failure> {
        let mut gone: Vec<History> = known
            .into_iter()
            .filter(|old| !listed.iter().any(|history| history.recipient() == old.recipient()))
            .collect();
        outbox.withdraw(&mut gone, UNLISTED, self.context.clock()).map(drop).map_err(Failure::from)
    }
}

/// Returns for how long an edition of `report` waits for a person: two weeks where it does not say.
pub(crate) fn approve_within(report: &Report) -> Result<TimeDelta, Failure> {
    let Some(written) = &report.file.approve_within else {
        return Ok(TimeDelta::days(14));
    };
    Span::parse(written.get_ref())
        .map(Span::delta)
        .map_err(|error| Diagnostic::error(&report.source, Some(written.span()), error.to_string()).into())
}

/// Builds a letter as a message that has passed its inspection.
pub(crate) fn build(letter: &Letter, limits: &inspect::Limits) -> Result<Vec<u8>, Failure> {
    let message = deliver::message(letter).map_err(|error| {
        Failure::new(Kind::Render, "the message cannot be built")
            .at(&letter.edition)
            .kept(Kept::Unsent)
            .because(error)
            .help("look at the addresses of `[mail]` in `settings.toml` and of `recipients.toml`")
    })?;
    inspect::message(&message, limits).map_err(|findings| {
        let failure = Failure::new(Kind::Disclosure, "the message may not be sent")
            .at(&letter.edition)
            .kept(Kept::Unsent)
            .help("take what is named here out of the template, the commentary or the settings that it comes from");
        findings.list().iter().fold(failure, |failure, found| failure.note(found.to_string()))
    })?;
    Ok(message)
}

/// Returns what a delivery that nothing was done about came to before.
pub(crate) fn as_known(history: &History) -> Receipt {
    Receipt { recipient: history.recipient().unwrap_or_default(), state: history.state(), already: true }
}

/// Records what became of each delivery, and counts those that arrived.
pub(crate) fn note(job: &mut Job<'_>, edition: &str, receipts: &[Receipt]) -> Result<(), Failure> {
    note_without_counting(job, edition, receipts)?;
    let arrived = receipts.iter().filter(|receipt| {
        !receipt.already && matches!(receipt.state, State::Tried(Outcome::Accepted { .. }))
    });
    job.made.delivered += arrived.count();
    Ok(())
}

/// Records what became of each delivery of the program's own notices, which no run is said to have delivered.
pub(crate) fn note_without_counting(
    job: &mut Job<'_>,
    edition: &str,
    receipts: &[Receipt],
) -> Result<(), Failure> {
    for receipt in receipts.iter().filter(|receipt| !receipt.already) {
        job.note(Step::Delivery {
            edition: edition.to_owned(),
            recipient: receipt.recipient.clone(),
            state: receipt.state.to_string(),
        })?;
    }
    Ok(())
}
