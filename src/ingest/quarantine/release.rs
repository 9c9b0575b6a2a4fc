use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Release, keep};
use super::row::{AsideRow, Filter, QuarantineRow};
use super::scope::one;
use super::set_aside::open_rows;
use crate::ingest::current;
use crate::job::PipelineLock;
use crate::job::context::no_such;
use crate::job::lock::within;
use crate::job::{Context, Failure, Job, Kept};
use crate::ledger::Step;
use crate::privacy::without_pupil_numbers;
use crate::project::{Pipeline, SourceDefinition};
use crate::source;
use crate::text::counted;

/// What to do about a personal value.
const AT_ITS_SOURCE: &str = "correct it at its source, and the next run reads it from there";

/// Rules that are about what a cell is: such a row cannot be taken as it is, its cell must be corrected.
const CORRECT_ONLY: &[&str] = &[
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
    /// Cells to be corrected, by column; none to take the rows as they are.
    pub set: BTreeMap<String, String>,
    /// Who decides.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Records a person's decision about rows that are set aside. The next run, or `quarantine replay`, judges them
/// again. Returns the rows.
///
/// It is done under the pipeline's `lock`: which rows are set aside does not change meanwhile.
///
/// # Errors
///
/// When no row fits, one is to be corrected at its source because the failing column is personal, a cell would
/// have to be corrected, or a column to be corrected is personal or not there; [`Kind::Lease`](crate::job::Kind) when somebody else is at
/// work on the pipeline.
pub fn release(context: &Context, ask: &Ask, lock: &dyn PipelineLock) -> Result<Vec<QuarantineRow>, Failure> {
    let (pipeline, definition) = one(context, &ask.source)?;
    for (what, text) in [("--by", &ask.by), ("--why", &ask.why)] {
        if text.trim().is_empty() {
            return Err(Failure::usage(format!("expected who decides and why, found nothing in `{what}`"))
                .kept(Kept::Quarantine)
                .help("write `--by NAME --why TEXT`"));
        }
    }
    correctable(definition, ask)?;
    within(lock, &pipeline.name, || decide(context, ask, (pipeline, definition), lock))
}

/// Records the decision, under the pipeline's lock.
fn decide(
    context: &Context,
    ask: &Ask,
    (pipeline, definition): (&Pipeline, &SourceDefinition),
    lock: &dyn PipelineLock,
) -> Result<Vec<QuarantineRow>, Failure> {
    let rows: Vec<AsideRow> = open_rows(context, pipeline, definition)?
        .into_iter()
        .filter(|row| ask.filter.takes(&row.shown))
        .collect();
    if rows.is_empty() {
        return Err(Failure::usage(format!("no row of `{}` that is set aside fits", ask.source))
            .kept(Kept::Quarantine)
            .help(format!("`sufficiency quarantine show {}` lists them", ask.source)));
    }
    for AsideRow { shown, .. } in &rows {
        releasable(ask, shown)?;
    }
    let files: BTreeSet<&str> = rows.iter().map(|row| row.shown.file.as_str()).collect();
    if !ask.set.is_empty() && files.len() > 1 {
        return Err(Failure::usage(format!(
            "expected rows of one file to correct, found rows of {}",
            files.len()
        ))
        .at(&ask.source)
        .kept(Kept::Quarantine)
        .help("name the file by `--file`: the same number is another row in each"));
    }
    let all = context.store().landings(&pipeline.name, &definition.name, None)?;
    let in_force = current::judged(&all, definition);
    let mut job = Job::new(context, &pipeline.name, "quarantine release").under(lock);
    // Whoever was frozen past its time and wakes here decides nothing any more.
    job.permit()?;
    let mut by_file: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for AsideRow { shown, .. } in &rows {
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
            corrected: ask.set.keys().cloned().collect(),
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

/// Refuses columns to be corrected that are not there, or that hold what nobody may type here.
fn correctable(definition: &SourceDefinition, ask: &Ask) -> Result<(), Failure> {
    for name in ask.set.keys() {
        let column = definition.file.columns.iter().find(|column| column.name.get_ref() == name);
        let Some(column) = column else {
            let names = definition.file.columns.iter().map(|column| column.name.get_ref());
            return Err(no_such("column", name, names).at(&ask.source).kept(Kept::Quarantine));
        };
        let text = ask.set.get(name).map_or("", String::as_str);
        if let Some(expected) = source::expected_of(column, text).filter(|_| !column.privacy.is_personal()) {
            let what = format!("expected {expected} for `{name}`, found `{}`", without_pupil_numbers(text));
            return Err(Failure::usage(what)
                .at(&ask.source)
                .kept(Kept::Quarantine)
                .help(format!("write `--set {name}=…` as its contract has it")));
        }
        if column.privacy.is_personal() {
            return Err(Failure::usage(format!("`{name}` is personal, and cannot be changed here"))
                .kept(Kept::Quarantine)
                .help(AT_ITS_SOURCE));
        }
    }
    Ok(())
}

/// Checks that a row may be released as `ask` wants it.
fn releasable(ask: &Ask, row: &QuarantineRow) -> Result<(), Failure> {
    let refuse = |why: &str, help: &str| {
        let what = format!("row {} of `{}` {why}", row.row, row.file);
        Err(Failure::usage(what).kept(Kept::Quarantine).help(help))
    };
    if row.personal {
        return refuse("broke a rule about a personal column", AT_ITS_SOURCE);
    }
    if row.rule == "ragged_row" {
        let why = "has more or fewer cells than the header, so that no cell of it is known";
        return refuse(why, "correct the file");
    }
    let column = row.column.as_deref().unwrap_or_default();
    let corrected = ask.set.contains_key(column);
    if CORRECT_ONLY.contains(&row.rule.as_str()) && !corrected {
        return refuse(
            &format!("holds no value that can be stored: {}", row.reason),
            &format!("correct it with `--set {column}=…`, or at its source"),
        );
    }
    Ok(())
}
