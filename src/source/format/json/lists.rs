//! Finds the lists of records within a document that is an object, for a file that nobody has described.

use json_event_parser::JsonEvent;

use super::records::{Document, Events, begins_with_list};
use crate::source::error::SourceError;
use crate::source::format::record::DEEPEST;

use std::io::{BufReader, Read};

/// A list of records: the names that lead to it, joined by dots, and how many records it has.
pub(super) type RecordList = (String, u64);

/// What follows a key.
enum Follows {
    Object,
    List,
    Other,
}

/// Finds the lists of records of a document. Nothing where it is a list itself, or a record a line.
pub(super) fn find<R: Read>(file: &str, reader: R) -> Result<Vec<RecordList>, SourceError> {
    let mut reader = BufReader::new(reader);
    if begins_with_list(file, &mut reader)? {
        return Ok(Vec::new());
    }
    let mut document = Document::new(file, reader);
    let mut found = Vec::new();
    if !matches!(document.next()?, JsonEvent::StartObject) {
        return Ok(found);
    }
    within_object(&mut document, &mut Vec::new(), &mut found)?;
    // A second document below the first: a record a line.
    if !matches!(document.next(), Ok(JsonEvent::Eof)) {
        found.clear();
    }
    Ok(found)
}

fn within_object(
    events: &mut dyn Events,
    path: &mut Vec<String>,
    found: &mut Vec<RecordList>,
) -> Result<(), SourceError> {
    loop {
        match events.next()? {
            JsonEvent::ObjectKey(key) => path.push(key.into_owned()),
            _ => return Ok(()),
        }
        let follows = match events.next()? {
            JsonEvent::StartObject => Follows::Object,
            JsonEvent::StartArray => Follows::List,
            _ => Follows::Other,
        };
        match follows {
            Follows::Object if path.len() < DEEPEST => within_object(events, path, found)?,
            Follows::Object => drop(records(events, 1)?),
            Follows::List => {
                let count = records(events, 0)?;
                // A name with a dot in it cannot be written in a way to the list.
                if count > 0 && !path.iter().any(|name| name.contains('.')) {
                    found.push((path.join("."), count));
                }
            }
            Follows::Other => {}
        }
        path.pop();
    }
}

/// Counts the objects of a list that has begun, to its end; `depth` objects or lists of it are open already.
fn records(events: &mut dyn Events, depth: usize) -> Result<u64, SourceError> {
    let (mut open, mut count) = (depth, 0);
    loop {
        match events.next()? {
            JsonEvent::StartObject => {
                count += u64::from(open == 0);
                open += 1;
            }
            JsonEvent::StartArray => open += 1,
            JsonEvent::EndArray | JsonEvent::EndObject if open == 0 => return Ok(count),
            JsonEvent::EndArray | JsonEvent::EndObject => {
                open -= 1;
                if open == 0 && depth > 0 {
                    return Ok(count);
                }
            }
            JsonEvent::Eof => return Ok(count),
            _ => {}
        }
    }
}
