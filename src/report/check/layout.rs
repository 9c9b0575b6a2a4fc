//! The templates of `report-templates/_layout/`: what each names is there, and no value can become markup.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use handlebars::template::{HelperTemplate, TemplateElement};

use super::template::Template;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};
use crate::project::Layout;
use crate::report::layout_template::{Field, LayoutTemplate, STYLES, TEMPLATES};
use crate::text;

/// What an email may not hold: it runs, fetches or sends.
const ACTIVE: [&str; 12] = [
    "<script",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<input",
    "<button",
    "<link",
    "<base",
    "<audio",
    "<video",
    "javascript:",
];
/// What fetches or runs from within a style.
const FETCHES: [&str; 5] = ["url(", "@import", "expression(", "behavior:", "-moz-binding"];

/// Returns the fault of a file that is not in the layout.
fn absent(file: &str) -> Diagnostic {
    let path = format!("{}/{file}", Layout::FOLDER);
    Diagnostic::of_path(&path, "expected a file of the layout, found none")
        .with_help("copy it from a project that `sufficiency init` begins".to_owned())
}

/// Checks the templates of a project's layout.
#[must_use]
pub fn check(layout: &Layout) -> Diagnostics {
    let mut faults = Diagnostics::default();
    for spec in &TEMPLATES {
        let Some(file) = layout.file(spec.file) else {
            faults.push(absent(spec.file));
            continue;
        };
        let template = Template::of_file(file);
        let before = faults.iter().count();
        match template.parse() {
            Ok(parsed) => {
                let mut walk = Walk {
                    template: &template,
                    spec,
                    scopes: vec![Scope::Names(spec.names().collect())],
                    at: 0,
                    conditions: 0,
                    named: BTreeSet::new(),
                    conditional: BTreeMap::new(),
                    faults: &mut faults,
                };
                walk.elements(&parsed);
                // A wrong name is not reported again as the right one that is missing.
                if walk.faults.iter().count() == before {
                    walk.finish();
                }
            }
            Err(fault) => faults.push(fault),
        }
        if spec.is_html() {
            forbidden(file, &ACTIVE, &mut faults);
            forbidden(file, &FETCHES, &mut faults);
        }
    }
    match layout.file(STYLES) {
        Some(file) => {
            forbidden(file, &FETCHES, &mut faults);
            forbidden(file, &["<"], &mut faults);
            braces(file, &mut faults);
        }
        None => faults.push(absent(STYLES)),
    }
    faults
}

/// What may be named at a place of a template.
#[derive(Clone)]
enum Scope {
    Names(Vec<(&'static str, Field)>),
    /// A list of words: `this` is one of them.
    Word,
    /// Something faulty that has been reported already.
    Unknown,
}

/// A walk over one template's elements, in order.
struct Walk<'a> {
    template: &'a Template<'a>,
    spec: &'a LayoutTemplate,
    scopes: Vec<Scope>,
    /// Where in the text the element at hand begins.
    at: usize,
    /// How many conditions are around the element at hand.
    conditions: usize,
    /// The names found outside of every condition.
    named: BTreeSet<String>,
    /// The names found within one, each with its place.
    conditional: BTreeMap<String, Option<Range<usize>>>,
    faults: &'a mut Diagnostics,
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
                TemplateElement::Expression(expression) => self.expression(expression),
                TemplateElement::HelperBlock(block) => self.block(block),
                TemplateElement::HtmlExpression(_) => {
                    let help = "write two braces; values are escaped for each medium";
                    let message = "`{{{` and `{{&` would let a value become markup";
                    self.fault("{{", message, Some(help.to_owned()));
                }
                _ => self.fault("{{", "expected a name or a block, found a partial or a decorator", None),
            }
        }
    }

    fn expression(&mut self, expression: &HelperTemplate) {
        let name = expression.name.as_name().unwrap_or_default().to_owned();
        if !expression.params.is_empty() || !expression.hash.is_empty() {
            self.fault(&name, &format!("expected a name, found the helper `{name}`"), None);
            return;
        }
        match self.look_up(&name) {
            Some(Field::Markup) if self.named.contains(&name) || self.conditional.contains_key(&name) => {
                self.fault(&name, &format!("`{name}` is written twice"), None);
            }
            Some(Field::Markup | Field::Text) => {
                self.found(&name);
                if self.spec.is_html() {
                    self.is_safe_here(&name);
                }
            }
            Some(Field::Truth | Field::Texts | Field::Rows(_)) => {
                let help = format!("write `{{{{#if {name}}}}}` or `{{{{#each {name}}}}}`");
                self.fault(&name, &format!("expected words, found `{name}`"), Some(help));
            }
            None => {}
        }
    }

    fn block(&mut self, block: &HelperTemplate) {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        let of = block.params.first().and_then(|parameter| parameter.as_name()).map(str::to_owned);
        let scope = match (name.as_str(), of, block.params.len()) {
            ("if" | "unless", Some(of), 1) => {
                self.look_up(&of);
                None
            }
            ("each", Some(of), 1) => {
                let found = self.look_up(&of);
                if let Some(Field::Texts | Field::Rows(_)) = found {
                    self.found(&of);
                }
                Some(match found {
                    Some(Field::Texts) => Scope::Word,
                    Some(Field::Rows(fields)) => Scope::Names(fields.to_vec()),
                    Some(_) => {
                        self.fault(&of, &format!("expected a list, found `{of}`"), None);
                        Scope::Unknown
                    }
                    None => Scope::Unknown,
                })
            }
            ("hanging", None, 0) if !self.spec.is_html() => None,
            ("if" | "unless" | "each", ..) => {
                self.fault(&name, &format!("`{name}` takes 1 name"), None);
                Some(Scope::Unknown)
            }
            _ => {
                let help = did_you_mean(&name, ["if", "unless", "each", "hanging"]);
                self.fault(&name, &format!("no block `{name}`"), help);
                Some(Scope::Unknown)
            }
        };
        let is_inner = scope.is_some();
        let is_condition = usize::from(["if", "unless"].contains(&name.as_str()));
        self.scopes.extend(scope);
        self.conditions += is_condition;
        if let Some(template) = &block.template {
            self.elements(template);
        }
        if is_inner {
            self.scopes.pop();
        }
        // What is for an empty list is a condition too.
        self.conditions += 1 - is_condition;
        if let Some(template) = &block.inverse {
            self.elements(template);
        }
        self.conditions -= 1;
    }

    /// Notes that a name is written here.
    fn found(&mut self, name: &str) {
        if self.conditions == 0 {
            self.named.insert(name.to_owned());
        } else {
            let place = self.place(name);
            self.conditional.entry(name.to_owned()).or_insert(place);
        }
    }

    /// Returns what a name means; `None` with its fault where nothing has that name.
    fn look_up(&mut self, name: &str) -> Option<Field> {
        let fields = match self.scopes.last()? {
            Scope::Names(fields) => fields.as_slice(),
            Scope::Word if name == "this" => return Some(Field::Text),
            Scope::Word => &[("this", Field::Text)],
            Scope::Unknown => return None,
        };
        let found = fields.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        if found.is_none() {
            let known: Vec<&str> = fields.iter().map(|(known, _)| *known).collect();
            let help = did_you_mean(name, &known).unwrap_or_else(|| text::known(&known));
            self.fault(name, &format!("no `{name}` here"), Some(help));
        }
        found
    }

    /// Checks that what is written here stays a value, whatever it holds.
    fn is_safe_here(&mut self, name: &str) {
        let text = self.template.text;
        let before = text.get(..self.at).unwrap_or_default().trim_end().to_ascii_lowercase();
        let opens = |tag: &str, end: &str| before.rfind(tag) > before.rfind(end);
        if opens("<style", "</style") && name != "styles" {
            self.fault(name, &format!("`{name}` is in a style, for which it is not escaped"), None);
        } else if before.ends_with('=') {
            let help = "write quotes around the attribute's value".to_owned();
            self.fault(name, &format!("`{name}` is in an attribute without quotes"), Some(help));
        } else if ["href=\"", "href='", "src=\"", "src='"].iter().any(|link| before.ends_with(link)) {
            let help = "begin the address in the template, such as `mailto:` or `cid:`".to_owned();
            self.fault(name, &format!("`{name}` would decide where a link leads"), Some(help));
        }
    }

    /// Reports what the template must name and does not, or only names where something else holds.
    fn finish(self) {
        for name in self.spec.needs.iter().filter(|name| !self.named.contains(**name)) {
            let (place, message) = match self.conditional.get(*name) {
                Some(place) => (
                    place.clone(),
                    format!("`{name}` is within a condition, and readers need it in every email"),
                ),
                None => (None, format!("expected `{name}`, which readers need, and did not find it")),
            };
            self.faults.push(Diagnostic::error(self.template.file, place, message));
        }
    }

    /// Adds a fault at the first `needle` from the element at hand onwards.
    fn fault(&mut self, needle: &str, message: &str, help: Option<String>) {
        let place = self.place(needle);
        self.faults.push(Diagnostic::error(self.template.file, place, message).with_help(help));
    }

    /// Returns where the first `needle` from the element at hand onwards is.
    fn place(&self, needle: &str) -> Option<Range<usize>> {
        let rest = self.template.text.get(self.at..).unwrap_or_default();
        rest.find(needle).map(|at| self.at + at..self.at + at + needle.len())
    }
}

/// Reports every one of `words` in a file.
fn forbidden(file: &std::sync::Arc<SourceFile>, words: &[&str], faults: &mut Diagnostics) {
    let text = file.text().to_ascii_lowercase();
    for word in words {
        for (at, _) in text.match_indices(word) {
            let message = format!("`{word}` has no place in an email: it would run, fetch or send something");
            faults.push(Diagnostic::error(file, Some(at..at + word.len()), message));
        }
    }
}

/// Reports a rule of a stylesheet that does not end, or ends twice.
fn braces(file: &std::sync::Arc<SourceFile>, faults: &mut Diagnostics) {
    let mut open = Vec::new();
    for (at, letter) in file.text().char_indices() {
        match letter {
            '{' => open.push(at),
            '}' if open.pop().is_none() => {
                faults.push(Diagnostic::error(file, Some(at..at + 1), "expected a rule before this brace"));
            }
            _ => {}
        }
    }
    if let Some(at) = open.pop() {
        faults.push(Diagnostic::error(
            file,
            Some(at..at + 1),
            "expected `}` at the end of this rule, found none",
        ));
    }
}
