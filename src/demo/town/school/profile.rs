//! The kinds of secondary schools that the committee's report distinguishes.

use super::Intake;

/// What kind of secondary school it is.
pub(super) struct Profile {
    /// Permanent exclusions for 10,000 pupils in 2017-18.
    pub(super) permanent: u32,
    pub(super) suspension_tendency: u32,
    /// Per cent of its pupils who are eligible for free meals sooner or later, and who were once.
    eligible: u32,
    once: u32,
    /// Per cent with special educational needs.
    sen: u32,
    pub(super) floor: u32,
}

impl Profile {
    /// Returns shares of the highest that any profile has, so that chances stay within a thousand.
    pub(super) fn intake(&self) -> Intake {
        Intake {
            eligible: self.eligible * 1000 / 42,
            once: self.once * 1000 / 28,
            never: (100 - self.eligible - self.once) * 1000 / 73,
            sen: self.sen * 1000 / 22,
            no_sen: (100 - self.sen) * 1000 / 89,
        }
    }
}

/// Three secondary schools exclude more than one pupil in a hundred, and four others more than the average.
/// Of nine with free meals above 20 per cent five are among the seven; of ten with pupil premium above 33
/// per cent, six; of six below 50 per cent at the floor standard, five; of seven with special educational
/// needs above 15 per cent, four: the committee's figures of 2017-18.
pub(super) const PROFILES: [Profile; 19] = [
    profile(135, 1000, 42, 14, 22, 41),
    profile(29, 250, 42, 14, 11, 43),
    profile(135, 1000, 42, 14, 22, 38),
    profile(29, 320, 42, 14, 22, 58),
    profile(135, 900, 42, 14, 11, 45),
    profile(29, 180, 42, 14, 11, 57),
    profile(80, 700, 42, 14, 11, 44),
    profile(29, 260, 42, 14, 11, 60),
    profile(80, 620, 42, 14, 22, 56),
    profile(29, 400, 18, 9, 22, 66),
    profile(80, 660, 20, 28, 11, 46),
    profile(29, 220, 18, 9, 22, 70),
    profile(80, 560, 18, 9, 22, 61),
    profile(29, 300, 18, 9, 11, 64),
    profile(29, 240, 18, 9, 11, 82),
    profile(29, 360, 18, 9, 11, 68),
    profile(29, 150, 18, 9, 11, 79),
    profile(29, 280, 18, 9, 11, 72),
    profile(29, 200, 18, 9, 11, 75),
];

const fn profile(
    permanent: u32,
    suspension_tendency: u32,
    eligible: u32,
    once: u32,
    sen: u32,
    floor: u32,
) -> Profile {
    Profile { permanent, suspension_tendency, eligible, once, sen, floor }
}
