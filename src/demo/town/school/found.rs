//! The schools of a district.

use super::super::phase::Phase;
use super::profile::{PROFILES, Profile};
use super::{Intake, LARGEST, School};
use crate::demo::levels::Size;
use crate::demo::random::Stream;

const MIXED_INTAKE: Intake = Intake { eligible: 1000, once: 1000, never: 1000, sen: 1000, no_sen: 1000 };

const STEMS: [&str; 22] = [
    "Aldermoor",
    "Birchenhay",
    "Coppenfield",
    "Dunsloe",
    "Elmstrand",
    "Fallowmere",
    "Gorsebank",
    "Heronlea",
    "Ivorycross",
    "Kingsmallow",
    "Lintonbrook",
    "Marlhurst",
    "Nettlecombe",
    "Orchardine",
    "Pippinfold",
    "Rushwater",
    "Saltersby",
    "Thistledene",
    "Umberleigh Cross",
    "Vinterdale",
    "Willowmead End",
    "Yarrowfield",
];
const PRIMARY_ENDS: [&str; 4] =
    ["Primary School", "Infant and Junior School", "CE Primary School", "Primary Academy"];

/// Makes the schools of a district by phase, those for alternative provision last and in the order of the providers.
pub(in crate::demo::town) fn found(chance: &mut Stream, district: u32, size: Size) -> Vec<School> {
    let mut schools = Vec::new();
    let mut add = |name: String, phase, kind, weight, tendencies: (u32, u32), profile: Option<&Profile>| {
        let number = district * 100 + u32::try_from(schools.len()).unwrap_or_default();
        let name = if district == 0 { name } else { format!("{name} (District {})", district + 1) };
        let (suspension_tendency, permanent_tendency) = tendencies;
        schools.push(School {
            name,
            phase,
            urn: 900_000 + number,
            number,
            kind,
            top_year: match phase {
                Phase::Primary => Some(6),
                // One secondary school in four has a sixth form.
                Phase::Secondary => Some(if number.is_multiple_of(4) { 13 } else { 11 }),
                Phase::Special | Phase::Alternative => None,
            },
            weight,
            suspension_tendency,
            permanent_tendency,
            floor: profile.map(|profile| profile.floor),
            intake: profile.map_or(MIXED_INTAKE, Profile::intake),
        });
    };
    let stems = STEMS.iter().enumerate();
    for (place, stem) in (0..size.scaled(66).clamp(3, 66)).zip(stems.cycle().map(|(_, stem)| stem)) {
        let end = PRIMARY_ENDS[usize::try_from(place / 22).unwrap_or_default() % 4];
        let weight = 60 + chance.below(LARGEST - 60);
        let kind = if end.contains("Academy") { "Academy" } else { "Maintained" };
        let tendency = 300 + chance.below(700);
        add(format!("{stem} {end}"), Phase::Primary, kind, weight, (tendency, tendency), None);
    }
    for ((_, stem), profile) in (0..size.scaled(19).clamp(2, 19)).zip(STEMS.iter()).zip(&PROFILES) {
        let kind = if chance.chance(700) { "Academy" } else { "Maintained" };
        let weight = 60 + chance.below(LARGEST - 60);
        let tendencies = (profile.suspension_tendency, profile.permanent);
        add(format!("{stem} High School"), Phase::Secondary, kind, weight, tendencies, Some(profile));
    }
    for (_, stem) in (0..size.scaled(7).clamp(1, 7)).zip(STEMS.iter().rev()) {
        let weight = 60 + chance.below(LARGEST - 60);
        add(format!("{stem} School"), Phase::Special, "Special", weight, (500, 500), None);
    }
    for (name, kind) in [
        ("Larkholt Centre", "Pupil referral unit"),
        ("Tessany Road Centre", "Pupil referral unit"),
        ("Quillbrook Primary Academy", "Academy alternative provision"),
        ("Fennimore Home and Hospital School", "Pupil referral unit"),
    ] {
        add(name.to_owned(), Phase::Alternative, kind, 1, (500, 500), None);
    }
    schools
}
