//! What a committee paper says beside the report: its front sheet, its recommendations, the sections of officers.

use super::body::Body;
use super::document::{Block, Inline, OfficerPart, Paper};
use super::error::ReportError;
use super::narrative::blocks;
use super::written::written;
use crate::project::{PaperPart, PaperSpec, Unwritten};

/// Makes the paper of a report whose tables are all laid out.
pub(super) fn paper(body: &mut Body, spec: &PaperSpec) -> Result<Paper, ReportError> {
    let noting = spec.noting.iter().map(|text| body.line("paper.noting", text.get_ref()));
    let noting = noting.collect::<Result<Vec<_>, _>>()?;
    let pieces = body.narrator.body("paper.purpose", spec.purpose.get_ref())?;
    let purpose = body.blocks(&mut pieces.into_iter())?;
    let parts = spec.parts.iter().map(|part| officers(body, part)).collect::<Result<_, _>>()?;
    let place = |name: &str| body.tables.iter().position(|table| table.name == name);
    // A reader looks for a table by its number.
    let mut annex: Vec<usize> = spec.annex.iter().filter_map(|name| place(name.get_ref())).collect();
    annex.sort_unstable();
    Ok(Paper {
        board: spec.board.clone(),
        attach: spec.attach,
        front: spec.front.iter().map(|row| (row.label.clone(), row.text.clone())).collect(),
        purpose,
        // A sentence whose figure is not there is not printed.
        noting: closed(noting.into_iter().filter(|words| !words.is_empty()).collect()),
        parts,
        background: spec.background.clone(),
        annex,
        waits: body.report.file.unwritten == Unwritten::Wait,
    })
}

/// Ends each item of a list with a semicolon and the last with a full stop, whichever of them are printed.
fn closed(mut items: Vec<Vec<Inline>>) -> Vec<Vec<Inline>> {
    let last = items.len();
    for (at, words) in items.iter_mut().enumerate() {
        if let Some(Inline::Text(text)) = words.last_mut() {
            let mark = if at + 1 == last { '.' } else { ';' };
            *text = format!("{}{mark}", text.trim_end_matches([';', '.']));
        }
    }
    items
}

fn officers(body: &Body, part: &PaperPart) -> Result<OfficerPart, ReportError> {
    let name = part.name.get_ref();
    let facts = part.facts.as_ref().map(|facts| body.line(&format!("paper.parts.{name}"), facts.get_ref()));
    let (by, words) = body.facts.commentary.get(name).map(|text| written(text)).unwrap_or_default();
    let mut written = blocks(words);
    // An officer's heading does not begin a section of the paper.
    for block in &mut written {
        if let Block::Heading { level, .. } = block {
            *level = (*level).max(2);
        }
    }
    Ok(OfficerPart {
        name: name.clone(),
        heading: part.heading.clone(),
        post: part.post.clone(),
        by,
        asks: part.asks.clone(),
        facts: facts.transpose()?.unwrap_or_default(),
        blocks: written,
        says: part.says.clone(),
    })
}
