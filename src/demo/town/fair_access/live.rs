//! The cases of the panel, from what happened to children in the years before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::phase::Phase;
use super::super::pupil::{PupilId, Sen, SocialCare};
use super::super::roll::Spell;
use super::super::status::Kind;
use super::super::today::today;
use super::FairAccess;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, next_school_day, plus};

/// Of a thousand children who come (back) to a mainstream school, those who come through the panel.
const OF_EXCLUDED: u32 = 850;
const OF_MISSING: u32 = 550;
/// Of a thousand who left a school and are missing, those whose case goes to the panel.
const OF_LEAVERS: u32 = 500;
/// Of a thousand cases, those for which the panel takes longer than it may.
const LATE: u32 = 180;
/// Of a thousand starts, those that the school enters on its roll weeks later.
const LATE_ON_ROLL: u32 = 60;

/// Makes the cases of all years that the register covers, after everything else has happened: they are about
/// children who came on a roll, and change nothing.
pub(in crate::demo::town) fn live(town: &mut Town, chance: &mut Stream) {
    let first_day = date(town.first_placement_year - 1, 9, 1);
    let mut cases = placed(town, chance, first_day);
    cases.extend(not_placed(town, chance, first_day));
    if cases.is_empty() {
        // So small a town that nobody came in the course of a year. Its register may not be empty.
        let joins = town.spells.iter().rev().find(|spell| is_candidate(town, spell, first_day));
        cases.extend(joins.and_then(|spell| {
            let earliest = before(spell.entered_on, 15);
            placement(town, chance, spell, "NO_PLACE_SOUGHT", earliest)
        }));
    }
    cases.sort_by_key(|case| (case.referred_on, case.pupil));
    town.fair_access = cases;
}

/// Makes the cases of children who came on a mainstream roll after an exclusion, or after they were missing education.
fn placed(town: &Town, chance: &mut Stream, first_day: NaiveDate) -> Vec<FairAccess> {
    let missing: BTreeMap<(PupilId, NaiveDate), NaiveDate> = town
        .missing
        .iter()
        .filter_map(|episode| Some((episode, episode.ended?)))
        .filter(|(_, (_, outcome))| *outcome == "PLACED_IN_SCHOOL")
        .map(|(episode, (last, _))| ((episode.pupil, plus(last, 1)), episode.started_on))
        .collect();
    let mut excluded: BTreeMap<PupilId, BTreeSet<NaiveDate>> = BTreeMap::new();
    for event in town.exclusions.iter().filter(|event| event.permanent && event.stands()) {
        excluded.entry(event.pupil).or_default().insert(event.started_on);
    }
    let mut cases = Vec::new();
    for spell in town.spells.iter().filter(|spell| spell.status == "C") {
        let since = excluded.get_mut(&spell.pupil).and_then(|days| {
            let day = days.range(..spell.entered_on).next_back().copied()?;
            // Only the first roll after an exclusion is the way back.
            days.remove(&day).then_some(day)
        });
        if !is_candidate(town, spell, first_day) {
            continue;
        }
        let case = match (since, missing.get(&(spell.pupil, spell.entered_on))) {
            (Some(excluded_on), _) if chance.chance(OF_EXCLUDED) => {
                placement(town, chance, spell, "AP_OR_EXCLUDED", next_school_day(plus(excluded_on, 6)))
            }
            (None, Some(missing_since)) if chance.chance(OF_MISSING) => {
                let earliest = next_school_day(plus(*missing_since, chance.between(0, 5)));
                let weeks = (earliest - *missing_since).num_days() / 7;
                let category = category(town, chance, spell.pupil, earliest, weeks);
                placement(town, chance, spell, category, earliest)
            }
            _ => None,
        };
        cases.extend(case.filter(|case| case.referred_on >= first_day));
    }
    cases
}

/// Returns whether a child who comes on this roll can have come through the panel.
fn is_candidate(town: &Town, spell: &Spell, first_day: NaiveDate) -> bool {
    let nc_year = town.pupil(spell.pupil).nc_year(academic_year(spell.entered_on));
    spell.status == "C"
        && spell.entered_on > first_day
        && matches!(town.school(spell.school).phase, Phase::Primary | Phase::Secondary)
        && (0..=11).contains(&nc_year)
        && is_for_the_panel(town, spell.pupil)
}

/// Returns whether the panel decides: children who are looked after, or whose plan names a school, need no panel.
fn is_for_the_panel(town: &Town, pupil: PupilId) -> bool {
    let pupil = town.pupil(pupil);
    pupil.sen != Sen::Plan && pupil.social_care != SocialCare::LookedAfter
}

/// Makes the case of a child who came on a roll, reckoned backwards from that day; none where it has no room after
/// `earliest`.
fn placement(
    town: &Town,
    chance: &mut Stream,
    spell: &Spell,
    category: &'static str,
    earliest: NaiveDate,
) -> Option<FairAccess> {
    let late_on_roll = chance.chance(LATE_ON_ROLL);
    let to_start = if late_on_roll { chance.between(13, 17) } else { chance.between(1, 7) };
    let waited = if chance.chance(LATE) { chance.between(21, 38) } else { chance.between(4, 20) };
    let allocated_on = before(spell.entered_on, to_start).max(earliest);
    let referred_on = before(allocated_on, waited).max(earliest);
    if allocated_on >= spell.entered_on {
        return None;
    }
    let started_on = if late_on_roll {
        next_school_day(plus(allocated_on, 2)).min(spell.entered_on)
    } else {
        spell.entered_on
    };
    let closed_on = next_school_day(plus(started_on, chance.between(0, 9)));
    Some(FairAccess {
        pupil: spell.pupil,
        nc_year: town.pupil(spell.pupil).nc_year(academic_year(referred_on)),
        category,
        referred_on,
        allocated: Some((allocated_on, spell.school)),
        started_on: Some(started_on),
        closed: (closed_on <= today()).then_some((closed_on, "PLACED")),
    })
}

/// Makes the cases of children who left a school and did not come on another's roll: some wait, some have moved on.
fn not_placed(town: &Town, chance: &mut Stream, first_day: NaiveDate) -> Vec<FairAccess> {
    let mut cases = Vec::new();
    for episode in &town.missing {
        let pupil = town.pupil(episode.pupil);
        let referred_on = next_school_day(plus(episode.started_on, chance.between(5, 25)));
        let nc_year = pupil.nc_year(academic_year(referred_on));
        // Nobody can be referred of whom nobody knows where they are.
        let can_be = episode.prior_setting == "SCHOOL"
            && episode.reason != "MOVED_WHEREABOUTS_UNKNOWN"
            && (0..=11).contains(&nc_year)
            && (first_day..today()).contains(&referred_on)
            && is_for_the_panel(town, episode.pupil)
            && chance.chance(OF_LEAVERS);
        let outcome = match episode.ended {
            None => None,
            Some((last, "PLACED_IN_AP")) => Some((last, "ALTERNATIVE_PROVISION")),
            Some((last, "MOVED_AWAY" | "HOME_EDUCATED")) => Some((last, "WITHDRAWN")),
            Some(_) => continue,
        };
        if !can_be || outcome.is_some_and(|(last, _)| last <= referred_on) {
            continue;
        }
        let phase = if nc_year <= 6 { Phase::Primary } else { Phase::Secondary };
        let allocated_on = next_school_day(plus(referred_on, chance.between(7, 40)));
        let is_allocated = allocated_on < outcome.map_or(today(), |(last, _)| last) && chance.chance(300);
        let weeks = (referred_on - episode.started_on).num_days() / 7;
        cases.push(FairAccess {
            pupil: episode.pupil,
            nc_year,
            category: category(town, chance, episode.pupil, referred_on, weeks),
            referred_on,
            allocated: is_allocated.then(|| (allocated_on, town.some_school(chance, phase, episode.pupil))),
            started_on: None,
            closed: outcome,
        });
    }
    cases
}

/// Returns the group of paragraph 3.17 of the School Admissions Code: what is known of the child goes before what
/// chance says.
fn category(town: &Town, chance: &mut Stream, pupil: PupilId, on: NaiveDate, weeks: i64) -> &'static str {
    let in_need = town.statuses(pupil).iter().any(|status| {
        let soon = status.started_on <= plus(on, 60);
        matches!(status.kind, Kind::InNeed | Kind::ProtectionPlan)
            && soon
            && status.ended_on.is_none_or(|last| last >= plus(on, -365))
    });
    let child = town.pupil(pupil);
    if in_need {
        return "IN_NEED";
    }
    if matches!(child.ethnicity, "WROM" | "WIRT") {
        return "TRAVELLER_OR_REFUGEE";
    }
    if weeks >= 4 {
        return "FOUR_WEEKS_OUT";
    }
    let older = child.nc_year(academic_year(on)) >= 8;
    let may = |weight, allowed| if allowed { weight } else { 0 };
    chance.weighted(&[
        // The council often learns of a child when the four weeks are over.
        ("FOUR_WEEKS_OUT", 34),
        ("TRAVELLER_OR_REFUGEE", 20),
        ("HOMELESS", 11),
        ("SEN_OR_MEDICAL", if child.sen == Sen::Support { 30 } else { 5 }),
        ("REFUSED_FOR_BEHAVIOUR", may(9, older)),
        ("CRIMINAL_JUSTICE", may(3, older)),
        ("NO_PLACE_SOUGHT", 6),
        ("REFUGE", 6),
        ("KINSHIP_CARE", 5),
        ("CARER", 3),
        ("PREVIOUSLY_LOOKED_AFTER", 3),
    ])
}

/// Returns the school day that lies so many school days before `day`.
fn before(day: NaiveDate, school_days: i64) -> NaiveDate {
    let (mut found, mut left) = (day, school_days);
    while left > 0 {
        found = plus(found, -1);
        if next_school_day(found) == found {
            left -= 1;
        }
    }
    found
}
