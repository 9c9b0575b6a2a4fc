use super::fault::fault;
use super::pick::Wanted;
use super::{PARSER, SHEETS};
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::pattern::exact;
use crate::source::proposal::Proposal;
use crate::source::row::{Row, is_blank};
use crate::source::sandbox;
use crate::text::counted;

/// Most sheets that are looked at.
const MOST: usize = 30;
/// Rows of a sheet that are looked at.
const ROWS: u64 = 2_000;

/// What a sheet holds, as far as it was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    /// Cells that are filled.
    cells: u64,
    /// Rows that are not blank.
    rows: u64,
}

/// Proposes the sheet of a workbook: the one with the most filled cells.
pub(super) fn propose(content: &Content<'_>) -> Result<Proposal, SourceError> {
    let file = content.name();
    let mut names = Vec::new();
    sandbox::read(file, content.file()?, (&PARSER, SHEETS), &mut |row| {
        names.extend(row.cells().map(str::to_owned));
        Ok(())
    })?;
    let mut best: Option<(Size, &String)> = None;
    let mut last = None;
    for name in names.iter().take(MOST) {
        match size(content, name) {
            Ok(size) if best.is_none_or(|(known, _)| size > known) => best = Some((size, name)),
            Ok(_) => {}
            // A sheet of charts has no cells.
            Err(error) => last = Some(error),
        }
    }
    let Some((size, name)) = best.filter(|(size, _)| size.cells > 0) else {
        return Err(last.unwrap_or_else(|| fault(file, "no sheet holds a cell")));
    };
    let pattern = toml::Value::String(exact(name));
    let more = if size.rows >= ROWS { " or more" } else { "" };
    let of = if names.len() > 1 {
        format!("of {} it has the most cells", counted(names.len(), "sheet", "sheets"))
    } else {
        "it is the only sheet".to_owned()
    };
    let because = format!("the sheet has {}{more}; {of}", counted(size.rows, "filled row", "filled rows"));
    Ok(Proposal {
        settings: vec![format!("sheet = {pattern}")],
        because: vec![because],
        ..Proposal::default()
    })
}

/// Counts what the first rows of a sheet hold.
fn size(content: &Content<'_>, name: &str) -> Result<Size, SourceError> {
    let pattern = exact(name);
    let (mut size, mut is_enough) = (Size::default(), false);
    let asked = Wanted { name: &pattern, of_persons: true }.in_words();
    let mut take = |row: &Row| {
        let filled = row.cells().filter(|cell| !is_blank(cell)).count() as u64;
        size.cells += filled;
        size.rows += u64::from(filled > 0);
        is_enough = size.rows >= ROWS;
        // Any error ends the reading.
        if is_enough { Err(SourceError::NoRows { file: String::new() }) } else { Ok(()) }
    };
    let read = sandbox::read(content.name(), content.file()?, (&PARSER, &asked), &mut take);
    if is_enough { Ok(size) } else { read.map(|()| size) }
}
