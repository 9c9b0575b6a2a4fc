use chrono::{DateTime, Utc};

use super::address::Address;
use super::key::{DeliveryKey, Origin};
use super::mailbox::Mailbox;
use crate::text::escape;

/// One edition of a report as it goes to one recipient, before it is a message.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The edition's identity. With the recipient it is the identity of the delivery.
    pub edition: String,
    /// With the delivery it is the identity of the message.
    pub origin: Origin,
    /// The report's folder name; becomes the `List-Id`, by which people file and mute.
    pub report: String,
    /// Who gets it: one address a message, always.
    pub recipient: Address,
    /// Who sends it. Its domain is the one in the `Message-ID`.
    pub from: Mailbox,
    /// A team mailbox that is read.
    pub reply_to: Mailbox,
    /// Title and marking; no names and no numbers.
    pub subject: String,
    /// The document as HTML that names its pictures as `cid:…`.
    pub html: String,
    /// The same document as plain text.
    pub text: String,
    /// The pictures of the HTML.
    pub images: Vec<InlineImage>,
    /// Files beside it.
    pub attachments: Vec<Attachment>,
    /// When the edition was made, so that the same letter is the same bytes; what leaves has the day of sending.
    pub date: DateTime<Utc>,
    /// The `Message-ID`s of earlier editions of the report to the same recipient, oldest first: by them
    /// the editions thread in the reader's program. [`DeliveryKey::message_id`] makes them.
    pub references: Vec<String>,
}

/// A picture inside the HTML.
#[derive(Debug, Clone)]
pub struct InlineImage {
    /// Its name in the HTML, after `cid:`; letters, digits, `.`, `_`, `-` and `@` only.
    pub cid: String,
    /// The bytes of a PNG.
    pub png: Vec<u8>,
}

/// A file beside the message.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The name that the reader sees.
    pub name: String,
    /// As `text/csv`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// Puts `words` before everything else, in the subject and in both forms of the text: what a reader must
    /// know of this message before they read it.
    pub fn say_first(&mut self, heading: &str, words: &str) {
        self.subject = format!("{} ({})", self.subject, heading.to_lowercase());
        self.text = format!("{}: {words}\n\n{}", heading.to_uppercase(), self.text);
        let note = format!(
            "<div role=\"note\" style=\"max-width:594px;margin:0 auto;padding:16px 20px;background:#fff7bf;\
             color:#0b0c0c;border-left:6px solid #0b0c0c;font-family:Arial,sans-serif;font-size:16px;\
             line-height:24px\"><strong>{}.</strong> {}</div>\n",
            escape(heading),
            escape(words)
        );
        let body = self.html.find("<body").and_then(|at| Some(at + self.html.get(at..)?.find('>')? + 1));
        self.html.insert_str(body.unwrap_or(0), &note);
    }

    /// Returns the identity of this delivery.
    #[must_use]
    pub fn key(&self) -> DeliveryKey {
        DeliveryKey::of(&self.edition, &self.recipient)
    }

    /// Returns the `Message-ID`, in its angle brackets.
    #[must_use]
    pub fn message_id(&self) -> String {
        self.key().message_id(&self.origin, self.from.address().domain())
    }
}

#[cfg(test)]
mod tests;
