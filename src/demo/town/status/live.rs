//! The spells of every status, from the first day on a roll to the last.

use chrono::{Datelike, NaiveDate};

use super::super::district::Town;
use super::super::phase::Phase;
use super::super::pupil::{Meals, Pupil, Sen, SocialCare};
use super::super::today::today;
use super::{Kind, Status};
use crate::demo::random::Stream;
use crate::demo::terms::{date, plus};

/// Eligibility that held on this day continues, by law.
const PROTECTED_FROM: (i32, u32, u32) = (2018, 4, 1);

/// Writes every pupil's spells, from the first day on a roll to the last.
pub(in crate::demo::town) fn live(town: &mut Town, chance: &mut Stream) {
    let mut on_roll: Vec<Option<(NaiveDate, Option<NaiveDate>)>> = vec![None; town.pupils.len()];
    let mut special = vec![false; town.pupils.len()];
    for spell in &town.spells {
        let place = spell.pupil.0;
        special[place] |= town.school(spell.school).phase == Phase::Special;
        let (first, last) = on_roll[place].unwrap_or((spell.entered_on, spell.left_on));
        let last = last.zip(spell.left_on).map(|(one, other)| one.max(other));
        on_roll[place] = Some((first.min(spell.entered_on), last));
    }
    for ((pupil, on_roll), special) in town.pupils.iter().zip(on_roll).zip(special) {
        let mut statuses = Vec::new();
        if let Some((first, last)) = on_roll {
            let mut spells = Spells { first, last, statuses: &mut statuses };
            let care = spells.social_care(chance, pupil.social_care);
            let meals = spells.meals(chance, pupil.meals);
            spells.pupil_premium(meals, care);
            spells.needs(chance, pupil, special);
        }
        town.statuses.push(statuses);
        town.left.push(on_roll.and_then(|(_, last)| last));
    }
}

/// The spells of one pupil as they are written.
struct Spells<'a> {
    first: NaiveDate,
    last: Option<NaiveDate>,
    statuses: &'a mut Vec<Status>,
}

/// A first day, and a last one where there is one.
type Days = (NaiveDate, Option<NaiveDate>);

impl Spells<'_> {
    /// Adds a spell, as far as it lies within the pupil's own time.
    fn add(&mut self, kind: Kind, started_on: NaiveDate, ended_on: Option<NaiveDate>) -> Option<Days> {
        let started_on = started_on.max(self.first);
        let ended_on = [ended_on, self.last].into_iter().flatten().min();
        if ended_on.is_some_and(|last| last <= started_on) || started_on > today() {
            return None;
        }
        let ended_on = ended_on.filter(|last| *last <= today());
        self.statuses.push(Status { kind, started_on, ended_on });
        Some((started_on, ended_on))
    }

    fn meals(&mut self, chance: &mut Stream, meals: Meals) -> Option<Days> {
        let (year, month, day) = PROTECTED_FROM;
        let protected = date(year, month, day);
        match meals {
            Meals::Never => None,
            Meals::Once => {
                let earliest = plus(self.first, 200).max(date(2013, 9, 10));
                let latest = date(2017, 12, 20);
                (earliest < latest)
                    .then(|| chance.day(earliest, latest))
                    .and_then(|last| self.add(Kind::FreeMeals, self.first, Some(last)))
            }
            // Those who were in school before eligibility continued by law came to it over the years after.
            Meals::Eligible if self.first < date(2017, 9, 1) => {
                let late = chance.chance(330);
                let later = chance.day(protected, date(2024, 3, 31));
                self.add(Kind::FreeMeals, if late { later } else { self.first }, None)
            }
            Meals::Eligible => {
                let late = chance.chance(200);
                let later = plus(self.first, chance.between(60, 1000));
                self.add(Kind::FreeMeals, if late { later } else { self.first }, None)
            }
        }
    }

    /// Adds pupil premium: for six years after free meals, and from the first day of care on.
    fn pupil_premium(&mut self, meals: Option<Days>, care: Option<Days>) {
        let six_years = |day: NaiveDate| day.with_year(day.year() + 6).unwrap_or(day);
        let by_meals = meals.map(|(first, last)| (first, last.map(six_years)));
        match (by_meals, care) {
            (None, None) => {}
            (Some((first, last)), None) => {
                self.add(Kind::PupilPremium, first, last);
            }
            (None, Some((first, _))) => {
                self.add(Kind::PupilPremium, first, None);
            }
            (Some((first, last)), Some((in_care, _))) => {
                if last.is_some_and(|last| in_care > plus(last, 1)) {
                    self.add(Kind::PupilPremium, first, last);
                    self.add(Kind::PupilPremium, in_care, None);
                } else {
                    self.add(Kind::PupilPremium, first.min(in_care), None);
                }
            }
        }
    }

    /// Adds what social care knows, and returns the days in care.
    fn social_care(&mut self, chance: &mut Stream, known: SocialCare) -> Option<Days> {
        let (kind, shortest, longest) = match known {
            SocialCare::Unknown => return None,
            SocialCare::InNeed => (Kind::InNeed, 300, 2200),
            SocialCare::ProtectionPlan => (Kind::ProtectionPlan, 150, 700),
            SocialCare::LookedAfter => (Kind::LookedAfter, 300, 3000),
        };
        let latest = self.last.unwrap_or_else(today);
        let started_on = chance.day(self.first, plus(latest, -30));
        let spell = self.add(kind, started_on, Some(plus(started_on, chance.between(shortest, longest))));
        spell.filter(|_| kind == Kind::LookedAfter)
    }

    fn needs(&mut self, chance: &mut Stream, pupil: &Pupil, special: bool) {
        // Reception to year 7: the first of September in which the need was first met.
        let met = date(pupil.cohort + 5 + i32::try_from(chance.between(0, 6)).unwrap_or_default(), 9, 10);
        let met = met.max(self.first);
        match pupil.sen {
            Sen::None => {}
            Sen::Support => {
                let ended = chance.chance(150).then(|| plus(met, chance.between(300, 2000)));
                self.add(Kind::SenSupport, met, ended);
            }
            Sen::Plan if special || chance.chance(400) => {
                self.add(Kind::SenPlan, self.first, None);
            }
            Sen::Plan => {
                let planned = plus(met, chance.between(150, 900));
                self.add(Kind::SenSupport, met, Some(plus(planned, -1)));
                self.add(Kind::SenPlan, planned, None);
            }
        }
    }
}
