//! What was found beyond the email, in words.

use crate::report::document::{Block, plain};

/// Returns the sentences that the narrative keeps for the workbook, each under the heading above it.
pub(super) fn findings(blocks: &[Block]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in blocks {
        if let Block::Workbook(inner) = block {
            listed(inner, &mut String::new(), &mut found);
        }
    }
    found
}

fn listed(blocks: &[Block], part: &mut String, found: &mut Vec<(String, String)>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => *part = plain(text),
            Block::Paragraph(text) => found.push((part.clone(), plain(text))),
            Block::List { items, .. } => items.iter().for_each(|item| listed(item, part, found)),
            Block::Quote(inner) | Block::Commentary { blocks: inner, .. } => listed(inner, part, found),
            Block::Definition(definition) => {
                found.push((definition.label.clone(), definition.text.clone()));
            }
            Block::Table(_)
            | Block::Chart(_)
            | Block::KeyFigures
            | Block::DataQuality
            | Block::Method
            | Block::Decision(_)
            | Block::Workbook(_) => {}
        }
    }
}
