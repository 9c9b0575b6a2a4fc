/// Opens a marker. Of the private use area, which no value keeps.
pub(in crate::report) const START: char = '\u{E000}';
/// Closes a marker.
pub(in crate::report) const END: char = '\u{E001}';

/// Letters of a value beyond which it is cut, with a mark that says so.
const LONGEST: usize = 400;

/// A value as Markdown that reads as the value: punctuation is escaped, line breaks are spaces, and
/// what has no place in a line of text (controls, direction overrides, private use) is gone.
pub(super) fn markdown(value: &str) -> String {
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

/// A value as one line of plain text, with the same letters gone.
pub(in crate::report) fn line(value: &str) -> String {
    let kept: String = value.chars().filter(|letter| !is_dropped(*letter)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_dropped(letter: char) -> bool {
    (letter.is_control() && !letter.is_whitespace())
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}
