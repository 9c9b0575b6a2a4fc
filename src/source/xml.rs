//! XML into rows: one element is a row, and what is within it a cell, by the way to it. A document type is
//! refused, and so is every entity that it would declare.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::SourceError;
use super::header::normalise;
use super::leaves::{DEEPEST, Fill, LONGEST, Leaves, Survey};
use super::row::Row;
use crate::diagnostic::did_you_mean;

/// Different elements that are remembered for a fault's help.
const REMEMBERED: usize = 200;
/// The way that a column goes to the element around the row.
const UP: &str = "../";

/// The encoding that the declaration of a document names; UTF-8 when it names none.
pub(super) fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(start);
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml");
    let Some(declaration) = declaration.and_then(|text| text.split_once("?>")) else { return Some(UTF_8) };
    let Some((_, rest)) = declaration.0.split_once("encoding") else { return Some(UTF_8) };
    let mut quoted = rest.split(['"', '\'']);
    quoted.next();
    Encoding::for_label(quoted.next()?.as_bytes())
}

/// Hands over the names of all values as a row 0, then each element at `rows` of the text that `open` opens
/// anew. `wanted`: what the contract asks for, of which some may stand around the rows.
pub(super) fn read<R: Read>(
    file: &str,
    rows: &str,
    wanted: &[&str],
    open: &mut dyn FnMut() -> Result<R, SourceError>,
    take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let mut survey = Survey::new(file);
    let seen = Walk::new(file, rows, wanted, &mut survey).walk(open()?)?;
    let (ways, any) = survey.finish();
    if !any {
        let help = did_you_mean(rows, &seen).map(|help| format!(" ({help})")).unwrap_or_default();
        return Err(SourceError::Records {
            file: file.to_owned(),
            place: "document".to_owned(),
            reason: format!("no element is at `{rows}`{help}"),
        });
    }
    let names = named(&ways);
    Walk::new(file, rows, wanted, &mut Fill::new(file, &ways, &names, take)?).walk(open()?).map(|_| ())
}

/// The ways as they are called: the number of an element is left out where it never has a namesake.
fn named(ways: &[String]) -> Vec<String> {
    let mut prefixes = BTreeSet::new();
    for way in ways {
        prefixes.extend(way.match_indices('/').map(|(at, _)| &way[..at]));
        prefixes.insert(way.as_str());
    }
    let name = |way: &String| {
        let (mut name, mut so_far) = (String::new(), String::new());
        for part in way.split('/') {
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
    ways.iter().map(name).collect()
}

/// Text that is counted by lines, of which no more than so much may go into one event.
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
    /// How often each child has come, by its name.
    children: HashMap<String, usize>,
    /// How much of `Walk::way` is the way to it.
    way: usize,
    /// Values that the contract asks for of an element around the rows, by their way from it.
    kept: Vec<(String, String)>,
    /// Whether a row has come within it.
    has_rows: bool,
}

/// One walk over a file.
struct Walk<'a> {
    file: &'a str,
    rows: Vec<&'a str>,
    /// What is asked for around the rows: how many levels above, and the way from there.
    around: Vec<(usize, String)>,
    leaves: &'a mut dyn Leaves,
    open: Vec<Open>,
    /// The way from the row, or from the element around it, to where the walk is.
    way: String,
    seen: BTreeSet<String>,
    line: Rc<Cell<u64>>,
}

impl<'a> Walk<'a> {
    fn new(file: &'a str, rows: &'a str, wanted: &[&str], leaves: &'a mut dyn Leaves) -> Self {
        let around = wanted.iter().map(|name| {
            let mut way = name.trim();
            let mut levels = 0;
            while let Some(rest) = way.strip_prefix(UP) {
                (way, levels) = (rest, levels + 1);
            }
            (levels, normalise(way))
        });
        Self {
            file,
            rows: rows.split('/').collect(),
            around: around.filter(|(levels, _)| *levels > 0).collect(),
            leaves,
            open: Vec::new(),
            way: String::new(),
            seen: BTreeSet::new(),
            line: Rc::new(Cell::new(1)),
        }
    }

    fn fault(&self, reason: impl Into<String>) -> SourceError {
        let place = format!("line {}", self.line.get());
        SourceError::Records { file: self.file.to_owned(), place, reason: reason.into() }
    }

    /// Walks from the first element to the last; which elements there are.
    fn walk(mut self, reader: impl Read) -> Result<BTreeSet<String>, SourceError> {
        let left = Rc::new(Cell::new(0));
        let text =
            Metered { text: BufReader::new(reader), left: Rc::clone(&left), line: Rc::clone(&self.line) };
        let mut reader = Reader::from_reader(text);
        let (mut buffer, mut rooted) = (Vec::new(), false);
        loop {
            buffer.clear();
            left.set(LONGEST);
            match reader.read_event_into(&mut buffer).map_err(|error| self.misspelt(error))? {
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
                    _ => return Err(self.fault("an entity stands there that XML does not have by itself")),
                },
                Event::DocType(_) => {
                    return Err(
                        self.fault("a document type (DOCTYPE) is refused: it can make a small file endless")
                    );
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof if self.open.is_empty() && rooted => return Ok(self.seen),
                Event::Eof => return Err(self.fault("the document is cut short")),
            }
        }
    }

    fn misspelt(&self, error: quick_xml::Error) -> SourceError {
        match error {
            quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                self.fault(format!("a text or a tag is longer than {LONGEST} bytes"))
            }
            quick_xml::Error::Io(error) => SourceError::from_io(self.file, &error),
            // The parser's words quote what stands there, which may be about somebody.
            _ => self.fault("this is no XML"),
        }
    }

    /// A second element beside the root is no XML.
    fn root_once(&self, rooted: &mut bool) -> Result<(), SourceError> {
        if self.open.is_empty() && std::mem::replace(rooted, true) {
            return Err(self.fault("a second element stands beside the root"));
        }
        Ok(())
    }

    /// How many of the open elements lead to the rows, the row's own included.
    fn on_the_way(&self) -> usize {
        self.open.iter().zip(&self.rows).take_while(|(open, name)| open.name == **name).count()
    }

    /// Whether the walk is within a row.
    fn within_row(&self) -> bool {
        self.on_the_way() == self.rows.len()
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), SourceError> {
        if self.open.len() == DEEPEST {
            return Err(self.fault(format!("elements are nested more than {DEEPEST} levels deep")));
        }
        let name = element.local_name().into_inner().to_owned();
        let leads = self.on_the_way() == self.open.len();
        let mut way = self.open.last().map_or(0, |parent| parent.way);
        self.way.truncate(way);
        let number = self.open.last_mut().map_or(1, |parent| parent.another(&name));
        if leads && self.rows.get(self.open.len()) == Some(&name.as_str()) {
            // An element that leads to the rows, or a row: ways begin anew.
            self.way.clear();
            way = 0;
        } else {
            if way > 0 {
                self.way.push('/');
            }
            self.way.extend([&name, "[", &number.to_string(), "]"]);
            way = self.way.len();
        }
        self.remember(&name);
        self.open.push(Open { name, way, ..Open::default() });
        if self.open.len() == self.rows.len() && self.within_row() {
            self.begin_row()?;
        }
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| self.fault("an attribute is misspelt"))?;
            let name = attribute.key.as_ref();
            if name == "xmlns" || name.starts_with("xmlns:") {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value =
                value.map_err(|_| self.fault("an attribute holds what XML does not have by itself"))?;
            let joint = if way > 0 { "/" } else { "" };
            let way = format!("{}{joint}@{}", self.way, attribute.key.local_name().into_inner());
            self.value(&way, &value)?;
        }
        Ok(())
    }

    fn remember(&mut self, name: &str) {
        if self.seen.len() < REMEMBERED {
            let names = self.open.iter().map(|open| open.name.as_str());
            self.seen.insert(names.chain([name]).collect::<Vec<_>>().join("/"));
        }
    }

    fn text(&mut self, text: &str) -> Result<(), SourceError> {
        let Some(open) = self.open.last_mut() else {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(self.fault("text stands outside the root"))
            };
        };
        open.text.push_str(text);
        if open.text.len() > LONGEST {
            return Err(self.fault(format!("a text is longer than {LONGEST} bytes")));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), SourceError> {
        let is_row = self.open.len() == self.rows.len() && self.within_row();
        let Some(closing) = self.open.last_mut() else {
            return Err(self.fault("an element ends that never began"));
        };
        let text = std::mem::take(&mut closing.text);
        let blank = text.trim().is_empty();
        if !blank || closing.children.is_empty() && !is_row {
            self.way.truncate(closing.way);
            let way = if closing.way == 0 { ".".to_owned() } else { self.way.clone() };
            self.value(&way, if blank { "" } else { &text })?;
        }
        self.open.pop();
        if is_row {
            self.leaves.end()?;
        }
        Ok(())
    }

    /// Hands over what stands around the row that begins.
    fn begin_row(&mut self) -> Result<(), SourceError> {
        let around = self.open.len() - 1;
        for (level, open) in self.open.iter_mut().take(around).enumerate() {
            open.has_rows = true;
            for (way, value) in &open.kept {
                self.leaves.leaf(&format!("{}{way}", UP.repeat(around - level)), value)?;
            }
        }
        Ok(())
    }

    /// One value: of the row, of what stands around it, or of something else.
    fn value(&mut self, way: &str, value: &str) -> Result<(), SourceError> {
        if self.within_row() {
            return self.leaves.leaf(way, value);
        }
        let leads = self.on_the_way();
        let Some(level) = leads.checked_sub(1) else { return Ok(()) };
        let above = self.rows.len() - 1 - level;
        let (numbered, plain) = (normalise(&way.replace("[1]", "")), normalise(&unnumbered(way)));
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
            let reason = format!("`{asked}` stands after rows that it belongs to: it must stand before them");
            return Err(self.fault(reason));
        }
        // One that comes twice is found out when the row is told of both.
        open.kept.push((asked, value.to_owned()));
        Ok(())
    }
}

/// A way without the numbers of its elements.
fn unnumbered(way: &str) -> String {
    let parts = way.split('/').map(|part| part.split_once('[').map_or(part, |(name, _)| name));
    parts.collect::<Vec<_>>().join("/")
}

impl Open {
    /// The number of a child among its namesakes, from 1.
    fn another(&mut self, name: &str) -> usize {
        let count = self.children.entry(name.to_owned()).or_default();
        *count += 1;
        *count
    }
}

#[cfg(test)]
mod tests;
