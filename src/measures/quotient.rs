//! One exact number over another.

use arrow::error::ArrowError;

use super::numbers::Number;

/// Works out `per` times `of` over `to` in units of ten to the minus `places`, halves away from zero; `None` where `to`
/// is zero.
///
/// # Errors
///
/// When the result has more digits than a column can hold.
pub(super) fn quotient(of: Number, to: Number, per: u32, places: u32) -> Result<Option<i128>, ArrowError> {
    if to.value == 0 {
        return Ok(None);
    }
    let too_large = || ArrowError::ArithmeticOverflow(format!("{per} times {of:?} over {to:?}"));
    rounded(of, to, per, places).map(Some).ok_or_else(too_large)
}

fn rounded(of: Number, to: Number, per: u32, places: u32) -> Option<i128> {
    let up = 10_i128.checked_pow(places)?.checked_mul(10_i128.checked_pow(to.scale)?)?;
    let above = of.value.checked_mul(i128::from(per))?.checked_mul(up)?;
    let below = to.value.checked_mul(10_i128.checked_pow(of.scale)?)?;
    let whole = above.checked_div(below)?;
    let rest = above.checked_rem(below)?;
    let rounds = rest.unsigned_abs() >= below.unsigned_abs() - rest.unsigned_abs();
    let away = if (above < 0) == (below < 0) { 1 } else { -1 };
    Some(if rounds { whole + away } else { whole })
}
