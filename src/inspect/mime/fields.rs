use std::ops::Range;

use mail_parser::Header;

/// One header of a message or part.
#[derive(Debug)]
pub(super) struct Field {
    /// In lower case.
    pub(super) name: String,
    /// The value as written, unfolded.
    pub(super) raw: String,
    /// The value with its encoded words read.
    pub(super) text: String,
}

/// Returns the value as written of the header `name`.
pub(super) fn value<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name).map(|field| field.raw.as_str())
}

/// Reads the headers that fill the bytes of `place`; `None` when a line of them is none, or is open to a
/// second reading. The parser passes over what it does not understand, so the headers that it found must
/// follow each other without a gap.
pub(super) fn read(bytes: &[u8], headers: &[Header<'_>], place: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut at = place.start;
    for header in headers {
        let (start, value, end) =
            (header.offset_field as usize, header.offset_start as usize, header.offset_end as usize);
        if start != at {
            return None;
        }
        at = end;
        let name = text(bytes, start..value)?.strip_suffix(':')?;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let raw = unfolded(text(bytes, value..end)?)?;
        let decoded = header.value.as_text().map_or_else(|| raw.clone(), str::to_owned);
        if !words_are_sound(&raw, &decoded) {
            return None;
        }
        fields.push(Field { name: name.to_ascii_lowercase(), raw, text: decoded });
    }
    (text(bytes, at..place.end)? == "\r\n").then_some(fields)
}

fn text(bytes: &[u8], place: Range<usize>) -> Option<&str> {
    std::str::from_utf8(bytes.get(place)?).ok()
}

/// Joins the lines of a value; `None` when a line after the first does not begin with white space, or holds
/// nothing else, which some programs take for the end of the headers.
fn unfolded(value: &str) -> Option<String> {
    let mut lines = value.strip_suffix("\r\n")?.split("\r\n");
    let mut joined = lines.next()?.to_owned();
    for line in lines {
        if !line.starts_with([' ', '\t']) || line.trim().is_empty() {
            return None;
        }
        joined.push_str(line);
    }
    Some(joined.trim().to_owned())
}

/// Returns whether every encoded word (RFC 2047) is whole, in UTF-8, and has been read.
fn words_are_sound(raw: &str, decoded: &str) -> bool {
    let mut rest = raw;
    while let Some((_, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let (charset, _kind, _text, next) = (fields.next(), fields.next(), fields.next(), fields.next());
        let known = charset.is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"));
        match next.and_then(|next| next.strip_prefix('=')) {
            Some(next) if known => rest = next,
            _ => return false,
        }
    }
    !decoded.contains("=?") && !decoded.contains('\u{fffd}')
}
