//! The gate: the tables of a report and their policies go in, the one type that may be published comes out.
//!
//! [`clear_together`] hides every count from 1 to one less than the threshold, whatever is worked out from
//! such a count or repeats it elsewhere, and as many further cells as it takes for none of the hidden ones to be worked
//! out: from totals, from other tables of the report, from equations that the policy states, or from earlier editions.
//! True zeros stay. What a column is (a name, a count, worked out from counts, open) is
//! declared beside the model; a number that nobody declared is not published.
//!
//! ```text
//! sheet      one table: rows, what each column is, what follows from a hidden count
//! cells      every count of the report once, by name and keys, whichever tables show it
//! earlier    what earlier editions showed of each      release    what may move from one edition to the next
//! amounts    the same of money, weeks and places that rest on children
//! relations  what adds up: hierarchies, equations of a row, sums over years, sums to another table
//! projections  rows that add up to a figure of another table, found in the data
//! partitions  parts of one total that are parts of another, found in the data   unions  rows that are any of others
//! pooled     counts over several periods together, found in the data, which leave with all of their periods or not at all
//! attack     the range in which a reader must place each hidden count
//! clear      hides until every range is wide
//! ```
//!
//! What this module does not do: it does not look for the fewest cells to hide, and it knows the relations that
//! names, hierarchies and policies state, not those that nobody stated.

mod amounts;
mod attack;
mod audit;
mod cells;
mod check;
mod clear;
mod cleared;
mod copies;
mod decimal;
mod earlier;
mod identity;
mod limits;
mod links;
mod measure;
mod names;
mod open_figures;
mod partitions;
mod pooled;
mod projections;
mod read;
mod relation;
mod relations;
mod release;
mod row_sums;
mod rules;
mod sets;
mod sheet;
mod unions;
mod units;
mod why;

pub use audit::Audited;
pub use check::{check, columns};
#[cfg(test)]
pub(crate) use clear::clear_without;
pub use clear::{Together, clear, clear_together};
pub use cleared::{Cell, Cleared, Column, HiddenCells, Role, Value};
pub use decimal::Decimal;
pub use earlier::Earlier;
pub use limits::Limits;
pub use read::DisclosureError;
pub use release::Release;
#[cfg(test)]
pub(crate) use rules::Rule;

#[cfg(test)]
mod tests;
