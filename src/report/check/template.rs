use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::expression::{Names, helper};
use super::words::{Kind, Words};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned};
use crate::project::ReportFile;

/// A template and where its text lies.
pub(super) struct Template<'a> {
    file: &'a Arc<SourceFile>,
    text: &'a str,
    /// Where the text begins in the file; `None` when the file writes it with escapes.
    start: Option<usize>,
    /// What to point at when a fault's own place is not known.
    whole: Option<Range<usize>>,
}

impl<'a> Template<'a> {
    /// The whole of a file.
    pub(super) fn of_file(file: &'a Arc<SourceFile>) -> Self {
        Self { file, text: file.text(), start: Some(0), whole: None }
    }

    /// A text of `report.toml`.
    pub(super) fn of_setting(file: &'a Arc<SourceFile>, text: &'a Spanned<String>) -> Self {
        let written = file.text().get(text.span()).unwrap_or_default();
        let start = written.find(text.get_ref().as_str()).map(|at| text.span().start + at);
        Self { file, text: text.get_ref(), start, whole: Some(text.span()) }
    }

    /// Every fault of the template.
    pub(super) fn check(&self, tables: &BTreeMap<&str, Words>, report: &ReportFile) -> Diagnostics {
        let parsed = match handlebars::Template::compile(self.text) {
            Ok(parsed) => parsed,
            Err(error) => {
                if let Some((range, name)) = unclosed(self.text) {
                    let message = format!("the block `{name}` is not closed");
                    return Diagnostic::error(self.file, self.place(range).or(self.whole.clone()), message)
                        .with_help(format!("write `{{{{/{name}}}}}` where it ends"))
                        .into();
                }
                let at = error.pos().map(|(line, column)| self.byte(line, column));
                let place = at.and_then(|at| self.place(at..at + 1)).or(self.whole.clone());
                let reason = error.reason().to_string();
                let message = match reason.lines().next() {
                    // What follows is a list of the grammar's own words.
                    Some(first) if first.starts_with("invalid handlebars syntax") => {
                        "the template cannot be read from here on: a brace, a quote or a name is missing"
                    }
                    Some(first) => first,
                    None => "the template cannot be read",
                };
                return Diagnostic::error(self.file, place, message).into();
            }
        };
        let names = Names { tables, report };
        let mut walk =
            Walk { template: self, names, scopes: vec![Kind::Root], at: 0, faults: Diagnostics::default() };
        walk.elements(&parsed);
        walk.faults
    }

    /// The byte of the text at a line and a column, both from 1.
    fn byte(&self, line: usize, column: usize) -> usize {
        SourceFile::inline("", self.text).byte_at(line, column)
    }

    /// A range of the text as a range of the file.
    fn place(&self, range: Range<usize>) -> Option<Range<usize>> {
        self.start.map(|start| start + range.start..start + range.end)
    }
}

/// A walk over one template's elements, in order.
pub(super) struct Walk<'a> {
    template: &'a Template<'a>,
    pub(super) names: Names<'a>,
    /// What `this` is, from the outermost block to the innermost.
    pub(super) scopes: Vec<Kind>,
    /// Where in the text the element at hand begins.
    at: usize,
    faults: Diagnostics,
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

    /// What an expression gives.
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
                self.fault(&name, &format!("`{name}` is no text"), None);
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
        let given: Vec<Kind> = block.params.iter().map(|parameter| self.parameter(parameter)).collect();
        let scope = match (name.as_str(), given.as_slice()) {
            ("if" | "unless", [Kind::Series { .. } | Kind::Codes { .. } | Kind::Table(_)]) => {
                let help = "write a question, such as `(present …)`, `(rose …)` or `(fell …)`";
                self.fault(&first(block), "this is always true", Some(help.to_owned()));
                None
            }
            ("if" | "unless", [_]) | ("decision", []) => None,
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
            ("if" | "unless" | "each" | "with" | "decision", _) => {
                self.fault(&name, &format!("`{name}` is given {} parameters", given.len()), None);
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

    /// A fault at the first `needle` from the element at hand onwards.
    pub(super) fn fault(&mut self, needle: &str, message: &str, help: Option<String>) {
        let rest = self.template.text.get(self.at..).unwrap_or_default();
        let found = rest.find(needle).map(|at| self.at + at..self.at + at + needle.len());
        let place =
            found.and_then(|range| self.template.place(range)).or_else(|| self.template.whole.clone());
        self.faults.push(Diagnostic::error(self.template.file, place, message).with_help(help));
    }
}

/// The path that a block is given, to point at.
fn first(block: &HelperTemplate) -> String {
    let path = block.params.first().and_then(|parameter| parameter.as_name());
    path.or(block.name.as_name()).unwrap_or_default().to_owned()
}

/// The last block that is opened and never closed, where no other is wrong.
fn unclosed(text: &str) -> Option<(Range<usize>, String)> {
    let mut open: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find("{{") {
        let start = at + found + 2;
        let inside = text.get(start..)?;
        let word = |from: usize| -> String {
            let rest = inside.get(from..).unwrap_or_default().trim_start();
            rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
        };
        if inside.starts_with('#') {
            let name = word(1);
            open.push((start - 2..start + 1 + name.len(), name));
        } else if inside.starts_with('/') && open.pop()?.1 != word(1) {
            return None;
        }
        at = start;
    }
    open.pop()
}
