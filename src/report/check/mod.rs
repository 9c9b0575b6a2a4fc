//! Every fault of a report's two files, found against the models' columns before there is a row.
//!
//! Handlebars in strict mode finds a misspelt path only when it renders it, and inside `#if` and
//! `#each` not even then. Here every name of `report.toml` and every path and helper of the narrative
//! is looked up at load, and a fault is drawn at its line with what was nearly right.

mod charts;
mod expression;
mod settings;
mod template;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use template::Template;
use words::Words;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, SourceFile, Spanned, did_you_mean};
use crate::disclosure;
use crate::project::{Model, Report};

/// Checks a report against the models that it may show, by their names.
#[must_use]
pub fn check(report: &Report, models: &BTreeMap<String, (SchemaRef, &Model)>) -> Diagnostics {
    let mut faults = Faults { source: &report.source, list: Diagnostics::default() };
    let mut tables = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for (name, spec) in &report.file.tables {
        let Some((schema, model)) = models.get(spec.model.get_ref()) else {
            let message = format!("no model `{}`", spec.model.get_ref());
            faults.at(&spec.model, message, did_you_mean(spec.model.get_ref(), models.keys()));
            continue;
        };
        let before = faults.list.iter().count();
        let policy = disclosure::check(schema, model);
        let is_whole = !policy.has_errors();
        if seen.insert(spec.model.get_ref()) {
            faults.list.extend(policy);
        }
        // What a policy leaves out would be missed again wherever it is shown.
        if !is_whole {
            continue;
        }
        let columns = disclosure::columns(schema, model);
        settings::table(&mut faults, name, spec, &columns);
        if faults.list.iter().skip(before).all(|fault| fault.severity() != Severity::Error) {
            tables.insert(name.get_ref().as_str(), Words::new(spec, columns));
        }
    }
    for figure in &report.file.key_figures {
        settings::key_figure(&mut faults, figure, report, &tables);
    }
    let names = report.file.tables.keys().chain(report.file.charts.keys());
    for name in names.filter(|name| !is_plain(name.get_ref())) {
        let message = format!("`{}` is no name", name.get_ref());
        let help = "write small letters, digits and `_`: it becomes a file's name";
        faults.at(name, message, Some(help.to_owned()));
    }
    for (name, chart) in &report.file.charts {
        charts::chart(&mut faults, name, chart, report, &tables);
    }

    // A table that is itself faulty would make every mention of it a fault as well.
    if tables.len() < report.file.tables.len() {
        return faults.list;
    }
    let mut templates = vec![Template::of_setting(&report.source, &report.file.headline)];
    let titles = report.file.tables.values().filter_map(|table| table.title.as_ref());
    let charts = report.file.charts.values().flat_map(|chart| [Some(&chart.title), chart.alt.as_ref()]);
    let settings = titles.chain(charts.flatten());
    templates.extend(settings.map(|text| Template::of_setting(&report.source, text)));
    templates.push(Template::of_file(&report.narrative));
    for template in templates {
        faults.list.extend(template.check(&tables, &report.file));
    }
    faults.list
}

/// Whether a name can stand in the names of files and pictures.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(plain)
}

/// Collects faults of `report.toml`.
struct Faults<'a> {
    source: &'a Arc<SourceFile>,
    list: Diagnostics,
}

impl Faults<'_> {
    fn at(&mut self, place: &Spanned<String>, message: String, help: Option<String>) {
        self.list.push(Diagnostic::error(self.source, Some(place.span()), message).with_help(help));
    }

    fn warn(&mut self, place: &Spanned<String>, message: String) {
        self.list.push(Diagnostic::warning(self.source, Some(place.span()), message));
    }
}

#[cfg(test)]
mod tests;
