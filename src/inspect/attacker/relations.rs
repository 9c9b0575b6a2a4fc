//! What a reader finds to hold among the figures of a table: totals, sums of columns, stock and flow, ratios.
//!
//! Nobody says what adds up to what. A relation is taken for one where it holds wherever all of its figures are shown,
//! and used where they are not.

use std::collections::BTreeMap;

use super::grid::{Cell, Grid, to_f64};
use super::names::{is_named_as_average, is_period, is_total};
use super::world::World;

/// Most columns among which sums are looked for: every three of them are tried with every sign.
const WIDEST: usize = 14;

/// Rows in which a sum of columns must hold before a reader believes it.
const ROWS: usize = 3;

/// A sum of joined cells, times a whole number each, that lies between two numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    pub(super) terms: Vec<(usize, f64)>,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Finds all relations of the tables.
pub(super) fn relations(world: &World<'_>) -> Vec<Relation> {
    let mut found = Vec::new();
    for (at, grid) in world.grids.iter().enumerate() {
        found.extend(totals(world, at, grid));
        found.extend(sums_of_columns(world, at, grid));
        found.extend(ratios(world, at, grid));
    }
    found
}

/// A line of parts and their total: the rows of a key, or the columns beside one that is called total.
struct Sum {
    parts: Vec<(usize, usize)>,
    total: (usize, usize),
}

fn totals(world: &World<'_>, at: usize, grid: &Grid) -> Vec<Relation> {
    let keys = grid.rows.first().map_or(0, |row| row.names.len());
    let mut found = Vec::new();
    for key in 0..keys {
        let mut groups: BTreeMap<Vec<&str>, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for (row, line) in grid.rows.iter().enumerate() {
            let names = || line.names.iter().enumerate();
            let total = line.names.get(key).is_some_and(|name| is_total(name));
            // Names that only describe the row, as that of a school, are no key.
            let others: Vec<&str> = names()
                .filter(|(other, _)| *other != key && !describes(grid, *other, key))
                .map(|(_, name)| name.as_str())
                .collect();
            let (totals, parts) = groups.entry(others).or_default();
            if total {
                *totals = Some(row);
            } else {
                parts.push(row);
            }
        }
        for column in 0..grid.heads.len() {
            let sums = groups.values().filter_map(|(total, parts)| {
                let total = (total.as_ref().copied()?, column);
                Some(Sum { parts: parts.iter().map(|&row| (row, column)).collect(), total })
            });
            found.extend(those_that_hold(world, at, grid, sums.collect()));
        }
    }
    if let Some(total) = grid.heads.iter().position(|head| is_total(head)) {
        let parts: Vec<usize> = (0..grid.heads.len()).filter(|&column| column != total).collect();
        let sums = (0..grid.rows.len()).map(|row| Sum {
            parts: parts.iter().map(|&column| (row, column)).collect(),
            total: (row, total),
        });
        found.extend(those_that_hold(world, at, grid, sums.collect()));
    }
    found
}

/// Returns whether the names of one column follow from those of another.
fn describes(grid: &Grid, column: usize, key: usize) -> bool {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let follows = grid.rows.iter().all(|row| match (row.names.get(key), row.names.get(column)) {
        (Some(key), Some(name)) if !is_total(key) => *known.entry(key).or_insert(name) == name.as_str(),
        _ => true,
    });
    let distinct: std::collections::BTreeSet<&&str> = known.values().collect();
    follows && distinct.len() == known.len() && known.len() > 1
}

/// Returns the relations of sums that a reader believes: where all is shown they hold, or there is nothing to see.
fn those_that_hold(world: &World<'_>, at: usize, grid: &Grid, sums: Vec<Sum>) -> Vec<Relation> {
    let value = |(row, column): (usize, usize)| world.known(world.root((at, row, column)));
    let is_empty = |&(row, column): &(usize, usize)| {
        !matches!(cell(grid, row, column), Some(Cell::Number { .. } | Cell::Hidden))
    };
    let (mut equal, mut below, mut above) = (0_usize, 0_usize, 0_usize);
    let (mut is_whole, mut is_average) = (true, false);
    for sum in &sums {
        let parts: Vec<&(usize, usize)> = sum.parts.iter().filter(|place| !is_empty(place)).collect();
        is_whole &= grid.is_whole(sum.total.1);
        is_average |= grid.heads.get(sum.total.1).is_some_and(|head| is_named_as_average(head));
        let shown: Vec<(f64, f64)> = parts.iter().filter_map(|&&place| value(place)).collect();
        let Some((total, off)) = value(sum.total) else { continue };
        // Parts that are more than their total before the hidden ones are added are no parts of it: medians, rates.
        let is_more = shown.iter().map(|part| part.0).sum::<f64>()
            > total + off + 0.5 * to_f64(i64::try_from(shown.len()).unwrap_or(i64::MAX));
        if is_more && shown.iter().all(|part| part.0 >= 0.0) {
            above += 1;
            continue;
        }
        let known = (shown.len() == parts.len()).then_some(shown);
        let Some(known) = known else { continue };
        if known.is_empty() {
            continue;
        }
        let slack = off + known.iter().map(|part| part.1).sum::<f64>();
        let difference = known.iter().map(|part| part.0).sum::<f64>() - total;
        // Whole pounds may be rounded though nothing says so.
        if difference.abs() <= slack + 1e-9 {
            equal += 1;
        } else if difference < 0.0 {
            below += 1;
        } else {
            above += 1;
        }
    }
    // Figures with decimals, and those that their head calls a median or a rate, are as often no sums: there a reader wants to
    // see one that holds.
    let believed = below == 0 && above == 0 && (equal > 0 || is_whole && !is_average);
    if !believed {
        return Vec::new();
    }
    let relation = |sum: Sum| {
        let mut terms = Vec::new();
        let mut slack = 0.0;
        for &place in sum.parts.iter().filter(|place| !is_empty(place)) {
            slack += value(place).map_or(0.0, |number| number.1);
            terms.push((world.root((at, place.0, place.1)), 1.0));
        }
        if is_empty(&sum.total) || terms.is_empty() {
            return None;
        }
        slack += value(sum.total).map_or(0.0, |number| number.1);
        terms.push((world.root((at, sum.total.0, sum.total.1)), -1.0));
        Some(Relation { terms, low: -slack, high: slack })
    };
    sums.into_iter().filter_map(relation).collect()
}

fn cell(grid: &Grid, row: usize, column: usize) -> Option<&Cell> {
    grid.rows.get(row)?.cells.get(column)
}

/// A column of a row, or of the row before it where rows are periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Term {
    column: usize,
    is_before: bool,
    sign: i8,
}

/// Finds columns that are sums and differences of two or three others, in every row: also of the row before, as a stock is of
/// the last one and what came and went.
fn sums_of_columns(world: &World<'_>, at: usize, grid: &Grid) -> Vec<Relation> {
    let whole: Vec<usize> = (0..grid.heads.len()).filter(|&column| grid.is_whole(column)).collect();
    let has_periods = grid.heads.iter().any(|head| is_period(head));
    if whole.len() > WIDEST || whole.len() < 2 || has_periods {
        return Vec::new();
    }
    let in_order =
        grid.rows.len() > 2 && grid.rows.iter().all(|row| row.names.iter().any(|name| is_period(name)));
    let mut found = Vec::new();
    for &target in &whole {
        let others: Vec<Term> = whole
            .iter()
            .flat_map(|&column| {
                let own = (column != target).then_some(Term { column, is_before: false, sign: 1 });
                let before =
                    (in_order && column == target).then_some(Term { column, is_before: true, sign: 1 });
                [own, before].into_iter().flatten()
            })
            .collect();
        for (first, one) in others.iter().enumerate() {
            for (second, two) in others.iter().enumerate().skip(first + 1) {
                for signs in [[1, 1], [1, -1], [-1, 1]] {
                    let terms: Vec<Term> = [*one, *two]
                        .into_iter()
                        .zip(signs)
                        .map(|(term, sign)| Term { sign, ..term })
                        .collect();
                    found.extend(column_sum(world, at, grid, target, &terms));
                }
                for three in others.iter().skip(second + 1) {
                    for signs in [[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]] {
                        let terms: Vec<Term> = [*one, *two, *three]
                            .into_iter()
                            .zip(signs)
                            .map(|(term, sign)| Term { sign, ..term })
                            .collect();
                        found.extend(column_sum(world, at, grid, target, &terms));
                    }
                }
            }
        }
    }
    found
}

/// Returns the relations of one sum of columns, if it holds in every row that shows it and says something in enough of them.
fn column_sum(world: &World<'_>, at: usize, grid: &Grid, target: usize, terms: &[Term]) -> Vec<Relation> {
    let root = |row: usize, term: &Term| {
        let row = if term.is_before { row.checked_sub(1)? } else { row };
        grid.rows.get(row)?;
        matches!(cell(grid, row, term.column), Some(Cell::Number { .. } | Cell::Hidden))
            .then(|| world.root((at, row, term.column)))
    };
    let own = Term { column: target, is_before: false, sign: -1 };
    let mut relations = Vec::new();
    let (mut holds, mut telling) = (0_usize, 0_usize);
    for row in 0..grid.rows.len() {
        let all: Option<Vec<(usize, f64)>> =
            terms.iter().chain([&own]).map(|term| Some((root(row, term)?, f64::from(term.sign)))).collect();
        let Some(all) = all else { continue };
        let known: Option<Vec<f64>> =
            all.iter().map(|&(cell, sign)| world.known(cell).map(|number| number.0 * sign)).collect();
        if let Some(known) = known {
            if known.iter().sum::<f64>().abs() > 1e-9 {
                return Vec::new();
            }
            holds += 1;
            telling += usize::from(known.iter().all(|number| *number != 0.0));
        } else {
            relations.push(Relation { terms: all, low: 0.0, high: 0.0 });
        }
    }
    let has_before = terms.iter().any(|term| term.is_before);
    let enough = if has_before { telling >= 2 } else { holds >= ROWS && telling >= 2 };
    if enough { relations } else { Vec::new() }
}

/// Finds columns that are one column over another, per cent or per thousand or as they are, wherever all three are shown.
fn ratios(world: &World<'_>, at: usize, grid: &Grid) -> Vec<Relation> {
    let width = grid.heads.len();
    if width > WIDEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    let known = |row: usize, column: usize| {
        cell(grid, row, column)?.number()?;
        world.known(world.root((at, row, column)))
    };
    for ratio in 0..width {
        for above in (0..width).filter(|&above| above != ratio && grid.is_whole(above)) {
            for below in (0..width).filter(|&below| below != ratio && below != above && grid.is_whole(below))
            {
                for factor in [1.0, 100.0, 1000.0] {
                    let mut telling = 0;
                    let holds = (0..grid.rows.len()).all(|row| {
                        let (Some((ratio, off)), Some((above, _)), Some((below, _))) =
                            (known(row, ratio), known(row, above), known(row, below))
                        else {
                            return true;
                        };
                        if below == 0.0 {
                            return true;
                        }
                        telling += usize::from(above != 0.0);
                        (factor * above / below - ratio).abs() <= off.max(0.5_f64.min(off + 0.005)) + 1e-9
                    });
                    if !holds || telling < ROWS {
                        continue;
                    }
                    for row in 0..grid.rows.len() {
                        let Some((ratio, off)) = known(row, ratio) else { continue };
                        let (numerator, denominator) =
                            (world.root((at, row, above)), world.root((at, row, below)));
                        match (world.known(numerator), world.known(denominator)) {
                            (None, Some((below, _))) if world.is_hidden(numerator) => found.push(Relation {
                                terms: vec![(numerator, 1.0)],
                                low: (ratio - off - 0.005) * below / factor,
                                high: (ratio + off + 0.005) * below / factor,
                            }),
                            (Some((above, _)), None) if world.is_hidden(denominator) && ratio > off => {
                                found.push(Relation {
                                    terms: vec![(denominator, 1.0)],
                                    low: factor * above / (ratio + off + 0.005),
                                    high: factor * above / (ratio - off).max(1e-9),
                                });
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    found
}
