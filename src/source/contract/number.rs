//! Reads and writes exact decimal numbers as people and ledgers write them. Never a float: rounding could lose a
//! penny.

/// Greatest count of digits that the store keeps.
pub(super) const PRECISION: u8 = 18;

/// Why a text cannot be read as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum NumberFault {
    /// Not one of the forms.
    Form,
    /// More decimal places than the contract keeps.
    Scale,
    /// More digits than the store keeps.
    Range,
}

/// Reads `1,234.50`, `£1,234.50`, `-£12`, `(123.45)`, `123.45-` and the accounting format's `£-`, as an
/// integer of `scale` decimal places.
/// Commas must separate groups of three: what `12,34` means cannot be known.
///
/// The flag says that the pound sign was destroyed on its way (`�` or `Â£`).
pub(in crate::source) fn money(text: &str, scale: u8) -> Result<(i128, bool), NumberFault> {
    let (mut negative, mut text) = (false, text.trim());
    if let (destroyed, "-") = pound(text) {
        // How a spreadsheet's accounting format shows nothing.
        return if text == "-" { Err(NumberFault::Form) } else { Ok((0, destroyed)) };
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, text) = (true, inner.trim());
    } else if let Some(inner) = text.strip_suffix('-') {
        (negative, text) = (true, inner.trim_end());
    }
    let (signed, after_sign) = sign(text);
    let (destroyed, after_pound) = pound(after_sign);
    let (signed_within, rest) = sign(after_pound);
    if usize::from(negative) + usize::from(signed) + usize::from(signed_within) > 1 {
        return Err(NumberFault::Form);
    }
    let value = digits(rest, scale)?;
    Ok((if negative || signed || signed_within { -value } else { value }, destroyed))
}

/// Reads a number without a currency: `-1,234.5`.
pub(super) fn decimal(text: &str, scale: u8) -> Result<i128, NumberFault> {
    let (negative, rest) = sign(text.trim());
    let value = digits(rest, scale)?;
    Ok(if negative { -value } else { value })
}

/// Removes a sign; the minus sign that word processors write counts too.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Removes a pound sign, whole or destroyed.
fn pound(text: &str) -> (bool, &str) {
    for (mark, destroyed) in [("£", false), ("Â£", true), ("\u{fffd}", true)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (destroyed, rest.trim_start());
        }
    }
    (false, text)
}

/// Reads digits, with or without groups and decimal places.
fn digits(text: &str, scale: u8) -> Result<i128, NumberFault> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(NumberFault::Form);
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.len() > first.len();
    if grouped && (first.is_empty() || first.len() > 3) {
        return Err(NumberFault::Form);
    }
    let mut value = 0_i128;
    let mut add = |digits: &str| {
        digits.bytes().try_for_each(|byte| {
            if !byte.is_ascii_digit() {
                return Err(NumberFault::Form);
            }
            value = value.saturating_mul(10).saturating_add(i128::from(byte - b'0'));
            Ok(())
        })
    };
    add(first)?;
    for group in groups {
        if group.len() != 3 {
            return Err(NumberFault::Form);
        }
        add(group)?;
    }
    let places = usize::from(scale);
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberFault::Form);
    }
    let significant = fraction.trim_end_matches('0');
    if significant.len() > places {
        return Err(NumberFault::Scale);
    }
    add(significant)?;
    for _ in significant.len()..places {
        add("0")?;
    }
    if value < 10_i128.pow(u32::from(PRECISION)) { Ok(value) } else { Err(NumberFault::Range) }
}

/// Writes an integer of `scale` decimal places: `-1234.50`.
pub(in crate::source) fn write(value: i128, scale: u8) -> String {
    let places = usize::from(scale);
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests;
