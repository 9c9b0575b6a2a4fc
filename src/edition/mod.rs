//! The third step: an edition, one issue of a report for one period, passed through the gate, rendered and kept.
//!
//! ```text
//! editions/<report>/<period>/<edition>/
//! ├── email.html  email.txt  <report>-<period>.xlsx
//! ├── charts/<chart>.png  charts/<chart>.svg  tables/<table>.csv
//! ├── cells.csv           what it says of each count, for the gate of later editions
//! ├── evidence.json       what it was made from, by hash
//! └── edition.json        written last: without it there is no edition
//! ```
//!
//! Same content, same edition: nothing new is made. Changed content makes the next revision, which never
//! leaves by itself, where somebody has the last one, and takes its place where nobody has. A draft is an edition that
//! nothing is kept of.

pub(crate) mod again;
mod attacked;
pub(crate) mod audited;
pub(crate) mod burst;
mod content;
mod correction;
mod disclosed;
mod draft;
pub(crate) mod evidence;
mod freshness;
mod gate;
mod holds;
mod incomplete;
mod lost;
mod maker;
mod parameters;
mod prepare;
mod purpose;
mod record;
mod redefined;
mod render;
pub(crate) mod replay;
mod series;
mod since;
mod verify;
pub(crate) mod waiting;
mod weight;

pub(crate) use correction::Correction;
pub(crate) use draft::draft;
pub(crate) use freshness::{age_of_source, sources_behind};
pub(crate) use lost::refuse as lost;
pub(crate) use prepare::prepare;
pub(crate) use record::{Edition, all};
pub(crate) use series::as_known;
pub(crate) use verify::{given_up_with, restore_showing, verify};
