//! The templates of `report-templates/_site/`: the project's own, and the program's where it has none.

use std::path::Path;
use std::sync::Arc;

use handlebars::Handlebars;
use serde_json::{Value as Json, json};

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::job::{Failure, Kind};
use crate::text::escape;

/// Where a project may keep templates of its own.
pub(super) const FOLDER: &str = "report-templates/_site";

/// The frame around every page.
pub(super) const FRAME: &str = "page";

/// The program's own files, by name.
pub(super) const OWN: [(&str, &str); 10] = [
    ("page.html.hbs", include_str!("../../report-templates/_site/page.html.hbs")),
    ("editions.html.hbs", include_str!("../../report-templates/_site/editions.html.hbs")),
    ("edition.html.hbs", include_str!("../../report-templates/_site/edition.html.hbs")),
    ("runs.html.hbs", include_str!("../../report-templates/_site/runs.html.hbs")),
    ("tables.html.hbs", include_str!("../../report-templates/_site/tables.html.hbs")),
    ("table.html.hbs", include_str!("../../report-templates/_site/table.html.hbs")),
    ("indicators.html.hbs", include_str!("../../report-templates/_site/indicators.html.hbs")),
    ("quality.html.hbs", include_str!("../../report-templates/_site/quality.html.hbs")),
    ("site.css", include_str!("../../report-templates/_site/site.css")),
    ("search.js", include_str!("../../report-templates/_site/search.js")),
];

/// The pages that the navigation leads to, each with its words.
const NAVIGATION: [(&str, &str); 5] = [
    ("index.html", "Editions"),
    ("indicators.html", "Measures"),
    ("tables.html", "Tables and lineage"),
    ("quality.html", "Data quality"),
    ("runs.html", "Runs"),
];

/// What every page of a folder says.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) council: String,
    pub(super) service: String,
    pub(super) marking: String,
    pub(super) readers: String,
    /// Up to which commit the store was known.
    pub(super) known: String,
}

/// The templates, ready to be rendered.
#[derive(Debug)]
pub(super) struct Templates {
    pages: Handlebars<'static>,
    /// Files that are written as they are.
    files: Vec<(&'static str, String)>,
    /// Where each page's template stands.
    sources: Vec<(&'static str, Arc<SourceFile>)>,
}

impl Templates {
    /// Reads the templates.
    ///
    /// # Errors
    ///
    /// A fault at its line where a template cannot be read or is none.
    pub(super) fn new(root: &Path) -> Result<Self, Diagnostics> {
        let mut pages = Handlebars::new();
        pages.set_strict_mode(true);
        pages.register_escape_fn(escape);
        let (mut files, mut sources) = (Vec::new(), Vec::new());
        let mut faults = Diagnostics::default();
        for (name, own) in OWN {
            let path = root.join(FOLDER).join(name);
            let file = if path.is_file() {
                SourceFile::read(root, &path)?
            } else {
                SourceFile::inline(&format!("{FOLDER}/{name} (of the program)"), own)
            };
            let Some(page) = name.strip_suffix(".html.hbs") else {
                files.push((name, file.text().to_owned()));
                continue;
            };
            if let Err(error) = pages.register_template_string(page, file.text()) {
                let message =
                    format!("expected a template of Handlebars, found a fault in it: {}", error.reason());
                let at = error.pos().map(|(line, column)| file.byte_at(line, column));
                faults.push(Diagnostic::error(&file, at.map(|at| at..at), message));
            }
            sources.push((page, file));
        }
        faults.or(Self { pages, files, sources })
    }

    /// Renders a page of invented data and returns the fault that it would have with any; nothing where it has none.
    pub(super) fn fault(&self, page: &str, data: &Json) -> Option<Diagnostic> {
        let (_, file) = self.sources.iter().find(|(name, _)| *name == page)?;
        let error = self.pages.render(page, data).err()?;
        let at = error.line_no.map(|line| file.byte_at(line, error.column_no.unwrap_or(1)));
        let message = format!("no page can be made of this template: {}", error.reason());
        let names: Vec<&str> =
            data.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        Some(
            Diagnostic::error(file, at.map(|at| at..at), message)
                .with_help(format!("the page has {}", names.join(", "))),
        )
    }

    /// Returns the files that every folder has as they are.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.files.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// Returns a page. `path` is its place in the folder.
    ///
    /// # Errors
    ///
    /// [`Kind::Render`] where a template of the project's own asks for what there is none of.
    pub(super) fn page(
        &self,
        template: &str,
        path: &str,
        title: &str,
        frame: &Frame,
        mut data: Json,
    ) -> Result<String, Failure> {
        let up = "../".repeat(path.matches('/').count());
        data["up"] = json!(up);
        let body = self.render(template, &data)?;
        let here = if path.contains("tables/") { "tables.html" } else { path };
        let nav =
            NAVIGATION.map(|(href, label)| json!({ "href": href, "label": label, "here": href == here }));
        let page = json!({
            "title": title,
            "up": up,
            "council": frame.council,
            "service": frame.service,
            "marking": frame.marking,
            "readers": frame.readers,
            "known": frame.known,
            "nav": nav,
            "body": body,
        });
        self.render(FRAME, &page)
    }

    fn render(&self, template: &str, data: &Json) -> Result<String, Failure> {
        self.pages.render(template, data).map_err(|error| {
            Failure::new(Kind::Render, "a page of the site cannot be rendered")
                .at(format!("{FOLDER}/{template}.html.hbs"))
                .because(error)
        })
    }
}
