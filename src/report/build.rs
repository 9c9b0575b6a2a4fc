use std::collections::BTreeMap;

use super::body::Body;
use super::document::{Block, Document, Inline, KeyFigure};
use super::error::ReportError;
use super::escape::line;
use super::facts::Facts;
use super::frame::Frame;
use super::narrative::Narrator;
use super::series::{Point, Series};
use super::{changes, chart, sentence};
use crate::disclosure::{Cell, Cleared, HiddenCells};
use crate::project::{Compare, KeyFigureSpec, Report};

/// Makes the document of one edition from the cleared rows of its models.
///
/// `tables` holds the cleared rows of every model that the report's tables name, by the model's name.
///
/// # Errors
///
/// Returns an error when a model is missing or has not the columns that the report names, and when
/// the narrative cannot be rendered; [`check`](super::check) finds all of these before there is data.
pub fn build(
    report: &Report,
    tables: &BTreeMap<String, Cleared>,
    facts: &Facts,
) -> Result<Document, ReportError> {
    let mut frames = Vec::new();
    let mut hidden: BTreeMap<&str, HiddenCells> = BTreeMap::new();
    for (name, spec) in &report.file.tables {
        let name = name.get_ref();
        let model = spec.model.get_ref();
        let table = tables
            .get(model)
            .ok_or_else(|| ReportError::NoModel { table: name.clone(), model: model.clone() })?;
        hidden.insert(table.model(), table.hidden());
        frames.push(Frame::new(name, spec, table, facts.period)?);
    }
    let narrator = Narrator::new(&frames, &templates(report), facts)?;
    let mut body =
        Body { report, frames: &frames, narrator: &narrator, facts, tables: Vec::new(), charts: Vec::new() };
    let headline = body.line("headline", report.file.headline.get_ref())?;
    let pieces = narrator.body(report.narrative.shown(), report.narrative.text())?;
    let mut blocks = body.blocks(&mut pieces.into_iter())?;
    body.frame_by_default(&mut blocks);
    level(&mut blocks, &mut 1);
    if !facts.missing.is_empty() {
        blocks.insert(0, not_whole(facts));
    }
    for frame in frames.iter().filter(|frame| !frame.is_of_another_period()) {
        body.table(frame)?;
    }
    let charts = body.charts.iter().map(|name| chart::block(&body, name)).collect::<Result<_, _>>()?;
    let key_figures =
        report.file.key_figures.iter().map(|spec| key_figure(&frames, spec)).collect::<Result<_, _>>()?;
    let hidden = hidden.values().fold(HiddenCells::default(), |sum, own| HiddenCells {
        primary: sum.primary + own.primary,
        secondary: sum.secondary + own.secondary,
    });
    let changes = facts.earlier.as_ref().map(|earlier| changes::changes(&body.tables, earlier));
    Ok(Document {
        report: report.name.clone(),
        title: format!("{} {}", report.file.title, facts.period.label()),
        headline,
        key_figures,
        blocks,
        tables: body.tables,
        charts,
        hidden,
        changes,
        csv_for_excel: report.file.csv_for_excel,
        facts: facts.clone(),
    })
}

/// Returns what stands first in a report that is not whole.
fn not_whole(facts: &Facts) -> Block {
    let words =
        format!(" {} [x] stands for each figure of a period that is not whole.", facts.missing.join(" "));
    Block::Paragraph(vec![
        Inline::Strong(vec![Inline::Text("This report is not complete.".to_owned())]),
        Inline::Text(words),
    ])
}

/// Returns every text of a report that may speak of its figures.
fn templates(report: &Report) -> Vec<&str> {
    let titles = report.file.tables.values().filter_map(|table| table.title.as_ref());
    let charts = report.file.charts.values().flat_map(|chart| [Some(&chart.title), chart.alt.as_ref()]);
    let settings = titles.chain(charts.flatten()).chain([&report.file.headline]);
    settings.map(|text| text.get_ref().as_str()).chain([report.narrative.text()]).collect()
}

/// Lowers headings that skip a level below the one before.
fn level(blocks: &mut [Block], last: &mut u8) {
    for block in blocks {
        match block {
            Block::Heading { level, .. } => {
                *level = (*level).min(*last + 1);
                *last = *level;
            }
            Block::Decision(inner) => self::level(inner, last),
            _ => {}
        }
    }
}

/// Returns one figure under the headline.
fn key_figure(frames: &[Frame], spec: &KeyFigureSpec) -> Result<KeyFigure, ReportError> {
    let table = spec.table.get_ref();
    let frame = frames.iter().find(|frame| frame.name == table);
    let frame = frame.ok_or_else(|| ReportError::NoSuch { kind: "table", name: table.clone() })?;
    let position = |column: &str| {
        frame.table.position(column).ok_or_else(|| ReportError::NoColumn {
            table: table.clone(),
            model: frame.table.model().to_owned(),
            column: column.to_owned(),
        })
    };
    let measure = position(spec.indicator.get_ref())?;
    let mut fixed = BTreeMap::new();
    for (column, code) in &spec.filter {
        fixed.insert(position(column)?, code.as_str());
    }
    let series = Series::new(frame, measure, &fixed);
    let (before, comparator) = match spec.compare {
        Compare::Previous => (series.previous.as_ref(), series.previous.as_ref().map(previous_words)),
        Compare::First => {
            let first = series.first.as_ref().filter(|first| first.period != series.current.period);
            (first, first.map(|first| format!("in {}", first.period)))
        }
        Compare::None => (None, None),
    };
    let numbers =
        before.and_then(|point| Some((point.number(series.format)?, series.current.number(series.format)?)));
    let change = numbers.map(|(before, now)| match spec.compare {
        Compare::First => sentence::since(series.format, before, now),
        _ => sentence::short_change(series.format, before, now),
    });
    Ok(KeyFigure {
        value: series.current.shown(series.format),
        label: line(&spec.label),
        comparator: before
            .filter(|point| point.cell != Cell::Missing)
            .zip(comparator)
            .map(|(point, words)| format!("{} {words}", point.shown(series.format))),
        change,
    })
}

fn previous_words(point: &Point) -> String {
    format!("in {}", point.period)
}
