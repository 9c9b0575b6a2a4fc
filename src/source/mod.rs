//! Connectors, formats and contracts: files and query results of other programs into typed Arrow.
//!
//! ```text
//! connector   a place: a folder of files, a database             discovers, then streams rows
//! settle      waits for a file that is still being written
//! file        what a file's bytes are: kind, packing, encoding
//! format      bytes to rows of text: delimited, workbook, json, xml, parquet
//! sandbox     parsers that take memory as a file says, in a process with limits
//! look        rows before anybody has written a contract, and a format proposed for them; plain: single cells
//! intake      layout, rules, keys, copies, quarantine; every row and penny accounted for
//! contract    text to types, codes, pseudonyms
//! replay      rows of quarantine, judged again
//! ```
//!
//! Nothing is inferred, no format is guessed where one is declared, and no value of a personal column is in an
//! error or a quarantined row. Knows neither store layout nor pipeline: what follows from an [`Extraction`] is for
//! the caller to decide.

mod advice;
mod amount;
mod check;
mod column_name;
mod connector;
mod contract;
mod error;
mod extract;
mod extraction;
mod file;
mod float;
mod format;
mod found;
mod hash;
mod inputs;
mod intake;
mod keys_there;
mod located;
mod look;
mod marks;
mod opened;
mod parser_fault;
mod pattern;
mod place;
mod plain;
mod proposal;
mod quarantine;
mod receiver;
mod replay;
mod row;
pub mod sandbox;
mod schema_parts;
mod settle;
mod tally;

pub use amount::{amount, pounds};
pub use check::{check, settings};
pub use contract::corrected::expected_of;
pub use contract::judge::FUTURE_CHANGE;
pub use contract::schema::schema;
pub use contract::share::{share, swing};
pub use error::{SourceError, SourceFailure};
pub use extract::{discover, extract, folders, locks};
pub use extraction::{ControlTotalFact, Extraction};
pub use file::kind::{FileKind, Mark};
pub use format::list::parser;
pub use found::{Found, identity};
pub use inputs::{Inputs, ListUse, lists};
pub use intake::pending::UNIQUE;
pub use keys_there::KeysThere;
pub use look::{PlainRow, Shown, look, propose};
pub use parser_fault::ParserFault;
pub use place::Place;
pub use plain::{
    DayForm, NumberFit, begins_as_a_total, exact_pattern, fits_number, is_a_total, is_blank, is_boolean,
    is_error, is_year, joined_names, same_name, trimmed,
};
pub use proposal::Proposal;
pub use quarantine::{Quarantined, cell_in_words, quarantine_batch};
pub use replay::{ReplayRow, replay};
pub use schema_parts::schema_parts;
pub use settle::{Patience, settle};

pub use crate::store::{MoneyTotals, RowCounts};

#[cfg(test)]
mod tests;
