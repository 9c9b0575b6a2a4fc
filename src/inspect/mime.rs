//! Takes a message apart, by the standards and not by the code that made it.
//!
//! It reads what leaves here: multiparts, quoted-printable, base64, encoded words and extended
//! parameters. It is strict where a mail program is lenient, because what programs read differently is
//! what must not leave.

/// One part of a message that holds no others.
#[derive(Debug)]
pub(super) struct Part {
    /// In lower case, without parameters.
    pub(super) media_type: String,
    /// The file's name, where it has one.
    pub(super) name: Option<String>,
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

/// Reads a message; `None` when it is not one, or not whole.
pub(super) fn read(bytes: &[u8]) -> Option<Mail> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())?;
    let (head, body) = split_head(text)?;
    let headers = headers(head)?;
    let mut parts = Vec::new();
    leaves(&headers, body, DEEPEST, &mut parts)?;
    let decoded = headers.into_iter().map(|(name, value)| (name, decode_words(&value))).collect();
    Some(Mail { headers: decoded, parts })
}

fn split_head(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix("\r\n") {
        Some(body) => Some(("", body)),
        None => text.split_once("\r\n\r\n"),
    }
}

/// Unfolds the lines of a head.
fn headers(head: &str) -> Option<Vec<(String, String)>> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            headers.last_mut()?.1.push_str(line);
        } else {
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    Some(headers)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// Adds the parts below this one, or this one itself.
fn leaves(headers: &[(String, String)], body: &str, depth: usize, parts: &mut Vec<Part>) -> Option<()> {
    let content_type = header(headers, "content-type").unwrap_or("text/plain");
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !media_type.starts_with("multipart/") {
        let disposition = header(headers, "content-disposition").unwrap_or_default();
        parts.push(Part {
            media_type,
            name: parameter(disposition, "filename").or_else(|| parameter(content_type, "name")),
            cid: header(headers, "content-id")
                .map(|id| id.trim().trim_start_matches('<').trim_end_matches('>').to_owned()),
            attached: disposition.trim_start().to_ascii_lowercase().starts_with("attachment"),
            body: decode(header(headers, "content-transfer-encoding").unwrap_or("7bit"), body)?,
        });
        return Some(());
    }
    let depth = depth.checked_sub(1)?;
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty())?;
    let closing = format!("\r\n--{boundary}--");
    let opening = format!("\r\n--{boundary}\r\n");
    let framed = format!("\r\n{body}");
    let (inner, _) = framed.split_once(&closing)?;
    let mut pieces = inner.split(opening.as_str());
    pieces.next()?;
    for piece in pieces {
        let (head, body) = split_head(piece)?;
        leaves(&self::headers(head)?, body, depth, parts)?;
    }
    Some(())
}

/// The value of a parameter, whether plain, quoted, continued or extended (RFC 2231).
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut pieces: Vec<(usize, bool, String)> = Vec::new();
    for (name, text) in parameters(value) {
        let Some(rest) = name.strip_prefix(wanted) else { continue };
        let extended = rest.ends_with('*');
        let number = rest.trim_matches('*');
        match (rest, number.parse()) {
            ("" | "*", _) => pieces.push((0, extended, text)),
            (_, Ok(number)) => pieces.push((number, extended, text)),
            _ => {}
        }
    }
    pieces.sort_by_key(|(number, ..)| *number);
    let mut bytes = Vec::new();
    for (number, extended, text) in &pieces {
        match (extended, number) {
            (true, 0) => bytes.extend(percent_decode(text.splitn(3, '\'').nth(2).unwrap_or(text))),
            (true, _) => bytes.extend(percent_decode(text)),
            (false, _) => bytes.extend_from_slice(text.as_bytes()),
        }
    }
    (!pieces.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The parameters after the first `;`, with quotes and escapes read.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut letters = value.chars().skip_while(|letter| *letter != ';').skip(1).peekable();
    while letters.peek().is_some() {
        let name: String = letters.by_ref().take_while(|letter| *letter != '=').collect();
        let mut text = String::new();
        let mut quoted = false;
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if quoted => text.extend(letters.next()),
                '"' => quoted = !quoted,
                ';' if !quoted => break,
                ' ' | '\t' if !quoted => {}
                _ => text.push(letter),
            }
        }
        found.push((name.trim().to_ascii_lowercase(), text));
    }
    found
}

fn percent_decode(text: &str) -> Vec<u8> {
    escaped(text.as_bytes(), b'%')
}

/// Bytes in which `mark` and two hexadecimal digits stand for a byte.
fn escaped(bytes: &[u8], mark: u8) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let meant = digits.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == mark);
        plain.push(meant.unwrap_or(*first));
        rest = if meant.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    plain
}

fn decode(encoding: &str, body: &str) -> Option<Vec<u8>> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "7bit" | "8bit" => Some(body.as_bytes().to_vec()),
        "quoted-printable" => Some(escaped(body.replace("=\r\n", "").as_bytes(), b'=')),
        "base64" => base64(body),
        _ => None,
    }
}

/// The bytes that base64 stands for; `None` when it is not whole.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut bits, mut padded) = (0_u32, 0_u32, false);
    for letter in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padded = true;
                continue;
            }
            _ => return None,
        };
        if padded {
            return None;
        }
        word = word << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 0xff).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

/// A header's value with its encoded words (RFC 2047) read.
fn decode_words(value: &str) -> String {
    let mut plain = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let word = match (fields.next(), fields.next(), fields.next(), fields.next()) {
            (Some(_charset), Some(kind), Some(text), Some(next)) => {
                let bytes = match kind {
                    "b" | "B" => base64(text),
                    "q" | "Q" => Some(escaped(text.replace('_', " ").as_bytes(), b'=')),
                    _ => None,
                };
                bytes.zip(next.strip_prefix('='))
            }
            _ => None,
        };
        // White space between two encoded words is no part of the text.
        if !(word.is_some() && before.trim().is_empty() && !plain.is_empty()) {
            plain.push_str(before);
        }
        let (bytes, next) = word.unwrap_or_else(|| (b"=?".to_vec(), after));
        plain.push_str(&String::from_utf8_lossy(&bytes));
        rest = next;
    }
    plain + rest
}

#[cfg(test)]
mod tests;
