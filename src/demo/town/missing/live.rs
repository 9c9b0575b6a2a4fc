//! Who misses education, before a first school or after one.

use std::collections::BTreeSet;

use super::super::district::Town;
use super::super::pupil::PupilId;
use super::super::roll::Leaver;
use super::super::today::today;
use super::Missing;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, half_terms, plus};

/// Lives through all the years that the register covers: children who wait for a place before they join a
/// school, and some who left one for nowhere that is known.
pub(in crate::demo::town) fn live(town: &mut Town, chance: &mut Stream, leavers: &[Leaver]) {
    let first_day = date(town.first_placement_year - 1, 9, 1);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for spell in &town.spells {
        let joins = seen.insert(spell.pupil) && spell.status == "C" && spell.entered_on >= first_day;
        let first_of_term = half_terms(academic_year(spell.entered_on))[0].starts_on;
        if joins && spell.entered_on > plus(first_of_term, 8) && chance.chance(300) {
            let reason = chance.weighted(&[("NEW_ARRIVAL_NO_PLACE", 80), ("AWAITING_SPECIALIST_PLACE", 20)]);
            found.push(Missing {
                pupil: spell.pupil,
                started_on: plus(spell.entered_on, -chance.between(6, 60)),
                ended: Some((plus(spell.entered_on, -1), "PLACED_IN_SCHOOL")),
                reason,
                prior_setting: chance.weighted(&[("UNKNOWN", 5), ("SCHOOL", 3), ("NONE", 2)]),
            });
        }
    }
    let at_home: BTreeSet<PupilId> = town.home_education.iter().map(|episode| episode.pupil).collect();
    for leaver in leavers.iter().filter(|leaver| leaver.left_on >= first_day) {
        if at_home.contains(&leaver.pupil) || !chance.chance(180) {
            continue;
        }
        let started_on = plus(leaver.left_on, chance.between(1, 12));
        let last = plus(started_on, chance.between(15, 260));
        let outcome = chance.weighted(&[
            ("MOVED_AWAY", 40),
            ("LEFT_ENGLAND", 25),
            ("NOT_TRACED", 12),
            ("PLACED_IN_SCHOOL", 15),
            ("HOME_EDUCATED", 4),
            ("PLACED_IN_AP", 4),
        ]);
        found.push(Missing {
            pupil: leaver.pupil,
            started_on,
            ended: (last <= today() && !chance.chance(60)).then_some((last, outcome)),
            reason: chance.weighted(&[
                ("MOVED_WHEREABOUTS_UNKNOWN", 60),
                ("REMOVED_FROM_ROLL", 25),
                ("UNSUITABLE_HOME_EDUCATION", 6),
                ("OTHER", 9),
            ]),
            prior_setting: "SCHOOL",
        });
    }
    found.sort_by_key(|episode| (episode.started_on, episode.pupil));
    town.missing = found;
}
