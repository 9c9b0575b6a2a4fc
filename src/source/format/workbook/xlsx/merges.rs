use std::io::BufRead;

use calamine::Dimensions;

use super::cells::position;
use super::parts::Parts;
use crate::source::error::SourceError;
use crate::source::format::workbook::fault::{broken, fault};

/// Most bytes of one element that merges cells.
const LONGEST: usize = 256;
/// Most merged cells that are looked at.
const MOST: usize = 100_000;

/// Finds the merged cells of a sheet. They come after all cells, so the part is read twice; this time only as far as
/// its elements' names, which takes a fraction of parsing it.
pub(super) fn of(parts: &mut Parts<'_>, path: &str) -> Result<Vec<Dimensions>, SourceError> {
    let (file, mut found, mut element) = (parts.file, Vec::new(), Vec::new());
    let Some(mut part) = parts.part(path)? else { return Ok(found) };
    loop {
        element.clear();
        if part.read_until(b'<', &mut element).map_err(|error| broken(file, &error))? == 0 {
            return Ok(found);
        }
        let start = element.get(..LONGEST.min(element.len())).unwrap_or_default();
        let start = if start.starts_with(b"mergeCell ") {
            start
        } else {
            let prefixed = start.iter().take(16).position(|&byte| byte == b':');
            match prefixed.and_then(|at| start.get(at + 1..)).filter(|rest| rest.starts_with(b"mergeCell ")) {
                Some(start) => start,
                None => continue,
            }
        };
        let text = String::from_utf8_lossy(start);
        let reference = text.split_once("ref=").and_then(|(_, rest)| {
            let quote = rest.chars().next()?;
            rest.get(1..)?.split(quote).next().map(str::to_owned)
        });
        let corners = reference.as_deref().and_then(|reference| reference.split_once(':'));
        if let Some((start, end)) = corners.and_then(|(from, to)| Some((position(from)?, position(to)?))) {
            found.push(Dimensions { start, end });
        }
        if found.len() > MOST {
            return Err(fault(file, format!("the sheet merges more than {MOST} groups of cells")));
        }
    }
}
