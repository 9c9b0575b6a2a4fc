//! Editions to inboxes: recipients, safeguards, the outbox, the transport, and what came of it.

use chrono::TimeDelta;

use super::letters;
use super::letters::Letters;
use super::stoppable::Stoppable;
use crate::calendar::Span;
use crate::deliver::{
    self, AllowList, Deliveries, History, Letter, Outbox, OutboxError, Outcome, Planned, Receipt, Recipient,
    RefusalReason, Screened, State, Transport, Verdict,
};
use crate::diagnostic::Diagnostic;
use crate::edition::Edition;
use crate::edition::burst;
use crate::inspect;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::Step;
use crate::project::{Audience, Report, Role};

/// One edition and those who are to get it.
#[derive(Debug)]
pub(crate) struct Addressed {
    pub(crate) edition: Edition,
    pub(crate) screened: Screened,
}

/// Who says that an edition goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// The report's own policy.
    Policy,
    /// A person who did not say who they are. What waits for approval goes on waiting.
    Somebody,
    /// A person, by name. That is an approval.
    Person(String),
    /// A person, by name, who corrects what readers have, and why.
    Correction(String, String),
}

impl Word {
    /// Returns who says it, where that is known, and why.
    fn person(&self) -> Option<(&str, &str)> {
        match self {
            Self::Policy | Self::Somebody => None,
            Self::Person(name) => Some((name, "a person sent it")),
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

/// Returns each of `editions` with its report's mailboxes, sorted into those it may go to and those it may not.
pub(crate) fn addressed(
    context: &Context,
    report: &Report,
    editions: Vec<Edition>,
) -> Result<Vec<Addressed>, Failure> {
    let mut list = Vec::with_capacity(editions.len());
    for edition in editions {
        let screened = recipients(context, report, Some(&edition))?;
        list.push(Addressed { edition, screened });
    }
    Ok(list)
}

/// Returns the mailboxes of an edition, sorted into those it may go to and those it may not; those of the whole report, as it
/// is written now, where no edition is named.
pub(crate) fn recipients(
    context: &Context,
    report: &Report,
    edition: Option<&Edition>,
) -> Result<Screened, Failure> {
    let allowed = allow_list(context)?;
    let project = context.project();
    let audience = match edition {
        Some(edition) => audience_of(context, report, edition),
        None => project.audience_of(report, report.models()),
    };
    if let Some(burst) = &report.file.burst {
        let version = edition.and_then(|edition| edition.version.as_deref());
        return burst::recipients(context, report, burst, version, &allowed, audience);
    }
    let roles: Vec<(&str, &Role)> = report
        .file
        .recipients
        .iter()
        .filter_map(|name| {
            project.recipients.roles.get_key_value(name.get_ref()).map(|(name, role)| (name.as_str(), role))
        })
        .collect();
    Ok(deliver::screen(roles, &allowed, context.clock().today(), audience))
}

/// Returns whom an edition is for, by the tables that it holds: what is in the report's files may have changed since.
pub(crate) fn audience_of(context: &Context, report: &Report, edition: &Edition) -> Audience {
    context.project().audience_of(report, edition.models.keys().map(String::as_str))
}

/// Returns why `edition` may not go to the role that it was planned for, if that is trusted too little. A reader who is
/// on no list any more is trusted as somebody who may have `known`, which they were sent.
pub(crate) fn distrusted(
    context: &Context,
    report: &Report,
    edition: &Edition,
    role: &str,
    known: &Edition,
) -> Option<RefusalReason> {
    let listed = context.project().recipients.roles.get(role).map(|role| role.audience);
    let trusted = match (&report.file.burst, listed) {
        (Some(_), _) => Audience::Provider,
        (None, Some(audience)) => audience,
        (None, None) => audience_of(context, report, known),
    };
    RefusalReason::of_trust(role, trusted, audience_of(context, report, edition))
}

/// Returns the domains that mail may go to.
pub(crate) fn allow_list(context: &Context) -> Result<AllowList, Failure> {
    AllowList::new(&letters::mail(context)?.allow_domains).map_err(|error| {
        Failure::usage("`[mail] allow_domains` cannot be used").at("settings.toml").because(error)
    })
}

/// Opens the way by which mail leaves this project.
pub(crate) fn transport(context: &Context) -> Result<Box<dyn Transport>, Failure> {
    deliver::route(letters::mail(context)?, &context.project().root)
        .map(|transport| -> Box<dyn Transport> {
            Box::new(Stoppable::new(transport, context.stop().clone()))
        })
        .map_err(|error| Failure::of(Kind::Credentials, error))
}

/// Sends editions of one report to their recipients; whoever has one already gets nothing.
pub(crate) fn send(
    job: &mut Job<'_>,
    report: &Report,
    list: &[Addressed],
    word: &Word,
) -> Result<(), Failure> {
    let receipts = send_written(job, report, list, word, &as_it_is)?;
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
    )
    .map_err(outbox_failure)?;
    let mut verdicts = verdicts.into_iter();
    let mut receipts = Vec::new();
    for one in list {
        if let Some(nobody) = without_mailbox(report, one) {
            receipts.push(nobody);
            continue;
        }
        let own: Vec<Verdict> = verdicts.by_ref().take(one.screened.recipients.len()).collect();
        let plan = PlanOne { context, report, one, word, write };
        let found = plan.deliver(job, own, transport.as_mut())?;
        note(job, &one.edition.id, &found)?;
        context.stop().check()?;
        receipts.extend(found);
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
        let known = Deliveries::of(objects.as_ref())
            .edition(&self.report.name, &edition.id)
            .map_err(outbox_failure)?;
        if self.is_done(&known) {
            return Ok(known.iter().map(as_known).collect());
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
                person.reinstate(&mut histories, reason, context.clock()).map_err(outbox_failure)?;
                histories
            }
        };
        for refusal in &self.one.screened.refusals {
            let history = outbox.block(&self.report.name, &edition.id, refusal, context.clock());
            histories.push(history.map_err(outbox_failure)?);
        }
        self.withdraw_unlisted(&outbox, known, &histories)?;
        outbox
            .expire(&mut histories, approve_within(self.report)?, context.clock())
            .map_err(outbox_failure)?;
        deliver::deliver(&outbox, &mut histories, transport, context.clock()).map_err(outbox_failure)
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
                from: letter.from.address().clone(),
                recipient: recipient.address.clone(),
                dated: edition.made.with_timezone(&context.clock().zone()).date_naive(),
                message,
                verdict,
            };
            let mut history = outbox.plan(&planned, context.clock()).map_err(outbox_failure)?;
            // What was planned before it was known to be a correction does not say that it is one.
            if let Word::Correction(_, reason) = self.word {
                outbox
                    .rewrite(&mut history, &planned.message, reason, context.clock())
                    .map_err(outbox_failure)?;
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
        outbox
            .withdraw(&mut gone, "no longer on the list of recipients", self.context.clock())
            .map(drop)
            .map_err(outbox_failure)
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

/// Makes the failure of what the outbox says.
pub(crate) fn outbox_failure(error: OutboxError) -> Failure {
    match error {
        OutboxError::Store(error) => error.into(),
        other => Failure::of(Kind::Gate, other),
    }
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

/// What kept a delivery from its end, the worst first, as exit codes rank them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Settings,
    Uncertain,
    Rejected,
    Held,
    Deferred,
}

impl Trouble {
    /// Finds what kept a delivery in `state` from its end, if anything did.
    fn of(state: &State) -> Option<Self> {
        match state {
            State::Tried(Outcome::Accepted { .. }) => None,
            State::Tried(Outcome::Refused { .. }) => Some(Self::Settings),
            State::Tried(Outcome::Uncertain { .. }) => Some(Self::Uncertain),
            State::Tried(Outcome::Rejected { .. }) | State::Bounced { .. } => Some(Self::Rejected),
            State::Planned | State::Held { .. } | State::Blocked { .. } | State::Withdrawn { .. } => {
                Some(Self::Held)
            }
            State::Approved | State::Begun | State::Tried(Outcome::Deferred { .. }) => Some(Self::Deferred),
        }
    }

    /// Returns the kind of failure that it is.
    fn kind(self) -> Kind {
        match self {
            Self::Settings => Kind::Credentials,
            Self::Uncertain => Kind::Uncertain,
            Self::Rejected => Kind::Rejected,
            Self::Held => Kind::Held,
            Self::Deferred => Kind::Deferred,
        }
    }

    /// Says what a person can do about it.
    fn hint(self, report: &str) -> String {
        match self {
            Self::Settings => format!(
                "correct `[mail]` in `settings.toml` or the secret, then `sufficiency report resend {report}`"
            ),
            Self::Uncertain => format!(
                "nothing sends an uncertain message again by itself: ask the recipient or the mail team; if it is \
                 not there, `sufficiency report resend {report} --uncertain --by YOUR-NAME`"
            ),
            Self::Rejected => format!(
                "correct the address, then `sufficiency report resend {report}`; `report status {report}` has the server's words"
            ),
            Self::Held => format!(
                "look at it with `sufficiency report preview {report}`, then `sufficiency report approve {report} --by YOUR-NAME`; \
                 a blocked recipient stays blocked until `recipients.toml` or `allow_domains` is corrected"
            ),
            Self::Deferred => format!(
                "`tick` and `serve` try again by themselves; `sufficiency report resend {report}` tries now"
            ),
        }
    }
}

/// Fails where the receipts say that somebody did not get it.
pub(crate) fn verdict(report: &Report, receipts: &[Receipt]) -> Result<(), Failure> {
    if receipts.is_empty() {
        return Err(Failure::new(Kind::Held, format!("nobody is on the list of `{}`", report.name))
            .kept(Kept::Messages)
            .help("name a role with a mailbox in its `recipients`"));
    }
    let mut troubles: Vec<(Trouble, &Receipt)> = receipts
        .iter()
        .filter_map(|receipt| Trouble::of(&receipt.state).map(|trouble| (trouble, receipt)))
        .collect();
    troubles.sort_by_key(|(trouble, _)| *trouble);
    let Some((worst, _)) = troubles.first() else {
        return Ok(());
    };
    let reached = receipts.len() - troubles.len();
    let what = format!("`{}` reached {reached} of {} recipients", report.name, receipts.len());
    let mut failure = Failure::new(worst.kind(), what).kept(Kept::Messages);
    for (_, receipt) in &troubles {
        failure = failure.note(format!("{}: {}", receipt.recipient, receipt.state));
    }
    let mut kinds: Vec<Trouble> = troubles.iter().map(|(trouble, _)| *trouble).collect();
    kinds.dedup();
    Err(kinds.into_iter().fold(failure, |failure, trouble| failure.help(trouble.hint(&report.name))))
}
