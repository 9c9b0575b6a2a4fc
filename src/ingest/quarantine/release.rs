use std::collections::BTreeMap;

use super::decision::{Release, keep};
use super::row::{Filter, Kept, QuarantineRow};
use super::scope::one;
use super::set_aside::open_rows;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::ingest::current;
use crate::job::Turn;
use crate::job::turn::within;
use crate::job::{Context, Failure, Job};
use crate::ledger::Step;
use crate::project::{Pipeline, SourceDefinition};
use crate::text::counted;

/// Rules that are about what a cell is: such a row cannot be taken as it stands, its cell must be mended.
const MEND_ONLY: &[&str] = &[
    "required",
    "money",
    "decimal",
    "integer",
    "boolean",
    "date",
    "year",
    "error_cell",
    "unmapped_code",
    "not_allowed",
];

/// What a person decides about rows that are set aside.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `pipeline.source`.
    pub source: String,
    /// Which rows.
    pub filter: Filter,
    /// Cells to be mended, by column; none to take the rows as they are.
    pub set: BTreeMap<String, String>,
    /// Who decides.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Records a person's decision about rows that are set aside. The next run, or `quarantine replay`, judges them
/// again. Gives back the rows.
///
/// It is done in the pipeline's `turn`: which rows are set aside does not change meanwhile.
///
/// # Errors
///
/// When no row fits, one is to be mended at its source because the failing column is personal, a cell would
/// have to be mended, or a column to be mended is personal or not there; [`Failure::Lease`] when somebody else is at
/// work on the pipeline.
pub fn release(context: &Context, ask: &Ask, turn: &dyn Turn) -> Result<Vec<QuarantineRow>, Failure> {
    let (pipeline, definition) = one(context, &ask.source)?;
    for (what, text) in [("--by", &ask.by), ("--why", &ask.why)] {
        if text.trim().is_empty() {
            return Err(Failure::Usage(format!("a release says who and why: `{what}` is blank")));
        }
    }
    mendable(definition, ask)?;
    within(turn, &pipeline.name, || decide(context, ask, (pipeline, definition), turn))
}

/// Records the decision, in the pipeline's turn.
fn decide(
    context: &Context,
    ask: &Ask,
    (pipeline, definition): (&Pipeline, &SourceDefinition),
    turn: &dyn Turn,
) -> Result<Vec<QuarantineRow>, Failure> {
    let rows: Vec<Kept> = open_rows(context, pipeline, definition)?
        .into_iter()
        .filter(|row| ask.filter.takes(&row.shown))
        .collect();
    if rows.is_empty() {
        return Err(Failure::Usage(format!(
            "no row of `{}` that is set aside fits: `sufficiency quarantine show {}` lists them",
            ask.source, ask.source
        )));
    }
    for Kept { shown, .. } in &rows {
        releasable(ask, shown)?;
    }
    let all = context.store().landings(&pipeline.name, &definition.name, None)?;
    let in_force = current::judged(&all, definition);
    let mut job = Job::new(context, &pipeline.name, "quarantine release").in_turn(turn);
    // Whoever was frozen past its time and wakes here decides nothing any more.
    job.permit()?;
    let mut by_file: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for Kept { shown, .. } in &rows {
        let base = in_force.iter().find_map(|landing| {
            landing.file.as_ref().filter(|file| file.name == shown.file && landing.replays.is_none())
        });
        let Some(file) = base else { continue };
        let release = Release {
            identity: file.identity.clone(),
            sha256: file.sha256.clone(),
            row: shown.row,
            rule: shown.rule.clone(),
            set: ask.set.clone(),
            by: ask.by.clone(),
            why: ask.why.clone(),
            at: context.clock().now(),
        };
        keep(context, pipeline, definition, &release)?;
        by_file.entry(shown.file.as_str()).or_default().push(shown.row);
    }
    for (file, rows) in by_file {
        job.note(Step::Released {
            source: definition.name.clone(),
            from: file.to_owned(),
            rows,
            mended: ask.set.keys().cloned().collect(),
            by: ask.by.clone(),
            why: ask.why.clone(),
        })?;
    }
    job.close_as(
        &Ok(()),
        &format!("{} by {}", counted(rows.len(), "row released", "rows released"), ask.by),
    )?;
    Ok(rows.into_iter().map(|row| row.shown).collect())
}

/// Columns to be mended that are not there, or that hold what nobody may type here.
fn mendable(definition: &SourceDefinition, ask: &Ask) -> Result<(), Failure> {
    for name in ask.set.keys() {
        let column = definition.file.columns.iter().find(|column| column.name.get_ref() == name);
        let Some(column) = column else {
            let names = definition.file.columns.iter().map(|column| column.name.get_ref());
            return Err(Diagnostic::placeless(format!("no column `{name}` in `{}`", ask.source))
                .with_help(did_you_mean(name, names))
                .into());
        };
        if column.privacy.is_personal() {
            return Err(Failure::Usage(format!(
                "`{name}` is personal: mend it at its source, and the next run reads it from there"
            )));
        }
    }
    Ok(())
}

/// Whether a row may be released as `ask` wants it.
fn releasable(ask: &Ask, row: &QuarantineRow) -> Result<(), Failure> {
    let refuse = |why: &str| {
        Err(Failure::Usage(format!("row {} of `{}` {why}\nnothing was released", row.row, row.file)))
    };
    if row.personal {
        return refuse(
            "broke a rule about a personal column: mend it at its source, and the next run reads it from there",
        );
    }
    if row.rule == "ragged_row" {
        return refuse("has slipped, so that no cell of it is known: mend the file");
    }
    let column = row.column.as_deref().unwrap_or_default();
    let mends = ask.set.contains_key(column);
    if MEND_ONLY.contains(&row.rule.as_str()) && !mends {
        return refuse(&format!(
            "holds no value that can be stored: {}; mend it with `--set {column}=…`, or at its source",
            row.reason
        ));
    }
    Ok(())
}
