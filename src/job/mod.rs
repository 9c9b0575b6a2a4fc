//! What all steps of a run share: the project and its store, what went wrong, what was made, whose turn it is.
//!
//! ```text
//! context     the project, its store, and the one time that a run knows
//! options     how a run was asked for          period     what it is about, and what was known
//! turn        whether it may go on             stop       whether somebody asked it to end
//! work        one job: all of this, given from step to step     recorder  its record in the ledger
//! event made  what happens, as it happens; what came of it
//! failure     why it stopped, and the exit code of each reason
//! ```
//!
//! No step is known here.

pub(crate) mod bindings;
pub(crate) mod context;
mod event;
mod failure;
pub(crate) mod fingerprint;
mod in_tables;
mod made;
mod options;
mod period;
mod recorder;
mod stop;
pub(crate) mod turn;
mod work;

pub use context::Context;
pub use event::Event;
pub use failure::{Failure, worst};
pub use in_tables::InTables;
pub use made::Made;
pub use options::Options;
pub use stop::{GRACE, Stop, Unbroken};
pub use turn::{Alone, Turn};

pub(crate) use fingerprint::Fingerprint;
pub(crate) use period::Period;
pub(crate) use work::Job;
