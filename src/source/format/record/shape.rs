//! Values that the contract names, and what a record has in their place: an object, a list or another value, from which
//! no cell can be read. Such a cell is marked, so that it is not taken for one that is blank.

use std::collections::HashMap;

use crate::source::column_name::normalise;
use crate::source::marks::Marks;
use crate::source::receiver::Receiver;

/// What stands at a path of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source::format) enum Found {
    /// A single value.
    Value,
    /// An object, or an element that holds elements.
    Object,
    /// A list.
    List,
    /// A text with elements within it.
    Mixed,
}

impl Found {
    fn marks(self) -> Option<Marks> {
        match self {
            Self::Value => None,
            Self::Object => Some(Marks::OBJECT),
            Self::List => Some(Marks::LIST),
            Self::Mixed => Some(Marks::MIXED),
        }
    }
}

/// What is misplaced in a file, by its path: the column of the contract that it concerns, and what is said of its cell.
pub(super) type Misplaced = HashMap<String, Vec<(Found, String, Marks)>>;

/// What the contract expects of the paths of a file, and where the file has something else.
#[derive(Default)]
pub(in crate::source::format) struct Shapes {
    /// The names that each column may have, normalised.
    columns: Vec<Vec<String>>,
    is_xml: bool,
    pub(super) misplaced: Misplaced,
}

impl Shapes {
    /// Returns what is expected of JSON that `to` takes.
    pub(in crate::source::format) fn of_json(to: &dyn Receiver) -> Self {
        let normalised = |names: Vec<String>| names.iter().map(|name| normalise(name)).collect();
        let columns = to.wanted().into_iter().map(normalised).collect();
        Self { columns, is_xml: false, misplaced: Misplaced::new() }
    }

    /// Returns what is expected of XML that `to` takes.
    pub(in crate::source::format) fn of_xml(to: &dyn Receiver) -> Self {
        Self { is_xml: true, ..Self::of_json(to) }
    }

    /// Takes what a record has at `path`, and remembers it if a column of the contract cannot be read because of it.
    pub(super) fn take(&mut self, path: &str, found: Found) {
        if self.misplaced.get(path).is_some_and(|known| known.iter().any(|(what, ..)| *what == found)) {
            return;
        }
        let mut forms = vec![normalise(path)];
        if self.is_xml && path.contains("[1]") {
            forms.push(normalise(&path.replace("[1]", "")));
        }
        for name in self.columns.iter().flatten() {
            let is_named = forms.contains(name);
            let is_above = forms.iter().any(|form| self.is_above(form, name, found));
            let marks = if is_named { found.marks() } else { is_above.then_some(Marks::ELSEWHERE) };
            if let Some(marks) = marks {
                self.misplaced.entry(path.to_owned()).or_default().push((found, name.clone(), marks));
            }
        }
    }

    /// Returns whether the value of the column `name` would be within what is at `path`, if that were another kind.
    fn is_above(&self, path: &str, name: &str, found: Found) -> bool {
        let Some(rest) = name.strip_prefix(path) else { return false };
        match found {
            // An element with a text may have attributes.
            Found::Value if self.is_xml => rest.starts_with('/') && !rest.starts_with("/@"),
            Found::Value => rest.starts_with(['.', '[']),
            Found::Object => !self.is_xml && rest.starts_with('['),
            Found::List => rest.starts_with('.'),
            Found::Mixed => false,
        }
    }

    /// Returns the names of columns of which a file has none but misplaced values, one for each.
    pub(super) fn missing(&self, paths: &[String]) -> Vec<String> {
        if self.misplaced.is_empty() {
            return Vec::new();
        }
        let known = |name: &String| {
            paths.iter().any(|path| normalise(path) == *name || normalise(&path.replace("[1]", "")) == *name)
        };
        let is_misplaced =
            |name: &&String| self.misplaced.values().flatten().any(|(_, misplaced, _)| misplaced == *name);
        let lost = self.columns.iter().filter(|names| !names.iter().any(known));
        lost.filter_map(|names| names.iter().find(is_misplaced).cloned()).collect()
    }
}
