//! The letters of an edition: from its own files, with what a reader must know first put before them.

use crate::deliver::{Address, AddressError, Attachment, DeliveryKey, InlineImage, Letter, Mailbox, Origin};
use crate::edition::{self, Edition};
use crate::inspect;
use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure};
use crate::project::{MailSettings, Project, Report};
use crate::report;

/// The most earlier messages that a letter refers to: enough for any mail program to thread by.
const MOST_REFERENCES: usize = 20;

/// What a file is that no medium makes, such as one of an edition of another version.
const UNKNOWN: &str = "application/octet-stream";

/// What the recipients' letters of one edition share.
#[derive(Debug)]
pub(crate) struct Letters {
    /// The letter, to the sender itself and without references.
    letter: Letter,
    /// The editions of the messages that it refers to, oldest first.
    earlier: Vec<Edition>,
    /// The identity of the store.
    store: String,
}

impl Letters {
    /// Reads the letters of `edition`, each file of which is checked as it is read.
    pub(crate) fn of(context: &Context, report: &Report, edition: &Edition) -> Result<Self, Failure> {
        let text = |file: &str| -> Result<String, Failure> {
            String::from_utf8(edition.read(context, file)?).map_err(Failure::bug)
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
                    media_type: report::content_type(file).unwrap_or(UNKNOWN).to_owned(),
                    bytes: edition.read(context, file)?,
                })
            })
            .collect::<Result<_, Failure>>()?;
        let from = sender(context)?;
        let letter = Letter {
            edition: edition.id.clone(),
            origin: origin(context, &edition.fingerprint)?,
            report: report.name.clone(),
            recipient: from.address().clone(),
            subject: format!("{}: {}", context.project().council.council.marking, edition.title),
            from,
            reply_to: reply_to(context)?,
            html: text("email.html")?,
            text: text("email.txt")?,
            images,
            attachments,
            date: edition.made,
            references: Vec::new(),
        };
        Ok(Self { letter, earlier: earlier(context, edition)?, store: identity(context)? })
    }

    /// Returns the letter to one recipient. It refers to the messages of earlier editions to the same address.
    pub(crate) fn to(&self, recipient: &Address) -> Letter {
        self.referring(recipient, self.earlier.iter())
    }

    /// Returns the letter to one recipient, which refers to their messages of `editions`.
    fn referring<'a>(&self, recipient: &Address, editions: impl Iterator<Item = &'a Edition>) -> Letter {
        let domain = self.letter.from.address().domain();
        let references = editions.map(|edition| {
            let origin = Origin::of(&self.store, &edition.fingerprint);
            DeliveryKey::of(&edition.id, recipient).message_id(&origin, domain)
        });
        let references = references.collect();
        Letter { recipient: recipient.clone(), references, ..self.letter.clone() }
    }

    /// Returns the letter to one recipient as a correction of `replaced`, which they have or may have.
    pub(crate) fn correcting(&self, recipient: &Address, replaced: &Edition, words: &str) -> Letter {
        let others = self.earlier.iter().filter(|edition| edition.id != replaced.id);
        let mut letter = self.referring(recipient, others.chain([replaced]));
        letter.say_first("Correction", words);
        letter
    }
}

/// Finds the editions before this one that the same people had, oldest first: the first of all, and the newest.
fn earlier(context: &Context, edition: &Edition) -> Result<Vec<Edition>, Failure> {
    let mut earlier = edition::all(context, &edition.report, None)?;
    earlier.retain(|other| {
        other.id != edition.id && other.version == edition.version && other.made <= edition.made
    });
    earlier.sort_by(|a, b| (a.made, &a.id).cmp(&(b.made, &b.id)));
    if earlier.len() > MOST_REFERENCES {
        earlier.drain(1..=earlier.len() - MOST_REFERENCES);
    }
    Ok(earlier)
}

/// Returns what tells messages of this content from those of another store.
pub(super) fn origin(context: &Context, holds: &str) -> Result<Origin, Failure> {
    Ok(Origin::of(&identity(context)?, holds))
}

/// Returns what no other store is called. With a clock that stands still everything is the same each time.
fn identity(context: &Context) -> Result<String, Failure> {
    let project = context.project();
    let fixed = project.settings.fixed_clock.map(|_| sha256(project.council.council.name.as_bytes()));
    context.store().identity(fixed.as_deref()).map_err(Into::into)
}

/// Returns what may be in a message that is sent: the team's own mailboxes, the council's own names.
pub(crate) fn limits(context: &Context) -> Result<inspect::Limits, Failure> {
    mail(context)?;
    limits_of(context.project())
}

/// Returns the same for a project, whether mail is set up or not.
pub(crate) fn limits_of(project: &Project) -> Result<inspect::Limits, Failure> {
    let (mail, council) = (project.settings.mail.as_ref(), &project.council);
    let own = mail.into_iter().flat_map(|mail| [Some(&mail.from), mail.reply_to.as_ref()]).flatten();
    let mut limits = inspect::Limits::default();
    for written in own.chain(council.owners.values()) {
        limits.addresses.insert(mailbox(written)?.address().to_string().to_lowercase());
    }
    limits.authors.extend([council.council.service.clone(), council.council.name.clone()]);
    Ok(limits)
}

/// Returns where a bounce of a letter goes: a return path of its own in the mailbox for bounces, or the sender.
pub(super) fn return_path(context: &Context, letter: &Letter) -> Result<Address, Failure> {
    let Some(written) = &mail(context)?.bounces_to else { return Ok(letter.from.address().clone()) };
    letter.key().return_path(&letter.origin, mailbox(written)?.address()).map_err(|error| {
        Failure::usage(format!(
            "expected a mailbox with at most 14 letters before its `@`, found `{written}`"
        ))
        .at("settings.toml")
        .because(error)
        .help("shorten `bounces_to` under `[mail]`: each message adds 50 letters of its own")
    })
}

/// Returns the sender of every message.
pub(crate) fn sender(context: &Context) -> Result<Mailbox, Failure> {
    mailbox(&mail(context)?.from)
}

/// Returns where replies go.
pub(crate) fn reply_to(context: &Context) -> Result<Mailbox, Failure> {
    let mail = mail(context)?;
    mailbox(mail.reply_to.as_ref().unwrap_or(&mail.from))
}

/// Reads `Name <address>`, or an address alone.
pub(crate) fn mailbox(written: &str) -> Result<Mailbox, Failure> {
    written.parse().map_err(|error: AddressError| {
        Failure::usage(format!("expected a mailbox, found `{written}`"))
            .because(error)
            .help("write it as `Name <mailbox@council.gov.uk>` in `settings.toml` or `sufficiency.toml`")
    })
}

/// Returns how mail is sent, if that is set up.
pub(crate) fn mail(context: &Context) -> Result<&MailSettings, Failure> {
    context.project().settings.mail.as_ref().ok_or_else(|| {
        Failure::usage("mail is not set up")
            .help("add `[mail]` to `settings.toml`, at the least with `from` and `allow_domains`")
    })
}
