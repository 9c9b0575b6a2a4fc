use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::Decimal;
use super::check::{Copied, Measure, Plan, adds_up, plan, words};
use super::cleared::{Cell, Cleared, HiddenCells, Value};
use super::interval::{Masked, intervals};
use super::read::{DisclosureError, rows};
use super::sets::{Set, key, repeats, sets};
use crate::project::{Model, Unit};

/// The two numbers of the rule: `[parameters]` of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Counts from 1 to one less than this are hidden.
    pub threshold: u32,
    /// Percentages and rates on a smaller denominator are hidden.
    pub percentage_floor: u32,
}

/// Passes a model's rows through its disclosure policy.
///
/// Columns keep the query's order, rows the model's. A missing number is `[x]`, or `[z]` in a derived
/// column whose denominator is nought.
///
/// # Errors
///
/// Returns an error when there is no batch to tell the columns by, when the policy does not fit the
/// columns, when a column has a type that no report shows, or when two rows have the same key.
pub fn clear(batches: &[RecordBatch], model: &Model, limits: &Limits) -> Result<Cleared, DisclosureError> {
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
    let sets = sets(&plan.columns, &plan.grain, &rows);
    let own = model.file.disclosure.as_ref().and_then(|policy| policy.threshold).unwrap_or_default();
    let limits = Limits { threshold: limits.threshold.max(own), ..*limits };
    let copies = copies(&plan, &rows);
    let mut gate =
        Gate { why: vec![vec![None; plan.columns.len()]; rows.len()], plan, rows, sets, copies, limits };
    gate.hide_small();
    gate.protect();
    let title = model.file.title.clone().unwrap_or_else(|| words(&model.name));
    Ok(gate.open(name(), title))
}

/// For each column that repeats a count, and each row, the row and column that it repeats.
fn copies(plan: &Plan, rows: &[Vec<Cell>]) -> Vec<Vec<Option<(usize, usize)>>> {
    let found = |copied: &Copied| {
        let others: Vec<usize> = plan.grain.iter().copied().filter(|&at| at != copied.key).collect();
        let code = |row: &[Cell], at: usize| row.get(at).map(Cell::code).unwrap_or_default();
        let places: BTreeMap<(Vec<String>, String), usize> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| ((key(others.iter(), row), code(row, copied.key)), at))
            .collect();
        let target = |row: &Vec<Cell>| places.get(&(key(others.iter(), row), code(row, copied.code_in)));
        rows.iter().map(|row| target(row).map(|&at| (at, copied.of))).collect()
    };
    let measures = plan.measures.iter();
    measures
        .map(|measure| match measure {
            Some(Measure::Copy(copied)) => found(copied),
            _ => Vec::new(),
        })
        .collect()
}

/// Why a cell is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Primary,
    Secondary,
}

/// The table on its way through.
struct Gate {
    plan: Plan,
    rows: Vec<Vec<Cell>>,
    sets: Vec<Set>,
    copies: Vec<Vec<Option<(usize, usize)>>>,
    limits: Limits,
    why: Vec<Vec<Option<Why>>>,
}

impl Gate {
    /// Hides every count between nought and the threshold, wherever it stands.
    fn hide_small(&mut self) {
        for column in self.columns_that(|measure| matches!(measure, Measure::Count | Measure::Copy(_))) {
            for row in 0..self.rows.len() {
                let small = self.number(row, column).is_some_and(|count| {
                    !count.is_zero() && count.magnitude() < Decimal::integer(self.limits.threshold.into())
                });
                if small {
                    self.hide(row, column, Why::Primary);
                }
            }
        }
    }

    /// Hides more until nothing hidden can be worked out. Each pass hides a cell or is the last.
    fn protect(&mut self) {
        loop {
            self.hide_derived();
            let counts = |measure: &Measure| matches!(measure, Measure::Count);
            let derived = |measure: &Measure| matches!(measure, Measure::Derived(_));
            // Counts first: what is worked out from them then follows by itself where it can.
            if !self.hide_beside_single(counts) && !self.widen() && !self.hide_beside_single(derived) {
                return;
            }
        }
    }

    /// Hides what is worked out from a hidden count, or rests on too small a denominator.
    fn hide_derived(&mut self) {
        let mut moved = true;
        while moved {
            moved = false;
            for column in
                self.columns_that(|measure| matches!(measure, Measure::Derived(_) | Measure::Copy(_)))
            {
                for row in 0..self.rows.len() {
                    if !self.is_hidden(row, column)
                        && let Some(why) = self.reason_to_hide(row, column)
                    {
                        self.hide(row, column, why);
                        moved = true;
                    }
                }
            }
        }
    }

    fn reason_to_hide(&self, row: usize, column: usize) -> Option<Why> {
        if let Some((at, of)) = self.copies.get(column).and_then(|rows| rows.get(row).copied().flatten()) {
            return self.why.get(at)?.get(of).copied().flatten();
        }
        let needs = self.needs(column);
        let inherited = needs.iter().filter_map(|&need| self.why.get(row)?.get(need).copied().flatten());
        if let Some(why) = inherited.min_by_key(|why| *why == Why::Secondary) {
            return Some(why);
        }
        let denominator = self.number(row, *needs.last()?)?;
        let floor = Decimal::integer(self.limits.percentage_floor.into());
        let small =
            needs.len() > 1 && !adds_up(self.unit(column)) && !denominator.is_zero() && denominator < floor;
        small.then_some(Why::Primary)
    }

    /// In every set with exactly one hidden member, hides the smallest other one that is not nought.
    /// Whether anything was hidden.
    fn hide_beside_single(&mut self, wanted: impl Fn(&Measure) -> bool) -> bool {
        let mut moved = false;
        for column in self.columns_that(wanted) {
            for at in 0..self.sets.len() {
                let Some(set) = self.sets.get(at) else { continue };
                let alone = set.members().filter(|&row| self.is_hidden(row, column)).count() == 1;
                if alone
                    && self.is_solvable(set, column)
                    && let Some(row) = self.smallest(set, column)
                {
                    self.hide(row, column, Why::Secondary);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Whether the members of a set tell of each other: counts always, what is worked out from them
    /// only where it adds up.
    fn is_solvable(&self, set: &Set, column: usize) -> bool {
        if matches!(self.measure(column), Some(Measure::Count)) {
            return true;
        }
        let number = |row| self.number(row, column).unwrap_or(Decimal::integer(0));
        let sum = set.parts.iter().fold(Decimal::integer(0), |sum, &row| sum.plus(number(row)));
        let apart = sum.minus(number(set.total)).magnitude();
        let scale = apart.scale();
        let slack = Decimal::new(i128::try_from(set.parts.len()).unwrap_or(i128::MAX), scale);
        adds_up(self.unit(column)) && apart <= slack
    }

    /// The row of the smallest member that is shown and not nought; a part before the total.
    fn smallest(&self, set: &Set, column: usize) -> Option<usize> {
        set.members()
            .filter(|&row| !self.is_hidden(row, column))
            .filter_map(|row| {
                self.number(row, column).filter(|number| !number.is_zero()).map(|number| (row, number))
            })
            .min_by(|(a, x), (b, y)| {
                x.magnitude()
                    .cmp(&y.magnitude())
                    .then((*a == set.total).cmp(&(*b == set.total)))
                    .then(a.cmp(b))
            })
            .map(|(row, _)| row)
    }

    /// Hides one more cell beside a hidden count whose interval tells too much. Whether it hid one.
    fn widen(&mut self) -> bool {
        for column in self.columns_that(|measure| matches!(measure, Measure::Count)) {
            let numbers: Vec<Decimal> = (0..self.rows.len())
                .map(|row| self.number(row, column).unwrap_or(Decimal::integer(0)))
                .collect();
            let scale = numbers.iter().map(|number| number.scale()).max().unwrap_or_default();
            let values: Vec<i128> = numbers.iter().map(|number| number.units_at(scale)).collect();
            let hidden: Vec<bool> = (0..self.rows.len()).map(|row| self.is_hidden(row, column)).collect();
            if !hidden.contains(&true) {
                continue;
            }
            let one = Decimal::integer(1).units_at(scale);
            let threshold = i128::from(self.limits.threshold) * one;
            for (row, interval) in intervals(&Masked { values: &values, hidden: &hidden, one }, &self.sets) {
                let covers = interval.low <= one && interval.high >= threshold - one;
                if covers || interval.high.saturating_sub(interval.low) >= threshold {
                    continue;
                }
                let around = self.sets.iter().filter(|set| set.members().any(|member| member == row));
                let next = around
                    .filter_map(|set| self.smallest(set, column))
                    .min_by_key(|&next| (values.get(next).copied().unwrap_or_default().abs(), next));
                if let Some(next) = next {
                    self.hide(next, column, Why::Secondary);
                    return true;
                }
            }
        }
        false
    }

    /// The table with what is hidden taken out.
    fn open(self, model: String, title: String) -> Cleared {
        let mut hidden = HiddenCells::default();
        let mut rows = Vec::with_capacity(self.rows.len());
        for at in 0..self.rows.len() {
            let row = (0..self.plan.columns.len()).map(|column| {
                match self.why.get(at).and_then(|row| row.get(column)).copied().flatten() {
                    Some(Why::Primary) => hidden.primary += 1,
                    Some(Why::Secondary) => hidden.secondary += 1,
                    None => return self.shown(at, column),
                }
                Cell::Hidden
            });
            rows.push(row.collect());
        }
        Cleared { model, title, columns: self.plan.columns, rows, hidden }
    }

    fn shown(&self, row: usize, column: usize) -> Cell {
        let cell = self.rows.get(row).and_then(|row| row.get(column)).cloned().unwrap_or(Cell::Missing);
        let denominator = self.needs(column).last().and_then(|&need| self.number(row, need));
        if cell == Cell::Missing && denominator.is_some_and(Decimal::is_zero) {
            Cell::NotApplicable
        } else {
            cell
        }
    }

    fn columns_that(&self, wanted: impl Fn(&Measure) -> bool) -> Vec<usize> {
        let measures = self.plan.measures.iter().enumerate();
        measures.filter(|(_, measure)| measure.as_ref().is_some_and(&wanted)).map(|(at, _)| at).collect()
    }

    fn measure(&self, column: usize) -> Option<&Measure> {
        self.plan.measures.get(column)?.as_ref()
    }

    fn needs(&self, column: usize) -> &[usize] {
        match self.measure(column) {
            Some(Measure::Derived(needs)) => needs,
            _ => &[],
        }
    }

    fn unit(&self, column: usize) -> Option<Unit> {
        self.plan.columns.get(column)?.indicator.as_ref().map(|indicator| indicator.unit)
    }

    fn number(&self, row: usize, column: usize) -> Option<Decimal> {
        match self.rows.get(row)?.get(column)? {
            Cell::Shown(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn is_hidden(&self, row: usize, column: usize) -> bool {
        self.why.get(row).and_then(|row| row.get(column)).is_some_and(Option::is_some)
    }

    fn hide(&mut self, row: usize, column: usize, why: Why) {
        if let Some(cell) = self.why.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = Some(why);
        }
    }
}
