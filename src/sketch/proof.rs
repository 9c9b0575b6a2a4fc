//! Reads the files under the draft, as a landing would, and corrects the draft until every row fits, or says which do
//! not.

use std::collections::BTreeMap;

use super::contract::{Column, Kind};
use super::draft::Draft;
use super::outcome::At;
use crate::diagnostic::Severity;
use crate::privacy::Pseudonyms;
use crate::source::{self, Extraction, Found, Inputs, Quarantined, SourceError};
use crate::text::{counted, grouped};

/// How often a draft is corrected.
const TRIES: usize = 12;
/// What pseudonyms are made with that nobody sees: the rows of the proof are dropped.
const DROPPED: [u8; 32] = [0; 32];
/// The rule of rows that do not fit below their header.
const RAGGED: &str = "ragged_row";

/// What reading under the draft came to.
#[derive(Debug, Default)]
pub(super) struct Proof {
    pub(super) read: u64,
    pub(super) set_aside: u64,
    pub(super) left_out: BTreeMap<String, u64>,
    /// Rows that are set aside, by rule.
    rules: BTreeMap<String, u64>,
    pub(super) refused: Option<SourceError>,
}

impl Proof {
    /// Says what it came to.
    pub(super) fn in_words(&self) -> String {
        if let Some(refused) = &self.refused {
            return format!("unsure: the files cannot be read under it yet: {}", refused.in_full());
        }
        let read = grouped(&self.read.to_string());
        let left_out: Vec<String> = self
            .left_out
            .iter()
            .filter(|(reason, _)| !matches!(reason.as_str(), "header" | "preamble"))
            .map(|(reason, rows)| format!("{} {}", grouped(&rows.to_string()), reason.replace('_', " ")))
            .collect();
        let left_out =
            if left_out.is_empty() { String::new() } else { format!("; left out: {}", left_out.join(", ")) };
        if self.set_aside == 0 {
            return format!("{read} rows were read under it, and all of them fit{left_out}");
        }
        let rules: Vec<String> =
            self.rules.iter().map(|(rule, rows)| format!("{rows} by `{rule}`")).collect();
        let rows = counted(self.set_aside, "does", "do");
        format!("unsure: {read} rows were read under it, and {rows} not fit: {}{left_out}", rules.join(", "))
    }
}

/// Reads `found` under the draft, and corrects it.
pub(super) fn prove(at: &At<'_>, draft: &mut Draft, found: &[Found]) -> Result<Proof, SourceError> {
    let mut proof = Proof::default();
    for _ in 0..TRIES {
        let definition = draft.definition()?;
        let faults = source::check(&definition, Some(at.place.connection));
        if let Some(fault) = faults.iter().find(|fault| fault.severity() == Severity::Error) {
            return Err(SourceError::Contract(Box::new(fault.clone())));
        }
        let inputs = Inputs {
            pseudonyms: Pseudonyms::new(&DROPPED).ok(),
            today: at.today,
            zone: Some(at.zone),
            ..Inputs::default()
        };
        let mut read = Vec::new();
        let mut refused = None;
        for file in found {
            match source::extract(&definition, at.place, file, &inputs) {
                Ok(extraction) => read.push(extraction),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        if let Some(error) = refused {
            if correct(draft, &error) {
                continue;
            }
            proof.refused = Some(error);
            return Ok(proof);
        }
        proof = of(&read);
        if !loosen(draft, &read) {
            break;
        }
    }
    Ok(proof)
}

fn of(read: &[Extraction]) -> Proof {
    let mut proof = Proof::default();
    for extraction in read {
        proof.read += extraction.counts.read;
        proof.set_aside += extraction.counts.quarantined;
        for (reason, rows) in &extraction.skipped {
            *proof.left_out.entry(reason.clone()).or_default() += rows;
        }
        for row in &extraction.quarantine {
            *proof.rules.entry(row.rule.clone()).or_default() += 1;
        }
    }
    proof.left_out.retain(|_, rows| *rows > 0);
    proof
}

/// Corrects the layout after a file was refused; `false` where nothing would help.
fn correct(draft: &mut Draft, error: &SourceError) -> bool {
    let layout = &mut draft.layout;
    match error {
        SourceError::RowsAbove { count, .. } if *count > layout.rows_above => {
            layout.rows_above = *count;
            let rows = counted(*count, "row", "rows");
            layout.says.push(format!("unsure: {rows} above the header look like data and are left out"));
            true
        }
        SourceError::ControlTotal { row, stated, found, .. } => {
            let Some(column) = layout.control_total.take() else { return false };
            layout.says.push(format!(
                "unsure: row {row} states a total of {stated} for `{column}`, and the rows come to {found}"
            ));
            true
        }
        _ => false,
    }
}

/// Loosens the columns whose cells set rows aside; returns whether anything changed.
fn loosen(draft: &mut Draft, read: &[Extraction]) -> bool {
    let rows: Vec<&Quarantined> = read.iter().flat_map(|extraction| &extraction.quarantine).collect();
    let mut has_changed = false;
    if rows.iter().any(|row| row.rule == RAGGED) && draft.proposal.format == "csv" && !draft.layout.short_rows
    {
        draft.layout.short_rows = true;
        let ragged = rows.iter().filter(|row| row.rule == RAGGED);
        let first = ragged.clone().next().map_or(0, |row| row.row);
        draft.layout.says.push(format!(
            "unsure: {} before the last column, the first of them row {first}; the missing cells are read as blank",
            counted(ragged.count(), "row ends", "rows end")
        ));
        has_changed = true;
    }
    if rows.iter().any(|row| row.rule == source::UNIQUE) && !draft.unique.is_empty() {
        draft.unique.clear();
        draft.keys = vec!["unsure: no column tells the rows of all files from each other".to_owned()];
        has_changed = true;
    }
    for column in &mut draft.columns {
        let own: Vec<&&Quarantined> =
            rows.iter().filter(|row| row.column.as_deref() == Some(column.name.as_str())).collect();
        let own: Vec<&&Quarantined> = own.into_iter().filter(|row| row.rule != source::UNIQUE).collect();
        if let Some(first) = own.first() {
            has_changed |= loosen_column(column, first, own.len(), &own);
        }
    }
    has_changed
}

fn loosen_column(column: &mut Column, first: &Quarantined, count: usize, rows: &[&&Quarantined]) -> bool {
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|row| row.values.get(&column.name))
        .filter(|value| source::is_error(source::trimmed(value)))
        .map(|value| source::trimmed(value).to_lowercase())
        .collect();
    if failed.iter().any(|value| !column.blanks.contains(value)) {
        column.blanks.extend(failed);
        column.blanks.sort_unstable();
        column.blanks.dedup();
        column.required = false;
        return true;
    }
    if column.required {
        column.required = false;
        if first.rule == "required" {
            return true;
        }
    }
    if column.kind == Kind::Text {
        return false;
    }
    column.says.push(format!(
        "unsure: text, because {} by `{}` otherwise, the first in row {}",
        counted(count, "row would be set aside", "rows would be set aside"),
        first.rule,
        first.row
    ));
    column.kind = Kind::Text;
    column.blanks.clear();
    if column.privacy.as_ref().is_some_and(|privacy| privacy.contains("generalise")) {
        column.privacy = Some("\"drop\"".to_owned());
    }
    true
}
