//! Values made safe for the text that they go into: HTML and XML, Markdown, a line of plain text.

use crate::text::escape;

/// Opens a marker. Of the private use area, which no value keeps.
pub(super) const START: char = '\u{E000}';
/// Closes a marker.
pub(super) const END: char = '\u{E001}';

/// Stands for a figure that there is none of: the sentence that it is in is left out.
pub(super) const UNKNOWN: &str = "\u{E002}";

/// Letters of a value beyond which it is cut, with a mark that says so.
const LONGEST: usize = 300;

/// Returns `text` for HTML and XML, without what has no place in a line of text.
pub(super) fn html(text: &str) -> String {
    escape(&text.chars().filter(|letter| !is_dropped(*letter)).collect::<String>())
}

/// Returns a value as Markdown that reads as the value: punctuation is escaped, line breaks are spaces,
/// and what has no place in a line of text (controls, direction overrides, private use) is gone.
pub(super) fn markdown(value: &str) -> String {
    if value == UNKNOWN {
        return value.to_owned();
    }
    let mut escaped = String::with_capacity(value.len() + 8);
    let mut spaced = true;
    for (count, letter) in value.chars().filter(|letter| !is_dropped(*letter)).enumerate() {
        if count >= LONGEST {
            escaped.push('…');
            break;
        }
        if letter.is_whitespace() {
            if !spaced {
                escaped.push(' ');
            }
            spaced = true;
            continue;
        }
        spaced = false;
        if letter.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Returns a value as one line of plain text, with the same letters gone.
pub(super) fn line(value: &str) -> String {
    let words = one_line(value).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LONGEST {
        words
    } else {
        words.chars().take(LONGEST).chain(['…']).collect()
    }
}

/// Returns a value of any length without line breaks, with the same letters gone.
pub(super) fn one_line(value: &str) -> String {
    let letters = value.chars().filter(|letter| !is_dropped(*letter));
    letters.map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect()
}

/// Returns whether a letter has no place in a line of text: it would hide, reorder or end what follows.
pub(super) fn is_dropped(letter: char) -> bool {
    (letter.is_control() && !letter.is_whitespace())
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}
