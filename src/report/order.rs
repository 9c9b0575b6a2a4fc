//! In which order the rows of a table stand, and which of them are one row of others.

use std::cmp::Ordering;

use super::document::{TableCell, TableRow};
use super::frame::{Frame, code_at, is_total};
use super::number::Format;
use super::sentence::compare;
use crate::disclosure::{Cell, Decimal};
use crate::project::{Order, Unit};

/// Where a row stands among those of its table, before its size is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// One of the parts.
    Part,
    /// What the code list calls other.
    Other,
    /// What no record says.
    NotRecorded,
    /// What belongs to no other row.
    Unlinked,
    /// The total of others.
    Total,
}

/// Fewer rows than this are no row of others: it would be another name for the one.
const FEWEST_OTHERS: usize = 2;

/// Returns where a row stands.
pub(super) fn rank(frame: &Frame, heads: &[usize], row: &[Cell]) -> Rank {
    if is_total(frame, heads, row) {
        return Rank::Total;
    }
    let of = |at: &usize| match code_at(row, *at).as_str() {
        "UNLINKED" | "NO_INVOICE" => Rank::Unlinked,
        "" | "NOT_RECORDED" => Rank::NotRecorded,
        "OTHER" | "OTH" => Rank::Other,
        _ => Rank::Part,
    };
    heads.iter().map(of).max().unwrap_or(Rank::Part)
}

/// Returns whether the figures of a measure may be added: a child counted in two rows, a median, a rate or what one of
/// something costs may not.
pub(super) fn adds(frame: &Frame, measure: usize) -> bool {
    let indicator = frame.table.columns().get(measure).and_then(|column| column.indicator.as_ref());
    indicator.is_some_and(|indicator| {
        let is_sum = matches!(
            indicator.unit(),
            Unit::Pounds | Unit::Events | Unit::Placements | Unit::Places | Unit::Rows | Unit::Schools
        );
        is_sum && indicator.numerator.is_none() && indicator.denominator.is_none()
    })
}

/// Returns the rows in the order that the table asks for, by the cell at `by`, and those beyond its `top` as one.
/// `adds` says of each cell after the `heads` leading ones whether it may be added.
pub(super) fn arranged(
    frame: &Frame,
    heads: usize,
    mut rows: Vec<(Rank, TableRow)>,
    by: usize,
    adds: &[bool],
) -> Vec<TableRow> {
    if frame.order_by() == Order::Size {
        rows.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| by_size(a, b, by)));
    }
    let Some(top) = frame.top() else { return rows.into_iter().map(|(_, row)| row).collect() };
    let parts = rows.iter().filter(|(rank, _)| *rank == Rank::Part).count();
    if parts < top.saturating_add(FEWEST_OTHERS) {
        return rows.into_iter().map(|(_, row)| row).collect();
    }
    let (mut shown, mut rest, mut seen) = (Vec::new(), Vec::new(), 0);
    for (rank, row) in rows {
        let is_part = rank == Rank::Part;
        seen += usize::from(is_part);
        if is_part && seen > top { rest.push(row) } else { shown.push((rank, row)) }
    }
    let others = others(heads, &shown, &rest, adds);
    let place = shown.iter().position(|(rank, _)| *rank != Rank::Part).unwrap_or(shown.len());
    let mut rows: Vec<TableRow> = shown.into_iter().map(|(_, row)| row).collect();
    rows.insert(place, others);
    rows
}

/// Compares two rows by a cell, the larger first; what is hidden comes after, then rows of nothing, then what is missing, and
/// equals by their names.
fn by_size(one: &TableRow, other: &TableRow, by: usize) -> Ordering {
    let number = |row: &TableRow| row.cells.get(by).and_then(|cell| cell.number).map(|(number, _)| number);
    let names = |row: &TableRow| row.cells.iter().take(by).map(|cell| cell.text.clone()).collect::<Vec<_>>();
    let place = |row: &TableRow| match number(row) {
        Some(number) if compare(number, Decimal::integer(0)) == Ordering::Greater => 0,
        None if row.cells.get(by).is_some_and(|cell| cell.text == "[c]") => 1,
        Some(_) => 2,
        None => 3,
    };
    let size = match (number(one), number(other)) {
        (Some(a), Some(b)) => compare(b, a),
        _ => Ordering::Equal,
    };
    place(one).cmp(&place(other)).then(size).then_with(|| names(one).cmp(&names(other)))
}

/// Returns one row of the rows left out. Each of its figures is one that the gate's own rows tell: their sum, or the total
/// less what is shown; where neither is known it is hidden as they are.
fn others(heads: usize, shown: &[(Rank, TableRow)], rest: &[TableRow], adds: &[bool]) -> TableRow {
    let name = |at: usize| TableCell {
        text: if at == 0 { format!("{} others", rest.len()) } else { "[z]".to_owned() },
        number: None,
    };
    let cell = |(at, adds): (usize, &bool)| {
        let symbol = |text: &str| TableCell { text: text.to_owned(), number: None };
        if !adds {
            return symbol("[z]");
        }
        let of = |row: &TableRow| row.cells.get(heads + at).and_then(|cell| cell.number);
        let format = shown.iter().map(|(_, row)| row).chain(rest).find_map(of).map(|(_, format)| format);
        let sum = |rows: Vec<&TableRow>| {
            rows.into_iter().try_fold(Decimal::integer(0), |sum, row| Some(sum.plus(of(row)?.0)))
        };
        let total = shown.iter().find(|(rank, _)| *rank == Rank::Total).and_then(|(_, row)| of(row));
        let parts = sum(shown.iter().filter(|(rank, _)| *rank != Rank::Total).map(|(_, row)| row).collect());
        let own = sum(rest.iter().collect());
        if let (Some((total, _)), Some(parts), Some(own)) = (total, parts, own) {
            // A median in pounds is called by no other unit than a sum: that the parts make up the total shows what it is.
            let rows = i64::try_from(shown.len() + rest.len()).unwrap_or(i64::MAX);
            let gap = total.minus(parts.plus(own)).magnitude();
            if compare(gap, Decimal::integer(rows)) == Ordering::Greater {
                return symbol("[z]");
            }
        }
        // Money that some row hides may be no sum, which cannot be seen then.
        let is_counted = format.is_some_and(|format| format != Format::Pounds);
        let left = total.zip(parts).filter(|_| is_counted).map(|((total, _), parts)| total.minus(parts));
        match own.or(left).zip(format) {
            Some((number, format)) => {
                TableCell { text: format.show(number), number: Some((format.rounded(number), format)) }
            }
            None if rest
                .iter()
                .any(|row| row.cells.get(heads + at).is_some_and(|cell| cell.text == "[c]")) =>
            {
                symbol("[c]")
            }
            None => symbol("[x]"),
        }
    };
    TableRow { cells: (0..heads).map(name).chain(adds.iter().enumerate().map(cell)).collect(), total: false }
}
