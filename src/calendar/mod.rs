//! Academic and financial years, periods, terms, working days, and the clock that a run reads once.

mod bank_holidays;
mod census;
mod clock;
mod local_days;
mod period;
mod reported;
mod span;
mod terms;

pub use bank_holidays::bank_holidays;
pub use census::Census;
pub use clock::Clock;
pub use period::{Period, PeriodError};
pub use reported::{Reported, Which};
pub use span::{Span, SpanError};
pub use terms::{TermDates, Terms};
