//! JSON into rows: a document with a list of records, or a record a line. Numbers are taken as they are
//! written, never through a float; a key that stands twice, a nesting without end and a number without
//! measure refuse the file.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use json_event_parser::{JsonEvent, JsonParseError, JsonSyntaxError, ReaderJsonParser, SliceJsonParser};

use super::SourceError;
use super::leaves::{DEEPEST, Fill, LONGEST, Leaves, Survey, record_fault};
use super::row::Row;

/// Digits of a number, and places that its point may move.
const DIGITS: usize = 38;

/// Hands over the names of all values as a row 0, then each record of the file that `open` opens anew.
pub(super) fn read<R: Read>(
    file: &str,
    records: Option<&str>,
    open: &mut dyn FnMut() -> Result<R, SourceError>,
    take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let mut survey = Survey::new(file);
    walk(file, records, open()?, &mut survey)?;
    let (ways, any) = survey.finish();
    if !any {
        return Err(SourceError::NoRows { file: file.to_owned() });
    }
    walk(file, records, open()?, &mut Fill::new(file, &ways, &ways, take)?)
}

/// Reads every record once.
fn walk(
    file: &str,
    records: Option<&str>,
    reader: impl Read,
    leaves: &mut dyn Leaves,
) -> Result<(), SourceError> {
    let mut reader = BufReader::new(reader);
    let mut walk = Walk { file, leaves, way: String::new(), depth: 0 };
    if records.is_none() && !begins_with_list(file, &mut reader)? {
        return lines(&mut walk, reader);
    }
    let names: Vec<&str> = records.map(|names| names.split('.').collect()).unwrap_or_default();
    let mut document =
        Document { file, parser: ReaderJsonParser::new(reader).with_max_buffer_size(2 * LONGEST) };
    if !walk.seek(&mut document, &names)? {
        let reason = format!("there is no `{}`", records.unwrap_or_default());
        return Err(walk.fault_of("document", reason));
    }
    document.next().map(|_| ())
}

/// Whether the first sign of a text is a bracket.
fn begins_with_list(file: &str, reader: &mut impl BufRead) -> Result<bool, SourceError> {
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

/// Reads a record a line; blank lines are none.
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
            return Err(record_fault(walk.file, walk.leaves.number(), "is no object".to_owned()));
        }
        walk.inside(&mut line, true)?;
        walk.leaves.end()?;
        line.next()?;
    }
    Ok(())
}

/// Where events come from.
trait Events {
    fn next(&mut self) -> Result<JsonEvent<'_>, SourceError>;
}

/// A whole document.
struct Document<'a, R: Read> {
    file: &'a str,
    parser: ReaderJsonParser<R>,
}

impl<R: Read> Events for Document<'_, R> {
    fn next(&mut self) -> Result<JsonEvent<'_>, SourceError> {
        self.parser.parse_next().map_err(|error| match error {
            JsonParseError::Io(error) => unreadable(self.file, &error),
            JsonParseError::Syntax(error) => misspelt(self.file, 1, &error),
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
        self.parser.parse_next().map_err(|error| misspelt(self.file, self.number, &error))
    }
}

/// A fault of the spelling. The parser's words quote what stands there, which may be about somebody.
fn misspelt(file: &str, first_line: u64, error: &JsonSyntaxError) -> SourceError {
    let at = error.location().start;
    let place = format!("line {} column {}", first_line + at.line, at.column + 1);
    SourceError::Records { file: file.to_owned(), place, reason: "this is no JSON".to_owned() }
}

fn unreadable(file: &str, error: &std::io::Error) -> SourceError {
    match error.kind() {
        // The parser's word for a buffer that may not grow.
        std::io::ErrorKind::OutOfMemory => {
            let (place, reason) = ("document".to_owned(), format!("a value is longer than {LONGEST} bytes"));
            SourceError::Records { file: file.to_owned(), place, reason }
        }
        _ => SourceError::from_io(file, error),
    }
}

/// One walk over a file.
struct Walk<'a> {
    file: &'a str,
    leaves: &'a mut dyn Leaves,
    /// The way to where the walk is within its record.
    way: String,
    depth: usize,
}

impl Walk<'_> {
    fn fault_of(&self, place: &str, reason: String) -> SourceError {
        SourceError::Records { file: self.file.to_owned(), place: place.to_owned(), reason }
    }

    fn fault(&self, reason: impl Into<String>) -> SourceError {
        record_fault(self.file, self.leaves.number(), reason.into())
    }

    fn deeper(&mut self) -> Result<(), SourceError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(format!("is nested more than {DEEPEST} levels deep")));
        }
        Ok(())
    }

    /// Goes to the list that `names` lead to and reads its records; `false` when it is not there. What else
    /// the document holds is passed over, and read to its end: a document that was cut is refused.
    fn seek(&mut self, events: &mut dyn Events, names: &[&str]) -> Result<bool, SourceError> {
        let Some((name, rest)) = names.split_first() else {
            if !matches!(events.next()?, JsonEvent::StartArray) {
                return Err(
                    self.fault_of("document", "what should be the list of records is none".to_owned())
                );
            }
            self.list(events)?;
            return Ok(true);
        };
        if !matches!(events.next()?, JsonEvent::StartObject) {
            return Err(
                self.fault_of("document", format!("nothing can be called `{name}` where no object is"))
            );
        }
        self.deeper()?;
        let mut found = false;
        loop {
            let here = match events.next()? {
                JsonEvent::ObjectKey(key) => key == *name,
                _ => break,
            };
            if here && found {
                return Err(self.fault_of("document", format!("the key `{name}` stands there twice")));
            }
            if here {
                found = self.seek(events, rest)?;
            } else {
                self.pass_over(events)?;
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
                _ => return Err(self.fault("is no object")),
            }
            self.inside(events, true)?;
            self.leaves.end()?;
        }
    }

    /// Passes over one value.
    fn pass_over(&mut self, events: &mut dyn Events) -> Result<(), SourceError> {
        let before = self.depth;
        loop {
            match events.next()? {
                JsonEvent::StartArray | JsonEvent::StartObject => self.deeper()?,
                JsonEvent::EndArray | JsonEvent::EndObject => self.depth -= 1,
                _ => {}
            }
            if self.depth == before {
                return Ok(());
            }
        }
    }

    /// Reads what is within an object or a list that has begun.
    fn inside(&mut self, events: &mut dyn Events, object: bool) -> Result<(), SourceError> {
        self.deeper()?;
        let (before, mut keys, mut index) = (self.way.len(), HashSet::new(), 0);
        loop {
            let event = events.next()?;
            if !object && !matches!(event, JsonEvent::EndArray) {
                index += 1;
                self.way.truncate(before);
                self.way.extend(["[", &index.to_string(), "]"]);
            }
            let opened = match event {
                JsonEvent::EndArray | JsonEvent::EndObject => break,
                JsonEvent::ObjectKey(key) => {
                    self.way.truncate(before);
                    if before > 0 {
                        self.way.push('.');
                    }
                    self.way.push_str(&key);
                    if !keys.insert(key.into_owned()) {
                        return Err(self.fault(format!("the key `{}` stands there twice", self.way)));
                    }
                    None
                }
                JsonEvent::String(text) => {
                    self.leaves.leaf(&self.way, &text)?;
                    None
                }
                JsonEvent::Number(text) => {
                    let plain = plain(&text).ok_or_else(|| {
                        self.fault(format!("`{}` is a number of more than {DIGITS} digits", self.way))
                    })?;
                    self.leaves.leaf(&self.way, &plain)?;
                    None
                }
                JsonEvent::Boolean(value) => {
                    self.leaves.leaf(&self.way, if value { "true" } else { "false" })?;
                    None
                }
                JsonEvent::Null => {
                    self.leaves.leaf(&self.way, "")?;
                    None
                }
                JsonEvent::StartObject => Some(true),
                JsonEvent::StartArray => Some(false),
                JsonEvent::Eof => return Err(self.fault("is cut short")),
            };
            if let Some(object) = opened {
                self.inside(events, object)?;
            }
        }
        self.way.truncate(before);
        self.depth -= 1;
        Ok(())
    }
}

/// A number without an exponent, digit by digit: `1.5E3` is `1500`. Nothing for one without measure.
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
