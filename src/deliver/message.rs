//! Turns a [`Letter`] into the bytes of a message.
//!
//! ```text
//! multipart/mixed
//! ├── multipart/related
//! │   ├── multipart/alternative    text, then HTML
//! │   └── image/png …              what the HTML shows, by cid
//! └── attachments …
//! ```
//!
//! The same letter is the same bytes: identity, date and boundaries come from the letter, never from
//! chance or the clock. Whatever a name or a subject holds, the result is 7-bit lines that end in
//! CR LF and are at most 998 long; the last step reads the bytes and refuses anything else. This
//! module chooses no recipient and sends nothing.

use std::time::SystemTime;

use lettre::message::header::{
    ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox as LettreMailbox, MaybeString, MultiPart, MultiPartKind, SinglePart};

use super::address::Address;
use super::header_text::{file_name, lines, one_line};
use super::letter::{Attachment, InlineImage, Letter};
use super::mailbox::Mailbox;

/// The longest line of a message, without its CR LF (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// What Exchange is asked not to send: out-of-office and other automatic replies, and receipts. Not `All`, nor `NDR`:
/// that a message did not arrive must come back.
const NO_REPLIES: &str = "OOF, AutoReply, RN, NRN";

/// Why a letter cannot be a message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The mail library does not take the address.
    #[error("`{address}` cannot stand in a message")]
    Address {
        /// The address.
        address: Address,
        /// Why not.
        source: lettre::address::AddressError,
    },
    /// A message cannot carry the date.
    #[error("`{date}` cannot be the date of a message")]
    Date {
        /// The date.
        date: chrono::DateTime<chrono::Utc>,
    },
    /// The name of a picture would not be read back as it was written.
    #[error("`{cid}` cannot name a picture")]
    ContentId {
        /// The name.
        cid: String,
    },
    /// An attachment has no name that a file could have.
    #[error("an attachment has no name")]
    NoName,
    /// The media type cannot be read.
    #[error("`{media_type}` is not a media type, for the attachment `{name}`")]
    MediaType {
        /// The attachment.
        name: String,
        /// What it was said to be.
        media_type: String,
    },
    /// The report's or the edition's name cannot stand in an identity.
    #[error("`{name}` cannot stand in a message's identity")]
    Identity {
        /// The name.
        name: String,
    },
    /// The mail library built no message.
    #[error("the message cannot be built")]
    Build(#[from] lettre::error::Error),
    /// The bytes would not pass every server unchanged.
    #[error("the message is not fit to send: {what} at byte {at}")]
    Unfit {
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: usize,
    },
}

/// Writes `letter` as the bytes of a message (RFC 5322).
///
/// # Errors
///
/// [`MessageError`] when a part of the letter cannot stand in a message. Names and subjects never fail:
/// they are cleaned.
pub fn message(letter: &Letter) -> Result<Vec<u8>, MessageError> {
    let report = identifier(&letter.report)?;
    let domain = letter.from.address().domain();
    let earlier = letter.references.iter().map(|id| message_id(id)).collect::<Result<Vec<_>, _>>()?;

    let mut builder = lettre::Message::builder()
        .message_id(Some(letter.message_id()))
        .date(date(letter)?)
        .from(mailbox(&letter.from)?)
        .reply_to(mailbox(&letter.reply_to)?)
        .to(LettreMailbox::new(None, address(&letter.recipient)?))
        .subject(one_line(&letter.subject, 200));
    if let Some(last) = earlier.last() {
        builder = builder.in_reply_to((*last).to_owned()).references(earlier.join(" "));
    }
    let message = builder
        .raw_header(header("List-Id", format!("<{report}.{domain}>")))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", NO_REPLIES.to_owned()))
        .raw_header(header("Content-Language", "en-GB".to_owned()))
        .multipart(parts(letter)?)?;

    let bytes = message.formatted();
    fit_to_send(&bytes)?;
    Ok(bytes)
}

/// Builds all parts: the document with its pictures, then the files.
fn parts(letter: &Letter) -> Result<MultiPart, MessageError> {
    let key = letter.key();
    let multipart = |kind, name| MultiPart::builder().kind(kind).boundary(format!("=_{name}_{key}")).build();
    let mut related = multipart(MultiPartKind::Related, "related").multipart(
        multipart(MultiPartKind::Alternative, "alternative")
            .singlepart(text(ContentType::TEXT_PLAIN, &letter.text))
            .singlepart(text(ContentType::TEXT_HTML, &letter.html)),
    );
    for image in &letter.images {
        related = related.singlepart(picture(image)?);
    }
    let mut mixed = multipart(MultiPartKind::Mixed, "mixed").multipart(related);
    for file in &letter.attachments {
        mixed = mixed.singlepart(attachment(file)?);
    }
    Ok(mixed)
}

/// Builds a text part, in quoted-printable: readable in the raw, and never a long or an 8-bit line.
fn text(content_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .content_type(content_type)
        .body(encoded(lines(text), ContentTransferEncoding::QuotedPrintable))
}

fn picture(image: &InlineImage) -> Result<SinglePart, MessageError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
    if image.cid.is_empty() || image.cid.len() > 120 || !image.cid.bytes().all(plain) {
        return Err(MessageError::ContentId { cid: one_line(&image.cid, 60) });
    }
    // A name with an `@` in it would be taken for an address, by people and programs.
    let name = format!("{}.png", image.cid.replace('@', "-"));
    Ok(SinglePart::builder()
        .content_type(media_type("image/png", &image.cid)?)
        .header(ContentId::from(format!("<{}>", image.cid)))
        .header(ContentDisposition::inline_with_name(&name))
        .body(encoded(image.png.clone(), ContentTransferEncoding::Base64)))
}

fn attachment(file: &Attachment) -> Result<SinglePart, MessageError> {
    let name = file_name(&file.name);
    if name.is_empty() {
        return Err(MessageError::NoName);
    }
    Ok(SinglePart::builder()
        .content_type(media_type(&file.media_type, &name)?)
        .header(ContentDisposition::attachment(&name))
        .body(encoded(file.bytes.clone(), ContentTransferEncoding::Base64)))
}

/// Encodes a body in `encoding`. Quoted-printable and base64 take anything, so nothing is left to fall back to.
fn encoded(content: impl Into<MaybeString>, encoding: ContentTransferEncoding) -> Body {
    Body::new_with_encoding(content, encoding).unwrap_or_else(Body::new)
}

fn media_type(written: &str, name: &str) -> Result<ContentType, MessageError> {
    let fault = || MessageError::MediaType { name: name.to_owned(), media_type: one_line(written, 60) };
    if !written.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') || written.len() > 120 {
        return Err(fault());
    }
    ContentType::parse(written).map_err(|_| fault())
}

fn mailbox(mailbox: &Mailbox) -> Result<LettreMailbox, MessageError> {
    Ok(LettreMailbox::new(mailbox.name().map(str::to_owned), address(mailbox.address())?))
}

fn address(address: &Address) -> Result<lettre::Address, MessageError> {
    lettre::Address::new(address.local(), address.domain())
        .map_err(|source| MessageError::Address { address: address.clone(), source })
}

/// Returns the date of the letter, in whole seconds. The mail library panics outside these years.
fn date(letter: &Letter) -> Result<SystemTime, MessageError> {
    use chrono::Datelike;
    let sound = (1970..=9999).contains(&letter.date.year());
    if sound { Ok(letter.date.into()) } else { Err(MessageError::Date { date: letter.date }) }
}

/// Returns a folder name if it may stand in an identity as it is.
fn identifier(name: &str) -> Result<&str, MessageError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(plain) {
        return Err(MessageError::Identity { name: one_line(name, 60) });
    }
    Ok(name)
}

/// Returns an identity of a message if it is one word in angle brackets.
fn message_id(id: &str) -> Result<&str, MessageError> {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>".contains(&byte);
    if inner.len() > 200 || !inner.contains('@') || !inner.bytes().all(plain) {
        return Err(MessageError::Identity { name: one_line(id, 60) });
    }
    Ok(id)
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Checks that the bytes are 7-bit, in lines that end in CR LF and are not too long.
pub(super) fn fit_to_send(bytes: &[u8]) -> Result<(), MessageError> {
    let mut line_start = 0;
    let mut previous = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let unfit = |what| Err(MessageError::Unfit { what, at });
        match byte {
            b'\n' if previous == b'\r' => line_start = at + 1,
            b'\n' => return unfit("a line feed alone"),
            _ if previous == b'\r' => return unfit("a carriage return alone"),
            0x80.. => return unfit("a byte above 127"),
            0 => return unfit("a zero byte"),
            b'\r' => {}
            _ if at - line_start >= LONGEST_LINE => return unfit("a line that is too long"),
            _ => {}
        }
        previous = byte;
    }
    match previous {
        b'\r' => Err(MessageError::Unfit { what: "a carriage return alone", at: bytes.len() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
