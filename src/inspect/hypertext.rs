//! Reads HTML as a mail program and a curious reader would: what shows, what is behind it, what it fetches.

use std::collections::BTreeSet;

use super::{Findings, Limits, Rule, personal};

/// Elements that run, fetch or send.
const ACTIVE: &[&str] = &[
    "script", "iframe", "object", "embed", "applet", "form", "input", "button", "link", "base", "frame",
    "audio", "video", "svg", "math",
];

/// Looks through a page and returns the pictures that it names by `cid:`.
pub(super) fn inspect(name: &str, html: &str, limits: &Limits, findings: &mut Findings) -> BTreeSet<String> {
    let mut pictures = BTreeSet::new();
    let mut shown = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        shown.push_str(before);
        if let Some(comment) = after.strip_prefix("!--") {
            let (comment, after) = comment.split_once("-->").unwrap_or((comment, ""));
            // One mail program renders what it finds in a conditional comment.
            pictures.extend(inspect(&format!("{name}, in a comment"), comment, limits, findings));
            rest = after;
            continue;
        }
        let end = tag_end(after);
        let (tag, after) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = after.strip_prefix('>').unwrap_or(after);
        let element = element_name(tag);
        if ACTIVE.contains(&element.as_str()) {
            findings.add(name, Rule::Active);
        }
        for (attribute, value) in attributes(tag) {
            let value = unescape(value);
            attribute_of(name, &attribute, &value, limits, findings, &mut pictures);
        }
        if element == "style" && !tag.starts_with('/') {
            let end = rest.to_ascii_lowercase().find("</style").unwrap_or(rest.len());
            let (style, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if fetches(style) {
                findings.add(format!("{name}, in a style"), Rule::Remote);
            }
            rest = after;
        }
        // Inline elements do not part words: a number split over two of them is still read as one.
        if !["b", "i", "em", "strong", "span", "a", "sup", "sub", "font", "u"].contains(&element.as_str()) {
            shown.push('\n');
        }
    }
    shown.push_str(rest);
    for line in unescape(&shown).lines() {
        for rule in personal::rules(line, limits) {
            findings.add(name, rule);
        }
    }
    pictures
}

/// What one attribute does.
fn attribute_of(
    name: &str,
    attribute: &str,
    value: &str,
    limits: &Limits,
    findings: &mut Findings,
    pictures: &mut BTreeSet<String>,
) {
    let lower: String =
        value.chars().filter(|letter| !letter.is_control()).collect::<String>().trim().to_lowercase();
    match attribute {
        "src" | "background" | "srcset" | "poster" | "data" => {
            let cid = value.trim().strip_prefix("cid:");
            let within = attribute == "src" && lower.starts_with("data:image/png;");
            match cid {
                Some(cid) => drop(pictures.insert(cid.to_owned())),
                None if within => {}
                None => findings.add(name, Rule::Remote),
            }
        }
        "href" | "action" | "xlink:href" => {
            let mailbox = lower.strip_prefix("mailto:").map(|to| to.split('?').next().unwrap_or_default());
            let allowed = lower.starts_with("https://")
                || lower.starts_with('#')
                || mailbox.is_some_and(|to| limits.addresses.contains(to));
            if !allowed {
                findings.add(name, Rule::Link);
            }
        }
        "style" if fetches(value) => findings.add(name, Rule::Remote),
        "style" | "class" | "bgcolor" | "color" | "content" | "xmlns" => {}
        _ if attribute.starts_with("on") => findings.add(name, Rule::Active),
        _ => {
            for rule in personal::rules(value, limits) {
                findings.add(format!("{name}, in `{attribute}`"), rule);
            }
        }
    }
}

/// Whether a style fetches or runs something.
fn fetches(style: &str) -> bool {
    let tight: String = style.chars().filter(|letter| !letter.is_whitespace()).collect();
    let tight = tight.to_ascii_lowercase();
    ["url(", "@import", "expression(", "behavior:", "-moz-binding"].iter().any(|word| tight.contains(word))
}

/// Where the tag ends: the first `>` outside quotes.
fn tag_end(after: &str) -> usize {
    let mut quote = None;
    for (at, letter) in after.char_indices() {
        match (quote, letter) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            _ => {}
        }
    }
    after.len()
}

fn element_name(tag: &str) -> String {
    tag.trim_start_matches('/')
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == ':' || *letter == '-')
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The attributes of a tag, with names in lower case and values as written.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.find(char::is_whitespace).and_then(|at| tag.get(at..)).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() && after.is_empty() {
            return found;
        }
        let Some(after) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            found.push((name.to_ascii_lowercase(), ""));
            rest = after.strip_prefix('=').unwrap_or(after);
            continue;
        };
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = after.strip_prefix(quote).unwrap_or(after);
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        found.push((name.to_ascii_lowercase(), value));
        rest = next;
    }
}

/// `text` with its character references read.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let known = reference.and_then(|(name, next)| Some((referred(name)?, next)));
        let (letter, next) = known.unwrap_or(('&', after));
        plain.push(letter);
        rest = next;
    }
    plain.push_str(rest);
    plain
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "commat" => Some('@'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests;
