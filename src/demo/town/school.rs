use super::super::levels::Size;
use super::super::random::Stream;
use super::{Meals, Phase, PupilId, Sen, Town};

/// A school's place in its town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct SchoolId(pub(super) usize);

/// A school that is not there.
#[derive(Debug)]
pub(in crate::demo) struct School {
    pub(in crate::demo) name: String,
    pub(in crate::demo) phase: Phase,
    /// Above any number in use.
    pub(in crate::demo) urn: u32,
    /// The number within the authority; real ones begin at 1000.
    pub(in crate::demo) number: u32,
    pub(in crate::demo) kind: &'static str,
    /// Its share of the pupils of its phase.
    weight: u32,
    /// How readily it suspends, per mille.
    pub(in crate::demo) suspension_tendency: u32,
    /// Permanent exclusions of a usual year for 10,000 pupils, beside those of other schools of its phase.
    pub(in crate::demo) permanent_tendency: u32,
    /// Pupils who reach the floor standard at the end of key stage 4, per cent; nothing below secondary.
    pub(in crate::demo) floor: Option<u32>,
    intake: Intake,
}

/// Greatest weight of a school.
const LARGEST: u32 = 140;

/// How readily a school takes pupils of each kind, per mille.
#[derive(Debug, Clone, Copy)]
struct Intake {
    eligible: u32,
    once: u32,
    never: u32,
    sen: u32,
    no_sen: u32,
}

const MIXED_INTAKE: Intake = Intake { eligible: 1000, once: 1000, never: 1000, sen: 1000, no_sen: 1000 };

/// What kind of secondary school it is.
struct Profile {
    /// Permanent exclusions for 10,000 pupils in 2017-18.
    permanent: u32,
    suspension_tendency: u32,
    /// Per cent of its pupils who are eligible for free meals sooner or later, and who were once.
    eligible: u32,
    once: u32,
    /// Per cent with special educational needs.
    sen: u32,
    floor: u32,
}

impl Profile {
    /// Shares of the highest that any profile has, so that chances stay within a thousand.
    fn intake(&self) -> Intake {
        Intake {
            eligible: self.eligible * 1000 / 42,
            once: self.once * 1000 / 28,
            never: (100 - self.eligible - self.once) * 1000 / 73,
            sen: self.sen * 1000 / 22,
            no_sen: (100 - self.sen) * 1000 / 89,
        }
    }
}

/// Three secondary schools exclude more than one pupil in a hundred, and four others more than the average.
/// Of nine with free meals above 20 per cent five are among the seven; of ten with pupil premium above 33
/// per cent, six; of six below 50 per cent at the floor standard, five; of seven with special educational
/// needs above 15 per cent, four: the committee's figures of 2017-18.
const PROFILES: [Profile; 19] = [
    profile(135, 1000, 42, 14, 22, 41),
    profile(29, 250, 42, 14, 11, 43),
    profile(135, 1000, 42, 14, 22, 38),
    profile(29, 320, 42, 14, 22, 58),
    profile(135, 900, 42, 14, 11, 45),
    profile(29, 180, 42, 14, 11, 57),
    profile(80, 700, 42, 14, 11, 44),
    profile(29, 260, 42, 14, 11, 60),
    profile(80, 620, 42, 14, 22, 56),
    profile(29, 400, 18, 9, 22, 66),
    profile(80, 660, 20, 28, 11, 46),
    profile(29, 220, 18, 9, 22, 70),
    profile(80, 560, 18, 9, 22, 61),
    profile(29, 300, 18, 9, 11, 64),
    profile(29, 240, 18, 9, 11, 82),
    profile(29, 360, 18, 9, 11, 68),
    profile(29, 150, 18, 9, 11, 79),
    profile(29, 280, 18, 9, 11, 72),
    profile(29, 200, 18, 9, 11, 75),
];

const fn profile(
    permanent: u32,
    suspension_tendency: u32,
    eligible: u32,
    once: u32,
    sen: u32,
    floor: u32,
) -> Profile {
    Profile { permanent, suspension_tendency, eligible, once, sen, floor }
}

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

/// The schools of a district by phase, those for alternative provision last and in the order of the providers.
pub(super) fn found(chance: &mut Stream, district: u32, size: Size) -> Vec<School> {
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

impl Town {
    /// A school of `phase` for a pupil: larger ones more often, and those that take pupils of the kind.
    pub(super) fn some_school(&self, chance: &mut Stream, phase: Phase, pupil: PupilId) -> SchoolId {
        let first = self.schools.partition_point(|school| school.phase < phase);
        let count = self.schools.partition_point(|school| school.phase <= phase) - first;
        let pupil = self.pupil(pupil);
        loop {
            let id = SchoolId(first + chance.index(count));
            let school = self.school(id);
            let by_meals = match pupil.meals {
                Meals::Eligible => school.intake.eligible,
                Meals::Once => school.intake.once,
                Meals::Never => school.intake.never,
            };
            let by_need = if pupil.sen == Sen::None { school.intake.no_sen } else { school.intake.sen };
            if chance.below(LARGEST * 1000) < school.weight * by_meals / 1000 * by_need {
                return id;
            }
        }
    }

    /// The school of the `index`-th provider, for those that are schools for alternative provision.
    pub(in crate::demo) fn alternative_school(&self, index: usize) -> Option<SchoolId> {
        let mut schools =
            self.schools.iter().enumerate().filter(|(_, school)| school.phase == Phase::Alternative);
        schools.nth(index).map(|(place, _)| SchoolId(place))
    }
}
