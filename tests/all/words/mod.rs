//! Words that do not return: a reader who learnt English from compilers' messages and GOV.UK stumbles over them.
//! `CONTRIBUTING.md` says which English is written here.

mod verbs;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use regex::Regex;

use crate::tree;

/// Each a pattern, what to write in its place, and what a match may hold all the same. A pattern is found as a whole
/// word, in whatever case, and as a part of an identifier.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("mend(s|ed|ing)?", "correct, repair", &[]),
    ("n[oa]ughts?", "zero", &[]),
    ("anew", "again", &[]),
    ("told", "said, shown, reported; of persons: heard", &[]),
    ("tells? of", "says, reports, names", &[]),
    ("slips?", "error, wrong digit", &[]),
    ("hand(s|ed|ing)? over", "pass, show", &[]),
    ("asks again", "checks again", &[]),
    ("stands where", "is where", &[]),
    ("of its own accord", "by itself", &[]),
    ("whence", "from where, from which", &[]),
    ("hitherto", "until now", &[]),
    ("shall", "must, will", &[]),
    ("thereof|herein|henceforth|whereupon|forthwith", "a sentence of plain words", &[]),
    ("(fn |let |mod |[.:])apart|apart_", "separate", &[]),
    (
        "([a-z]+ )?is no [a-z]+",
        "is not a",
        &["there is no", "no longer", "no more", "no older", "no newer", "no less", "no later", "no other"],
    ),
];

/// Folders whose words are read.
const READ: &[&str] = &["src/", "docs/", "report-templates/", "pipelines/", "deploy/"];

/// Finds a word of the list in a line.
fn found(line: &str, words: &[(Regex, &str, &[&str])]) -> Option<String> {
    words.iter().find_map(|(pattern, instead, unless)| {
        let is_allowed = |text: &str| unless.iter().any(|allowed| text.to_lowercase().contains(allowed));
        let text = pattern.find_iter(line).map(|found| found.as_str()).find(|text| !is_allowed(text))?;
        Some(format!("`{}`: write {instead}", text.trim_matches(['_', ' '])))
    })
}

/// Returns the list, as patterns.
fn words() -> Vec<(Regex, &'static str, &'static [&'static str])> {
    let pattern = |word: &str| Regex::new(&format!(r"(?i)(?:\b|_)(?:{word})(?:\b|_)")).unwrap();
    WORDS.iter().map(|(word, instead, unless)| (pattern(word), *instead, *unless)).collect()
}

/// Returns what of a file is read: of the pages of promises and changes nothing in backquotes, which are names; of code
/// not the names that records on disk have had, which old stores hold.
fn read(file: &str, line: &str) -> String {
    if line.trim_start().starts_with("#[serde(") {
        return String::new();
    }
    if !["docs/promises.md", "CHANGELOG.md"].contains(&file) {
        return line.to_owned();
    }
    line.split('`').step_by(2).collect()
}

#[test]
fn words_that_went_do_not_return() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: BTreeMap<String, String> =
        tree::texts(root, &["rs", "md", "hbs", "css", "sql", "toml", "csv", "service", "timer"])
            .into_iter()
            .filter(|(file, _)| !file.contains('/') || READ.iter().any(|folder| file.starts_with(folder)))
            .collect();
    assert!(files.len() > 500, "{} files", files.len());
    let words = words();
    let mut faults = String::new();
    for (file, text) in &files {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(fault) = found(&read(file, line), &words) {
                writeln!(faults, "{file}:{number}: {fault}").unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn a_word_of_the_list_is_found_in_prose_and_in_a_name_and_what_is_plain_is_not() {
    let words = words();
    for (line, word) in [
        ("/// A source that cannot be mended.", "mended"),
        ("fn hide_nought(at: usize)", "nought"),
        ("struct Told {", "Told"),
        ("`recipients` is no mailbox", "recipients` is no mailbox"),
        ("let apart = place;", "let apart"),
        ("Handed over to the server", "Handed over"),
    ] {
        let fault = found(line, &words).unwrap_or_else(|| panic!("{line}"));
        assert!(word.ends_with(fault.split('`').nth(1).unwrap()), "{line}: {fault}");
    }
    for line in
        ["there is no mailbox", "It is no longer read", "amend the list", "two weeks apart", "a shallow copy"]
    {
        assert_eq!(found(line, &words), None, "{line}");
    }
}

#[test]
fn every_decision_has_a_title_of_one_form_and_the_same_parts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    let title = Regex::new(r"^# ([1-9][0-9]*)\. [A-Z`][^\n]*[^.\n]\n\n\*\*Context\.\*\* ").unwrap();
    for (file, text) in tree::texts(&folder, &["md"]) {
        let number: u32 =
            file.split('-').next().unwrap().parse().unwrap_or_else(|_| panic!("{file}: no number"));
        let found = title
            .captures(&text)
            .unwrap_or_else(|| panic!("{file}: expected `# {number}. Title`, `**Context.**`"));
        assert_eq!(found[1].parse::<u32>().unwrap(), number, "{file}: the title has another number");
        for part in ["\n**Decision.**", "\n**Consequences.**"] {
            assert!(text.contains(part), "{file}: expected a part `{}`", part.trim());
        }
        assert!(!text.contains("\n## "), "{file}: expected parts as `**Why.**`, found a heading");
    }
}
