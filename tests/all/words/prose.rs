//! Sentences: of documentation, comments, messages, templates, and what analysts write.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::is_of_this_room;
use super::list::List;
use crate::tree;

/// Folders whose words are read.
const READ: &[&str] = &["src/", "tests/", "fuzz/", "docs/", "report-templates/", "pipelines/", "deploy/"];

/// What begins a line of a comment, a quotation or a list, and belongs to no sentence.
const MARKS: &[&str] = &["///", "//!", "//", "--", "#", ">"];

/// A text with its lines joined, so that a sentence that is broken over two of them is one.
struct Joined {
    text: String,
    /// Where each line begins in the text.
    lines: Vec<usize>,
}

impl Joined {
    /// Joins the lines of a file. An empty one ends a sentence, and stays a line's end.
    fn of(file: &str, text: &str) -> Self {
        let mut joined = Self { text: String::new(), lines: Vec::new() };
        for line in text.lines() {
            joined.lines.push(joined.text.len());
            let line = read(file, line);
            let mut words = line.trim().trim_end_matches('\\').trim_end();
            while let Some(rest) = MARKS.iter().find_map(|mark| words.strip_prefix(mark)) {
                words = rest.trim_start();
            }
            joined.text.push_str(words);
            joined.text.push(if words.is_empty() { '\n' } else { ' ' });
        }
        joined
    }

    /// Returns the number of the line that holds a byte, from 1.
    fn line_at(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte)
    }
}

/// Returns what of a line is read: of the pages of promises and changes nothing in backquotes, which are names; of code not
/// the names that records on disk have had, which old stores hold.
fn read(file: &str, line: &str) -> String {
    if line.trim_start().starts_with("#[serde(") {
        return String::new();
    }
    if !["docs/promises.md", "CHANGELOG.md"].contains(&file) {
        return line.to_owned();
    }
    line.split('`').step_by(2).collect()
}

/// Finds the words of the list in a file, each with its line.
fn faults(file: &str, text: &str, list: &List) -> Vec<(usize, String)> {
    let joined = Joined::of(file, text);
    list.found_in(&joined.text).into_iter().map(|(byte, fault)| (joined.line_at(byte), fault)).collect()
}

#[test]
fn words_that_went_do_not_return() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: BTreeMap<String, String> =
        tree::texts(root, &["rs", "md", "hbs", "css", "sql", "toml", "csv", "py", "txt", "service", "timer"])
            .into_iter()
            .filter(|(file, _)| !file.contains('/') || READ.iter().any(|folder| file.starts_with(folder)))
            .filter(|(file, _)| {
                !is_of_this_room(file) && !file.contains("node_modules/") && !file.ends_with("/LICENSE.txt")
            })
            .collect();
    assert!(files.len() > 1_000, "{} files", files.len());
    assert!(files.keys().any(|file| file.starts_with("tests/")), "tests are read too");
    let list = List::of_words();
    let mut all = String::new();
    for (file, text) in &files {
        for (line, fault) in faults(file, text, &list) {
            writeln!(all, "{file}:{line}: {fault}").unwrap();
        }
    }
    assert!(all.is_empty(), "\n{all}");
}

#[test]
fn a_word_of_the_list_is_found_also_where_it_goes_on_in_the_next_line_and_what_is_plain_is_not() {
    let list = List::of_words();
    for (text, line, word) in [
        ("/// A source that cannot be mended.", 1, "mended"),
        ("`recipients` is no mailbox", 1, "recipients` is no mailbox"),
        ("It is\n/// Handed over to the server", 2, "Handed over"),
        ("first\n    // It has been kept\n    // apart ever since.", 2, "kept apart"),
        ("\"of its \\\n     own accord\"", 1, "of its own accord"),
        ("> It is kept\n> apart", 1, "kept apart"),
        ("There is no fault, and a sheet is no table", 1, "sheet is no table"),
    ] {
        let found = faults("src/x.rs", text, &list);
        let [(at, fault)] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!(*at, line, "{text}");
        assert!(word.ends_with(fault.split('`').nth(1).unwrap()), "{text}: {fault}");
    }
    for text in [
        "there is no mailbox",
        "It is no longer read",
        "amend the list",
        "two weeks apart",
        "a shallow copy",
        "of its\n\nown accord",
    ] {
        assert_eq!(faults("src/x.rs", text, &list), [], "{text}");
    }
}
