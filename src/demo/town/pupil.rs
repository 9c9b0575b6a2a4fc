pub(super) mod newcomer;

use chrono::NaiveDate;

use crate::demo::names::Name;

/// Wards of the city; the weights make them unequal.
pub(in crate::demo) const WARDS: u32 = 20;

/// A pupil's place in the town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct PupilId(pub(super) usize);

impl PupilId {
    /// Returns a number of its own across all districts.
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
    /// Returns the national curriculum year in the academic year that starts in `year`.
    pub(in crate::demo) fn nc_year(&self, year: i32) -> i32 {
        year - self.cohort - 5
    }

    /// Returns how likely an exclusion or a placement is for this pupil beside the likeliest, per mille.
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
