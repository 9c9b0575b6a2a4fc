//! One suspension or permanent exclusion, as it is written down.

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::roll::Seat;
use super::Exclusion;
use crate::demo::random::Stream;
use crate::demo::terms::academic_year;

/// What a school did.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sanction {
    Suspension,
    /// With its outcome.
    Permanent(&'static str),
}

/// Adds an exclusion to the town.
pub(super) fn record(
    town: &mut Town,
    chance: &mut Stream,
    seat: Seat,
    started_on: NaiveDate,
    sanction: Sanction,
) {
    let (permanent, outcome) = match sanction {
        Sanction::Suspension => (false, "UPHELD"),
        Sanction::Permanent(outcome) => (true, outcome),
    };
    let sessions = if permanent {
        0
    } else {
        chance.weighted(&[(1, 6), (2, 34), (3, 8), (4, 20), (6, 14), (10, 12), (14, 3), (20, 2), (30, 1)])
    };
    let academic_year = academic_year(started_on);
    let mut reasons = vec![reason(chance, permanent, academic_year)];
    for more in [220, 90] {
        if chance.chance(more) {
            let another = reason(chance, permanent, academic_year);
            if !reasons.contains(&another) {
                reasons.push(another);
            }
        }
    }
    town.exclusions.push(Exclusion {
        pupil: seat.pupil,
        school: seat.school,
        permanent,
        started_on,
        sessions,
        reasons,
        outcome,
        academic_year,
        in_census: None,
    });
}

/// Draws a reason that is valid in the year: five came in 2020. Disruption falls while drugs, assaults and
/// weapons rise, weapons having had no code of their own before.
fn reason(chance: &mut Stream, permanent: bool, year: i32) -> &'static str {
    let since = u32::try_from((year - 2013).clamp(0, 13)).unwrap_or_default();
    let serious = if permanent { 2 } else { 1 };
    let new_codes = u32::from(year >= 2020);
    chance.weighted(&[
        ("DB", 44 - 2 * since.min(9)),
        ("PP", 13 + since),
        ("PA", 8),
        ("VA", 10),
        ("VP", 5),
        ("DA", (3 + since.min(8)) * serious),
        ("OT", if year >= 2020 { 3 } else { 6 + since / 2 }),
        ("DM", 3),
        ("TH", 2),
        ("BU", 2),
        ("RA", 1),
        ("SM", 2),
        ("OW", new_codes * 4 * serious),
        ("MT", new_codes * 2),
        ("LG", new_codes),
        ("DS", new_codes),
        ("PH", if year == 2020 { 2 } else { 0 }),
    ])
}
