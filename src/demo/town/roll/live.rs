//! The rolls year by year, so that every January census comes to its level exactly.

use chrono::{Datelike, NaiveDate, Weekday};

use super::super::chances::Chances;
use super::super::district::Town;
use super::super::exclusion;
use super::super::managed_move;
use super::super::managed_move::live::Transfer;
use super::super::phase::Phase;
use super::super::placement;
use super::super::pupil::PupilId;
use super::super::pupil::newcomer::Origin;
use super::super::school::SchoolId;
use super::super::today::today;
use super::{Leaver, Return, Seat, Spell, census_day};
use crate::demo::levels::{FIRST_YEAR, THIS_YEAR, permanent_exclusions};
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, half_terms, plus};

/// The rolls of all schools as they are.
#[derive(Debug, Default)]
pub(in crate::demo::town) struct Roll {
    primary: Vec<Seat>,
    secondary: Vec<Seat>,
    special: Vec<Seat>,
    returns: Vec<Return>,
}

/// Reception to year 6 fill the years of primary schools, 7 to 13 those of secondary ones.
const SIXTH_FORM_STAYS: u32 = 470;
const SECOND_YEAR_STAYS: u32 = 900;
const LEAVING_IN_YEAR: u32 = 13;
const LEAVING_AFTER_SUSPENSION: u32 = 90;

impl Roll {
    /// Makes the rolls of September [`FIRST_YEAR`], before that year is lived.
    pub(in crate::demo::town) fn begin(town: &mut Town, chance: &mut Stream) -> Self {
        let mut roll = Self::default();
        for phase in Phase::MAINSTREAM_AND_SPECIAL {
            let count = town.size.january_roll(phase, FIRST_YEAR);
            for place in 0..count {
                let nc_year = i32::try_from(place * 14 / count.max(1)).unwrap_or_default();
                let nc_year = match phase {
                    Phase::Primary => nc_year / 2,
                    Phase::Secondary if chance.chance(140) => 12 + nc_year / 7,
                    Phase::Secondary => 7 + nc_year * 5 / 14,
                    _ => nc_year,
                };
                let pupil = town.newcomer(chance, FIRST_YEAR, nc_year, phase == Phase::Special, Origin::Here);
                let since = match phase {
                    Phase::Primary => FIRST_YEAR - nc_year,
                    Phase::Secondary => FIRST_YEAR - (nc_year - 7),
                    _ => FIRST_YEAR - nc_year.min(6),
                };
                let school = town.some_school(chance, phase, pupil);
                roll.admit(town, pupil, school, half_terms(since)[0].starts_on);
            }
        }
        roll
    }

    /// Lives one academic year: departures, exclusions, admissions up to the level of its January, and
    /// all that happens to those on roll.
    pub(in crate::demo::town) fn live(
        &mut self,
        year: i32,
        town: &mut Town,
        chances: &mut Chances,
        leavers: &mut Vec<Leaver>,
    ) {
        let chance = &mut chances.roll;
        let moving_up = if year > FIRST_YEAR { self.depart(town, chance, year) } else { Vec::new() };
        self.take_back(town, chance, year);
        let dates = Phase::MAINSTREAM_AND_SPECIAL.map(|phase| {
            let count = permanent_exclusions(phase, year);
            exclusion::live::dates(&mut chances.exclusions, year, count)
        });
        self.admit_to_level(town, chance, year, moving_up, &dates);

        for (phase, dates) in Phase::MAINSTREAM_AND_SPECIAL.into_iter().zip(dates) {
            let plan = exclusion::live::plan(town, &mut chances.exclusions, self.seats(phase), dates.len());
            for (on, school) in dates.into_iter().zip(plan.schools) {
                let seats = self.seats(phase);
                let among = plan.seats.get(&school).map_or(&[][..], Vec::as_slice);
                let Some(seat) = exclusion::live::permanent(town, &mut chances.exclusions, seats, among, on)
                else {
                    continue;
                };
                let (pupil, off_roll) = (seat.pupil, off_roll_after(on, year));
                seat.until = Some(off_roll);
                let spell = seat.spell;
                close(town, spell, off_roll);
                let back = placement::live::after_exclusion(town, &mut chances.placements, pupil, on);
                // Counted on a roll again only after this year's census, which is made up already.
                let earliest = plus(census_day(year), 8);
                self.returns.extend(back.map(|back| Return { on: back.on.max(earliest), ..back }));
            }
        }
        let seats = [self.primary.as_slice(), &self.secondary, &self.special];
        if year < THIS_YEAR {
            exclusion::live::suspensions(town, &mut chances.exclusions, seats, year);
        }
        placement::live::of_year(town, &mut chances.placements, seats, year);
        for phase in [Phase::Primary, Phase::Secondary] {
            let transfers =
                managed_move::live::of_year(town, &mut chances.moves, phase, self.seats(phase), year);
            for transfer in transfers {
                self.transfer(town, phase, &transfer);
            }
        }
        if year < THIS_YEAR {
            self.leave_in_year(town, &mut chances.roll, year, leavers);
        }
        for seats in [&mut self.primary, &mut self.secondary, &mut self.special] {
            seats.retain(|seat| seat.until.is_none());
        }
    }

    fn seats(&mut self, phase: Phase) -> &mut Vec<Seat> {
        match phase {
            Phase::Primary => &mut self.primary,
            Phase::Secondary => &mut self.secondary,
            Phase::Special | Phase::Alternative => &mut self.special,
        }
    }

    fn admit(&mut self, town: &mut Town, pupil: PupilId, school: SchoolId, entered_on: NaiveDate) {
        let phase = town.school(school).phase;
        town.spells.push(Spell { pupil, school, status: "C", entered_on, left_on: None });
        let spell = town.spells.len() - 1;
        self.seats(phase).push(Seat { pupil, school, entered_on, until: None, spell });
    }

    /// Ends the spells of those who are too old for their school, on the last day of the summer term.
    /// Returns the pupils who leave year 6, in an order of chance.
    fn depart(&mut self, town: &mut Town, chance: &mut Stream, year: i32) -> Vec<PupilId> {
        let last_day = half_terms(year - 1)[5].ends_on;
        let mut moving_up = Vec::new();
        let leave = |town: &mut Town, seat: &Seat| close(town, seat.spell, last_day);
        self.primary.retain(|seat| {
            let too_old = town.pupil(seat.pupil).nc_year(year) >= 7;
            if too_old {
                leave(town, seat);
                let place = chance.index(moving_up.len() + 1);
                moving_up.push(seat.pupil);
                let last = moving_up.len() - 1;
                moving_up.swap(place, last);
            }
            !too_old
        });
        self.secondary.retain(|seat| {
            let stays = match town.pupil(seat.pupil).nc_year(year) {
                ..=11 => true,
                12 => chance.chance(SIXTH_FORM_STAYS),
                13 => chance.chance(SECOND_YEAR_STAYS),
                _ => false,
            };
            if !stays {
                leave(town, seat);
            }
            stays
        });
        self.special.retain(|seat| {
            let stays = town.pupil(seat.pupil).nc_year(year) < 14;
            if !stays {
                leave(town, seat);
            }
            stays
        });
        moving_up
    }

    /// Admits those who come back to mainstream schools until mid-January.
    fn take_back(&mut self, town: &mut Town, chance: &mut Stream, year: i32) {
        let census = census_day(year).min(today());
        let due: Vec<Return> = self.returns.iter().copied().filter(|back| back.on < census).collect();
        self.returns.retain(|back| back.on >= census);
        for back in due {
            let nc_year = town.pupil(back.pupil).nc_year(academic_year(back.on));
            let phase = match nc_year {
                ..=6 => Phase::Primary,
                7..=11 => Phase::Secondary,
                _ => continue,
            };
            if town.pupil(back.pupil).nc_year(year) > if phase == Phase::Primary { 6 } else { 11 } {
                continue;
            }
            let school = town.some_school(chance, phase, back.pupil);
            self.admit(town, back.pupil, school, back.on);
        }
    }

    /// Admits pupils until each phase will be at its level in January, those who will by then have
    /// been excluded made up for.
    fn admit_to_level(
        &mut self,
        town: &mut Town,
        chance: &mut Stream,
        year: i32,
        moving_up: Vec<PupilId>,
        exclusion_dates: &[Vec<NaiveDate>; 3],
    ) {
        let first_day = half_terms(year)[0].starts_on;
        let mut moving_up = moving_up.into_iter();
        for (phase, dates) in Phase::MAINSTREAM_AND_SPECIAL.into_iter().zip(exclusion_dates) {
            let census = census_day(year);
            let lost = dates.iter().filter(|on| off_roll_after(**on, year) < census).count();
            let level = usize::try_from(town.size.january_roll(phase, year)).unwrap_or_default() + lost;
            let wanted = level.saturating_sub(self.seats(phase).len());
            for place in 0..wanted {
                let from_year_six = phase == Phase::Secondary && place * 100 < wanted * 93;
                let pupil = if from_year_six { moving_up.next() } else { None };
                let (pupil, entered_on) = match pupil {
                    Some(pupil) => (pupil, first_day),
                    None => newcomer(town, chance, phase, year),
                };
                let school = town.some_school(chance, phase, pupil);
                self.admit(town, pupil, school, entered_on);
            }
        }
    }

    /// Moves a pupil from one roll to another, from one day to the next.
    fn transfer(&mut self, town: &mut Town, phase: Phase, transfer: &Transfer) {
        let Some(seat) = self.seats(phase).get_mut(transfer.place) else { return };
        close(town, seat.spell, plus(transfer.on, -1));
        let (pupil, school, entered_on) = (seat.pupil, transfer.to, transfer.on);
        town.spells.push(Spell { pupil, school, status: "C", entered_on, left_on: None });
        *seat = Seat { school, entered_on, spell: town.spells.len() - 1, ..*seat };
    }

    /// Lets some leave the city's schools between the January census and the summer.
    fn leave_in_year(&mut self, town: &mut Town, chance: &mut Stream, year: i32, leavers: &mut Vec<Leaver>) {
        let suspended = exclusion::live::last_suspensions(town, year);
        for seats in [&mut self.primary, &mut self.secondary] {
            for seat in seats.iter_mut().filter(|seat| seat.until.is_none()) {
                let (first, last) = (date(year + 1, 2, 1), date(year + 1, 7, 15));
                // After a suspension more leave, and soon.
                let after =
                    suspended.get(&seat.pupil).filter(|day| **day >= first && plus(**day, 45) <= last);
                if chance.chance(if after.is_some() { LEAVING_AFTER_SUSPENSION } else { LEAVING_IN_YEAR }) {
                    let left_on = match after {
                        Some(day) => plus(*day, chance.between(4, 45)),
                        None => chance.day(first, last),
                    };
                    if left_on <= seat.entered_on {
                        continue;
                    }
                    seat.until = Some(left_on);
                    close(town, seat.spell, left_on);
                    leavers.push(Leaver { pupil: seat.pupil, left_on });
                }
            }
        }
    }
}

/// Makes a child who joins a school of `phase` from outside the city's schools, and the day.
fn newcomer(town: &mut Town, chance: &mut Stream, phase: Phase, year: i32) -> (PupilId, NaiveDate) {
    let first_day = half_terms(year)[0].starts_on;
    let reception = (0, Origin::Here, first_day);
    let last = date(year, 12, 12).min(plus(today(), -3));
    let mut later = |first_year: i64, last_year: i64| {
        let nc_year = i32::try_from(chance.between(first_year, last_year)).unwrap_or_default();
        let entered_on = if chance.chance(600) { first_day } else { weekday(chance.day(first_day, last)) };
        (nc_year, Origin::Elsewhere, entered_on)
    };
    let (nc_year, origin, entered_on) = match phase {
        Phase::Primary => match later(-40, 6) {
            (..=0, ..) => reception,
            joins => joins,
        },
        Phase::Secondary => later(7, 10),
        Phase::Special | Phase::Alternative => later(0, 9),
    };
    (town.newcomer(chance, year, nc_year, phase == Phase::Special, origin), entered_on)
}

fn close(town: &mut Town, spell: usize, left_on: NaiveDate) {
    if let Some(spell) = town.spells.get_mut(spell) {
        spell.left_on = Some(left_on);
    }
}

/// Returns when a permanently excluded pupil comes off the roll: after the review, never close to the census.
fn off_roll_after(excluded_on: NaiveDate, year: i32) -> NaiveDate {
    let (day, census) = (plus(excluded_on, 21), census_day(year));
    if (census - day).num_days().abs() < 5 { plus(census, 6) } else { day }
}

/// Returns the day, or the Friday before when it is on a weekend.
fn weekday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => plus(day, -1),
        Weekday::Sun => plus(day, -2),
        _ => day,
    }
}
