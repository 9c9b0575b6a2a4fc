//! Unique pupil numbers as the Department for Education forms them.

/// Letters that a check letter is taken from: those that are not mistaken for digits.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Puts the check letter in front of `rest`: authority (3), school (4), year (2) and serial
/// (3), of which the last may be a letter in a temporary number.
pub(super) fn with_check_letter(rest: &str) -> String {
    let sum: usize = rest.bytes().zip(2..).map(|(byte, weight)| value(byte) * weight).sum();
    let mut upn = String::with_capacity(13);
    upn.push(char::from(LETTERS[sum % LETTERS.len()]));
    upn.push_str(rest);
    upn
}

/// Returns the authority and school of a number that the `school`-th school of a district of `authority` gives.
pub(super) fn issuer(authority: u32, district: u32, school: u32) -> String {
    format!("{:03}{:04}", authority_of(authority, district), district % 100 * 100 + school)
}

/// Returns the authority whose number a district writes for `first`: four digits of school hold a hundred districts of
/// a hundred, and the next hundred are another authority's.
fn authority_of(first: u32, district: u32) -> u32 {
    first + 500 * (district / 100)
}

/// Returns the same number with a check letter that is wrong.
pub(super) fn with_wrong_letter(upn: &str) -> String {
    let wrong = if upn.starts_with('A') { 'B' } else { 'A' };
    format!("{wrong}{}", upn.get(1..).unwrap_or_default())
}

/// Returns a number that a school issues for the time being: it ends in a letter. Another `serial`, another number.
pub(super) fn temporary(district: u32, serial: u32) -> String {
    let letter = char::from(LETTERS[usize::try_from(serial % 23).unwrap_or_default()]);
    let (school, tens) = (9000 + serial / 2300 % 1000, serial / 23 % 100);
    let authority = authority_of(336, district);
    with_check_letter(&format!("{authority:03}{school:04}{:02}{tens:02}{letter}", district % 100))
}

/// Returns the value of a character: a digit counts as itself, a letter as its place in the list.
fn value(byte: u8) -> usize {
    if byte.is_ascii_digit() {
        usize::from(byte - b'0')
    } else {
        LETTERS.iter().position(|letter| *letter == byte).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::with_check_letter;

    #[test]
    fn check_letters_are_those_of_the_published_examples() {
        assert_eq!(with_check_letter("336203325001"), "Q336203325001");
        assert_eq!(with_check_letter("33620012400A"), "A33620012400A");
    }
}
