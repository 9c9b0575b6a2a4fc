//! Every key that a user may write is read: one that is parsed and used by nothing promises what nothing keeps.
//!
//! The schemas say which keys there are; the text of `src/` says what is done with the fields and the variants behind
//! them. A variant without a value is a word and no key, and is not looked for. Limits: a field is known by its name, so where two structs have a field of one name, one use counts for both;
//! a use in a function that nothing calls counts too; and a use that only looks whether a value is well written, outside
//! `src/project/load`, counts as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sufficiency::project::FileKind;

use super::tree;

/// A struct's field or an enum's variant, with the key that it has in TOML.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    of: String,
    name: String,
    key: String,
    is_variant: bool,
}

/// The members of the types in `text` that have a schema.
fn members(text: &str) -> Vec<Member> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !(line.starts_with("#[derive(") && line.contains("JsonSchema")) {
            continue;
        }
        let head = lines.by_ref().find(|line| line.starts_with("pub ")).unwrap_or_default();
        let mut words = head.split(|letter: char| !letter.is_alphanumeric()).skip(1);
        let (kind, of) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut rename = None;
        for line in lines.by_ref().take_while(|line| *line != "}") {
            let line = line.trim();
            if let Some((_, name)) = line.split_once("rename = \"") {
                rename = name.split('"').next();
            }
            let is_variant = kind == "enum";
            let name = if is_variant { line } else { line.strip_prefix("pub ").unwrap_or("/") };
            let name: String =
                name.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            let is_word = is_variant && !line[name.len()..].starts_with('(');
            if !name.is_empty() && !is_word {
                let key = rename.take().map_or_else(|| snake_case(&name), str::to_owned);
                found.push(Member { of: of.to_owned(), name, key, is_variant });
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

/// Every key of a schema.
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

/// Whether `text` has the whole word `word` after `before`.
fn has(text: &str, before: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(&format!("{before}{word}")).any(|(at, found)| {
        !text[at + found.len()..].starts_with(part) && (!before.is_empty() || !text[..at].ends_with(part))
    })
}

/// The text within the braces of each `name { … }` that takes a value of that type to pieces.
fn patterns<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let head = format!("{name} {{ ");
    let starts: Vec<usize> = text.match_indices(&head).map(|(at, _)| at + head.len()).collect();
    starts.into_iter().filter_map(|at| text[at..].split_once('}').map(|(inner, _)| inner))
}

/// The members that nothing in `texts` uses. A text may define them: definitions are no use.
fn unused(all: &[Member], texts: &BTreeMap<String, String>) -> Vec<Member> {
    let is_used = |member: &Member| {
        texts.values().any(|text| {
            if member.is_variant {
                return has(text, "::", &member.name);
            }
            has(text, ".", &member.name)
                || patterns(text, &member.of).any(|inner| has(inner, "", &member.name))
        })
    };
    all.iter().filter(|member| !is_used(member)).cloned().collect()
}

/// What is done with what was read: all of `src/` but its tests, its comments, and the checks of what was written.
fn texts(root: &Path) -> BTreeMap<String, String> {
    let of_use = |file: &String| {
        !file.starts_with("project/load") && !file.ends_with("tests.rs") && !file.contains("/tests/")
    };
    let code = |text: &str| -> String {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        lines.join("\n")
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
        .filter(|(file, _)| file.starts_with("project/"))
        .flat_map(|(_, text)| members(text))
        .collect();

    let mut written = BTreeSet::new();
    for kind in FileKind::ALL {
        keys(&kind.schema(), &mut written);
    }
    assert!(written.len() > 150, "{} keys", written.len());
    let known: BTreeSet<&str> = all.iter().map(|member| member.key.as_str()).collect();
    let missed: Vec<&String> = written.iter().filter(|key| !known.contains(key.as_str())).collect();
    assert!(missed.is_empty(), "keys of the schemas whose fields were not found: {missed:?}");

    let unused: Vec<String> = unused(&all, &texts)
        .iter()
        .map(|member| {
            format!("`{}` ({}::{}) is parsed, and nothing uses it", member.key, member.of, member.name)
        })
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

/// A file with a key of each kind, and a file that uses some of them.
const DEFINED: &str = "#[derive(Debug, JsonSchema)]\n#[serde(default)]\npub struct Settings {\n    /// Used.\n    \
                       pub used: bool,\n    #[serde(rename = \"where\")]\n    pub filter: bool,\n    pub spare: bool,\n    \
                       pub taken: bool,\n}\n\n#[derive(JsonSchema)]\npub enum Kind {\n    Word,\n    ByHand(u8),\n    ByNone(u8),\n}\n";
const USES: &str = "let Settings { taken, .. } = settings;\nsettings.used;\nsettings.filter_all;\nspare();\nKind::ByHand(1);\n";

#[test]
fn a_key_that_is_parsed_and_not_used_is_found() {
    let all = members(DEFINED);
    let keys: Vec<&str> = all.iter().map(|member| member.key.as_str()).collect();
    assert_eq!(keys, ["used", "where", "spare", "taken", "by_hand", "by_none"]);
    let texts = BTreeMap::from([("a".to_owned(), DEFINED.to_owned()), ("b".to_owned(), USES.to_owned())]);
    let unused: Vec<String> = unused(&all, &texts).into_iter().map(|member| member.name).collect();
    assert_eq!(unused, ["filter", "spare", "ByNone"]);
}
