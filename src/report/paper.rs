//! What a committee paper says beside the report: its front sheet, its recommendations, the sections of officers.

use super::body::Body;
use super::document::{Block, OfficerPart, Paper};
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
    Ok(Paper {
        board: spec.board.clone(),
        attach: spec.attach,
        front: spec.front.iter().map(|row| (row.label.clone(), row.text.clone())).collect(),
        purpose,
        // A sentence whose figure is not there is not printed.
        noting: noting.into_iter().filter(|words| !words.is_empty()).collect(),
        parts,
        background: spec.background.clone(),
        annex: spec.annex.iter().filter_map(|name| place(name.get_ref())).collect(),
        waits: body.report.file.unwritten == Unwritten::Wait,
    })
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
