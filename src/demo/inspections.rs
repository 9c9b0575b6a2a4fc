//! Where the demo's providers are, which lot of the framework they are on, and what an inspection found: nobody's.

use super::provider::{Price, Provider};

/// What the register holds of a provider beside its name and numbers, as its columns have it.
#[derive(Debug)]
pub(super) struct RegisterEntry {
    pub(super) address: String,
    pub(super) postcode: String,
    pub(super) lot: &'static str,
    pub(super) scheme: &'static str,
    pub(super) inspected_on: &'static str,
    /// The one grade of the scheme that ended in September 2024.
    pub(super) overall: &'static str,
    /// Grades of a report card, by area in the order of [`AREAS`].
    pub(super) areas: [&'static str; 6],
    pub(super) safeguarding: &'static str,
}

/// The areas of a report card, as the register heads their columns.
pub(super) const AREAS: [&str; 6] = [
    "Inclusion",
    "Curriculum & Teaching",
    "Achievement",
    "Attendance & Behaviour",
    "Personal Development",
    "Leadership",
];

const NONE: [&str; 6] = [""; 6];

/// Returns what the register holds of the provider at a place of the list, in a district.
pub(super) fn register_entry(provider: &Provider, place: usize, district: u32) -> RegisterEntry {
    const STREETS: [&str; 6] =
        ["Foundry Road", "Canal Walk", "Station Approach", "Mill Lane", "Orchard Rise", "Market Place"];
    let street = STREETS.get(place % STREETS.len()).copied().unwrap_or("Mill Lane");
    let lot = match provider.kind {
        _ if !matches!(provider.price, Price::Spot { .. }) => "",
        "TUITION_1TO1" => "Lot 3 Tuition",
        "ONLINE" => "Lot 4 Online",
        "REGISTERED_UKPRN_NON_SCHOOL" | "FE_14_16" | "WORK_BASED" => "Lot 2 Vocational",
        _ => "Lot 1 Full-time",
    };
    let (scheme, inspected_on, overall, areas, safeguarding) = inspection(provider, place);
    RegisterEntry {
        address: format!("{} {street}, Demo City", 3 + place * 7),
        postcode: postcode(place, district),
        lot,
        scheme,
        inspected_on,
        overall,
        areas,
        safeguarding,
    }
}

/// Returns where a provider teaches: no postcode area is called ZZ.
pub(super) fn postcode(place: usize, district: u32) -> String {
    let last = if place < 9 { 'A' } else { 'B' };
    format!("ZZ{} {}A{last}", district % 90 + 1, place % 9 + 1)
}

type Inspection = (&'static str, &'static str, &'static str, [&'static str; 6], &'static str);

/// Returns what an inspection found. Schools inspected before September 2024 have one grade, those inspected since
/// November 2025 a report card, and a provider that is not a school has none.
fn inspection(provider: &Provider, place: usize) -> Inspection {
    const EXPECTED: [&str; 6] = ["Strong", "Expected", "Expected", "Needs attention", "Expected", "Expected"];
    const STRONG: [&str; 6] = ["Strong", "Strong", "Expected", "Expected", "Strong", "Strong"];
    match (provider.registered, provider.kind) {
        (false, _) => ("None", "", "", NONE, ""),
        (true, "INDEPENDENT_SCHOOL_AP" | "INDEPENDENT_SPECIAL") => (
            "Independent school",
            "14/03/2023",
            if place.is_multiple_of(2) { "Good" } else { "Requires improvement" },
            NONE,
            "",
        ),
        (true, _) if provider.status == "APPROVED_CONDITIONS" => {
            ("Report card", "20/01/2026", "", EXPECTED, "Met")
        }
        (true, _) if place.is_multiple_of(3) => ("Report card", "04/12/2025", "", STRONG, "Met"),
        (true, _) => ("Overall effectiveness", "07/11/2019", "Good", NONE, ""),
    }
}
