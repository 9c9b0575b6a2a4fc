//! What happened in one district of the synthetic city: schools, pupils, spells and events.
//!
//! A [`Town`] is the truth; the extracts tell it with their dirt. A demo of many pupils is many
//! districts of the default size, built and written one after another, so that the cost is linear and
//! the memory flat. Nothing here knows a file format.

mod exclusion;
mod fair_access;
mod home_education;
mod managed_move;
mod missing;
mod placement;
mod pupil;
mod roll;
mod school;
mod status;
mod timetable;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub(super) use exclusion::Exclusion;
pub(super) use fair_access::FairAccess;
pub(super) use home_education::HomeEducation;
pub(super) use managed_move::ManagedMove;
pub(super) use missing::Missing;
pub(super) use placement::{Placement, Referral};
pub(super) use pupil::{Meals, Pupil, PupilId, Sen, SocialCare, WARDS};
pub(super) use roll::{Spell, census_day};
pub(super) use school::{School, SchoolId};
pub(super) use status::{Kind, Status};
pub(super) use timetable::Timetable;

use super::levels::{FIRST_YEAR, Size, THIS_YEAR};
use super::random::Stream;
use super::terms::date;

/// A phase of education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Primary,
    Secondary,
    Special,
    Alternative,
}

impl Phase {
    pub(super) const MAINSTREAM_AND_SPECIAL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Special];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Special => "special",
            Self::Alternative => "AP",
        }
    }
}

/// A key stage of those that alternative provision serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyStage {
    Ks1,
    Ks2,
    Ks3,
    Ks4,
    P16,
}

impl KeyStage {
    /// The key stage of a national curriculum year; Reception counts with key stage 1.
    pub(super) fn of(nc_year: i32) -> Self {
        match nc_year {
            ..=2 => Self::Ks1,
            3..=6 => Self::Ks2,
            7..=9 => Self::Ks3,
            10..=11 => Self::Ks4,
            _ => Self::P16,
        }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Ks1 => "KS1",
            Self::Ks2 => "KS2",
            Self::Ks3 => "KS3",
            Self::Ks4 => "KS4",
            Self::P16 => "P16",
        }
    }
}

/// The day on which the demo's clock stands still.
pub(super) fn today() -> NaiveDate {
    date(THIS_YEAR, 10, 5)
}

/// One district, from the academic year [`FIRST_YEAR`] to [`today`].
#[derive(Debug)]
pub(super) struct Town {
    pub(super) district: u32,
    pub(super) size: Size,
    /// First academic year whose placements are complete.
    pub(super) first_placement_year: i32,
    pub(super) schools: Vec<School>,
    pub(super) pupils: Vec<Pupil>,
    pub(super) spells: Vec<Spell>,
    pub(super) exclusions: Vec<Exclusion>,
    pub(super) placements: Vec<Placement>,
    pub(super) referrals: Vec<Referral>,
    pub(super) home_education: Vec<HomeEducation>,
    pub(super) missing: Vec<Missing>,
    pub(super) managed_moves: Vec<ManagedMove>,
    pub(super) fair_access: Vec<FairAccess>,
    pub(super) timetables: Vec<Timetable>,
    /// Each pupil's, in the order of the pupils; of those who were never on a roll, none.
    pub(super) statuses: Vec<Vec<Status>>,
    /// The last day of each pupil on any roll; nothing for one who is on one, or never was.
    pub(super) left: Vec<Option<NaiveDate>>,
    /// Numbers already issued, by authority, school and year.
    upns: BTreeMap<(u32, u32, u32), u32>,
    /// The day until which a pupil is placed.
    placed_until: BTreeMap<PupilId, NaiveDate>,
}

/// The streams of chance that the years of a town draw from.
#[derive(Debug)]
struct Chances {
    roll: Stream,
    exclusions: Stream,
    placements: Stream,
    moves: Stream,
}

impl Town {
    /// Lives through all the years.
    pub(super) fn live(seed: u64, district: u32, size: Size, first_placement_year: i32) -> Self {
        let stream = |dataset| Stream::new(seed, dataset, district);
        let mut chances = Chances {
            roll: stream("roll"),
            exclusions: stream("exclusions"),
            placements: stream("placements"),
            moves: stream("managed_moves"),
        };
        let mut town = Self {
            district,
            size,
            first_placement_year,
            schools: school::found(&mut stream("schools"), district, size),
            pupils: Vec::new(),
            spells: Vec::new(),
            exclusions: Vec::new(),
            placements: Vec::new(),
            referrals: Vec::new(),
            home_education: Vec::new(),
            missing: Vec::new(),
            managed_moves: Vec::new(),
            fair_access: Vec::new(),
            timetables: Vec::new(),
            statuses: Vec::new(),
            left: Vec::new(),
            upns: BTreeMap::new(),
            placed_until: BTreeMap::new(),
        };
        let mut roll = roll::Roll::begin(&mut town, &mut chances.roll);
        let mut leavers = Vec::new();
        for year in FIRST_YEAR..=THIS_YEAR {
            roll.live(year, &mut town, &mut chances, &mut leavers);
        }
        home_education::live(&mut town, &mut stream("home_education"), &leavers);
        missing::live(&mut town, &mut stream("missing_education"), &leavers);
        status::live(&mut town, &mut stream("statuses"));
        timetable::live(&mut town, &mut stream("part_time_timetables"));
        exclusion::return_to_census(&mut town, &mut stream("census_returns"));
        town.placements.sort_by_key(|placement| (placement.started_on, placement.pupil));
        placement::number(&mut town, &mut stream("referrals"));
        fair_access::live(&mut town, &mut stream("fair_access"));
        town
    }

    /// A pupil of this town. Only the town makes ids, so there always is one.
    pub(super) fn pupil(&self, id: PupilId) -> &Pupil {
        &self.pupils[id.0]
    }

    /// What is known of a pupil over time.
    pub(super) fn statuses(&self, id: PupilId) -> &[Status] {
        self.statuses.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// A school of this town. Only the town makes ids, so there always is one.
    pub(super) fn school(&self, id: SchoolId) -> &School {
        &self.schools[id.0]
    }
}
