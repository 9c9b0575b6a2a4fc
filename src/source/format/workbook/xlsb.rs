use std::collections::HashMap;
use std::io::{Read, Seek};

use super::fault::{broken, fault};
use super::number_format::Shown;
use crate::source::error::SourceError;
use crate::source::file::archive;

/// Kinds of records, by MS-XLSB.
const FORMAT: u32 = 44;
const STYLE: u32 = 47;
const STYLES_OF_CELLS: u32 = 617;
const END_OF_STYLES: u32 = 618;

/// Refuses a binary workbook in which a style of cells says more than that they are numbers: its parser gives the
/// numbers alone, and 0.85 beside 85 would be read in silence.
pub(super) fn check<R: Read + Seek>(file: &str, reader: R) -> Result<(), SourceError> {
    let mut archive = archive::open(file, reader)?;
    let Ok(part) = archive.by_name("xl/styles.bin") else { return Ok(()) };
    let mut bytes = Vec::new();
    part.take(archive::UNPACKED).read_to_end(&mut bytes).map_err(|error| broken(file, &error))?;
    if means_more(&bytes) {
        let reason = "it is a binary workbook (XLSB) with percentages, zeros or signs that only a number format shows, which \
                      are not read from it: save it as .xlsx";
        return Err(fault(file, reason));
    }
    Ok(())
}

/// Returns whether a style of cells shows a percentage, zeros before figures, another currency, or what changes a number.
fn means_more(bytes: &[u8]) -> bool {
    let (mut rest, mut codes, mut within) = (bytes, HashMap::new(), false);
    while let Some((kind, record)) = next(&mut rest) {
        match kind {
            FORMAT => {
                if let Some((id, code)) = format(record) {
                    codes.insert(id, Shown::of_numbered(id.into(), &code));
                }
            }
            STYLES_OF_CELLS => within = true,
            END_OF_STYLES => within = false,
            STYLE if within => {
                let id = word(record, 2).unwrap_or_default();
                let shown = codes.get(&id).copied().unwrap_or_else(|| Shown::built_in(id.into()));
                if matches!(
                    shown,
                    Shown::Percent
                        | Shown::Padded(_)
                        | Shown::Code
                        | Shown::Otherwise
                        | Shown::OtherwiseBelowZero
                        | Shown::Foreign
                ) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Returns the next record: its kind and length have seven bits in each byte.
fn next<'a>(bytes: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    let mut number = |most: u32| {
        let mut value = 0_u32;
        for at in 0..most {
            let (byte, rest) = bytes.split_first()?;
            *bytes = rest;
            value |= u32::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(value)
    };
    let (kind, length) = (number(2)?, number(4)?);
    let (record, rest) = bytes.split_at_checked(length as usize)?;
    *bytes = rest;
    Some((kind, record))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn format(record: &[u8]) -> Option<(u16, String)> {
    let length = u32::from_le_bytes(record.get(2..6)?.try_into().ok()?) as usize;
    let units = (0..length).map_while(|at| word(record, 6 + 2 * at)).collect::<Vec<u16>>();
    Some((word(record, 0)?, String::from_utf16_lossy(&units)))
}

#[cfg(test)]
mod tests {
    use super::means_more;

    /// Returns a record of a kind below 128, or of one above in two bytes.
    fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
        let mut all = if kind < 128 {
            vec![u8::try_from(kind).unwrap()]
        } else {
            vec![u8::try_from(kind & 0x7f).unwrap() | 0x80, u8::try_from(kind >> 7).unwrap()]
        };
        all.push(u8::try_from(bytes.len()).unwrap());
        all.extend(bytes);
        all
    }

    fn styles(format: Option<&str>, id: u16) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(code) = format {
            let mut bytes = id.to_le_bytes().to_vec();
            bytes.extend(u32::try_from(code.len()).unwrap().to_le_bytes());
            bytes.extend(code.encode_utf16().flat_map(u16::to_le_bytes));
            all.extend(record(44, &bytes));
        }
        let mut style = vec![0, 0];
        style.extend(id.to_le_bytes());
        style.extend([0; 12]);
        all.extend(record(617, &1_u32.to_le_bytes()));
        all.extend(record(47, &style));
        all.extend(record(618, &[]));
        all
    }

    #[test]
    fn a_style_that_shows_more_than_a_number_is_found() {
        assert!(means_more(&styles(None, 9)), "9 is 0%");
        assert!(means_more(&styles(Some("00000"), 164)));
        assert!(!means_more(&styles(Some("#,##0.00"), 164)));
        assert!(!means_more(&styles(None, 14)), "days are read as days");
        assert!(!means_more(&[0x80]), "a record that is cut ends the search");
    }
}
