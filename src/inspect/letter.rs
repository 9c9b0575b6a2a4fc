//! Reads a whole message: its headers, both forms of its text, its pictures and every file beside it.

use std::collections::BTreeSet;

use super::attachment::attachment;
use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::mime::{self, Mail};
use super::{forms, personal};

/// Headers that every message has, each once.
const ALWAYS: &[&str] = &[
    "message-id",
    "date",
    "from",
    "to",
    "reply-to",
    "subject",
    "list-id",
    "auto-submitted",
    "mime-version",
    "content-type",
];

/// Headers that name mailboxes, messages and the list: an address in them is not a finding.
const ADDRESSING: &[&str] =
    &["message-id", "from", "to", "reply-to", "sender", "list-id", "in-reply-to", "references"];

/// Reads a message as a stranger would.
///
/// # Errors
///
/// [`Findings`] with every reason why it must not be sent.
pub fn message(bytes: &[u8], limits: &Limits) -> Result<(), Findings> {
    let mut findings = Findings::default();
    if bytes.len() > limits.message_bytes {
        findings.add("message", Rule::TooBig);
    }
    let mail = match mime::read(bytes) {
        Ok(mail) => mail,
        Err(rule) => {
            findings.add("message", rule);
            return findings.or(());
        }
    };
    headers(&mail, limits, &mut findings);

    let mut shown = BTreeSet::new();
    let mut held = BTreeSet::new();
    let mut texts: (Vec<&[u8]>, Vec<&[u8]>) = (Vec::new(), Vec::new());
    for (number, part) in mail.parts.iter().enumerate() {
        let place = part.names.first().cloned().unwrap_or_else(|| format!("message, part {}", number + 1));
        match part.media_type.as_str() {
            "text/plain" if !part.attached => {
                texts.0.extend(Some(part.body.as_slice()).filter(|body| !body.trim_ascii().is_empty()));
                findings.extend(attachment("text part", &part.media_type, &part.body, limits));
            }
            "text/html" if !part.attached => {
                texts.1.extend(Some(part.body.as_slice()).filter(|body| !body.trim_ascii().is_empty()));
            }
            "image/png" if !part.attached => {
                match &part.cid {
                    // A picture that no page can name is shown below the text by some programs.
                    None => findings.add(&*place, Rule::Picture),
                    Some(cid) => drop(held.insert(cid.clone())),
                }
                if part.body.len() > limits.image_bytes {
                    findings.add(&*place, Rule::TooBig);
                }
                findings.extend(attachment(&place, &part.media_type, &part.body, limits));
            }
            _ => findings.extend(attachment(&place, &part.media_type, &part.body, limits)),
        }
        for rule in part.names.iter().flat_map(|name| personal::rules(name, limits)) {
            findings.add(format!("the name of part {}", number + 1), rule);
        }
    }
    // Of two texts a mail program shows the first, the last or both.
    match (texts.0.len(), texts.1.len()) {
        (1, 1) => {}
        (0, _) | (_, 0) => findings.add("message", Rule::Missing),
        _ => findings.add("message", Rule::Extra),
    }
    let text = texts.0.first().and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    for html in texts.1 {
        match std::str::from_utf8(html) {
            Ok(html) => shown.extend(forms::compare(text, html, limits, &mut findings)),
            Err(_) => findings.add("HTML part", Rule::Unreadable),
        }
    }
    for cid in shown.symmetric_difference(&held) {
        findings.add(format!("HTML part, picture {cid}"), Rule::Picture);
    }
    if held.len() > limits.images {
        findings.add("HTML part", Rule::TooBig);
    }
    findings.or(())
}

/// Checks that there is one recipient, nothing copied to anybody, and no word about a person in any header.
fn headers(mail: &Mail, limits: &Limits, findings: &mut Findings) {
    let times = |name: &str| mail.headers.iter().filter(|(found, _)| found == name).count();
    for name in ALWAYS.iter().filter(|name| times(name) != 1) {
        findings.add(format!("header {name}"), Rule::Missing);
    }
    for (name, value) in &mail.headers {
        let place = || format!("header {name}");
        match name.as_str() {
            "cc" | "bcc" | "resent-to" | "resent-cc" | "resent-bcc" => findings.add(place(), Rule::Address),
            "to" if value.matches('@').count() != 1 => findings.add(place(), Rule::Address),
            "x-mailer" | "user-agent" | "received" | "x-originating-ip" => {
                findings.add(place(), Rule::Author);
            }
            // Each mail program shows the one that it finds first.
            _ if times(name) > 1 && !ALWAYS.contains(&name.as_str()) => findings.add(place(), Rule::Extra),
            _ => {}
        }
        let addressing = ADDRESSING.contains(&name.as_str());
        for rule in personal::rules(value, limits) {
            if !(addressing && rule == Rule::Address) {
                findings.add(place(), rule);
            }
        }
    }
}

#[cfg(test)]
mod tests;
