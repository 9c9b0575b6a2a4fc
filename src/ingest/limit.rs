//! How many rows of a file may be set aside before it is refused.

use std::collections::BTreeMap;

use super::place::source_name;
use crate::diagnostic::Diagnostic;
use crate::job::{Failure, Kept, Kind};
use crate::project::{Pipeline, SourceDefinition, Text};
use crate::source::{self, Extraction, Found, Quarantined};
use crate::store::RowCounts;

/// Rows that a refusal shows of each rule.
pub(super) const SHOWN: usize = 3;

/// Stops when more rows were set aside than the contract allows.
pub(super) fn within_limit(
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    found: &Found,
    extraction: &Extraction,
) -> Result<(), Failure> {
    let counts = extraction.counts;
    // A file all of whose rows are in the table already, by way of another file, is in order.
    let of_others = extraction.quarantine.iter().filter(|row| row.rule != source::UNIQUE).count();
    let none_left = counts.published == 0 && of_others > 0;
    let above = match &definition.file.quarantine_limit {
        Some(limit) if is_above(definition, limit, counts)? => {
            format!(", more than the limit of {}", limit.get_ref())
        }
        _ if none_left => String::new(),
        _ => return Ok(()),
    };
    let mut rules: BTreeMap<&str, Vec<&Quarantined>> = BTreeMap::new();
    for row in &extraction.quarantine {
        rules.entry(row.rule.as_str()).or_default().push(row);
    }
    let what = format!(
        "{} of {} rows of `{}` break the contract{above}",
        counts.quarantined, counts.read, found.name
    );
    let failure = Failure::new(Kind::SourceRejected, what)
        .at(source_name(pipeline, definition))
        .kept(Kept::LastTables)
        .help(format!("correct the source, or the contract in `{}`", definition.source.shown()));
    let of_persons = definition.file.columns.iter().any(|column| column.privacy.is_personal());
    Err(rules.iter().fold(failure, |failure, (rule, rows)| {
        let shown: Vec<String> = rows.iter().take(SHOWN).map(|row| row_in_words(row, of_persons)).collect();
        failure.note(format!("{} by `{rule}` ({})", rows.len(), shown.join("; ")))
    }))
}

/// Returns a row that was set aside, in a few words.
pub(super) fn row_in_words(row: &Quarantined, of_persons: bool) -> String {
    let Some(column) = &row.column else { return format!("row {}", row.row) };
    let value = row.values.get(column).map(String::as_str);
    format!("row {}: {}", row.row, source::cell_in_words(column, value, row.personal || of_persons))
}

/// Returns whether more rows were set aside than `limit` allows.
fn is_above(definition: &SourceDefinition, limit: &Text, counts: RowCounts) -> Result<bool, Failure> {
    let share = source::share(limit.get_ref()).ok_or_else(|| {
        let message = format!("expected a share such as `2%`, found `{}`", limit.get_ref());
        Diagnostic::error(&definition.source, Some(limit.span()), message)
    })?;
    // Exact: quarantined / read > share / 10,000, without a division.
    Ok(u128::from(counts.quarantined) * 10_000 > u128::from(counts.read) * u128::from(share))
}
