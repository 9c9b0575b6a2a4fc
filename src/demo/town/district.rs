use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::exclusion::Exclusion;
use super::fair_access::FairAccess;
use super::home_education::HomeEducation;
use super::managed_move::ManagedMove;
use super::missing::Missing;
use super::phase::Phase;
use super::placement::Placement;
use super::pupil::{Pupil, PupilId, Sen};
use super::referral::Referral;
use super::roll::Spell;
use super::school::{School, SchoolId};
use super::status::{Kind, Status};
use super::timetable::Timetable;
use crate::demo::levels::Size;

/// One district, from the first academic year of its rolls to the day at which the demo's clock is fixed.
#[derive(Debug)]
pub(in crate::demo) struct Town {
    pub(in crate::demo) district: u32,
    pub(in crate::demo) size: Size,
    /// First academic year whose placements are complete.
    pub(in crate::demo) first_placement_year: i32,
    pub(in crate::demo) schools: Vec<School>,
    pub(in crate::demo) pupils: Vec<Pupil>,
    pub(in crate::demo) spells: Vec<Spell>,
    pub(in crate::demo) exclusions: Vec<Exclusion>,
    pub(in crate::demo) placements: Vec<Placement>,
    pub(in crate::demo) referrals: Vec<Referral>,
    pub(in crate::demo) home_education: Vec<HomeEducation>,
    pub(in crate::demo) missing: Vec<Missing>,
    pub(in crate::demo) managed_moves: Vec<ManagedMove>,
    pub(in crate::demo) fair_access: Vec<FairAccess>,
    pub(in crate::demo) timetables: Vec<Timetable>,
    /// Each pupil's, in the order of the pupils; of those who were never on a roll, none.
    pub(in crate::demo) statuses: Vec<Vec<Status>>,
    /// The last day of each pupil on any roll; nothing for one who is on one, or never was.
    pub(in crate::demo) left: Vec<Option<NaiveDate>>,
    /// Numbers already issued, by authority, school and year.
    pub(super) upns: BTreeMap<(u32, u32, u32), u32>,
    /// The day until which a pupil is placed.
    pub(super) placed_until: BTreeMap<PupilId, NaiveDate>,
}

impl Town {
    /// Returns a pupil of this town. Only the town makes ids, so there always is one.
    pub(in crate::demo) fn pupil(&self, id: PupilId) -> &Pupil {
        &self.pupils[id.0]
    }

    /// Returns what is known of a pupil over time.
    pub(in crate::demo) fn statuses(&self, id: PupilId) -> &[Status] {
        self.statuses.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// Returns a school of this town. Only the town makes ids, so there always is one.
    pub(in crate::demo) fn school(&self, id: SchoolId) -> &School {
        &self.schools[id.0]
    }

    /// Returns the school of the `index`-th provider, for those that are schools for alternative provision.
    pub(in crate::demo) fn alternative_school(&self, index: usize) -> Option<SchoolId> {
        let mut schools =
            self.schools.iter().enumerate().filter(|(_, school)| school.phase == Phase::Alternative);
        schools.nth(index).map(|(place, _)| SchoolId(place))
    }

    /// Returns the provision for special educational needs that a pupil had on `day`.
    pub(in crate::demo) fn sen_on(&self, pupil: PupilId, day: NaiveDate) -> Sen {
        let held = |kind| self.statuses(pupil).iter().any(|status| status.kind == kind && status.holds(day));
        if held(Kind::SenPlan) {
            Sen::Plan
        } else if held(Kind::SenSupport) {
            Sen::Support
        } else {
            Sen::None
        }
    }
}
