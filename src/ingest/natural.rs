/// Returns what orders names as people do: `change9` before `change10`. Names that differ only by zeros before a
/// number are ordered as text.
pub(super) fn natural(name: &str) -> (Vec<(String, usize, String)>, String) {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits_at = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (text, from_digits) = rest.split_at(digits_at);
        let end = from_digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from_digits.len());
        let (digits, after) = from_digits.split_at(end);
        let number = digits.trim_start_matches('0');
        // Of two numbers without zeros before them the longer one is the greater.
        parts.push((text.to_owned(), number.len(), number.to_owned()));
        rest = after;
    }
    (parts, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_are_ordered_by_their_size() {
        let mut names =
            ["change10.csv", "change9.csv", "change1.csv", "b", "change09.csv", "2024/a", "2023/b"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(
            names,
            ["2023/b", "2024/a", "b", "change1.csv", "change09.csv", "change9.csv", "change10.csv"]
        );
    }
}
