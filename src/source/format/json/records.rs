//! Parses JSON into rows. Numbers are taken as they are written, never through a float. A key that appears twice,
//! nesting that is too deep and a number with too many digits refuse the file.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use json_event_parser::{JsonEvent, JsonParseError, JsonSyntaxError, ReaderJsonParser, SliceJsonParser};

use super::pages::Pages;
use crate::source::error::SourceError;
use crate::source::format::record::shape::{Found, Shapes};
use crate::source::format::record::{
    DEEPEST, LONGEST, Naming, PathCollector, RecordVisitor, RowFiller, record_fault,
};
use crate::source::row::Take;

/// Digits of a number, and places that its point may move.
const DIGITS: usize = 38;

/// Reads the paths of all values as a row 0, then each record. `open`: opens the file from its start, once for each
/// pass. Returns in words that there are more records elsewhere, where the document says so.
pub(super) fn read<R: Read>(
    file: &str,
    records: Option<&str>,
    (naming, shapes): (&Naming, Shapes),
    open: &mut dyn FnMut() -> Result<R, SourceError>,
    take: Take<'_>,
) -> Result<Option<String>, SourceError> {
    let mut collector = PathCollector::new(file, naming, shapes);
    walk(file, records, naming, open()?, &mut collector)?;
    let (paths, misplaced, any) = collector.finish();
    if !any {
        return Err(SourceError::NoRows { file: file.to_owned() });
    }
    walk(file, records, naming, open()?, &mut RowFiller::new(file, &paths, &paths, misplaced, take)?)
}

/// Visits every record once.
fn walk(
    file: &str,
    records: Option<&str>,
    naming: &Naming,
    reader: impl Read,
    visitor: &mut dyn RecordVisitor,
) -> Result<Option<String>, SourceError> {
    let mut reader = BufReader::new(reader);
    let pages = Pages::default();
    let mut walk = Walk { file, naming, visitor, path: String::new(), depth: 0, records: 0, pages };
    if records.is_none() && !begins_with_list(file, &mut reader)? {
        return lines(&mut walk, reader).map(|()| None);
    }
    let names: Vec<&str> = records.map(|names| names.split('.').collect()).unwrap_or_default();
    let mut document = Document::new(file, reader);
    if !walk.seek(&mut document, &names)? {
        let reason = format!("expected the key `{}`, found none", records.unwrap_or_default());
        return Err(walk.path_fault(reason));
    }
    document.next()?;
    Ok(walk.pages.more_than(walk.records))
}

/// Returns whether the first character of a text, white space apart, is a bracket.
pub(super) fn begins_with_list(file: &str, reader: &mut impl BufRead) -> Result<bool, SourceError> {
    loop {
        let bytes = reader.fill_buf().map_err(|error| unreadable(file, &error))?;
        match bytes.iter().position(|byte| !byte.is_ascii_whitespace()) {
            Some(at) => return Ok(bytes.get(at) == Some(&b'[')),
            None if bytes.is_empty() => return Ok(false),
            None => {
                let count = bytes.len();
                reader.consume(count);
            }
        }
    }
}

/// Reads a record a line; blank lines are skipped.
fn lines(walk: &mut Walk<'_>, mut reader: impl BufRead) -> Result<(), SourceError> {
    let mut bytes = Vec::new();
    for number in 1_u64.. {
        bytes.clear();
        let limit = 2 * LONGEST as u64;
        let read = (&mut reader).take(limit).read_until(b'\n', &mut bytes);
        let count = read.map_err(|error| unreadable(walk.file, &error))?;
        if count == 0 {
            break;
        }
        if count as u64 == limit {
            let reason = format!("is longer than {limit} bytes");
            return Err(walk.fault_of(&format!("line {number}"), reason));
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut line = Line { file: walk.file, number, parser: SliceJsonParser::new(&bytes) };
        if !matches!(line.next()?, JsonEvent::StartObject) {
            return Err(record_fault(walk.file, walk.visitor.number(), "expected an object".to_owned()));
        }
        walk.inside(&mut line, true)?;
        walk.visitor.end_record()?;
        line.next()?;
    }
    Ok(())
}

/// A source of events.
pub(super) trait Events {
    fn next(&mut self) -> Result<JsonEvent<'_>, SourceError>;
}

/// A whole document.
pub(super) struct Document<'a, R: Read> {
    file: &'a str,
    parser: ReaderJsonParser<R>,
}

impl<'a, R: Read> Document<'a, R> {
    pub(super) fn new(file: &'a str, reader: R) -> Self {
        Self { file, parser: ReaderJsonParser::new(reader).with_max_buffer_size(2 * LONGEST) }
    }
}

impl<R: Read> Events for Document<'_, R> {
    fn next(&mut self) -> Result<JsonEvent<'_>, SourceError> {
        self.parser.parse_next().map_err(|error| match error {
            JsonParseError::Io(error) => unreadable(self.file, &error),
            JsonParseError::Syntax(error) => syntax_fault(self.file, 1, &error),
        })
    }
}

/// One line that is a document of its own.
struct Line<'a> {
    file: &'a str,
    number: u64,
    parser: SliceJsonParser<'a>,
}

impl Events for Line<'_> {
    fn next(&mut self) -> Result<JsonEvent<'_>, SourceError> {
        self.parser.parse_next().map_err(|error| syntax_fault(self.file, self.number, &error))
    }
}

/// Builds the fault of a syntax error. The parser's own words quote the file, which may hold personal data.
fn syntax_fault(file: &str, first_line: u64, error: &JsonSyntaxError) -> SourceError {
    let at = error.location().start;
    let place = format!("line {} column {}", first_line + at.line, at.column + 1);
    SourceError::Records { file: file.to_owned(), place, reason: "not valid JSON".to_owned(), help: None }
}

fn unreadable(file: &str, error: &std::io::Error) -> SourceError {
    match error.kind() {
        // The parser's error for a buffer that may not grow.
        std::io::ErrorKind::OutOfMemory => {
            let (place, reason) = ("document".to_owned(), format!("a value is longer than {LONGEST} bytes"));
            SourceError::Records { file: file.to_owned(), place, reason, help: None }
        }
        _ => SourceError::from_io(file, error),
    }
}

/// One walk over a file.
struct Walk<'a> {
    file: &'a str,
    naming: &'a Naming,
    visitor: &'a mut dyn RecordVisitor,
    /// The path to the current value within its record.
    path: String,
    depth: usize,
    /// The records of the list so far.
    records: u64,
    /// What stands beside the list.
    pages: Pages,
}

impl Walk<'_> {
    fn fault_of(&self, place: &str, reason: String) -> SourceError {
        SourceError::Records { file: self.file.to_owned(), place: place.to_owned(), reason, help: None }
    }

    /// Builds the fault of a document in which the records are not where the contract says.
    fn path_fault(&self, reason: String) -> SourceError {
        let help =
            "write in `records` of `[json]` the names that lead to the list of records, as `data.pupils`";
        let (file, place) = (self.file.to_owned(), "document".to_owned());
        SourceError::Records { file, place, reason, help: Some(help.to_owned()) }
    }

    fn fault(&self, reason: impl Into<String>) -> SourceError {
        record_fault(self.file, self.visitor.number(), reason.into())
    }

    fn deeper(&mut self) -> Result<(), SourceError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(format!("is nested more than {DEEPEST} levels deep")));
        }
        Ok(())
    }

    /// Reads the records of the list that `names` lead to; returns `false` when there is no such list. The rest of
    /// the document is skipped but read to its end, so that a document cut short is refused.
    fn seek(&mut self, events: &mut dyn Events, names: &[&str]) -> Result<bool, SourceError> {
        let Some((name, rest)) = names.split_first() else {
            if !matches!(events.next()?, JsonEvent::StartArray) {
                return Err(self.path_fault("expected the list of records, found another value".to_owned()));
            }
            self.list(events)?;
            return Ok(true);
        };
        if !matches!(events.next()?, JsonEvent::StartObject) {
            return Err(
                self.path_fault(format!("expected an object with the key `{name}`, found another value"))
            );
        }
        self.deeper()?;
        let mut found = false;
        loop {
            let JsonEvent::ObjectKey(key) = events.next()? else { break };
            let key = key.into_owned();
            let here = key == *name;
            if here && found {
                return Err(self.fault_of("document", format!("the key `{name}` appears twice")));
            }
            if here {
                found = self.seek(events, rest)?;
            } else {
                self.beside(key, events)?;
            }
        }
        self.depth -= 1;
        Ok(found)
    }

    /// Reads the records of a list that has begun.
    fn list(&mut self, events: &mut dyn Events) -> Result<(), SourceError> {
        loop {
            match events.next()? {
                JsonEvent::EndArray => return Ok(()),
                JsonEvent::StartObject => {}
                _ => return Err(self.fault("expected an object")),
            }
            self.inside(events, true)?;
            self.visitor.end_record()?;
            self.records += 1;
        }
    }

    /// Skips the value of a key beside the records, and notes what it says of them.
    fn beside(&mut self, key: String, events: &mut dyn Events) -> Result<(), SourceError> {
        let (before, mut lists, mut keys) = (self.depth, 0_usize, vec![key]);
        loop {
            match events.next()? {
                JsonEvent::StartArray => {
                    lists += 1;
                    self.deeper()?;
                }
                JsonEvent::EndArray => {
                    lists -= 1;
                    self.depth -= 1;
                }
                JsonEvent::StartObject => self.deeper()?,
                JsonEvent::EndObject => self.depth -= 1,
                // What is in a list is of one of many.
                _ if lists > 0 => {}
                JsonEvent::ObjectKey(key) => {
                    keys.truncate(self.depth - before);
                    keys.push(key.into_owned());
                }
                JsonEvent::Number(text) => self.pages.number(&keys, &text),
                JsonEvent::String(text) => self.pages.text(&keys, &text),
                JsonEvent::Boolean(true) => self.pages.truth(&keys),
                _ => {}
            }
            if self.depth == before {
                return Ok(());
            }
        }
    }

    /// Reads the content of an object or a list that has begun.
    fn inside(&mut self, events: &mut dyn Events, object: bool) -> Result<(), SourceError> {
        self.deeper()?;
        let (before, mut keys, mut index) = (self.path.len(), HashSet::new(), 0);
        loop {
            let event = events.next()?;
            if !object && !matches!(event, JsonEvent::EndArray) {
                index += 1;
                self.path.truncate(before);
                self.path.extend(["[", &index.to_string(), "]"]);
            }
            let opened = match event {
                JsonEvent::EndArray | JsonEvent::EndObject => break,
                JsonEvent::ObjectKey(key) => {
                    self.path.truncate(before);
                    if before > 0 {
                        self.path.push('.');
                    }
                    self.path.push_str(&key);
                    if !keys.insert(key.into_owned()) {
                        let name = self.naming.words("the key ", &self.path);
                        return Err(self.fault(format!("{name} appears twice")));
                    }
                    None
                }
                JsonEvent::String(text) => {
                    self.visitor.value(&self.path, &text)?;
                    None
                }
                JsonEvent::Number(text) => {
                    let plain = plain(&text).ok_or_else(|| {
                        let name = self.naming.words("", &self.path);
                        self.fault(format!("{name} is a number of more than {DIGITS} digits"))
                    })?;
                    self.visitor.value(&self.path, &plain)?;
                    None
                }
                JsonEvent::Boolean(value) => {
                    self.visitor.value(&self.path, if value { "true" } else { "false" })?;
                    None
                }
                JsonEvent::Null => {
                    self.visitor.value(&self.path, "")?;
                    None
                }
                JsonEvent::StartObject => Some(true),
                JsonEvent::StartArray => Some(false),
                JsonEvent::Eof => return Err(self.fault("is cut short")),
            };
            if let Some(object) = opened {
                self.visitor.other(&self.path, if object { Found::Object } else { Found::List });
                self.inside(events, object)?;
            }
        }
        self.path.truncate(before);
        self.depth -= 1;
        Ok(())
    }
}

/// Writes a number without an exponent, digit by digit: `1.5E3` is `1500`. Returns `None` for one with too many
/// digits.
fn plain(number: &str) -> Option<String> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        None => (number, 0),
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    if digits > DIGITS || exponent.unsigned_abs() as usize > DIGITS {
        return None;
    }
    if exponent == 0 {
        return Some(mantissa.to_owned());
    }
    let (sign, unsigned) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let mut all = format!("{whole}{fraction}");
    let point = usize::try_from(point).unwrap_or_else(|_| {
        all.insert_str(0, &"0".repeat(point.unsigned_abs() as usize));
        0
    });
    if point > all.len() {
        all.push_str(&"0".repeat(point - all.len()));
    }
    let (whole, fraction) = all.split_at_checked(point)?;
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests;
