//! What a file holds, by its bytes and not its name: plain, or packed in gzip, Zstandard or a ZIP of one
//! entry. Archives are measured before they are unpacked.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use super::discover::Found;
use super::nature::Nature;
use super::{SourceError, archive};

/// Most bytes that a stream may unpack to: it is read block by block, so this bounds time, not memory.
const STREAMED: u64 = 8 << 30;

/// A file that can be opened as often as wanted, unpacked.
pub(super) struct Content<'a> {
    found: &'a Found,
    packing: Packing,
    /// What it is once unpacked.
    pub(super) nature: Nature,
}

enum Packing {
    Plain,
    Gzip,
    Zstandard,
    Entry(Bytes),
}

impl<'a> Content<'a> {
    /// Looks into `found`, through one packing. A ZIP of several entries, as a workbook is, stays a ZIP.
    pub(super) fn new(found: &'a Found) -> Result<Self, SourceError> {
        let mut content = Self { found, packing: Packing::Plain, nature: Nature::Empty };
        content.nature = content.glimpse()?;
        content.packing = match content.nature {
            Nature::Gzip => Packing::Gzip,
            Nature::Zstandard => Packing::Zstandard,
            Nature::Zip => match only_entry(found)? {
                Some(bytes) => Packing::Entry(Bytes::from(bytes)),
                None => return Ok(content),
            },
            _ => return Ok(content),
        };
        content.nature = content.glimpse()?;
        Ok(content)
    }

    /// The bytes from the start, unpacked.
    pub(super) fn open(&self) -> Result<Box<dyn Read>, SourceError> {
        let unreadable = |error: std::io::Error| SourceError::from_io(&self.found.name, &error);
        if let Packing::Entry(bytes) = &self.packing {
            return Ok(Box::new(Cursor::new(bytes.clone())));
        }
        let file = File::open(&self.found.path).map_err(unreadable)?;
        Ok(match &self.packing {
            Packing::Gzip => Box::new(Unpacking::new(MultiGzDecoder::new(BufReader::new(file)))),
            Packing::Zstandard => {
                let decoder = zstd::stream::read::Decoder::new(file).map_err(unreadable)?;
                Box::new(Unpacking::new(decoder))
            }
            Packing::Plain | Packing::Entry(_) => Box::new(file),
        })
    }

    /// The bytes as a file that can be read from any place. One that comes packed is unpacked into a file
    /// without a name, which is gone when it is closed: it may be about somebody.
    pub(super) fn file(&self) -> Result<File, SourceError> {
        let unreadable = |error: std::io::Error| SourceError::from_io(&self.found.name, &error);
        if matches!(self.packing, Packing::Plain) {
            return File::open(&self.found.path).map_err(unreadable);
        }
        let mut file = tempfile::tempfile().map_err(unreadable)?;
        let limit = archive::UNPACKED;
        if std::io::copy(&mut self.open()?.take(limit + 1), &mut file).map_err(unreadable)? > limit {
            let reason = format!("it unpacks to more than {limit} bytes");
            return Err(SourceError::Archive { file: self.found.name.clone(), reason });
        }
        file.rewind().map_err(unreadable)?;
        Ok(file)
    }

    /// Whether the name says another format than the bytes do, as when a ZIP is called `.gz`.
    pub(super) fn is_misnamed(&self) -> bool {
        let packed = match &self.packing {
            Packing::Plain => None,
            Packing::Gzip => Some("gz"),
            Packing::Zstandard => Some("zst"),
            Packing::Entry(_) => Some("zip"),
        };
        let name = self.found.name.to_lowercase();
        let ends =
            |extensions: &[&str]| extensions.iter().any(|extension| name.ends_with(&format!(".{extension}")));
        match (packed, self.nature) {
            (Some(packed), _) => !ends(&[packed]),
            (None, Nature::Text) => {
                ends(&["gz", "zst", "zip", "xlsx", "xls", "ods", "parquet", "json", "xml"])
            }
            (None, Nature::Json | Nature::Xml) => {
                ends(&["csv", "tsv", "gz", "zst", "zip", "xlsx", "xls", "ods", "parquet"])
            }
            (None, Nature::Zip) => !ends(&["xlsx", "xlsm", "ods"]),
            (None, Nature::Compound) => !ends(&["xls"]),
            (None, Nature::Parquet) => !ends(&["parquet", "pq"]),
            (None, _) => false,
        }
    }

    /// The first bytes, unpacked.
    pub(super) fn start(&self) -> Result<Vec<u8>, SourceError> {
        let mut start = Vec::new();
        let read = self.open()?.take(Nature::GLIMPSE as u64).read_to_end(&mut start);
        read.map_err(|error| SourceError::from_io(&self.found.name, &error))?;
        Ok(start)
    }

    fn glimpse(&self) -> Result<Nature, SourceError> {
        self.start().map(|start| Nature::of(&start))
    }
}

/// The one file of an archive that holds no other, unpacked.
fn only_entry(found: &Found) -> Result<Option<Vec<u8>>, SourceError> {
    let file = File::open(&found.path).map_err(|error| SourceError::from_io(&found.name, &error))?;
    archive::only_entry(&found.name, &mut archive::open(&found.name, BufReader::new(file))?)
}

/// What a decoder unpacks, of which there may be only so much. Whatever a decoder cannot do is the fault of
/// what it was given.
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
            _ => wrong(format!("it cannot be unpacked: {error}")),
        })?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| wrong(format!("it unpacks to more than {STREAMED} bytes")))?;
        Ok(count)
    }
}
