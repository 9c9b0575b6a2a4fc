//! Reads a message back by `mail-parser`, and then compares what it found with the bytes.
//!
//! `mail-parser` shares no code with what writes the message, and is lenient, as mail programs are: it
//! passes over what stands between parts, takes a boundary in the middle of a line, and guesses. What two
//! programs may read differently must not leave, so every byte has to belong to a header, a boundary or
//! a part's content, and nothing else is let through.

use mail_parser::{HeaderName, Message, MessageParser, MessagePart, PartType};

use self::content::decode;
use self::fields::Field;
use self::parameters::Parameters;
use super::finding::Rule;

mod content;
mod fields;
mod lines;
mod parameters;

/// One part of a message that holds no others.
#[derive(Debug)]
pub(super) struct Part {
    /// In lower case, without parameters.
    pub(super) media_type: String,
    /// Each name of the file, and whatever else its headers say in words.
    pub(super) names: Vec<String>,
    /// What the HTML calls it, without angle brackets.
    pub(super) cid: Option<String>,
    /// Whether it is shown as a file beside the message.
    pub(super) attached: bool,
    /// Its content, decoded.
    pub(super) body: Vec<u8>,
}

/// A message, read.
#[derive(Debug)]
pub(super) struct Mail {
    /// The message's headers in order, with names in lower case and values unfolded and decoded.
    pub(super) headers: Vec<(String, String)>,
    /// Its parts, in order.
    pub(super) parts: Vec<Part>,
}

/// How deep parts may lie in parts.
const DEEPEST: usize = 6;

/// Reads a message.
///
/// # Errors
///
/// The rule that the message breaks when it is not one, not whole, or open to a second reading.
pub(super) fn read(bytes: &[u8]) -> Result<Mail, Rule> {
    if !lines::are_sound(bytes) {
        return Err(Rule::Unreadable);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Rule::Unreadable)?;
    let parser = MessageParser::new().with_mime_headers().default_header_text();
    let message = parser.parse(bytes).ok_or(Rule::Unreadable)?;
    let mut walk = Walk { bytes, text, message: &message, seen: 0, parts: Vec::new() };
    let headers = walk.part(0, 0..bytes.len(), DEEPEST)?;
    // A part that no multipart names is shown by some programs.
    if walk.seen != message.parts.len() {
        return Err(Rule::Extra);
    }
    let headers = headers.into_iter().map(|field| (field.name, field.text)).collect();
    Ok(Mail { headers, parts: walk.parts })
}

/// The way through a message, part by part.
struct Walk<'a> {
    bytes: &'a [u8],
    /// The same, as text.
    text: &'a str,
    message: &'a Message<'a>,
    /// How many parts have been looked at.
    seen: usize,
    parts: Vec<Part>,
}

impl Walk<'_> {
    /// Looks at a part that fills the bytes of `place`, and adds the parts in it, or itself. Returns its headers.
    fn part(&mut self, id: usize, place: std::ops::Range<usize>, depth: usize) -> Result<Vec<Field>, Rule> {
        let part = self.message.parts.get(id).ok_or(Rule::Unreadable)?;
        self.seen += 1;
        let (start, body, end) =
            (part.offset_header as usize, part.offset_body as usize, part.offset_end as usize);
        // Where a multipart ends inside the message is the first line after it, so only a single part must fit.
        if start != place.start || body > place.end || part.is_encoding_problem {
            return Err(Rule::Unreadable);
        }
        let fields = fields::read(self.bytes, &part.headers, start..body).ok_or(Rule::Unreadable)?;
        // Two answers to what a part is: each program takes its own.
        let mime = || fields.iter().filter(|field| field.name.starts_with("content-"));
        if mime().any(|one| mime().filter(|other| one.name == other.name).count() > 1) {
            return Err(Rule::Extra);
        }
        let kind = Parameters::of(part, &HeaderName::ContentType, &fields).ok_or(Rule::Unreadable)?;
        match &part.body {
            PartType::Multipart(children) => {
                let depth = depth.checked_sub(1).ok_or(Rule::Unreadable)?;
                self.multipart(&kind, &fields, children, body..place.end, depth)?;
            }
            PartType::Message(_) => return Err(Rule::UnknownKind),
            _ if end == place.end => {
                let leaf = leaf(part, kind, &fields, self.bytes.get(body..end).unwrap_or_default())
                    .ok_or(Rule::Unreadable)?;
                self.parts.push(leaf);
            }
            _ => return Err(Rule::Extra),
        }
        Ok(fields)
    }

    /// Looks at the parts of a multipart whose body fills the bytes of `place`.
    fn multipart(
        &mut self,
        kind: &Parameters,
        fields: &[Field],
        children: &[u32],
        place: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<(), Rule> {
        let known = ["multipart/mixed", "multipart/alternative", "multipart/related"];
        let plain = fields::value(fields, "content-transfer-encoding").is_none_or(content::is_plain);
        if !known.contains(&kind.value.as_str()) || !plain {
            return Err(Rule::Unreadable);
        }
        let boundary = kind.boundary().ok_or(Rule::Unreadable)?;
        let opening = format!("--{boundary}\r\n");
        let between = format!("\r\n{opening}");
        let closing = format!("\r\n--{boundary}--");
        // A boundary anywhere else divides the message for some programs and not for others.
        let mark = format!("--{boundary}");
        let marks: Vec<usize> = self.text.match_indices(&mark).map(|(at, _)| at).collect();
        if children.is_empty() || marks.len() != children.len() + 1 {
            return Err(Rule::Unreadable);
        }
        let mut starts = vec![place.start + opening.len()];
        let mut ends = Vec::new();
        for (number, mark) in marks.iter().enumerate() {
            let (at, line) = if number == 0 {
                (place.start, &opening)
            } else {
                let line = if number == children.len() { &closing } else { &between };
                let at = mark.checked_sub(2).ok_or(Rule::Unreadable)?;
                ends.push(at);
                starts.push(at + line.len());
                (at, line)
            };
            let written = self.bytes.get(at..).is_some_and(|rest| rest.starts_with(line.as_bytes()));
            if !written || number == 0 && *mark != place.start {
                return Err(Rule::Extra);
            }
        }
        // What follows the last boundary is shown by no program and read by whoever opens the source.
        let after = starts.last().and_then(|at| self.bytes.get(*at..place.end)).ok_or(Rule::Unreadable)?;
        if !matches!(after, b"" | b"\r\n") {
            return Err(Rule::Extra);
        }
        for ((child, start), end) in children.iter().zip(starts).zip(ends) {
            self.part(*child as usize, start..end, depth)?;
        }
        Ok(())
    }
}

/// Reads a part that holds no others.
fn leaf(part: &MessagePart<'_>, kind: Parameters, fields: &[Field], raw: &[u8]) -> Option<Part> {
    // The parser takes a multipart without a boundary for text; a mail program may find parts in it.
    if kind.value.starts_with("multipart/") {
        return None;
    }
    let charset = kind.get("charset").unwrap_or("utf-8");
    if !["utf-8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known)) {
        return None;
    }
    let disposition = Parameters::of(part, &HeaderName::ContentDisposition, fields)?;
    let attached = match disposition.value.as_str() {
        "attachment" => true,
        "inline" | "" => false,
        _ => return None,
    };
    let cid = match fields::value(fields, "content-id") {
        Some(id) => Some(id.strip_prefix('<')?.strip_suffix('>')?.to_owned()),
        None => None,
    };
    let encoding = fields::value(fields, "content-transfer-encoding").unwrap_or("7bit");
    let body = decode(encoding, raw)?;
    // The parser's own reading, where it has not replaced what is not UTF-8.
    if part.contents() != body && (std::str::from_utf8(&body).is_ok() || !part.is_text()) {
        return None;
    }
    let mut names: Vec<String> = disposition.get("filename").into_iter().map(str::to_owned).collect();
    names.extend(disposition.words());
    names.extend(kind.words());
    let media_type = if kind.value.is_empty() { "text/plain".to_owned() } else { kind.value };
    Some(Part { media_type, names, cid, attached, body })
}

#[cfg(test)]
mod tests;
