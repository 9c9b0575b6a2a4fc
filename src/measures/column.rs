//! The values of one computed column.

use std::collections::BTreeMap;

use arrow::array::{Decimal128Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;

use super::fisher;
use super::limits::{self, Risks};
use super::numbers::{Number, flags, numbers};
use super::quotient::quotient;
use crate::project::{Computation, IntervalColumn, ModelFile, RiskColumn, ShareColumn};

/// Decimal places of what is worked out by logarithms and roots.
const PLACES: u8 = 4;

/// Returns the type of a computed column.
pub(super) fn kind(computation: &Computation, file: &ModelFile) -> DataType {
    let places = match computation {
        Computation::Rate(rate) => *rate.places.get_ref(),
        Computation::Interval(interval) => match file.computed.get(interval.of.get_ref().as_str()) {
            Some(Computation::Rate(rate)) => *rate.places.get_ref(),
            _ => PLACES,
        },
        _ => PLACES,
    };
    // Amounts of money have two places, and all the digits that a ledger's sums need.
    let digits = if places == 2 { 18 } else { 12 };
    DataType::Decimal128(digits, i8::try_from(places).unwrap_or(i8::MAX))
}

/// Works out the values of a computed column, one for each row of `rows`.
pub(super) fn values(
    computation: &Computation,
    file: &ModelFile,
    rows: &RecordBatch,
) -> Result<Decimal128Array, ArrowError> {
    let DataType::Decimal128(digits, scale) = kind(computation, file) else {
        return Err(ArrowError::SchemaError("a computed column is a decimal".to_owned()));
    };
    let places = u32::try_from(scale).unwrap_or_default();
    let when = flags(rows, computation.when().map(|column| column.get_ref().as_str()))?;
    let mut found = match computation {
        Computation::Rate(rate) => {
            let (of, to) = (numbers(rows, rate.of.get_ref())?, numbers(rows, rate.to.get_ref())?);
            quotients(&of, &to, *rate.per.get_ref(), places)?
        }
        Computation::Share(share) => {
            quotients(&numbers(rows, share.of.get_ref())?, &wholes(share, file, rows)?, 100, places)?
        }
        Computation::Change(change) => {
            let (from, to) = (numbers(rows, change.from.get_ref())?, numbers(rows, change.to.get_ref())?);
            let more: Vec<Option<Number>> =
                from.iter().zip(&to).map(|(from, to)| difference((*to)?, (*from)?)).collect();
            // Of a budget for income, which is below zero, more income is a change downwards as it is in pounds.
            let sizes: Vec<Option<Number>> = from
                .iter()
                .map(|from| from.and_then(|from| Some(Number { value: from.value.checked_abs()?, ..from })))
                .collect();
            quotients(&more, &sizes, 100, places)?
        }
        Computation::RelativeRisk(risk) => {
            risks(risk, rows)?.into_iter().map(|risks| decimal(risks?.ratio()?, places)).collect()
        }
        Computation::Interval(interval) => limits_of(interval, file, rows, places)?,
        Computation::FisherExact(cells) => {
            let [a, b] = [&cells.first[0], &cells.first[1]].map(|column| numbers(rows, column.get_ref()));
            let [c, d] = [&cells.second[0], &cells.second[1]].map(|column| numbers(rows, column.get_ref()));
            let (a, b, c, d) = (a?, b?, c?, d?);
            let cell = |column: &[Option<Number>], row: usize| column.get(row).copied().flatten()?.count();
            (0..rows.num_rows())
                .map(|row| {
                    let first = [cell(&a, row)?, cell(&b, row)?];
                    let second = [cell(&c, row)?, cell(&d, row)?];
                    decimal(fisher::two_sided(first, second)?, places)
                })
                .collect()
        }
    };
    for (value, _) in found.iter_mut().zip(when).filter(|(_, has_value)| !has_value) {
        *value = None;
    }
    let array = Decimal128Array::from(found).with_precision_and_scale(digits, scale)?;
    array.validate_decimal_precision(digits)?;
    Ok(array)
}

fn quotients(
    of: &[Option<Number>],
    to: &[Option<Number>],
    per: u32,
    places: u32,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let each = of.iter().zip(to).map(|(of, to)| match (of, to) {
        (Some(of), Some(to)) => quotient(*of, *to, per, places),
        _ => Ok(None),
    });
    each.collect()
}

fn difference(one: Number, other: Number) -> Option<Number> {
    let scale = one.scale.max(other.scale);
    let up = |number: Number| number.value.checked_mul(10_i128.checked_pow(scale - number.scale)?);
    Some(Number { value: up(one)?.checked_sub(up(other)?)?, scale })
}

/// Returns the whole of which each row is a share: another column, or the same one of the total row.
fn wholes(
    share: &ShareColumn,
    file: &ModelFile,
    rows: &RecordBatch,
) -> Result<Vec<Option<Number>>, ArrowError> {
    if let Some(to) = &share.to {
        return numbers(rows, to.get_ref());
    }
    let text = |name: &str, row: usize| match rows.column_by_name(name) {
        Some(column) => array_value_to_string(column, row),
        None => Err(ArrowError::SchemaError(format!("no column `{name}`"))),
    };
    let is_over = |name: &str| share.over.iter().any(|key| key.get_ref() == name);
    let hierarchies = file.disclosure.as_ref().map(|policy| &policy.hierarchies);
    let of = numbers(rows, share.of.get_ref())?;
    let mut totals = BTreeMap::new();
    let mut groups = Vec::new();
    for (row, number) in of.iter().enumerate() {
        let keys = file.grain.iter().map(|key| key.get_ref().as_str()).filter(|key| !is_over(key));
        let group: Vec<String> = keys.map(|key| text(key, row)).collect::<Result<_, _>>()?;
        let mut is_total = true;
        for key in &share.over {
            let total = hierarchies.and_then(|all| all.get(key.get_ref().as_str()));
            is_total &=
                total.is_some_and(|total| text(key.get_ref(), row).is_ok_and(|found| found == *total));
        }
        if is_total {
            totals.insert(group.clone(), *number);
        }
        groups.push(group);
    }
    Ok(groups.iter().map(|group| totals.get(group).copied().flatten()).collect())
}

fn risks(risk: &RiskColumn, rows: &RecordBatch) -> Result<Vec<Option<Risks>>, ArrowError> {
    let [cases, members] = [&risk.of[0], &risk.of[1]].map(|column| numbers(rows, column.get_ref()));
    let [other_cases, other_members] =
        [&risk.to[0], &risk.to[1]].map(|column| numbers(rows, column.get_ref()));
    let (cases, members, other_cases, other_members) = (cases?, members?, other_cases?, other_members?);
    let at = |column: &[Option<Number>], row: usize| column.get(row).copied().flatten().map(float);
    Ok((0..rows.num_rows())
        .map(|row| {
            Some(Risks {
                cases: at(&cases, row)?,
                members: at(&members, row)?,
                other_cases: at(&other_cases, row)?,
                other_members: at(&other_members, row)?,
            })
        })
        .collect())
}

/// Works out the limits of a figure; a row without the figure has none.
fn limits_of(
    interval: &IntervalColumn,
    file: &ModelFile,
    rows: &RecordBatch,
    places: u32,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let of = interval.of.get_ref().as_str();
    let missing = || ArrowError::SchemaError(format!("no computed column `{of}`"));
    let figure = file.computed.get(of).ok_or_else(missing)?;
    let when = flags(rows, figure.when().map(|column| column.get_ref().as_str()))?;
    let rate = |of: Vec<Option<Number>>, to: Vec<Option<Number>>, per: u32| {
        let (method, limit) = (*interval.method.get_ref(), interval.limit);
        let each = of.into_iter().zip(to).map(move |(events, members)| {
            let (events, members) = (float(events?), float(members?));
            limits::of_rate(method, limit, events, members, f64::from(per))
        });
        each.collect::<Vec<_>>()
    };
    let found = match figure {
        Computation::Rate(column) => {
            let (of, to) = (numbers(rows, column.of.get_ref())?, numbers(rows, column.to.get_ref())?);
            rate(of, to, *column.per.get_ref())
        }
        Computation::Share(column) => {
            rate(numbers(rows, column.of.get_ref())?, wholes(column, file, rows)?, 100)
        }
        Computation::RelativeRisk(column) => {
            risks(column, rows)?.into_iter().map(|risks| risks?.limit(interval.limit)).collect()
        }
        _ => return Err(missing()),
    };
    let found = found.into_iter().zip(when).map(|(value, has_value)| value.filter(|_| has_value));
    Ok(found.map(|value| decimal(value?, places)).collect())
}

/// Returns a number for the formulas that have roots and logarithms.
#[expect(clippy::cast_precision_loss, reason = "counts of children, schools and events are far below 2^53")]
fn float(number: Number) -> f64 {
    number.value as f64 / 10_f64.powi(i32::try_from(number.scale).unwrap_or_default())
}

/// Returns a number in units of the column, halves away from zero.
#[expect(clippy::cast_possible_truncation, reason = "what is too large for the column is refused with it")]
fn decimal(value: f64, places: u32) -> Option<i128> {
    let units = (value * 10_f64.powi(i32::try_from(places).unwrap_or_default())).round();
    units.is_finite().then_some(units as i128)
}
