//! The sections that every report has, as content: how far to trust it, how it was made.

use super::document::{Definition, Document, TableBlock, TableRow};
use super::facts::SourceFact;
use super::wording::capitalised;
use super::{number, quality};
use crate::disclosure::Decimal;
use crate::text::counted;

/// Returns the words in the place of a commentary that nobody has written yet.
pub(super) fn placeholder(name: &str) -> String {
    format!("[Commentary on {} is not written yet]", name.replace('_', " "))
}

/// Title of the section on trust.
pub(super) const TRUST: &str = "How far to trust this";
/// Title of the section on method.
pub(super) const METHOD: &str = "How these figures were made";
/// Title of the box with what is asked.
pub(super) const DECISION: &str = "For decision";

/// Returns the rows of "How far to trust this": what a reader can do something with.
pub(super) fn trust(document: &Document) -> Vec<(String, String)> {
    let facts = &document.facts;
    let mut rows = Vec::new();
    if !facts.sources.is_empty() {
        let stale: Vec<&SourceFact> = facts.sources.iter().filter(|source| !source.is_fresh()).collect();
        let fresh = match (facts.sources.len(), facts.sources.len() - stale.len()) {
            (1, 1) => "The one source".to_owned(),
            (all, fresh) if all == fresh => format!("All {all} sources"),
            (all, fresh) => format!("{fresh} of {all} sources"),
        };
        let counts = facts.rows;
        let set_aside = match counts.quarantined {
            _ if counts.read == 0 => String::new(),
            0 => format!("; none of {} rows set aside", number::count(counts.read)),
            rows => format!("; {} of {} rows set aside", number::count(rows), number::count(counts.read)),
        };
        let known = number::date(facts.as_of.date_naive());
        rows.push(("Up to date".to_owned(), format!("{fresh}, on {known}{set_aside}")));
        rows.extend(stale.into_iter().map(|source| {
            let most = source.max_age_days.map(days).unwrap_or_default();
            let age = format!(
                "{} is {} old; at most {most} was agreed. Newest data: {}",
                capitalised(&source.label),
                days(source.age_days),
                number::date(source.newest)
            );
            ("Out of date".to_owned(), age)
        }));
    }
    rows.extend(facts.missing.iter().map(|missing| ("Not received".to_owned(), missing.clone())));
    rows.push(("Held back".to_owned(), held_back(document)));
    rows.push(("Changed".to_owned(), changed(document)));
    if !facts.redefined.is_empty() {
        let words = format!("earlier years recomputed: {}", facts.redefined.join("; "));
        rows.push(("Newly defined".to_owned(), words));
    }
    let unwritten: Vec<String> = document.unwritten().iter().map(|name| name.replace('_', " ")).collect();
    if !unwritten.is_empty() {
        let words = format!("still to be written by the responsible officer: {}", unwritten.join(", "));
        rows.push(("Commentary".to_owned(), words));
    }
    rows
}

/// Says how many of the cells of the workbook are hidden.
fn held_back(document: &Document) -> String {
    let cells = document
        .tables
        .iter()
        .flat_map(|table| table.rows.iter().flat_map(move |row| row.cells.iter().skip(table.row_headings)));
    let (all, hidden) = cells.fold((0, 0), |(all, hidden), cell| {
        (all + 1, hidden + usize::from(cell.number.is_none() && cell.text == "[c]"))
    });
    match hidden {
        0 => "nothing: no count is small enough to point to a child".to_owned(),
        1 => "1 cell of the workbook, to protect small numbers".to_owned(),
        _ if hidden * 20 < all => {
            format!("{} cells of the workbook, to protect small numbers", number::count(as_count(hidden)))
        }
        _ => format!("1 cell in {} of the workbook, to protect small numbers", (all + hidden / 2) / hidden),
    }
}

/// Returns the paragraphs of "How these figures were made".
pub(super) fn method(document: &Document) -> Vec<String> {
    let facts = &document.facts;
    let counts = facts.rows;
    let mut found = vec![
        format!(
            "Figures are for {}. Stocks are counted on {}. The data is as it was known on {}.",
            facts.period.label(),
            number::date(facts.as_at),
            number::date(facts.as_of.date_naive())
        ),
        format!(
            "Counts of 1 to {} are hidden and shown as [c], with every figure worked out from them and as many further \
             figures as it takes for none of them to be worked out: from totals, from the other tables of this report or \
             from earlier editions. True zeros are shown, but where a table says otherwise. Percentages and changes are worked out from the \
             figures shown, and rounded with halves away from zero.",
            facts.threshold.saturating_sub(1)
        ),
    ];
    if counts.read > 0 {
        let seen = if counts.duplicates > 0 {
            format!(" {} were there before and are left out.", number::count(counts.duplicates))
        } else {
            String::new()
        };
        found.push(format!(
            "Of {} rows read, {}{} broke a rule of their source and are set aside.{seen}",
            number::count(counts.read),
            number::count(counts.quarantined),
            share(counts.quarantined, counts.read)
        ));
    }
    if !facts.parameters.is_empty() {
        let list: Vec<String> = facts
            .parameters
            .iter()
            .map(|(name, value)| format!("{}: {value}", name.replace('_', " ")))
            .collect();
        found.push(format!("Parameters. {}.", list.join("; ")));
    }
    found.extend(quality::paragraph(facts));
    found
}

/// Returns the lines under a table in a letter: its notes, and what its symbols mean. What each measure is stands in the
/// workbook.
pub(super) fn notes_in_letter(table: &TableBlock) -> Vec<String> {
    let symbols: Vec<String> =
        table.symbols().into_iter().map(|(symbol, meaning)| format!("{symbol} = {meaning}")).collect();
    let symbols = (!symbols.is_empty()).then(|| format!("{}.", symbols.join("; ")));
    table.notes.iter().cloned().chain(symbols).collect()
}

/// Returns a measure in a line.
pub(super) fn definition(definition: &Definition) -> String {
    format!("{}: {}", definition.label, definition.text)
}

/// Returns the last line of every medium: which edition, which run.
pub(super) fn colophon(document: &Document) -> String {
    format!("Edition {} · run {}", document.facts.edition, document.facts.run)
}

/// Says in sentences what changed since the last edition, and why.
#[must_use]
pub fn what_changed(document: &Document) -> Vec<String> {
    let mut lines = vec![format!("{}.", capitalised(&changed(document)))];
    if !document.facts.redefined.is_empty() {
        let titles = document.facts.redefined.join("; ");
        lines.push(format!("Newly defined, and earlier years recomputed: {titles}."));
    }
    lines
}

/// Says how many of the figures of an earlier edition have changed, and why.
fn changed(document: &Document) -> String {
    let Some(changes) = &document.changes else { return "this is the first edition".to_owned() };
    let compared = match changes.compared {
        1 => "the one figure that both show".to_owned(),
        figures => format!("the {} figures that both show", number::count(as_count(figures))),
    };
    if changes.compared == 0 {
        return format!("no figure stands in both; that edition: {}", changes.edition);
    }
    let why = if changes.why.is_empty() { String::new() } else { format!("; {}", changes.why) };
    if changes.changed == 0 {
        return format!("none of {compared}{why}; that edition: {}", changes.edition);
    }
    let tables: Vec<String> = changes.tables.iter().map(ToString::to_string).collect();
    let which = match tables.as_slice() {
        [one] => format!("table {one}"),
        many => format!("tables {}", many.join(", ")),
    };
    let count = number::count(as_count(changes.changed));
    format!("{count} of {compared}, in {which}{why}; that edition: {}", changes.edition)
}

fn as_count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Returns ` (0.03%)`, to as many decimals as it takes for rows not to read as none.
fn share(part: u64, whole: u64) -> String {
    let decimal = |count: u64| Decimal::new(i128::from(count), 0);
    let to = |decimals: u32| decimal(part).times_ten(2).over(decimal(whole), decimals);
    let mut shares = (2..=8).filter_map(to);
    let share = if part == 0 { to(0) } else { shares.find(|share| !share.is_zero()) };
    share.map(|share| format!(" ({share}%)")).unwrap_or_default()
}

fn days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// The most rows of a table that a letter shows; the workbook has them all.
const ROWS: usize = 25;

/// Returns the rows that a letter shows, every total among them, and a line on those that it leaves out.
pub(super) fn rows_in_letter(table: &TableBlock) -> (Vec<&TableRow>, Option<String>) {
    if table.rows.len() <= ROWS {
        return (table.rows.iter().collect(), None);
    }
    let grand = table.rows.iter().skip(ROWS).rfind(|row| row.total);
    let rows: Vec<&TableRow> = table.rows.iter().take(ROWS).chain(grand).collect();
    let left_out = table.rows.len() - rows.len();
    (rows, Some(format!("{} in the workbook.", counted(left_out, "more row is", "more rows are"))))
}
