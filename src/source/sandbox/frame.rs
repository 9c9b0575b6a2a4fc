//! The stream from the process that parses to the one that started it: rows, a fault or the end, each behind a
//! byte that names it, each text behind its length. A stream that stops without one is incomplete.

use std::io::{Error, ErrorKind, Read, Result, Write};

use crate::diagnostic::Cause;
use crate::source::marks::Marks;
use crate::source::parser_fault::ParserFault;
use crate::source::row::Row;

const ROW: u8 = b'R';
const FAULT: u8 = b'F';
const END: u8 = b'E';

/// Longest text, in bytes. No cell of a workbook is longer than a fraction of it.
const LONGEST: u32 = 4 << 20;
/// Most cells of a row.
const WIDEST: u32 = 1 << 14;

/// One part of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A row, now in the buffer of the caller.
    Row,
    /// Why the file cannot be read.
    Fault(ParserFault),
    /// There are no more rows.
    End,
}

pub(super) fn write_row(to: &mut impl Write, row: &Row) -> Result<()> {
    to.write_all(&[ROW])?;
    to.write_all(&row.number.to_le_bytes())?;
    write_count(to, row.merged.len())?;
    for (from, until) in &row.merged {
        write_count(to, *from)?;
        write_count(to, *until)?;
    }
    write_count(to, row.marks.len())?;
    for (place, marks) in &row.marks {
        write_count(to, *place)?;
        to.write_all(&marks.to_bits().to_le_bytes())?;
    }
    to.write_all(&[u8::from(row.is_hidden)])?;
    write_count(to, row.len())?;
    row.cells().try_for_each(|cell| write_text(to, cell))
}

pub(super) fn write_fault(to: &mut impl Write, fault: &ParserFault) -> Result<()> {
    to.write_all(&[FAULT])?;
    write_text(to, &fault.reason)?;
    write_text(to, fault.help.as_deref().unwrap_or_default())?;
    write_text(to, &fault.cause.as_ref().map(ToString::to_string).unwrap_or_default())
}

pub(super) fn write_end(to: &mut impl Write) -> Result<()> {
    to.write_all(&[END])
}

/// Reads the next part; a row into `row`.
pub(super) fn read(from: &mut impl Read, row: &mut Row) -> Result<Frame> {
    match bytes::<1>(from)? {
        [ROW] => {
            row.clear();
            row.number = i64::from_le_bytes(bytes(from)?);
            row.merged.clear();
            for _ in 0..read_count(from, WIDEST)? {
                row.merged.push((read_count(from, WIDEST)? as usize, read_count(from, WIDEST)? as usize));
            }
            for _ in 0..read_count(from, WIDEST)? {
                let place = read_count(from, WIDEST)? as usize;
                row.mark(place, Marks::from_bits(u16::from_le_bytes(bytes(from)?)));
            }
            row.is_hidden = bytes::<1>(from)? == [1];
            for _ in 0..read_count(from, WIDEST)? {
                row.push(&read_text(from)?);
            }
            Ok(Frame::Row)
        }
        [FAULT] => {
            let (reason, help, cause) = (read_text(from)?, read_text(from)?, read_text(from)?);
            let there = |text: String| Some(text).filter(|text| !text.is_empty());
            Ok(Frame::Fault(ParserFault { reason, help: there(help), cause: there(cause).map(Cause::from) }))
        }
        [END] => Ok(Frame::End),
        _ => Err(Error::from(ErrorKind::InvalidData)),
    }
}

fn write_count(to: &mut impl Write, count: usize) -> Result<()> {
    let count = u32::try_from(count).map_err(|_| Error::from(ErrorKind::InvalidData))?;
    to.write_all(&count.to_le_bytes())
}

fn write_text(to: &mut impl Write, text: &str) -> Result<()> {
    write_count(to, text.len())?;
    to.write_all(text.as_bytes())
}

fn read_count(from: &mut impl Read, most: u32) -> Result<u32> {
    let count = u32::from_le_bytes(bytes(from)?);
    if count > most { Err(Error::from(ErrorKind::InvalidData)) } else { Ok(count) }
}

fn read_text(from: &mut impl Read) -> Result<String> {
    let length = read_count(from, LONGEST)?;
    let mut text = String::new();
    let read = from.take(u64::from(length)).read_to_string(&mut text)?;
    if read < length as usize { Err(Error::from(ErrorKind::UnexpectedEof)) } else { Ok(text) }
}

fn bytes<const LENGTH: usize>(from: &mut impl Read) -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
