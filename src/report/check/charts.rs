//! The charts of `report.toml`.

use std::collections::BTreeMap;

use super::faults::Faults;
use super::settings::{find, named};
use super::words::Words;
use crate::diagnostic::{Spanned, did_you_mean};
use crate::disclosure::{Decimal, Role};
use crate::project::{BridgeSpec, ChartSpec, DotSpec, Report};

/// Checks a chart: one kind, its axes columns of its table.
pub(super) fn chart(
    faults: &mut Faults,
    name: &Spanned<String>,
    chart: &ChartSpec,
    report: &Report,
    tables: &BTreeMap<&str, Words>,
) {
    let kinds = [
        chart.stacked_bar.is_some(),
        chart.bar.is_some(),
        chart.line.is_some(),
        chart.dot.is_some(),
        chart.funnel.is_some(),
        chart.bridge.is_some(),
        chart.band.is_some(),
    ];
    let kinds = kinds.into_iter().filter(|is_there| *is_there).count();
    if kinds != 1 {
        let message = format!("chart `{}` has {kinds} kinds", name.get_ref());
        let help = "give it one of `stacked_bar`, `bar`, `line`, `dot`, `funnel`, `bridge` and `band`";
        faults.at(name, message, Some(help.to_owned()));
    }
    ends(faults, name, chart);
    if let Some(DotSpec { reference: Some(reference), .. }) = &chart.dot
        && Decimal::parse(reference.at.get_ref()).is_none()
    {
        let message = format!("expected a number, found `{}`", reference.at.get_ref());
        faults.at(&reference.at, message, Some("write plain digits, such as \"1\" or \"0.5\"".to_owned()));
    }
    let Some(words) = find(faults, &chart.table, report, tables) else { return };
    let (keys, measures) = columns(chart);
    for (columns, role) in [(keys, Role::Key), (measures, Role::Measure)] {
        for column in columns {
            named(faults, column, &words.columns, role);
        }
    }
    if let Some(axes) = &chart.bridge {
        levels(faults, axes, words);
    }
    let mention = ["\"", "'"].map(|quote| format!("chart {quote}{}{quote}", name.get_ref()));
    if !mention.iter().any(|mention| report.narrative.text().contains(mention)) {
        faults.warn(name, format!("chart `{}` is nowhere in the narrative", name.get_ref()));
    }
}

/// Returns the columns that must be keys and those that must be measures.
fn columns(chart: &ChartSpec) -> (Vec<&Spanned<String>>, Vec<&Spanned<String>>) {
    let (mut keys, mut measures) = (Vec::new(), Vec::new());
    for axes in [&chart.stacked_bar, &chart.bar].into_iter().flatten() {
        keys.extend([Some(&axes.x), axes.series.as_ref()].into_iter().flatten());
        measures.push(&axes.y);
    }
    if let Some(axes) = &chart.line {
        keys.extend([Some(&axes.x), axes.series.as_ref()].into_iter().flatten());
        measures.extend(
            [Some(&axes.y), axes.beside.as_ref(), axes.lower.as_ref(), axes.upper.as_ref()]
                .into_iter()
                .flatten(),
        );
    }
    if let Some(axes) = &chart.dot {
        keys.push(&axes.x);
        measures.extend([Some(&axes.y), axes.lower.as_ref(), axes.upper.as_ref()].into_iter().flatten());
    }
    if let Some(axes) = &chart.funnel {
        keys.push(&axes.x);
        measures.extend([Some(&axes.size), Some(&axes.y), axes.centre.as_ref()].into_iter().flatten());
        measures.extend(axes.limits.iter().flat_map(|limit| [&limit.lower, &limit.upper]));
    }
    if let Some(axes) = &chart.bridge {
        keys.push(&axes.x);
        measures.push(&axes.y);
    }
    if let Some(axes) = &chart.band {
        keys.push(&axes.x);
        measures.extend([&axes.y, &axes.lower, &axes.upper].into_iter().chain(&axes.middle));
    }
    (keys, measures)
}

/// Checks that an interval has both ends or none.
fn ends(faults: &mut Faults, name: &Spanned<String>, chart: &ChartSpec) {
    let line = chart.line.as_ref().map(|axes| (axes.lower.is_some(), axes.upper.is_some()));
    let dot = chart.dot.as_ref().map(|axes| (axes.lower.is_some(), axes.upper.is_some()));
    if line.into_iter().chain(dot).any(|(lower, upper)| lower != upper) {
        let message = format!("chart `{}` has one end of an interval", name.get_ref());
        faults.at(name, message, Some("give it both `lower` and `upper`".to_owned()));
    }
}

/// Checks that the levels of a bridge are codes of its column.
fn levels(faults: &mut Faults, axes: &BridgeSpec, words: &Words) {
    if axes.totals.is_empty() {
        let help = "name the codes of `x` that are levels; the others are changes";
        faults.at(&axes.x, "expected `totals` for a bridge, found none".to_owned(), Some(help.to_owned()));
    }
    let Some(column) = words.column(axes.x.get_ref()).filter(|column| !column.labels.is_empty()) else {
        return;
    };
    for code in &axes.totals {
        if !column.labels.contains_key(code.get_ref()) && !column.is_total(code.get_ref()) {
            let message = format!("expected a code of `{}`, found `{}`", column.name, code.get_ref());
            faults.at(code, message, did_you_mean(code.get_ref(), column.labels.keys()));
        }
    }
}
