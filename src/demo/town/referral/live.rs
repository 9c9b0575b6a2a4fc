//! The requests that led to placements, and those that led to none.

use chrono::{Datelike, NaiveDate};

use super::super::district::Town;
use super::super::key_stage::KeyStage;
use super::super::placement::Placement;
use super::super::today::today;
use super::Referral;
use crate::demo::provider::{Population, Price};
use crate::demo::random::Stream;
use crate::demo::terms::plus;

/// Numbers the placements, which are in order, and makes the requests that led to them and those that
/// led to none.
pub(in crate::demo::town) fn request(town: &mut Town, chance: &mut Stream) {
    let first = town.district * 1_000_000 + 1;
    let mut referrals = Vec::new();
    for (number, placement) in (first..).zip(town.placements.iter_mut()) {
        placement.number = number;
        if placement.provider().population == Population::SchoolArranged {
            continue;
        }
        let (soonest, latest) = match placement.reason {
            "PEX" => (2, 12),
            // Those who start in September were asked for before the summer.
            _ if placement.started_on.month() == 9 => (50, 110),
            _ => (2, 55),
        };
        let referred_on = plus(placement.started_on, -chance.between(soonest, latest));
        let waited = (placement.started_on - referred_on).num_days();
        let route = match placement.provider().price {
            Price::Block { .. } => "LA_BLOCK",
            _ if placement.reason == "MENTAL_HEALTH" && chance.chance(300) => "HEALTH_JOINT",
            _ => "LA_SPOT",
        };
        referrals.push(Referral {
            pupil: placement.pupil,
            referred_on,
            panel_on: Some(plus(referred_on, chance.between(1, waited.max(1)))),
            route,
            key_stage: KeyStage::of(placement.nc_year),
            reason: (placement.reason, placement.legal_basis),
            outcome: "AGREED",
            placement: Some(number),
        });
        if chance.chance(180) {
            referrals.push(without_placement(chance, placement, referred_on, false));
        }
        if placement.started_on > plus(today(), -40) {
            referrals.push(without_placement(chance, placement, today(), true));
        }
    }
    referrals.sort_by_key(|referral| (referral.referred_on, referral.pupil));
    town.referrals = referrals;
}

/// Makes a request that came to nothing, or that still waits: like that of a placement.
fn without_placement(chance: &mut Stream, like: &Placement, about: NaiveDate, waits: bool) -> Referral {
    let referred_on = plus(about, -chance.between(4, if waits { 40 } else { 200 }));
    let outcome = if waits {
        chance.weighted(&[("AGREED_WAITING", 3), ("DEFERRED_INFO", 1)])
    } else {
        chance.weighted(&[("DECLINED", 4), ("REDIRECTED", 4), ("WITHDRAWN", 2)])
    };
    let panel_on = plus(referred_on, chance.between(2, 20));
    Referral {
        pupil: like.pupil,
        referred_on,
        panel_on: (panel_on <= today()).then_some(panel_on),
        route: "LA_BLOCK",
        key_stage: KeyStage::of(like.nc_year),
        reason: (like.reason, like.legal_basis),
        outcome,
        placement: None,
    }
}
