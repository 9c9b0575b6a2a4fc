/// Digits of a number that a spreadsheet keeps.
const DIGITS: usize = 15;

/// Writes a binary fraction as the decimal that was meant: the 15 digits that a spreadsheet keeps, no exponent.
/// The sum of a formula carries a residue, as 26643.350000000915 does; a value within a hundred-millionth of six
/// decimal places is written with those six.
pub(super) fn write_float(value: f64) -> String {
    let shortest = value.to_string();
    let Some((whole, fraction)) = shortest.split_once('.') else { return shortest };
    let six = format!("{value:.6}");
    let is_six = fraction.len() > 6 && six.parse::<f64>().is_ok_and(|six| (six - value).abs() < 1e-8);
    let whole = whole.trim_start_matches('-').trim_start_matches('0').len();
    let rounded = if is_six {
        six
    } else if whole + fraction.len() <= DIGITS {
        return shortest;
    } else {
        format!("{value:.places$}", places = DIGITS.saturating_sub(whole))
    };
    // Zeros at the end of a whole number are part of it.
    let rounded =
        if rounded.contains('.') { rounded.trim_end_matches('0').trim_end_matches('.') } else { &rounded };
    if rounded == "-0" { "0".to_owned() } else { rounded.to_owned() }
}

#[cfg(test)]
mod tests;
