//! Which occurrence of which pipeline is due, and that each starts once.
//!
//! ```text
//! pipeline.toml → Timetable → Occurrence → due, by policy → lease → record → Starter
//! ```
//!
//! A [`Timetable`] is what a pipeline's `schedule` says: cron, a rule in words, or "after another pipeline
//! has published". [`Rounds`] looks at all of them, once ([`Rounds::tick`]) or for good
//! ([`Rounds::serve`]). What a run does inside is not known here: [`PipelineRuns`] starts one for an occurrence.

mod by_person;
mod claim;
mod cron;
pub mod daemon;
mod entry;
mod event;
mod holder;
mod lease;
mod metrics;
mod metrics_file;
mod misfire;
mod occurrence;
mod pipeline_runs;
mod pulse;
mod record;
mod round;
mod rule;
mod starter;
mod text_fault;
mod timepiece;
mod timetable;
mod timetables;
mod verify;
#[cfg(test)]
mod virtual_time;
mod wall;

pub use by_person::ByPerson;
pub use cron::Cron;
pub use entry::Entry;
pub use event::Event;
pub use holder::Holder;
pub use lease::{Lease, LeaseError, Timing};
pub use metrics::metrics;
pub use metrics_file::write_metrics;
pub use misfire::{Due, due};
pub use occurrence::{Occurrence, Publication};
pub use pipeline_runs::PipelineRuns;
pub use pulse::{Pulse, Unreached};
pub use record::{Attempt, End, Ended, State, state};
pub use round::Rounds;
pub use rule::Rule;
pub use starter::{Hold, Starter};
pub use text_fault::TextFault;
pub use timepiece::{Machine, Process, Timepiece, Wake};
pub use timetable::{Policy, Timetable};
pub use timetables::{read_all, read_project};
pub use verify::verify;
