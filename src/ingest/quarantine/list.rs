use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::row::{AsideRow, Filter, QuarantineRow};
use super::scope::{chosen, one};
use super::set_aside::open_rows;
use crate::job::context::one_of;
use crate::job::{Context, Failure, Kind};
use crate::ledger;
use crate::source;

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
    /// The pounds in them, by column of money; cells that are no amount count for nothing.
    pub pounds: BTreeMap<String, String>,
    /// The same in minor units.
    #[serde(skip)]
    pub amounts: BTreeMap<String, i128>,
    /// Those of them about which a person has decided, to be judged again by the next run.
    pub released: usize,
    /// Whether they are corrected at their source, and never released.
    pub personal: bool,
}

/// Lists the rows that are set aside, by source, file, rule and column; of one pipeline or source where one is named.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read.
pub fn list(context: &Context, scope: Option<&str>) -> Result<Vec<QuarantineLine>, Failure> {
    let mut lines: BTreeMap<(String, String, String, Option<String>), QuarantineLine> = BTreeMap::new();
    let mut all = Vec::new();
    for (pipeline, definition) in chosen(context, scope)? {
        let name = format!("{}.{}", pipeline.name, definition.name);
        let mut amounts: BTreeMap<(String, String, Option<String>), BTreeMap<&str, i128>> = BTreeMap::new();
        for AsideRow { shown, values } in open_rows(context, pipeline, definition)? {
            let QuarantineRow { file, rule, column, personal, released, .. } = shown;
            let amounts = amounts.entry((file.clone(), rule.clone(), column.clone())).or_default();
            for money in &definition.file.columns {
                let cell = values.get(money.name.get_ref());
                if let Some(amount) = cell.and_then(|cell| source::amount(money, cell)) {
                    *amounts.entry(money.name.get_ref()).or_default() += amount;
                }
            }
            let line = lines
                .entry((name.clone(), file.clone(), rule.clone(), column.clone()))
                .or_insert_with(|| QuarantineLine {
                    source: name.clone(),
                    file,
                    rule,
                    column,
                    rows: 0,
                    pounds: BTreeMap::new(),
                    amounts: BTreeMap::new(),
                    released: 0,
                    personal,
                });
            line.rows += 1;
            line.released += usize::from(released.is_some());
        }
        for ((_, file, rule, column), mut line) in std::mem::take(&mut lines) {
            let amounts = amounts.remove(&(file, rule, column)).unwrap_or_default();
            for money in &definition.file.columns {
                let amount = amounts.get(money.name.get_ref().as_str());
                let Some(amount) = amount else { continue };
                let name = money.name.get_ref();
                line.amounts.insert(name.clone(), *amount);
                line.pounds.extend(source::pounds(money, *amount).map(|pounds| (name.clone(), pounds)));
            }
            all.push(line);
        }
    }
    all.sort_by(|one, other| {
        let place = |line: &QuarantineLine| {
            (line.source.clone(), line.file.clone(), line.rule.clone(), line.column.clone())
        };
        place(one).cmp(&place(other))
    });
    Ok(all)
}

/// Returns the rows of one source that are set aside, in the order of their files, without a personal value.
///
/// # Errors
///
/// When there is no such source or the store cannot be read.
pub fn show(context: &Context, source: &str, filter: &Filter) -> Result<Vec<QuarantineRow>, Failure> {
    let (pipeline, definition) = one(context, source)?;
    let rows = open_rows(context, pipeline, definition)?;
    let rows: Vec<QuarantineRow> = rows.into_iter().map(|row| row.shown).collect();
    let fits: Vec<QuarantineRow> = rows.iter().filter(|row| filter.takes(row)).cloned().collect();
    if !fits.is_empty() || *filter == Filter::default() {
        return Ok(fits);
    }
    let known = |of: fn(&QuarantineRow) -> &String| rows.iter().map(of).collect::<BTreeSet<_>>();
    let failure = Failure::usage("expected rows that are set aside, found none that fits").at(source);
    Err(if rows.is_empty() {
        failure.help("nothing is set aside there")
    } else {
        failure
            .help(format!("files: {}", one_of(known(|row| &row.file))))
            .help(format!("rules: {}", one_of(known(|row| &row.rule))))
    })
}

/// A pipeline whose newest run refused what a source sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The pipeline.
    pub pipeline: String,
    /// The source.
    pub source: String,
    /// The file that was refused, with its row where one is to blame.
    pub place: String,
    /// The run.
    pub run: String,
    /// Why, as the run said it.
    pub message: String,
}

/// Returns what the newest run of each pipeline refused whole, and so set no row of aside; of one pipeline or source
/// where one is named.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read.
pub fn refused(context: &Context, scope: Option<&str>) -> Result<Vec<Refused>, Failure> {
    let names: BTreeSet<&str> =
        chosen(context, scope)?.iter().map(|(pipeline, _)| pipeline.name.as_str()).collect();
    let records = ledger::history(context.store().objects().as_ref())?;
    let mut list = Vec::new();
    for name in names {
        let newest = records.iter().rfind(|record| {
            record.started.pipeline == name && !record.started.trigger.starts_with("quarantine")
        });
        let Some((record, end)) = newest.and_then(|record| Some((record, record.finished.as_ref()?))) else {
            continue;
        };
        let of_scope = |source: &str| scope.is_none_or(|scope| !scope.contains('.') || source == scope);
        // A run says of all that it was refused: the most severe is not always one of them.
        let Some(failure) = &end.outcome.failure else { continue };
        let others = failure["others"].as_array().into_iter().flatten();
        for refusal in std::iter::once(failure).chain(others) {
            let text = |field: &str| refusal[field].as_str().unwrap_or_default();
            let of_this = text("kind") == Kind::SourceRejected.name();
            let source = if text("of").contains('.') { text("of") } else { text("place") };
            if of_this && of_scope(source) {
                let said = [text("what"), text("cause")].into_iter().filter(|text| !text.is_empty());
                list.push(Refused {
                    pipeline: name.to_owned(),
                    source: source.to_owned(),
                    place: text("place").to_owned(),
                    run: record.started.run.clone(),
                    message: said.collect::<Vec<_>>().join(": "),
                });
            }
        }
    }
    Ok(list)
}
