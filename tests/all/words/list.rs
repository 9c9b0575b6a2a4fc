//! The words, each with what to write in its place.

use regex::Regex;

/// A pattern, what to write in its place, and what a match may hold all the same. A pattern is found as a whole word, in
/// whatever case: in sentences, also where they go on in the next line, and in names, whose parts are words.
type Word = (&'static str, &'static str, &'static [&'static str]);

const WORDS: &[Word] = &[
    ("mend(s|ed|ing)?", "correct, repair", &[]),
    ("n[oa]ughts?", "zero", &[]),
    ("anew", "again", &[]),
    ("(un)?told", "said, shown, reported; of persons: notified", &[]),
    ("tells? of", "says, reports, names", &[]),
    ("slips?", "error, wrong digit", &[]),
    ("hand(s|ed|ing)? over", "pass, show", &[]),
    ("asks again", "checks again", &[]),
    ("stands where", "is where", &[]),
    ("of its own accord", "by itself", &[]),
    ("(contract|key|program|project) of now", "the current one", &[]),
    ("whence", "from where, from which", &[]),
    ("hitherto", "until now", &[]),
    ("shall", "must, will", &[]),
    ("thereof|herein|henceforth|whereupon|forthwith", "a sentence of plain words", &[]),
    (
        "(kept|keeps?|keeping|told|tells?|stored|counted) (it |them |these |those )?apart",
        "separate, distinguish",
        &[],
    ),
    ("apart from (it|them|these|those)", "separately, beside", &[]),
    (
        "([a-z]+ )?is no [a-z]+",
        "is not a",
        &["there is no", "no longer", "no more", "no older", "no newer", "no less", "no later", "no other"],
    ),
];

/// Words that are plain in a sentence and say nothing as a name, or as one of a few words of it.
const NAMES: &[Word] = &[
    ("apart", "separate, other", &[]),
    ("given", "what it is: inputs, written", &["given up"]),
    ("hands?", "person, what it is", &["by hand"]),
    ("kept", "stored, retained, published", &[]),
    ("leaves", "outbound, what it is", &[]),
    ("nature", "kind", &[]),
    ("standing", "status", &[]),
    ("turns?", "permission, number", &[]),
];

/// The words as they are looked for.
pub(super) struct List(Vec<(Regex, &'static str, &'static [&'static str])>);

impl List {
    /// Returns the words that do not return at all.
    pub(super) fn of_words() -> Self {
        Self::of(WORDS)
    }

    /// Returns the words that do not return as names.
    pub(super) fn of_names() -> Self {
        Self::of(NAMES)
    }

    fn of(words: &'static [Word]) -> Self {
        let pattern = |word: &str| Regex::new(&format!(r"(?i)(?:\b|_)(?:{word})(?:\b|_)")).unwrap();
        Self(words.iter().map(|(word, instead, unless)| (pattern(word), *instead, *unless)).collect())
    }

    /// Finds the words of the list in a text: the byte at which each begins, and what is wrong with it.
    pub(super) fn found_in(&self, text: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (pattern, instead, unless) in &self.0 {
            for word in pattern.find_iter(text) {
                let is_allowed = |allowed: &&str| {
                    word.as_str().to_lowercase().contains(*allowed)
                        || text[..word.end()].to_lowercase().ends_with(*allowed)
                        || text[word.start()..].to_lowercase().starts_with(*allowed)
                };
                if !unless.iter().any(is_allowed) {
                    let shown = word.as_str().trim_matches(['_', ' ']);
                    found.push((word.start(), format!("`{shown}`: write {instead}")));
                }
            }
        }
        found
    }
}
