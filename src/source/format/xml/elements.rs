//! Parses XML into rows: one element is a row, and each value within it a cell, by its path. A document type is
//! refused, and with it every entity that it would declare.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::diagnostic::did_you_mean;
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::format::record::shape::{Found, Shapes};
use crate::source::format::record::{DEEPEST, LONGEST, Naming, PathCollector, RecordVisitor, RowFiller};
use crate::source::row::Take;

/// Different elements that are remembered for a fault's help.
const REMEMBERED: usize = 200;
/// The step of a column's path to the element around the row.
const UP: &str = "../";

/// Reads the names of all values as a row 0, then each element at `rows`. `open`: opens the file from its start, once
/// for each pass. `wanted`: the columns of the contract, of which some may be around the rows.
pub(super) fn read<R: Read>(
    file: &str,
    rows: &str,
    wanted: &[&str],
    (naming, shapes): (&Naming, Shapes),
    open: &mut dyn FnMut() -> Result<R, SourceError>,
    take: Take<'_>,
) -> Result<(), SourceError> {
    let mut collector = PathCollector::new(file, naming, shapes);
    let seen = Walk::new(file, rows, wanted, &mut collector).walk(open()?)?;
    let (paths, misplaced, any) = collector.finish();
    if !any {
        return Err(SourceError::Records {
            file: file.to_owned(),
            place: "document".to_owned(),
            reason: format!("no element at `{rows}`"),
            help: did_you_mean(rows, seen.keys()),
        });
    }
    let names = named(&paths);
    let mut filler = RowFiller::new(file, &paths, &names, misplaced, take)?;
    Walk::new(file, rows, wanted, &mut filler).walk(open()?).map(|_| ())
}

/// Elements by their path from the root: how many there are, and how many attributes they have.
pub(super) type Seen = BTreeMap<String, (u64, u64)>;

/// Returns the elements of a document.
pub(super) fn seen(file: &str, reader: impl Read) -> Result<Seen, SourceError> {
    let naming = Naming::default();
    let mut nobody = PathCollector::new(file, &naming, Shapes::default());
    // No element has this name.
    Walk::new(file, "/", &[], &mut nobody).walk(reader)
}

/// Returns a name for each path: the number of an element is left out where it never has a sibling of its name.
fn named(paths: &[String]) -> Vec<String> {
    let mut prefixes = BTreeSet::new();
    for path in paths {
        prefixes.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        prefixes.insert(path.as_str());
    }
    let name = |path: &String| {
        let (mut name, mut so_far) = (String::new(), String::new());
        for part in path.split('/') {
            let joint = if so_far.is_empty() { "" } else { "/" };
            let second = part.strip_suffix("[1]").map(|bare| format!("{so_far}{joint}{bare}[2]"));
            let alone = second.is_some_and(|second| !prefixes.contains(second.as_str()));
            name.push_str(joint);
            name.push_str(if alone { part.trim_end_matches("[1]") } else { part });
            so_far.push_str(joint);
            so_far.push_str(part);
        }
        name
    };
    paths.iter().map(name).collect()
}

/// A reader that counts lines and limits the bytes of one event.
struct Metered<R> {
    text: BufReader<R>,
    left: Rc<Cell<usize>>,
    line: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left.get() == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::OutOfMemory));
        }
        self.text.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let lines = self.text.buffer().iter().take(count).filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get() + lines as u64);
        self.left.set(self.left.get().saturating_sub(count));
        self.text.consume(count);
    }
}

/// An element that is open.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    /// The count of children so far, by name.
    children: HashMap<String, usize>,
    /// Length of the part of `Walk::path` that leads to it.
    path: usize,
    /// Values of an element around the rows that the contract names, by their path from it.
    values: Vec<(String, String)>,
    /// Whether its text goes on behind an element within it.
    is_broken: bool,
    /// Whether it had a text before an element within it.
    has_begun: bool,
    /// Whether a row has been read within it.
    has_rows: bool,
}

/// One walk over a file.
struct Walk<'a> {
    file: &'a str,
    rows: Vec<&'a str>,
    /// Columns around the rows: how many levels above, and the path from there.
    around: Vec<(usize, String)>,
    visitor: &'a mut dyn RecordVisitor,
    open: Vec<Open>,
    /// The path from the row, or from the element around it, to the current element.
    path: String,
    seen: Seen,
    line: Rc<Cell<u64>>,
}

impl<'a> Walk<'a> {
    fn new(file: &'a str, rows: &'a str, wanted: &[&str], visitor: &'a mut dyn RecordVisitor) -> Self {
        let around = wanted.iter().map(|name| {
            let mut path = name.trim();
            let mut levels = 0;
            while let Some(rest) = path.strip_prefix(UP) {
                (path, levels) = (rest, levels + 1);
            }
            (levels, normalise(path))
        });
        Self {
            file,
            rows: rows.split('/').collect(),
            around: around.filter(|(levels, _)| *levels > 0).collect(),
            visitor,
            open: Vec::new(),
            path: String::new(),
            seen: Seen::new(),
            line: Rc::new(Cell::new(1)),
        }
    }

    fn fault(&self, reason: impl Into<String>) -> SourceError {
        let place = format!("line {}", self.line.get());
        SourceError::Records { file: self.file.to_owned(), place, reason: reason.into(), help: None }
    }

    /// Walks from the first element to the last. Returns the paths of the elements.
    fn walk(mut self, reader: impl Read) -> Result<Seen, SourceError> {
        let left = Rc::new(Cell::new(0));
        let text =
            Metered { text: BufReader::new(reader), left: Rc::clone(&left), line: Rc::clone(&self.line) };
        let mut reader = Reader::from_reader(text);
        let (mut buffer, mut rooted) = (Vec::new(), false);
        loop {
            buffer.clear();
            left.set(LONGEST);
            match reader.read_event_into(&mut buffer).map_err(|error| self.syntax_fault(error))? {
                Event::Start(element) => {
                    self.root_once(&mut rooted)?;
                    self.start(&element)?;
                }
                Event::Empty(element) => {
                    self.root_once(&mut rooted)?;
                    self.start(&element)?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) => self.text(&text.xml10_content())?,
                Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                    Ok(Some(character)) => self.text(character.encode_utf8(&mut [0; 4]))?,
                    Ok(None) if resolve_predefined_entity(&entity).is_some() => {
                        self.text(resolve_predefined_entity(&entity).unwrap_or_default())?;
                    }
                    _ => return Err(self.fault("expected one of the entities of XML itself, found another")),
                },
                Event::DocType(_) => {
                    return Err(self.fault(
                        "a document type (DOCTYPE) is refused: it can make a small file unpack without end",
                    ));
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof if self.open.is_empty() && rooted => return Ok(self.seen),
                Event::Eof => return Err(self.fault("the document is cut short")),
            }
        }
    }

    fn syntax_fault(&self, error: quick_xml::Error) -> SourceError {
        match error {
            quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                self.fault(format!("a text or a tag is longer than {LONGEST} bytes"))
            }
            quick_xml::Error::Io(error) => SourceError::from_io(self.file, &error),
            // The parser's own words quote the file, which may hold personal data.
            _ => self.fault("not valid XML"),
        }
    }

    /// Refuses a second element beside the root.
    fn root_once(&self, rooted: &mut bool) -> Result<(), SourceError> {
        if self.open.is_empty() && std::mem::replace(rooted, true) {
            return Err(self.fault("expected one root element, found a second"));
        }
        Ok(())
    }

    /// Returns how many of the open elements lead to the rows, the row's own included.
    fn leading(&self) -> usize {
        self.open.iter().zip(&self.rows).take_while(|(open, name)| open.name == **name).count()
    }

    /// Returns whether the walk is within a row.
    fn within_row(&self) -> bool {
        self.leading() == self.rows.len()
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), SourceError> {
        if self.open.len() == DEEPEST {
            return Err(self.fault(format!("elements are nested more than {DEEPEST} levels deep")));
        }
        let name = element.local_name().into_inner().to_owned();
        let leads = self.leading() == self.open.len();
        let mut path = self.open.last().map_or(0, |parent| parent.path);
        self.path.truncate(path);
        if let Some(parent) = self.open.last_mut() {
            parent.has_begun |= !parent.text.trim().is_empty();
        }
        let number = self.open.last_mut().map_or(1, |parent| parent.count_child(&name));
        if leads && self.rows.get(self.open.len()) == Some(&name.as_str()) {
            // An element that leads to the rows, or a row: paths start from it.
            self.path.clear();
            path = 0;
        } else {
            if path > 0 {
                self.path.push('/');
            }
            self.path.extend([&name, "[", &number.to_string(), "]"]);
            path = self.path.len();
        }
        let attributes = element.attributes().count() as u64;
        self.remember(&name, attributes);
        self.open.push(Open { name, path, ..Open::default() });
        if self.open.len() == self.rows.len() && self.within_row() {
            self.begin_row()?;
        }
        for attribute in element.attributes() {
            let attribute =
                attribute.map_err(|_| self.fault("expected an attribute, found text that is not one"))?;
            let name = attribute.key.as_ref();
            if name == "xmlns" || name.starts_with("xmlns:") {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|_| {
                self.fault("expected one of the entities of XML itself in an attribute, found another")
            })?;
            let joint = if path > 0 { "/" } else { "" };
            let path = format!("{}{joint}@{}", self.path, attribute.key.local_name().into_inner());
            self.value(&path, &value)?;
        }
        Ok(())
    }

    fn remember(&mut self, name: &str, attributes: u64) {
        let names = self.open.iter().map(|open| open.name.as_str());
        let path = names.chain([name]).collect::<Vec<_>>().join("/");
        if self.seen.len() < REMEMBERED || self.seen.contains_key(&path) {
            let seen = self.seen.entry(path).or_default();
            seen.0 += 1;
            seen.1 += attributes;
        }
    }

    fn text(&mut self, text: &str) -> Result<(), SourceError> {
        let Some(open) = self.open.last_mut() else {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(self.fault("expected no text outside the root element"))
            };
        };
        open.is_broken |= open.has_begun && !text.trim().is_empty();
        open.text.push_str(text);
        if open.text.len() > LONGEST {
            return Err(self.fault(format!("a text is longer than {LONGEST} bytes")));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), SourceError> {
        let is_row = self.open.len() == self.rows.len() && self.within_row();
        let Some(closing) = self.open.last_mut() else {
            return Err(self.fault("an element ends that was not opened"));
        };
        let text = std::mem::take(&mut closing.text);
        let blank = text.trim().is_empty();
        let (is_broken, has_children) = (closing.is_broken, !closing.children.is_empty());
        let length = closing.path;
        if !blank || !has_children && !is_row {
            self.path.truncate(length);
            let path = if length == 0 { ".".to_owned() } else { self.path.clone() };
            self.value(&path, if blank { "" } else { &text })?;
            // The text of a row itself may stand beside its elements, in one piece.
            if self.within_row() && has_children && (is_broken || path != ".") {
                self.visitor.other(&path, Found::Mixed);
            }
        } else if self.within_row() && has_children && !is_row {
            self.path.truncate(length);
            self.visitor.other(&self.path, Found::Object);
        }
        self.open.pop();
        if is_row {
            self.visitor.end_record()?;
        }
        Ok(())
    }

    /// Adds the values around the row that begins.
    fn begin_row(&mut self) -> Result<(), SourceError> {
        let around = self.open.len() - 1;
        for (level, open) in self.open.iter_mut().take(around).enumerate() {
            open.has_rows = true;
            for (path, value) in &open.values {
                self.visitor.value(&format!("{}{path}", UP.repeat(around - level)), value)?;
            }
        }
        Ok(())
    }

    /// Takes one value: of a row, of an element around the rows, or of something else.
    fn value(&mut self, path: &str, value: &str) -> Result<(), SourceError> {
        if self.within_row() {
            return self.visitor.value(path, value);
        }
        let leads = self.leading();
        let Some(level) = leads.checked_sub(1) else { return Ok(()) };
        let above = self.rows.len() - 1 - level;
        let (numbered, plain) = (normalise(&path.replace("[1]", "")), normalise(&unnumbered(path)));
        let Some((_, asked)) = self
            .around
            .iter()
            .find(|(levels, asked)| *levels == above && (*asked == numbered || *asked == plain))
            .cloned()
        else {
            return Ok(());
        };
        let Some(open) = self.open.get_mut(level) else { return Ok(()) };
        if open.has_rows {
            let asked = format!("{}{asked}", UP.repeat(above));
            let reason = format!("`{asked}` comes after rows that it belongs to: expected it before them");
            return Err(self.fault(reason));
        }
        // A value that appears twice is refused when the row takes both.
        open.values.push((asked, value.to_owned()));
        Ok(())
    }
}

/// Returns a path without the numbers of its elements.
fn unnumbered(path: &str) -> String {
    let parts = path.split('/').map(|part| part.split_once('[').map_or(part, |(name, _)| name));
    parts.collect::<Vec<_>>().join("/")
}

impl Open {
    /// Counts a child, and returns its number among the children of its name, from 1.
    fn count_child(&mut self, name: &str) -> usize {
        let count = self.children.entry(name.to_owned()).or_default();
        *count += 1;
        *count
    }
}

#[cfg(test)]
mod tests;
