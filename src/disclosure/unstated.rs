//! What holds in every row of a table and its policy does not state.

use arrow::array::RecordBatch;

use super::found::{canonical, independent, rules};
use super::limits::Limits;
use super::links::{BEFORE, Term};
use super::relation::Comparison;
use super::sheet::Sheet;
use crate::project::Model;

/// Returns the equations that hold in every row of a model's table and that its policy does not state, as they would be written
/// there; nothing of a table that does not fit its policy. The gate uses them all the same.
#[must_use]
pub fn unstated(batches: &[RecordBatch], model: &Model, limits: &Limits) -> Vec<String> {
    let Ok(sheet) = Sheet::new(batches, model, *limits) else { return Vec::new() };
    let equations = sheet.plan.links.equations.iter();
    let stated = equations.filter(|equation| equation.comparison == Comparison::Equal);
    let stated = stated.map(|equation| canonical(equation.terms.clone()));
    independent(rules(&sheet), stated).iter().map(|rule| written(&sheet, rule)).collect()
}

/// Writes a rule as an equation: a column of the row on the left, what is added before what is taken away on the right.
fn written(sheet: &Sheet, rule: &[Term]) -> String {
    let name = |term: &Term| {
        let column = sheet.plan.columns.get(term.column);
        let column = column.map(|column| column.name.clone()).unwrap_or_default();
        if term.is_before { format!("{column} {BEFORE}") } else { column }
    };
    // What is on the left has the sign that fewer have: the others then are added.
    let plus = rule.iter().filter(|term| term.sign > 0).count();
    let sign = if plus * 2 <= rule.len() { 1 } else { -1 };
    let left = rule.iter().position(|term| term.sign == sign && !term.is_before).unwrap_or_default();
    let Some(own) = rule.get(left) else { return String::new() };
    let others = rule.iter().enumerate().filter(|(at, _)| *at != left);
    let mut right: Vec<(i128, String)> =
        others.map(|(_, term)| (-term.sign * own.sign, name(term))).collect();
    right.sort_by_key(|(sign, _)| -sign);
    let mut text = format!("{} =", name(own));
    for (at, (sign, name)) in right.iter().enumerate() {
        let sign = match (at, sign) {
            (0, 1) => "",
            (_, 1) => "+ ",
            _ => "- ",
        };
        text = format!("{text} {sign}{name}");
    }
    text
}
