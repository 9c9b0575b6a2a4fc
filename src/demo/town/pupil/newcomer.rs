//! Children as they come: their numbers, and what is known of them.

use super::super::district::Town;
use super::{Meals, Pupil, PupilId, Sen, SocialCare, WARDS};
use crate::demo::names::Name;
use crate::demo::random::Stream;
use crate::demo::terms::{date, plus};
use crate::demo::upn::{issuer, with_check_letter};

const ETHNICITIES: [(&str, u32); 19] = [
    ("WBRI", 470),
    ("AIND", 150),
    ("MWBC", 60),
    ("BAFR", 65),
    ("APKN", 45),
    ("WOTH", 55),
    ("BCRB", 40),
    ("AOTH", 25),
    ("MOTH", 20),
    ("MWAS", 22),
    ("MWBA", 12),
    ("BOTH", 12),
    ("OOTH", 14),
    ("WROM", 9),
    ("WIRI", 3),
    ("WIRT", 2),
    ("CHNE", 4),
    ("REFU", 4),
    ("NOBT", 3),
];
const NEEDS: [(&str, u32); 10] = [
    ("SEMH", 28),
    ("SLCN", 22),
    ("MLD", 18),
    ("ASD", 15),
    ("SPLD", 9),
    ("OTH", 3),
    ("PD", 2),
    ("HI", 1),
    ("VI", 1),
    ("NSA", 1),
];

/// This authority, whose number the pupil numbers issued here carry.
const HERE: u32 = 336;
const ELSEWHERE: [u32; 4] = [333, 335, 330, 332];

/// Where a child comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo::town) enum Origin {
    /// Has been in this city's schools from Reception.
    Here,
    /// Came from another authority.
    Elsewhere,
}

impl Town {
    /// Makes a child of `nc_year` in the academic year that starts in `year`.
    pub(in crate::demo::town) fn newcomer(
        &mut self,
        chance: &mut Stream,
        year: i32,
        nc_year: i32,
        special: bool,
        origin: Origin,
    ) -> PupilId {
        let cohort = year - nc_year - 5;
        let female = chance.chance(488);
        let sen = if special {
            Sen::Plan
        } else {
            let (plan, support) = if female { (18, 105) } else { (38, 190) };
            match chance.below(1000) {
                draw if draw < plan => Sen::Plan,
                draw if draw < plan + support => Sen::Support,
                _ => Sen::None,
            }
        };
        let need = if sen == Sen::None { "" } else { chance.weighted(&NEEDS) };
        let ward = chance.below(WARDS).min(chance.below(WARDS * 2));
        let deprived = ward < WARDS / 2;
        let (eligible, once) = if deprived { (360, 140) } else { (180, 90) };
        let meals = match chance.below(1000) {
            draw if draw < eligible => Meals::Eligible,
            draw if draw < eligible + once => Meals::Once,
            _ => Meals::Never,
        };
        let known = if meals == Meals::Never { 80 } else { 210 };
        let social_care = match chance.below(1000) {
            draw if draw >= known => SocialCare::Unknown,
            _ => chance.weighted(&[
                (SocialCare::InNeed, 70),
                (SocialCare::ProtectionPlan, 16),
                (SocialCare::LookedAfter, 14),
            ]),
        };
        let pupil = Pupil {
            upn: self.next_upn(chance, cohort, origin),
            name: Name::draw(chance),
            born_on: plus(date(cohort, 9, 1), chance.between(0, 364)),
            cohort,
            female,
            ethnicity: chance.weighted(&ETHNICITIES),
            ward,
            sen,
            need,
            meals,
            social_care,
        };
        self.pupils.push(pupil);
        PupilId(self.pupils.len() - 1)
    }

    /// Issues the next number of a school that no authority has, in the year of Reception. One in 250 from
    /// elsewhere is temporary.
    fn next_upn(&mut self, chance: &mut Stream, cohort: i32, origin: Origin) -> String {
        let authority = if origin == Origin::Here { HERE } else { *chance.pick(&ELSEWHERE) };
        let temporary = origin == Origin::Elsewhere && chance.chance(4);
        let issued = u32::try_from((cohort + 5).rem_euclid(100)).unwrap_or_default();
        let school = if temporary { 90 + chance.below(10) } else { chance.below(90) };
        let by = issuer(authority, self.district, school);
        let serial = self.upns.entry((authority, school, issued)).or_default();
        *serial += 1;
        if temporary {
            let letter = char::from(b"ABCDEFGHJK"[usize::try_from(*serial % 10).unwrap_or_default()]);
            with_check_letter(&format!("{by}{issued:02}{:02}{letter}", *serial / 10))
        } else {
            with_check_letter(&format!("{by}{issued:02}{serial:03}"))
        }
    }
}
