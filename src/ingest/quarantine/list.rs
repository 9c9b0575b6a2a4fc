use std::collections::BTreeMap;

use serde::Serialize;

use super::row::{AsideRow, Filter, QuarantineRow};
use super::scope::{chosen, one};
use super::set_aside::open_rows;
use crate::job::{Context, Failure};

/// Rows of one file that broke one rule, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineLine {
    /// `pipeline.source`.
    pub source: String,
    /// The file, or the query's name.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The column, where it was one.
    pub column: Option<String>,
    /// Rows that are set aside.
    pub rows: usize,
    /// Those of them about which a person has decided, to be judged again by the next run.
    pub released: usize,
    /// Whether they are corrected at their source, and never released.
    pub personal: bool,
}

/// Rows that are set aside, by source, file, rule and column; of one pipeline or source where one is named.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read.
pub fn list(context: &Context, scope: Option<&str>) -> Result<Vec<QuarantineLine>, Failure> {
    let mut lines: BTreeMap<(String, String, String, Option<String>), QuarantineLine> = BTreeMap::new();
    for (pipeline, definition) in chosen(context, scope)? {
        let source = format!("{}.{}", pipeline.name, definition.name);
        for AsideRow { shown, .. } in open_rows(context, pipeline, definition)? {
            let QuarantineRow { file, rule, column, personal, released, .. } = shown;
            let line = lines
                .entry((source.clone(), file.clone(), rule.clone(), column.clone()))
                .or_insert_with(|| QuarantineLine {
                    source: source.clone(),
                    file,
                    rule,
                    column,
                    rows: 0,
                    released: 0,
                    personal,
                });
            line.rows += 1;
            line.released += usize::from(released.is_some());
        }
    }
    Ok(lines.into_values().collect())
}

/// Returns the rows of one source that are set aside, in the order of their files, without a personal value.
///
/// # Errors
///
/// When there is no such source or the store cannot be read.
pub fn show(context: &Context, source: &str, filter: &Filter) -> Result<Vec<QuarantineRow>, Failure> {
    let (pipeline, definition) = one(context, source)?;
    let rows = open_rows(context, pipeline, definition)?;
    Ok(rows.into_iter().map(|row| row.shown).filter(|row| filter.takes(row)).collect())
}
