//! What was asked for beside what there was, and who is ready to leave: columns that a case system has and that people
//! fill in now and then.
//!
//! Planted: a wanted type in six placements of a hundred, half of them tuition that stands in for it; a tenth of the open
//! placements ready to leave; an offer between the panel and the first day.

use chrono::NaiveDate;

use crate::demo::random::Stream;
use crate::demo::terms::plus;
use crate::demo::town::key_stage::KeyStage;
use crate::demo::town::placement::Placement;
use crate::demo::town::referral::Referral;
use crate::demo::town::today::today;

/// Returns the type that was wanted where the placement is another.
pub(super) fn in_place_of(placement: &Placement, chance: &mut Stream) -> Option<&'static str> {
    let kind = placement.provider().kind;
    let per_mille = if kind == "TUITION_1TO1" { 520 } else { 32 };
    let wanted = usual(KeyStage::of(placement.nc_year), chance);
    chance.chance(per_mille).then_some(wanted).filter(|wanted| *wanted != kind)
}

/// Returns the day from which a child could leave and where to.
pub(super) fn ready(placement: &Placement, chance: &mut Stream) -> Option<(NaiveDate, &'static str)> {
    let to = if placement.nc_year >= 11 {
        chance.weighted(&[("Post-16", 5), ("Special school", 1)])
    } else {
        chance.weighted(&[("Mainstream school", 6), ("Special school", 3), ("Other AP", 1)])
    };
    let (per_mille, last) = match placement.ended {
        None => (100, plus(today(), -3)),
        Some((day, _)) => (150, plus(day, -chance.between(0, 40))),
    };
    let is_ready = chance.chance(per_mille);
    let day = chance.day(plus(last, -120), last);
    (is_ready && day > plus(placement.started_on, 14)).then_some((day, to))
}

/// Returns type and sessions that a request asks for; somebody wrote the type down in three of five.
pub(super) fn asked_for(referral: &Referral, chance: &mut Stream) -> (Option<&'static str>, Option<u32>) {
    let kind = usual(referral.key_stage, chance);
    let sessions = chance.weighted(&[(10, 7), (6, 2), (4, 1)]);
    (chance.chance(600).then_some(kind), chance.chance(850).then_some(sessions))
}

/// Returns the day on which a place was offered.
pub(super) fn offered(
    referral: &Referral,
    started_on: Option<NaiveDate>,
    chance: &mut Stream,
) -> Option<NaiveDate> {
    let (panel_on, started_on) = (referral.panel_on?, started_on?);
    let day = chance.day(panel_on, started_on);
    chance.chance(930).then_some(day)
}

/// Returns a type that serves the key stage, the usual one most often.
fn usual(stage: KeyStage, chance: &mut Stream) -> &'static str {
    match stage {
        KeyStage::Ks1 | KeyStage::Ks2 => {
            chance.weighted(&[("AP_ACADEMY", 7), ("INDEPENDENT_SPECIAL", 2), ("NMSS", 1)])
        }
        KeyStage::Ks3 | KeyStage::Ks4 => {
            chance.weighted(&[("PRU", 6), ("INDEPENDENT_SCHOOL_AP", 3), ("INDEPENDENT_SPECIAL", 1)])
        }
        KeyStage::P16 => chance.weighted(&[("REGISTERED_UKPRN_NON_SCHOOL", 3), ("INDEPENDENT_SPECIAL", 1)]),
    }
}
