use std::borrow::Cow;
use std::fmt::Write;

/// Writes a text for a terminal, which shows it and obeys nothing in it: control characters, and those that change the
/// direction of what follows, are written as `\u{1b}`. Line ends and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    written(
        text,
        |letter| !matches!(letter, '\n' | '\t') && acts(letter),
        |safe, letter| {
            safe.extend(letter.escape_default());
        },
    )
}

/// Writes a text of one line for a terminal, line ends and tabs too.
#[must_use]
pub fn in_one_line(text: &str) -> Cow<'_, str> {
    written(text, acts, |safe, letter| safe.extend(letter.escape_default()))
}

/// Writes JSON for a terminal. It holds such characters in its texts only, where `\u001b` is the same text.
#[must_use]
pub fn visible_json(json: &str) -> Cow<'_, str> {
    written(
        json,
        |letter| !matches!(letter, '\n' | '\t') && acts(letter),
        |safe, letter| {
            // Writing to a text cannot fail.
            let _ = write!(safe, "\\u{:04x}", u32::from(letter));
        },
    )
}

/// Returns whether a terminal does something else with a character than show it.
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn written(
    text: &str,
    is_written: impl Fn(char) -> bool,
    mut write: impl FnMut(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&is_written) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_written(letter) { write(&mut safe, letter) } else { safe.push(letter) }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::{in_one_line, visible, visible_json};

    #[test]
    fn a_terminal_obeys_nothing_of_a_text() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{7f}\r\u{202e}b";
        assert_eq!(visible(hostile), "a\\u{1b}[2J\\u{9b}31m\\u{7f}\\r\\u{202e}b");
        assert_eq!(visible("Tŷ Glas – £5\n\tß 日本"), "Tŷ Glas – £5\n\tß 日本");
        assert_eq!(in_one_line("a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn json_stays_the_same_value() {
        let json = serde_json::to_string_pretty(&[hostile()]).unwrap();
        let safe = visible_json(&json);
        assert!(!safe.contains(['\u{9b}', '\u{7f}', '\u{202e}']), "{safe}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [hostile()]);
    }

    fn hostile() -> &'static str {
        "\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\u{202e}é\n"
    }
}
