use std::fmt::Display;

/// Writes a count with its noun: `1 row`, `2 rows`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8> + Copy>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

/// Writes digits with commas between groups of three before the point: `1,234.50`.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn a_noun_follows_its_count() {
        assert_eq!([0_u64, 1, 2].map(|count| counted(count, "row", "rows")), ["0 rows", "1 row", "2 rows"]);
    }

    #[test]
    fn digits_are_grouped_before_the_point() {
        for (plain, written) in
            [("", ""), ("7", "7"), ("123", "123"), ("1234", "1,234"), ("1234567.8901", "1,234,567.8901")]
        {
            assert_eq!(grouped(plain), written);
        }
    }
}
