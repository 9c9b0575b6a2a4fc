/// Reads `2018-19`, `2018/19`, `201819`, `2018-2019` and `2018/2019` as `2018-19`; the second year must
/// follow the first.
pub(in crate::source) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let first = text.get(..4)?;
    let second = text.get(4..)?;
    let second = second.strip_prefix(['-', '/']).unwrap_or(second);
    let (year, next): (u16, u16) = (number(first)?, number(second)?);
    let follows = match second.len() {
        2 => (year + 1) % 100 == next,
        4 => year + 1 == next,
        _ => false,
    };
    (follows && (1900..2200).contains(&year)).then(|| format!("{year}-{:02}", (year + 1) % 100))
}

fn number(digits: &str) -> Option<u16> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
