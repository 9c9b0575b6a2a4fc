//! What a file holds, by its bytes and not its name: plain, or packed in gzip, Zstandard or a ZIP of one
//! entry. Archives are measured before they are unpacked.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::SourceError;
use super::discover::Found;
use super::nature::Nature;

/// Most entries of an archive.
const ENTRIES: usize = 1000;
/// Most bytes that an archive may unpack to.
const UNPACKED: u64 = 200 << 20;
/// How many times its packed size an entry may unpack to. Below [`SMALL`] nothing is asked: a sheet of
/// blanks packs very well and harms nobody.
const RATIO: u64 = 100;
/// Unpacked sizes that need no ratio, in bytes.
const SMALL: u64 = 4 << 20;
/// Most bytes that a stream may unpack to: it is read block by block, so this bounds time, not memory.
const STREAMED: u64 = 8 << 30;
/// Bytes at the end of an archive in which its directory is found.
const TAIL: u64 = 66_000;

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
                Some(bytes) => Packing::Entry(bytes),
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
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(file)).take(STREAMED)),
            Packing::Zstandard => {
                let decoder = zstd::stream::read::Decoder::new(file).map_err(unreadable)?;
                Box::new(decoder.take(STREAMED))
            }
            Packing::Plain | Packing::Entry(_) => Box::new(file),
        })
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
            (None, Nature::Text) => ends(&["gz", "zst", "zip", "xlsx", "xls", "ods", "parquet"]),
            (None, Nature::Zip) => !ends(&["xlsx", "xlsm", "ods"]),
            (None, Nature::Compound) => !ends(&["xls"]),
            (None, Nature::Parquet) => !ends(&["parquet", "pq"]),
            (None, _) => false,
        }
    }

    fn glimpse(&self) -> Result<Nature, SourceError> {
        let mut start = Vec::new();
        let read = self.open()?.take(Nature::GLIMPSE as u64).read_to_end(&mut start);
        read.map_err(|error| SourceError::from_io(&self.found.name, &error))?;
        Ok(Nature::of(&start))
    }
}

/// Refuses an archive that would unpack to more than a workbook ever does, that runs programs, or that is
/// locked. Whether it points at other workbooks: those are never followed, a formula's last result is read.
pub(super) fn scan(found: &Found) -> Result<bool, SourceError> {
    let fault = |reason: String| SourceError::Archive { file: found.name.clone(), reason };
    let mut archive = open_archive(found)?;
    let (mut unpacked, mut linked) = (0_u64, false);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| fault(error.to_string()))?;
        let name = entry.name().map(|name| name.to_lowercase()).unwrap_or_default();
        if entry.encrypted() {
            return Err(fault("it is locked with a password".to_owned()));
        }
        if name.ends_with("vbaproject.bin") {
            return Err(fault("it holds macros: save it as .xlsx".to_owned()));
        }
        linked |= name.starts_with("xl/externallinks/");
        unpacked = unpacked.saturating_add(entry.size());
        if unpacked > UNPACKED {
            return Err(fault(format!("it unpacks to more than {UNPACKED} bytes")));
        }
        if entry.size() > SMALL && entry.size() / RATIO > entry.compressed_size() {
            return Err(fault(format!("an entry unpacks to more than {RATIO} times its size")));
        }
    }
    Ok(linked)
}

/// The one file of an archive that holds no other, unpacked.
fn only_entry(found: &Found) -> Result<Option<Bytes>, SourceError> {
    let fault = |reason: String| SourceError::Archive { file: found.name.clone(), reason };
    let mut archive = open_archive(found)?;
    if archive.len() != 1 {
        return Ok(None);
    }
    scan(found)?;
    let entry = archive.by_index(0).map_err(|error| fault(error.to_string()))?;
    let mut bytes = Vec::new();
    // A directory can lie about sizes, so the bytes are counted as they come.
    let read = entry.take(UNPACKED + 1).read_to_end(&mut bytes).map_err(|error| fault(error.to_string()))?;
    if read as u64 > UNPACKED {
        return Err(fault(format!("it unpacks to more than {UNPACKED} bytes")));
    }
    Ok(Some(Bytes::from(bytes)))
}

/// Opens an archive of not too many entries; the count is read before the directory is.
fn open_archive(found: &Found) -> Result<ZipArchive<BufReader<File>>, SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(&found.name, &error);
    let fault = |reason: String| SourceError::Archive { file: found.name.clone(), reason };
    let mut file = File::open(&found.path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL))).map_err(unreadable)?;
    let mut tail = Vec::new();
    (&mut file).take(TAIL).read_to_end(&mut tail).map_err(unreadable)?;
    let directory = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count = directory.and_then(|at| tail.get(at + 10..at + 12)?.try_into().ok()).map(u16::from_le_bytes);
    match count {
        Some(count) if usize::from(count) <= ENTRIES => {}
        Some(_) => return Err(fault(format!("it has more than {ENTRIES} entries"))),
        None => return Err(fault("the archive is cut short".to_owned())),
    }
    file.rewind().map_err(unreadable)?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| fault(error.to_string()))
}
