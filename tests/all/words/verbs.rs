//! The documentation of a function says what the function does, so it begins with a verb in the third person.

use std::fmt::Write;
use std::path::Path;

use crate::tree;

/// Words that end as a verb does and are none, or are as likely a noun.
const NO_VERBS: &[&str] = &[
    "Across",
    "Addresses",
    "Always",
    "As",
    "Bars",
    "Besides",
    "Blocks",
    "Bytes",
    "Cells",
    "Columns",
    "Days",
    "Decimals",
    "Deliveries",
    "Digits",
    "Editions",
    "Faults",
    "Figures",
    "Files",
    "Headings",
    "Hundredths",
    "Its",
    "Keys",
    "Less",
    "Letters",
    "Lines",
    "Objects",
    "Others",
    "Parts",
    "Perhaps",
    "Pseudonyms",
    "Recipients",
    "Rows",
    "Settings",
    "Sometimes",
    "Sources",
    "Tables",
    "Terms",
    "Texts",
    "This",
    "Tokens",
    "Units",
    "Unless",
    "Values",
    "Warnings",
    "Ways",
];

/// A documented function: the line on which its documentation begins, its first word, and whether it is a test.
#[derive(Debug, PartialEq, Eq)]
struct Documented {
    line: usize,
    word: String,
    is_test: bool,
}

/// Finds the documented functions of a file, also those that a trait only declares.
fn documented(text: &str) -> Vec<Documented> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let begin = at;
        while lines.get(at).is_some_and(|line| line.starts_with("///")) {
            at += 1;
        }
        if at == begin {
            at += 1;
            continue;
        }
        let attributes = at;
        let mut open = 0;
        while lines.get(at).is_some_and(|line| open > 0 || line.starts_with("#[") || line.starts_with("//")) {
            open += lines[at].matches(['[', '(']).count();
            open -= lines[at].matches([']', ')']).count().min(open);
            at += 1;
        }
        if lines.get(at).is_some_and(|line| is_function(line)) {
            let word: String = lines[begin][3..]
                .trim_start()
                .chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect();
            let is_test = lines[attributes..at].contains(&"#[test]");
            found.push(Documented { line: begin + 1, word, is_test });
        }
    }
    found
}

/// Returns whether a line begins a function.
fn is_function(line: &str) -> bool {
    let mut rest = line;
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after
            .strip_prefix('(')
            .and_then(|within| within.split_once(')'))
            .map_or(after, |(_, after)| after);
    }
    loop {
        rest = rest.trim_start();
        if rest.starts_with("fn ") {
            return true;
        }
        let qualified = ["const ", "async ", "unsafe "].iter().find_map(|word| rest.strip_prefix(word));
        let Some(after) = qualified else { return false };
        rest = after;
    }
}

/// Returns whether a word has the form of a verb in the third person, as `Returns` has.
fn is_verb(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word.ends_with('s')
        && word[1..].chars().all(|letter| letter.is_ascii_lowercase())
        && !NO_VERBS.contains(&word)
}

/// A test's name is its sentence, and what is said beside it is where its figures are from.
#[test]
fn what_is_said_of_a_function_begins_with_a_verb() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = String::new();
    let mut count = 0;
    for (file, text) in tree::texts(root, &["rs"]) {
        for one in documented(&text).iter().filter(|one| !one.is_test) {
            count += 1;
            if !is_verb(&one.word) {
                let Documented { line, word, .. } = one;
                writeln!(faults, "{file}:{line}: expected a verb such as `Returns`, found `{word}`").unwrap();
            }
        }
    }
    assert!(count > 2_000, "{count} functions");
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn a_function_is_found_with_the_first_word_of_what_is_said_of_it() {
    let text = "/// Rows of a file.\n/// Two lines.\n#[expect(\n    clippy::x,\n    reason = \"x\"\n)]\npub(in crate::a) \
                const fn rows() {}\n\n/// A row.\nstruct Row;\n\ntrait T {\n    /// Reads it.\n    fn read(&self);\n}\n\n/// \
                F56.\n#[test]\nfn a_test() {}\n";
    let found: Vec<(usize, String, bool)> =
        documented(text).into_iter().map(|one| (one.line, one.word, one.is_test)).collect();
    let expected = [(1, "Rows", false), (13, "Reads", false), (17, "F56", true)];
    assert_eq!(found, expected.map(|(line, word, is_test)| (line, word.to_owned(), is_test)));
    assert!(is_verb("Returns") && is_verb("Types"));
    for word in ["Rows", "Whether", "The", "returns", "As", "SHA", ""] {
        assert!(!is_verb(word), "{word}");
    }
}
