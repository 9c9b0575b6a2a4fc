use std::collections::BTreeSet;

use handlebars::{Context, Handlebars};

use super::context::context;
use super::helpers;
use super::markdown::{Piece, pieces};
use crate::report::error::ReportError;
use crate::report::escape::{self, is_dropped};
use crate::report::facts::Facts;
use crate::report::frame::Frame;
use crate::report::series::Series;

/// Renders every template of one report over the same figures.
pub(in crate::report) struct Narrator {
    registry: Handlebars<'static>,
    context: Context,
}

impl Narrator {
    /// Makes a narrator of these figures, as far as one of `templates` speaks of them: a table of many codes has
    /// thousands of figures that a sentence could name.
    pub(in crate::report) fn new(
        frames: &[Frame],
        templates: &[&str],
        facts: &Facts,
    ) -> Result<Self, ReportError> {
        let named: BTreeSet<&str> = templates.iter().flat_map(|template| words_in_braces(template)).collect();
        let mut series: Vec<Series> = Vec::new();
        let context = context(frames, &named, facts, &mut series);
        let context = Context::wraps(context)
            .map_err(|error| ReportError::Narrative { name: "figures".to_owned(), error: Box::new(error) })?;
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(escape::markdown);
        helpers::register(&mut registry, series, frames, facts);
        Ok(Self { registry, context })
    }

    /// Returns the template's Markdown as pieces of a body.
    pub(in crate::report) fn body(&self, name: &str, template: &str) -> Result<Vec<Piece>, ReportError> {
        self.markdown(name, template).map(|text| pieces(&text))
    }

    /// Returns whether every figure that a template names is there.
    pub(in crate::report) fn knows(&self, name: &str, template: &str) -> Result<bool, ReportError> {
        self.markdown(name, template).map(|text| !text.contains(escape::UNKNOWN))
    }

    /// Returns the template's Markdown, with markers.
    fn markdown(&self, name: &str, template: &str) -> Result<String, ReportError> {
        let clean: String = template.chars().filter(|letter| !is_dropped(*letter)).collect();
        self.registry
            .render_template_with_context(&clean, &self.context)
            .map_err(|error| ReportError::Narrative { name: name.to_owned(), error: Box::new(error) })
    }
}

/// Returns the words between braces: every name that a template may speak of is among them.
pub(in crate::report) fn words_in_braces(template: &str) -> impl Iterator<Item = &str> {
    let inside = template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    inside.flat_map(|tag| tag.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')))
}
