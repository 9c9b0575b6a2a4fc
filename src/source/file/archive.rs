//! Measures ZIP archives before they are unpacked: modern workbooks are ZIP archives, and a small archive can
//! unpack to more than any machine holds.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use crate::source::error::SourceError;
use crate::source::opened;

/// Most entries of an archive.
const ENTRIES: usize = 1000;
/// Most bytes that an archive may unpack to.
pub(in crate::source) const UNPACKED: u64 = 200 << 20;
/// How many times its packed size an entry may unpack to. The ratio does not apply below
/// [`SMALL`]: a sheet of blanks packs very well and does no harm.
const RATIO: u64 = 100;
/// Unpacked size below which the ratio does not apply, in bytes.
const SMALL: u64 = 4 << 20;
/// Folders within each other in an archive.
const DEEPEST: usize = 32;
/// Bytes at the end of an archive within which its directory is found.
const TAIL: u64 = 66_000;
/// Bytes within which the first element of an XML part begins.
const PROLOGUE: u64 = 1 << 16;

/// What a scan found that does not refuse the archive.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::source) struct Scan {
    /// The workbook holds values from other workbooks.
    pub(in crate::source) linked: bool,
}

/// Refuses an archive that unpacks to more than a workbook ever does, that holds macros, that is locked with a
/// password, whose names lead out of it, or whose XML declares a document type.
pub(in crate::source) fn scan(
    file: &str,
    archive: &mut ZipArchive<impl Read + Seek>,
) -> Result<Scan, SourceError> {
    let fault = |reason: &str| SourceError::archive(file, reason);
    let broken = |error: &(dyn std::error::Error + 'static)| SourceError::broken_archive(file, error);
    let (mut unpacked, mut scan, mut parts) = (0_u64, Scan::default(), Vec::new());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let name = entry.name().map(|name| name.to_lowercase()).unwrap_or_default();
        if entry.encrypted() {
            return Err(fault("it is locked with a password"));
        }
        if leads_elsewhere(&name) {
            return Err(fault("the name of an entry leads out of the archive"));
        }
        if name.ends_with("vbaproject.bin") {
            return Err(macros(file));
        }
        if name.rsplit_once('.').is_some_and(|(_, kind)| kind == "xml" || kind == "rels") {
            parts.push(index);
        }
        scan.linked |= name.starts_with("xl/externallinks/");
        unpacked = unpacked.saturating_add(entry.size());
        if unpacked > UNPACKED {
            return Err(fault(&format!("it unpacks to more than {UNPACKED} bytes")));
        }
        if entry.size() > SMALL && entry.size() / RATIO > entry.compressed_size() {
            return Err(fault(&format!("an entry unpacks to more than {RATIO} times its size")));
        }
    }
    for index in parts {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let mut start = Vec::new();
        entry.take(PROLOGUE).read_to_end(&mut start).map_err(|error| broken(&error))?;
        if declares_a_type(&start) {
            return Err(fault("its XML declares a document type (DOCTYPE), which no workbook does"));
        }
    }
    Ok(scan)
}

/// Builds the fault of a workbook with macros.
pub(in crate::source) fn macros(file: &str) -> SourceError {
    SourceError::Archive {
        file: file.to_owned(),
        reason: "it holds macros".to_owned(),
        help: Some("save it as .xlsx".to_owned()),
        cause: None,
    }
}

/// Unpacks the file of an archive that holds one file; returns `None` for any other archive.
pub(in crate::source) fn only_entry(
    file: &str,
    archive: &mut ZipArchive<impl Read + Seek>,
) -> Result<Option<Vec<u8>>, SourceError> {
    if archive.len() != 1 {
        return Ok(None);
    }
    scan(file, archive)?;
    unpack(file, archive, 0).map(Some)
}

/// Opens an archive of not too many entries; the count is read before the directory is.
pub(in crate::source) fn open<R: Read + Seek>(
    file: &str,
    mut reader: R,
) -> Result<ZipArchive<R>, SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    let fault = |reason: &str| SourceError::archive(file, reason);
    let broken = |error: &(dyn std::error::Error + 'static)| SourceError::broken_archive(file, error);
    let length = reader.seek(SeekFrom::End(0)).map_err(unreadable)?;
    reader.seek(SeekFrom::Start(length.saturating_sub(TAIL))).map_err(unreadable)?;
    let mut tail = Vec::new();
    (&mut reader).take(TAIL).read_to_end(&mut tail).map_err(unreadable)?;
    let directory = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count = directory.and_then(|at| tail.get(at + 10..at + 12)?.try_into().ok()).map(u16::from_le_bytes);
    match count {
        Some(count) if usize::from(count) <= ENTRIES => {}
        Some(_) => return Err(fault(&format!("it has more than {ENTRIES} entries"))),
        None => return Err(fault("the archive is cut short")),
    }
    reader.rewind().map_err(unreadable)?;
    let archive = ZipArchive::new(reader).map_err(|error| broken(&error))?;
    if archive.len() > ENTRIES {
        return Err(fault(&format!("it has more than {ENTRIES} entries")));
    }
    // A parser keeps one entry of each name, and programs do not agree which.
    if count.map(usize::from) != Some(archive.len()) {
        return Err(fault("two of its entries have one name"));
    }
    Ok(archive)
}

/// Returns the names of the files of an archive, after [`scan`]. Hidden ones, and the copies of attributes that some
/// programs add, are left out.
pub(in crate::source) fn members(file: &str, path: &Path) -> Result<Vec<String>, SourceError> {
    let fault = |reason: &str| SourceError::archive(file, reason);
    let broken = |error: &(dyn std::error::Error + 'static)| SourceError::broken_archive(file, error);
    let opened = opened::open(path).map_err(|error| SourceError::from_io(file, &error))?;
    let mut archive = open(file, BufReader::new(opened))?;
    scan(file, &mut archive)?;
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?;
        if name.split('/').count() > DEEPEST {
            return Err(fault(&format!("an entry lies more than {DEEPEST} folders deep")));
        }
        let is_left_out = |part: &str| part.starts_with('.') || part.starts_with("~$") || part == "__MACOSX";
        if !entry.is_dir() && !name.split('/').any(is_left_out) {
            names.push(name.to_string());
        }
    }
    Ok(names)
}

/// Unpacks one file of an archive, after [`scan`].
pub(in crate::source) fn member(file: &str, path: &Path, member: &str) -> Result<Vec<u8>, SourceError> {
    let opened = opened::open(path).map_err(|error| SourceError::from_io(file, &error))?;
    let mut archive = open(file, BufReader::new(opened))?;
    scan(file, &mut archive)?;
    let Some(index) = archive.index_for_name(member) else {
        return Err(SourceError::Changed { file: file.to_owned() });
    };
    unpack(file, &mut archive, index)
}

/// Unpacks the entry of an archive at a place.
fn unpack(
    file: &str,
    archive: &mut ZipArchive<impl Read + Seek>,
    index: usize,
) -> Result<Vec<u8>, SourceError> {
    let fault = |reason: &str| SourceError::archive(file, reason);
    let broken = |error: &(dyn std::error::Error + 'static)| SourceError::broken_archive(file, error);
    let entry = archive.by_index(index).map_err(|error| broken(&error))?;
    let mut bytes = Vec::new();
    // The directory may state a wrong size, so the bytes are counted as they are read.
    let read = entry.take(UNPACKED + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if read as u64 > UNPACKED {
        return Err(fault(&format!("it unpacks to more than {UNPACKED} bytes")));
    }
    Ok(bytes)
}

/// Returns whether a name leads out of the folder that an archive would be unpacked into.
fn leads_elsewhere(name: &str) -> bool {
    name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..")
}

/// Returns whether the beginning of an XML part declares a document type, or is so long that it may hide one.
fn declares_a_type(start: &[u8]) -> bool {
    // A part in UTF-16 has a zero in every other byte.
    let text: Vec<u8> = start.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let root = text
        .windows(2)
        .position(|pair| matches!(pair, [b'<', first] if first.is_ascii_alphabetic() || *first == b'_'));
    let prologue = text.get(..root.unwrap_or(text.len())).unwrap_or_default();
    let declared = prologue.windows(9).any(|window| window == b"<!doctype");
    declared || root.is_none() && start.len() as u64 == PROLOGUE
}
