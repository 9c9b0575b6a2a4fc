//! What each file of `src/` imports, read from its text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files of a source tree by the path of their module, as `report::chart::axis`.
pub(super) struct Tree {
    texts: BTreeMap<String, String>,
}

impl Tree {
    pub(super) fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        rust_files(root, &mut files);
        let mut texts: BTreeMap<String, String> = files
            .into_iter()
            .map(|file| {
                let module = module_of(file.strip_prefix(root).unwrap());
                (module, std::fs::read_to_string(&file).unwrap())
            })
            .collect();
        let for_tests: Vec<String> =
            texts.iter().flat_map(|(module, text)| test_modules(module, text)).collect();
        texts.retain(|module, _| {
            !for_tests.iter().any(|test| module == test || module.starts_with(&format!("{test}::")))
        });
        Self { texts }
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|(module, text)| ((*module).to_owned(), (*text).to_owned())).collect();
        Self { texts }
    }

    /// Returns the room of each file and what it imports: for every module, the modules whose items its text names.
    pub(super) fn imports(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        self.texts
            .iter()
            .map(|(module, text)| {
                let paths = paths_in(text);
                let found = paths.iter().filter_map(|path| self.file_of(&absolute(module, path)?));
                (module.as_str(), found.filter(|other| other != module).collect())
            })
            .collect()
    }

    /// Finds the files that import a name from a room that they are in, which only gives it on: each with the name.
    pub(super) fn roundabout(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (module, text) in &self.texts {
            let paths: BTreeSet<Vec<String>> =
                paths_in(text).iter().filter_map(|path| absolute(module, path)).collect();
            for path in paths {
                let Some(room) = self.file_of(&path) else { continue };
                let Some(name) = path.get(room.split("::").count()) else { continue };
                let is_within = module.strip_prefix(room).is_some_and(|rest| rest.starts_with("::"));
                if is_within && re_exports(&self.texts[room]).contains(name) {
                    found.push(format!(
                        "{module} imports `{name}` from {room}: name the file that defines it"
                    ));
                }
            }
        }
        found
    }

    /// Returns the file in which a path is looked up: the longest part of it that is a module.
    fn file_of(&self, path: &[String]) -> Option<&str> {
        (1..=path.len()).rev().find_map(|length| {
            self.texts.get_key_value(&path[..length].join("::")).map(|(module, _)| module.as_str())
        })
    }
}

/// Finds the circles among the files of one room: sets of files of which each reaches every other.
pub(super) fn circles(imports: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Vec<String>> {
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let reached = |from: &str| {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![from];
        while let Some(module) = open.pop() {
            for next in imports.get(module).into_iter().flatten() {
                if room(next) == room(from) && reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|module| (*module, reached(module))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (module, others) in &reach {
        let circle: Vec<String> = others
            .iter()
            .filter(|other| reach.get(*other).is_some_and(|back| back.contains(module)))
            .map(|other| (*other).to_owned())
            .collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// Finds every path that begins with `crate`, `super` or `self`, in imports and in code, and every import of a child.
fn paths_in(text: &str) -> Vec<String> {
    let text = without_tests(&without_comments(text));
    let mut paths = Vec::new();
    for (_, tree) in uses(&text) {
        expand("", tree, &mut paths);
    }
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(start) {
            let within = text[..at]
                .chars()
                .next_back()
                .is_some_and(|before| before.is_alphanumeric() || before == ':');
            let path: String = text[at..]
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':'))
                .collect();
            // `pub(in crate::room)` says who may see an item, and imports nothing.
            let visibility = text[..at].ends_with("(in ");
            // One that ends in a list of names is an import, whose leaves are known.
            if !within && !visibility && !path.ends_with(':') {
                paths.push(path);
            }
        }
    }
    paths
}

/// Finds the trees of imports of a text, each with whether others may import from it what it names.
fn uses(text: &str) -> Vec<(bool, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("use ") {
        let (before, after) = (&rest[..at], &rest[at + "use ".len()..]);
        let starts_word = before.chars().next_back().is_none_or(char::is_whitespace);
        if let (true, Some(end)) = (starts_word, after.find(';')) {
            let statement = before.rsplit([';', '}', '\n']).next().unwrap_or_default().trim();
            found.push((statement.starts_with("pub"), &after[..end]));
            rest = &after[end..];
        } else {
            rest = after;
        }
    }
    found
}

/// Finds the names that a file gives on from others.
fn re_exports(text: &str) -> BTreeSet<String> {
    let text = without_tests(&without_comments(text));
    let mut paths = Vec::new();
    for (_, tree) in uses(&text).into_iter().filter(|(is_public, _)| *is_public) {
        expand("", tree, &mut paths);
    }
    paths.iter().filter_map(|path| path.rsplit("::").next()).map(str::to_owned).collect()
}

/// Adds the leaves of a tree of imports, as `a::b` for `a::{b}`.
fn expand(prefix: &str, tree: &str, names: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, list)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree);
        names.push(format!("{prefix}{name}").trim_end_matches("::self").to_owned());
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
    let (mut depth, mut from) = (0_usize, 0);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                expand(&prefix, &list[from..at], names);
                from = at + 1;
            }
            _ => {}
        }
    }
    if !list[from..].trim().is_empty() {
        expand(&prefix, &list[from..], names);
    }
}

/// Returns a path from the root of the crate; `None` for one that leaves it.
fn absolute(module: &str, path: &str) -> Option<Vec<String>> {
    let mut base: Vec<String> = module.split("::").map(str::to_owned).collect();
    let mut parts = path.split("::").map(str::trim).peekable();
    match parts.peek().copied()? {
        "crate" => {
            base.clear();
            parts.next();
        }
        "self" => drop(parts.next()),
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                base.pop();
            }
        }
        // A child, where there is one of the name; another crate where there is none.
        _ => {}
    }
    base.extend(parts.map(str::to_owned));
    Some(base)
}

fn without_comments(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |text, line| text + line + "\n")
}

fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

fn module_of(file: &Path) -> String {
    let shown = file.with_extension("").display().to_string().replace('/', "::");
    shown.strip_suffix("::mod").map_or(shown.clone(), str::to_owned)
}

/// Finds the modules that a file declares for tests alone.
fn test_modules(module: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].trim_start_matches("pub(super) ").strip_prefix("mod ")?.strip_suffix(';'))
        .map(|name| format!("{module}::{name}"))
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
