//! Finds numbers of children in texts that were not declared to hold any: unique pupil numbers by their check letter,
//! the ten figures of health and of learner records by their check digit.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use super::upn::{Upn, UpnFault};

/// Characters of a unique pupil number, and how many of them are figures in any case.
const LENGTH: usize = 13;
const FIGURES: usize = 11;
/// After how many characters a group of a number usually ends: check letter, authority, school, year.
const GROUPS: [usize; 4] = [1, 4, 8, 10];
/// Most characters between two groups.
const GAP: usize = 3;
/// The numbers of the authorities of England and Wales, of today and of before. A day or a telephone number after a letter
/// seldom begins with one.
const AUTHORITIES: [RangeInclusive<u16>; 6] =
    [201..=213, 301..=396, 420..=420, 660..=681, 800..=896, 908..=946];
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

/// Counts what of a text looks like unique pupil numbers: a word of it, the end of a word of letters, or letters and figures
/// with something else between them, wherever it stands.
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

/// Reads a text of ten figures, with or without up to four other marks between groups.
#[must_use]
pub fn ten_figures(text: &str) -> Option<TenFigures> {
    let text = text.trim();
    if !(10..=14 * 3).contains(&text.len()) {
        return None;
    }
    let (mut figures, mut count, mut between) = ([0_u64; 10], 0, 0);
    for letter in text.chars() {
        match letter.to_digit(10) {
            Some(figure) => {
                *figures.get_mut(count)? = u64::from(figure);
                count += 1;
            }
            // A point or a comma is of an amount.
            None if letter.is_alphanumeric() || matches!(letter, '.' | ',') || between == 4 => return None,
            None => between += 1,
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
///
/// A place begins with a letter and has as many letters and figures as a number, with anything else between any two of
/// them. Written as one word, or as all of the text, it counts as looking like one though its check letter be wrong.
fn each(text: &str, mut take: impl FnMut(Range<usize>, bool)) {
    if text.len() < LENGTH || !has_figures(text.as_bytes()) {
        return;
    }
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut next = 0;
    while let Some(&(start, first)) = letters.get(next) {
        let number = first.is_ascii_alphabetic().then(|| written_at(&letters, next)).flatten();
        let found = number.and_then(|number| Some((reads(&number.joined)?, number)));
        match found {
            Some((is_right, number)) if number.is_one(&letters, next, is_right) => {
                take(start..number.end, is_right);
                next += number.length;
            }
            _ => next += 1,
        }
    }
}

/// As many letters and figures as a number has, from one place of a text on.
struct Written {
    joined: String,
    /// After how many of them something else stands.
    groups: Vec<usize>,
    /// The characters that they take, with those between them, and the byte at which they end.
    length: usize,
    end: usize,
}

impl Written {
    /// Returns whether this is a number, and not a code or a day with a time that has as many figures.
    fn is_one(&self, letters: &[(usize, char)], start: usize, is_right: bool) -> bool {
        let before = letters.get(..start).unwrap_or_default();
        let word = before.iter().rev().take_while(|(_, letter)| letter.is_alphanumeric());
        let word: Vec<char> = word.map(|(_, letter)| *letter).collect();
        if self.groups.is_empty() {
            return word.len() <= WORD && word.iter().all(char::is_ascii_alphabetic);
        }
        let is_named = word.iter().rev().collect::<String>().eq_ignore_ascii_case("upn");
        if !word.is_empty() && !is_named {
            return false;
        }
        let rest = letters.get(start + self.length..).unwrap_or_default();
        let is_all = before.iter().chain(rest).all(|(_, letter)| !letter.is_alphanumeric());
        let as_usual = self.groups.iter().all(|group| GROUPS.contains(group));
        is_all || is_right && (as_usual || has_authority(&self.joined))
    }
}

/// Reads as many letters and figures as a number has, with up to so much between any two of them; nothing where the word
/// that they end in goes on.
fn written_at(letters: &[(usize, char)], start: usize) -> Option<Written> {
    let (mut joined, mut groups, mut gap) = (String::new(), Vec::new(), 0);
    for (length, &(at, letter)) in letters.iter().skip(start).enumerate() {
        if letter.is_ascii_digit() || letter.is_ascii_alphabetic() && [0, LENGTH - 1].contains(&joined.len())
        {
            joined.push(letter);
            gap = 0;
        } else if !letter.is_alphanumeric() && gap < GAP {
            if gap == 0 {
                groups.push(joined.len());
            }
            gap += 1;
        } else {
            return None;
        }
        if joined.len() == LENGTH {
            let next = letters.get(start + length + 1);
            let is_whole = next.is_none_or(|(_, next)| !next.is_alphanumeric());
            let end = at + letter.len_utf8();
            return is_whole.then_some(Written { joined, groups, length: length + 1, end });
        }
    }
    None
}

/// Returns whether the three figures after the check letter may be those of an authority.
fn has_authority(number: &str) -> bool {
    let authority = number.get(1..4).and_then(|figures| figures.parse::<u16>().ok());
    authority.is_some_and(|authority| AUTHORITIES.iter().any(|range| range.contains(&authority)))
}

/// Returns whether a text that looks like a unique pupil number has the right check letter.
fn reads(text: &str) -> Option<bool> {
    match Upn::parse(text) {
        Ok(_) => Some(true),
        Err(UpnFault::CheckLetter) => Some(false),
        Err(UpnFault::Form) => None,
    }
}

/// Returns whether a text has as many figures as a unique pupil number has.
fn has_figures(text: &[u8]) -> bool {
    text.iter().filter(|byte| byte.is_ascii_digit()).take(FIGURES).count() == FIGURES
}

#[cfg(test)]
mod tests;
