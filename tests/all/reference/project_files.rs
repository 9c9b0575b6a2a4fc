//! `docs/reference/project-files.md`: every key of every file that a user writes, its type and its values, each with an
//! example. The schemas say which there are; the examples are taken from files that load: the program's own, those of the
//! tests, and `tests/all/reference/examples` for what none of these has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sufficiency::project::FileKind;
use sufficiency::source::schema_parts;
use toml::Value as Toml;

/// The longest example that is shown, in letters.
const LONGEST: usize = 90;

/// A schema with its definitions.
struct Schema {
    root: Value,
}

/// The shortest example of each key, by the type that has it and its name there.
type Examples = BTreeMap<(String, String), String>;

impl Schema {
    /// Follows references to the schema itself; returns the name of its type, where it has one.
    fn resolve<'s>(&'s self, mut schema: &'s Value) -> (Option<&'s str>, &'s Value) {
        let mut name = None;
        loop {
            if let Some(to) = schema["$ref"].as_str() {
                name = to.rsplit('/').next();
                schema = &self.root["definitions"][name.unwrap()];
            } else if let Some([one]) = schema["allOf"].as_array().map(Vec::as_slice) {
                schema = one;
            } else {
                return (name, schema);
            }
        }
    }

    /// Returns the alternatives of a schema.
    fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
        ["oneOf", "anyOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten())
    }

    /// Finds the examples of `value`, which is of `schema`, whose type is `owner`.
    fn examples(&self, schema: &Value, value: &Toml, owner: &str, found: &mut Examples) {
        let (name, schema) = self.resolve(schema);
        let owner = name.unwrap_or(owner);
        for one in Self::alternatives(schema) {
            if self.fits(one, value) {
                self.examples(one, value, owner, found);
            }
        }
        match value {
            Toml::Table(table) => {
                for (key, value) in table {
                    let property = &schema["properties"][key];
                    if property.is_object() {
                        let example = value.to_string();
                        let known =
                            found.entry((owner.to_owned(), key.clone())).or_insert_with(|| example.clone());
                        if example.len() < known.len() {
                            *known = example;
                        }
                        self.examples(property, value, &format!("{owner}.{key}"), found);
                    } else if schema["additionalProperties"].is_object() {
                        self.examples(&schema["additionalProperties"], value, &format!("{owner}.*"), found);
                    }
                }
            }
            Toml::Array(list) if schema["items"].is_object() => {
                for value in list {
                    self.examples(&schema["items"], value, owner, found);
                }
            }
            _ => {}
        }
    }

    /// Returns whether a table may be of an alternative, by its keys.
    fn fits(&self, alternative: &Value, value: &Toml) -> bool {
        let (_, schema) = self.resolve(alternative);
        let Toml::Table(table) = value else { return !schema["properties"].is_object() };
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_known = |key: &String| {
            schema["properties"][key].is_object() || schema["additionalProperties"].is_object()
        };
        let may_be = schema["properties"].is_object()
            || schema["additionalProperties"].is_object()
            || schema["oneOf"].is_array();
        may_be
            && required.into_iter().all(|key| table.contains_key(key))
            && (schema["oneOf"].is_array() || table.keys().all(is_known))
    }
}

/// One page in the making.
struct Page<'s> {
    schema: &'s Schema,
    examples: Examples,
    text: String,
    /// Types that have a section.
    written: BTreeSet<String>,
    /// Keys without an example.
    lacking: Vec<String>,
}

impl Page<'_> {
    /// Writes the section of what lies at `path`, and those of what lies within it.
    fn section(&mut self, path: &str, schema: &Value, owner: &str) {
        let (name, schema) = self.schema.resolve(schema);
        let owner = name.unwrap_or(owner);
        if let Some(name) = name
            && !self.written.insert(name.to_owned())
        {
            return;
        }
        let properties: Vec<(&String, &Value)> =
            schema["properties"].as_object().into_iter().flatten().collect();
        if !properties.is_empty() {
            if !path.is_empty() {
                let _fits = writeln!(self.text, "### {path}\n\n{}\n", described(schema));
            }
            self.text.push_str("| key | holds | example | |\n|---|---|---|---|\n");
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (key, property) in &properties {
                self.key(key, property, owner, required.contains(&key.as_str()));
            }
            self.text.push('\n');
        }
        let alternatives: Vec<&Value> = Schema::alternatives(schema).collect();
        let is_choice =
            alternatives.iter().any(|one| one["enum"].is_array() || one["properties"].is_object());
        if is_choice && !path.is_empty() {
            let _fits = writeln!(self.text, "### {path}\n\n{}\n", described(schema));
            for one in &alternatives {
                for word in one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let _fits = writeln!(self.text, "- `\"{word}\"`: {}", described(one));
                }
                for (key, property) in one["properties"].as_object().into_iter().flatten() {
                    let example = self.example(owner, key, property);
                    let _fits = writeln!(self.text, "- `{{ {key} = {example} }}`: {}", described(one));
                }
            }
            self.text.push('\n');
        }
        for (key, property) in properties {
            let at = if path.is_empty() { key.clone() } else { format!("{}.{key}", path.trim_matches('`')) };
            self.within(&at, property, &format!("{owner}.{key}"));
        }
        for one in alternatives {
            for (key, property) in one["properties"].as_object().into_iter().flatten() {
                self.within(
                    &format!("{}.{key}", path.trim_matches('`')),
                    property,
                    &format!("{owner}.{key}"),
                );
            }
            if one["properties"].is_null() {
                self.within(path.trim_matches('`'), one, owner);
            }
        }
    }

    /// Writes the sections of what a key holds.
    fn within(&mut self, path: &str, property: &Value, owner: &str) {
        let (_, inner) = self.schema.resolve(property);
        if inner["items"].is_object() {
            self.within(&format!("{path}[]"), &inner["items"].clone(), owner);
        } else if inner["additionalProperties"].is_object() {
            self.within(
                &format!("{path}.NAME"),
                &inner["additionalProperties"].clone(),
                &format!("{owner}.*"),
            );
        } else if inner["properties"].is_object() || Schema::alternatives(inner).next().is_some() {
            self.section(&format!("`{path}`"), &property.clone(), owner);
        }
    }

    fn key(&mut self, key: &str, property: &Value, owner: &str, is_required: bool) {
        let (_, inner) = self.schema.resolve(property);
        let says = if property["description"].is_string() { described(property) } else { described(inner) };
        let default = &property["default"];
        let when = match default {
            _ if is_required => " Required.".to_owned(),
            Value::Null | Value::Object(_) | Value::Bool(false) => String::new(),
            Value::Array(list) if list.is_empty() => String::new(),
            default => format!(" `{}` when left out.", shown(default)),
        };
        let example = self.example(owner, key, property);
        let holds = self.holds(property);
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let _fits = writeln!(
            self.text,
            "| `{key}` | {} | `{}` | {}{} |",
            cell(&holds),
            cell(&format!("{key} = {example}")),
            cell(&says),
            cell(&when)
        );
    }

    /// Returns the example of a key: one that somebody wrote, else its default.
    fn example(&mut self, owner: &str, key: &str, property: &Value) -> String {
        let found = self.examples.get(&(owner.to_owned(), key.to_owned())).cloned();
        let default = Some(&property["default"]).filter(|default| !default.is_null() && !default.is_object());
        let Some(example) = found.or_else(|| default.map(shown)) else {
            self.lacking.push(format!("{owner}: {key}"));
            return "?".to_owned();
        };
        let (_, inner) = self.schema.resolve(property);
        let is_list = inner["items"].is_object();
        match example.replace('\n', " ") {
            long if long.chars().count() > LONGEST && is_list => "[…]".to_owned(),
            long if long.chars().count() > LONGEST && long.starts_with('{') => "{ … }".to_owned(),
            long if long.chars().count() > LONGEST => {
                format!("{}…\"", long.chars().take(LONGEST).collect::<String>())
            }
            short => short,
        }
    }

    /// Says what a key holds.
    fn holds(&self, property: &Value) -> String {
        let (_, schema) = self.schema.resolve(property);
        if schema["items"].is_object() {
            return format!("a list: {}", self.holds(&schema["items"]));
        }
        if schema["additionalProperties"].is_object() && !schema["properties"].is_object() {
            return format!("by name: {}", self.holds(&schema["additionalProperties"]));
        }
        let mut words: Vec<String> = Vec::new();
        for one in Schema::alternatives(schema) {
            let of_enum = one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.extend(of_enum.map(|word| format!("`\"{word}\"`")));
            let tagged = one["properties"].as_object().into_iter().flatten();
            words.extend(tagged.map(|(key, _)| format!("`{{ {key} = … }}`")));
            if one["enum"].is_null() && one["properties"].is_null() {
                words.push(self.holds(one));
            }
        }
        words.extend(schema["enum"].as_array().into_iter().flatten().map(|word| format!("`{word}`")));
        if !words.is_empty() {
            return words.join(", ");
        }
        match schema["type"].as_str() {
            Some("string") => match schema["format"].as_str() {
                Some(format) => format!("a text ({format})"),
                None => "a text".to_owned(),
            },
            Some("integer") => "a whole number".to_owned(),
            Some("number") => "a number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("object") => "a table".to_owned(),
            _ => "a value".to_owned(),
        }
    }
}

fn described(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().replace('\n', " ")
}

/// Returns a value of JSON as TOML writes it.
fn shown(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

/// Returns the files of a kind that are looked at for examples.
fn files(kind: FileKind) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = root.join("tests/all/reference/examples");
    let mut projects = vec![root.to_owned(), examples.join("plain"), examples.join("login"), examples];
    let mut of_tests: Vec<PathBuf> =
        std::fs::read_dir(root.join("tests/projects")).unwrap().map(|entry| entry.unwrap().path()).collect();
    of_tests.sort();
    projects.extend(of_tests);
    projects.iter().flat_map(|project| fitting(project, kind.pattern())).collect()
}

/// Returns the files below `folder` that fit a pattern of parts, of which `*` is any.
fn fitting(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let Some((part, rest)) = pattern.split_once('/') else {
        let mut found: Vec<PathBuf> = match pattern.strip_prefix('*') {
            Some(end) => {
                entries(folder).into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect()
            }
            None => vec![folder.join(pattern)],
        };
        found.retain(|path| path.is_file());
        return found;
    };
    let inner = if part == "*" { entries(folder) } else { vec![folder.join(part)] };
    inner.iter().flat_map(|folder| fitting(folder, rest)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[test]
fn the_reference_of_project_files_has_every_key_with_an_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut page = String::from(
        "# Every key of a project's files\n\n\
         Written from the types that read the files, by `SUFFICIENCY_WRITE_DOCS=1 cargo test --test all reference`. A key that is not \
         here is refused, with the nearest that is. An example is the shortest that a file of this repository has; `[…]` and `{ … }` stand for \
         longer ones, whose own keys have their section. `sufficiency schema` prints the same for editors.\n",
    );
    let mut lacking = Vec::new();
    for kind in FileKind::ALL {
        let schema = Schema { root: kind.schema(&schema_parts()) };
        let mut examples = Examples::new();
        for file in files(kind) {
            let text = std::fs::read_to_string(&file).unwrap();
            // Some projects of the tests have files with faults.
            let Ok(table) = toml::from_str::<toml::Table>(&text) else { continue };
            schema.examples(&schema.root, &Toml::Table(table), kind.name(), &mut examples);
        }
        let says = described(&schema.root);
        let mut own = Page {
            schema: &schema,
            examples,
            text: String::new(),
            written: BTreeSet::new(),
            lacking: Vec::new(),
        };
        own.section("", &schema.root.clone(), kind.name());
        let _fits =
            write!(page, "\n## `{}`\n\n{says}\n\n{}", kind.pattern(), own.text.trim_end().to_owned() + "\n");
        lacking.extend(own.lacking.into_iter().map(|key| format!("{}: {key}", kind.name())));
    }
    assert!(
        lacking.is_empty(),
        "{} keys have no example; write one into tests/all/reference/examples:\n{}",
        lacking.len(),
        lacking.join("\n")
    );
    let file = root.join("docs/reference/project-files.md");
    if std::env::var_os("SUFFICIENCY_WRITE_DOCS").is_some() {
        std::fs::write(&file, page).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == page, "write it again: SUFFICIENCY_WRITE_DOCS=1 cargo test --test all reference");
}
