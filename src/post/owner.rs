//! What an owner is told: that a report is held, why, what was kept and what to run. And, where a report asks for it,
//! what its readers are told: that it is late.
//!
//! Such a message goes through the outbox like any other, under a name that no report can have, so it is sent once for
//! each cause and day, tried again when the mail server is away, and kept with the server's words.

use super::plain::{Part, Plain};
use super::{letters, send};
use crate::deliver::{self, Address, Deliveries, History, Letter, Outbox, Planned, Receipt, Verdict};
use crate::inspect;
use crate::job::fingerprint::short;
use crate::job::{Context, Failure, Job};
use crate::ledger::Step;
use crate::project::{Pipeline, Report};

/// The name under which the program's own messages are kept; a folder that begins so is no report.
pub(crate) const NOTICES: &str = "_notices";

/// Tells the pipeline's owner what stopped it, once a day for each cause.
///
/// That the owner cannot be told never hides what they would have been told: it is noted in the record.
pub(crate) fn tell(job: &mut Job<'_>, pipeline: &Pipeline, failure: &Failure) -> Result<(), Failure> {
    let context = job.context;
    let Some(happened) = happened(failure) else {
        return Ok(());
    };
    if context.project().settings.mail.is_none() {
        return Ok(());
    }
    let told = told(job, pipeline, failure, happened);
    if let Err(why) = told {
        let message = format!("the owner `{}` could not be told: {why}", pipeline.file.owner.get_ref());
        job.note(Step::Refused { message })?;
    }
    Ok(())
}

/// Whether a failure is one that somebody must be told of.
pub(crate) fn concerns(failure: &Failure) -> bool {
    happened(failure).is_some()
}

/// What happened, in a few words; `None` for what is not the owner's to mend, or mends itself.
fn happened(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::SourceUnavailable(_) => Some("held, because a source is not there"),
        Failure::SourceRejected(_) => Some("held, because a source was rejected"),
        Failure::Gate(_) => Some("held, because a check or the age of its data did not pass"),
        Failure::Render(_) => Some("held, because it cannot be rendered"),
        Failure::Disclosure(_) => Some("held by disclosure control or inspection"),
        Failure::Rejected(_) => Some("not everybody got it"),
        Failure::Uncertain(_) => Some("a delivery is uncertain"),
        Failure::Held(_) => Some("waits for a person"),
        Failure::Credentials(_) => Some("held, because a secret or a mail setting is wrong"),
        Failure::Store(_) | Failure::Limit(_) | Failure::Bug(_) | Failure::Project(_) | Failure::Usage(_) => {
            Some("stopped")
        }
        Failure::Deferred(_) | Failure::Lease(_) | Failure::Ended(_) | Failure::Stopped(_) => None,
    }
}

fn told(job: &mut Job<'_>, pipeline: &Pipeline, failure: &Failure, happened: &str) -> Result<(), Failure> {
    let context = job.context;
    let council = &context.project().council;
    let written = council.owners.get(pipeline.file.owner.get_ref()).ok_or_else(|| {
        Failure::Usage(format!("no owner `{}` in `sufficiency.toml`", pipeline.file.owner.get_ref()))
    })?;
    let reason = failure.to_string();
    let run = job.id()?;
    let what = subject_of(context, pipeline);
    let page = |reason: &str| Plain {
        masthead: masthead(context),
        title: format!("{what}: {happened}"),
        parts: vec![
            Part::Heading("What happened".to_owned()),
            Part::Text(reason.to_owned()),
            Part::Heading("What was kept".to_owned()),
            Part::Text(kept(failure).to_owned()),
            Part::Heading("What to run".to_owned()),
            Part::Command(format!("sufficiency show {run}")),
            Part::Command(to_run(pipeline, failure)),
        ],
    };
    let message = Message {
        id: format!("notice-{}-{}-{}", pipeline.name, context.clock().today(), short(&reason)),
        to: letters::mailbox(written)?.address().clone(),
        role: pipeline.file.owner.get_ref().clone(),
        subject: format!("{what}: {happened}"),
    };
    // A reason may hold what must not leave in a message; the record has it, for those with access.
    let elsewhere = format!("The reason is in the record of run {run}.");
    let sent = message.send(job, &page(&reason));
    match sent {
        Err(Failure::Disclosure(_)) => message.send(job, &page(&elsewhere)).map(drop),
        sent => sent.map(drop),
    }
}

/// A report's title where the pipeline delivers one, else the pipeline.
fn subject_of(context: &Context, pipeline: &Pipeline) -> String {
    match pipeline.file.reports.as_slice() {
        [only] => context
            .project()
            .reports
            .get(only.get_ref())
            .map_or_else(|| only.get_ref().clone(), |report| report.file.title.clone()),
        _ => format!("Pipeline {}", pipeline.name),
    }
}

fn masthead(context: &Context) -> String {
    let council = &context.project().council.council;
    format!("{} · {} · {}", council.marking, council.name, council.service)
}

fn kept(failure: &Failure) -> &'static str {
    match failure {
        Failure::Rejected(_) | Failure::Uncertain(_) | Failure::Held(_) | Failure::Credentials(_) => {
            "The edition and every message are in the store. Whoever is named as having it has it and gets nothing \
             twice."
        }
        _ => {
            "The last good tables stand and earlier editions are as they were. Nothing of this one was sent."
        }
    }
}

fn to_run(pipeline: &Pipeline, failure: &Failure) -> String {
    let report = pipeline.file.reports.first().map_or("REPORT", |name| name.get_ref());
    match failure {
        Failure::Rejected(_) | Failure::Uncertain(_) | Failure::Held(_) | Failure::Credentials(_) => {
            format!("sufficiency report status {report}")
        }
        Failure::Project(_) | Failure::Usage(_) => "sufficiency check".to_owned(),
        Failure::Store(_) => "sufficiency verify".to_owned(),
        _ => format!("sufficiency run {}", pipeline.name),
    }
}

/// Tells the readers of `report` that it is late, once a period; those who have had this report before, nobody else.
pub(crate) fn tell_late(
    job: &mut Job<'_>,
    report: &Report,
    period: crate::calendar::Period,
) -> Result<(), Failure> {
    let context = job.context;
    let known = {
        let objects = context.store().objects();
        Deliveries::of(objects.as_ref()).report(&report.name).map_err(send::outbox_failure)?
    };
    let has_had = |address: &Address| {
        known.iter().any(|history| {
            history.has_left_or_landed()
                && history.plan().is_some_and(|plan| plan.recipient.folded() == address.folded())
        })
    };
    let title = format!("{} {}", report.file.title, period.label());
    let reply_to = letters::reply_to(context)?.address().to_string();
    let page = Plain {
        masthead: masthead(context),
        title: format!("{title} is late"),
        parts: vec![
            Part::Text(
                "It is being held until its data has passed every check. It comes as soon as it can; until then the \
                 last edition that you have stands for its own date."
                    .to_owned(),
            ),
            Part::Text(format!("Questions: {reply_to}")),
        ],
    };
    for recipient in send::recipients(context, report, None)?.recipients {
        if has_had(&recipient.address) {
            let message = Message {
                id: format!("{}-{period}-late", report.name),
                to: recipient.address.clone(),
                role: recipient.role.clone(),
                subject: format!("{title}: late"),
            };
            message.send(job, &page)?;
        }
    }
    Ok(())
}

/// A message of the program's own.
pub(crate) struct Message {
    /// With the recipient it is the identity of the message: the same one is sent once.
    pub(crate) id: String,
    pub(crate) to: Address,
    pub(crate) role: String,
    /// Without the marking.
    pub(crate) subject: String,
}

impl Message {
    /// Plans the message and sends it, if it is not there already.
    pub(crate) fn send(&self, job: &mut Job<'_>, page: &Plain) -> Result<Vec<Receipt>, Failure> {
        let context = job.context;
        send::allow_list(context)?
            .admit(&self.to.to_string())
            .map_err(|refusal| Failure::Held(format!("`{}`: {refusal}", self.to)))?;
        let from = letters::sender(context)?;
        let letter = page.write(Letter {
            edition: self.id.clone(),
            report: NOTICES.to_owned(),
            recipient: self.to.clone(),
            subject: format!("{}: {}", context.project().council.council.marking, self.subject),
            reply_to: letters::reply_to(context)?,
            html: String::new(),
            text: String::new(),
            images: Vec::new(),
            attachments: Vec::new(),
            date: context.clock().now(),
            references: Vec::new(),
            from,
        });
        let planned = Planned {
            report: NOTICES.to_owned(),
            period: context.clock().today().to_string(),
            edition: self.id.clone(),
            role: self.role.clone(),
            version: None,
            from: letter.from.address().clone(),
            recipient: self.to.clone(),
            dated: context.clock().today(),
            message: send::build(&letter, &notice_limits(context)?)?,
            verdict: Verdict::Send { reason: "the program's own message".to_owned() },
        };
        let objects = context.store().objects();
        let key = letter.key();
        let known = Deliveries::of(objects.as_ref())
            .history(NOTICES, &self.id, &key)
            .map_err(send::outbox_failure)?;
        if known.plan().is_some() {
            return Ok(vec![send::as_known(&known)]);
        }
        let run = job.id()?;
        let outbox = Outbox::new(objects.as_ref(), &run);
        let mut histories: Vec<History> =
            vec![outbox.plan(&planned, context.clock()).map_err(send::outbox_failure)?];
        let mut transport = send::transport(context)?;
        let receipts = deliver::deliver(&outbox, &mut histories, transport.as_mut(), context.clock())
            .map_err(send::outbox_failure)?;
        send::note_without_counting(job, &self.id, &receipts)?;
        Ok(receipts)
    }
}

/// An owner is told who did not get something: the role mailboxes of the project may stand in it.
fn notice_limits(context: &Context) -> Result<inspect::Limits, Failure> {
    let mut limits = letters::limits(context)?;
    let roles = context.project().recipients.roles.values();
    limits.addresses.extend(roles.flat_map(|role| role.to.iter().map(|to| to.get_ref().to_lowercase())));
    Ok(limits)
}
