//! Placements in alternative provision, and the requests that led to them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::super::providers::{PROVIDERS, Population, Price, Provider};
use super::super::random::Stream;
use super::super::terms::{academic_year, date, half_terms, next_school_day, plus};
use super::roll::{Return, Seat};
use super::{KeyStage, PupilId, Spell, Town, today};

/// One placement of one pupil with one provider.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Placement {
    /// Its number, in the order of the first days.
    pub(in crate::demo) number: u32,
    pub(in crate::demo) pupil: PupilId,
    /// Place in [`PROVIDERS`].
    pub(in crate::demo) provider: usize,
    pub(in crate::demo) commissioner: &'static str,
    pub(in crate::demo) legal_basis: &'static str,
    pub(in crate::demo) reason: &'static str,
    pub(in crate::demo) nc_year: i32,
    pub(in crate::demo) dual: bool,
    pub(in crate::demo) sessions: u32,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) planned_end_on: Option<NaiveDate>,
    /// The day and the reason; a placement without is open.
    pub(in crate::demo) ended: Option<(NaiveDate, &'static str)>,
}

impl Placement {
    pub(in crate::demo) fn provider(&self) -> &'static Provider {
        &PROVIDERS[self.provider]
    }

    /// The last day, or the demo's own for an open placement.
    pub(in crate::demo) fn last_day(&self) -> NaiveDate {
        self.ended.map_or_else(today, |(day, _)| day)
    }
}

/// A request for a placement, whatever came of it.
#[derive(Debug)]
pub(in crate::demo) struct Referral {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) referred_on: NaiveDate,
    pub(in crate::demo) panel_on: Option<NaiveDate>,
    pub(in crate::demo) route: &'static str,
    pub(in crate::demo) key_stage: KeyStage,
    pub(in crate::demo) outcome: &'static str,
    /// The placement's number.
    pub(in crate::demo) placement: Option<u32>,
}

/// A kind of placement: who asks for it, why, how many and how long.
struct Kind {
    population: Population,
    /// Of the providers of the population, those that are for health needs, or the others.
    health: bool,
    legal_basis: &'static str,
    reason: &'static str,
    commissioner: &'static str,
    /// Starts in the year 2023-24 at the default size.
    starts: u32,
    /// Shortest and longest stay, in weeks.
    weeks: (i64, i64),
    dual: bool,
    /// Year groups, with their shares.
    years: &'static [(i32, u32)],
}

const KINDS: [Kind; 11] = [
    kind(
        Population::State,
        false,
        "S29A_OFFSITE",
        "BEHAVIOUR_OFFSITE",
        "SCHOOL",
        170,
        (8, 48),
        true,
        ALL_YEARS,
    ),
    kind(Population::State, false, "S19_OTHER", "OTHER", "LA", 74, (16, 84), false, OLDER),
    kind(Population::State, true, "S19_HEALTH", "MENTAL_HEALTH", "LA", 92, (12, 70), true, OLDER),
    kind(Population::State, true, "S19_HEALTH", "PHYSICAL_HEALTH", "LA", 26, (6, 40), true, ALL_YEARS),
    kind(
        Population::SchoolArranged,
        false,
        "S29A_OFFSITE",
        "BEHAVIOUR_OFFSITE",
        "SCHOOL",
        150,
        (8, 40),
        true,
        OLDER,
    ),
    kind(
        Population::SchoolArranged,
        false,
        "SCHOOL_ARRANGED_OTHER",
        "MENTAL_HEALTH",
        "SCHOOL",
        96,
        (10, 44),
        true,
        OLDER,
    ),
    kind(
        Population::SchoolArranged,
        false,
        "DAY6_SUSPENSION",
        "SUSPENSION",
        "SCHOOL",
        60,
        (1, 4),
        true,
        ALL_YEARS,
    ),
    kind(Population::LaFunded, false, "EHCP_NAMED", "EHCP_NAMED", "LA", 60, (50, 170), false, WITH_SIXTEEN),
    kind(Population::LaFunded, false, "S61_EOTAS", "EHCP_NAMED", "LA", 34, (24, 100), false, WITH_SIXTEEN),
    kind(Population::LaFunded, false, "S19_OTHER", "NEW_ARRIVAL_NO_PLACE", "LA", 84, (5, 28), false, OLDER),
    kind(Population::LaFunded, false, "S19_HEALTH", "MENTAL_HEALTH", "LA", 120, (8, 50), true, OLDER),
];
const ALL_YEARS: &[(i32, u32)] =
    &[(1, 2), (2, 4), (3, 5), (4, 8), (5, 9), (6, 9), (7, 8), (8, 14), (9, 20), (10, 36), (11, 22)];
const OLDER: &[(i32, u32)] = &[(4, 2), (5, 4), (6, 5), (7, 7), (8, 12), (9, 20), (10, 36), (11, 26)];
const WITH_SIXTEEN: &[(i32, u32)] =
    &[(1, 2), (3, 4), (5, 6), (6, 8), (7, 10), (8, 12), (9, 16), (10, 20), (11, 14), (12, 14)];

#[expect(clippy::too_many_arguments, reason = "one row of a table")]
const fn kind(
    population: Population,
    health: bool,
    legal_basis: &'static str,
    reason: &'static str,
    commissioner: &'static str,
    starts: u32,
    weeks: (i64, i64),
    dual: bool,
    years: &'static [(i32, u32)],
) -> Kind {
    Kind { population, health, legal_basis, reason, commissioner, starts, weeks, dual, years }
}

/// Starts by half-term: the rolls rise through the year.
const BY_HALF_TERM: [(usize, u32); 6] = [(0, 24), (1, 20), (2, 18), (3, 16), (4, 13), (5, 9)];

/// Growth of starts beside 2023-24, per cent, the years of closure low.
fn growth(year: i32) -> u32 {
    match year {
        ..=2018 => 82,
        2019 => 72,
        2020 => 74,
        2021 => 88,
        2022 => 95,
        2023 => 100,
        2024 => 104,
        2025 => 109,
        _ => 112,
    }
}

/// First academic year that is lived at all: two before the first that is complete, so that it begins
/// with those who are there already.
fn lived(town: &Town, year: i32) -> bool {
    year >= town.first_placement_year - 2
}

/// Places a permanently excluded pupil with a state-funded school for alternative provision, mostly by
/// the sixth school day, and says when the pupil returns to a mainstream one.
pub(super) fn after_exclusion(
    town: &mut Town,
    chance: &mut Stream,
    pupil: PupilId,
    excluded_on: NaiveDate,
) -> Option<Return> {
    let year = academic_year(excluded_on);
    let late = chance.chance(190);
    let wait = if late { chance.between(12, 45) } else { chance.between(3, 8) };
    let started_on = next_school_day(plus(excluded_on, wait));
    let nc_year = town.pupil(pupil).nc_year(academic_year(started_on));
    if !(1..=11).contains(&nc_year) || started_on > today() {
        return None;
    }
    if !lived(town, year) {
        let back = plus(started_on, chance.between(90, 330));
        return chance.chance(500).then_some(Return { pupil, on: next_school_day(back) });
    }
    let provider = choose_provider(town, chance, Population::State, false, pupil, nc_year)?;
    let weeks = match nc_year {
        10.. => chance.between(70, 150),
        _ if chance.chance(300) => chance.between(48, 76),
        _ => chance.between(12, 44),
    };
    let sessions = chance.weighted(&[(10, 90), (8, 5), (6, 5)]);
    let mut placement = Placement {
        number: 0,
        pupil,
        provider,
        commissioner: "LA",
        legal_basis: "S19_PEX",
        reason: "PEX",
        nc_year,
        dual: false,
        sessions,
        started_on,
        planned_end_on: None,
        ended: None,
    };
    end(town, chance, &mut placement, weeks);
    let back = placement.ended.filter(|(_, reason)| *reason == "PLANNED_REINTEGRATED_MAINSTREAM");
    add(town, placement);
    back.map(|(on, _)| Return { pupil, on: next_school_day(plus(on, 1)) })
}

/// The other placements that start in a year, of pupils with a seat in each phase.
pub(super) fn of_year(town: &mut Town, chance: &mut Stream, seats: [&[Seat]; 3], year: i32) {
    if !lived(town, year) {
        return;
    }
    let seats = Seats::by_year_group(town, seats, year);
    for kind in &KINDS {
        for _ in 0..chance.share(town.size.scaled(kind.starts), growth(year), 100) {
            let half = half_terms(year)[chance.weighted(&BY_HALF_TERM)];
            let started_on = next_school_day(chance.day(half.starts_on, half.ends_on));
            if started_on > today() {
                continue;
            }
            let Some(pupil) = choose_pupil(town, chance, &seats, kind, started_on) else { continue };
            start(town, chance, kind, pupil, started_on);
        }
    }
}

fn start(town: &mut Town, chance: &mut Stream, kind: &Kind, pupil: PupilId, started_on: NaiveDate) {
    let nc_year = town.pupil(pupil).nc_year(academic_year(started_on));
    let Some(provider) = choose_provider(town, chance, kind.population, kind.health, pupil, nc_year) else {
        return;
    };
    let commissioner =
        if kind.commissioner == "LA" && chance.chance(12) { "OTHER_LA" } else { kind.commissioner };
    let mut placement = Placement {
        number: 0,
        pupil,
        provider,
        commissioner,
        legal_basis: kind.legal_basis,
        reason: kind.reason,
        nc_year,
        dual: kind.dual,
        sessions: chance.weighted(PROVIDERS[provider].sessions),
        started_on,
        planned_end_on: None,
        ended: None,
    };
    let (shortest, longest) = kind.weeks;
    let weeks = chance.between(shortest, longest).min(chance.between(shortest, longest + 8));
    end(town, chance, &mut placement, weeks);
    add(town, placement);
}

/// Who has a seat, by national curriculum year.
struct Seats {
    mainstream: BTreeMap<i32, Vec<Seat>>,
    special: BTreeMap<i32, Vec<Seat>>,
}

impl Seats {
    fn by_year_group(town: &Town, [primary, secondary, special]: [&[Seat]; 3], year: i32) -> Self {
        let grouped = |seats: &mut dyn Iterator<Item = &Seat>| {
            let mut groups: BTreeMap<i32, Vec<Seat>> = BTreeMap::new();
            for seat in seats {
                groups.entry(town.pupil(seat.pupil).nc_year(year)).or_default().push(*seat);
            }
            groups
        };
        Self {
            mainstream: grouped(&mut primary.iter().chain(secondary)),
            special: grouped(&mut special.iter()),
        }
    }
}

/// A pupil of the kind's year groups with a seat on the day, not placed already but for a few.
fn choose_pupil(
    town: &Town,
    chance: &mut Stream,
    seats: &Seats,
    kind: &Kind,
    on: NaiveDate,
) -> Option<PupilId> {
    let wanted = chance.weighted(kind.years);
    for _ in 0..800 {
        let special = kind.reason == "EHCP_NAMED" && chance.chance(500);
        let groups = if special { &seats.special } else { &seats.mainstream };
        let Some(group) = groups.get(&wanted) else { continue };
        let seat = chance.pick(group);
        let pupil = town.pupil(seat.pupil);
        let here = seat.entered_on < on && seat.until.is_none_or(|until| until > plus(on, 60));
        let placed = town.placed_until.get(&seat.pupil).is_some_and(|until| *until >= on);
        if !here || (placed && !chance.chance(30)) {
            continue;
        }
        let eligible = match kind.reason {
            "EHCP_NAMED" => pupil.sen == super::Sen::Plan,
            "MENTAL_HEALTH" | "PHYSICAL_HEALTH" => chance.chance(if pupil.female { 1000 } else { 620 }),
            "NEW_ARRIVAL_NO_PLACE" => chance.chance(100),
            _ => chance.chance(pupil.risk()),
        };
        if eligible {
            return Some(seat.pupil);
        }
    }
    None
}

/// A provider of the population that takes the key stage; for education, health and care plans those for
/// autism and language more often.
fn choose_provider(
    town: &Town,
    chance: &mut Stream,
    population: Population,
    health: bool,
    pupil: PupilId,
    nc_year: i32,
) -> Option<usize> {
    let key_stage = KeyStage::of(nc_year);
    let plan = town.pupil(pupil).sen == super::Sen::Plan;
    let suitable: Vec<(usize, u32)> = PROVIDERS
        .iter()
        .enumerate()
        .filter(|(_, provider)| provider.population == population && provider.key_stages.contains(&key_stage))
        .filter(|(_, provider)| {
            population != Population::State || (provider.kind == "HOSPITAL_MEDICAL") == health
        })
        .filter(|(_, provider)| plan || !matches!(provider.kind, "INDEPENDENT_SPECIAL" | "NMSS"))
        .map(|(place, provider)| (place, provider.weight))
        .collect();
    (!suitable.is_empty()).then(|| chance.weighted(&suitable))
}

/// Decides when and how the placement ends, and what was planned.
fn end(town: &Town, chance: &mut Stream, placement: &mut Placement, weeks: i64) {
    let planned = plus(placement.started_on, weeks * 7);
    let born = town.pupil(placement.pupil).cohort;
    // Year 11 leaves at the end of June; those who came after it leave at eighteen.
    let leaves = date(born + 17 + if placement.nc_year > 11 { 2 } else { 0 }, 6, 26);
    let stays_to_the_end = planned >= leaves;
    let broken_off = chance.chance(150);
    let last = match (broken_off, stays_to_the_end) {
        (true, _) => chance.day(plus(placement.started_on, 6), planned.min(leaves)),
        (false, true) => leaves,
        (false, false) => plus(planned, chance.between(-10, 24)).min(leaves),
    };
    let reason = if broken_off {
        chance.weighted(&[
            ("PROVIDER_TERMINATED", 22),
            ("PUPIL_REFUSED", 30),
            ("MOVED_AWAY", 20),
            ("EHE", 12),
            ("SAFEGUARDING", 4),
            ("EXCLUDED_FROM_AP", 5),
            ("FUNDING_ENDED", 7),
        ])
    } else if stays_to_the_end {
        "Y11_LEAVER"
    } else {
        let to_special = if placement.reason == "EHCP_NAMED" { 40 } else { 12 };
        chance.weighted(&[
            ("PLANNED_REINTEGRATED_MAINSTREAM", 56),
            ("PLANNED_TO_OTHER_AP", 16),
            ("PLANNED_TO_SPECIAL", to_special),
            ("OTHER", 4),
        ])
    };
    let last = last.max(plus(placement.started_on, 1));
    placement.planned_end_on = (!chance.chance(90)).then_some(planned.min(leaves));
    placement.ended = (last <= today()).then_some((last, reason));
}

fn add(town: &mut Town, placement: Placement) {
    let last = placement.ended.map_or(NaiveDate::MAX, |(day, _)| day);
    // The case system was begun on the first day of the first financial year, with those then placed.
    if last < date(town.first_placement_year, 4, 1) {
        return;
    }
    town.placed_until.insert(placement.pupil, last);
    if let Some(school) = town.alternative_school(placement.provider) {
        let open = placement.ended.is_none();
        if placement.dual && open {
            let main = town.spells.iter_mut().rev().find(|spell| spell.pupil == placement.pupil);
            if let Some(main) = main.filter(|main| main.left_on.is_none()) {
                main.status = "M";
            }
        }
        town.spells.push(Spell {
            pupil: placement.pupil,
            school,
            status: if placement.dual { "S" } else { "C" },
            entered_on: placement.started_on,
            left_on: placement.ended.map(|(day, _)| day),
        });
    }
    town.placements.push(placement);
}

/// Numbers the placements, which are in order, and makes the requests that led to them and those that
/// led to none.
pub(super) fn number(town: &mut Town, chance: &mut Stream) {
    let first = town.district * 1_000_000 + 1;
    let mut referrals = Vec::new();
    for (number, placement) in (first..).zip(town.placements.iter_mut()) {
        placement.number = number;
        if placement.provider().population == Population::SchoolArranged {
            continue;
        }
        let (soonest, latest) = match placement.reason {
            "PEX" => (2, 12),
            // Those who start in September were asked for before the summer.
            _ if placement.started_on.month() == 9 => (50, 110),
            _ => (2, 55),
        };
        let referred_on = plus(placement.started_on, -chance.between(soonest, latest));
        let waited = (placement.started_on - referred_on).num_days();
        let route = match placement.provider().price {
            Price::Block { .. } => "LA_BLOCK",
            _ if placement.reason == "MENTAL_HEALTH" && chance.chance(300) => "HEALTH_JOINT",
            _ => "LA_SPOT",
        };
        referrals.push(Referral {
            pupil: placement.pupil,
            referred_on,
            panel_on: Some(plus(referred_on, chance.between(1, waited.max(1)))),
            route,
            key_stage: KeyStage::of(placement.nc_year),
            outcome: "AGREED",
            placement: Some(number),
        });
        if chance.chance(180) {
            referrals.push(without_placement(chance, placement.pupil, placement.nc_year, referred_on, false));
        }
        if placement.started_on > plus(today(), -40) {
            referrals.push(without_placement(chance, placement.pupil, placement.nc_year, today(), true));
        }
    }
    referrals.sort_by_key(|referral| (referral.referred_on, referral.pupil));
    town.referrals = referrals;
}

/// A request that came to nothing, or that waits still.
fn without_placement(
    chance: &mut Stream,
    pupil: PupilId,
    nc_year: i32,
    about: NaiveDate,
    waits: bool,
) -> Referral {
    let referred_on = plus(about, -chance.between(4, if waits { 40 } else { 200 }));
    let outcome = if waits {
        chance.weighted(&[("AGREED_WAITING", 3), ("DEFERRED_INFO", 1)])
    } else {
        chance.weighted(&[("DECLINED", 4), ("REDIRECTED", 4), ("WITHDRAWN", 2)])
    };
    let panel_on = plus(referred_on, chance.between(2, 20));
    Referral {
        pupil,
        referred_on,
        panel_on: (panel_on <= today()).then_some(panel_on),
        route: "LA_BLOCK",
        key_stage: KeyStage::of(nc_year),
        outcome,
        placement: None,
    }
}
