use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::source::{Place, SourceError};

/// Where a sketch is made.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The place that is read.
    pub place: Place<'a>,
    /// The name of its connection, as the contract writes it.
    pub connection: &'a str,
    /// The name of the source.
    pub source: &'a str,
    /// The day of reading.
    pub today: NaiveDate,
    /// The council's time zone.
    pub zone: chrono_tz::Tz,
    /// Whether the project has a list of postcodes with their wards (`reference.postcodes`).
    pub has_postcodes: bool,
}

/// A contract to start from.
#[derive(Debug)]
pub struct Sketch {
    /// Its text.
    pub text: String,
    /// The query beside it, where it is of a database.
    pub query: Option<String>,
    /// What was found.
    pub facts: Facts,
    /// Why the files cannot be read under it, where they cannot.
    pub refused: Option<SourceError>,
}

/// What was found, in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The files, or the table.
    pub of: Vec<String>,
    /// Rows that were read under the contract, and those of them that do not fit it.
    pub rows: u64,
    /// Rows that do not fit it.
    pub set_aside: u64,
    /// Rows that are left out, by reason: header, blank, notes, totals.
    pub left_out: BTreeMap<String, u64>,
    /// Columns of the contract.
    pub columns: usize,
    /// Those of them that are hidden or not stored.
    pub personal: Vec<String>,
    /// Whether a key for pseudonyms is needed.
    pub needs_key: bool,
    /// Sentences of the contract that begin with `unsure`.
    pub unsure: Vec<String>,
}
