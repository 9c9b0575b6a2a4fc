//! Names in code: of types, functions, variables. Their parts are words.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::is_of_this_room;
use super::list::List;
use crate::tree;

/// Names of at most so many words are names; longer ones, as tests have, are sentences.
const FEW: usize = 4;

/// Names that say what they are: what a failure has left as it was is called as its message says it. Each with the folder
/// in which it may be used.
const ALLOWED: &[(&str, &str)] = &[
    (".kept", "src/"),
    ("Kept", "src/"),
    ("kept", "src/job/"),
    ("kept", "src/post/owner.rs"),
    (".what_was_kept", "src/"),
    ("what_was_kept", "src/job/"),
];

/// Finds the names in code that is not a comment and not a text: each with its line, one behind a dot with the dot.
fn names(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(without_texts(text).lines()) {
        let mut name = String::new();
        let mut before = ' ';
        for letter in line.chars().chain([' ']) {
            if letter.is_alphanumeric() || letter == '_' {
                if name.is_empty() && before == '.' {
                    name.push('.');
                }
                name.push(letter);
            } else if !name.is_empty() {
                found.push((number, std::mem::take(&mut name)));
            }
            before = letter;
        }
    }
    found
}

/// Returns code with its comments and texts emptied, line for line.
fn without_texts(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let mut left = String::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let rest = &letters[at..];
        let length = match letter {
            '/' if rest.get(1) == Some(&'/') => rest.iter().take_while(|letter| **letter != '\n').count(),
            'r' if starts_raw(rest)
                && !letters[..at].last().is_some_and(|before| before.is_alphanumeric()) =>
            {
                raw(rest)
            }
            '"' => quoted(rest),
            '\'' if rest.get(1) == Some(&'\\') => {
                rest.iter().skip(3).take_while(|letter| **letter != '\'').count() + 4
            }
            '\'' if rest.get(2) == Some(&'\'') => 3,
            _ => {
                left.push(letter);
                at += 1;
                continue;
            }
        };
        left.push(' ');
        left.extend(rest.iter().take(length).filter(|letter| **letter == '\n'));
        at += length;
    }
    left
}

fn starts_raw(text: &[char]) -> bool {
    let marks = text.iter().skip(1).take_while(|letter| **letter == '#').count();
    text.get(marks + 1) == Some(&'"')
}

/// Returns how many letters a raw text has, with its marks.
fn raw(text: &[char]) -> usize {
    let marks = text.iter().skip(1).take_while(|letter| **letter == '#').count();
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
    let within = &text[marks + 2..];
    within
        .windows(end.len())
        .position(|window| window == end)
        .map_or(text.len(), |at| marks + 2 + at + end.len())
}

/// Returns how many letters a text in quotation marks has, with them.
fn quoted(text: &[char]) -> usize {
    let mut at = 1;
    while let Some(letter) = text.get(at) {
        at += if *letter == '\\' { 2 } else { 1 };
        if *letter == '"' {
            break;
        }
    }
    at.min(text.len())
}

/// Returns the words of a name in small letters, with spaces between: `given up` of `GivenUp` and of `given_up`.
fn words_of(name: &str) -> String {
    let mut words = String::new();
    let mut was_small = false;
    for letter in name.chars() {
        if letter == '_' || letter == '.' || (letter.is_uppercase() && was_small) {
            words.push(' ');
        }
        if letter.is_alphanumeric() {
            words.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a name may be used in a file although it is of the list.
fn is_allowed(file: &str, name: &str) -> bool {
    ALLOWED.iter().any(|(allowed, folder)| *allowed == name && file.starts_with(folder))
}

/// Finds what is wrong with a name.
pub(super) fn fault(name: &str, words: &List, short: &List) -> Option<String> {
    let parts = words_of(name);
    let mut found = words.found_in(&parts);
    if parts.split(' ').count() <= FEW {
        found.extend(short.found_in(&parts));
    }
    found.into_iter().next().map(|(_, fault)| format!("{}: {fault}", name.trim_start_matches('.')))
}

#[test]
fn no_name_in_code_is_of_a_word_that_went() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (words, short) = (List::of_words(), List::of_names());
    let mut faults = String::new();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (file, text) in tree::texts(root, &["rs"]).into_iter().filter(|(file, _)| !is_of_this_room(file)) {
        for (line, name) in names(&text).into_iter().filter(|(_, name)| !is_allowed(&file, name)) {
            let fault = known.entry(name).or_insert_with_key(|name| fault(name, &words, &short));
            if let Some(fault) = fault {
                writeln!(faults, "{file}:{line}: {fault}").unwrap();
            }
        }
    }
    assert!(known.len() > 5_000, "{} names", known.len());
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_words_of_a_name_are_found_however_it_is_written_and_what_a_text_says_is_no_name() {
    let (words, short) = (List::of_words(), List::of_names());
    let fault = |name: &str| fault(name, &words, &short);
    for name in [
        "Apart",
        "StoreError_Apart",
        "hide_nought",
        "HideNoughts",
        "TURN",
        "turn",
        "leaves_open",
        "told",
        "in_turn",
    ] {
        assert!(fault(name).is_some(), "{name}");
    }
    for name in
        ["GivenUp", "by_hand", "Part", "returns", "handle", "department", "a_letter_is_kept_until_it_ends"]
    {
        assert_eq!(fault(name), None, "{name}");
    }
    assert!(
        fault("kept").is_some()
            && is_allowed("src/job/x.rs", "kept")
            && !is_allowed("src/store/x.rs", "kept")
    );

    let code = "let a = \"kept \\\" told\"; // told\nlet b = r#\"a \" told\"#; 'x'.told; '\\''; ".to_owned()
        + "Failure::kept()";
    let found = names(&code);
    let shown: Vec<(usize, &str)> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(
        shown,
        [(1, "let"), (1, "a"), (2, "let"), (2, "b"), (2, ".told"), (2, "Failure"), (2, "kept")]
    );
}
