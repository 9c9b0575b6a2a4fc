pub(super) mod choose;
pub(super) mod found;
mod profile;

use super::phase::Phase;

/// A school's place in its town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct SchoolId(pub(super) usize);

/// A school that is not there.
#[derive(Debug)]
pub(in crate::demo) struct School {
    pub(in crate::demo) name: String,
    pub(in crate::demo) phase: Phase,
    /// Above any number in use.
    pub(in crate::demo) urn: u32,
    /// The number within the authority; real ones begin at 1000.
    pub(in crate::demo) number: u32,
    pub(in crate::demo) kind: &'static str,
    /// The national curriculum year of its oldest pupils; of special schools and those for alternative provision it is
    /// not on record.
    pub(in crate::demo) top_year: Option<i32>,
    /// Its share of the pupils of its phase.
    pub(super) weight: u32,
    /// How readily it suspends, per mille.
    pub(in crate::demo) suspension_tendency: u32,
    /// Permanent exclusions of a usual year for 10,000 pupils, beside those of other schools of its phase.
    pub(in crate::demo) permanent_tendency: u32,
    /// Pupils who reach the floor standard at the end of key stage 4, per cent; nothing below secondary.
    pub(in crate::demo) floor: Option<u32>,
    pub(super) intake: Intake,
}

/// Greatest weight of a school.
pub(super) const LARGEST: u32 = 140;

/// How readily a school takes pupils of each kind, per mille.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intake {
    pub(super) eligible: u32,
    pub(super) once: u32,
    pub(super) never: u32,
    pub(super) sen: u32,
    pub(super) no_sen: u32,
}
