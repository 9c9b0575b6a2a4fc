use std::collections::{BTreeMap, BTreeSet};

use super::body::Body;
use super::document::{Block, Document, Inline, KeyFigure, Unknown};
use super::error::ReportError;
use super::escape::line;
use super::facts::Facts;
use super::frame::Frame;
use super::narrative::{Narrator, words_in_braces};
use super::number::{self, Format};
use super::series::{Point, Series};
use super::wording::titled;
use super::{changes, chart, paper, sentence};
use crate::disclosure::{Cell, Cleared, Decimal, HiddenCells};
use crate::project::{Compare, KeyFigureSpec, PaperSpec, Report, Running};

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
    for frame in frames.iter().filter(|frame| !frame.is_left_out()) {
        body.table(frame)?;
    }
    let charts = body.charts.iter().map(|name| chart::block(&body, name)).collect::<Result<_, _>>()?;
    let has_paper = |spec: &&PaperSpec| match spec.running {
        Running::LeftOut => !facts.period.is_running(),
        Running::Shown | Running::LastFinished => true,
        Running::Only => facts.period.is_running(),
    };
    let paper = report.file.paper.as_ref().filter(has_paper);
    let paper = paper.map(|spec| paper::paper(&mut body, spec)).transpose()?;
    let is_there = |spec: &&KeyFigureSpec| {
        !frames.iter().any(|frame| frame.name == spec.table.get_ref() && frame.stays_away())
    };
    let asked: Vec<&KeyFigureSpec> = report.file.key_figures.iter().filter(is_there).collect();
    let key_figures =
        asked.iter().map(|spec| key_figure(&frames, spec)).collect::<Result<Vec<_>, ReportError>>()?;
    let unknown = unknown(report, &frames, &narrator, asked.into_iter().zip(&key_figures))?;
    // `[x]` says something beside the words on what is missing, and nothing without them.
    let is_worth_saying = |is_known: bool| is_known || !facts.missing.is_empty();
    let key_figures =
        key_figures.into_iter().filter(|(_, is_known)| is_worth_saying(*is_known)).map(|(figure, _)| figure);
    // A hidden figure has no place under a headline; its table says that it is hidden.
    let hidden_value = number::cell(&Cell::Hidden, Format::AsIs);
    let key_figures = key_figures.filter(|figure| figure.value != hidden_value);
    let key_figures = key_figures.collect();
    let hidden = hidden.values().fold(HiddenCells::default(), |sum, own| HiddenCells {
        primary: sum.primary + own.primary,
        secondary: sum.secondary + own.secondary,
    });
    let changes = facts.earlier.as_ref().map(|earlier| changes::changes(&body.tables, earlier));
    Ok(Document {
        report: report.name.clone(),
        title: titled(&report.file.title, &facts.period.label()),
        headline,
        key_figures,
        blocks,
        tables: body.tables,
        charts,
        hidden,
        changes,
        paper,
        csv_for_excel: report.file.csv_for_excel,
        unknown,
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
    let paper = report.file.paper.iter().flat_map(PaperSpec::templates);
    let settings = titles.chain(charts.flatten()).chain([&report.file.headline]).chain(paper);
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
            // A sheet of its own begins again.
            Block::Workbook(inner) => self::level(inner, &mut 1),
            _ => {}
        }
    }
}

/// Of so many key figures one may be without a value.
const FIGURES_FOR_ONE_UNKNOWN: usize = 4;

/// Returns what the edition promises and has no figure for: its headline, or more than a quarter of its key figures.
fn unknown<'a>(
    report: &Report,
    frames: &[Frame],
    narrator: &Narrator,
    figures: impl Iterator<Item = (&'a KeyFigureSpec, &'a (KeyFigure, bool))>,
) -> Result<Vec<Unknown>, ReportError> {
    let missing = |what: String, named: &dyn Fn(&str) -> bool| {
        let behind: Vec<&Frame> = frames.iter().filter(|frame| named(frame.name)).collect();
        let before = |frame: &&Frame| frame.periods.iter().rfind(|code| **code < frame.current).cloned();
        Unknown {
            what,
            newest: behind.iter().filter_map(before).max(),
            models: behind.iter().map(|frame| frame.table.model().to_owned()).collect(),
        }
    };
    let figures: Vec<_> = figures.collect();
    let mut found: Vec<Unknown> = figures
        .iter()
        .filter(|(_, (_, is_known))| !is_known)
        .map(|(spec, _)| {
            let what = format!("the key figure \"{}\"", line(&spec.label));
            missing(what, &|name| name == spec.table.get_ref())
        })
        .collect();
    if found.len() * FIGURES_FOR_ONE_UNKNOWN <= figures.len() {
        found.clear();
    }
    let headline = report.file.headline.get_ref();
    if !narrator.knows("headline", headline)? {
        let words: BTreeSet<&str> = words_in_braces(headline).collect();
        found.insert(0, missing("the headline".to_owned(), &|name| words.contains(name)));
    }
    Ok(found)
}

/// Returns one figure under the headline, and whether there is one.
fn key_figure(frames: &[Frame], spec: &KeyFigureSpec) -> Result<(KeyFigure, bool), ReportError> {
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
    let format = series.format;
    let before = match spec.compare {
        Compare::Previous => series.previous.as_ref(),
        // Of a period that runs nothing but the same point is like it.
        Compare::First if series.so_far => series.previous.as_ref(),
        Compare::First => series.first.as_ref().filter(|first| first.period != series.current.period),
        Compare::None => None,
    };
    let numbers = before.and_then(|point| Some((point.number(format)?, series.current.number(format)?)));
    let (above, below) = (spec.above.as_deref(), spec.below.as_deref());
    let is_signed = above.is_some() || below.is_some();
    // `£444,685` over the words `over budget`, in place of a sign.
    let direction = |number: Decimal| {
        if number.is_zero() {
            None
        } else if number.is_negative() {
            below
        } else {
            above
        }
    };
    let written = |point: &Point| match point.number(format).filter(|_| is_signed) {
        Some(number) => format.show(number.magnitude()),
        None => point.shown(format),
    };
    let change = numbers.filter(|_| !is_signed).map(|(before, now)| match spec.compare {
        Compare::First if !series.so_far => sentence::since(format, before, now),
        _ => sentence::short_change(format, before, now),
    });
    let comparator =
        before.filter(|point| !matches!(point.cell, Cell::Missing | Cell::Hidden)).map(|point| {
            let words =
                point.number(format).and_then(direction).map(|words| format!(" {words}")).unwrap_or_default();
            let at = if series.so_far { "at the same point of" } else { "in" };
            format!("{}{words} {at} {}", written(point), point.period)
        });
    let number = series.current.number(format);
    let one = spec.one.as_deref().filter(|_| number.is_some_and(|number| number == Decimal::integer(1)));
    let label = number.and_then(direction).or(one).unwrap_or(&spec.label);
    let is_known = matches!(series.current.cell, Cell::Shown(_) | Cell::Hidden);
    Ok((KeyFigure { value: written(&series.current), label: line(label), comparator, change }, is_known))
}
