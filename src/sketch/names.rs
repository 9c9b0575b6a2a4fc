use std::collections::BTreeSet;

/// Words that SQL reads as its own where a name is expected.
const RESERVED: [&str; 22] = [
    "all", "and", "as", "by", "case", "column", "end", "from", "full", "group", "having", "in", "join",
    "limit", "not", "null", "or", "order", "select", "table", "to", "where",
];

/// Returns a name in small letters and underscores, as tables of the store have them; `otherwise` for a text without a
/// letter or a digit.
pub(super) fn snake_case(text: &str, otherwise: &str) -> String {
    let mut name = String::new();
    let mut before: Option<char> = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_alphanumeric() {
            // `SupplierName` has two words, `URN` and `TransNO` have what they look like.
            let begins = letter.is_ascii_uppercase()
                && (before.is_some_and(|before| before.is_ascii_lowercase())
                    || before.is_some_and(|before| before.is_ascii_uppercase())
                        && letters.peek().is_some_and(char::is_ascii_lowercase)
                        && letters.clone().nth(1).is_some_and(|next| next.is_ascii_lowercase()));
            if begins && !name.ends_with('_') {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        } else if letter == '%' {
            name.push_str("_percent_");
        } else if letter == '£' {
            name.push_str("_pounds_");
        } else if letter != '\'' && letter != '\u{2019}' && !name.ends_with('_') {
            name.push('_');
        }
        before = Some(letter);
    }
    let mut words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    words.dedup();
    let name = words.join("_");
    match name.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{otherwise}_{name}"),
        Some(_) if RESERVED.contains(&name.as_str()) => format!("{name}_{otherwise}"),
        Some(_) => name,
    }
}

/// Names columns of the store after those of a file, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Returns the name of the column that the file calls `original`.
    pub(super) fn name(&mut self, original: &str) -> String {
        let plain = snake_case(original, "column");
        let mut name = plain.clone();
        for number in 2.. {
            if self.taken.insert(name.clone()) {
                break;
            }
            name = format!("{plain}_{number}");
        }
        name
    }
}
