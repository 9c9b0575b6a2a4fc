//! One table on its way through the gate.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::amounts::{SCALE, is_product};
use super::cells::Cells;
use super::check::{Plan, plan, words};
use super::cleared::{Cell, Cleared, HiddenCells, Value};
use super::copies::copies;
use super::decimal::Decimal;
use super::identity::Identity;
use super::limits::Limits;
use super::measure::Measure;
use super::projections::{Detail, Sum};
use super::read::{DisclosureError, rows};
use super::sets::{Set, repeats, sets};
use super::units::{adds_up, compares, is_quantity};
use super::why::Why;
use crate::project::{Audience, DisclosurePolicy, Model, Unit};

/// Which figures of a table are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Counts,
    Amounts,
}

/// A model's rows, and what is hidden of them.
pub(super) struct Sheet {
    pub(super) model: String,
    title: String,
    pub(super) plan: Plan,
    pub(super) rows: Vec<Vec<Cell>>,
    sets: Vec<Set>,
    limits: Limits,
    /// Whom the table is for.
    audience: Audience,
    /// For each column that repeats a count, and each row, the row and column that it repeats.
    copies: Vec<Vec<Option<(usize, usize)>>>,
    /// The number of each count, by row and column.
    numbers: Vec<Vec<Option<usize>>>,
    /// The figure of each amount that rests on children, by row and column.
    amounts: Vec<Vec<Option<usize>>>,
    /// Why a cell is hidden that is worked out from counts.
    why: Vec<Vec<Option<Why>>>,
}

impl Sheet {
    /// Reads a model's rows by its policy.
    pub(super) fn new(
        batches: &[RecordBatch],
        model: &Model,
        limits: Limits,
    ) -> Result<Self, DisclosureError> {
        let name = || model.name.clone();
        let first = batches.first().ok_or_else(|| DisclosureError::NoBatch { model: name() })?;
        let (plan, faults) = plan(first.schema_ref(), model);
        if faults.has_errors() {
            return Err(DisclosureError::Policy { model: name(), faults });
        }
        let rows = rows(batches, &model.name)?;
        if repeats(&plan.grain, &rows) {
            return Err(DisclosureError::RepeatedKey { model: name() });
        }
        let own = model.file.disclosure.as_ref().and_then(|policy| policy.threshold).unwrap_or_default();
        Ok(Self {
            model: name(),
            title: model.file.title.clone().unwrap_or_else(|| words(&model.name)),
            sets: sets(&plan.columns, &plan.grain, &rows),
            audience: model
                .file
                .disclosure
                .as_ref()
                .map_or(Audience::Commissioning, DisclosurePolicy::audience),
            limits: Limits { threshold: limits.threshold.max(own), ..limits },
            copies: copies(&plan, &rows),
            numbers: vec![vec![None; plan.columns.len()]; rows.len()],
            amounts: vec![vec![None; plan.columns.len()]; rows.len()],
            why: vec![vec![None; plan.columns.len()]; rows.len()],
            plan,
            rows,
        })
    }

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
                        self.identity(row, column).map(|name| cells.count(name, value, threshold))
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
                let number =
                    value.and_then(|value| Some(cells.amounts.number(self.identity(row, column)?, value)));
                if let Some(cell) = self.amounts.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *cell = number;
                }
            }
        }
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

    /// Returns the number of the amount at a row and column, if it is one.
    pub(super) fn amount_at(&self, row: usize, column: usize) -> Option<usize> {
        self.amounts.get(row)?.get(column).copied().flatten()
    }

    /// Returns whether a row is the total of others.
    fn is_total(&self, row: usize) -> bool {
        let is_total = |key: usize| {
            let code = self.rows.get(row)?.get(key).map(Cell::code)?;
            Some(self.plan.columns.get(key)?.is_total(&code))
        };
        self.plan.grain.iter().any(|&key| is_total(key) == Some(true))
    }

    /// Returns the columns of figures.
    pub(super) fn figures(&self) -> Vec<usize> {
        self.columns_that(|_, _| true)
    }

    /// Returns the columns whose cells the gate holds against those of other tables.
    fn numbered(&self) -> Vec<usize> {
        self.columns_that(|_, measure| matches!(measure, Measure::Count | Measure::Copy(_)))
    }

    /// Returns the columns that hold counts of this table's own.
    pub(super) fn counted(&self) -> Vec<usize> {
        self.columns_that(|_, measure| matches!(measure, Measure::Count))
    }

    /// Returns the number of the cell at a row and column, if it is one that the gate follows.
    pub(super) fn number_at(&self, row: usize, column: usize) -> Option<usize> {
        self.numbers.get(row)?.get(column).copied().flatten()
    }

    /// Returns which number of the world the count at a row and column is.
    pub(super) fn identity(&self, row: usize, column: usize) -> Option<Identity> {
        let code = |at: usize| self.rows.get(row)?.get(at).map(Cell::code);
        let name = &self.plan.columns.get(column)?.name;
        let same = self.plan.links.same.get(&column);
        let by_key = same.and_then(|same| Some((same.key?, same.codes.get(&code(same.key?)?)?)));
        let measure = by_key.map(|(_, name)| name).or_else(|| same?.is.as_ref()).unwrap_or(name);
        let naming: BTreeSet<usize> = self.plan.links.named_by.values().copied().collect();
        let mut at = BTreeMap::new();
        for &key in &self.plan.grain {
            let own = code(key)?;
            let is_total = self.plan.columns.get(key).is_some_and(|column| column.is_total(&own));
            if !is_total && !naming.contains(&key) && by_key.map(|(key, _)| key) != Some(key) {
                let named = (self.key_name(row, key), own);
                let (key, code) = self.plan.links.alike.get(&named).cloned().unwrap_or(named);
                at.insert(key, code);
            }
        }
        for (key, column) in same.iter().flat_map(|same| &same.at) {
            at.insert(key.clone(), code(*column)?);
        }
        Some(Identity { measure: measure.clone(), at })
    }

    /// Returns the name of a key in a row: its own, or the code of the key that names it.
    pub(super) fn key_name(&self, row: usize, key: usize) -> String {
        let by = self.plan.links.named_by.get(&key);
        let named = by.and_then(|&by| self.rows.get(row)?.get(by).map(Cell::code));
        named.or_else(|| self.plan.columns.get(key).map(|column| column.name.clone())).unwrap_or_default()
    }

    /// Hides what is worked out from a hidden count, or rests on too small a denominator. Whether anything was hidden.
    pub(super) fn hide_derived(&mut self, cells: &mut Cells) -> bool {
        let columns = self.columns_that(|_, measure| {
            matches!(measure, Measure::Derived(_) | Measure::Money(_) | Measure::Firm(_) | Measure::Copy(_))
        });
        // A figure may rest on the total of its own row, as a share of it does.
        let totals: BTreeMap<usize, Vec<usize>> = self.sets.iter().fold(BTreeMap::new(), |mut found, set| {
            for (&part, total) in set.parts.iter().filter_map(|part| set.total.map(|total| (part, total))) {
                found.entry(part).or_insert_with(Vec::new).push(total);
            }
            found
        });
        let mut any = false;
        let mut moved = true;
        while moved {
            moved = false;
            for &column in &columns {
                for row in 0..self.rows.len() {
                    let around = totals.get(&row).filter(|_| compares(self.unit(column)));
                    let around = around.map_or(&[][..], Vec::as_slice);
                    if !self.is_hidden(row, column, cells)
                        && let Some(why) = self.reason_to_hide(row, column, around, cells)
                    {
                        self.hide(row, column, why, cells);
                        moved = true;
                        any = true;
                    }
                }
            }
        }
        any
    }

    fn reason_to_hide(&self, row: usize, column: usize, totals: &[usize], cells: &Cells) -> Option<Why> {
        if let Some((at, of)) = self.copied(row, column) {
            return self.why(at, of, cells);
        }
        let needs = self.needs(column);
        let inputs = self.plan.inputs.get(&column).into_iter().flatten();
        let worked_out = inputs.filter_map(|&input| self.why(row, input, cells));
        let beside = self.gives_amount_away(row, column, cells).then_some(Why::Secondary);
        let rows = || totals.iter().copied().chain([row]);
        let inherited = needs.iter().flat_map(|&need| rows().filter_map(move |at| self.why(at, need, cells)));
        let denominator = self.shown_number(row, *needs.last()?);
        let floor = Decimal::integer(self.limits.percentage_floor.into());
        let rests_on_few =
            denominator.is_some_and(|denominator| !denominator.is_zero() && denominator < floor);
        let small = rests_on_few && needs.len() > 1 && !adds_up(self.unit(column));
        let stands_out = self.stands_out(row, column).then_some(Why::Primary);
        inherited.chain(worked_out).chain(small.then_some(Why::Primary)).chain(stands_out).chain(beside).min()
    }

    /// Returns whether a figure, times another that is shown in its row, is an amount that is hidden there: a ratio with a
    /// hidden part goes with it, and of two factors the one that is a ratio.
    fn gives_amount_away(&self, row: usize, column: usize, cells: &Cells) -> bool {
        let is_summed =
            |at: usize| self.amount_at(row, at).is_some_and(|amount| cells.amounts.is_in_sum(amount));
        let units = |at: usize| self.shown_number(row, at).map(|number| number.units_at(SCALE));
        let Some(own) = units(column).filter(|_| !is_summed(column)) else { return false };
        let columns = || (0..self.plan.columns.len()).filter(|&at| at != column);
        let hidden = columns().filter(|&at| is_summed(at) && self.is_hidden(row, at, cells));
        let hidden: Vec<i128> = hidden.filter_map(units).filter(|amount| *amount != 0).collect();
        let others = || {
            columns().filter(|&at| {
                let is_ratio = !is_summed(at) && !is_quantity(self.unit(at)) && !self.needs(at).is_empty();
                !(self.is_hidden(row, at, cells) || is_quantity(self.unit(column)) && is_ratio)
            })
        };
        hidden
            .into_iter()
            .any(|amount| others().filter_map(units).any(|other| is_product(amount, own, other)))
    }

    /// Returns whether a sum of money gives one placement's or, to whoever does not commission, one firm's price away.
    fn stands_out(&self, row: usize, column: usize) -> bool {
        match self.measure(column) {
            Some(Measure::Money(money)) => {
                let number = |at| self.shown_number(row, at);
                number(column).is_some_and(|sum| money.stands_out(sum, number, self.audience, &self.limits))
            }
            Some(Measure::Firm(_)) => self.audience != Audience::Commissioning,
            _ => false,
        }
    }

    /// Hides, in every set with exactly one hidden figure that adds up, the smallest other one that is not zero.
    /// Returns whether anything was hidden.
    pub(super) fn hide_beside_single(&mut self, cells: &mut Cells) -> bool {
        let mut moved = false;
        // Amounts are held against those of all tables elsewhere.
        let summed = self.summed();
        for column in
            self.columns_that(|at, measure| matches!(measure, Measure::Derived(_)) && !summed.contains(&at))
        {
            for at in 0..self.sets.len() {
                let Some(set) = self.sets.get(at) else { continue };
                // Where there is no figure, none is to be worked out.
                let is_unknown = |row: &usize| {
                    self.is_hidden(*row, column, cells) && self.shown_number(*row, column).is_some()
                };
                if set.members().filter(is_unknown).count() == 1
                    && self.is_solvable(set, column)
                    && let Some(row) = self.smallest(set, column, cells)
                {
                    self.hide(row, column, Why::Secondary, cells);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Returns whether the figures of a set follow from each other: only where they add up, to their total or, shares that
    /// they are, to a whole.
    fn is_solvable(&self, set: &Set, column: usize) -> bool {
        let number = |row| self.shown_number(row, column).unwrap_or(Decimal::integer(0));
        let sum = set.parts.iter().fold(Decimal::integer(0), |sum, &row| sum.plus(number(row)));
        let is_near = |total: Decimal| {
            let difference = sum.minus(total).magnitude();
            let slack = i128::try_from(set.parts.len()).unwrap_or(i128::MAX);
            difference <= Decimal::new(slack, difference.scale())
        };
        if self.plan.shares.contains(&column) {
            return is_near(Decimal::integer(100));
        }
        adds_up(self.unit(column)) && set.total.is_some_and(|total| is_near(number(total)))
    }

    /// Returns the row of the smallest member that is shown and not zero; a part before the total.
    fn smallest(&self, set: &Set, column: usize, cells: &Cells) -> Option<usize> {
        set.members()
            .filter(|&row| !self.is_hidden(row, column, cells))
            .filter_map(|row| Some((row, self.shown_number(row, column).filter(|number| !number.is_zero())?)))
            .min_by(|(a, x), (b, y)| {
                let total = |row: &usize| Some(*row) == set.total;
                x.magnitude().cmp(&y.magnitude()).then(total(a).cmp(&total(b))).then(a.cmp(b))
            })
            .map(|(row, _)| row)
    }

    /// Returns the table with what is hidden taken out.
    pub(super) fn open(self, cells: &Cells) -> Cleared {
        let mut hidden = Vec::with_capacity(self.rows.len());
        let mut rows = Vec::with_capacity(self.rows.len());
        for at in 0..self.rows.len() {
            let mut count = HiddenCells::default();
            let row = (0..self.plan.columns.len()).map(|column| {
                match self.why(at, column, cells) {
                    Some(Why::Primary) => count.primary += 1,
                    Some(Why::Secondary) => count.secondary += 1,
                    None => return self.shown(at, column),
                }
                Cell::Hidden
            });
            rows.push(row.collect());
            hidden.push(count);
        }
        Cleared { model: self.model, title: self.title, columns: self.plan.columns, rows, hidden }
    }

    fn shown(&self, row: usize, column: usize) -> Cell {
        let cell = self.rows.get(row).and_then(|row| row.get(column)).cloned().unwrap_or(Cell::Missing);
        if cell != Cell::Missing {
            return cell;
        }
        let symbol = self.plan.links.symbols.get(&column);
        let symbol = symbol.and_then(|&at| self.rows.get(row)?.get(at).map(Cell::code));
        let denominator = self.needs(column).last().and_then(|&need| self.shown_number(row, need));
        match symbol.as_deref() {
            Some("c") => Cell::Hidden,
            Some("z") => Cell::NotApplicable,
            Some("u") => Cell::Unreliable,
            _ if denominator.is_some_and(Decimal::is_zero) => Cell::NotApplicable,
            _ => Cell::Missing,
        }
    }

    /// Returns the columns whose measure is wanted.
    pub(super) fn columns_that(&self, wanted: impl Fn(usize, &Measure) -> bool) -> Vec<usize> {
        let measures = self.plan.measures.iter().enumerate();
        let wanted = |(at, measure): (usize, &Option<Measure>)| {
            measure.as_ref().is_some_and(|measure| wanted(at, measure)).then_some(at)
        };
        measures.filter_map(wanted).collect()
    }

    fn measure(&self, column: usize) -> Option<&Measure> {
        self.plan.measures.get(column)?.as_ref()
    }

    /// Returns the columns that a column is worked out from.
    pub(super) fn needs(&self, column: usize) -> &[usize] {
        match self.measure(column) {
            Some(Measure::Derived(needs) | Measure::Firm(needs)) => needs,
            Some(Measure::Money(money)) => &money.needs,
            _ => &[],
        }
    }

    fn copied(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        self.copies.get(column)?.get(row).copied().flatten()
    }

    fn unit(&self, column: usize) -> Option<Unit> {
        self.plan.columns.get(column)?.indicator.as_ref().map(crate::project::Indicator::unit)
    }

    /// Returns the number at a row and column as the query gave it, if it is one.
    pub(super) fn shown_number(&self, row: usize, column: usize) -> Option<Decimal> {
        match self.rows.get(row)?.get(column)? {
            Cell::Shown(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns why a cell is hidden, if it is.
    pub(super) fn why(&self, row: usize, column: usize, cells: &Cells) -> Option<Why> {
        match (self.number_at(row, column), self.amount_at(row, column)) {
            (Some(number), _) => cells.why(number),
            (None, Some(amount)) => cells.amounts.why(amount),
            (None, None) => self.why.get(row)?.get(column).copied().flatten(),
        }
    }

    fn is_hidden(&self, row: usize, column: usize, cells: &Cells) -> bool {
        self.why(row, column, cells).is_some()
    }

    fn hide(&mut self, row: usize, column: usize, why: Why, cells: &mut Cells) {
        if let Some(number) = self.number_at(row, column) {
            cells.hide(number, why);
        } else if let Some(amount) = self.amount_at(row, column) {
            cells.amounts.hide(amount, why);
        } else if let Some(cell) = self.why.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = Some(why);
        }
    }
}
