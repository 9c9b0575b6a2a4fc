//! Compares the two forms of a message's text: what the plain text says, the page shows.
//!
//! Of the plain text these must be in what shows of the page: each heading, each sentence before the first of them, and each
//! figure. What stands under the last heading says where a letter comes from, and a page may say that in another way.

use std::collections::{BTreeMap, BTreeSet};

use super::attachment::attachment;
use super::finding::{Findings, Rule};
use super::hypertext::{self, Shown};
use super::limits::Limits;

/// Looks through the two forms of a text, as those of a message are looked through before it is sent.
///
/// # Errors
///
/// [`Findings`] with every reason why they must not be sent.
pub fn forms(text: &str, html: &str, limits: &Limits) -> Result<(), Findings> {
    let mut findings = Findings::default();
    findings.extend(attachment("text part", "text/plain", text.as_bytes(), limits));
    compare(text, html, limits, &mut findings);
    findings.or(())
}

/// Looks through a page and compares it with the plain text. Returns the pictures that the page names.
pub(super) fn compare(text: &str, html: &str, limits: &Limits, findings: &mut Findings) -> BTreeSet<String> {
    const PAGE: &str = "HTML part";
    if html.len() > limits.html_bytes {
        findings.add(PAGE, Rule::TooBig);
    }
    let pictures = hypertext::inspect(PAGE, html, limits, findings);
    let needed = Needed::of(text);
    for shown in hypertext::readings(html) {
        for how in &shown.hidden {
            findings.add(format!("{PAGE}, what is hidden by {how},"), Rule::Hidden);
        }
        for element in &shown.unbalanced {
            findings.add(format!("{PAGE}, `{element}` that does not open and close once,"), Rule::Unreadable);
        }
        needed.look_for(&shown, PAGE, findings);
    }
    pictures
}

/// What a page must show, with the line of the plain text that says it, from 1.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needed {
    headings: Vec<(usize, Vec<String>)>,
    sentences: Vec<(usize, Vec<String>)>,
    figures: BTreeMap<String, usize>,
}

impl Needed {
    fn of(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let titles: Vec<(usize, char)> = (1..lines.len())
            .filter(|at| !lines.get(at - 1).is_none_or(|title| title.is_empty()))
            .filter_map(|at| Some((at - 1, underline(lines.get(at)?)?)))
            .collect();
        let end = titles.last().filter(|_| titles.len() > 1).map_or(lines.len(), |(title, _)| *title);
        let first = titles.iter().find(|(_, mark)| *mark != '=').map_or(end, |(title, _)| *title);
        let start = titles.iter().find(|(_, mark)| *mark == '=').map_or(0, |(title, _)| title + 2);
        let mut needed = Self::default();
        for (at, line) in lines.iter().enumerate().take(end) {
            if titles.iter().any(|(title, _)| *title == at) {
                needed.headings.push((at + 1, words(line)));
            }
            for word in words(&spoken(line)) {
                if word.contains(|letter: char| letter.is_ascii_digit()) {
                    needed.figures.entry(word).or_insert(at + 1);
                }
            }
        }
        for (begins, paragraph) in paragraphs(&lines, start..first.min(end)) {
            if paragraph.ends_with('.') {
                needed.sentences.push((begins + 1, words(&paragraph)));
            }
        }
        needed
    }

    /// Adds a finding for each thing that does not show.
    fn look_for(&self, shown: &Shown, page: &str, findings: &mut Findings) {
        let seen = words(&shown.text);
        let holds = |run: &[String]| run.is_empty() || seen.windows(run.len()).any(|window| window == run);
        for (kind, runs) in [("heading", &self.headings), ("sentence", &self.sentences)] {
            for (line, _) in runs.iter().filter(|(_, run)| !holds(run)) {
                findings.add(format!("{page}, the {kind} of line {line} of the text part,"), Rule::Unsaid);
            }
        }
        let seen: BTreeSet<&String> = seen.iter().collect();
        for (_, line) in self.figures.iter().filter(|(figure, _)| !seen.contains(figure)) {
            findings.add(format!("{page}, a figure of line {line} of the text part,"), Rule::Unsaid);
        }
    }
}

/// Returns the paragraphs of a range of lines, each with the place of its first line.
fn paragraphs(lines: &[&str], range: std::ops::Range<usize>) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut within = false;
    for (at, line) in lines.iter().enumerate().take(range.end).skip(range.start) {
        match found.last_mut().filter(|_| within) {
            _ if line.is_empty() => {}
            Some((_, paragraph)) => {
                paragraph.push(' ');
                paragraph.push_str(&spoken(line));
            }
            None => found.push((at, spoken(line))),
        }
        within = !line.is_empty();
    }
    found
}

/// Returns the letter that a line of underlines is made of.
fn underline(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|mark| "=-.".contains(*mark))?;
    line.chars().all(|letter| letter == mark).then_some(mark)
}

/// Returns a line without the number of an item and without addresses of links, which a page shows in its own way.
fn spoken(line: &str) -> String {
    let words = line.split_whitespace().enumerate().filter(|(at, word)| {
        let number =
            word.strip_suffix('.').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
        !(*at == 0 && number || word.starts_with('<') || word.contains("://"))
    });
    words.map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}

/// Returns the runs of letters and digits, in lower case. A place where a word may be broken parts nothing.
fn words(text: &str) -> Vec<String> {
    let text: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'))
        .flat_map(char::to_lowercase)
        .collect();
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
