//! The sections that every report has, as content: how far to trust it, how it was made.

use super::document::{Block, Definition, Document, TableBlock, TableRow};
use super::facts::SourceFact;
use super::wording::capitalised;
use super::{number, quality};
use crate::disclosure::Decimal;

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

/// Returns the rows of "How far to trust this": what, and its state.
pub(super) fn trust(document: &Document) -> Vec<(String, String)> {
    let facts = &document.facts;
    let mut rows = Vec::new();
    if !facts.sources.is_empty() {
        let stale: Vec<&SourceFact> = facts.sources.iter().filter(|source| !source.is_fresh()).collect();
        let oldest = facts.sources.iter().max_by_key(|source| source.age_days);
        let fresh = facts.sources.len() - stale.len();
        let oldest = oldest.map_or_else(String::new, |oldest| {
            format!("; oldest: {}, {} ({})", oldest.label, days(oldest.age_days), number::date(oldest.newest))
        });
        let fresh = format!("{fresh} of {}{oldest}", facts.sources.len());
        rows.push(("Sources fresh".to_owned(), fresh));
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
    let counts = facts.rows;
    if counts.read > 0 {
        let share = share(counts.quarantined, counts.read);
        let (set_aside, read) = (number::count(counts.quarantined), number::count(counts.read));
        rows.push((
            "Rows set aside".to_owned(),
            format!("{set_aside} of {read} read{share} broke a rule of their source"),
        ));
        if counts.duplicates > 0 {
            rows.push((
                "Rows seen before".to_owned(),
                format!("{}, left out", number::count(counts.duplicates)),
            ));
        }
    }
    rows.push(("Small numbers hidden".to_owned(), hidden(document)));
    rows.push(("Changed since last edition".to_owned(), changed(document)));
    let unwritten = unwritten(&document.blocks);
    if !unwritten.is_empty() {
        let words = format!("still to be written by the responsible officer: {}", unwritten.join(", "));
        rows.push(("Commentary".to_owned(), words));
    }
    rows
}

/// Returns the paragraphs of "How these figures were made".
pub(super) fn method(document: &Document) -> Vec<String> {
    let facts = &document.facts;
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

/// Returns the lines under a table by itself: what each measure is, notes, symbols, the day.
pub(super) fn table_notes(document: &Document, table: &TableBlock) -> Vec<String> {
    table.definitions.iter().map(definition).chain(closing_notes(document, table)).collect()
}

/// Returns the same in a letter, where a measure that an earlier table explained is not explained again.
pub(super) fn notes_in_letter(document: &Document, table: &TableBlock) -> Vec<String> {
    let explained = |own: &Definition| {
        let mut earlier = document.tables.iter().take_while(|other| other.number < table.number);
        earlier.find(|other| other.definitions.contains(own)).map(|other| other.number)
    };
    let mut lines: Vec<String> =
        table.definitions.iter().filter(|own| explained(own).is_none()).map(definition).collect();
    let mut before: Vec<(usize, Vec<&str>)> = Vec::new();
    for own in &table.definitions {
        let Some(number) = explained(own) else { continue };
        match before.iter_mut().find(|(known, _)| *known == number) {
            Some((_, labels)) => labels.push(&own.label),
            None => before.push((number, vec![&own.label])),
        }
    }
    let as_under =
        |(number, labels): (usize, Vec<&str>)| format!("{}: as under table {number}.", labels.join(", "));
    lines.extend(before.into_iter().map(as_under));
    lines.extend(closing_notes(document, table));
    lines
}

/// Returns the lines under every table after its measures: its notes, its symbols, the day.
fn closing_notes(document: &Document, table: &TableBlock) -> Vec<String> {
    let symbols: Vec<String> =
        table.symbols().into_iter().map(|(symbol, meaning)| format!("{symbol} = {meaning}")).collect();
    let symbols = if symbols.is_empty() { String::new() } else { format!("{}. ", symbols.join("; ")) };
    let day = format!("{symbols}As at {}.", number::date(document.facts.as_at));
    table.notes.iter().cloned().chain([day]).collect()
}

/// Returns a measure in a line.
pub(super) fn definition(definition: &Definition) -> String {
    format!("{}: {}", definition.label, definition.text)
}

/// Returns the last line of every medium: which edition, which run.
pub(super) fn colophon(document: &Document) -> String {
    format!("Edition {} · run {}", document.facts.edition, document.facts.run)
}

fn hidden(document: &Document) -> String {
    match document.hidden.total() {
        0 => "none; no figure is small enough to point to a child".to_owned(),
        1 => "1 cell shown as [c]".to_owned(),
        cells => format!(
            "{} cells shown as [c]: {} small, {} so that those cannot be worked out",
            number::count(as_count(cells)),
            number::count(as_count(document.hidden.primary)),
            number::count(as_count(document.hidden.secondary))
        ),
    }
}

/// Says how many of the figures of an earlier edition have changed.
fn changed(document: &Document) -> String {
    let Some(changes) = &document.changes else { return "this is the first edition".to_owned() };
    let compared = match changes.compared {
        1 => "the one figure that both show".to_owned(),
        figures => format!("the {} figures that both show", number::count(as_count(figures))),
    };
    if changes.changed == 0 {
        return format!("none of {compared}; that edition: {}", changes.edition);
    }
    let tables: Vec<String> = changes.tables.iter().map(ToString::to_string).collect();
    let which = match tables.as_slice() {
        [one] => format!("table {one}"),
        many => format!("tables {}", many.join(", ")),
    };
    let count = number::count(as_count(changes.changed));
    format!("{count} of {compared}, in {which}; that edition: {}", changes.edition)
}

fn as_count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Returns the names of the commentaries that nobody has written.
fn unwritten(blocks: &[Block]) -> Vec<String> {
    let of = |block: &Block| match block {
        Block::Commentary { name, blocks } if blocks.is_empty() => vec![name.replace('_', " ")],
        Block::Decision(inner) => unwritten(inner),
        _ => Vec::new(),
    };
    blocks.iter().flat_map(of).collect()
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
    (rows, Some(format!("{left_out} more rows are in the workbook.")))
}
