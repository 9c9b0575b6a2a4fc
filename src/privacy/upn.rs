use std::fmt;

/// Letters that a check letter may be, by remainder. I, O and S are left out because they look like digits.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A unique pupil number whose check letter is right: 13 characters, in capitals.
///
/// The first letter is worked out from the other twelve characters, so one mistyped character is found.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Upn([u8; 13]);

/// Why a text is not a unique pupil number. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpnFault {
    /// Not a letter, eleven digits and a digit or letter.
    #[error("is not a letter, eleven digits and a digit or letter")]
    Form,
    /// The check letter does not follow from the rest.
    #[error("has the wrong check letter")]
    CheckLetter,
}

impl Upn {
    /// Reads a number in either case, white space around it ignored.
    ///
    /// # Errors
    ///
    /// Says whether the form or the check letter is wrong, and nothing of the text.
    pub fn parse(text: &str) -> Result<Self, UpnFault> {
        let mut characters: [u8; 13] = text.trim().as_bytes().try_into().map_err(|_| UpnFault::Form)?;
        characters.make_ascii_uppercase();
        let [check, number @ ..] = &characters;
        let mut sum = 0;
        for (weight, character) in (2..=13).zip(number) {
            let value = match character {
                b'0'..=b'9' => usize::from(character - b'0'),
                // A temporary number ends in a letter, which counts by its own place in the list.
                letter if weight == 13 => index(*letter).ok_or(UpnFault::Form)?,
                _ => return Err(UpnFault::Form),
            };
            sum += value * weight;
        }
        let written = index(*check).ok_or(UpnFault::Form)?;
        if written == sum % LETTERS.len() { Ok(Self(characters)) } else { Err(UpnFault::CheckLetter) }
    }

    /// Returns whether a school gave the number for the time being: it ends in a letter.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.last().is_some_and(u8::is_ascii_alphabetic)
    }

    /// Returns the number itself, for the pseudonym and nothing else.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(_)")
    }
}

/// Returns the place of a letter among the check letters.
fn index(letter: u8) -> Option<usize> {
    LETTERS.iter().position(|&known| known == letter)
}

#[cfg(test)]
mod tests;
