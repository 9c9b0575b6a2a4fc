//! What surrounds a report in an email: the templates of `report-templates/_layout/`, ready to be rendered.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, Renderable,
};
use serde_json::{Value as Json, json};

use super::check;
use super::document::{ChartBlock, Document, KeyFigure};
use super::error::ReportError;
use super::escape::{self, END, START};
use super::layout_template::{
    AROUND, CHART, COMMENTARY, DECISION, Field, KEY_FIGURES, LETTER, LayoutTemplate, PAGE, PAPER, STYLES,
    TEMPLATES,
};
use crate::diagnostic::{Cause, Diagnostic, Diagnostics};
use crate::project::Layout;

/// Where the body has its place in a letter.
pub(super) const BODY: char = START;
/// Begins a line of a letter whose further lines are set in.
pub(super) const HANGING: char = END;

/// From how many letters on a key figure is set smaller.
const LONG: usize = 7;

/// The templates of a project's layout, all of which have been checked.
#[derive(Debug)]
pub struct Templates {
    html: Handlebars<'static>,
    text: Handlebars<'static>,
    styles: String,
    paper: String,
}

impl Templates {
    /// Reads the templates of a project's layout.
    ///
    /// # Errors
    ///
    /// Returns every fault that [`check_layout`](super::check_layout) finds.
    pub fn new(layout: &Layout) -> Result<Self, Diagnostics> {
        let faults = check::check_layout(layout);
        if faults.has_errors() {
            return Err(faults);
        }
        let mut templates = Self {
            html: registry(escape::html),
            text: registry(escape::one_line),
            styles: String::new(),
            paper: String::new(),
        };
        templates.text.register_helper("body", Box::new(Place));
        templates.text.register_helper("hanging", Box::new(hanging));
        for spec in TEMPLATES {
            let registry = if spec.is_html() { &mut templates.html } else { &mut templates.text };
            for (name, _) in spec.names().filter(|(_, field)| *field == Field::Markup) {
                if spec.is_html() {
                    registry.register_helper(name, Box::new(Markup(name)));
                }
            }
            let text = layout.text(spec.file);
            let clean: String = text.chars().filter(|letter| ![START, END].contains(letter)).collect();
            registry.register_template_string(spec.file, clean).map_err(|error| {
                let path = format!("{}/{}", Layout::FOLDER, spec.file);
                Diagnostic::of_path(&path, "expected a template, found text that is none")
                    .because(Cause::of(&error))
                    .with_help("look for a brace or a name that is missing".to_owned())
            })?;
        }
        layout.text(PAPER).clone_into(&mut templates.paper);
        templates.styles = tight(layout.text(STYLES));
        Ok(templates)
    }

    /// Returns the page of an email. `headline` and `body` are HTML.
    pub(super) fn page(
        &self,
        document: &Document,
        headline: &str,
        body: &str,
    ) -> Result<String, ReportError> {
        let mut data = around(document);
        data["headline"] = json!(headline);
        data["body"] = json!(body);
        data["styles"] = json!(self.styles);
        render(&self.html, &PAGE, data)
    }

    /// Returns the template of the committee paper.
    pub(super) fn paper(&self) -> &str {
        &self.paper
    }

    /// Returns the letter with [`BODY`] where the body has its place. `headline` is plain text.
    pub(super) fn letter(&self, document: &Document, headline: &str) -> Result<String, ReportError> {
        let mut data = around(document);
        data["headline"] = json!(headline);
        render(&self.text, &LETTER, data)
    }

    /// Returns the key figures as HTML; nothing where there are none.
    pub(super) fn key_figures(&self, figures: &[KeyFigure]) -> Result<String, ReportError> {
        if figures.is_empty() {
            return Ok(String::new());
        }
        // Five figures are in two rows, so that none is squeezed.
        let across = if figures.len() <= 4 { figures.len() } else { figures.len().div_ceil(2) };
        let long = figures.iter().any(|figure| figure.value.chars().count() >= LONG);
        let rows = figures.chunks(across).map(|row| {
            let figures = row.iter().map(|figure| {
                json!({
                    "value": figure.value,
                    "label": figure.label,
                    "comparator": figure.comparator,
                    "change": figure.change,
                    "width": (100 / across).to_string(),
                    "long": long,
                })
            });
            // A row without its last figures would be a row of fewer columns than the first.
            json!({ "figures": figures.collect::<Vec<_>>(), "blanks": vec![""; across - row.len()] })
        });
        render(&self.html, &KEY_FIGURES, json!({ "rows": rows.collect::<Vec<_>>() }))
    }

    /// Returns the box with what is to be decided; `body` is HTML.
    pub(super) fn decision(&self, body: &str) -> Result<String, ReportError> {
        render(&self.html, &DECISION, json!({ "body": body }))
    }

    /// Returns a chart as a picture with the measure that it shows.
    pub(super) fn chart(&self, chart: &ChartBlock) -> Result<String, ReportError> {
        let data = json!({
            "cid": chart.content_id(),
            "alt": chart.alt,
            "title": chart.title,
            "measure": chart.measure,
            "table": chart.table.to_string(),
        });
        render(&self.html, &CHART, data)
    }

    /// Returns the place for an officer's words.
    pub(super) fn commentary(&self, words: &str) -> Result<String, ReportError> {
        render(&self.html, &COMMENTARY, json!({ "words": words }))
    }
}

/// Returns what the page and the letter may both name.
fn around(document: &Document) -> Json {
    AROUND.iter().map(|(name, _, value)| ((*name).to_owned(), value(document))).collect()
}

fn registry(escape: fn(&str) -> String) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(escape);
    registry
}

fn render(registry: &Handlebars<'static>, spec: &LayoutTemplate, data: Json) -> Result<String, ReportError> {
    let failed =
        |error: RenderError| ReportError::Narrative { name: spec.file.to_owned(), error: Box::new(error) };
    let context = Context::wraps(data).map_err(failed)?;
    registry.render_with_context(spec.file, &context).map_err(failed)
}

/// Writes a field that is markup already.
struct Markup(&'static str);

impl HelperDef for Markup {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(context.data().get(self.0).and_then(Json::as_str).unwrap_or_default())?;
        Ok(())
    }
}

/// Marks where the body of a letter has its place.
struct Place;

impl HelperDef for Place {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(BODY.encode_utf8(&mut [0; 4]))?;
        Ok(())
    }
}

/// Writes `{{#hanging}}…{{/hanging}}`: a line whose further lines are set in.
fn hanging<'reg, 'rc>(
    helper: &Helper<'rc>,
    registry: &'reg Handlebars<'reg>,
    context: &'rc Context,
    state: &mut RenderContext<'reg, 'rc>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(HANGING.encode_utf8(&mut [0; 4]))?;
    helper.template().map_or(Ok(()), |template| template.render(registry, context, state, out))
}

/// Returns a stylesheet without its comments and line breaks, which would count against the size of an email.
fn tight(styles: &str) -> String {
    let mut rules = String::with_capacity(styles.len());
    let mut rest = styles;
    while let Some((before, comment)) = rest.split_once("/*") {
        rules.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    rules.push_str(rest);
    let mut tight = String::with_capacity(rules.len());
    for line in rules.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !tight.is_empty() && !tight.ends_with(['{', '}', ';', ',']) && !line.starts_with(['{', '}']) {
            tight.push(' ');
        }
        tight.push_str(line);
    }
    tight
}
