use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::freshness::sources_behind;
use crate::engine::TableName;
use crate::ingest::assemble;
use crate::ingest::parts::{self, PartFact, PartState};
use crate::job::{Context, Failure, Kept, Period};
use crate::project::{Missing, Pipeline, Report};
use crate::report::capitalised;
use crate::text::counted;

/// Parts that a message names; of the others only the count is.
const NAMED: usize = 6;

/// A source behind a report that grows by parts, and those of its parts that are not as they should be.
#[derive(Debug, Clone)]
pub(super) struct SeriesFact {
    /// The source.
    pub(super) source: TableName,
    /// Parts that were due by the day of what is known, begin by the end of the report's period, and have no row;
    /// oldest first.
    pub(super) missing: Vec<PartFact>,
    /// Parts that have far fewer rows than those before them; oldest first.
    pub(super) thin: Vec<PartFact>,
    /// The last day to which it is whole.
    known_to: Option<NaiveDate>,
    /// Whether a part of the report's own period has rows.
    has_some: bool,
    /// What a missing part does.
    policy: Missing,
}

impl SeriesFact {
    /// Says to readers which parts have not been received.
    pub(super) fn to_readers(&self) -> Option<String> {
        let label = capitalised(&self.source.table.replace('_', " "));
        words(&self.missing).map(|words| format!("{label} of {words}, have not been received."))
    }

    /// Says which parts are thin, and which are missing where that holds nothing.
    pub(super) fn notes(&self, report: &Report) -> Vec<String> {
        let (report, source) = (&report.name, &self.source);
        let thin = self.thin.iter().map(|fact| {
            let rows = counted(usize::try_from(fact.rows).unwrap_or(usize::MAX), "row", "rows");
            format!("{report}: `{source}` has {rows} of {}, far fewer than before", fact.part.label())
        });
        let missing = words(&self.missing).map(|words| format!("{report}: `{source}` has no row of {words}"));
        thin.chain(missing).collect()
    }
}

/// Returns the series behind a report, with what each lacks; of one policy where one is named.
pub(super) fn behind(
    context: &Context,
    pipeline: &Pipeline,
    inputs: impl Iterator<Item = TableName>,
    period: &Period,
    policy: Option<Missing>,
) -> Result<Vec<SeriesFact>, Failure> {
    let mut seen = BTreeSet::new();
    let own = pipeline.sources.keys().map(|name| TableName::new(&pipeline.name, name));
    let mut sources = BTreeSet::new();
    for table in inputs.chain(own) {
        sources.extend(sources_behind(context, &table, &mut seen)?);
    }
    let mut facts = Vec::new();
    for source in sources {
        facts.extend(fact(context, source, period, policy)?);
    }
    Ok(facts)
}

/// Returns the period as far as the series behind a pipeline are whole, with what moved its last day in words: a part
/// that is missing before the last day of a period so far makes it end with the part before. A period of which no month
/// would be left, and one that is reported whole, stay as they are.
pub(crate) fn as_known(
    context: &Context,
    pipeline: &Pipeline,
    period: Period,
) -> Result<(Period, Vec<String>), Failure> {
    let (of, Some(last)) = (period.reported.of, period.reported.so_far) else {
        return Ok((period, Vec::new()));
    };
    let tables = pipeline.models.keys().map(|name| TableName::new(&pipeline.name, name));
    let facts = behind(context, pipeline, tables, &period, None)?;
    let gaps = facts.iter().filter_map(|fact| Some((fact.known_to?, fact, words(&fact.missing)?)));
    let Some((known_to, fact, missing)) = gaps.min_by_key(|(known_to, ..)| *known_to) else {
        return Ok((period, Vec::new()));
    };
    if known_to < of.start() || known_to >= last {
        return Ok((period, Vec::new()));
    }
    let note = format!("what is known ends on {known_to}, for `{}` has no row of {missing}", fact.source);
    Ok((period.known_to(known_to), vec![note]))
}

/// Returns what a source lacks; nothing for one that does not grow by parts or of which nothing has landed.
fn fact(
    context: &Context,
    source: TableName,
    period: &Period,
    policy: Option<Missing>,
) -> Result<Option<SeriesFact>, Failure> {
    let Some(pipeline) = context.project().pipelines.get(&source.pipeline) else { return Ok(None) };
    let Some(definition) = pipeline.sources.get(&source.table) else { return Ok(None) };
    let Some(series) = &definition.file.series else { return Ok(None) };
    if policy.is_some_and(|policy| series.missing != policy) {
        return Ok(None);
    }
    let Some(assembly) = assemble::assembly(context, pipeline, definition, period.as_of)? else {
        return Ok(None);
    };
    let rows = parts::rows(series, &assembly.rows(context)?);
    let now = period.as_of.unwrap_or_else(|| context.clock().now());
    let known = now.with_timezone(&context.clock().zone()).date_naive();
    let all = parts::states(series, &rows, known, known.min(period.as_at()));
    let of = |state| all.iter().filter(move |fact| fact.state == state).copied().collect();
    let (missing, thin) = (of(PartState::Missing), of(PartState::Thin));
    let has_some = all.iter().any(|fact| fact.rows > 0 && fact.part.end() >= period.reported.of.start());
    let known_to = parts::known_to(&all);
    Ok(Some(SeriesFact { source, missing, thin, known_to, has_some, policy: series.missing }))
}

/// Holds a report where a source behind it lacks a month, a term or a year that was due: a sum over what is there
/// would be taken for the whole. Where the source says that this is reported and holds nothing, only a report whose own period
/// has no part at all is held.
pub(super) fn hold_if_missing(report: &Report, facts: &[SeriesFact]) -> Result<(), Failure> {
    let holds = |fact: &&SeriesFact| fact.policy == Missing::Hold || !fact.has_some;
    let missing: Vec<String> = facts
        .iter()
        .filter(holds)
        .filter_map(|fact| {
            let whole = fact.known_to.map_or_else(String::new, |day| format!("; it is whole to {day}"));
            Some(format!("`{}` has no row of {}{whole}", fact.source, words(&fact.missing)?))
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let failure = Failure::gate("the report is held: parts of its data are missing")
        .at(&report.name)
        .kept(Kept::LastEditions)
        .help("ask the owner of the source for what is missing and run again");
    Err(missing.into_iter().fold(failure, Failure::note))
}

/// Lists the parts that are missing, in words; nothing where none is.
fn words(parts: &[PartFact]) -> Option<String> {
    let mut named: Vec<String> =
        parts.iter().take(NAMED).map(|fact| format!("{}, due by {}", fact.part.label(), fact.due)).collect();
    if parts.len() > NAMED {
        named.push(format!("{} more", parts.len() - NAMED));
    }
    (!named.is_empty()).then(|| named.join("; "))
}
