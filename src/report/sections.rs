//! The sections that every report has, as content: how far to trust it, how it was made.

use super::document::{Definition, Document, TableBlock};
use super::facts::SourceFact;
use super::number;

/// What stands where an officer has written nothing yet.
pub(super) const PLACEHOLDER: &str = "Commentary to be written by the responsible officer";

/// Title of the section on trust.
pub(super) const TRUST: &str = "How far to trust this";
/// Title of the section on method.
pub(super) const METHOD: &str = "How these figures were made";
/// Title of the box with what is asked.
pub(super) const DECISION: &str = "For decision";

/// The rows of "How far to trust this": what, and how it stands.
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
    let unwritten = unwritten(&document.blocks);
    if unwritten > 0 {
        let words = if unwritten == 1 { "1 place is" } else { &format!("{unwritten} places are") };
        rows.push((
            "Commentary".to_owned(),
            format!("{words} still to be written by the responsible officer"),
        ));
    }
    rows
}

/// The paragraphs of "How these figures were made".
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
             figures as it takes for none of them to be worked out. True zeros are shown. Percentages and changes are \
             worked out from the figures shown, and rounded with halves away from zero.",
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
    found
}

/// The lines under a table that stands by itself: what each measure is, notes, symbols, the day.
pub(super) fn table_notes(document: &Document, table: &TableBlock) -> Vec<String> {
    notes(document, table, definition)
}

/// The same in a letter, where a measure that an earlier table explained is not explained again.
pub(super) fn notes_in_letter(document: &Document, table: &TableBlock) -> Vec<String> {
    notes(document, table, |own| {
        let mut earlier = document.tables.iter().take_while(|other| other.number < table.number);
        match earlier.find(|other| other.definitions.contains(own)) {
            Some(other) => format!("{}: as under table {}.", own.label, other.number),
            None => definition(own),
        }
    })
}

fn notes(document: &Document, table: &TableBlock, explain: impl Fn(&Definition) -> String) -> Vec<String> {
    let mut lines: Vec<String> = table.definitions.iter().map(explain).collect();
    lines.extend(table.notes.iter().cloned());
    let symbols: Vec<String> =
        table.symbols().into_iter().map(|(symbol, meaning)| format!("{symbol} = {meaning}")).collect();
    let symbols = if symbols.is_empty() { String::new() } else { format!("{}. ", symbols.join("; ")) };
    lines.push(format!("{symbols}As at {}.", number::date(document.facts.as_at)));
    lines
}

/// A measure in a line.
pub(super) fn definition(definition: &Definition) -> String {
    format!("{}: {}", definition.label, definition.text)
}

/// The last line of every medium: which edition, which run.
pub(super) fn colophon(document: &Document) -> String {
    format!("Edition {} · run {}", document.facts.edition, document.facts.run)
}

fn hidden(document: &Document) -> String {
    match document.hidden.total() {
        0 => "none; no figure is small enough to point to a child".to_owned(),
        1 => "1 cell shown as [c]".to_owned(),
        cells => format!(
            "{} cells shown as [c]: {} small, {} so that those cannot be worked out",
            number::count(u64::try_from(cells).unwrap_or(u64::MAX)),
            document.hidden.primary,
            document.hidden.secondary
        ),
    }
}

fn unwritten(blocks: &[super::Block]) -> usize {
    use super::Block;
    let of = |block: &Block| match block {
        Block::Commentary { blocks, .. } => usize::from(blocks.is_empty()),
        Block::Decision(inner) => unwritten(inner),
        _ => 0,
    };
    blocks.iter().map(of).sum()
}

/// ` (0.03%)`, to as many decimals as it takes for rows not to read as none.
fn share(part: u64, whole: u64) -> String {
    use crate::disclosure::Decimal;
    let decimal = |count: u64| Decimal::new(i128::from(count), 0);
    let share = decimal(part).times_ten(2).over(decimal(whole), 2);
    share.map(|share| format!(" ({share}%)")).unwrap_or_default()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// The most rows of a table that a letter shows; the workbook has them all.
const ROWS: usize = 25;

/// The rows that a letter shows, every total among them, and a line on those that it leaves out.
pub(super) fn rows_in_letter(table: &TableBlock) -> (Vec<&super::TableRow>, Option<String>) {
    if table.rows.len() <= ROWS {
        return (table.rows.iter().collect(), None);
    }
    let grand = table.rows.iter().skip(ROWS).rfind(|row| row.total);
    let rows: Vec<&super::TableRow> = table.rows.iter().take(ROWS).chain(grand).collect();
    let left_out = table.rows.len() - rows.len();
    (rows, Some(format!("{left_out} more rows are in the workbook.")))
}
