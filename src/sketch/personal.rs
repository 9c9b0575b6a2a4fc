//! Suspects that a column could identify somebody: by its name, and by what its cells look like. What is suspected is
//! hidden until a person says otherwise.

use crate::privacy::{Upn, UpnFault};

/// What a column may say of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identifier {
    /// A unique pupil number.
    Upn,
    /// A unique learner number.
    Uln,
    /// An NHS number.
    Nhs,
    /// A National Insurance number.
    NationalInsurance,
    /// A number of a child in a system of the council or a school.
    Reference,
    /// A name, or a part of one.
    Name,
    /// A date of birth.
    Birth,
    /// A postcode.
    Postcode,
    /// An address, an email or a telephone.
    Contact,
    /// A text that anybody may have written anything in.
    Free,
    /// The name of a firm, which may be that of a person who trades alone.
    Supplier,
}

/// Words of a name by which its column is suspected, in the order in which they are tried. A name of several words has
/// each of them.
const BY_NAME: &[(Identifier, &[&[&str]])] = &[
    (Identifier::Upn, &[&["upn"], &["unique", "pupil"]]),
    (Identifier::Uln, &[&["uln"], &["unique", "learner"]]),
    (Identifier::Nhs, &[&["nhs"]]),
    (
        Identifier::NationalInsurance,
        &[&["nino"], &["national", "insurance"], &["ni", "number"], &["ni", "no"]],
    ),
    (Identifier::Birth, &[&["dob"], &["birth"], &["born"], &["birthdate"], &["dateofbirth"]]),
    (Identifier::Postcode, &[&["postcode"], &["post", "code"], &["postal", "code"]]),
    (
        Identifier::Contact,
        &[
            &["address"],
            &["email"],
            &["mail"],
            &["telephone"],
            &["phone"],
            &["tel"],
            &["mobile"],
            &["street"],
            &["paon"],
            &["saon"],
            &["uprn"],
        ],
    ),
    (
        Identifier::Name,
        &[
            &["forename"],
            &["surname"],
            &["first", "name"],
            &["last", "name"],
            &["middle", "name"],
            &["middle", "names"],
            &["family", "name"],
            &["given", "name"],
            &["full", "name"],
            &["preferred", "name"],
            &["known", "as"],
            &["pupil", "name"],
            &["child", "name"],
            &["student", "name"],
            &["learner", "name"],
            &["person", "name"],
            &["client", "name"],
            &["parent"],
            &["carer"],
            &["guardian"],
            &["initials"],
            &["firstname"],
            &["lastname"],
            &["forenames"],
        ],
    ),
    (
        Identifier::Supplier,
        &[
            &["supplier", "name"],
            &["vendor", "name"],
            &["payee"],
            &["beneficiary"],
            &["creditor"],
            &["merchant"],
            &["supplier"],
            &["vendor"],
            &["contractor"],
        ],
    ),
    (
        Identifier::Reference,
        &[
            &["pupil", "id"],
            &["child", "id"],
            &["person", "id"],
            &["student", "id"],
            &["learner", "id"],
            &["client", "id"],
            &["pupil", "reference"],
            &["child", "reference"],
            &["pupil", "number"],
            &["child", "number"],
            &["client", "number"],
            &["student", "number"],
            &["pupil", "key"],
            &["adno"],
            &["admission", "number"],
            &["candidate", "number"],
        ],
    ),
    (
        Identifier::Free,
        &[&["comment"], &["comments"], &["notes"], &["note"], &["narrative"], &["remarks"], &["details"]],
    ),
];

/// Words at the end of a name by which it is that of a number.
const NUMBERS: [&str; 8] = ["id", "no", "number", "code", "ref", "reference", "type", "category"];

/// Words that show that a text is the name of a body and not of a person.
const BODIES: [&str; 30] = [
    "school",
    "academy",
    "college",
    "ltd",
    "limited",
    "plc",
    "llp",
    "centre",
    "center",
    "trust",
    "council",
    "service",
    "services",
    "group",
    "company",
    "university",
    "association",
    "society",
    "housing",
    "care",
    "home",
    "the",
    "and",
    "of",
    "for",
    "unit",
    "primary",
    "house",
    "cost",
    "education",
];

/// Returns what the name of a column, in small letters and underscores, suspects.
pub(super) fn by_name(name: &str) -> Option<Identifier> {
    let words: Vec<&str> = name.split('_').collect();
    let has = |all: &&[&str]| all.iter().all(|word| words.contains(word));
    let found = BY_NAME.iter().find(|(_, names)| names.iter().any(&has)).map(|(what, _)| *what);
    // The number of a firm is not its name.
    let is_number = words.last().is_some_and(|last| NUMBERS.contains(last));
    found.filter(|what| !(is_number && *what == Identifier::Supplier))
}

/// What the cells of a column look like, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Looks {
    /// Pupil numbers, and of those the ones with a wrong check letter.
    pub(super) upns: u64,
    pub(super) upns_wrong: u64,
    /// Ten figures whose check figure is that of an NHS number.
    pub(super) nhs: u64,
    /// National Insurance numbers.
    pub(super) insurance: u64,
    pub(super) postcodes: u64,
    pub(super) emails: u64,
    /// Two to four capitalised words of letters alone, none of them of a body.
    pub(super) names: u64,
}

impl Looks {
    /// Counts what a cell, without white space at its ends, looks like.
    pub(super) fn take(&mut self, cell: &str) {
        if cell.len() == 13 {
            match Upn::parse(cell) {
                Ok(_) => self.upns += 1,
                Err(UpnFault::CheckLetter) => {
                    self.upns += 1;
                    self.upns_wrong += 1;
                }
                Err(UpnFault::Form) => {}
            }
        }
        self.nhs += u64::from(is_nhs_number(cell));
        self.insurance += u64::from(is_insurance_number(cell));
        self.postcodes += u64::from(is_postcode(cell));
        self.emails += u64::from(cell.contains('@') && cell.contains('.') && !cell.contains(' '));
        self.names += u64::from(is_like_a_name(cell));
    }

    /// Returns what most of `filled` cells look like, and how many of them.
    pub(super) fn suspects(&self, filled: u64) -> Option<(Identifier, u64)> {
        let most = |count: u64| count > 0 && count.saturating_mul(5) >= filled.saturating_mul(4);
        [
            (Identifier::Upn, self.upns),
            (Identifier::Nhs, self.nhs),
            (Identifier::NationalInsurance, self.insurance),
            (Identifier::Postcode, self.postcodes),
            (Identifier::Contact, self.emails),
            (Identifier::Name, self.names),
        ]
        .into_iter()
        .find(|(_, count)| most(*count))
    }
}

/// Returns whether a text is ten figures, blanks and dashes aside, of which the last checks the others.
fn is_nhs_number(cell: &str) -> bool {
    let figures: Vec<u32> = cell
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-'))
        .map_while(|letter| letter.to_digit(10))
        .collect();
    let is_all = cell.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-'));
    let [first @ .., check] = figures.as_slice() else { return false };
    if !is_all || first.len() != 9 {
        return false;
    }
    let sum: u32 = first.iter().zip((2..=10).rev()).map(|(figure, weight)| figure * weight).sum();
    (11 - sum % 11) % 11 == *check
}

fn is_insurance_number(cell: &str) -> bool {
    let plain: Vec<u8> = cell.bytes().filter(|byte| *byte != b' ').collect();
    match plain.as_slice() {
        [one, two, figures @ .., last] => {
            figures.len() == 6
                && one.is_ascii_alphabetic()
                && two.is_ascii_alphabetic()
                && figures.iter().all(u8::is_ascii_digit)
                && matches!(last.to_ascii_uppercase(), b'A'..=b'D')
        }
        _ => false,
    }
}

/// Returns whether a text has the form of a postcode: one or two letters, a figure, perhaps one more of either, and at the
/// end a figure and two letters.
fn is_postcode(cell: &str) -> bool {
    let plain: Vec<u8> =
        cell.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_uppercase()).collect();
    let Some((outward, [figure, one, two])) = plain.split_last_chunk::<3>() else { return false };
    let ends = figure.is_ascii_digit() && one.is_ascii_alphabetic() && two.is_ascii_alphabetic();
    let letters = outward.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let rest = outward.get(letters..).unwrap_or_default();
    let begins = (1..=2).contains(&letters)
        && (1..=2).contains(&rest.len())
        && rest.first().is_some_and(u8::is_ascii_digit)
        && rest.iter().all(u8::is_ascii_alphanumeric);
    ends && begins && plain.len() >= 5
}

fn is_like_a_name(cell: &str) -> bool {
    let mut words = 0;
    for word in cell.split([' ', ',']).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        let is_word =
            letters.all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '-' | '\u{2019}' | '.'));
        let lower = word.to_lowercase();
        if !is_capital || !is_word || BODIES.contains(&lower.as_str()) {
            return false;
        }
        words += 1;
    }
    (2..=4).contains(&words)
}

#[cfg(test)]
mod tests {
    use super::{Identifier, Looks, by_name, is_insurance_number, is_nhs_number, is_postcode};

    #[test]
    fn a_column_is_suspected_by_the_words_of_its_name() {
        for (name, what) in [
            ("upn", Some(Identifier::Upn)),
            ("pupil_upn", Some(Identifier::Upn)),
            ("date_of_birth", Some(Identifier::Birth)),
            ("legal_surname", Some(Identifier::Name)),
            ("home_post_code", Some(Identifier::Postcode)),
            ("supplier_name", Some(Identifier::Supplier)),
            ("school_name", None),
            ("birthday_cake", None),
            ("supplier_id", None),
        ] {
            assert_eq!(by_name(name), what, "{name}");
        }
    }

    #[test]
    fn numbers_with_a_check_figure_and_postcodes_are_known_by_their_form() {
        assert!(is_nhs_number("943 476 5919") && !is_nhs_number("9434765918") && !is_nhs_number("943476591"));
        assert!(is_insurance_number("QQ 12 34 56 C") && !is_insurance_number("QQ123456E"));
        for postcode in ["WV1 1SH", "sw1a 1aa", "M11AE", "B33 8TH"] {
            assert!(is_postcode(postcode), "{postcode}");
        }
        for other in ["E00123", "R5037", "2024-10-16", "AB", "WV1 1S1"] {
            assert!(!is_postcode(other), "{other}");
        }
    }

    #[test]
    fn four_cells_of_five_are_enough_to_suspect_and_three_are_not() {
        let mut looks = Looks::default();
        for cell in ["WV1 1SH", "WV1 1SJ", "WV1 1SL", "WV1 1SN", "none"] {
            looks.take(cell);
        }
        assert_eq!(looks.suspects(5), Some((Identifier::Postcode, 4)));
        assert_eq!(looks.suspects(6), None);
    }
}
