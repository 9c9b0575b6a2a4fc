//! Parses delimited text: any delimiter and quote, line ends of any kind, new lines within quotes.
//!
//! Why not a crate: rows are counted as a spreadsheet counts them, blank ones too, so that a reader finds the row
//! that a fault names; an open quote is a fault with its row, where the usual parsers read the rest of the file as
//! one cell; and no row may take more than a fixed amount of memory.

use std::io::Read;

use crate::source::error::SourceError;
use crate::source::file::text::Text;
use crate::source::row::Row;

/// The byte order mark.
const MARK: char = '\u{feff}';
/// Longest row, in bytes.
const LONGEST_ROW: usize = 4 << 20;

/// Rows of one text.
pub(super) struct Delimited<R> {
    file: String,
    text: Text<R>,
    delimiter: u8,
    quote: u8,
    buffer: String,
    /// Where the next row begins in the buffer.
    at: usize,
    ended: bool,
    rows: i64,
    /// Whether the last row has no line end.
    cut: bool,
    /// Byte order marks at the start of a row, where another file was laid below, and the first such row.
    marks: (u64, i64),
}

/// The result of reading one row from the buffer.
enum Step {
    /// A row, which ends before this byte.
    Row(usize),
    /// The buffer ends within the row.
    More,
    /// The text ends within a quote.
    OpenQuote,
}

impl<R: Read> Delimited<R> {
    /// Builds a reader. `delimiter` and `quote` are ASCII: the check of the settings refuses any other.
    pub(super) fn new(file: &str, text: Text<R>, delimiter: u8, quote: u8) -> Self {
        let file = file.to_owned();
        Self {
            file,
            text,
            delimiter,
            quote,
            buffer: String::new(),
            at: 0,
            ended: false,
            rows: 0,
            cut: false,
            marks: (0, 0),
        }
    }

    /// Returns the count of lines that are not in the encoding of the others, and the first of them.
    pub(super) fn others(&self) -> (u64, u64) {
        self.text.others()
    }

    /// Returns how many rows below the first begin with a byte order mark, and the first of them.
    pub(super) fn marks_within(&self) -> (u64, i64) {
        self.marks
    }

    /// Returns whether the last row, of several, has no line end.
    pub(super) fn ends_within_a_line(&self) -> bool {
        self.cut && self.rows > 2
    }

    /// Reads the next row into `row`; `false` at the end.
    pub(super) fn read(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        loop {
            if self.at == self.buffer.len() && self.ended {
                return Ok(false);
            }
            self.skip_marks();
            match self.step(row) {
                Step::Row(end) => {
                    let last = end.checked_sub(1).and_then(|last| self.buffer.as_bytes().get(last));
                    self.cut = end == self.buffer.len() && self.ended && !matches!(last, Some(b'\n' | b'\r'));
                    self.at = end;
                    self.rows += 1;
                    row.number = self.rows;
                    return Ok(true);
                }
                Step::OpenQuote => {
                    return Err(SourceError::OpenQuote { file: self.file.clone(), row: self.rows + 1 });
                }
                Step::More => self.more()?,
            }
        }
    }

    /// Skips byte order marks at the start of a row: they are no part of its first cell, and hide its quote.
    fn skip_marks(&mut self) {
        while self.buffer.get(self.at..).is_some_and(|rest| rest.starts_with(MARK)) {
            self.at += MARK.len_utf8();
            if self.rows > 0 {
                self.marks.0 += 1;
                self.marks.1 = if self.marks.0 == 1 { self.rows + 1 } else { self.marks.1 };
            }
        }
    }

    /// Drops what has been read from the buffer and adds the next block.
    fn more(&mut self) -> Result<(), SourceError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.buffer.len() > LONGEST_ROW {
            let (file, row) = (self.file.clone(), self.rows + 1);
            return Err(SourceError::LongRow { file, row, limit: LONGEST_ROW });
        }
        self.ended = !self.text.read(&mut self.buffer)?;
        Ok(())
    }

    /// Tries to read one row from the buffer as it is.
    fn step(&self, row: &mut Row) -> Step {
        row.clear();
        let (text, bytes) = (self.buffer.as_str(), self.buffer.as_bytes());
        let mut at = self.at;
        loop {
            let mut closed = None;
            let opening = self.opening(at);
            if bytes.get(opening) == Some(&self.quote) {
                match self.quoted(row, opening + 1) {
                    Ok(after) => {
                        at = after;
                        closed = Some(after);
                    }
                    Err(step) => return step,
                }
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let plain = rest
                .iter()
                .position(|&byte| byte == self.delimiter || byte == b'\n' || byte == b'\r')
                .unwrap_or(rest.len());
            let written = text.get(at..at + plain).unwrap_or_default();
            // Blanks after a closing quote are no text; anything else means that a quote within was not doubled.
            if closed.is_none() || !written.bytes().all(|byte| byte == b' ' || byte == b'\t') {
                row.push_text(written);
                row.is_misquoted |= closed.is_some();
            }
            at += plain;
            if bytes.get(at).is_some() || self.ended {
                row.unguard();
            }
            match bytes.get(at) {
                Some(&byte) if byte == self.delimiter => {
                    row.end_cell();
                    at += 1;
                }
                None if !self.ended => return Step::More,
                None => {
                    row.end_cell();
                    return Step::Row(at);
                }
                Some(b'\n') => {
                    row.end_cell();
                    return Step::Row(at + 1);
                }
                // A carriage return: alone, or the first half of a line end that the buffer may cut in two.
                Some(_) => match bytes.get(at + 1) {
                    None if !self.ended => return Step::More,
                    next => {
                        row.end_cell();
                        return Step::Row(at + 1 + usize::from(next == Some(&b'\n')));
                    }
                },
            }
        }
    }

    /// Returns where the quote of a cell that begins at `at` is: there, after blanks, or after the `=` by which a
    /// spreadsheet learns that figures are text. The quote has to close before a delimiter or the end of its line;
    /// otherwise `at`.
    fn opening(&self, at: usize) -> usize {
        let bytes = self.buffer.as_bytes();
        let rest = bytes.get(at..).unwrap_or_default();
        let before = match rest.first() {
            Some(b'=') => 1,
            Some(b' ') if self.delimiter != b' ' => rest.iter().take_while(|byte| **byte == b' ').count(),
            _ => return at,
        };
        let within = rest.get(before + 1..).unwrap_or_default();
        if rest.get(before) != Some(&self.quote) {
            return at;
        }
        let line = within.iter().position(|byte| *byte == b'\n' || *byte == b'\r').unwrap_or(within.len());
        let line = within.get(..line).unwrap_or_default();
        let mut quotes = line.iter().enumerate().filter(|(_, byte)| **byte == self.quote).map(|(at, _)| at);
        let closes = quotes.any(|quote| {
            let after = line.get(quote + 1..).unwrap_or_default();
            let after = after.iter().find(|byte| **byte != b' ');
            after.is_none_or(|byte| *byte == self.delimiter)
        });
        if closes { at + before } else { at }
    }

    /// Reads a quoted cell whose first byte is `at`. Returns where it ends, after its quote.
    fn quoted(&self, row: &mut Row, mut at: usize) -> Result<usize, Step> {
        let (text, bytes) = (self.buffer.as_str(), self.buffer.as_bytes());
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|&byte| byte == self.quote) else {
                return Err(if self.ended { Step::OpenQuote } else { Step::More });
            };
            row.push_text(text.get(at..at + length).unwrap_or_default());
            at += length + 1;
            match bytes.get(at) {
                Some(&byte) if byte == self.quote => {
                    row.push_text(text.get(at..=at).unwrap_or_default());
                    at += 1;
                }
                None if !self.ended => return Err(Step::More),
                _ => return Ok(at),
            }
        }
    }
}

#[cfg(test)]
mod tests;
