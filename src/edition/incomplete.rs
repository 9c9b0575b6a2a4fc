//! Figures of a period that is not whole, where a source says that its missing parts are reported and hold nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::freshness::sources_behind;
use super::series::SeriesFact;
use crate::calendar::Period as Part;
use crate::disclosure::{Cell, Cleared, Column};
use crate::engine::TableName;
use crate::job::{Context, Failure, Period};
use crate::project::{Computation, Model, Pipeline};

/// Returns the tables with `[x]` in place of each figure that a missing part of a source behind it touches: of rows of
/// the period, of totals over periods, and of changes on the period. A table without periods is of the report's
/// own.
pub(super) fn marked(
    context: &Context,
    pipeline: &Pipeline,
    cleared: &BTreeMap<String, Cleared>,
    series: &[SeriesFact],
    period: &Period,
) -> Result<BTreeMap<String, Cleared>, Failure> {
    let mut marked = cleared.clone();
    for (name, table) in &mut marked {
        let behind = sources_behind(context, &TableName::new(&pipeline.name, name), &mut BTreeSet::new())?;
        let gaps: Vec<Part> = series
            .iter()
            .filter(|fact| behind.contains(&fact.source))
            .flat_map(|fact| fact.missing.iter().map(|missing| missing.part))
            .collect();
        if let Some(model) = pipeline.models.get(name).filter(|_| !gaps.is_empty()) {
            *table = with_gaps(table, model, &gaps, period.reported.of);
        }
    }
    Ok(marked)
}

/// Returns a table with `[x]` in place of each figure that one of `gaps` touches, for a report of the period `own`.
fn with_gaps(table: &Cleared, model: &Model, gaps: &[Part], own: Part) -> Cleared {
    let changes: BTreeSet<&str> = model
        .file
        .computed
        .iter()
        .filter(|(_, computed)| matches!(computed, Computation::Change(_)))
        .map(|(name, _)| name.get_ref().as_str())
        .collect();
    // A change, and what was at the same point of the period before, rest on that period too.
    let looks_back = |name: &str| changes.contains(name) || name.ends_with("_same_point");
    let touches = |part: Part| gaps.iter().any(|gap| gap.start() <= part.end() && part.start() <= gap.end());
    let periods: Vec<(usize, &Column, Part)> = table
        .columns()
        .iter()
        .enumerate()
        .filter_map(|(at, column)| Some((at, column, kind_of(&column.name)?)))
        .collect();
    table.with_gaps(|row, column| {
        if periods.is_empty() {
            return touches(own);
        }
        let in_row = |(at, key, like): &(usize, &Column, Part)| {
            let code = row.get(*at).map(Cell::code).unwrap_or_default();
            match Part::parse(&code, *like) {
                Ok(part) if !key.is_total(&code) => {
                    touches(part) || looks_back(&column.name) && touches(part.previous())
                }
                // A total over periods, or a text that is none.
                _ => true,
            }
        };
        periods.iter().all(in_row)
    })
}

/// Returns a period of the kind that the codes of a column are of, where its name says so.
fn kind_of(column: &str) -> Option<Part> {
    match column {
        "financial_year" => Some(Part::FinancialYear(2000)),
        "academic_year" => Some(Part::AcademicYear(2000)),
        "month" => Some(Part::Month(2000, 1)),
        "week" => Some(Part::Week(2000, 1)),
        "half_term" => Some(Part::half_term_of(chrono::NaiveDate::default())),
        _ => None,
    }
}
