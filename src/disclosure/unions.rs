//! Rows that count each once what several others count: any kind of fault, any of the needs.
//!
//! The others do not add up to it, so that nobody calls it a total. But where they happen not to overlap, it less those that are shown is
//! the hidden one; and whoever sees a difference that is a small count takes it for that.

use std::collections::BTreeMap;

use super::amounts::Amounts;
use super::cells::Cells;
use super::sets::key;
use super::sheet::Sheet;
use super::why::Why;

/// How many rows are taken off at most.
const ROWS: usize = 3;

/// A row that is any of others, and the others.
struct Union {
    whole: usize,
    parts: Vec<usize>,
}

/// Hides such rows where they would give another away. Whether anything was hidden.
pub(super) fn hide(sheets: &[Sheet], cells: &mut Cells) -> bool {
    let mut moved = false;
    for sheet in sheets {
        for union in unions(sheet) {
            for column in sheet.counted() {
                let of = |row: usize| sheet.number_at(row, column);
                let parts: Vec<usize> = union.parts.iter().filter_map(|&row| of(row)).collect();
                if let Some(whole) = of(union.whole)
                    && gives_count_away(whole, &parts, cells)
                {
                    cells.hide(whole, Why::Secondary);
                    moved = true;
                }
            }
            for column in sheet.summed() {
                let of = |row: usize| sheet.amount_at(row, column);
                let parts: Vec<usize> = union.parts.iter().filter_map(|&row| of(row)).collect();
                if let Some(whole) = of(union.whole)
                    && gives_amount_away(whole, &parts, &cells.amounts)
                {
                    cells.amounts.hide(whole, Why::Secondary);
                    moved = true;
                }
            }
        }
    }
    moved
}

fn unions(sheet: &Sheet) -> Vec<Union> {
    let mut found = Vec::new();
    for (over, code) in &sheet.plan.links.unions {
        let mut groups: BTreeMap<Vec<String>, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, row) in sheet.rows.iter().enumerate() {
            let others = sheet.plan.grain.iter().filter(|key| *key != over);
            let (whole, parts) = groups.entry(key(others, row)).or_default();
            if row.get(*over).is_some_and(|cell| cell.code() == *code) {
                *whole = Some(at);
            } else {
                parts.push(at);
            }
        }
        let groups = groups.into_values();
        found.extend(groups.filter_map(|(whole, parts)| Some(Union { whole: whole?, parts })));
    }
    found
}

/// Returns whether a count less some that are shown is a hidden one, or looks like one.
fn gives_count_away(whole: usize, parts: &[usize], cells: &Cells) -> bool {
    let hidden: Vec<i128> =
        parts.iter().filter(|&&at| cells.is_unknown(at)).map(|&at| cells.value(at)).collect();
    if hidden.is_empty() || cells.why(whole).is_some() {
        return false;
    }
    let shown = parts.iter().filter(|&&at| !cells.is_unknown(at)).map(|&at| cells.value(at));
    let threshold = cells.threshold(whole);
    let tells = |rest: i128| rest > 0 && rest < threshold || hidden.contains(&rest);
    some_less(cells.value(whole), &shown.filter(|value| *value != 0).collect::<Vec<_>>(), ROWS, &tells)
}

/// Returns the same of an amount.
fn gives_amount_away(whole: usize, parts: &[usize], amounts: &Amounts) -> bool {
    let hidden: Vec<i128> =
        parts.iter().filter(|&&at| amounts.why(at).is_some()).map(|&at| amounts.value(at)).collect();
    if amounts.why(whole).is_some() {
        return false;
    }
    let shown = parts.iter().filter(|&&at| amounts.why(at).is_none()).map(|&at| amounts.value(at));
    let slack = amounts.step(whole) * 4;
    let tells = |rest: i128| hidden.iter().any(|of| *of != 0 && (of - rest).abs() <= slack);
    some_less(amounts.value(whole), &shown.filter(|value| *value != 0).collect::<Vec<_>>(), ROWS, &tells)
}

/// Returns whether what is left of a figure tells something, with up to so many others taken off.
fn some_less(rest: i128, others: &[i128], most: usize, tells: &impl Fn(i128) -> bool) -> bool {
    tells(rest)
        || most > 0
            && others.iter().enumerate().any(|(at, other)| {
                some_less(rest - other, others.get(at + 1..).unwrap_or_default(), most - 1, tells)
            })
}
