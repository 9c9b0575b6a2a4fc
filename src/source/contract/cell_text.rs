//! Text of cells, before it is typed.

use encoding_rs::WINDOWS_1252;

use crate::project::{Column, ColumnType, Normalise};
use crate::source::row::is_blank_character;

/// Returns a value as it is looked up in a list: in capitals, without white space.
pub(super) fn looked_up(value: &str) -> String {
    value.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_uppercase()
}

/// Returns a code as it is compared: in small letters, trimmed.
pub(super) fn fold(code: &str) -> String {
    code.trim().to_lowercase()
}

/// Writes the cell into `tidied`, normalised as the contract says.
pub(super) fn tidy(tidied: &mut String, cell: &str, column: &Column) {
    tidied.clear();
    tidied.push_str(if column.kind == ColumnType::Text { cell } else { trimmed(cell) });
    for step in &column.normalise {
        match step {
            Normalise::Trim => replace(tidied, |text| trimmed(text).to_owned()),
            Normalise::Uppercase if tidied.is_ascii() => tidied.make_ascii_uppercase(),
            Normalise::Uppercase => replace(tidied, str::to_uppercase),
            Normalise::Lowercase if tidied.is_ascii() => tidied.make_ascii_lowercase(),
            Normalise::Lowercase => replace(tidied, str::to_lowercase),
            Normalise::CollapseSpaces => {
                replace(tidied, |text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            Normalise::Alphanumeric => tidied.retain(char::is_alphanumeric),
        }
    }
}

fn replace(text: &mut String, by: impl FnOnce(&str) -> String) {
    *text = by(text);
}

pub(in crate::source) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Returns a text without white space, and characters of no width, at its ends.
pub(in crate::source) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank_character)
}

/// Returns whether a text is what a spreadsheet shows where a formula failed, a number is too wide for its column or
/// a value has not arrived: `#REF!`, `#SPILL!`, `#N/A`, `########`, `Err:502`.
pub(in crate::source) fn is_error(text: &str) -> bool {
    if let Some(code) = text.strip_prefix("Err:") {
        return code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    }
    let Some(word) = text.strip_prefix('#') else { return false };
    let name = word.strip_suffix(['!', '?']);
    let named = name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0' | b'/' | b'_'))
    });
    named || matches!(word, "N/A" | "GETTING_DATA") || word.len() > 1 && word.bytes().all(|byte| byte == b'#')
}

/// Returns whether a spreadsheet has made a number of an identifier: `3.36203E+11`.
pub(super) fn scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+") else { return false };
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !mantissa.is_empty() && !exponent.is_empty() && number(mantissa) && number(exponent)
}

/// Returns the warning of a text that holds what nobody wrote: the character by which a program replaces one that it could
/// not read, the two that UTF-8 becomes where it was read as Windows-1252 (`Ã©`), or one that has no width and makes two
/// equal texts differ.
pub(super) fn strange_character(text: &str) -> Option<&'static str> {
    if text.is_ascii() {
        None
    } else if text.contains('\u{fffd}') {
        Some("replacement_character")
    } else if is_encoded_twice(text) {
        Some("encoded_twice")
    } else {
        let is_hidden = |character: char| matches!(character, '\u{feff}' | '\u{200b}' | '\u{2060}');
        text.contains(is_hidden).then_some("invisible_character")
    }
}

/// Returns whether all characters beyond ASCII are such as UTF-8 becomes where it is read as Windows-1252.
fn is_encoded_twice(text: &str) -> bool {
    let (bytes, _, has_others) = WINDOWS_1252.encode(text);
    !has_others && std::str::from_utf8(&bytes).is_ok()
}
