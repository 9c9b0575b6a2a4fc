//! Suspects columns that could identify somebody, and chooses what becomes of their values.

use super::contract::{About, Column, Kind, shown};
use super::personal::{Identifier, by_name};
use super::profile::Profile;

/// What becomes of a postcode where the project has a list of them.
const WARD: &str = "not stored; its ward would be by `privacy = { generalise = { lookup = { list = \"reference.postcodes\", \
                    from = \"postcode\", to = \"ward_code\" } } }`";

/// What a column is suspected to say of a person, and why.
pub(super) type Suspicion = (Identifier, String);

/// Returns what the column `name`, with these cells, is suspected to say of a person, and why.
pub(super) fn suspicion(name: &str, profile: &Profile) -> Option<Suspicion> {
    if let Some((what, count)) = profile.looks.suspects(profile.filled)
        && what != Identifier::Name
    {
        let why = format!("{} of {} look like {}", shown(count), shown(profile.filled), words(what));
        return Some((what, why));
    }
    if let Some(what) = by_name(name) {
        return Some((what, "by its name".to_owned()));
    }
    let (what, count) = profile.looks.suspects(profile.filled)?;
    // A few labels that are repeated name nobody.
    if profile.different() < 20 {
        return None;
    }
    Some((what, format!("{} of {} look like {}", shown(count), shown(profile.filled), words(what))))
}

/// Returns whether a suspicion makes the file one of persons.
pub(super) fn is_of_person(suspicion: &Suspicion) -> bool {
    match suspicion {
        (Identifier::Name, why) => why == "by its name",
        (Identifier::Postcode | Identifier::Contact | Identifier::Free | Identifier::Supplier, _) => false,
        _ => true,
    }
}

/// Hides what could identify somebody.
pub(super) fn hide(column: &mut Column, profile: &Profile, what: Identifier, why: &str, about: About) {
    let purpose = |purpose: &str| Some(format!("{{ pseudonymise = {{ purpose = \"{purpose}\" }} }}"));
    let drop = || Some("\"drop\"".to_owned());
    let mut kind = Kind::Text;
    let (privacy, does) = match what {
        Identifier::Upn => {
            kind = column.kind.clone();
            (purpose("pupil"), "replaced by a pseudonym")
        }
        Identifier::Uln => (purpose("learner"), "replaced by a pseudonym"),
        Identifier::Nhs => (purpose("nhs"), "replaced by a pseudonym; drop it if nothing is joined by it"),
        Identifier::Reference => (purpose(&column.name), "replaced by a pseudonym"),
        Identifier::Birth if matches!(column.kind, Kind::Date { .. }) => {
            kind = column.kind.clone();
            (
                Some("{ generalise = \"birth_academic_year\" }".to_owned()),
                "only the academic year of birth is stored",
            )
        }
        Identifier::Postcode if about.has_postcodes => (drop(), WARD),
        Identifier::Postcode => (
            drop(),
            "not stored; a list of postcodes would give its ward (`generalise`), and of a place `privacy = \"none\"` stores it",
        ),
        Identifier::NationalInsurance | Identifier::Birth => (drop(), "not stored"),
        Identifier::Name if why != "by its name" && !about.is_of_persons => {
            column.says.push(format!("unsure: {why}; of people, write `privacy = \"drop\"`"));
            return;
        }
        Identifier::Name | Identifier::Contact => {
            (drop(), "not stored; if it is not of a person, `privacy = \"none\"` stores it")
        }
        Identifier::Free if !about.is_of_persons => {
            if profile.mean_length() > 20 {
                column.says.push(
                    "unsure: free text may name a person; `privacy = \"drop\"` does not store it".to_owned(),
                );
            }
            return;
        }
        Identifier::Free => (drop(), "not stored: free text may name a person"),
        Identifier::Supplier => {
            kind = column.kind.clone();
            (Some("\"commercial\"".to_owned()), "a firm that trades under a person's name may be among them")
        }
    };
    if kind == Kind::Text && !matches!(what, Identifier::Supplier | Identifier::Upn) {
        // The error of a formula sets its row aside, whatever becomes of the column.
        column.blanks.retain(|blank| blank.starts_with('#'));
        column.says.retain(|line| !line.contains("read as blank") || line.contains('#'));
    }
    column.kind = kind;
    column.privacy = privacy;
    column.says.push(format!("{} ({why}): {does}", words(what)));
}

/// Returns what an identifier is, in words.
fn words(what: Identifier) -> &'static str {
    match what {
        Identifier::Upn => "pupil numbers",
        Identifier::Uln => "learner numbers",
        Identifier::Nhs => "NHS numbers",
        Identifier::NationalInsurance => "National Insurance numbers",
        Identifier::Reference => "numbers of persons",
        Identifier::Name => "names of people",
        Identifier::Birth => "dates of birth",
        Identifier::Postcode => "postcodes",
        Identifier::Contact => "addresses or ways to reach somebody",
        Identifier::Free => "free text",
        Identifier::Supplier => "names of firms",
    }
}
