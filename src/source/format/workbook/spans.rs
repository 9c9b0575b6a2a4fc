//! Finds the merged cells of an ODS sheet, which the parser of its values does not report.

use std::io::{BufReader, Read, Seek};

use calamine::Dimensions;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::fault::fault;
use super::limits::{COLUMNS, TITLES};
use crate::source::error::SourceError;
use crate::source::file::archive;

/// Returns the cells of the sheet `name` that span several columns, near its top.
pub(super) fn of<R: Read + Seek>(file: &str, reader: R, name: &str) -> Result<Vec<Dimensions>, SourceError> {
    let mut archive = archive::open(file, reader)?;
    let content = archive.by_name("content.xml").map_err(|error| fault(file, error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut found = Vec::new();
    let (mut inside, mut row, mut column, mut repeated) = (false, 0_u32, 0_u32, 1_u32);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| fault(file, error))?;
        match event {
            Event::Start(of) | Event::Empty(of) if of.name().as_ref() == "table:table" => {
                inside = attribute(&of, "table:name").as_deref() == Some(name);
            }
            Event::End(of) if inside && of.name().as_ref() == "table:table" => return Ok(found),
            Event::Start(of) if inside && of.name().as_ref() == "table:table-row" => {
                column = 0;
                repeated = number(&of, "table:number-rows-repeated");
            }
            Event::Empty(of) if inside && of.name().as_ref() == "table:table-row" => {
                row = row.saturating_add(number(&of, "table:number-rows-repeated"));
            }
            Event::End(of) if inside && of.name().as_ref() == "table:table-row" => {
                row = row.saturating_add(repeated);
                if row >= TITLES {
                    return Ok(found);
                }
            }
            Event::Start(of) | Event::Empty(of)
                if inside
                    && matches!(of.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
            {
                let spanned = number(&of, "table:number-columns-spanned");
                if spanned > 1 && column < COLUMNS {
                    found.push(Dimensions {
                        start: (row, column),
                        end: (row, column.saturating_add(spanned - 1)),
                    });
                }
                column = column.saturating_add(number(&of, "table:number-columns-repeated"));
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// Returns a count, 1 where it is not stated.
fn number(of: &BytesStart<'_>, name: &str) -> u32 {
    attribute(of, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}
