//! Prose without the sentences that have no figure to tell.

use crate::report::document::{Block, Inline, plain};
use crate::report::escape::UNKNOWN;

/// Returns the blocks without every sentence, heading and item that names a figure which there is none of.
pub(super) fn known(blocks: Vec<Block>) -> Vec<Block> {
    blocks
        .into_iter()
        .filter_map(|block| match block {
            Block::Heading { text, .. } if is_unknown(&text) => None,
            Block::Paragraph(text) if is_unknown(&text) => {
                let left = sentences(text);
                (!plain(&left).trim().is_empty()).then_some(Block::Paragraph(left))
            }
            Block::List { ordered, items } => {
                let items: Vec<Vec<Block>> =
                    items.into_iter().map(known).filter(|item| !item.is_empty()).collect();
                (!items.is_empty()).then_some(Block::List { ordered, items })
            }
            Block::Quote(inner) => {
                let inner = known(inner);
                (!inner.is_empty()).then_some(Block::Quote(inner))
            }
            other => Some(other),
        })
        .collect()
}

fn is_unknown(text: &[Inline]) -> bool {
    plain(text).contains(UNKNOWN)
}

/// Returns the sentences of a paragraph that name no unknown figure.
fn sentences(text: Vec<Inline>) -> Vec<Inline> {
    let mut left_in = Vec::new();
    let mut sentence = Vec::new();
    let mut end = |sentence: &mut Vec<Inline>| {
        let sentence = std::mem::take(sentence);
        if !is_unknown(&sentence) {
            left_in.extend(sentence);
        }
    };
    for inline in text {
        match inline {
            Inline::Text(words) => {
                let mut rest = words.as_str();
                while let Some(at) = boundary(rest) {
                    let (head, tail) = rest.split_at(at);
                    sentence.push(Inline::Text(head.to_owned()));
                    end(&mut sentence);
                    rest = tail;
                }
                sentence.push(Inline::Text(rest.to_owned()));
            }
            other => sentence.push(other),
        }
    }
    end(&mut sentence);
    joined(left_in)
}

/// Returns where the next sentence begins: after a full stop, a question or exclamation mark and a space, at a capital.
fn boundary(text: &str) -> Option<usize> {
    let ends = text.match_indices(['.', '?', '!']).map(|(at, _)| at + 1);
    ends.filter_map(|at| Some((at, text.get(at..)?.strip_prefix(' ')?)))
        .find(|(_, next)| next.chars().next().is_some_and(|letter| !letter.is_lowercase()))
        .map(|(at, _)| at + 1)
}

/// Returns texts beside each other as one, without the space that a sentence left out leaves at the ends.
fn joined(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut found: Vec<Inline> = Vec::new();
    for inline in inlines {
        match (found.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(words)) => before.push_str(&words),
            (_, inline) => found.push(inline),
        }
    }
    if let Some(Inline::Text(text)) = found.first_mut() {
        *text = text.trim_start().to_owned();
    }
    if let Some(Inline::Text(text)) = found.last_mut() {
        text.truncate(text.trim_end().len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::known;
    use crate::report::document::{Block, Inline, plain};
    use crate::report::escape::UNKNOWN;
    use crate::report::narrative::blocks;

    fn left(text: &str) -> Vec<String> {
        let words = |block: &Block| match block {
            Block::Paragraph(text) | Block::Heading { text, .. } => plain(text),
            Block::List { items, .. } => format!("{} items", items.len()),
            _ => String::new(),
        };
        known(blocks(&text.replace('?', UNKNOWN))).iter().map(words).collect()
    }

    #[test]
    fn a_sentence_without_its_figure_is_left_out_and_its_neighbours_stay() {
        assert_eq!(left("One is 5. Two is ? of 3. Three is **6**."), ["One is 5. Three is 6."]);
        assert_eq!(left("It cost £1.5 million, ? more.\n\nNext."), ["Next."]);
        assert_eq!(left("Of **?** children 3 came. It is known."), ["It is known."]);
        assert_eq!(left("## ? of spend\n\nText."), ["Text."]);
        assert_eq!(left("- a\n- ? b\n- c"), ["2 items"]);
        assert_eq!(left("- ? b"), Vec::<String>::new());
        assert_eq!(left("Nothing is unknown. Nor here."), ["Nothing is unknown. Nor here."]);
    }

    #[test]
    fn marks_of_a_sentence_that_stays_stay_too() {
        let left_in = known(blocks(&format!("A is {UNKNOWN}. B is **4**.")));
        let Some(Block::Paragraph(text)) = left_in.first() else { panic!("{left_in:?}") };
        assert!(text.iter().any(|inline| matches!(inline, Inline::Strong(_))), "{text:?}");
    }
}
