use crate::demo::provider::Population;

/// A kind of placement: who asks for it, why, how many and how long.
pub(super) struct Kind {
    pub(super) population: Population,
    /// Of the providers of the population, those that are for health needs, or the others.
    pub(super) health: bool,
    pub(super) legal_basis: &'static str,
    pub(super) reason: &'static str,
    pub(super) commissioner: &'static str,
    /// Starts in the year 2023-24 at the default size.
    pub(super) starts: u32,
    /// Shortest and longest stay, in weeks.
    pub(super) weeks: (i64, i64),
    pub(super) dual: bool,
    /// Year groups, with their shares.
    pub(super) years: &'static [(i32, u32)],
}

/// Every kind.
pub(super) const KINDS: [Kind; 11] = [
    Kind {
        population: Population::State,
        health: false,
        legal_basis: "S29A_OFFSITE",
        reason: "BEHAVIOUR_OFFSITE",
        commissioner: "SCHOOL",
        starts: 170,
        weeks: (8, 48),
        dual: true,
        years: ALL_YEARS,
    },
    Kind {
        population: Population::State,
        health: false,
        legal_basis: "S19_OTHER",
        reason: "OTHER",
        commissioner: "LA",
        starts: 74,
        weeks: (16, 84),
        dual: false,
        years: OLDER,
    },
    Kind {
        population: Population::State,
        health: true,
        legal_basis: "S19_HEALTH",
        reason: "MENTAL_HEALTH",
        commissioner: "LA",
        starts: 92,
        weeks: (12, 70),
        dual: true,
        years: OLDER,
    },
    Kind {
        population: Population::State,
        health: true,
        legal_basis: "S19_HEALTH",
        reason: "PHYSICAL_HEALTH",
        commissioner: "LA",
        starts: 26,
        weeks: (6, 40),
        dual: true,
        years: ALL_YEARS,
    },
    Kind {
        population: Population::SchoolArranged,
        health: false,
        legal_basis: "S29A_OFFSITE",
        reason: "BEHAVIOUR_OFFSITE",
        commissioner: "SCHOOL",
        starts: 150,
        weeks: (8, 40),
        dual: true,
        years: OLDER,
    },
    Kind {
        population: Population::SchoolArranged,
        health: false,
        legal_basis: "SCHOOL_ARRANGED_OTHER",
        reason: "MENTAL_HEALTH",
        commissioner: "SCHOOL",
        starts: 96,
        weeks: (10, 44),
        dual: true,
        years: OLDER,
    },
    Kind {
        population: Population::SchoolArranged,
        health: false,
        legal_basis: "DAY6_SUSPENSION",
        reason: "SUSPENSION",
        commissioner: "SCHOOL",
        starts: 60,
        weeks: (1, 4),
        dual: true,
        years: ALL_YEARS,
    },
    Kind {
        population: Population::LaFunded,
        health: false,
        legal_basis: "EHCP_NAMED",
        reason: "EHCP_NAMED",
        commissioner: "LA",
        starts: 60,
        weeks: (50, 170),
        dual: false,
        years: WITH_SIXTEEN,
    },
    Kind {
        population: Population::LaFunded,
        health: false,
        legal_basis: "S61_EOTAS",
        reason: "EHCP_NAMED",
        commissioner: "LA",
        starts: 34,
        weeks: (24, 100),
        dual: false,
        years: WITH_SIXTEEN,
    },
    Kind {
        population: Population::LaFunded,
        health: false,
        legal_basis: "S19_OTHER",
        reason: "NEW_ARRIVAL_NO_PLACE",
        commissioner: "LA",
        starts: 84,
        weeks: (5, 28),
        dual: false,
        years: OLDER,
    },
    Kind {
        population: Population::LaFunded,
        health: false,
        legal_basis: "S19_HEALTH",
        reason: "MENTAL_HEALTH",
        commissioner: "LA",
        starts: 120,
        weeks: (8, 50),
        dual: true,
        years: OLDER,
    },
];
const ALL_YEARS: &[(i32, u32)] =
    &[(1, 2), (2, 4), (3, 5), (4, 8), (5, 9), (6, 9), (7, 8), (8, 14), (9, 20), (10, 36), (11, 22)];
const OLDER: &[(i32, u32)] = &[(4, 2), (5, 4), (6, 5), (7, 7), (8, 12), (9, 20), (10, 36), (11, 26)];
const WITH_SIXTEEN: &[(i32, u32)] =
    &[(1, 2), (3, 4), (5, 6), (6, 8), (7, 10), (8, 12), (9, 16), (10, 20), (11, 14), (12, 14)];
