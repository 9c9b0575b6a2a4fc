use std::fs::File;
use std::io::{BufReader, Read, Seek};

use crate::source::error::SourceError;
use crate::source::file::archive;
use crate::source::file::kind::FileKind;

/// Refuses a workbook by what is visible without parsing it. Returns whether it holds values from other workbooks.
pub(super) fn scan(file: &str, workbook: &mut File) -> Result<bool, SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    let mut start = [0; 4];
    workbook.rewind().map_err(unreadable)?;
    workbook.read_exact(&mut start).map_err(unreadable)?;
    workbook.rewind().map_err(unreadable)?;
    if FileKind::of(&start, std::iter::empty()) != FileKind::Compound {
        let mut archive = archive::open(file, BufReader::new(&mut *workbook))?;
        return archive::scan(file, &mut archive).map(|scan| scan.linked);
    }
    let mut bytes = Vec::new();
    let limit = archive::UNPACKED;
    BufReader::new(&mut *workbook).take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    let fault = |reason: &str| Err(SourceError::archive(file, reason));
    if bytes.len() as u64 > limit {
        return fault(&format!("it has more than {limit} bytes"));
    }
    if names("EncryptedPackage") {
        return fault("it is locked with a password");
    }
    if names("_VBA_PROJECT") {
        return Err(archive::macros(file));
    }
    Ok(false)
}
