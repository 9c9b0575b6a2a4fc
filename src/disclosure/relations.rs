//! What a reader can add up: relations among the cells of a report.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::identity::Identity;
use super::links::{Equation, Rolling, Summed};
use super::open_figures::open_figures;
use super::partitions::shared;
use super::projections::{Detail, Sum, by_name, sums};
use super::relation::{Comparison, Relation};
use super::row_sums::rows_of_amounts;
use super::sets::{key, sets};
use super::sheet::{Of, Sheet};

/// Parts and their total, as one hierarchy gives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Family {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
    /// One table has the parts and the total, or they add up: whoever knows all but one then knows that one, or thinks so.
    pub(super) is_closed: bool,
}

impl Family {
    /// Returns the parts, then the total.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.total])
    }

    /// Returns what adding up tells, as the definition of the count lets a reader think of it: the parts are the total,
    /// or leave something out, or count children who stand in more than one.
    fn relations(&self, cells: &Cells) -> Vec<Relation> {
        let sum: i128 = self.parts.iter().map(|&part| cells.value(part)).sum();
        let terms = |sign: i128| {
            let parts = self.parts.iter().map(move |&part| (part, sign));
            parts.chain([(self.total, -sign)]).collect::<Vec<_>>()
        };
        match sum.cmp(&cells.value(self.total)) {
            std::cmp::Ordering::Equal => vec![Relation::equal(terms(1), |at| cells.value(at))],
            std::cmp::Ordering::Less => vec![Relation::at_least(terms(-1))],
            std::cmp::Ordering::Greater => {
                let each =
                    self.parts.iter().map(|&part| Relation::at_least(vec![(self.total, 1), (part, -1)]));
                each.chain([Relation::at_least(terms(1))]).collect()
            }
        }
    }
}

/// Finds every family of the tables' hierarchies. The total of a table that has no row for it is looked for in the
/// others.
pub(super) fn families(sheets: &[Sheet], cells: &Cells) -> Vec<Family> {
    let mut found = BTreeSet::new();
    for sheet in sheets {
        for column in sheet.counted() {
            for set in sets(&sheet.plan.columns, &sheet.plan.grain, &sheet.rows) {
                let mut parts: Vec<usize> =
                    set.parts.iter().filter_map(|&row| sheet.number_at(row, column)).collect();
                parts.sort_unstable();
                parts.dedup();
                let total = match set.total {
                    Some(row) => sheet.number_at(row, column),
                    None => set.parts.first().and_then(|&row| {
                        let part = sheet.identity(row, column)?;
                        cells.find(&part.without(&sheet.key_name(row, set.over)))
                    }),
                };
                let Some(total) = total else { continue };
                parts.retain(|&part| part != total);
                let sum: i128 = parts.iter().map(|&part| cells.value(part)).sum();
                let is_closed = set.total.is_some() || sum == cells.value(total);
                if !parts.is_empty() {
                    found.insert(Family { total, parts, is_closed });
                }
            }
        }
    }
    found.into_iter().collect()
}

/// Finds all relations, each once.
pub(super) fn relations(sheets: &[Sheet], families: &[Family], cells: &Cells) -> Vec<Relation> {
    let mut found: BTreeSet<Relation> = families.iter().flat_map(|family| family.relations(cells)).collect();
    for sheet in sheets {
        for equation in &sheet.plan.links.equations {
            found.extend((0..sheet.rows.len()).filter_map(|row| in_row(sheet, equation, row, cells)));
        }
        for rolling in &sheet.plan.links.rolling {
            found.extend(over_codes(sheet, rolling, cells));
        }
        for summed in &sheet.plan.links.sums {
            found.extend(elsewhere(sheet, summed, cells));
        }
    }
    found.extend(found_in_data(sheets, cells));
    found.retain(|relation| relation.terms.len() > 1);
    found.into_iter().collect()
}

/// Returns the relations of rows that add up to a count of another table wherever both are there, though nobody said so.
fn found_in_data(sheets: &[Sheet], cells: &Cells) -> Vec<Relation> {
    let figures = by_name(cells.named());
    let adds_up = |sum: &Sum| {
        let parts: i128 = sum.parts.iter().map(|&part| cells.value(part)).sum();
        (parts == cells.value(sum.total)).then_some(parts != 0)
    };
    let details = sheets.iter().flat_map(|sheet| sheet.details(Of::Counts));
    let sums = details.filter_map(|(name, (details, own))| {
        Some(sums(&details, &own, figures.get(name.as_str())?, adds_up))
    });
    let relation = |sum: Sum| {
        let terms = sum.parts.iter().map(|&part| (part, 1)).chain([(sum.total, -1)]).collect();
        Relation::equal(terms, |at| cells.value(at))
    };
    sums.flatten().map(relation).collect()
}

/// Finds what adds up among amounts: in a table, and over several.
pub(super) fn sums_of_amounts(sheets: &[Sheet], cells: &mut Cells) {
    cells.amounts.find_same();
    cells.amounts.find_twins(&open_figures(sheets));
    let own: Vec<Sum> = sheets.iter().flat_map(|sheet| sheet.sums_of_amounts(cells)).collect();
    let over: Vec<Sum> = {
        let figures = by_name(cells.amounts.named());
        let details = sheets.iter().flat_map(|sheet| sheet.details(Of::Amounts));
        let adds_up = |sum: &Sum| cells.amounts.adds_up(sum);
        let of = |(name, (details, own)): (String, (Vec<Detail>, BTreeSet<usize>))| {
            Some(sums(&details, &own, figures.get(name.as_str())?, adds_up))
        };
        details.filter_map(of).flatten().collect()
    };
    let shared = shared(&own, &cells.amounts);
    cells.amounts.add_rows(shared.rows);
    cells.amounts.add_sums(own.into_iter().chain(over).chain(shared.sums));
    cells.amounts.add_rows(sheets.iter().flat_map(rows_of_amounts));
}

/// Returns the relation that an equation is among the counts of one row.
fn in_row(sheet: &Sheet, equation: &Equation, row: usize, cells: &Cells) -> Option<Relation> {
    let terms: Option<Vec<(usize, i128)>> =
        equation.terms.iter().map(|&(column, sign)| Some((sheet.number_at(row, column)?, sign))).collect();
    let mut terms = terms?;
    // The same number on both sides says nothing.
    terms.sort_unstable();
    let distinct = terms.windows(2).all(|pair| pair.first().map(|one| one.0) != pair.last().map(|one| one.0));
    let holds = terms.iter().map(|&(at, sign)| sign.saturating_mul(cells.value(at))).sum::<i128>() >= 0;
    match equation.comparison {
        Comparison::Equal if distinct => Some(Relation::equal(terms, |at| cells.value(at))),
        Comparison::AtLeast if distinct && holds => Some(Relation::at_least(terms)),
        _ => None,
    }
}

/// Counts that are sums over the last codes of a key.
fn over_codes(sheet: &Sheet, rolling: &Rolling, cells: &Cells) -> Vec<Relation> {
    let others: Vec<usize> = sheet.plan.grain.iter().copied().filter(|&at| at != rolling.over).collect();
    let mut series: BTreeMap<Vec<String>, Vec<(String, usize)>> = BTreeMap::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let code = row.get(rolling.over).map(super::cleared::Cell::code).unwrap_or_default();
        series.entry(key(others.iter(), row)).or_default().push((code, at));
    }
    let mut found = Vec::new();
    for rows in series.values_mut() {
        rows.sort();
        for window in rows.windows(rolling.last) {
            let Some(sum) = window.last().and_then(|(_, row)| sheet.number_at(*row, rolling.sum)) else {
                continue;
            };
            let parts: Option<Vec<(usize, i128)>> =
                window.iter().map(|(_, row)| Some((sheet.number_at(*row, rolling.of)?, 1))).collect();
            if let Some(mut terms) = parts {
                terms.push((sum, -1));
                found.push(Relation::equal(terms, |at| cells.value(at)));
            }
        }
    }
    found
}

/// Returns the relations of rows that add up to a count of another table.
fn elsewhere(sheet: &Sheet, summed: &Summed, cells: &Cells) -> Vec<Relation> {
    let mut groups: BTreeMap<Identity, Vec<(usize, i128)>> = BTreeMap::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let code = |column: usize| row.get(column).map(super::cleared::Cell::code).unwrap_or_default();
        let own = code(summed.over);
        let is_total = sheet.plan.columns.get(summed.over).is_some_and(|column| column.is_total(&own));
        if is_total
            || !summed.counts(&own)
            || !summed.filter.iter().all(|(column, wanted)| code(*column) == *wanted)
        {
            continue;
        }
        let (Some(part), Some(mut name)) = (sheet.number_at(at, summed.of), sheet.identity(at, summed.of))
        else {
            continue;
        };
        name.measure.clone_from(&summed.is);
        for column in summed.filter.iter().map(|(column, _)| *column).chain([summed.over]) {
            name.at.remove(&sheet.key_name(at, column));
        }
        groups.entry(name).or_default().push((part, 1));
    }
    let total = |(name, mut terms): (Identity, Vec<(usize, i128)>)| {
        let total = cells.find(&name)?;
        terms.push((total, -1));
        Some(Relation::equal(terms, |at| cells.value(at)))
    };
    groups.into_iter().filter_map(total).collect()
}
