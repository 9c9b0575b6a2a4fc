//! Every key that a user may write is used: one that is parsed and used by nothing promises what nothing keeps.
//!
//! The schemas say which keys there are; the text of `src/` says what is done with the fields and the variants behind
//! them. A use is one of the type's own field: `.field` in a file that names the type, or a field or a variant that holds
//! it or returns it. A look at whether a value is well written does not count: the files in [`CHECKS`] and every function called
//! `check` are left out. A variant without a value is a word and no key. Limits: where
//! one file names two types that have a field of one name, one use counts for both; a use in a function that nothing calls
//! counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sufficiency::project::FileKind;
use sufficiency::source::schema_parts;

use super::tree;

/// A struct's field or an enum's variant, with the key that it has in TOML.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    of: String,
    name: String,
    key: String,
    is_variant: bool,
    /// Whether its type has a schema.
    is_key: bool,
    /// What it holds, as written.
    holds: String,
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Returns a line of a definition without its visibility.
fn bare(line: &str) -> &str {
    let line = line.trim();
    match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ").map_or(line, |(_, rest)| rest),
        Some(rest) => rest.trim_start(),
        None => line,
    }
}

/// Finds the members of the types that `text` defines.
fn members(text: &str) -> Vec<Member> {
    let mut found = Vec::new();
    let mut has_schema = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("#[derive(") {
            has_schema = line.contains("JsonSchema");
        }
        let head = bare(line);
        let (is_variant, of) = match (head.strip_prefix("struct "), head.strip_prefix("enum ")) {
            (Some(of), _) => (false, of),
            (_, Some(of)) => (true, of),
            _ => continue,
        };
        let of: String = of.chars().take_while(|letter| is_part(*letter)).collect();
        let is_key = std::mem::take(&mut has_schema);
        if line.starts_with(' ') || !line.ends_with('{') {
            continue;
        }
        let mut rename = None;
        for line in lines.by_ref().take_while(|line| *line != "}") {
            if let Some((_, name)) = line.split_once("rename = \"") {
                rename = name.split('"').next();
            }
            let line = bare(line);
            let name: String = line.chars().take_while(|letter| is_part(*letter)).collect();
            let rest = &line[name.len()..];
            let holds = if is_variant { rest.starts_with('(') } else { rest.starts_with(':') };
            if !name.is_empty() && holds {
                let key = rename.take().map_or_else(|| snake_case(&name), str::to_owned);
                let holds = rest.to_owned();
                found.push(Member { of: of.clone(), name, key, is_variant, is_key, holds });
            }
        }
    }
    found
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// Finds every key of a schema.
fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                found.extend(properties.keys().cloned());
            }
            object.values().for_each(|inner| keys(inner, found));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

/// Returns whether `text` has the whole word `word` after `before`.
fn has(text: &str, before: &str, word: &str) -> bool {
    text.match_indices(&format!("{before}{word}")).any(|(at, found)| {
        !text[at + found.len()..].starts_with(is_part)
            && (!before.is_empty() || !text[..at].ends_with(is_part))
    })
}

/// Returns the text within the braces of each `name { … }` that takes a value of that type to pieces.
fn patterns<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let head = format!("{name} {{ ");
    let starts: Vec<usize> = text.match_indices(&head).map(|(at, _)| at + head.len()).collect();
    starts.into_iter().filter_map(|at| text[at..].split_once('}').map(|(inner, _)| inner))
}

/// Returns the name of the function that a line declares, and what it returns.
fn returned(line: &str) -> Option<(&str, &str)> {
    let (head, returned) = line.split_once(" -> ")?;
    let name = head.split_once("fn ")?.1.split(['(', '<']).next()?;
    Some((name, returned))
}

/// Finds the keys in `all` that nothing in `texts` uses. A text may define them: definitions are no use.
fn unused(all: &[Member], texts: &BTreeMap<String, String>) -> Vec<Member> {
    let returns: Vec<(&str, &str)> =
        texts.values().flat_map(|text| text.lines()).filter_map(returned).collect();
    let holds = |text: &str, of: &str| {
        let holders = all.iter().filter(|member| has(&member.holds, "", of));
        let functions = returns.iter().filter(|(_, returned)| has(returned, "", of));
        has(text, "", of)
            || holders.into_iter().any(|holder| {
                has(text, if holder.is_variant { "::" } else { "." }, &holder.name)
                    || patterns(text, &holder.of).any(|inner| has(inner, "", &holder.name))
            })
            || functions.into_iter().any(|(name, _)| text.contains(&format!("::{name}(")))
    };
    let is_used = |member: &Member| {
        texts.values().any(|text| {
            if member.is_variant {
                return has(text, &format!("{}::", member.of), &member.name)
                    || has(text, "Self::", &member.name) && has(text, "enum ", &member.of);
            }
            has(text, ".", &member.name) && holds(text, &member.of)
                || patterns(text, &member.of).any(|inner| has(inner, "", &member.name))
        })
    };
    all.iter().filter(|member| member.is_key && !is_used(member)).cloned().collect()
}

/// Returns `text` without the functions called `check`.
fn without_checks(text: &str) -> String {
    let mut rest = Vec::new();
    let mut end: Option<String> = None;
    for line in text.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        if end.is_none() && bare(line).starts_with("fn check(") && !line.ends_with(';') {
            end = Some(format!("{indent}}}"));
        }
        match &end {
            None => rest.push(line),
            Some(last) if line == last => end = None,
            Some(_) => {}
        }
    }
    rest.join("\n")
}

/// Where what was written is looked at, and nothing is done with it.
const CHECKS: [&str; 6] = [
    "project/load.rs",
    "project/load/",
    "report/check/",
    "run/check.rs",
    "source/check.rs",
    "source/contract/check.rs",
];

/// Reads what is done with what was read: all of `src/` but its tests, its comments, and the checks of what was
/// written.
fn texts(root: &Path) -> BTreeMap<String, String> {
    let of_use = |file: &String| {
        let is_check = CHECKS.iter().any(|check| file.starts_with(check));
        !is_check && !file.ends_with("tests.rs") && !file.contains("/tests/")
    };
    let code = |text: &str| -> String {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        without_checks(&lines.join("\n"))
    };
    let files = tree::texts(root, &["rs"]);
    files.iter().filter(|(file, _)| of_use(file)).map(|(file, text)| (file.clone(), code(text))).collect()
}

#[test]
fn every_key_that_a_user_may_write_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts = texts(&root);
    let all: Vec<Member> = texts
        .iter()
        .filter(|(file, _)| file.starts_with("project/") || file.starts_with("source/"))
        .flat_map(|(_, text)| members(text))
        .collect();

    let mut written = BTreeSet::new();
    for kind in FileKind::ALL {
        keys(&kind.schema(&schema_parts()), &mut written);
    }
    assert!(written.len() > 150, "{} keys", written.len());
    let known: BTreeSet<&str> =
        all.iter().filter(|member| member.is_key).map(|member| member.key.as_str()).collect();
    let kinds = schema_parts();
    let kinds: Vec<&str> = kinds.connections.iter().chain(&kinds.formats).map(|(name, _)| *name).collect();
    let missed: Vec<&String> = written
        .iter()
        .filter(|key| !known.contains(key.as_str()) && !kinds.contains(&key.as_str()))
        .collect();
    assert!(missed.is_empty(), "keys of the schemas whose fields were not found: {missed:?}");

    let unused: Vec<String> = unused(&all, &texts)
        .iter()
        .map(|member| {
            format!("`{}` ({}::{}) is parsed, and nothing uses it", member.key, member.of, member.name)
        })
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

/// A file with keys of each kind, and files that use some of them.
const DEFINED: &str = "\
#[derive(Debug, JsonSchema)]
#[serde(default)]
pub struct Settings {
    /// Used.
    pub used: bool,
    #[serde(rename = \"where\")]
    pub filter: bool,
    pub spare: bool,
    pub taken: bool,
    pub checked: bool,
    pub limit: Limit,
}

#[derive(JsonSchema)]
pub(super) struct Limit {
    greatest: u8,
    used: u8,
}

#[derive(JsonSchema)]
pub enum Kind {
    Word,
    ByHand(u8),
    ByNone(u8),
}
";
const USES: &str = "\
let Settings { taken, .. } = settings;
settings.used;
settings.filter_all;
spare();
Kind::ByHand(1);
Other::ByNone(1);
    fn check(settings: &Settings) {
        settings.checked;
    }
";
const USES_LIMIT: &str = "file.limit.greatest\n";
const USES_ANOTHER: &str = "another.spare\n";

#[test]
fn a_key_that_is_parsed_and_not_used_is_found() {
    let all = members(DEFINED);
    let keys: Vec<&str> = all.iter().map(|member| member.key.as_str()).collect();
    let expected =
        ["used", "where", "spare", "taken", "checked", "limit", "greatest", "used", "by_hand", "by_none"];
    assert_eq!(keys, expected);
    let uses = without_checks(USES);
    let texts = [DEFINED, &uses, USES_LIMIT, USES_ANOTHER];
    let texts = texts.iter().zip('a'..).map(|(text, name)| (name.to_string(), (*text).to_owned())).collect();
    let unused: Vec<(String, String)> =
        unused(&all, &texts).into_iter().map(|member| (member.of, member.name)).collect();
    let of = |of: &str, name: &str| (of.to_owned(), name.to_owned());
    let expected = [
        of("Settings", "filter"),
        of("Settings", "spare"),
        of("Settings", "checked"),
        of("Settings", "limit"),
        of("Limit", "used"),
        of("Kind", "ByNone"),
    ];
    assert_eq!(unused, expected);
}
