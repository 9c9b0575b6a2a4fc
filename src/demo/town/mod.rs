//! What happened in one district of the synthetic city: schools, pupils, spells and events.
//!
//! A [`district::Town`] is the truth; the extracts show it with their dirt. A demo of many pupils is many
//! districts of the default size, built and written one after another, so that the cost is linear and
//! the memory flat. Nothing here knows a file format.
//!
//! Each file holds what there is of one kind (`exclusion.rs`); what changes a town is in the folder of the same name
//! (`exclusion/live.rs`), and [`life`] calls it in the order of the years.

mod chances;
pub(super) mod district;
pub(super) mod exclusion;
pub(super) mod fair_access;
pub(super) mod home_education;
pub(super) mod key_stage;
mod life;
pub(super) mod managed_move;
pub(super) mod missing;
pub(super) mod phase;
pub(super) mod placement;
pub(super) mod pupil;
pub(super) mod referral;
pub(super) mod roll;
pub(super) mod school;
pub(super) mod status;
pub(super) mod timetable;
pub(super) mod today;
