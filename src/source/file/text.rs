//! Decodes text files: finds the encoding, and reads the text by blocks, so that a file of any size takes little
//! memory. The encoding is found over the whole file before a row is read: if it fitted only the first half, the
//! rows of the second would be wrong.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::diagnostic::Spanned;
use crate::source::error::SourceError;

/// Bytes read at a time.
const BLOCK: usize = 1 << 18;
/// Names by which a source may declare an encoding.
pub(in crate::source) const ENCODINGS: [&str; 4] = ["utf-8", "windows-1252", "utf-16le", "utf-16be"];

/// Returns the encoding of a declared name.
pub(in crate::source) fn encoding(name: &str) -> Option<&'static Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" => Some(UTF_8),
        "windows-1252" => Some(WINDOWS_1252),
        "utf-16le" => Some(UTF_16LE),
        "utf-16be" => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the encodings that a source declares; UTF-8 when it declares none. Unknown names are left out: they
/// are faults of the source's settings.
pub(in crate::source) fn declared(names: &[Spanned<String>]) -> Vec<&'static Encoding> {
    if names.is_empty() {
        vec![UTF_8]
    } else {
        names.iter().filter_map(|name| encoding(name.get_ref())).collect()
    }
}

/// Finds the encoding of a whole file: that of its byte order mark, else the first of `declared` that can read it. A file
/// that is UTF-8 throughout is not read as Windows-1252, which can read almost any bytes.
///
/// `open`: opens the file from its start, once for each candidate.
pub(in crate::source) fn find_encoding<R: Read>(
    file: &str,
    declared: &[&'static Encoding],
    open: &mut dyn FnMut() -> Result<R, SourceError>,
) -> Result<&'static Encoding, SourceError> {
    let mut start = Vec::new();
    open()?.take(4).read_to_end(&mut start).map_err(|error| SourceError::from_io(file, &error))?;
    let marked = Encoding::for_bom(&start).map(|(encoding, _)| encoding);
    let candidates: Vec<&'static Encoding> = marked.map_or_else(|| declared.to_vec(), |one| vec![one]);
    let mut misfit = Misfit::default();
    for encoding in &candidates {
        match first_misfit(file, encoding, open()?)? {
            None if marked.is_none() && *encoding == WINDOWS_1252 => match wide_as_utf8(file, open()?)? {
                None => return Ok(encoding),
                Some(_) if candidates.contains(&UTF_8) => return Ok(UTF_8),
                Some((count, row)) => return Err(SourceError::IsUtf8 { file: file.to_owned(), row, count }),
            },
            None => return Ok(encoding),
            Some(found) => misfit = found,
        }
    }
    let tried: Vec<String> = candidates.iter().map(|encoding| encoding.name().to_owned()).collect();
    Err(misfit.into_fault(file, tried.join(" or ")))
}

/// Counts the characters beyond ASCII of a file that is UTF-8 throughout, with the line of the first; nothing where there
/// are none, or where it is not.
fn wide_as_utf8(file: &str, mut reader: impl Read) -> Result<Option<(u64, u64)>, SourceError> {
    let (mut block, mut rest, mut count, mut line, mut first) = (vec![0; BLOCK], Vec::new(), 0, 1, 0);
    loop {
        let read = fill(file, &mut reader, &mut block)?;
        rest.extend_from_slice(block.get(..read).unwrap_or_default());
        let whole = match std::str::from_utf8(&rest) {
            Ok(text) => text.len(),
            // A block may end within a character.
            Err(error) if error.error_len().is_none() && read == BLOCK => error.valid_up_to(),
            Err(_) => return Ok(None),
        };
        for byte in rest.drain(..whole) {
            line += u64::from(byte == b'\n');
            if byte >= 0xc0 {
                count += 1;
                first = if first == 0 { line } else { first };
            }
        }
        if read < BLOCK {
            return Ok((count > 0).then_some((count, first)));
        }
    }
}

/// Returns whether a file that is not all UTF-8 has texts in UTF-8 all the same, where both it and Windows-1252 are
/// declared: some of its rows came from another program, and each is in the encoding of where it came from.
pub(in crate::source) fn is_mixed<R: Read>(
    file: &str,
    declared: &[&'static Encoding],
    open: &mut dyn FnMut() -> Result<R, SourceError>,
) -> Result<bool, SourceError> {
    if !declared.contains(&UTF_8) || !declared.contains(&WINDOWS_1252) {
        return Ok(false);
    }
    let (mut reader, mut block, mut start) = (open()?, vec![0; BLOCK], true);
    let (mut other, mut wide) = (false, false);
    loop {
        let count = fill(file, &mut reader, &mut block)?;
        let bytes = block.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(other && wide);
        }
        if std::mem::take(&mut start) && Encoding::for_bom(bytes).is_some() {
            return Ok(false);
        }
        // A block may end within a character: what is cut there is seen in no other.
        let whole = bytes.len().saturating_sub(4);
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            wide |= !chunk.valid().is_ascii();
            at += chunk.valid().len();
            other |= !chunk.invalid().is_empty() && (at < whole || count < BLOCK);
            at += chunk.invalid().len();
        }
    }
}

/// The first byte that an encoding does not know.
#[derive(Default)]
struct Misfit {
    /// Where it is, from 0.
    at: u64,
    value: u8,
    /// The line that it is in, from 1.
    line: u64,
}

impl Misfit {
    fn into_fault(self, file: &str, tried: String) -> SourceError {
        SourceError::Encoding {
            file: file.to_owned(),
            tried,
            byte: self.at,
            value: self.value,
            row: self.line,
        }
    }
}

/// Returns whether Windows-1252 has no character for a byte. The standard of the web reads such a byte as a control
/// character, which is in no name.
fn is_undefined(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

/// Returns the first byte that `encoding` cannot read. A zero byte is a fault by itself.
fn first_misfit(
    file: &str,
    encoding: &'static Encoding,
    mut reader: impl Read,
) -> Result<Option<Misfit>, SourceError> {
    let mut converter = encoding.new_decoder_without_bom_handling();
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let (mut block, mut text, mut before, mut lines) = (vec![0; BLOCK], String::new(), 0_u64, 1_u64);
    let mut last = 0;
    let lines_in = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').skip(1).count() as u64;
    loop {
        let count = fill(file, &mut reader, &mut block)?;
        let bytes = block.get(..count).unwrap_or_default();
        text.clear();
        let decoded = append(&mut converter, bytes, bytes.is_empty(), &mut text);
        let zero = if wide {
            bytes.chunks_exact(2).position(|pair| pair == [0, 0]).map(|at| at * 2)
        } else {
            bytes.iter().position(|&byte| byte == 0)
        };
        if let Some(at) = zero {
            return Err(SourceError::ZeroByte { file: file.to_owned(), byte: before + at as u64 });
        }
        let undefined =
            if encoding == WINDOWS_1252 { bytes.iter().position(|byte| is_undefined(*byte)) } else { None };
        // Bytes up to the misfit and with it; where they are none, it is the last byte of the block before.
        if let Some(read) = undefined.map(|at| at + 1).or(decoded.err()) {
            let at = read.checked_sub(1);
            let line = lines + lines_in(bytes.get(..at.unwrap_or(0)).unwrap_or_default());
            let value = at.and_then(|at| bytes.get(at)).copied().unwrap_or(last);
            return Ok(Some(Misfit { at: (before + read as u64).saturating_sub(1), value, line }));
        }
        last = bytes.last().copied().unwrap_or_default();
        if bytes.is_empty() {
            return Ok(None);
        }
        before += bytes.len() as u64;
        lines += lines_in(bytes);
    }
}

/// A file's text, block by block, without byte order marks.
pub(in crate::source) struct Text<R> {
    file: String,
    reader: R,
    decoder: Decoder,
    block: Vec<u8>,
    at_start: bool,
    at_end: bool,
    /// Of a file whose lines are in two encodings: the line that is not yet whole, and what was found.
    mixed: Option<Mixed>,
}

/// The lines of a file, each in UTF-8 or else in Windows-1252.
#[derive(Default)]
struct Mixed {
    rest: Vec<u8>,
    lines: u64,
    /// Lines in Windows-1252, and the first of them.
    others: u64,
    first: u64,
}

impl<R: Read> Text<R> {
    pub(in crate::source) fn new(file: &str, reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self {
            file: file.to_owned(),
            reader,
            decoder,
            block: vec![0; BLOCK],
            at_start: true,
            at_end: false,
            mixed: None,
        }
    }

    /// Builds the text of a file whose lines are each in UTF-8 or else in Windows-1252.
    pub(in crate::source) fn mixed(file: &str, reader: R) -> Self {
        Self { mixed: Some(Mixed::default()), ..Self::new(file, reader, UTF_8) }
    }

    /// Returns the count of lines so far that are not in the encoding of the others, and the first of them.
    pub(in crate::source) fn others(&self) -> (u64, u64) {
        self.mixed.as_ref().map_or((0, 0), |mixed| (mixed.others, mixed.first))
    }

    /// Appends the next block to `text`; `false` at the end of the file.
    pub(in crate::source) fn read(&mut self, text: &mut String) -> Result<bool, SourceError> {
        if self.at_end {
            return Ok(false);
        }
        let count = fill(&self.file, &mut self.reader, &mut self.block)?;
        let bytes = self.block.get(..count).unwrap_or_default();
        if let Some(mixed) = &mut self.mixed {
            self.at_end = bytes.is_empty();
            mixed.append(&self.file, bytes, text)?;
            return Ok(!self.at_end);
        }
        let misfit = |_| SourceError::Changed { file: self.file.clone() };
        append(&mut self.decoder, bytes, bytes.is_empty(), text).map_err(misfit)?;
        if std::mem::take(&mut self.at_start) {
            // Some exports write the mark twice.
            let marks = text.len() - text.trim_start_matches('\u{feff}').len();
            text.drain(..marks);
        }
        self.at_end = bytes.is_empty();
        Ok(!self.at_end)
    }
}

impl Mixed {
    /// Decodes the lines that are whole with `bytes`; all of them where there are no more.
    fn append(&mut self, file: &str, bytes: &[u8], text: &mut String) -> Result<(), SourceError> {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        // A line longer than any row is cut: the reader of rows refuses it.
        let whole = if bytes.is_empty() || self.rest.len() > (4 << 20) { self.rest.len() } else { whole };
        let rest = self.rest.split_off(whole);
        for line in self.rest.split_inclusive(|byte| *byte == b'\n') {
            self.lines += 1;
            if let Ok(line) = std::str::from_utf8(line) {
                text.push_str(line);
                continue;
            }
            if let Some(value) = line.iter().copied().find(|byte| is_undefined(*byte)) {
                let tried = format!("{} or {}", UTF_8.name(), WINDOWS_1252.name());
                let at = line.iter().position(|byte| *byte == value).unwrap_or_default() as u64;
                return Err(Misfit { at, value, line: self.lines }.into_fault(file, tried));
            }
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
            self.others += 1;
            if self.first == 0 {
                self.first = self.lines;
            }
        }
        self.rest = rest;
        Ok(())
    }
}

/// The text as UTF-8 bytes, for a parser that reads such.
pub(in crate::source) struct Utf8<R> {
    text: Text<R>,
    buffer: String,
    at: usize,
}

impl<R: Read> Utf8<R> {
    pub(in crate::source) fn new(text: Text<R>) -> Self {
        Self { text, buffer: String::new(), at: 0 }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            if !self.text.read(&mut self.buffer).map_err(std::io::Error::other)? {
                return Ok(0);
            }
        }
        let from = self.buffer.as_bytes().get(self.at..).unwrap_or_default();
        let count = from.len().min(to.len());
        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        self.at += count;
        Ok(count)
    }
}

/// Reads until `block` is full or the file ends.
fn fill(file: &str, reader: &mut impl Read, block: &mut [u8]) -> Result<usize, SourceError> {
    let mut count = 0;
    while let Some(free) = block.get_mut(count..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(SourceError::from_io(file, &error)),
        }
    }
    Ok(count)
}

/// Decodes `bytes` and appends them to `text`. The error is the count of bytes up to the first that does not fit,
/// that one included.
fn append(decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut String) -> Result<(), usize> {
    let room =
        decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
    text.reserve(room);
    match decoder.decode_to_string_without_replacement(bytes, text, last) {
        (DecoderResult::InputEmpty, _) => Ok(()),
        (DecoderResult::Malformed(_, _) | DecoderResult::OutputFull, read) => Err(read),
    }
}
