use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Context, Failure, Filter, Kept, QuarantineRow, one, open_rows};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::ledger::Step;
use crate::project::{Pipeline, SourceDefinition};
use crate::run::turn::within;
use crate::run::{Recorder, Turn};
use crate::store::{Created, LandingRecord, StoreError};
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

/// A decision about one row, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// What makes the file the same file.
    identity: String,
    /// Its bytes: of another file nothing was decided.
    sha256: String,
    /// The row's number.
    pub(super) row: i64,
    /// The rule that it broke, waived unless the row was mended.
    rule: String,
    /// Cells that were mended, by column.
    pub(super) set: BTreeMap<String, String>,
    /// Who decided, why, and when.
    pub(super) by: String,
    pub(super) why: String,
    at: DateTime<Utc>,
}

impl Release {
    /// Whether it is about this row of what `landing` read.
    pub(super) fn is_about(&self, landing: &LandingRecord, row: i64) -> bool {
        let of = |landing: &LandingRecord| {
            landing
                .file
                .as_ref()
                .is_some_and(|file| file.identity == self.identity && file.sha256 == self.sha256)
        };
        self.row == row && of(landing)
    }

    /// The rule that is waived, where one is.
    pub(super) fn waived(&self) -> Option<&str> {
        self.set.is_empty().then_some(self.rule.as_str())
    }

    /// Who and why, in words.
    pub(super) fn words(&self) -> String {
        let how = if self.set.is_empty() { "released" } else { "mended" };
        format!("{how} by {}: {}", self.by, self.why)
    }
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
    let standing = crate::run::standing::standing(&all, definition.file.disposition);
    let mut record = Recorder::new(context, &pipeline.name, "quarantine release").in_turn(turn);
    // Whoever was frozen past its time and wakes here decides nothing any more.
    record.permit()?;
    let mut by_file: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for Kept { shown, .. } in &rows {
        let base = standing.iter().find_map(|landing| {
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
        record.note(Step::Released {
            source: definition.name.clone(),
            from: file.to_owned(),
            rows,
            mended: ask.set.keys().cloned().collect(),
            by: ask.by.clone(),
            why: ask.why.clone(),
        })?;
    }
    record.close_as(&format!("{} by {}", counted(rows.len(), "row released", "rows released"), ask.by))?;
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

/// Keeps a decision under the next free number.
fn keep(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    release: &Release,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec_pretty(release).map_err(|error| Failure::Bug(error.to_string()))?;
    let objects = context.store().objects();
    let folder = folder(pipeline, definition);
    let mut number = objects.list(&folder)?.len();
    while objects.create(&format!("{folder}/{number:06}.json"), &bytes)? == Created::Exists {
        number += 1;
    }
    Ok(())
}

/// Every decision about rows of a source, in the order in which they were made.
pub(super) fn all(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
) -> Result<Vec<Release>, Failure> {
    let objects = context.store().objects();
    let mut releases = Vec::new();
    for name in objects.list(&folder(pipeline, definition))? {
        let Some(bytes) = objects.read(&name)? else { continue };
        let release = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { name: name.clone(), what: error.to_string() })?;
        releases.push(release);
    }
    Ok(releases)
}

fn folder(pipeline: &Pipeline, definition: &SourceDefinition) -> String {
    format!("restricted/releases/{}/{}", pipeline.name, definition.name)
}
