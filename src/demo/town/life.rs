//! The years of a town in their order: who comes on a roll, what happens to those on it, and what is written of them.

use std::collections::BTreeMap;

use super::chances::Chances;
use super::district::Town;
use super::exclusion;
use super::fair_access;
use super::home_education;
use super::missing;
use super::referral;
use super::roll::live::Roll;
use super::school;
use super::status;
use super::timetable;
use crate::demo::levels::{FIRST_YEAR, Size, THIS_YEAR};
use crate::demo::random::Stream;

impl Town {
    /// Lives through all the years.
    pub(in crate::demo) fn live(seed: u64, district: u32, size: Size, first_placement_year: i32) -> Self {
        let stream = |dataset| Stream::new(seed, dataset, district);
        let mut chances = Chances::new(seed, district);
        let mut town = Self {
            district,
            size,
            first_placement_year,
            schools: school::found::found(&mut stream("schools"), district, size),
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
        let mut roll = Roll::begin(&mut town, &mut chances.roll);
        let mut leavers = Vec::new();
        for year in FIRST_YEAR..=THIS_YEAR {
            roll.live(year, &mut town, &mut chances, &mut leavers);
        }
        home_education::live::live(&mut town, &mut stream("home_education"), &leavers);
        missing::live::live(&mut town, &mut stream("missing_education"), &leavers);
        status::live::live(&mut town, &mut stream("statuses"));
        timetable::live::live(&mut town, &mut stream("part_time_timetables"));
        exclusion::census::return_to_census(&mut town, &mut stream("census_returns"));
        town.placements.sort_by_key(|placement| (placement.started_on, placement.pupil));
        referral::live::request(&mut town, &mut stream("referrals"));
        fair_access::live::live(&mut town, &mut stream("fair_access"));
        town
    }
}
