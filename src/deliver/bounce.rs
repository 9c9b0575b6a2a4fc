//! What comes back: delivery status notifications (RFC 3464) in a maildir, matched by the identity of the message
//! that they are about, or by the return path that they came by. The maildir is only read: whoever looks after the mailbox keeps it.

use std::path::{Path, PathBuf};

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::deliveries::sha256;
use super::header_text::one_line;
use super::key::{DeliveryKey, Origin};

/// The largest notification that is read, in bytes: it may hold the whole message that came back.
const LARGEST: u64 = 25_000_000;

/// A message that came back for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The delivery.
    pub key: DeliveryKey,
    /// Of which message; `None` of one that was sent before messages had it.
    pub origin: Option<Origin>,
    /// For whom it came back: the recipient, or somebody behind it where the recipient is a list or passes mail on.
    /// `None` where the notification does not say.
    pub recipient: Option<String>,
    /// The words of whoever returned it.
    pub words: String,
    /// Names the notification: the same one is counted once, and another one of the same words again.
    pub notice: String,
}

/// What a maildir holds.
#[derive(Debug, Default)]
pub struct Returned {
    /// What came back for good.
    pub bounces: Vec<Bounce>,
    /// What could not be read. It keeps nothing else from being read.
    pub unreadable: Vec<BounceError>,
}

/// Why a maildir, or a file in it, cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be read")]
pub struct BounceError {
    path: PathBuf,
    source: std::io::Error,
}

/// Reads every notification in `maildir` of a message that came back for good. What is not a notification, or is about
/// somebody else's message, is passed over.
#[must_use]
pub fn bounces(maildir: &Path) -> Returned {
    let mut found = Returned::default();
    for folder in ["new", "cur"] {
        let folder = maildir.join(folder);
        let paths = std::fs::read_dir(&folder)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
        let mut paths: Vec<PathBuf> = match paths {
            Ok(paths) => paths,
            Err(source) => {
                found.unreadable.push(BounceError { path: folder, source });
                continue;
            }
        };
        paths.sort();
        for path in paths {
            match contents(&path) {
                Ok(Some(bytes)) => found.bounces.extend(read(&bytes)),
                // A reader of the mailbox may move a message while we look.
                Ok(None) => {}
                Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => found.unreadable.push(BounceError { path, source }),
            }
        }
    }
    found
}

/// Reads a file of a bearable size; `None` for anything else.
fn contents(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Ok(None);
    }
    std::fs::read(path).map(Some)
}

/// Returns the bounces that a message is, one for each recipient that it is about; none for any other message.
fn read(bytes: &[u8]) -> Vec<Bounce> {
    let Some(message) = MessageParser::default().parse(bytes) else { return Vec::new() };
    let mut failed = Vec::new();
    let mut original = None;
    for part in &message.parts {
        let content_type = part.content_type();
        let kind = content_type.map(|kind| {
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
        });
        match (kind.as_deref(), &part.body) {
            (_, PartType::Message(inner)) => original = original.or_else(|| identity(inner)),
            (Some("message/delivery-status"), _) => {
                failed.extend(failures(&String::from_utf8_lossy(part.contents())));
            }
            (Some("text/rfc822-headers"), _) => {
                let headers = MessageParser::default().parse_headers(part.contents());
                original = original.or_else(|| headers.as_ref().and_then(identity));
            }
            _ => {}
        }
    }
    // Many servers return nothing of the message; then the address that the notification went to names it.
    let Some((key, origin)) = original.or_else(|| addressed(&message)) else { return Vec::new() };
    let notice = sha256(bytes);
    let bounce = |(recipient, words)| Bounce {
        key: key.clone(),
        origin: origin.clone(),
        recipient,
        words,
        notice: notice.clone(),
    };
    failed.into_iter().map(bounce).collect()
}

/// Returns the delivery whose message this is, and its origin, if it may be one of ours.
fn identity(message: &Message<'_>) -> Option<(DeliveryKey, Option<Origin>)> {
    Origin::parse(message.message_id()?)
}

/// Headers in which servers and mailboxes note whom a message was for.
const ADDRESSED: [&str; 4] = ["X-Original-To", "Delivered-To", "Envelope-To", "To"];

/// Returns the delivery whose own return path the notification went to.
fn addressed(message: &Message<'_>) -> Option<(DeliveryKey, Option<Origin>)> {
    let written = ADDRESSED.iter().filter_map(|name| message.header_raw(*name));
    let mut addresses = written.flat_map(|text| text.split([' ', '\t', '\r', '\n', ',', ';', '<', '>']));
    addresses.find_map(Origin::of_return_path)
}

/// Returns for whom a message came back for good, and why; nothing of those for whom it is late, or has arrived.
fn failures(status: &str) -> Vec<(Option<String>, String)> {
    let unfolded = status.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let failed = unfolded.split("\n\n").filter_map(|group| {
        let field = |name: &str| {
            group.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        field("Action").filter(|action| action.eq_ignore_ascii_case("failed"))?;
        // The type before it, as `rfc822;`, says nothing: there is one.
        let typed = |value: &'static str| {
            field(value).map(|said| said.split_once(';').map_or(said, |(_, said)| said.trim()))
        };
        let recipient = typed("Final-Recipient").or_else(|| typed("Original-Recipient"));
        let recipient = recipient.map(|address| one_line(address.trim_matches(['<', '>']), 254));
        let words = [field("Status"), typed("Diagnostic-Code")];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some((recipient.filter(|address| !address.is_empty()), one_line(&words, 300)))
    });
    failed.collect()
}

#[cfg(test)]
mod tests;
