use std::collections::BTreeMap;

use super::document::{Block, Document, Inline, KeyFigure, TableBlock, plain};
use super::frame::Frame;
use super::narrative::{Marker, Narrator, Piece, blocks, line};
use super::series::{Point, Series};
use super::{Facts, ReportError, chart, layout, sentence};
use crate::disclosure::{Cell, Cleared, HiddenCells};
use crate::project::{Compare, KeyFigureSpec, Report};

/// Makes the document of one edition from the cleared rows of its models.
///
/// `tables` holds the cleared rows of every model that the report's tables name, by the model's name.
///
/// # Errors
///
/// Returns an error when a model is not given or has not the columns that the report names, and when
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
    let changes = facts.earlier.as_ref().map(|earlier| super::changes::changes(&body.tables, earlier));
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
        facts: facts.clone(),
    })
}

/// Every text of a report that may speak of its figures.
fn templates(report: &Report) -> Vec<&str> {
    let titles = report.file.tables.values().filter_map(|table| table.title.as_ref());
    let charts = report.file.charts.values().flat_map(|chart| [Some(&chart.title), chart.alt.as_ref()]);
    let settings = titles.chain(charts.flatten()).chain([&report.file.headline]);
    settings.map(|text| text.get_ref().as_str()).chain([report.narrative.text()]).collect()
}

/// The body as it grows; tables and charts are numbered as the reader meets them.
pub(super) struct Body<'a> {
    pub(super) report: &'a Report,
    pub(super) frames: &'a [Frame<'a>],
    narrator: &'a Narrator,
    facts: &'a Facts,
    tables: Vec<TableBlock>,
    charts: Vec<String>,
}

impl Body<'_> {
    /// The blocks up to the end, or up to the end of the decision that they stand in.
    fn blocks(&mut self, pieces: &mut dyn Iterator<Item = Piece>) -> Result<Vec<Block>, ReportError> {
        let mut found = Vec::new();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Block(block) => found.push(block),
                Piece::Marker(marker) if marker.name == "/decision" => break,
                Piece::Marker(marker) if marker.name == "decision" => {
                    found.push(Block::Decision(self.blocks(pieces)?));
                }
                Piece::Marker(marker) => found.push(self.block(marker)?),
            }
        }
        Ok(found)
    }

    /// The block that a marker stands for.
    fn block(&mut self, Marker { name, argument }: Marker) -> Result<Block, ReportError> {
        Ok(match name.as_str() {
            "table" => {
                let frames = self.frames;
                let frame = frames.iter().find(|frame| frame.name == argument);
                let frame = frame.ok_or(ReportError::NoSuch { kind: "table", name: argument })?;
                Block::Table(self.table(frame)?)
            }
            "chart" => {
                let known = self.report.file.charts.keys().any(|chart| *chart.get_ref() == argument);
                if !known {
                    return Err(ReportError::NoSuch { kind: "chart", name: argument });
                }
                let place = self.charts.iter().position(|chart| *chart == argument);
                Block::Chart(place.unwrap_or_else(|| {
                    self.charts.push(argument);
                    self.charts.len() - 1
                }))
            }
            "definition" => {
                let columns = self.frames.iter().flat_map(|frame| frame.table.columns());
                let mut named = columns.filter(|column| column.name == argument);
                let definition = named.find_map(layout::definition);
                Block::Definition(
                    definition.ok_or(ReportError::NoSuch { kind: "indicator", name: argument })?,
                )
            }
            "commentary" => {
                let words = self.facts.commentary.get(&argument).map_or("", |words| words.trim());
                Block::Commentary { name: argument, blocks: blocks(words) }
            }
            "key_figures" => Block::KeyFigures,
            "data_quality" => Block::DataQuality,
            "method" => Block::Method,
            _ => return Err(ReportError::NoSuch { kind: "block", name }),
        })
    }

    /// The place of a table, which is laid out and numbered when it is first met.
    fn table(&mut self, frame: &Frame) -> Result<usize, ReportError> {
        if let Some(place) = self.tables.iter().position(|table| table.name == frame.name) {
            return Ok(place);
        }
        let title = match &frame.spec.title {
            Some(title) => plain(&self.line(frame.name, title.get_ref())?),
            None => frame.table.title().to_owned(),
        };
        let place = self.tables.len();
        self.tables.push(TableBlock { number: place + 1, ..layout::table(frame, title) });
        Ok(place)
    }

    /// The number of the table named `name`.
    pub(super) fn table_number(&self, name: &str) -> usize {
        self.tables.iter().find(|table| table.name == name).map_or(0, |table| table.number)
    }

    /// A template of one line.
    pub(super) fn line(&self, name: &str, template: &str) -> Result<Vec<Inline>, ReportError> {
        let pieces = self.narrator.body(name, template)?;
        Ok(pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Block(Block::Paragraph(text) | Block::Heading { text, .. }) => Some(text),
                _ => None,
            })
            .flatten()
            .collect())
    }

    /// Puts what every document has where the narrative did not: figures first, trust and method last.
    fn frame_by_default(&self, blocks: &mut Vec<Block>) {
        if !self.report.file.key_figures.is_empty() && !blocks.contains(&Block::KeyFigures) {
            blocks.insert(0, Block::KeyFigures);
        }
        for block in [Block::DataQuality, Block::Method] {
            if !blocks.contains(&block) {
                blocks.push(block);
            }
        }
    }
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

/// One figure under the headline.
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
