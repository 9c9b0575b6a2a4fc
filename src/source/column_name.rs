/// Returns a name as it is compared: without byte order marks, every run of white space one space, in small letters.
pub(super) fn normalise(name: &str) -> String {
    let name = name.replace('\u{feff}', " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
