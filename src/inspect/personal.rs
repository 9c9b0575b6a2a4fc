//! Finds what says who a person is: in any text, by shape and check digit.
//!
//! A number that merely has the length of an identifier is common in finance data, so those that carry a
//! check digit are believed only when it is right.

use super::finding::{Findings, Rule};
use super::limits::Limits;

/// Looks through a text line by line, so that a finding can name the line.
pub(super) fn lines(place: &str, text: &str, limits: &Limits, findings: &mut Findings) {
    for (number, line) in text.lines().enumerate() {
        for rule in rules(line, limits) {
            findings.add(format!("{place}, line {}", number + 1), rule);
        }
    }
}

/// Returns the rules that `text`, one line or one cell, breaks.
pub(super) fn rules(text: &str, limits: &Limits) -> Vec<Rule> {
    let mut rules = Vec::new();
    // What does not show divides a number for a program and not for a reader.
    let visible: String;
    let text = if text.contains(is_unseen) {
        visible = text.chars().filter(|letter| !is_unseen(*letter)).collect();
        &visible
    } else {
        text
    };
    let words = words(text);
    if words.iter().any(|word| is_upn(word)) {
        rules.push(Rule::Upn);
    }
    if words.iter().any(|word| is_uln(word)) {
        rules.push(Rule::Uln);
    }
    if has_nhs_number(&words) {
        rules.push(Rule::NhsNumber);
    }
    if has_postcode(text, limits) {
        rules.push(Rule::Postcode);
    }
    if has_date_of_birth(text) {
        rules.push(Rule::DateOfBirth);
    }
    if text.contains('@') && addresses(text).any(|address| !limits.addresses.contains(&address)) {
        rules.push(Rule::Address);
    }
    rules
}

/// Returns whether a letter takes no room: soft hyphens, joiners, marks of direction.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Returns the runs of letters and digits. A point between two digits belongs to a number and parts nothing: the
/// ten digits after it are no identifier.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    for (at, byte) in bytes.iter().enumerate() {
        let decimal = *byte == b'.' && digit(at.checked_sub(1)) && digit(at.checked_add(1));
        if !byte.is_ascii_alphanumeric() && !decimal {
            words.extend(text.get(start..at).filter(|word| !word.is_empty()));
            start = at + 1;
        }
    }
    words.extend(text.get(start..).filter(|word| !word.is_empty()));
    words
}

/// Returns whether a word is a pupil number: a letter, eleven digits, and a digit or (for a temporary number) a letter;
/// no I, O or S.
fn is_upn(word: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"IOS".contains(&byte);
    let bytes = word.to_ascii_uppercase().into_bytes();
    let [first, middle @ .., last] = bytes.as_slice() else { return false };
    middle.len() == 11
        && letter(*first)
        && middle.iter().all(u8::is_ascii_digit)
        && (last.is_ascii_digit() || letter(*last))
}

/// Returns whether a word is a learner number: ten digits whose weighted sum, the check digit included, leaves 10 over
/// elevens.
fn is_uln(word: &str) -> bool {
    let Some(digits) = ten_digits(word) else { return false };
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let [first, .., check] = digits;
    first != 0 && !sum.is_multiple_of(11) && check == 10 - sum % 11
}

/// Returns whether the words hold an NHS number: ten digits, in one run or as 3-3-4, with its check digit.
fn has_nhs_number(words: &[&str]) -> bool {
    words.iter().any(|word| is_nhs_number(word))
        || words.windows(3).any(|run| match run {
            [a, b, c] => [a.len(), b.len(), c.len()] == [3, 3, 4] && is_nhs_number(&[*a, *b, *c].concat()),
            _ => false,
        })
}

fn is_nhs_number(word: &str) -> bool {
    let Some(digits) = ten_digits(word) else { return false };
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let [.., check] = digits;
    (11 - sum % 11) % 11 == check && digits.iter().any(|digit| *digit != 0)
}

fn ten_digits(word: &str) -> Option<[u32; 10]> {
    let digits: Option<Vec<u32>> = word.chars().map(|letter| letter.to_digit(10)).collect();
    digits?.try_into().ok()
}

/// Returns whether a text holds a postcode: an outward part, at most one space, a digit and two letters, in capitals.
fn has_postcode(text: &str, limits: &Limits) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != ' ')
        .flat_map(|run| run.split(' '))
        .collect();
    let allowed = |outward: &str, inward: &str| limits.postcodes.contains(&format!("{outward} {inward}"));
    words.iter().any(|word| {
        (5..=7).contains(&word.len()) && word.is_ascii() && {
            let (outward, inward) = word.split_at(word.len() - 3);
            is_outward(outward) && is_inward(inward) && !allowed(outward, inward)
        }
    }) || words.windows(2).any(|pair| match pair {
        [outward, inward] => is_outward(outward) && is_inward(inward) && !allowed(outward, inward),
        _ => false,
    })
}

/// Returns whether a word is the outward part of a postcode: one or two letters, a digit, and perhaps one more digit or
/// letter.
fn is_outward(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = word.as_bytes().get(letters..).unwrap_or_default();
    let [number, suffix @ ..] = rest else { return false };
    (1..=2).contains(&letters)
        && number.is_ascii_digit()
        && suffix.len() <= 1
        && suffix.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// Returns whether a word is the inward part of a postcode: a digit and two letters that a sorting office uses.
fn is_inward(word: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte);
    match word.as_bytes() {
        [digit, first, second] => digit.is_ascii_digit() && letter(first) && letter(second),
        _ => false,
    }
}

/// Returns whether a text holds a date of birth: a label that says so and a date soon after it, or a cell that is the
/// label and nothing else.
fn has_date_of_birth(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["date of birth", "dob", "d.o.b", "birth date", "birthdate", "born on", "born"].iter().any(|label| {
        let alone = lower.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()) == *label;
        alone && *label != "born"
            || lower.match_indices(label).any(|(at, _)| {
                let before = lower.get(..at).and_then(|before| before.chars().next_back());
                let after: String =
                    lower.get(at + label.len()..).unwrap_or_default().chars().take(24).collect();
                !before.is_some_and(char::is_alphanumeric) && has_numeric_date(&after)
            })
    })
}

/// Returns whether a text holds a date in digits: three numbers with `/`, `-` or `.` between them, one of them a year.
fn has_numeric_date(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_digit() && !"/-.".contains(letter)).any(|run| {
        let numbers: Vec<&str> = run.split(['/', '-', '.']).filter(|number| !number.is_empty()).collect();
        numbers.len() == 3 && numbers.iter().any(|number| number.len() == 4)
            || numbers.len() == 3 && numbers.iter().all(|number| number.len() == 2)
    })
}

/// Finds everything that a mail program would make a mailbox of, in lower case.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    let part = |letter: char| letter.is_alphanumeric() || "._%+-'".contains(letter);
    text.match_indices('@').filter_map(move |(at, _)| {
        let local: String = {
            let reversed: String = text.get(..at)?.chars().rev().take_while(|&letter| part(letter)).collect();
            reversed.chars().rev().collect()
        };
        let domain: String = text.get(at + 1..)?.chars().take_while(|&letter| part(letter)).collect();
        let domain = domain.trim_end_matches(['.', '\'', '-', '_']);
        let sound = !local.is_empty()
            && domain.contains('.')
            && domain.chars().next_back().is_some_and(char::is_alphanumeric);
        sound.then(|| format!("{}@{domain}", local.trim_start_matches(['.', '\''])).to_lowercase())
    })
}

#[cfg(test)]
mod tests;
