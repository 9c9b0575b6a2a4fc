//! How many there are of everything, by year: the facts that the demo must carry, and plausible
//! levels around them.
//!
//! The permanent exclusions of 2016-17 to 2018-19, the home education stock of 2013 and 2019 and the
//! roll of January 2017 are those of a published committee report and census; the rest is made up.

use super::town::phase::Phase;

/// Pupils on roll for which the levels below are written.
pub(super) const DEFAULT_PUPILS: u32 = 43_000;
/// First academic year of exclusions, rolls and home education.
pub(super) const FIRST_YEAR: i32 = 2013;
/// The academic year that has just begun at the demo's fixed clock.
pub(super) const THIS_YEAR: i32 = 2026;

/// Pupils on roll in the January of each academic year from [`FIRST_YEAR`] to [`THIS_YEAR`].
const PRIMARY_ROLL: [u32; 14] = [
    24_310, 24_760, 25_170, 25_485, 25_690, 25_760, 25_720, 25_500, 25_310, 25_060, 24_770, 24_420, 24_080,
    23_850,
];
const SECONDARY_ROLL: [u32; 14] = [
    16_390, 16_480, 16_640, 16_871, 17_190, 17_580, 17_990, 18_340, 18_650, 18_890, 19_080, 19_230, 19_310,
    19_330,
];
const SPECIAL_ROLL: [u32; 14] =
    [700, 728, 759, 790, 816, 845, 879, 914, 950, 986, 1_021, 1_054, 1_088, 1_110];

/// Permanent exclusions that stood, by academic year from [`FIRST_YEAR`]: primary, secondary, special.
const PERMANENT: [(u32, u32, u32); 14] = [
    (2, 9, 0),
    (8, 33, 1),
    (20, 67, 2),
    (29, 93, 0),
    (22, 97, 0),
    (15, 89, 0),
    (9, 61, 0),
    (6, 49, 1),
    (10, 72, 0),
    (13, 94, 1),
    (14, 103, 0),
    (13, 108, 1),
    (11, 101, 0),
    (0, 0, 0),
];

/// Those of [`PERMANENT`] that schools' census returns carry, so that the Department for Education publishes
/// them: 63 in 2015-16 with its special schools, 75 in 2016-17.
const RETURNED: [(u32, u32, u32); 12] = [
    (1, 6, 0),
    (7, 21, 0),
    (7, 54, 2),
    (18, 57, 0),
    (17, 82, 0),
    (12, 86, 0),
    (8, 56, 0),
    (5, 44, 1),
    (9, 64, 0),
    (11, 82, 1),
    (12, 90, 0),
    (11, 95, 1),
];

/// Permanent exclusions of special schools that are published for 2016-17 and that the local log lacks.
const PUBLISHED_ONLY: (i32, u32) = (2016, 5);

/// Suspensions in each academic year from [`FIRST_YEAR`], at the default size.
const SUSPENSIONS: [u32; 14] =
    [1_280, 1_410, 1_590, 1_752, 1_790, 1_735, 1_190, 1_260, 1_690, 1_880, 2_040, 2_110, 2_060, 0];

/// Children educated at home on 1 September of each year from [`FIRST_YEAR`].
const HOME_EDUCATED: [u32; 14] = [91, 104, 124, 152, 189, 238, 293, 349, 438, 472, 521, 586, 643, 689];

/// How big this district is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Pupils on roll.
    pub(super) pupils: u32,
}

impl Size {
    /// Returns a count of the default size, made smaller or larger.
    pub(super) fn scaled(self, count: u32) -> u32 {
        let wide = u64::from(count) * u64::from(self.pupils) + u64::from(DEFAULT_PUPILS) / 2;
        u32::try_from(wide / u64::from(DEFAULT_PUPILS)).unwrap_or(u32::MAX)
    }

    /// Returns the same, but at least one.
    pub(super) fn at_least_one(self, count: u32) -> u32 {
        self.scaled(count).max(1)
    }

    /// Returns the pupils on roll of `phase` in the January of the academic year.
    pub(super) fn january_roll(self, phase: Phase, year: i32) -> u32 {
        let list = match phase {
            Phase::Primary => &PRIMARY_ROLL,
            Phase::Secondary => &SECONDARY_ROLL,
            Phase::Special => &SPECIAL_ROLL,
            Phase::Alternative => return 0,
        };
        self.scaled(of_year(list, year))
    }

    /// Returns the suspensions of the academic year.
    pub(super) fn suspensions(self, year: i32) -> u32 {
        self.scaled(of_year(&SUSPENSIONS, year))
    }
}

/// Returns the permanent exclusions of the academic year that stood. They do not shrink with the demo: the
/// committee's table comes out of a small one too.
pub(super) fn permanent_exclusions(phase: Phase, year: i32) -> u32 {
    let (primary, secondary, special) = of_year(&PERMANENT, year);
    match phase {
        Phase::Primary => primary,
        Phase::Secondary => secondary,
        Phase::Special => special,
        Phase::Alternative => 0,
    }
}

/// Returns the permanent exclusions of the log that schools' census returns of the academic year carry.
pub(super) fn returned_exclusions(phase: Phase, year: i32) -> u32 {
    let place = usize::try_from(year - FIRST_YEAR).unwrap_or(usize::MAX);
    let Some((primary, secondary, special)) = RETURNED.get(place).copied() else { return 0 };
    match phase {
        Phase::Primary => primary,
        Phase::Secondary => secondary,
        Phase::Special => special,
        Phase::Alternative => 0,
    }
}

/// Returns the permanent exclusions of the academic year as published; `None` for a year that is not published yet.
pub(super) fn published_exclusions(phase: Phase, year: i32) -> Option<u32> {
    if !(FIRST_YEAR..THIS_YEAR - 1).contains(&year) {
        return None;
    }
    let only = if PUBLISHED_ONLY.0 == year && phase == Phase::Special { PUBLISHED_ONLY.1 } else { 0 };
    Some(returned_exclusions(phase, year) + only)
}

/// Returns the children educated at home on 1 September of the year.
pub(super) fn home_educated(year: i32) -> u32 {
    of_year(&HOME_EDUCATED, year)
}

/// Returns the figure of `year`; the nearest one for a year outside the list.
fn of_year<T: Copy + Default>(list: &[T; 14], year: i32) -> T {
    let place = usize::try_from(year - FIRST_YEAR).unwrap_or_default();
    list.get(place.min(list.len() - 1)).copied().unwrap_or_default()
}
