//! Academic and financial years, periods, and the clock that a run reads once.

mod clock;
mod period;

pub use clock::Clock;
pub use period::{Period, PeriodError};
