//! Five-field Unix cron: minute, hour, day of the month, month, weekday.
//!
//! The `cron` crate wants seconds first, counts `1` as Sunday, joins day and weekday by "and", and
//! across a change of the clocks can return a time in the past, after which a daemon starts the same
//! job hundreds of times. So this module reads the five fields itself, hands the crate plain lists,
//! and gives it wall-clock times as if they were UTC, where no clock ever changes. What becomes of a
//! wall-clock time that is skipped or repeated is decided in [`super::wall`].

mod explain;
mod expression;
mod field;

pub use expression::Cron;

#[cfg(test)]
mod tests;
