use super::contract::number::{money, write};
use crate::project::{Column, ColumnType};

/// Returns what a cell of a column of money comes to, in units of its last decimal place; `None` for a cell that is
/// not an amount, and for any other column.
#[must_use]
pub fn amount(column: &Column, cell: &str) -> Option<i128> {
    let ColumnType::Money(of) = &column.kind else { return None };
    money(cell, of.scale).ok().map(|(amount, _)| amount)
}

/// Writes an amount of a column of money; `None` for any other column.
#[must_use]
pub fn pounds(column: &Column, amount: i128) -> Option<String> {
    let ColumnType::Money(of) = &column.kind else { return None };
    let (sign, digits) = if amount < 0 { ("-", -amount) } else { ("", amount) };
    Some(format!("{sign}£{}", write(digits, of.scale)))
}
