//! Reads and writes exact decimal numbers as people and ledgers write them. Never a float: rounding could lose a
//! penny.

/// Greatest count of digits that the store keeps.
pub(super) const PRECISION: u8 = 18;

/// Figures that a telephone number has at least, with the zero that it begins with.
const TELEPHONE: usize = 10;

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
    let signs = [negative.then_some(true), signed, signed_within];
    if signs.iter().flatten().count() > 1 {
        return Err(NumberFault::Form);
    }
    let value = digits(rest, scale)?;
    Ok((if signs.contains(&Some(true)) { -value } else { value }, destroyed))
}

/// Reads a number without a currency: `-1,234.5`.
pub(in crate::source) fn decimal(text: &str, scale: u8) -> Result<i128, NumberFault> {
    let (negative, rest) = sign(text.trim());
    let value = digits(rest, scale)?;
    Ok(if negative == Some(true) { -value } else { value })
}

/// Reads a time such as `25:30` or `25:30:15` as hours, rounded to `scale` decimal places.
pub(super) fn hours(text: &str, scale: u8) -> Option<i128> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut seconds = 0_i128;
    let mut parts = 0;
    for (part, unit) in text.split(':').zip([3600, 60, 1]) {
        let number: i128 =
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()?;
        seconds = number.checked_mul(unit)?.checked_add(seconds)?;
        parts += 1;
    }
    if parts < 2 || text.split(':').count() != parts {
        return None;
    }
    let scaled = seconds.checked_mul(10_i128.checked_pow(u32::from(scale))?)?;
    let rounded = (scaled + 1800) / 3600;
    (rounded < 10_i128.pow(u32::from(PRECISION))).then_some(if negative { -rounded } else { rounded })
}

/// Removes a sign and says whether it is a minus; the one that word processors write counts too.
fn sign(text: &str) -> (Option<bool>, &str) {
    match (text.strip_prefix(['-', '\u{2212}']), text.strip_prefix('+')) {
        (Some(rest), _) => (Some(true), rest.trim_start()),
        (None, Some(rest)) => (Some(false), rest),
        (None, None) => (None, text),
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
    // Nobody writes zeros before so many figures: it is a telephone number, or a code.
    if fraction.is_empty()
        && !grouped
        && first.len() >= TELEPHONE
        && first.starts_with('0')
        && has_value(first)
    {
        return Err(NumberFault::Form);
    }
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

/// Returns whether a figure of a text is not zero.
fn has_value(text: &str) -> bool {
    text.bytes().any(|byte| byte != b'0')
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
