//! Finds numbers of children in texts that were not declared to hold any: unique pupil numbers by their check letter,
//! the ten figures of health and of learner records by their check digit.

use std::borrow::Cow;
use std::ops::Range;

use super::upn::{Upn, UpnFault};

/// Characters of a unique pupil number, and how many of them are figures in any case.
const LENGTH: usize = 13;
const FIGURES: usize = 11;
/// Longest text that may be one number, written in groups.
const GROUPED: usize = 24;
/// After how many characters a group of a number ends: check letter, authority, school, year.
const GROUPS: [usize; 4] = [1, 4, 8, 10];
/// Most characters between two groups.
const GAP: usize = 2;
/// Most letters that a word glued before a number has, as in `upnA123…`.
const WORD: usize = 12;
/// What is written in place of a number.
const INSTEAD: &str = "(a pupil number)";

/// What of a text looks like unique pupil numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sightings {
    /// Texts of their form.
    pub alike: u64,
    /// Those of them whose check letter is right.
    pub right: u64,
}

/// The check digits that a number of ten figures fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenFigures {
    /// The number.
    pub number: u64,
    /// Whether it may be an NHS number.
    pub is_nhs: bool,
    /// Whether it may be a unique learner number.
    pub is_learner: bool,
}

/// Counts what of a text looks like unique pupil numbers: a word of it, the end of a word of letters, or all of it with
/// blanks or dashes between groups.
#[must_use]
pub fn pupil_numbers(text: &str) -> Sightings {
    let mut found = Sightings::default();
    each(text, |_, is_right| {
        found.alike += 1;
        found.right += u64::from(is_right);
    });
    found
}

/// Returns whether a text holds a unique pupil number.
#[must_use]
pub fn holds_pupil_number(text: &str) -> bool {
    pupil_numbers(text).right > 0
}

/// Returns a text without its unique pupil numbers.
#[must_use]
pub fn without_pupil_numbers(text: &str) -> Cow<'_, str> {
    let mut right = Vec::new();
    each(text, |at, is_right| {
        if is_right {
            right.push(at);
        }
    });
    if right.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut safe = text.to_owned();
    for at in right.into_iter().rev() {
        safe.replace_range(at, INSTEAD);
    }
    Cow::Owned(safe)
}

/// Reads a text of ten figures, with or without blanks or dashes between groups.
#[must_use]
pub fn ten_figures(text: &str) -> Option<TenFigures> {
    let text = text.trim();
    if !(10..=14).contains(&text.len()) {
        return None;
    }
    let (mut figures, mut count) = ([0_u64; 10], 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                *figures.get_mut(count)? = u64::from(byte - b'0');
                count += 1;
            }
            b' ' | b'-' => {}
            _ => return None,
        }
    }
    let [first @ .., check] = figures;
    if count < 10 || first.iter().all(|figure| *figure == first[0]) {
        return None;
    }
    let rest = first.iter().zip((2..=10).rev()).map(|(figure, weight)| figure * weight).sum::<u64>() % 11;
    Some(TenFigures {
        number: figures.iter().fold(0, |number, figure| number * 10 + figure),
        is_nhs: rest != 1 && (11 - rest) % 11 == check,
        is_learner: rest != 0 && 10 - rest == check && first[0] > 0,
    })
}

/// Calls `take` with each place of a text that looks like a unique pupil number, and whether its check letter is right.
fn each(text: &str, mut take: impl FnMut(Range<usize>, bool)) {
    if text.len() < LENGTH || !has_figures(text.as_bytes()) {
        return;
    }
    let mut found = false;
    let mut start = 0;
    let bytes = text.as_bytes();
    while start < bytes.len() {
        let word = bytes.iter().skip(start).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if word >= LENGTH {
            let at = start + word - LENGTH..start + word;
            let before = bytes.get(start..at.start).unwrap_or_default();
            if before.len() <= WORD
                && before.iter().all(u8::is_ascii_alphabetic)
                && let Some(is_right) = reads(text.get(at.clone()).unwrap_or_default())
            {
                found = true;
                take(at, is_right);
            }
        }
        start += word.max(1);
    }
    if !found && text.len() <= GROUPED {
        let joined: String = text.chars().filter(|letter| !is_between(*letter)).collect();
        if joined.len() < text.trim().len()
            && let Some(is_right) = reads(&joined)
        {
            found = true;
            take(0..text.len(), is_right);
        }
    }
    if !found {
        grouped(text, take);
    }
}

/// Calls `take` with each place within a text at which a unique pupil number is written in the groups that it is made of:
/// letter, authority, school, year, serial number. Only with the right check letter: other codes look like it.
fn grouped(text: &str, mut take: impl FnMut(Range<usize>, bool)) {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut next = 0;
    while let Some(&(start, first)) = letters.get(next) {
        let before = next.checked_sub(1).and_then(|before| letters.get(before));
        let begins =
            first.is_ascii_alphabetic() && before.is_none_or(|(_, before)| !before.is_alphanumeric());
        let number = letters.get(next..).filter(|_| begins).and_then(in_groups);
        match number.filter(|(joined, _)| reads(joined) == Some(true)) {
            Some((joined, end)) => {
                take(start..end, true);
                next += joined.len();
            }
            None => next += 1,
        }
    }
}

/// Reads as many letters and figures as a number has, with gaps between its groups and nowhere else; returns them and the
/// byte at which they end.
fn in_groups(letters: &[(usize, char)]) -> Option<(String, usize)> {
    let (mut joined, mut gap) = (String::new(), 0);
    let mut rest = letters.iter();
    while joined.len() < LENGTH {
        let &(at, letter) = rest.next()?;
        if letter.is_ascii_alphanumeric() {
            joined.push(letter);
            gap = 0;
            if joined.len() == LENGTH {
                let is_whole = rest.next().is_none_or(|(_, next)| !next.is_alphanumeric());
                return is_whole.then_some((joined, at + letter.len_utf8()));
            }
        } else if is_between(letter) && gap < GAP && GROUPS.contains(&joined.len()) {
            gap += 1;
        } else {
            return None;
        }
    }
    None
}

/// Returns whether a text that looks like a unique pupil number has the right check letter.
fn reads(text: &str) -> Option<bool> {
    match Upn::parse(text) {
        Ok(_) => Some(true),
        Err(UpnFault::CheckLetter) => Some(false),
        Err(UpnFault::Form) => None,
    }
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '-' | '/' | '.' | ':' | '_' | '\u{200b}'..='\u{200d}' | '\u{2010}'..='\u{2015}' | '\u{2060}')
}

/// Returns whether a text has as many figures as a unique pupil number has.
fn has_figures(text: &[u8]) -> bool {
    text.iter().filter(|byte| byte.is_ascii_digit()).take(FIGURES).count() == FIGURES
}

#[cfg(test)]
mod tests;
