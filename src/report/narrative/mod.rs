//! The narrative: Handlebars over cleared figures gives Markdown, Markdown gives blocks.
//!
//! A value cannot become markup: what a helper returns is escaped for Markdown, and each medium
//! escapes again in its own way. A block helper writes its name between two characters of the private
//! use area, which [`escape`](escape::markdown) takes out of every value, so no data can forge one.

mod context;
mod escape;
mod helpers;
mod markdown;

use std::collections::BTreeSet;

use handlebars::{Context, Handlebars};

pub(super) use context::{DEPTH, GLOBALS, context};
pub(super) use escape::{END, START, is_dropped, line};
pub(super) use markdown::{Marker, Piece, blocks, pieces};

use super::ReportError;
use super::frame::Frame;
use super::series::Series;
use crate::report::Facts;

/// Renders every template of one report over the same figures.
pub(super) struct Narrator {
    registry: Handlebars<'static>,
    context: Context,
}

impl Narrator {
    /// A narrator of these figures, as far as one of `templates` speaks of them: a table of many codes has
    /// thousands of figures that a sentence could name.
    pub(super) fn new(frames: &[Frame], templates: &[&str], facts: &Facts) -> Result<Self, ReportError> {
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

    /// The template's Markdown as pieces of a body.
    pub(super) fn body(&self, name: &str, template: &str) -> Result<Vec<Piece>, ReportError> {
        self.markdown(name, template).map(|text| pieces(&text))
    }

    /// The template's Markdown, with markers.
    fn markdown(&self, name: &str, template: &str) -> Result<String, ReportError> {
        let clean: String = template.chars().filter(|letter| ![START, END].contains(letter)).collect();
        self.registry
            .render_template_with_context(&clean, &self.context)
            .map_err(|error| ReportError::Narrative { name: name.to_owned(), error: Box::new(error) })
    }
}

/// The words between braces: every name that a template may speak of is among them.
fn words_in_braces(template: &str) -> impl Iterator<Item = &str> {
    let inside = template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    inside.flat_map(|tag| tag.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')))
}
