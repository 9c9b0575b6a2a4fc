//! Rows into tables: a list of measures, or a crosstab of one.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Definition, TableBlock, TableCell, TableRow};
use super::frame::{Frame, code_at, follows, is_total, period_label};
use super::number::{self, Format};
use super::{order, sentence};
use crate::disclosure::{Cell, Column, Decimal};

/// The heading of the last column of a crosstab over periods that ends with the change.
pub(super) const CHANGE: &str = "Change on year";

/// Returns the table without its number, which its place in the document gives.
pub(super) fn table(frame: &Frame, title: String) -> TableBlock {
    let names = frame.spec.rows.0.iter();
    let heads: Vec<usize> = names.filter_map(|name| frame.table.position(name.get_ref())).collect();
    let across = frame.spec.columns.as_ref().and_then(|name| frame.table.position(name.get_ref()));
    let (columns, rows) = match (across, frame.measures.first()) {
        (Some(across), Some(&measure)) => crosstab(frame, &heads, across, measure),
        _ => list(frame, &heads),
    };
    let label =
        |at: &usize| frame.table.columns().get(*at).map(|column| column.label.clone()).unwrap_or_default();
    TableBlock {
        name: frame.name.to_owned(),
        number: 0,
        title,
        sheet: frame.spec.sheet.clone(),
        bar: bar(frame, heads.len(), columns.len()),
        headings: heads.iter().map(label).chain(columns).collect(),
        row_headings: heads.len(),
        dated: frame.heads_by_period(),
        definitions: definitions(frame),
        notes: frame
            .spec
            .note
            .iter()
            .cloned()
            .chain(breaks(frame))
            .chain(rounded(frame, heads.len(), &rows))
            .collect(),
        rows,
    }
}

/// Returns what is said where parts, each rounded as it is written, do not come to their total.
fn rounded(frame: &Frame, heads: usize, rows: &[TableRow]) -> Option<String> {
    let across = frame.spec.columns.is_some();
    let (totals, parts): (Vec<&TableRow>, Vec<&TableRow>) = rows.iter().partition(|row| row.total);
    let [total] = totals.as_slice() else { return None };
    let adds = |at: usize| {
        let measure = frame.measures.get(if across { 0 } else { at - heads });
        // Only money is rounded where it is shown; counts that do not add have another reason.
        measure.is_some_and(|&at| order::adds(frame, at) && frame.format(at) == Format::Pounds)
    };
    let number = |row: &TableRow, at: usize| row.cells.get(at)?.number.map(|(number, _)| number);
    let differs = |at: usize| {
        let sum: Option<Vec<Decimal>> = parts.iter().map(|row| number(row, at)).collect();
        let (sum, stated) = sum.zip(number(total, at))?;
        let gap = sum.into_iter().fold(Decimal::integer(0), Decimal::plus).minus(stated).magnitude();
        // Each part is off by half of a unit at most; a wider gap has another reason.
        let most = Decimal::integer(i64::try_from(parts.len()).ok()?);
        Some(!gap.is_zero() && sentence::compare(gap, most).is_le())
    };
    let changes = usize::from(across && frame.spec.change);
    let columns = (heads..total.cells.len().saturating_sub(changes)).filter(|at| adds(*at));
    let is_off = columns.filter_map(differs).any(|differs| differs);
    is_off.then(|| "Figures may not add because of rounding.".to_owned())
}

/// Returns the column whose sizes are drawn: that of the measure named, in a crosstab the last of them.
fn bar(frame: &Frame, heads: usize, columns: usize) -> Option<usize> {
    let named = frame.bar()?;
    if frame.spec.columns.is_some() {
        return (heads + columns).checked_sub(1 + usize::from(frame.spec.change));
    }
    frame.measures.iter().position(|&at| at == named).map(|at| heads + at)
}

/// Returns why a series starts again with a period that the table shows.
fn breaks(frame: &Frame) -> impl Iterator<Item = String> {
    let shown = frame.shown_periods();
    let breaks =
        frame.spec.breaks.iter().filter(move |(period, _)| shown.contains(&period.get_ref().as_str()));
    breaks.map(|(period, why)| {
        format!("[b] = the series starts again in {}: {why}", period_label(period.get_ref()))
    })
}

/// Returns the measures that a table shows.
fn definitions(frame: &Frame) -> Vec<Definition> {
    let count = if frame.spec.columns.is_some() { 1 } else { frame.measures.len() };
    let columns = frame.measures.iter().take(count).filter_map(|&at| frame.table.columns().get(at));
    let mut shown = BTreeSet::new();
    columns
        .filter_map(|column| {
            let indicator = column.indicator.as_ref()?;
            Some(Definition { label: column.label.clone(), text: indicator.after(&mut shown) })
        })
        .collect()
}

/// Returns what a measure means, where its model says.
pub(super) fn definition(column: &Column) -> Option<Definition> {
    let indicator = column.indicator.as_ref()?;
    Some(Definition { label: column.label.clone(), text: indicator.in_full() })
}

/// Lists a row for each combination of codes, a column for each measure.
fn list(frame: &Frame, heads: &[usize]) -> (Vec<String>, Vec<TableRow>) {
    let columns = frame.table.columns();
    let headings = frame.measures.iter().filter_map(|&at| columns.get(at)).map(|column| column.label.clone());
    let selected = within_periods(frame, frame.select(&BTreeMap::new(), heads));
    let rows = ordered(frame, heads, &selected).into_iter().map(|row| {
        let measures = frame.measures.iter().map(|&at| measured(frame, at, row.get(at)));
        let cells = head_cells(frame, heads, row).chain(measures).collect();
        (order::rank(frame, heads, row), TableRow { cells, total: is_total(frame, heads, row) })
    });
    let formats: Vec<bool> = frame.measures.iter().map(|&at| order::adds(frame, at)).collect();
    (headings.collect(), order::arranged(frame, heads.len(), rows.collect(), heads.len(), &formats))
}

/// A crosstab's row: the model's row for each code across.
type Line<'a> = BTreeMap<String, &'a [Cell]>;

/// Sets out a row for each combination of codes, a column for each code of `across`.
fn crosstab(frame: &Frame, heads: &[usize], across: usize, measure: usize) -> (Vec<String>, Vec<TableRow>) {
    let free: Vec<usize> = heads.iter().copied().chain([across]).collect();
    let selected = within_periods(frame, frame.select(&BTreeMap::new(), &free));
    let codes: Vec<String> = frame
        .codes(across)
        .into_iter()
        .filter(|code| selected.iter().any(|row| code_at(row, across) == *code))
        .collect();
    let mut headings: Vec<String> = codes.iter().map(|code| frame.code_label(across, code)).collect();
    let change = frame.spec.change && frame.period == Some(across) && codes.len() > 1;
    if change {
        headings.push(CHANGE.to_owned());
    }
    // Two schools may have one name: rows that are headed by names are distinguished by what the names are of.
    let is_name = |at: &usize| frame.table.columns().get(*at).is_some_and(|column| !column.in_grain);
    let behind = if heads.iter().any(is_name) { frame.open_keys() } else { Vec::new() };
    let behind: Vec<usize> = behind.into_iter().filter(|at| *at != across).collect();
    let mut places: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut groups: Vec<Line> = Vec::new();
    for row in ordered(frame, heads, &selected) {
        let key: Vec<String> = heads.iter().chain(&behind).map(|&at| code_at(row, at)).collect();
        let place = *places.entry(key).or_insert(groups.len());
        let code = code_at(row, across);
        match groups.get_mut(place) {
            Some(cells) => drop(cells.insert(code, row)),
            None => groups.push(BTreeMap::from([(code, row)])),
        }
    }
    let rows = groups.into_iter().filter_map(|by_code| {
        let any = by_code.values().next()?;
        let of = |code: &String| by_code.get(code).and_then(|row| row.get(measure));
        let mut cells: Vec<TableCell> = head_cells(frame, heads, any).collect();
        cells.extend(codes.iter().map(|code| measured(frame, measure, of(code))));
        if change && let [.., before, now] = codes.as_slice() {
            cells.push(if frame.starts_again(now) == Some(now.as_str()) {
                TableCell { text: "[z]".to_owned(), number: None }
            } else if follows(before, now) {
                changed(frame.format(measure), of(before), of(now))
            } else {
                // The year between has no rows: a change over two years is none on the year.
                TableCell { text: "[x]".to_owned(), number: None }
            });
        }
        Some((order::rank(frame, heads, any), TableRow { cells, total: is_total(frame, heads, any) }))
    });
    let mut adds = vec![order::adds(frame, measure); codes.len()];
    adds.extend(change.then_some(false));
    let newest = heads.len() + codes.len().saturating_sub(1);
    (headings, order::arranged(frame, heads.len(), rows.collect(), newest, &adds))
}

/// Returns the rows of the periods that the table shows.
fn within_periods<'a>(frame: &Frame<'a>, rows: Vec<&'a [Cell]>) -> Vec<&'a [Cell]> {
    let Some(period) = frame.period else { return rows };
    let shown = frame.shown_periods();
    rows.into_iter().filter(|row| shown.contains(&code_at(row, period).as_str())).collect()
}

/// Returns the rows in the model's order, but every total after its parts.
fn ordered<'a>(frame: &Frame, heads: &[usize], rows: &[&'a [Cell]]) -> Vec<&'a [Cell]> {
    let ranks: Vec<BTreeMap<String, usize>> = heads
        .iter()
        .map(|&at| frame.codes(at).into_iter().enumerate().map(|(rank, code)| (code, rank)).collect())
        .collect();
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|row| {
        let codes = heads.iter().zip(&ranks);
        codes
            .map(|(&at, ranks)| ranks.get(&code_at(row, at)).copied().unwrap_or(usize::MAX))
            .collect::<Vec<_>>()
    });
    sorted
}

fn head_cells<'a>(
    frame: &'a Frame,
    heads: &'a [usize],
    row: &'a [Cell],
) -> impl Iterator<Item = TableCell> + 'a {
    heads.iter().map(|&at| TableCell { text: frame.code_label(at, &code_at(row, at)), number: None })
}

fn measured(frame: &Frame, at: usize, cell: Option<&Cell>) -> TableCell {
    let format = frame.format(at);
    let cell = cell.unwrap_or(&Cell::Missing);
    let number = cell.number().map(|number| (format.rounded(number), format));
    TableCell { text: number::cell(cell, format), number }
}

/// Returns the change from one cell to the next, worked out from what both show.
fn changed(format: Format, before: Option<&Cell>, now: Option<&Cell>) -> TableCell {
    let symbol = |text: &str| TableCell { text: text.to_owned(), number: None };
    match (before.unwrap_or(&Cell::Missing), now.unwrap_or(&Cell::Missing)) {
        (Cell::Hidden, _) | (_, Cell::Hidden) => symbol("[c]"),
        (Cell::Missing, _) | (_, Cell::Missing) => symbol("[x]"),
        (Cell::Unreliable, _) | (_, Cell::Unreliable) => symbol("[u]"),
        (before, now) => match (before.number(), now.number()) {
            (Some(before), Some(now)) => match sentence::relative(format, before, now) {
                Some(change) => {
                    let format = format.of_change();
                    TableCell { text: format.show(change), number: Some((format.rounded(change), format)) }
                }
                None => symbol("[z]"),
            },
            _ => symbol("[z]"),
        },
    }
}
