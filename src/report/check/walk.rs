//! A walk over one template: where it is, and where its paths lead.

use std::collections::BTreeMap;

use super::template::Template;
use super::words::{FIELDS, Kind, Words};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::project::ReportFile;
use crate::report::narrative::{GLOBALS, RUNNING};
use crate::text;

/// What the templates of one report may name.
pub(super) struct Names<'a> {
    pub(super) tables: &'a BTreeMap<&'a str, Words>,
    pub(super) report: &'a ReportFile,
}

/// A walk over one template's elements, in order.
pub(super) struct Walk<'a> {
    pub(super) template: &'a Template<'a>,
    pub(super) names: Names<'a>,
    /// What `this` is, from the outermost block to the innermost.
    pub(super) scopes: Vec<Kind>,
    /// Where in the text the element at hand begins.
    pub(super) at: usize,
    pub(super) faults: Diagnostics,
}

impl Walk<'_> {
    /// Adds a fault at the first `needle` from the element at hand onwards.
    pub(super) fn fault(&mut self, needle: &str, message: &str, help: Option<String>) {
        let rest = self.template.text.get(self.at..).unwrap_or_default();
        let found = rest.find(needle).map(|at| self.at + at..self.at + at + needle.len());
        let place =
            found.and_then(|range| self.template.place(range)).or_else(|| self.template.whole.clone());
        self.faults.push(Diagnostic::error(self.template.file, place, message).with_help(help));
    }

    /// Returns what the path `raw` leads to.
    pub(super) fn path(&mut self, raw: &str) -> Kind {
        let mut rest = raw;
        let mut up = 0;
        while let Some(after) = rest.strip_prefix("../") {
            rest = after;
            up += 1;
        }
        if let Some(local) = rest.strip_prefix('@') {
            match local.split(['/', '.']).next() {
                Some("root") => {
                    rest = local.get("root".len()..).unwrap_or_default().trim_start_matches(['/', '.']);
                    return self.follow(Kind::Root, rest, raw);
                }
                Some("key" | "index") => return Kind::Text,
                Some("first" | "last") => return Kind::Truth,
                _ => {
                    self.fault(
                        raw,
                        &format!("no `{raw}`"),
                        did_you_mean(raw, ["@key", "@index", "@first", "@last"]),
                    );
                    return Kind::Unknown;
                }
            }
        }
        let depth = self.scopes.len().checked_sub(up + 1);
        let Some(start) = depth.and_then(|depth| self.scopes.get(depth)).cloned() else {
            self.fault(raw, &format!("`{raw}` goes up further than there are blocks"), None);
            return Kind::Unknown;
        };
        self.follow(start, rest, raw)
    }

    /// Returns where `rest` leads from `kind`.
    fn follow(&mut self, mut kind: Kind, rest: &str, raw: &str) -> Kind {
        for segment in segments(rest) {
            if segment == "this" || segment == "." {
                continue;
            }
            kind = match self.step(&kind, &segment) {
                Ok(next) => next,
                Err(known) => {
                    let help = did_you_mean(&segment, &known)
                        .or_else(|| (!known.is_empty() && known.len() <= 12).then(|| text::known(&known)));
                    self.fault(raw, &format!("no `{segment}` in `{raw}`"), help);
                    return Kind::Unknown;
                }
            };
        }
        kind
    }

    /// Follows one step of a path; the error is the names that would have been right.
    fn step(&self, kind: &Kind, segment: &str) -> Result<Kind, Vec<String>> {
        let tables = self.names.tables;
        let series = |table: &str, measure: &str, named: Vec<String>| Kind::Series {
            table: table.to_owned(),
            measure: measure.to_owned(),
            named,
        };
        match kind {
            Kind::Unknown => Ok(Kind::Unknown),
            Kind::Text | Kind::Truth | Kind::Literal(_) => Err(Vec::new()),
            Kind::Root => {
                if tables.contains_key(segment) {
                    return Ok(Kind::Table(segment.to_owned()));
                }
                let holders: Vec<&str> = tables
                    .iter()
                    .filter(|(_, words)| words.measures.iter().any(|measure| measure == segment))
                    .map(|(name, _)| *name)
                    .collect();
                match holders.as_slice() {
                    [table] => Ok(series(table, segment, Vec::new())),
                    [_, ..] => Err(holders.iter().map(|table| format!("{table}.{segment}")).collect()),
                    [] if GLOBALS.contains(&segment) => Ok(Kind::Text),
                    [] if segment == RUNNING => Ok(Kind::Truth),
                    [] => {
                        let measures = tables.values().flat_map(|words| words.measures.iter().cloned());
                        let names = tables.keys().map(|name| (*name).to_owned());
                        Err(measures.chain(names).chain(GLOBALS.map(str::to_owned)).collect())
                    }
                }
            }
            Kind::Table(table) => {
                let measures =
                    tables.get(table.as_str()).map(|words| words.measures.clone()).unwrap_or_default();
                if measures.iter().any(|measure| measure == segment) {
                    Ok(series(table, segment, Vec::new()))
                } else {
                    Err(measures)
                }
            }
            Kind::Series { table, measure, named } => {
                if FIELDS.contains(&segment) {
                    return Ok(Kind::Text);
                }
                let words = tables.get(table.as_str()).ok_or_else(Vec::new)?;
                let splits: Vec<String> = words.splits(named).cloned().collect();
                if splits.iter().any(|column| column == segment) {
                    let (table, measure, column) = (table.clone(), measure.clone(), segment.to_owned());
                    Ok(Kind::Codes { table, measure, named: named.clone(), column })
                } else {
                    Err(splits.into_iter().chain(FIELDS.map(str::to_owned)).collect())
                }
            }
            Kind::Codes { table, measure, named, column } => {
                let words = tables.get(table.as_str()).ok_or_else(Vec::new)?;
                let described = words.column(column).ok_or_else(Vec::new)?;
                // Only codes with a label are sure to be there when no row has them.
                if described.labels.contains_key(segment) || described.is_total(segment) {
                    Ok(series(table, measure, named.iter().chain([column]).cloned().collect()))
                } else {
                    Err(described.labels.keys().chain(&described.total).cloned().collect())
                }
            }
        }
    }
}

/// Returns the segments of a path; one in square brackets may hold any letter.
fn segments(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (segment, after) = match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((segment, after)) => (segment, after),
            None => rest.find(['.', '/']).map_or((rest, ""), |at| rest.split_at(at)),
        };
        if !segment.is_empty() {
            found.push(segment.to_owned());
        }
        rest = after.strip_prefix(['.', '/']).unwrap_or(after);
    }
    found
}
