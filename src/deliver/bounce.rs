//! What comes back: delivery status notifications (RFC 3464) in a maildir, matched by the identity of the message
//! that they are about. The maildir is only read: whoever looks after the mailbox keeps it.

use std::path::{Path, PathBuf};

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::header_text::one_line;
use super::key::DeliveryKey;

/// The largest notification that is read, in bytes: it may hold the whole message that came back.
const LARGEST: u64 = 25_000_000;

/// A message that came back for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The delivery.
    pub key: DeliveryKey,
    /// The words of whoever returned it.
    pub words: String,
}

/// Why a maildir cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the maildir `{path}` cannot be read: {source}")]
pub struct BounceError {
    path: PathBuf,
    source: std::io::Error,
}

/// Reads every notification in `maildir` of a message that came back for good. What is not a notification, or is about somebody
/// else's message, is passed over.
///
/// # Errors
///
/// [`BounceError`] when the maildir or a file in it cannot be read.
pub fn bounces(maildir: &Path) -> Result<Vec<Bounce>, BounceError> {
    let mut found = Vec::new();
    for folder in ["new", "cur"] {
        let folder = maildir.join(folder);
        let fault = |source| BounceError { path: folder.clone(), source };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(fault)? {
            paths.push(entry.map_err(fault)?.path());
        }
        paths.sort();
        for path in paths {
            let fault = |source| BounceError { path: path.clone(), source };
            match std::fs::metadata(&path) {
                Ok(file) if file.is_file() && file.len() <= LARGEST => {
                    found.extend(read(&std::fs::read(&path).map_err(fault)?));
                }
                // A reader of the mailbox may move a message while we look.
                Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => {}
                Err(other) => return Err(fault(other)),
                Ok(_) => {}
            }
        }
    }
    Ok(found)
}

/// Reads the bounce that a message is; `None` for any other message.
fn read(bytes: &[u8]) -> Option<Bounce> {
    let message = MessageParser::default().parse(bytes)?;
    let mut words = None;
    let mut original = None;
    for part in &message.parts {
        let content_type = part.content_type();
        let kind = content_type.map(|kind| {
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
        });
        match (kind.as_deref(), &part.body) {
            (_, PartType::Message(inner)) => original = original.or_else(|| key(inner)),
            (Some("message/delivery-status"), _) => {
                words = words.or_else(|| failed(&String::from_utf8_lossy(part.contents())));
            }
            (Some("text/rfc822-headers"), _) => {
                let headers = MessageParser::default().parse_headers(part.contents());
                original = original.or_else(|| headers.as_ref().and_then(key));
            }
            _ => {}
        }
    }
    Some(Bounce { key: original?, words: words? })
}

/// Returns the delivery whose message this is, if it is one of ours.
fn key(message: &Message<'_>) -> Option<DeliveryKey> {
    DeliveryKey::parse(message.message_id()?.split('@').next()?)
}

/// Returns why a recipient's message came back for good; `None` when it did not: it may be late, or have arrived.
fn failed(status: &str) -> Option<String> {
    let unfolded = status.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    unfolded.split("\n\n").find_map(|group| {
        let field = |name: &str| {
            group.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        field("Action").filter(|action| action.eq_ignore_ascii_case("failed"))?;
        let said =
            field("Diagnostic-Code").map(|said| said.split_once(';').map_or(said, |(_, said)| said.trim()));
        let words = [field("Status"), said].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(one_line(&words, 300))
    })
}

#[cfg(test)]
mod tests;
