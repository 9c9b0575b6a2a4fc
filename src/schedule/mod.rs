//! Which occurrence of which pipeline is due.

mod cron;
mod text_fault;
mod wall;

pub use cron::Cron;
pub use text_fault::TextFault;
