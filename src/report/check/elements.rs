//! The elements of the narrative: expressions, blocks and calls of helpers.

use std::collections::BTreeMap;

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::grammar::{HELPERS, Signature, Takes, helper};
use super::template::Template;
use super::walk::{Names, Walk};
use super::words::{Kind, Words};
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::project::ReportFile;

/// Returns every fault of a template of a report.
pub(super) fn check(template: &Template, tables: &BTreeMap<&str, Words>, report: &ReportFile) -> Diagnostics {
    let parsed = match template.parse() {
        Ok(parsed) => parsed,
        Err(fault) => return fault.into(),
    };
    let names = Names { tables, report };
    let mut walk = Walk { template, names, scopes: vec![Kind::Root], at: 0, faults: Diagnostics::default() };
    walk.elements(&parsed);
    walk.faults
}

impl Walk<'_> {
    fn elements(&mut self, template: &handlebars::Template) {
        for (index, element) in template.elements.iter().enumerate() {
            // `{{else if}}` becomes a template of one block, to which Handlebars gives no place.
            if let Some(place) = template.mapping.get(index) {
                self.at = self.template.byte(place.0, place.1);
            }
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(expression) => drop(self.expression(expression)),
                TemplateElement::HelperBlock(block) => self.block(block),
                TemplateElement::HtmlExpression(_) => {
                    let help = "write two braces; values are escaped for each medium";
                    self.fault("{{{", "three braces would let a value become markup", Some(help.to_owned()));
                }
                _ => {
                    self.fault("{{", "partials and decorators are not part of the narrative's grammar", None);
                }
            }
        }
    }

    /// Checks an expression and returns what it gives.
    pub(super) fn expression(&mut self, expression: &HelperTemplate) -> Kind {
        let name = expression.name.as_name().unwrap_or_default().to_owned();
        if let Some(signature) = helper(&name) {
            return self.call(&name, signature, expression);
        }
        if !expression.params.is_empty() || !expression.hash.is_empty() {
            self.unknown_helper(&name);
            return Kind::Unknown;
        }
        let found = self.path(&name);
        match &found {
            Kind::Series { .. } => {
                let help = format!(
                    "write `{{{{value {name}}}}}` for its figure, `{{{{change {name}}}}}` for a sentence"
                );
                self.fault(
                    &name,
                    &format!("`{name}` is a measure, which has no words of its own"),
                    Some(help),
                );
            }
            Kind::Table(_) | Kind::Codes { .. } | Kind::Root => {
                self.fault(&name, &format!("expected words, found `{name}`"), None);
            }
            _ => {}
        }
        found
    }

    fn block(&mut self, block: &HelperTemplate) {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        if block.block_param.is_some() {
            self.fault("as |", "block parameters are not part of the narrative's grammar", None);
        }
        let found: Vec<Kind> = block.params.iter().map(|parameter| self.parameter(parameter)).collect();
        let scope = match (name.as_str(), found.as_slice()) {
            ("if" | "unless", [Kind::Series { .. } | Kind::Codes { .. } | Kind::Table(_)]) => {
                let help = "write a question, such as `(present …)`, `(rose …)` or `(fell …)`";
                self.fault(&first(block), "this is always true", Some(help.to_owned()));
                None
            }
            ("if" | "unless", [_]) | ("decision" | "workbook", []) => None,
            ("each", [Kind::Codes { table, measure, named, column }]) => {
                let named = named.iter().chain([column]).cloned().collect();
                Some(Kind::Series { table: table.clone(), measure: measure.clone(), named })
            }
            ("each", [Kind::Unknown]) => Some(Kind::Unknown),
            ("with", [kind]) => Some(kind.clone()),
            ("each", [_]) => {
                self.fault(
                    &first(block),
                    "`each` goes over the rows of a measure, as in `exclusions.phase`",
                    None,
                );
                Some(Kind::Unknown)
            }
            ("if" | "unless" | "each" | "with" | "decision" | "workbook", _) => {
                self.fault(
                    &name,
                    &format!(
                        "expected {} after `{name}`, found {}",
                        if matches!(name.as_str(), "decision" | "workbook") { "no name" } else { "1 name" },
                        found.len()
                    ),
                    None,
                );
                Some(Kind::Unknown)
            }
            _ => {
                self.unknown_helper(&name);
                Some(Kind::Unknown)
            }
        };
        let inner = scope.is_some();
        self.scopes.extend(scope);
        if let Some(template) = &block.template {
            self.elements(template);
        }
        if inner {
            self.scopes.pop();
        }
        if let Some(template) = &block.inverse {
            self.elements(template);
        }
    }

    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Kind {
        match parameter {
            Parameter::Path(_) | Parameter::Name(_) => {
                let path = parameter.as_name().unwrap_or_default().to_owned();
                self.path(&path)
            }
            Parameter::Literal(serde_json::Value::String(text)) => Kind::Literal(text.clone()),
            Parameter::Literal(_) => Kind::Text,
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(expression) => self.expression(expression),
                _ => Kind::Unknown,
            },
            _ => Kind::Unknown,
        }
    }

    /// Checks a call of the helper `name` and returns what it gives.
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
            let found = self.parameter(parameter);
            let words = match (&found, parameter.as_name()) {
                (Kind::Literal(text), _) => text.clone(),
                (_, Some(path)) => path.to_owned(),
                _ => name.to_owned(),
            };
            self.fits(name, *wanted, &found, &words);
        }
        result
    }

    /// Checks that `found`, written as `words`, is what the helper takes.
    fn fits(&mut self, name: &str, takes: Takes, found: &Kind, words: &str) {
        match (takes, found) {
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
        let known = HELPERS
            .iter()
            .map(|(known, ..)| *known)
            .chain(["if", "unless", "each", "with", "decision", "workbook"]);
        self.fault(name, &format!("no helper `{name}`"), did_you_mean(name, known));
    }
}

/// Returns the path after a block's name, to point at.
fn first(block: &HelperTemplate) -> String {
    let path = block.params.first().and_then(|parameter| parameter.as_name());
    path.or(block.name.as_name()).unwrap_or_default().to_owned()
}
