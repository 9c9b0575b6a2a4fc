//! What all steps of a run share: the project and its store, what went wrong, what was made, who may write.
//!
//! ```text
//! context     the project, its store, and the one time that a run knows
//! options     how a run was asked for          period     what it is about, and what was known
//! lock        whether it may go on             stop       whether somebody asked it to end
//! work        one job: all of this, passed from step to step     recorder  its record in the ledger
//! event made  what happens, as it happens; what came of it
//! failure     why it stopped: kind, what, where, what was kept, what to do     kind  its exit code
//! ```
//!
//! No step is known here.

pub(crate) mod bindings;
pub(crate) mod context;
mod event;
mod failure;
mod failure_of;
mod failure_text;
pub(crate) mod fingerprint;
mod in_tables;
mod kept;
mod kind;
pub(crate) mod lock;
mod made;
mod options;
mod period;
mod recorder;
mod stop;
mod work;

pub use context::Context;
pub use event::Event;
pub use failure::Failure;
pub use in_tables::InTables;
pub use kept::Kept;
pub use kind::{Kind, worst};
pub use lock::{Alone, PipelineLock};
pub use made::Made;
pub use options::Options;
pub use stop::{Closing, GRACE, Stop, Unbroken};

pub(crate) use fingerprint::Fingerprint;
pub(crate) use period::Period;
pub(crate) use work::Job;
