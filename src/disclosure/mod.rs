//! The gate: rows of a model and its policy go in, the one type that may leave comes out.
//!
//! [`clear`] hides every count from 1 to one less than the threshold, whatever is worked out from
//! such a count or repeats it in another row, and as many further cells as it takes for none of the hidden ones to be worked out
//! from totals. True zeros stay. What a column is (a name, a count, worked out from counts, open) is
//! declared beside the model; a number that nobody declared does not leave.
//!
//! What this module does not do: it does not look at earlier editions (differencing over time), at
//! columns that add up across a row, or for the fewest cells to hide. The feasible interval of a
//! hidden cell is bounded by propagation over the declared sets, which finds every cell that one set
//! after another gives away; a linear combination of several sets may still narrow it further.

mod check;
mod clear;
mod cleared;
mod decimal;
mod interval;
mod read;
mod sets;

pub use check::{check, columns};
pub use clear::{Limits, clear};
pub use cleared::{Cell, Cleared, Column, HiddenCells, Role, Value};
pub use decimal::Decimal;
pub use read::DisclosureError;

#[cfg(test)]
mod tests;
