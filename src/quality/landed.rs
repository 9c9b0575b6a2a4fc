use std::collections::BTreeMap;

use super::finding::{Finding, Severity, Topic};
use super::source::Source;
use crate::ingest::{current, quarantine};
use crate::job::Failure;
use crate::source::pounds as in_pounds;
use crate::store::{LandingRecord, Quality};

/// A share of rows set aside above which that is a finding, as one in so many: more than one in fifty, two per cent.
const SET_ASIDE: u128 = 50;
/// The same of a change in the count of rows: more than one in five.
const SWING: u128 = 5;

/// Amounts in minor units, by column.
type Amounts = BTreeMap<String, i128>;

/// Returns the findings of what has landed of a source and is in force.
pub(super) fn findings(source: &Source<'_>) -> Result<Vec<Finding>, Failure> {
    let name = source.name();
    let all = source.context.store().landings(&name.pipeline, &name.table, None)?;
    let judged = current::judged(&all, source.definition);
    let read: u64 = judged.iter().filter(|one| one.replays.is_none()).map(|one| one.counts.read).sum();
    let mut found = Vec::new();
    found.extend(no_rows(source, &judged));
    found.extend(set_aside(source, &judged, read)?);
    found.extend(warned(source, &judged, read));
    found.extend(swings(source, &all));
    Ok(found)
}

/// Returns whether more than one in `among` of `of` is `part`.
pub(super) fn is_more_than_one_in(among: u128, part: u64, of: u64) -> bool {
    u128::from(part) * among > u128::from(of)
}

fn day(source: &Source<'_>, landing: &LandingRecord) -> chrono::NaiveDate {
    landing.received.with_timezone(&source.context.clock().zone()).date_naive()
}

/// Returns the day on which the newest of some landings was received.
fn newest_day(source: &Source<'_>, landings: &[&LandingRecord]) -> chrono::NaiveDate {
    let newest = landings.iter().map(|landing| day(source, landing)).max();
    newest.unwrap_or_else(|| source.context.clock().today())
}

/// Returns the six scores of what is in force of a source.
pub(super) fn scores(source: &Source<'_>) -> Result<Quality, Failure> {
    let name = source.name();
    let all = source.context.store().landings(&name.pipeline, &name.table, None)?;
    let judged = current::judged(&all, source.definition);
    Ok(judged.iter().fold(Quality::default(), |sum, landing| sum.and(&landing.findings.quality)))
}

fn no_rows(source: &Source<'_>, judged: &[&LandingRecord]) -> Option<Finding> {
    let published: u64 = judged.iter().map(|landing| landing.counts.published).sum();
    let rule = "no row of the newest extract is in the table".to_owned();
    let since = newest_day(source, judged);
    (published == 0 && !judged.is_empty())
        .then(|| source.finding(Topic::NoRows, "", Severity::Warn, rule, since))
}

/// Returns what is set aside now, by rule and column: all of it where it is more than two per cent of the rows read, and
/// at any share where there is money in it.
fn set_aside(source: &Source<'_>, judged: &[&LandingRecord], read: u64) -> Result<Vec<Finding>, Failure> {
    let name = source.name().to_string();
    let mut by_rule: BTreeMap<(String, Option<String>), (u64, Amounts)> = BTreeMap::new();
    for line in quarantine::list(source.context, Some(&name))? {
        let (rows, pounds) = by_rule.entry((line.rule, line.column)).or_default();
        *rows += u64::try_from(line.rows).unwrap_or(u64::MAX);
        for (column, amount) in line.amounts {
            *pounds.entry(column).or_default() += amount;
        }
    }
    let all: u64 = by_rule.values().map(|(rows, _)| rows).sum();
    let is_many = is_more_than_one_in(SET_ASIDE, all, read);
    let since = newest_day(source, judged);
    let found = by_rule.into_iter().filter(|(_, (_, pounds))| is_many || !pounds.is_empty());
    Ok(found
        .map(|((rule, column), (rows, pounds))| {
            let within = column.as_ref().map(|column| format!(" in column {column}")).unwrap_or_default();
            let detail = column.map_or_else(|| rule.clone(), |column| format!("{rule} {column}"));
            let words = format!("set aside by the rule `{rule}`{within}");
            let finding = source.finding(Topic::SetAside, &detail, Severity::Quarantine, words, since);
            let rows = source.count(rows);
            let money = source.definition.file.columns.iter().filter_map(|column| {
                let amount = pounds.get(column.name.get_ref())?;
                Some(format!("{} of {}", in_pounds(column, *amount)?, column.name.get_ref()))
            });
            let pounds = if rows.is_few() { Vec::new() } else { money.collect() };
            let command = format!("sufficiency quarantine show {name} --rule {rule}");
            Finding { rows, of: Some(read), pounds, command, ..finding }
        })
        .collect())
}

fn warned(source: &Source<'_>, judged: &[&LandingRecord], read: u64) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, (u64, &LandingRecord)> = BTreeMap::new();
    for landing in judged.iter().filter(|landing| landing.replays.is_none()) {
        for (rule, count) in &landing.findings.warnings {
            let known = counts.entry(rule).or_insert((0, landing));
            known.0 += count;
            if known.1.received < landing.received {
                known.1 = landing;
            }
        }
    }
    counts
        .into_iter()
        .filter(|(_, (count, _))| *count > 0)
        .map(|(rule, (count, landing))| {
            let words = format!("warned of by the rule `{rule}`");
            let finding = source.finding(Topic::Warned, rule, Severity::Warn, words, day(source, landing));
            let command = format!("sufficiency show {}", landing.run);
            // A cell may be warned of more than once in a row; then it is not a share of rows.
            let of = (count <= read).then_some(read);
            Finding { rows: source.count(count), of, command, ..finding }
        })
        .collect()
}

/// Returns the files whose count of rows moved by more than a fifth from the version before to the newest.
fn swings(source: &Source<'_>, all: &[LandingRecord]) -> Vec<Finding> {
    let mut versions: BTreeMap<String, Vec<&LandingRecord>> = BTreeMap::new();
    for landing in all.iter().filter(|landing| landing.replays.is_none()) {
        let versions = versions.entry(current::identity(source.definition, landing)).or_default();
        let bytes = |one: &LandingRecord| one.file.as_ref().map(|file| file.sha256.clone());
        match versions.last_mut() {
            // Read again because its contract changed: the same version.
            Some(last) if landing.file.is_some() && bytes(last) == bytes(landing) => *last = landing,
            _ => versions.push(landing),
        }
    }
    let moved = versions.into_iter().filter_map(|(identity, versions)| {
        let [.., before, newest] = versions.as_slice() else { return None };
        let (was, is) = (before.counts.read, newest.counts.read);
        is_more_than_one_in(SWING, was.abs_diff(is), was).then_some((identity, was, *newest))
    });
    moved
        .map(|(identity, was, newest)| {
            let is = newest.counts.read;
            let sign = if is < was { "\u{2212}" } else { "+" };
            // In tenths of a per cent, half up.
            let change =
                (u128::from(was.abs_diff(is)) * 2_000 + u128::from(was)) / (2 * u128::from(was).max(1));
            let words = format!(
                "after the count moved by {sign}{}.{} per cent from the version before, expected at most 20",
                change / 10,
                change % 10
            );
            let finding = source.finding(Topic::Swing, &identity, Severity::Warn, words, day(source, newest));
            let command = format!("sufficiency show {}", newest.run);
            // The name of a file may be that of a person; the record of the run has it.
            Finding { rows: source.count(is), command, detail: String::new(), ..finding }
        })
        .collect()
}
