//! Editions to inboxes: letters from the edition's own files, the outbox, the transport.

use std::collections::BTreeMap;

use super::edition::{self, Edition};
use super::outcome::Made;
use super::stoppable::Stoppable;
use super::{Context, Failure, Recorder};
use crate::deliver::{
    self, Address, AllowList, Attachment, History, InlineImage, Letter, Mailbox, Outbox, OutboxError,
    Planned, Receipt, Recipient, Screened, State, Transport, Verdict,
};
use crate::inspect;
use crate::ledger::Step;
use crate::project::{MailSettings, Report};

/// The report's mailboxes, sorted into those it may go to and those it may not.
pub(super) fn recipients(context: &Context, report: &Report) -> Result<Screened, Failure> {
    let project = context.project();
    let roles: Vec<(&str, &crate::project::Role)> = report
        .file
        .recipients
        .iter()
        .filter_map(|name| {
            project.recipients.roles.get_key_value(name.get_ref()).map(|(name, role)| (name.as_str(), role))
        })
        .collect();
    let mail = mail(context)?;
    let allowed = AllowList::new(&mail.allow_domains)
        .map_err(|error| Failure::Usage(format!("`settings.toml`, `[mail] allow_domains`: {error}")))?;
    Ok(deliver::screen(roles, &allowed, context.clock().today()))
}

/// Sends an edition to its recipients; whoever has it already gets nothing.
pub(super) fn send(
    context: &Context,
    report: &Report,
    edition: &Edition,
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<(), Failure> {
    let screened = recipients(context, report)?;
    let mut transport = transport(context)?;
    let outcome = plan_and_deliver(
        context,
        report,
        edition,
        &screened,
        transport.as_mut(),
        record,
        PersonSays::Nothing,
    )?;
    note(edition, &outcome, record, made)?;
    verdict(edition, &outcome, &screened)
}

/// Whether a person asks for what would otherwise wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonSays {
    /// Nobody asked.
    Nothing,
    /// A person told this edition to go.
    Send,
}

/// Plans every delivery and makes those that may leave.
pub(super) fn plan_and_deliver(
    context: &Context,
    report: &Report,
    edition: &Edition,
    screened: &Screened,
    transport: &mut dyn Transport,
    record: &mut Recorder<'_>,
    person: PersonSays,
) -> Result<Vec<Receipt>, Failure> {
    let known = Outbox::new(context.store().objects().as_ref(), "lookup")
        .edition(&report.name, &edition.id)
        .map_err(outbox)?;
    let done = |recipient: &Recipient| {
        known.iter().any(|history| {
            history.recipient().as_deref() == Some(&*recipient.address.to_string())
                && matches!(history.state(), State::Accepted { .. })
        })
    };
    if !screened.recipients.is_empty() && screened.recipients.iter().all(done) {
        return Ok(Vec::new());
    }
    let by = record.id()?;
    let objects = context.store().objects();
    let outbox_ = Outbox::new(objects.as_ref(), &by);
    let revision = edition.revision > 1;
    let verdicts = match person {
        PersonSays::Nothing => deliver::verdicts(
            &outbox_,
            &report.name,
            report.file.approval,
            revision,
            &screened.recipients,
            transport.leaves(),
        )
        .map_err(outbox)?,
        PersonSays::Send => {
            let verdict = Verdict::Send { reason: "a person sent it".to_owned() };
            vec![verdict; screened.recipients.len()]
        }
    };
    let letters = Letters::of(context, report, edition)?;
    let limits = limits(context)?;
    let mut histories: Vec<History> = Vec::new();
    for (recipient, verdict) in screened.recipients.iter().zip(verdicts) {
        let letter = letters.to(recipient);
        let message = deliver::message(&letter).map_err(|error| {
            Failure::Render(format!("the message of `{}` cannot be built: {error}", edition.id))
        })?;
        inspect::message(&message, &limits).map_err(|findings| {
            Failure::Disclosure(format!("`{}` may not leave, nothing was sent:\n{findings}", edition.id))
        })?;
        let planned = Planned {
            report: report.name.clone(),
            period: edition.period.clone(),
            edition: edition.id.clone(),
            role: recipient.role.clone(),
            from: letter.from.address().clone(),
            recipient: recipient.address.clone(),
            dated: edition.made.with_timezone(&context.clock().zone()).date_naive(),
            message,
            verdict,
        };
        histories.push(outbox_.plan(&planned, context.clock()).map_err(outbox)?);
    }
    deliver::deliver(&outbox_, &mut histories, transport, context.clock()).map_err(outbox)
}

fn outbox(error: OutboxError) -> Failure {
    match error {
        OutboxError::Store(error) => Failure::Store(error),
        other => Failure::Gate(other.to_string()),
    }
}

/// What the recipients' letters share.
struct Letters {
    letter: Letter,
}

impl Letters {
    fn of(context: &Context, report: &Report, edition: &Edition) -> Result<Self, Failure> {
        let mail = mail(context)?;
        let from = mailbox(&mail.from)?;
        let reply_to = mailbox(mail.reply_to.as_ref().unwrap_or(&mail.from))?;
        let text = |file: &str| -> Result<String, Failure> {
            String::from_utf8(edition.read(context, file)?).map_err(|error| Failure::Bug(error.to_string()))
        };
        let images = edition
            .images
            .iter()
            .map(|(cid, file)| Ok(InlineImage { cid: cid.clone(), png: edition.read(context, file)? }))
            .collect::<Result<_, Failure>>()?;
        let attachments = edition
            .attachments
            .iter()
            .map(|file| {
                Ok(Attachment {
                    name: file.clone(),
                    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        .to_owned(),
                    bytes: edition.read(context, file)?,
                })
            })
            .collect::<Result<_, Failure>>()?;
        let marking = &context.project().council.council.marking;
        let letter = Letter {
            edition: edition.id.clone(),
            report: report.name.clone(),
            recipient: from.address().clone(),
            subject: format!("{marking}: {}", edition.title),
            from,
            reply_to,
            html: text("email.html")?,
            text: text("email.txt")?,
            images,
            attachments,
            date: edition.made,
            references: Vec::new(),
        };
        let earlier = edition::all(context, &report.name, None)?;
        let mut earlier: Vec<&Edition> =
            earlier.iter().filter(|other| other.id != edition.id && other.made <= edition.made).collect();
        earlier.sort_by(|a, b| (a.made, &a.id).cmp(&(b.made, &b.id)));
        let references = earlier.iter().map(|edition| edition.id.clone()).collect();
        Ok(Self { letter: Letter { references, ..letter } })
    }

    /// The letter to one recipient. Its references are the messages that this recipient had before.
    fn to(&self, recipient: &Recipient) -> Letter {
        let domain = self.letter.from.address().domain();
        let references = self
            .letter
            .references
            .iter()
            .map(|edition| deliver::DeliveryKey::of(edition, &recipient.address).message_id(domain))
            .collect();
        Letter { recipient: recipient.address.clone(), references, ..self.letter.clone() }
    }
}

/// What may stand in a message that leaves: the team's own mailboxes, the council's own names.
fn limits(context: &Context) -> Result<inspect::Limits, Failure> {
    let (mail, council) = (mail(context)?, &context.project().council);
    let own = [Some(&mail.from), mail.reply_to.as_ref()].into_iter().flatten();
    let mut limits = inspect::Limits::default();
    for written in own.chain(council.owners.values()) {
        limits.addresses.insert(mailbox(written)?.address().to_string().to_lowercase());
    }
    limits.authors.extend([council.council.service.clone(), council.council.name.clone()]);
    Ok(limits)
}

/// `Name <address>`, or an address alone.
fn mailbox(written: &str) -> Result<Mailbox, Failure> {
    let (name, address) = match written.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim_end().trim_end_matches('>')),
        None => ("", written.trim()),
    };
    let address: Address = address
        .parse()
        .map_err(|error| Failure::Usage(format!("`settings.toml`, `[mail]`: `{written}`: {error}")))?;
    Ok(Mailbox::new(name, address))
}

fn mail(context: &Context) -> Result<&MailSettings, Failure> {
    context.project().settings.mail.as_ref().ok_or_else(|| {
        Failure::Usage(
            "mail is not set up: give `[mail]` in `settings.toml`, at the least `from` and `allow_domains`"
                .to_owned(),
        )
    })
}

/// How mail leaves this project.
pub(super) fn transport(context: &Context) -> Result<Box<dyn Transport>, Failure> {
    deliver::route(mail(context)?, &context.project().root)
        .map(|transport| -> Box<dyn Transport> {
            Box::new(Stoppable::new(transport, context.stop().clone()))
        })
        .map_err(|error| Failure::Credentials(error.to_string()))
}

/// What became of each delivery, in the run's record.
pub(super) fn note(
    edition: &Edition,
    receipts: &[Receipt],
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<(), Failure> {
    for receipt in receipts.iter().filter(|receipt| !receipt.already) {
        let state = receipt.state.to_string();
        record.note(Step::Delivery {
            edition: edition.id.clone(),
            recipient: receipt.recipient.clone(),
            state,
        })?;
        made.delivered += usize::from(matches!(receipt.state, State::Accepted { .. }));
    }
    Ok(())
}

/// The failure, if any, that the receipts and refusals come to.
pub(super) fn verdict(edition: &Edition, receipts: &[Receipt], screened: &Screened) -> Result<(), Failure> {
    let mut sentences: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for receipt in receipts {
        let rank = match receipt.state {
            State::Accepted { .. } => continue,
            State::Uncertain { .. } => 0,
            State::Rejected { .. } => 1,
            State::Deferred { .. } => 2,
            _ => 3,
        };
        sentences.entry(rank).or_default().push(format!("{}: {}", receipt.recipient, receipt.state));
    }
    for refusal in &screened.refusals {
        sentences.entry(3).or_default().push(format!("{}: {}", refusal.written, refusal.reason));
    }
    if screened.recipients.is_empty() {
        sentences.entry(3).or_default().push("nobody is on the list".to_owned());
    }
    let Some(worst) = sentences.keys().next().copied() else { return Ok(()) };
    let all: Vec<String> = sentences.into_values().flatten().collect();
    let message = format!("`{}` did not reach everybody:\n  {}", edition.id, all.join("\n  "));
    Err(match worst {
        0 => Failure::Uncertain(message),
        1 => Failure::Rejected(message),
        2 => Failure::Deferred(message),
        _ => Failure::Held(message),
    })
}
