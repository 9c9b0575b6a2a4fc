//! Paths and helpers: what each leads to, and what each takes.

use std::collections::BTreeMap;

use handlebars::template::HelperTemplate;

use super::template::Walk;
use super::words::{FIELDS, Kind, Words};
use crate::diagnostic::did_you_mean;
use crate::project::ReportFile;
use crate::report::narrative::GLOBALS;

/// What the templates of one report may name.
pub(super) struct Names<'a> {
    pub(super) tables: &'a BTreeMap<&'a str, Words>,
    pub(super) report: &'a ReportFile,
}

/// What a helper's parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Series,
    Codes,
    Table,
    TableName,
    ChartName,
    Indicator,
    Name,
    Any,
}

/// What a helper takes and gives.
pub(super) type Signature = (&'static [Takes], Kind);

/// Every helper of the grammar that is not a block with an end.
const HELPERS: [(&str, &[Takes], bool); 22] = [
    ("value", &[Takes::Series], false),
    ("change", &[Takes::Series], false),
    ("trend", &[Takes::Series], false),
    ("since_first", &[Takes::Series], false),
    ("share", &[Takes::Series, Takes::Series], false),
    ("rose", &[Takes::Series], true),
    ("fell", &[Takes::Series], true),
    ("present", &[Takes::Series], true),
    ("largest", &[Takes::Codes], false),
    ("largest_rise", &[Takes::Codes], false),
    ("largest_fall", &[Takes::Codes], false),
    ("describe", &[Takes::Table], false),
    ("table", &[Takes::TableName], false),
    ("chart", &[Takes::ChartName], false),
    ("definition", &[Takes::Indicator], false),
    ("commentary", &[Takes::Name], false),
    ("key_figures", &[], false),
    ("data_quality", &[], false),
    ("method", &[], false),
    ("and", &[Takes::Any, Takes::Any], true),
    ("or", &[Takes::Any, Takes::Any], true),
    ("not", &[Takes::Any], true),
];

/// The signature of the helper `name`.
pub(super) fn helper(name: &str) -> Option<Signature> {
    let (_, takes, asks) = HELPERS.iter().find(|(known, ..)| *known == name)?;
    Some((takes, if *asks { Kind::Truth } else { Kind::Text }))
}

impl Walk<'_> {
    /// A call of the helper `name`; what it gives.
    pub(super) fn call(&mut self, name: &str, (takes, result): Signature, call: &HelperTemplate) -> Kind {
        if call.params.len() != takes.len() || !call.hash.is_empty() {
            let count = match takes.len() {
                0 => "no parameter".to_owned(),
                1 => "1 parameter".to_owned(),
                more => format!("{more} parameters"),
            };
            self.fault(name, &format!("`{name}` takes {count}"), None);
            return Kind::Unknown;
        }
        for (parameter, wanted) in call.params.iter().zip(takes) {
            let given = self.parameter(parameter);
            let words = match (&given, parameter.as_name()) {
                (Kind::Literal(text), _) => text.clone(),
                (_, Some(path)) => path.to_owned(),
                _ => name.to_owned(),
            };
            self.fits(name, *wanted, &given, &words);
        }
        result
    }

    /// Checks that `given`, written as `words`, is what the helper takes.
    fn fits(&mut self, name: &str, takes: Takes, given: &Kind, words: &str) {
        match (takes, given) {
            (_, Kind::Unknown)
            | (Takes::Codes, Kind::Codes { .. })
            | (Takes::Table, Kind::Table(_))
            | (Takes::Name, Kind::Literal(_))
            | (Takes::Any, Kind::Truth | Kind::Text | Kind::Literal(_)) => {}
            (Takes::Series, Kind::Series { table, named, .. }) => self.whole(table, named, words),
            (Takes::Table | Takes::TableName, Kind::Literal(table)) => {
                let known: Vec<&str> = self.names.tables.keys().copied().collect();
                self.known("table", table, &known);
            }
            (Takes::ChartName, Kind::Literal(chart)) => {
                let known: Vec<&str> =
                    self.names.report.charts.keys().map(|name| name.get_ref().as_str()).collect();
                self.known("chart", chart, &known);
            }
            (Takes::Indicator, Kind::Literal(indicator)) => {
                let columns = self.names.tables.values().flat_map(|words| &words.columns);
                let known: Vec<&str> = columns
                    .filter(|column| column.indicator.is_some())
                    .map(|column| column.name.as_str())
                    .collect();
                self.known("indicator", indicator, &known);
            }
            _ => {
                let wanted = match takes {
                    Takes::Series => "a measure",
                    Takes::Codes => "the rows of a measure, as in `exclusions.phase`",
                    Takes::Any => "a question",
                    Takes::Table | Takes::TableName => "a table's name in quotes",
                    Takes::ChartName => "a chart's name in quotes",
                    Takes::Indicator => "an indicator's name in quotes",
                    Takes::Name => "a name in quotes",
                };
                self.fault(words, &format!("`{name}` takes {wanted}"), None);
            }
        }
    }

    /// Checks that a measure is one number: every key without a total is named.
    fn whole(&mut self, table: &str, named: &[String], words: &str) {
        let missing = self.names.tables.get(table).and_then(|found| found.unnamed(named).next());
        if let Some(column) = missing.map(|column| column.name.clone()) {
            let message =
                format!("`{words}` does not say which `{column}` it is of, and `{column}` has no total");
            self.fault(words, &message, Some(format!("write `{words}.{column}.` and one of its codes")));
        }
    }

    fn known(&mut self, kind: &str, name: &str, known: &[&str]) {
        if !known.contains(&name) {
            self.fault(name, &format!("no {kind} `{name}`"), did_you_mean(name, known));
        }
    }

    pub(super) fn unknown_helper(&mut self, name: &str) {
        let known =
            HELPERS.iter().map(|(known, ..)| *known).chain(["if", "unless", "each", "with", "decision"]);
        self.fault(name, &format!("no helper `{name}`"), did_you_mean(name, known));
    }

    /// What the path `raw` leads to.
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

    /// Where `rest` leads from `kind`.
    fn follow(&mut self, mut kind: Kind, rest: &str, raw: &str) -> Kind {
        for segment in segments(rest) {
            if segment == "this" || segment == "." {
                continue;
            }
            kind = match self.step(&kind, &segment) {
                Ok(next) => next,
                Err(known) => {
                    let help = did_you_mean(&segment, &known).or_else(|| {
                        (!known.is_empty() && known.len() <= 12)
                            .then(|| format!("there is `{}`", known.join("`, `")))
                    });
                    self.fault(raw, &format!("no `{segment}` in `{raw}`"), help);
                    return Kind::Unknown;
                }
            };
        }
        kind
    }

    /// One step of a path, or the names that would have been right.
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

/// The segments of a path; one in square brackets may hold any letter.
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
