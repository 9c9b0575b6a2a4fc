//! What stands around the rows of a table: titles above, notes and totals below and between.

use std::collections::BTreeSet;

use super::contract::{Column, Kind};
use super::draft::Draft;
use super::reading::{Odd, Table};
use super::table::Header;
use crate::text::counted;

/// Most rows that are named.
const NAMED: usize = 5;
/// How labels of totals begin.
const BEGINNINGS: [&str; 10] = [
    "grand total",
    "overall total",
    "net total",
    "gross total",
    "total",
    "sub total",
    "sub-total",
    "subtotal",
    "sum",
    "carried forward",
];

/// Chooses how rows are laid out, and says what it rests on.
pub(super) fn of(draft: &mut Draft, table: &Table, columns: &[Column], headers: &[Header]) {
    if draft.proposal.names_first {
        return;
    }
    let layout = &mut draft.layout;
    layout.header_rows = headers.iter().map(|header| header.rows).max().unwrap_or(1);
    let mut places: Vec<i64> = headers.iter().map(|header| header.row).collect();
    places.sort_unstable();
    places.dedup();
    let shown: Vec<String> = places.iter().map(ToString::to_string).collect();
    let above = headers.iter().map(|header| header.above).max().unwrap_or(0);
    let mut says = vec![format!(
        "the names of the columns are in row {}, and found there by the names themselves",
        shown.join(" or ")
    )];
    if above > 0 {
        let are = if above == 1 { "is" } else { "are" };
        says.push(format!("{} above {are} not data", counted(above, "row", "rows")));
    }
    if layout.header_rows > 1 {
        says.push(format!("they span {} rows, joined by a space", layout.header_rows));
    }
    layout.says.push(says.join("; "));
    let (totals, notes): (Vec<&Odd>, Vec<&Odd>) = table.odd.iter().partition(|odd| odd.total.is_some());
    if !totals.is_empty() {
        leave_totals(draft, columns, &totals, table.files);
    }
    if !notes.is_empty() {
        leave_notes(draft, table, columns, &notes, &totals);
    }
    // The label of a total may be in a column without a name.
    let lone = notes.iter().rev().find(|odd| odd.filled.iter().any(|at| is_amount(columns, *at)));
    if let (None, Some(odd)) = (&draft.layout.control_total, lone) {
        let amount = odd.filled.iter().find(|at| is_amount(columns, **at)).and_then(|at| columns.get(*at));
        if let Some(amount) = amount {
            draft.layout.control_total = Some(amount.from.clone());
            let says = format!(
                "row {} has a number alone; it is held against the sum of `{}`",
                odd.row, amount.from
            );
            draft.layout.says.push(says);
        }
    }
}

/// Returns whether a column that every file has holds amounts.
fn is_amount(columns: &[Column], at: usize) -> bool {
    let column = columns.get(at).filter(|column| !column.optional);
    column.is_some_and(|column| matches!(column.kind, Kind::Money(_) | Kind::Decimal(_)))
}

/// Leaves out rows of totals: by the total that a footer states where there is one of an amount, and by their labels.
fn leave_totals(draft: &mut Draft, columns: &[Column], totals: &[&Odd], files: usize) {
    let amounts =
        |odd: &&Odd| odd.filled.iter().filter(|at| is_amount(columns, **at)).copied().collect::<Vec<_>>();
    let last = totals.last().map(amounts);
    let amount = last.unwrap_or_default().first().and_then(|at| columns.get(*at));
    let rows = rows(totals, files);
    let layout = &mut draft.layout;
    if let Some(amount) = amount {
        layout.control_total = Some(amount.from.clone());
        layout
            .says
            .push(format!("{rows} called a total; the last is held against the sum of `{}`", amount.from));
        return;
    }
    let labels = totals.iter().filter_map(|odd| odd.total.as_ref());
    let Some((place, _)) = labels.clone().next() else { return };
    // The rest of a label may name somebody.
    let beginning = |text: &str| {
        let text = text.to_lowercase();
        BEGINNINGS.into_iter().find(|word| text.starts_with(word))
    };
    let texts: Option<BTreeSet<&str>> =
        labels.map(|(at, text)| if at == place { beginning(text) } else { None }).collect();
    let column = columns.get(*place).filter(|column| !column.optional);
    let (Some(texts), Some(column)) = (texts, column) else {
        layout.says.push(format!("unsure: {rows} called a total, and read as data"));
        return;
    };
    let texts = texts.into_iter().map(str::to_owned).collect();
    layout.where_starts_with = Some((column.from.clone(), texts));
    layout.says.push(format!("{rows} called a total, and left out"));
}

/// Leaves out rows that fill hardly a cell, by a column that every other row fills.
fn leave_notes(draft: &mut Draft, table: &Table, columns: &[Column], notes: &[&Odd], totals: &[&Odd]) {
    let is_always_filled = |at: usize| {
        table.columns.get(at).is_some_and(|cells| cells.profile.blank == 0 && cells.files == table.files)
    };
    let is_blank_there = |at: usize, odd: &[&Odd]| odd.iter().all(|odd| !odd.filled.contains(&at));
    let able = || (0..columns.len()).filter(|at| is_always_filled(*at) && is_blank_there(*at, notes));
    // A total is left out by this too, unless it is to be held against the sum.
    let best = able().find(|at| is_blank_there(*at, totals)).or_else(|| able().next());
    let rows = rows(notes, table.files);
    let layout = &mut draft.layout;
    match best.and_then(|at| columns.get(at)) {
        Some(column) => {
            layout.where_blank = Some(column.from.clone());
            layout.says.push(format!("{rows} not like the others, with hardly a cell filled, and left out: every other row has `{}`", column.from));
        }
        None => layout
            .says
            .push(format!("unsure: {rows} not like the others, with hardly a cell filled, and read as data")),
    }
}

/// Names rows, as the subject of a sentence with its verb; of several files only how many there are.
fn rows(odd: &[&Odd], files: usize) -> String {
    if files > 1 && odd.len() > 1 {
        return format!("{} rows are", odd.len());
    }
    let shown: Vec<String> = odd.iter().take(NAMED).map(|odd| odd.row.to_string()).collect();
    let more = odd.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match odd.len() {
        1 => format!("row {} is", shown.join(", ")),
        _ => format!("rows {}{more} are", shown.join(", ")),
    }
}
