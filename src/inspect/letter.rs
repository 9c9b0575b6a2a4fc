//! Opens a whole message: its headers, both forms of its text, its pictures and every file beside it.

use std::collections::BTreeSet;

use super::mime::{self, Mail};
use super::{Findings, Limits, Rule, attachment, hypertext, personal};

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

/// Opens a message as a stranger would.
///
/// # Errors
///
/// [`Findings`] with every reason why it must not leave.
pub fn message(bytes: &[u8], limits: &Limits) -> Result<(), Findings> {
    let mut findings = Findings::default();
    if bytes.len() > limits.message_bytes {
        findings.add("message", Rule::TooBig);
    }
    let Some(mail) = mime::read(bytes) else {
        findings.add("message", Rule::Unreadable);
        return findings.or(());
    };
    headers(&mail, limits, &mut findings);

    let mut shown = BTreeSet::new();
    let mut held = BTreeSet::new();
    let mut texts = (false, false);
    for (number, part) in mail.parts.iter().enumerate() {
        let place = part.name.clone().unwrap_or_else(|| format!("message, part {}", number + 1));
        match part.media_type.as_str() {
            "text/plain" if !part.attached => {
                texts.0 = !part.body.trim_ascii().is_empty();
                findings.extend(attachment("text part", &part.media_type, &part.body, limits));
            }
            "text/html" if !part.attached => {
                texts.1 = !part.body.trim_ascii().is_empty();
                if part.body.len() > limits.html_bytes {
                    findings.add("HTML part", Rule::TooBig);
                }
                match std::str::from_utf8(&part.body) {
                    Ok(html) => shown = hypertext::inspect("HTML part", html, limits, &mut findings),
                    Err(_) => findings.add("HTML part", Rule::Unreadable),
                }
            }
            "image/png" if !part.attached => {
                held.extend(part.cid.clone());
                if part.body.len() > limits.image_bytes {
                    findings.add(&*place, Rule::TooBig);
                }
                findings.extend(attachment(&place, &part.media_type, &part.body, limits));
            }
            _ => findings.extend(attachment(&place, &part.media_type, &part.body, limits)),
        }
        for rule in personal::rules(&place, limits) {
            findings.add(format!("the name of part {}", number + 1), rule);
        }
    }
    if texts != (true, true) {
        findings.add("message", Rule::Missing);
    }
    for cid in shown.symmetric_difference(&held) {
        findings.add(format!("HTML part, picture {cid}"), Rule::Picture);
    }
    if held.len() > limits.images {
        findings.add("HTML part", Rule::TooBig);
    }
    findings.or(())
}

/// One recipient, nothing copied to anybody, and a subject that says nothing of anyone.
fn headers(mail: &Mail, limits: &Limits, findings: &mut Findings) {
    for name in ALWAYS {
        if mail.headers.iter().filter(|(found, _)| found == name).count() != 1 {
            findings.add(format!("header {name}"), Rule::Missing);
        }
    }
    for (name, value) in &mail.headers {
        match name.as_str() {
            "cc" | "bcc" | "resent-to" | "resent-cc" | "resent-bcc" => {
                findings.add(format!("header {name}"), Rule::Address);
            }
            "to" if value.matches('@').count() != 1 => findings.add("header to", Rule::Address),
            "x-mailer" | "user-agent" | "received" | "x-originating-ip" => {
                findings.add(format!("header {name}"), Rule::Author);
            }
            "subject" => {
                for rule in personal::rules(value, limits) {
                    findings.add("header subject", rule);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
