//! Exact decimal numbers as people and ledgers write them. Never a float: a penny lost in rounding is a
//! penny that an auditor finds.

/// Greatest count of digits that the store keeps.
pub(super) const PRECISION: u8 = 18;

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberFault {
    /// Not one of the forms.
    Form,
    /// More decimal places than the contract keeps.
    Scale,
    /// More digits than the store keeps.
    Range,
}

/// Reads `1,234.50`, `£1,234.50`, `-£12`, `(123.45)` and `123.45-` as an integer of `scale` decimal places.
/// Commas must part groups of three: in `12,34` one cannot know what was meant.
///
/// The flag says that the pound sign was destroyed on its way (`�` or `Â£`).
pub(super) fn money(text: &str, scale: u8) -> Result<(i128, bool), NumberFault> {
    let (mut negative, mut text) = (false, text.trim());
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

/// Takes a minus off; the true minus sign that word processors write counts too.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Takes a pound sign off, whole or destroyed.
fn pound(text: &str) -> (bool, &str) {
    for (mark, destroyed) in [("£", false), ("Â£", true), ("\u{fffd}", true)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (destroyed, rest.trim_start());
        }
    }
    (false, text)
}

/// Digits, perhaps in groups, perhaps with decimal places.
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
    let kept = fraction.trim_end_matches('0');
    if kept.len() > places {
        return Err(NumberFault::Scale);
    }
    add(kept)?;
    for _ in kept.len()..places {
        add("0")?;
    }
    if value < 10_i128.pow(u32::from(PRECISION)) { Ok(value) } else { Err(NumberFault::Range) }
}

/// An integer of `scale` decimal places as text: `-1234.50`.
pub(in crate::source) fn write(value: i128, scale: u8) -> String {
    let places = usize::from(scale);
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests;
