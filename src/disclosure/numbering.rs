//! Gives the figures of a table their numbers among those of all tables, and says which of them may add up.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::cleared::Cell;
use super::decimal::Decimal;
use super::identity::is_period;
use super::measure::Measure;
use super::projections::{Detail, Sum};
use super::sets::key;
use super::sheet::{Of, Sheet, compares};

impl Sheet {
    /// Returns the number of decimals of its finest count.
    pub(super) fn scale(&self) -> u32 {
        let numbered = self.numbered();
        let scales = numbered.iter().flat_map(|&column| {
            (0..self.rows.len()).filter_map(move |row| self.shown_number(row, column)).map(Decimal::scale)
        });
        scales.max().unwrap_or_default()
    }

    /// Gives every count its number among the cells of the report.
    pub(super) fn number(&mut self, cells: &mut Cells) {
        let threshold = self.limits.threshold;
        let columns = self.numbered();
        // Counts first, since the others may repeat them.
        for pass in [false, true] {
            for &column in &columns {
                let is_copy = matches!(self.measure(column), Some(Measure::Copy(_)));
                if is_copy != pass {
                    continue;
                }
                for row in 0..self.rows.len() {
                    let Some(value) = self.shown_number(row, column) else { continue };
                    let repeated =
                        self.copied(row, column).filter(|&(at, of)| self.shown_number(at, of) == Some(value));
                    let number = if let Some((at, of)) = repeated {
                        self.number_at(at, of)
                    } else {
                        let is_own = self.beside.is_none();
                        self.identity(row, column).map(|name| cells.count(name, value, threshold, is_own))
                    };
                    if let Some(number) =
                        number.filter(|_| !is_copy && self.plan.links.hide_zeros && !self.is_total(row))
                    {
                        cells.hide_zero(number);
                    }
                    if let Some(cell) = self.numbers.get_mut(row).and_then(|row| row.get_mut(column)) {
                        *cell = number;
                    }
                }
            }
        }
    }

    /// Gives every amount that rests on children its number among those of the report.
    pub(super) fn number_amounts(&mut self, cells: &mut Cells) {
        for column in self.summed() {
            for row in 0..self.rows.len() {
                let value = self.shown_number(row, column);
                let number = value.and_then(|value| {
                    let name = self.identity(row, column)?;
                    Some(cells.amounts.number(name, value, self.children(row, column), self.beside.is_none()))
                });
                if let Some(cell) = self.amounts.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *cell = number;
                }
            }
        }
    }

    /// Returns how many children an amount rests on: the fewest of the counts that it needs.
    fn children(&self, row: usize, column: usize) -> i128 {
        let counts = self.needs(column).iter().filter_map(|&need| self.shown_number(row, need));
        counts.map(|count| count.units_at(0)).min().unwrap_or_default()
    }

    /// Returns the columns of amounts that rest on children and may add up.
    pub(super) fn summed(&self) -> Vec<usize> {
        self.columns_that(|column, measure| {
            matches!(measure, Measure::Derived(_) | Measure::Money(_))
                && self.unit(column).is_some()
                && !compares(self.unit(column))
        })
    }

    /// Returns the amounts of each set of parts and their total, where they add up.
    pub(super) fn sums_of_amounts(&self, cells: &Cells) -> Vec<Sum> {
        let sums = self.summed().into_iter().flat_map(|column| {
            self.sets.iter().filter_map(move |set| {
                let total = self.amount_at(set.total?, column)?;
                let parts = set
                    .parts
                    .iter()
                    .filter_map(|&row| self.amount_at(row, column))
                    .filter(|&part| part != total);
                Some(Sum { total, parts: parts.collect() })
            })
        });
        sums.filter(|sum| !sum.parts.is_empty() && cells.amounts.adds_up(sum).is_some()).collect()
    }

    /// Returns the rows that are not totals, as parts of what they may add up to, by the name of each count or amount; with all
    /// figures of it that the table has.
    pub(super) fn details(&self, of: Of) -> BTreeMap<String, (Vec<Detail>, BTreeSet<usize>)> {
        let columns = if of == Of::Counts { self.counted() } else { self.summed() };
        let besides: Vec<usize> = (0..self.plan.columns.len())
            .filter(|at| self.measure(*at).is_none() && !self.plan.grain.contains(at))
            .collect();
        let mut found: BTreeMap<String, (Vec<Detail>, BTreeSet<usize>)> = BTreeMap::new();
        for column in columns {
            for (row, line) in self.rows.iter().enumerate() {
                let cell =
                    if of == Of::Counts { self.number_at(row, column) } else { self.amount_at(row, column) };
                let (Some(cell), Some(name)) = (cell, self.identity(row, column)) else { continue };
                let (details, own) = found.entry(name.measure).or_default();
                own.insert(cell);
                if !self.is_total(row) {
                    let code =
                        |&at: &usize| Some((self.plan.columns.get(at)?.name.clone(), line.get(at)?.code()));
                    details.push(Detail {
                        cell,
                        at: name.at,
                        besides: besides.iter().filter_map(code).collect(),
                    });
                }
            }
        }
        found
    }

    /// Returns the columns of counts, and of what is shown anyway, that are whole numbers wherever they are there.
    pub(super) fn whole_columns(&self) -> Vec<usize> {
        let is_whole = |&column: &usize| {
            let numbers = (0..self.rows.len()).filter_map(|row| self.shown_number(row, column));
            numbers.into_iter().all(|number| number.minus(number.rounded(0)).is_zero())
        };
        let columns = self.columns_that(|_, measure| matches!(measure, Measure::Count | Measure::Open));
        columns.into_iter().filter(is_whole).collect()
    }

    /// Returns whether a column is shown whatever it holds.
    pub(super) fn is_open(&self, column: usize) -> bool {
        matches!(self.measure(column), Some(Measure::Open))
    }

    /// Returns, for each row, the row of the period before it with the same other keys; none where not exactly one key is of
    /// periods.
    pub(super) fn rows_before(&self) -> Vec<Option<usize>> {
        let mut before = vec![None; self.rows.len()];
        let is_of_periods = |&&key: &&usize| {
            !self.rows.is_empty()
                && self.rows.iter().all(|row| row.get(key).is_some_and(|cell| is_period(&cell.code())))
        };
        let keys: Vec<usize> = self.plan.grain.iter().filter(is_of_periods).copied().collect();
        let [period] = keys.as_slice() else { return before };
        let mut series: BTreeMap<Vec<String>, Vec<(String, usize)>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let code = row.get(*period).map(Cell::code).unwrap_or_default();
            let others = self.plan.grain.iter().filter(|key| *key != period);
            series.entry(key(others, row)).or_default().push((code, at));
        }
        for rows in series.values_mut() {
            rows.sort();
            for pair in rows.windows(2) {
                if let [(_, earlier), (_, later)] = pair
                    && let Some(place) = before.get_mut(*later)
                {
                    *place = Some(*earlier);
                }
            }
        }
        before
    }
}
