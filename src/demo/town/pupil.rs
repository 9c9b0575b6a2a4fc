use chrono::NaiveDate;

use super::super::names::Name;
use super::super::random::Stream;
use super::super::terms::{date, plus};
use super::super::upn::{issuer, with_check_letter};
use super::Town;

/// A pupil's place in the town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct PupilId(pub(super) usize);

impl PupilId {
    /// A number of its own across all districts.
    pub(in crate::demo) fn number(self, district: u32) -> i64 {
        i64::from(district) * 1_000_000 + i64::try_from(self.0).unwrap_or_default() + 1
    }
}

/// Provision for special educational needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Sen {
    None,
    Support,
    Plan,
}

impl Sen {
    pub(in crate::demo) fn code(self) -> &'static str {
        match self {
            Self::None => "N",
            Self::Support => "K",
            Self::Plan => "E",
        }
    }
}

/// Whether a child has free school meals at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Meals {
    Never,
    /// Had them before the spring of 2018, when eligibility could still end.
    Once,
    /// Has them, or will.
    Eligible,
}

/// What children's social care knows of a child, at its most serious.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum SocialCare {
    Unknown,
    InNeed,
    ProtectionPlan,
    LookedAfter,
}

/// A child who does not exist.
#[derive(Debug)]
pub(in crate::demo) struct Pupil {
    pub(in crate::demo) upn: String,
    pub(in crate::demo) name: Name,
    pub(in crate::demo) born_on: NaiveDate,
    /// The calendar year in which the academic year of birth begins.
    pub(in crate::demo) cohort: i32,
    pub(in crate::demo) female: bool,
    pub(in crate::demo) ethnicity: &'static str,
    pub(in crate::demo) ward: u32,
    pub(in crate::demo) sen: Sen,
    pub(in crate::demo) need: &'static str,
    pub(in crate::demo) meals: Meals,
    pub(in crate::demo) social_care: SocialCare,
}

impl Pupil {
    /// National curriculum year in the academic year that starts in `year`.
    pub(in crate::demo) fn nc_year(&self, year: i32) -> i32 {
        year - self.cohort - 5
    }

    /// How likely an exclusion or a placement is for this pupil beside the likeliest, per mille.
    pub(super) fn risk(&self) -> u32 {
        let sex = if self.female { 340 } else { 1000 };
        let sen = match self.sen {
            Sen::None => 250,
            Sen::Support => 1000,
            Sen::Plan => 850,
        };
        let meals = match self.meals {
            Meals::Never => 280,
            Meals::Once => 560,
            Meals::Eligible => 1000,
        };
        let social_care = if self.social_care == SocialCare::Unknown { 300 } else { 1000 };
        let ethnicity = match self.ethnicity {
            "MWBC" | "WIRT" => 1000,
            "BCRB" | "WROM" => 820,
            "AIND" | "CHNE" => 190,
            _ => 480,
        };
        sex * sen / 1000 * meals / 1000 * social_care / 1000 * ethnicity / 1000
    }
}

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

/// Wards of the city; the weights make them unequal.
pub(in crate::demo) const WARDS: u32 = 20;
/// This authority, whose number the pupil numbers issued here carry.
const HERE: u32 = 336;
const ELSEWHERE: [u32; 4] = [333, 335, 330, 332];

/// Where a child comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Has been in this city's schools from Reception.
    Here,
    /// Came from another authority.
    Elsewhere,
}

impl Town {
    /// A child of `nc_year` in the academic year that starts in `year`.
    pub(super) fn newcomer(
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

    /// The next number of a school that no authority has, in the year of Reception. One in 250 from
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
