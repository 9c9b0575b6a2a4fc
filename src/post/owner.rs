//! Notices to owners: that a report is held, why, what was kept and what to run. And, where a report asks for it, the
//! notice to its readers that it is late.
//!
//! Such a message goes through the outbox like any other, under a name that no report can have, so it is sent once for
//! each cause and day, tried again when the mail server is away, and kept with the server's words.

use super::alarm::Alarm;
use super::permit::AskAgain;
use super::plain::{Part, Plain};
use super::{letters, readers, send};
use crate::deliver::{self, Address, Deliveries, History, Letter, Outbox, Planned, Receipt, Verdict};
use crate::inspect;
use crate::job::context::no_such;
use crate::job::fingerprint::short;
use crate::job::{Context, Failure, Job, Kept, Kind};
use crate::ledger::Step;
use crate::project::{Pipeline, Report};
use crate::report;

/// The name under which the program's own messages are kept; a folder that begins so is not read as a report.
pub(crate) const NOTICES: &str = "_notices";

/// Notifies the pipeline's owner of what stopped it, once a day for each cause: by mail, by a file in the store and by the
/// webhook where one is set.
///
/// A notice that cannot be sent never hides what it would have said: that is in the record, and so is why not.
pub(crate) fn notify(job: &mut Job<'_>, pipeline: &Pipeline, failure: &Failure) -> Result<(), Failure> {
    let context = job.context;
    let Some(happened) = happened(failure) else {
        return Ok(());
    };
    let owner = pipeline.file.owner.get_ref();
    let mail = if context.project().settings.mail.is_none() {
        "not set up".to_owned()
    } else {
        match send_notice(job, pipeline, failure, happened) {
            Ok(receipts) => {
                receipts.first().map(|receipt| receipt.state.word().to_owned()).unwrap_or_default()
            }
            Err(why) => {
                let message = format!("the owner `{owner}` could not be notified: {}", why.headline());
                job.note(Step::Refused { message })?;
                format!("could not be sent, exit code {}", why.code())
            }
        }
    };
    let alarm = Alarm {
        at: context.clock().moment().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        pipeline: &pipeline.name,
        owner,
        code: failure.code(),
        what: format!("{}: {happened}", subject_of(context, pipeline)),
        run: job.id()?,
        command: to_run(pipeline, failure),
        mail,
        cause: id_of(context, pipeline, &reasons(failure).join("\n")),
    };
    for message in alarm.raise(context) {
        job.note(Step::Refused { message })?;
    }
    Ok(())
}

/// Returns whether a failure is one that somebody must be notified of.
pub(crate) fn concerns(failure: &Failure) -> bool {
    happened(failure).is_some()
}

/// Says what happened, in a few words; `None` for what the owner cannot change, or what puts itself right.
fn happened(failure: &Failure) -> Option<&'static str> {
    match failure.kind() {
        Kind::SourceUnavailable => Some("held, because a source is unavailable"),
        Kind::SourceRejected => Some("held, because a source was rejected"),
        Kind::Gate => Some("held, because a check or the age of its data did not pass"),
        Kind::Render => Some("held, because it cannot be rendered"),
        Kind::Disclosure => Some("held by disclosure control or inspection"),
        Kind::Rejected => Some("not everybody got it"),
        Kind::Uncertain => Some("a delivery is uncertain"),
        Kind::Held => Some("waits for a person"),
        Kind::Credentials => Some("held, because a secret or a mail setting is wrong"),
        Kind::Store
        | Kind::Damage
        | Kind::Overtaken
        | Kind::Limit
        | Kind::Bug
        | Kind::Project
        | Kind::Usage => Some("stopped"),
        Kind::Deferred | Kind::Lease | Kind::Ended(_) | Kind::Stopped(_) => None,
    }
}

/// Writes the notice of `failure` and sends it.
fn send_notice(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    failure: &Failure,
    happened: &str,
) -> Result<Vec<Receipt>, Failure> {
    let context = job.context;
    let council = &context.project().council;
    let written = council.owners.get(pipeline.file.owner.get_ref()).ok_or_else(|| {
        no_such("owner", pipeline.file.owner.get_ref(), council.owners.keys()).at("sufficiency.toml")
    })?;
    let reason = reasons(failure).join("\n");
    let run = job.id()?;
    let what = subject_of(context, pipeline);
    let page = |reason: &str, help: &[String]| {
        let mut parts = vec![
            Part::Heading("What happened".to_owned()),
            Part::Text(reason.to_owned()),
            Part::Heading("What was kept".to_owned()),
            Part::Text(kept(failure).sentence()),
            Part::Heading("What to run".to_owned()),
            Part::Command(format!("sufficiency show {run}")),
            Part::Command(to_run(pipeline, failure)),
        ];
        parts.extend(help.iter().cloned().map(Part::Text));
        Plain { masthead: masthead(context), title: format!("{what}: {happened}"), parts }
    };
    let message = Message {
        id: id_of(context, pipeline, &reason),
        to: letters::mailbox(written)?.address().clone(),
        role: pipeline.file.owner.get_ref().clone(),
        subject: format!("{what}: {happened}"),
    };
    // A reason may hold what must not be in a message; the record has it, for those with access.
    let elsewhere = format!("The reason is in the record of run {run}.");
    match message.send(job, &page(&reason, failure.what_to_do())) {
        Err(refused) if refused.kind() == Kind::Disclosure => message.send(job, &page(&elsewhere, &[])),
        sent => sent,
    }
}

/// Names the notice of a reason: one a day.
fn id_of(context: &Context, pipeline: &Pipeline, reason: &str) -> String {
    format!("notice-{}-{}-{}", pipeline.name, context.clock().today(), short(reason))
}

/// Returns whether the pipeline's owner has been sent today's notice of a failure, or it waits to be sent.
pub(super) fn knows(context: &Context, pipeline: &Pipeline, failure: &Failure) -> Result<bool, Failure> {
    let objects = context.store().objects();
    let id = id_of(context, pipeline, &reasons(failure).join("\n"));
    let histories = Deliveries::of(objects.as_ref()).edition(NOTICES, &id)?;
    Ok(!histories.is_empty())
}

/// Returns a report's title where the pipeline delivers one, else the pipeline.
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

/// Returns the first line of every notice.
fn masthead(context: &Context) -> String {
    let council = &context.project().council.council;
    format!("{} · {} · {}", council.marking, council.name, council.service)
}

/// Returns the reasons of a failure and of the others of its run.
fn reasons(failure: &Failure) -> Vec<String> {
    std::iter::once(failure.reason()).chain(failure.others().iter().flat_map(reasons)).collect()
}

/// Returns what was kept: what the failure says, or what holds of every failure of its kind.
fn kept(failure: &Failure) -> Kept {
    failure.what_was_kept().unwrap_or(match failure.kind() {
        Kind::Rejected | Kind::Uncertain | Kind::Held | Kind::Credentials => Kept::Messages,
        _ => Kept::LastEditions,
    })
}

/// Returns the command that is the next step.
fn to_run(pipeline: &Pipeline, failure: &Failure) -> String {
    let report = pipeline.file.reports.first().map_or("REPORT", |name| name.get_ref());
    match failure.kind() {
        Kind::Rejected | Kind::Uncertain | Kind::Held | Kind::Credentials => {
            format!("sufficiency report status {report}")
        }
        Kind::Project | Kind::Usage => "sufficiency check".to_owned(),
        Kind::Store | Kind::Damage | Kind::Overtaken => "sufficiency repair".to_owned(),
        _ => format!("sufficiency run {}", pipeline.name),
    }
}

/// Notifies the readers of `report` that it is late, once a period; those who have had this report before, nobody else.
pub(crate) fn notify_late(
    job: &mut Job<'_>,
    report: &Report,
    period: crate::calendar::Reported,
) -> Result<(), Failure> {
    let context = job.context;
    let known = {
        let objects = context.store().objects();
        Deliveries::of(objects.as_ref()).report(&report.name)?
    };
    let has_had = |address: &Address| {
        known.iter().any(|history| {
            history.has_left_or_landed()
                && history.plan().is_some_and(|plan| plan.recipient.folded() == address.folded())
        })
    };
    let title = report::titled(&report.file.title, &period.label());
    let reply_to = letters::reply_to(context)?.address().to_string();
    let page = Plain {
        masthead: masthead(context),
        title: format!("{title} is late"),
        parts: vec![
            Part::Text(
                "It is being held until its data has passed every check. It comes as soon as it can; until then the \
                 last edition that you have holds for its own date."
                    .to_owned(),
            ),
            Part::Text(format!("Questions: {reply_to}")),
        ],
    };
    for recipient in readers::recipients(context, report, None)?.recipients {
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
        readers::allow_list(context)?.admit(&self.to.to_string()).map_err(|reason| {
            let help = reason.help();
            Failure::of(Kind::Held, reason).at(self.to.to_string()).kept(Kept::Unsent).help(help)
        })?;
        let from = letters::sender(context)?;
        let letter = page.write(Letter {
            edition: self.id.clone(),
            origin: letters::origin(context, &page.content())?,
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
            origin: letter.origin.clone(),
            from: letters::return_path(context, &letter)?,
            recipient: self.to.clone(),
            dated: context.clock().today(),
            message: send::build(&letter, &notice_limits(context)?)?,
            verdict: Verdict::Send { reason: "the program's own message".to_owned() },
        };
        let objects = context.store().objects();
        let key = letter.key();
        let known = Deliveries::of(objects.as_ref()).history(NOTICES, &self.id, &key)?;
        if known.plan().is_some() {
            return Ok(vec![send::as_known(&known)]);
        }
        let run = job.id()?;
        let outbox = Outbox::new(objects.as_ref(), &run);
        let mut histories: Vec<History> = vec![outbox.plan(&planned, context.clock())?];
        let mut transport = send::transport(context)?;
        let permit = AskAgain::notices(context);
        let receipts =
            deliver::deliver(&outbox, &mut histories, transport.as_mut(), &permit, context.clock())?;
        send::note_without_counting(job, &self.id, &receipts)?;
        Ok(receipts)
    }
}

/// Returns the limits of a notice: an owner reads who did not get something, so it may name the role mailboxes.
fn notice_limits(context: &Context) -> Result<inspect::Limits, Failure> {
    let mut limits = letters::limits(context)?;
    let roles = context.project().recipients.roles.values();
    limits.addresses.extend(roles.flat_map(|role| role.to.iter().map(|to| to.get_ref().to_lowercase())));
    Ok(limits)
}
