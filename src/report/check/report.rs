use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::SchemaRef;

use super::faults::{Faults, is_plain};
use super::template::Template;
use super::words::Words;
use super::{charts, elements, settings};
use crate::diagnostic::{Diagnostics, Severity, Spanned, did_you_mean};
use crate::disclosure;
use crate::project::{Model, ModelKind, PaperSpec, Report, TableSpec};

/// Checks a report against the models that it may show, by their names.
#[must_use]
pub fn check(report: &Report, models: &BTreeMap<String, (SchemaRef, &Model)>) -> Diagnostics {
    let mut faults = Faults { source: &report.source, list: Diagnostics::default() };
    let mut tables = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (name, spec) in &report.file.tables {
        let Some((schema, model)) = models.get(spec.model.get_ref()) else {
            let message = format!("no model `{}`", spec.model.get_ref());
            faults.at(&spec.model, message, did_you_mean(spec.model.get_ref(), models.keys()));
            continue;
        };
        if model.file.internal {
            let message = format!("`{}` is internal, and a report shows published models", model.name);
            let help = format!(
                "take `internal = true` out of `models/{}.toml`, or show a model that is published",
                model.name
            );
            faults.at(&spec.model, message, Some(help));
            continue;
        }
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
        let mut columns = disclosure::columns(schema, model);
        // A version of a report that is split has one code of its key: nothing of it is left open.
        if let Some(burst) = &report.file.burst {
            columns.retain(|column| column.name != *burst.key.get_ref());
        }
        settings::table(&mut faults, name, spec, &columns);
        if model.file.kind == ModelKind::Forecast {
            forecast(&mut faults, name, spec, model);
        }
        if faults.list.iter().skip(before).all(|fault| fault.severity() != Severity::Error) {
            tables.insert(name.get_ref().as_str(), Words::new(spec, columns));
        }
    }
    for figure in &report.file.key_figures {
        settings::key_figure(&mut faults, figure, report, &tables);
        let spec = report.file.tables.iter().find(|(name, _)| name.get_ref() == figure.table.get_ref());
        let model = spec.and_then(|(_, spec)| models.get(spec.model.get_ref()));
        if model.is_some_and(|(_, model)| model.file.kind == ModelKind::Forecast)
            && !names_a_forecast(&figure.label)
        {
            let message =
                format!("`{}` is a forecast, and the key figure does not say so", figure.indicator.get_ref());
            let help = "write a `label` with the word \"forecast\"";
            faults.at(&figure.indicator, message, Some(help.to_owned()));
        }
    }
    let names = report.file.tables.keys().chain(report.file.charts.keys());
    for name in names.filter(|name| !is_plain(name.get_ref())) {
        let message = format!("expected a name, found `{}`", name.get_ref());
        let help = "write small letters, digits and `_`: it becomes a file's name";
        faults.at(name, message, Some(help.to_owned()));
    }
    for (name, chart) in &report.file.charts {
        charts::chart(&mut faults, name, chart, report, &tables);
    }

    if let Some(paper) = &report.file.paper {
        settings::paper(&mut faults, paper, report);
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
    let paper = report.file.paper.iter().flat_map(PaperSpec::templates);
    templates.extend(paper.map(|text| Template::of_setting(&report.source, text)));
    templates.push(Template::of_file(&report.narrative));
    for template in templates {
        faults.list.extend(elements::check(&template, &tables, &report.file));
    }
    faults.list
}

/// Checks that a table whose figures are expected, and have not been, says so in its title.
fn forecast(faults: &mut Faults, name: &Spanned<String>, spec: &TableSpec, model: &Model) {
    let title = spec.title.as_ref().map(Spanned::get_ref).or(model.file.title.as_ref());
    if title.is_none_or(|title| !names_a_forecast(title)) {
        let message = format!(
            "`{}` holds a forecast, and the title of table `{}` does not say so",
            model.name,
            name.get_ref()
        );
        faults.at(name, message, Some("write the word \"forecast\" into its `title`".to_owned()));
    }
}

fn names_a_forecast(text: &str) -> bool {
    text.to_lowercase().contains("forecast")
}
