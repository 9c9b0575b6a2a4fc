use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ascii;
use super::rows::Delimited;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::text::{self, Text};
use crate::source::intake::layout_settings::DELIMITERS;
use crate::source::proposal::Proposal;
use crate::source::row::{Row, is_blank};
use crate::text::counted;

/// Rows by which a delimiter is chosen.
const ROWS: u64 = 300;
/// What encloses cells.
const QUOTE: u8 = b'"';

/// How the rows of a text fall into cells by one delimiter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Fall {
    /// Rows that have the commonest count of cells, where that is more than one.
    alike: u64,
    /// That count of cells.
    cells: usize,
    /// Rows in all.
    rows: u64,
}

/// Proposes the encodings and the delimiter of a text.
pub(super) fn propose(content: &Content<'_>) -> Result<Proposal, SourceError> {
    let (encoding, declared, why) = encodings(content)?;
    let (mut best, mut chosen) = (Fall::default(), ',');
    for delimiter in DELIMITERS {
        let fall = fall(content, encoding, delimiter);
        if fall > best {
            (best, chosen) = (fall, delimiter);
        }
    }
    let mut because = vec![why];
    let mut settings = vec![format!("encoding = {declared}")];
    if chosen != ',' {
        settings.push(format!("delimiter = \"{}\"", chosen.escape_default()));
    }
    because.push(if best.alike == 0 {
        "no delimiter was found: the file seems to have one column".to_owned()
    } else {
        format!(
            "cells are delimited by `{}`: of the first {}, {} {} cells",
            chosen.escape_default(),
            counted(best.rows, "row", "rows"),
            counted(best.alike, "has", "have"),
            best.cells
        )
    });
    Ok(Proposal { settings, because, ..Proposal::default() })
}

/// Finds the encoding of a text, how it is declared, and why.
fn encodings(content: &Content<'_>) -> Result<(&'static Encoding, &'static str, String), SourceError> {
    const USUAL: &str = r#"["utf-8", "windows-1252"]"#;
    let mut open = || content.open();
    match text::find_encoding(content.name(), &[UTF_8, WINDOWS_1252], &mut open) {
        Ok(found) if found == UTF_8 || found == WINDOWS_1252 => {
            Ok((found, USUAL, format!("the whole file can be read as {}", found.name())))
        }
        Ok(found) => Ok((found, USUAL, format!("its byte order mark says {}", found.name()))),
        // Of UTF-16 every other byte of common text is zero.
        Err(zero @ SourceError::ZeroByte { .. }) => {
            for (encoding, declared) in [(UTF_16LE, r#"["utf-16le"]"#), (UTF_16BE, r#"["utf-16be"]"#)] {
                if text::find_encoding(content.name(), &[encoding], &mut open).is_ok()
                    && fall(content, encoding, '\n').rows > 1
                {
                    return Ok((
                        encoding,
                        declared,
                        format!("the whole file can be read as {}", encoding.name()),
                    ));
                }
            }
            Err(zero)
        }
        Err(error) => Err(error),
    }
}

/// Counts how the first rows fall into cells.
fn fall(content: &Content<'_>, encoding: &'static Encoding, delimiter: char) -> Fall {
    let mut widths: std::collections::BTreeMap<usize, u64> = std::collections::BTreeMap::new();
    let mut fall = Fall::default();
    let Ok(from) = content.open() else { return fall };
    let text = Text::new(content.name(), from, encoding);
    let mut rows = Delimited::new(content.name(), text, ascii(delimiter), QUOTE);
    let mut row = Row::default();
    // A text that cannot be read by this delimiter falls into no cells.
    while fall.rows < ROWS && rows.read(&mut row).unwrap_or(false) {
        if !row.cells().all(is_blank) {
            fall.rows += 1;
            *widths.entry(row.len()).or_default() += 1;
        }
    }
    let commonest =
        widths.into_iter().filter(|(cells, _)| *cells > 1).max_by_key(|(cells, rows)| (*rows, *cells));
    if let Some((cells, alike)) = commonest {
        (fall.cells, fall.alike) = (cells, alike);
    }
    fall
}
