//! Who has a part-time timetable, and on what terms.

use chrono::NaiveDate;

use super::super::district::Town;
use super::super::phase::Phase;
use super::super::pupil::{PupilId, Sen, SocialCare};
use super::super::school::SchoolId;
use super::super::today::today;
use super::Timetable;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, half_terms, next_school_day, plus};

/// Starts in a year at the default size.
const STARTS: u32 = 640;
const BY_HALF_TERM: [(usize, u32); 6] = [(0, 22), (1, 22), (2, 18), (3, 16), (4, 13), (5, 9)];

/// Lives through the years of placements.
pub(in crate::demo::town) fn live(town: &mut Town, chance: &mut Stream) {
    let mut written = Vec::new();
    for year in town.first_placement_year - 1..=THIS_YEAR {
        let rolls = Rolls::of(town, year);
        for _ in 0..town.size.scaled(STARTS) {
            let half = half_terms(year)[chance.weighted(&BY_HALF_TERM)];
            let started_on = next_school_day(chance.day(half.starts_on, half.ends_on)).min(half.ends_on);
            if started_on > today() {
                continue;
            }
            if let Some((pupil, school)) = rolls.choose(town, chance, started_on) {
                written.push(timetable(town, chance, pupil, school, started_on));
            }
        }
    }
    written.sort_by_key(|timetable| (timetable.started_on, timetable.pupil));
    town.timetables = written;
}

/// Who is on a school's roll in the first weeks of a year, and until when.
struct Rolls(Vec<(PupilId, SchoolId, NaiveDate)>);

impl Rolls {
    fn of(town: &Town, year: i32) -> Self {
        let day = date(year, 9, 30);
        let there = town.spells.iter().filter(|spell| {
            spell.status != "S"
                && spell.status != "G"
                && spell.entered_on <= day
                && spell.left_on.is_none_or(|left| left > day)
                && town.school(spell.school).phase != Phase::Alternative
        });
        Self(
            there.map(|spell| (spell.pupil, spell.school, spell.left_on.unwrap_or(NaiveDate::MAX))).collect(),
        )
    }

    /// Chooses somebody who is there on the day: the older, and those with needs, more often.
    fn choose(&self, town: &Town, chance: &mut Stream, on: NaiveDate) -> Option<(PupilId, SchoolId)> {
        for _ in 0..if self.0.is_empty() { 0 } else { 400 } {
            let (id, school, until) = *chance.pick(&self.0);
            let pupil = town.pupil(id);
            let by_age = match pupil.nc_year(academic_year(on)) {
                0..=6 => 220,
                7..=11 => 800,
                _ => 0,
            };
            let by_need = match (pupil.sen, pupil.social_care) {
                (Sen::Plan, _) => 1000,
                (Sen::Support, SocialCare::Unknown) => 500,
                (Sen::Support, _) => 800,
                (Sen::None, SocialCare::Unknown) => 60,
                (Sen::None, _) => 220,
            };
            if until > plus(on, 10) && chance.chance(by_age) && chance.chance(by_need) {
                return Some((id, school));
            }
        }
        None
    }
}

fn timetable(
    town: &Town,
    chance: &mut Stream,
    pupil: PupilId,
    school: SchoolId,
    started_on: NaiveDate,
) -> Timetable {
    let nc_year = town.pupil(pupil).nc_year(academic_year(started_on));
    let full = match nc_year {
        ..=2 => 42,
        3..=6 => 47,
        7..=10 => 48,
        _ => 50,
    };
    let weeks = chance.weighted(&[(3, 16), (5, 28), (7, 22), (11, 18), (18, 11), (34, 5)]);
    let last = plus(started_on, weeks * 7 + chance.between(-3, 3));
    let last = last.min(half_terms(academic_year(started_on))[5].ends_on);
    let review_due_on =
        (!chance.chance(60)).then(|| plus(started_on, chance.weighted(&[(14, 4), (21, 2), (28, 4)])));
    let reviewed_on =
        review_due_on.filter(|_| chance.chance(720)).map(|due| plus(due, chance.between(-3, 9)));
    Timetable {
        pupil,
        school,
        nc_year,
        started_on,
        planned_end_on: (!chance.chance(130)).then(|| plus(started_on, (weeks * 7).min(42))),
        ended_on: (last <= today()).then_some(last),
        review_due_on,
        reviewed_on: reviewed_on.filter(|day| *day <= today() && *day <= last),
        offered: full * chance.weighted(&[(25, 2), (40, 4), (50, 6), (60, 5), (75, 3)]) / 100,
        full,
        reason: chance.weighted(&[
            ("REINTEGRATION", 30),
            ("ANXIETY", 28),
            ("MEDICAL", 16),
            ("BEHAVIOUR", 14),
            ("NEW_TO_SCHOOL", 8),
            ("OTHER", 4),
        ]),
        parent_agreed: (!chance.chance(30)).then(|| chance.chance(930)),
        has_plan: chance.chance(860),
        notified_on: (!chance.chance(40))
            .then(|| plus(started_on, chance.weighted(&[(0, 2), (3, 3), (7, 3), (12, 2), (20, 2), (35, 1)])))
            .filter(|day| *day <= today()),
    }
}
