//! A table in columns of text: names to the left, figures to the right.

use crate::report::document::TableBlock;
use crate::report::sections;

/// Space between two columns.
const GAP: usize = 2;
/// The narrowest that a column of names becomes before the table is set as a list.
const NARROWEST: usize = 14;

/// Returns the table's lines, none wider than `width`; `None` where its figures alone are wider.
///
/// Headings and names are broken between words where that makes the table fit; figures never are.
pub(super) fn columns(table: &TableBlock, width: usize) -> Option<Vec<String>> {
    let rows: Vec<Vec<&str>> = sections::rows_in_letter(table)
        .0
        .into_iter()
        .map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect())
        .collect();
    let of = |at: usize| rows.iter().filter_map(move |row| row.get(at).copied());
    let widths = |heading: fn(&str) -> usize| -> Vec<usize> {
        let cells = |at: usize| of(at).map(letters).max().unwrap_or_default();
        table.headings.iter().enumerate().map(|(at, words)| cells(at).max(heading(words))).collect()
    };
    let whole = widths(letters);
    let widths = if total(&whole) <= width { whole } else { widths(longest_word) };
    let widths = narrowed(table, widths, width, |at| of(at).map(longest_word).max().unwrap_or_default())?;
    let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
    let mut lines = set(&headings, &widths, table.row_headings, true);
    lines.push(widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join(&" ".repeat(GAP)));
    for row in &rows {
        lines.extend(set(row, &widths, table.row_headings, false));
    }
    Some(lines)
}

/// Returns the widths with columns of names made narrower, the widest first, until the table fits.
fn narrowed(
    table: &TableBlock,
    mut widths: Vec<usize>,
    width: usize,
    longest: impl Fn(usize) -> usize,
) -> Option<Vec<usize>> {
    while total(&widths) > width {
        let names = widths.iter_mut().take(table.row_headings).enumerate();
        let can = names.filter(|(at, width)| **width > NARROWEST.max(longest(*at)));
        let (_, widest) = can.max_by_key(|(_, width)| **width)?;
        *widest -= 1;
    }
    Some(widths)
}

/// Returns how wide a line of columns is.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Returns one row as lines. Headings are on the last line, names and figures on the first.
fn set(cells: &[&str], widths: &[usize], names: usize, heading: bool) -> Vec<String> {
    let broken: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(text, &width)| broken(text, width)).collect();
    let height = broken.iter().map(Vec::len).max().unwrap_or_default();
    let line = |row: usize| {
        let cells = broken.iter().zip(widths).enumerate().map(|(at, (lines, &width))| {
            let row = if heading { (row + lines.len()).checked_sub(height) } else { Some(row) };
            let text = row.and_then(|row| lines.get(row)).map(String::as_str).unwrap_or_default();
            let space = " ".repeat(width.saturating_sub(letters(text)));
            if at < names { format!("{text}{space}") } else { format!("{space}{text}") }
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Returns `text` in lines of at most `width` letters, broken between words.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if letters(line) + 1 + letters(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(letters).max().unwrap_or_default()
}

fn letters(text: &str) -> usize {
    text.chars().count()
}
