//! Academic and financial years, periods, terms, working days, and the clock that a run reads once.

mod bank_holidays;
mod census;
mod clock;
mod period;
mod span;
mod terms;

pub use bank_holidays::{bank_holidays, is_working_day, working_day_after, working_day_from};
pub use census::Census;
pub use clock::Clock;
pub use period::{Period, PeriodError};
pub use span::{Span, SpanError};
pub use terms::{TermDates, Terms};
