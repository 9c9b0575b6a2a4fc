//! Opens a file by what its bytes are, whatever its name: plain, or packed in gzip, Zstandard or a ZIP of one
//! entry. Archives are measured before they are unpacked.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use super::archive;
use super::kind::{FileKind, Mark};
use crate::source::error::SourceError;
use crate::source::found::Found;
use crate::source::opened::open;

/// Most bytes that a stream may unpack to. It is read block by block, so this limits time, not memory.
const STREAMED: u64 = 8 << 30;

/// A file that can be opened several times, unpacked.
pub(in crate::source) struct Content<'a> {
    found: &'a Found,
    packing: Packing,
    /// Its kind once unpacked.
    pub(in crate::source) kind: FileKind,
}

enum Packing {
    Plain,
    Gzip,
    Zstandard,
    Entry(Bytes),
}

impl<'a> Content<'a> {
    /// Finds the kind of `found`, within one layer of packing: a member of an archive has its own already. A ZIP of
    /// several entries, such as a workbook, stays a ZIP.
    pub(in crate::source) fn new(
        found: &'a Found,
        marks: impl Iterator<Item = &'static Mark> + Clone,
    ) -> Result<Self, SourceError> {
        let mut content = Self { found, packing: Packing::Plain, kind: FileKind::Empty };
        if let Some(member) = &found.member {
            let unpacked = archive::member(&found.name, &found.path, member)?;
            content.packing = Packing::Entry(Bytes::from(unpacked));
            content.kind = content.find_kind(marks)?;
            return Ok(content);
        }
        content.kind = content.find_kind(marks.clone())?;
        content.packing = match content.kind {
            FileKind::Gzip => Packing::Gzip,
            FileKind::Zstandard => Packing::Zstandard,
            FileKind::Zip => match only_entry(found)? {
                Some(bytes) => Packing::Entry(Bytes::from(bytes)),
                None => return Ok(content),
            },
            _ => return Ok(content),
        };
        content.kind = content.find_kind(marks)?;
        Ok(content)
    }

    /// Returns the file's name, for faults.
    pub(in crate::source) fn name(&self) -> &str {
        &self.found.name
    }

    /// Returns the bytes from the start, unpacked.
    pub(in crate::source) fn open(&self) -> Result<Box<dyn Read>, SourceError> {
        let unreadable = |error: std::io::Error| SourceError::from_io(&self.found.name, &error);
        if let Packing::Entry(bytes) = &self.packing {
            return Ok(Box::new(Cursor::new(bytes.clone())));
        }
        let file = open(&self.found.path).map_err(unreadable)?;
        Ok(match &self.packing {
            Packing::Gzip => Box::new(Unpacking::new(MultiGzDecoder::new(BufReader::new(file)))),
            Packing::Zstandard => {
                let decoder = zstd::stream::read::Decoder::new(file).map_err(unreadable)?;
                Box::new(Unpacking::new(decoder))
            }
            Packing::Plain | Packing::Entry(_) => Box::new(file),
        })
    }

    /// Returns the bytes as a file that can be read from any position. A packed file is unpacked into a file without
    /// a name, which disappears when it is closed: it may hold personal data.
    pub(in crate::source) fn file(&self) -> Result<File, SourceError> {
        let unreadable = |error: std::io::Error| SourceError::from_io(&self.found.name, &error);
        if matches!(self.packing, Packing::Plain) {
            return open(&self.found.path).map_err(unreadable);
        }
        let mut file = tempfile::tempfile().map_err(unreadable)?;
        let limit = archive::UNPACKED;
        if std::io::copy(&mut self.open()?.take(limit + 1), &mut file).map_err(unreadable)? > limit {
            let reason = format!("it unpacks to more than {limit} bytes");
            return Err(SourceError::archive(&self.found.name, reason));
        }
        file.rewind().map_err(unreadable)?;
        Ok(file)
    }

    /// Returns whether the name is that of another format than the bytes, as when a ZIP is called `.gz`. `others` are the
    /// ends of the names of the formats that do not read it.
    pub(in crate::source) fn is_misnamed(&self, mut others: impl Iterator<Item = &'static str>) -> bool {
        let packed = match &self.packing {
            _ if self.found.member.is_some() => None,
            Packing::Plain => None,
            Packing::Gzip => Some("gz"),
            Packing::Zstandard => Some("zst"),
            Packing::Entry(_) => Some("zip"),
        };
        let name = self.found.name.to_lowercase();
        let ends = |extension: &str| name.ends_with(&format!(".{extension}"));
        let is_one_of = |extensions: &[&str]| extensions.iter().any(|extension| ends(extension));
        match (packed, self.kind) {
            (Some(packed), _) => !ends(packed),
            // Text may be called anything that is not the name of something else.
            (None, FileKind::Text | FileKind::Json | FileKind::Xml) => {
                is_one_of(&["gz", "zst", "zip"]) || others.any(ends)
            }
            (None, FileKind::Zip) => !is_one_of(&["xlsx", "xlsm", "ods"]),
            (None, FileKind::Compound) => !ends("xls"),
            (None, FileKind::Marked(mark)) => !is_one_of(mark.extensions),
            (None, _) => false,
        }
    }

    /// Returns what the file is, whatever its name says, in words that follow "it is".
    pub(in crate::source) fn what(&self) -> String {
        let packed = match &self.packing {
            Packing::Entry(_) if self.found.member.is_some() => return self.kind.to_string(),
            Packing::Plain => return self.kind.to_string(),
            Packing::Gzip => "gzip",
            Packing::Zstandard => "Zstandard",
            Packing::Entry(_) => "ZIP",
        };
        format!("{}, packed with {packed}", self.kind)
    }

    /// Returns the first bytes, unpacked.
    pub(in crate::source) fn start(&self) -> Result<Vec<u8>, SourceError> {
        let mut start = Vec::new();
        let read = self.open()?.take(FileKind::START as u64).read_to_end(&mut start);
        read.map_err(|error| SourceError::from_io(&self.found.name, &error))?;
        Ok(start)
    }

    fn find_kind(&self, marks: impl Iterator<Item = &'static Mark>) -> Result<FileKind, SourceError> {
        self.start().map(|start| FileKind::of(&start, marks))
    }
}

/// Unpacks the file of an archive that holds one file; returns `None` for any other archive.
fn only_entry(found: &Found) -> Result<Option<Vec<u8>>, SourceError> {
    let file = open(&found.path).map_err(|error| SourceError::from_io(&found.name, &error))?;
    archive::only_entry(&found.name, &mut archive::open(&found.name, BufReader::new(file))?)
}

/// Limits how much a decoder may unpack. Whatever it cannot decode is a fault of the file.
struct Unpacking<R> {
    decoder: R,
    left: u64,
}

impl<R> Unpacking<R> {
    fn new(decoder: R) -> Self {
        Self { decoder, left: STREAMED }
    }
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let wrong = |reason: String| std::io::Error::new(std::io::ErrorKind::InvalidData, reason);
        let count = self.decoder.read(to).map_err(|error| match error.kind() {
            std::io::ErrorKind::Interrupted => error,
            _ => wrong(error.to_string()),
        })?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| wrong(format!("it unpacks to more than {STREAMED} bytes")))?;
        Ok(count)
    }
}
