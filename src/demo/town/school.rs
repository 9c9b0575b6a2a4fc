use super::super::levels::Size;
use super::super::random::Stream;
use super::{Phase, Town};

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
    /// How readily it excludes, per mille.
    pub(in crate::demo) exclusion_tendency: u32,
}

/// Greatest weight of a school.
const LARGEST: u32 = 140;

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
    let mut add = |name: String, phase, kind, weight, exclusion_tendency| {
        let number = district * 100 + u32::try_from(schools.len()).unwrap_or_default();
        let name = if district == 0 { name } else { format!("{name} (District {})", district + 1) };
        schools.push(School { name, phase, urn: 900_000 + number, number, kind, weight, exclusion_tendency });
    };
    let stems = STEMS.iter().enumerate();
    for (place, stem) in (0..size.scaled(66).clamp(3, 66)).zip(stems.cycle().map(|(_, stem)| stem)) {
        let end = PRIMARY_ENDS[usize::try_from(place / 22).unwrap_or_default() % 4];
        let weight = 60 + chance.below(LARGEST - 60);
        let kind = if end.contains("Academy") { "Academy" } else { "Maintained" };
        add(format!("{stem} {end}"), Phase::Primary, kind, weight, 300 + chance.below(700));
    }
    for (_, stem) in (0..size.scaled(19).clamp(2, 19)).zip(STEMS.iter()) {
        let kind = if chance.chance(700) { "Academy" } else { "Maintained" };
        let tendency = if chance.chance(180) { 1000 } else { 150 + chance.below(500) };
        add(format!("{stem} High School"), Phase::Secondary, kind, 60 + chance.below(LARGEST - 60), tendency);
    }
    for (_, stem) in (0..size.scaled(7).clamp(1, 7)).zip(STEMS.iter().rev()) {
        add(format!("{stem} School"), Phase::Special, "Special", 60 + chance.below(LARGEST - 60), 500);
    }
    for (name, kind) in [
        ("Larkholt Centre", "Pupil referral unit"),
        ("Tessany Road Centre", "Pupil referral unit"),
        ("Quillbrook Primary Academy", "Academy alternative provision"),
        ("Fennimore Home and Hospital School", "Pupil referral unit"),
    ] {
        add(name.to_owned(), Phase::Alternative, kind, 1, 500);
    }
    schools
}

impl Town {
    /// A school of `phase`, larger ones more often.
    pub(super) fn some_school(&self, chance: &mut Stream, phase: Phase) -> SchoolId {
        let first = self.schools.partition_point(|school| school.phase < phase);
        let count = self.schools.partition_point(|school| school.phase <= phase) - first;
        loop {
            let id = SchoolId(first + chance.index(count));
            if chance.below(LARGEST) < self.school(id).weight {
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
