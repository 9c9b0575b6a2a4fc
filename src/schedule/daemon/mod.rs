//! The daemon, and the single pass that cron starts: schedules looked at, what is due run, the mail looked at.
//!
//! ```text
//! tick     one pass                       serve    passes until a signal
//! signals  SIGTERM and SIGINT             listen   /metrics and /healthz
//! sound    the project without what has faults
//! mail     what is due to be tried again  console  where all of it says what happens
//! ```
//!
//! Prints nothing: a [`Console`] does.

mod console;
mod listen;
mod mail;
mod serve;
mod signals;
mod sound;
mod tick;

pub use console::Console;
pub use serve::serve;
pub use signals::{First, catch, end, end_at_once, end_in_time};
pub use tick::tick;
