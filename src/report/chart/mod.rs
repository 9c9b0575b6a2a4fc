//! Charts: accessible SVG, and PNG drawn from it with an embedded font.
//!
//! Bars stand on zero and carry their values; series are named where they stand. A hidden figure is
//! drawn as hidden, a hatched stub of one height that says nothing of its size. Every chart is drawn
//! from a table that stands beside it, never from numbers of its own.

mod axis;
mod bars;
mod canvas;
mod line;
mod metrics;
mod ranked;
mod raster;

use std::collections::BTreeMap;

use super::build::Body;
use super::document::{ChartBlock, ChartKind, ChartPoint, ChartSeries, Document, plain};
use super::frame::Frame;
use super::{ReportError, describe, layout};
use crate::diagnostic::Spanned;
use crate::disclosure::Cell;
use crate::project::{BarSpec, ChartSpec};

/// A drawn chart.
#[derive(Debug, Clone)]
pub struct Image {
    /// The content id by which the HTML refers to it, without the angle brackets.
    pub cid: String,
    /// A file name, without its extension.
    pub name: String,
    /// What a reader who cannot see it must know.
    pub alt: String,
    /// The chart as SVG.
    pub svg: String,
    /// The chart as PNG at twice its size, on opaque white.
    pub png: Vec<u8>,
}

/// Draws every chart that the document shows.
///
/// # Errors
///
/// Returns an error when a chart cannot be turned into pixels.
pub fn images(document: &Document) -> Result<Vec<Image>, ReportError> {
    let draw = |chart: &ChartBlock| {
        let svg = svg(chart);
        let png =
            raster::png(&svg).map_err(|reason| ReportError::Chart { name: chart.name.clone(), reason })?;
        Ok(Image { cid: cid(chart), name: chart.name.clone(), alt: chart.alt.clone(), svg, png })
    };
    document.charts.iter().filter(|chart| has_points(chart)).map(draw).collect()
}

/// The content id of a chart.
pub(super) fn cid(chart: &ChartBlock) -> String {
    format!("chart-{}", chart.name)
}

/// Whether there is anything to draw.
pub(super) fn has_points(chart: &ChartBlock) -> bool {
    chart.series.iter().flat_map(|series| &series.points).any(|point| *point != ChartPoint::Missing)
}

/// The chart as SVG.
fn svg(chart: &ChartBlock) -> String {
    match chart.kind {
        ChartKind::Line => line::draw(chart),
        ChartKind::Bar if ranked::suits(chart) => ranked::draw(chart),
        ChartKind::Bar | ChartKind::StackedBar => bars::draw(chart),
    }
}

/// The chart named `name`, with its points taken from its table.
pub(super) fn block(body: &Body, name: &str) -> Result<ChartBlock, ReportError> {
    let no_chart = || ReportError::NoSuch { kind: "chart", name: name.to_owned() };
    let (_, spec) =
        body.report.file.charts.iter().find(|(known, _)| known.get_ref() == name).ok_or_else(no_chart)?;
    let table = spec.table.get_ref();
    let frame = body.frames.iter().find(|frame| frame.name == table);
    let frame = frame.ok_or_else(|| ReportError::NoSuch { kind: "table", name: table.clone() })?;
    let (kind, axes) = kind(spec).ok_or_else(no_chart)?;
    let column = |column: &Spanned<String>| {
        frame.table.position(column.get_ref()).ok_or_else(|| ReportError::NoColumn {
            table: table.clone(),
            model: frame.table.model().to_owned(),
            column: column.get_ref().clone(),
        })
    };
    let (x, y) = (column(&axes.x)?, column(&axes.y)?);
    let split = axes.series.as_ref().map(column).transpose()?;
    let points = Points::new(frame, x, y, split);
    let title = plain(&body.line(name, spec.title.get_ref())?);
    let alt = match &spec.alt {
        Some(alt) => plain(&body.line(name, alt.get_ref())?),
        None => describe::table(frame),
    };
    let measure = frame.table.columns().get(y).map(|column| column.label.clone()).unwrap_or_default();
    Ok(ChartBlock {
        name: name.to_owned(),
        title,
        alt: shortened(&alt),
        kind,
        categories: points.categories.iter().map(|code| frame.code_label(x, code)).collect(),
        series: points.series(split),
        totals: if kind == ChartKind::StackedBar { points.totals(split) } else { Vec::new() },
        format: layout::format(frame, y),
        measure,
        table: body.table_number(table),
    })
}

fn kind(spec: &ChartSpec) -> Option<(ChartKind, &BarSpec)> {
    let stacked = spec.stacked_bar.as_ref().map(|axes| (ChartKind::StackedBar, axes));
    let bar = spec.bar.as_ref().map(|axes| (ChartKind::Bar, axes));
    stacked.or(bar).or(spec.line.as_ref().map(|axes| (ChartKind::Line, axes)))
}

/// An alt text no longer than screen readers take in one breath.
fn shortened(alt: &str) -> String {
    if alt.chars().count() <= describe::LONGEST {
        return alt.to_owned();
    }
    alt.chars().take(describe::LONGEST - 1).chain(['…']).collect()
}

/// Whether a point leaves nothing to see.
fn is_nothing(point: ChartPoint) -> bool {
    match point {
        ChartPoint::Shown(number) => number.is_zero(),
        ChartPoint::Hidden => false,
        ChartPoint::Missing => true,
    }
}

/// The points of a table by category and series.
struct Points<'a> {
    frame: &'a Frame<'a>,
    categories: Vec<String>,
    measure: usize,
    cells: BTreeMap<(String, String), &'a Cell>,
}

impl<'a> Points<'a> {
    fn new(frame: &'a Frame<'a>, x: usize, y: usize, split: Option<usize>) -> Self {
        let free: Vec<usize> = [x].into_iter().chain(split).collect();
        let code = |row: &[Cell], at: usize| row.get(at).map(Cell::code).unwrap_or_default();
        let shown = frame.shown_periods();
        let in_period = |row: &[Cell]| frame.period.is_none_or(|at| shown.contains(&code(row, at).as_str()));
        let rows: Vec<&[Cell]> =
            frame.select(&BTreeMap::new(), &free).into_iter().filter(|row| in_period(row)).collect();
        let is_total = |code: &str| frame.table.columns().get(x).is_some_and(|column| column.is_total(code));
        let present = |wanted: &String| rows.iter().any(|row| code(row, x) == *wanted);
        let categories = frame.codes(x).into_iter().filter(|code| !is_total(code) && present(code)).collect();
        let cells = rows
            .iter()
            .filter_map(|row| {
                Some(((code(row, x), split.map_or_else(String::new, |at| code(row, at))), row.get(y)?))
            })
            .collect();
        Self { frame, categories, measure: y, cells }
    }

    fn of(&self, series: &str) -> Vec<ChartPoint> {
        let format = layout::format(self.frame, self.measure);
        let point = |category: &String| match self.cells.get(&(category.clone(), series.to_owned())) {
            Some(Cell::Hidden) => ChartPoint::Hidden,
            Some(cell) => {
                cell.number().map_or(ChartPoint::Missing, |number| ChartPoint::Shown(format.rounded(number)))
            }
            None => ChartPoint::Missing,
        };
        self.categories.iter().map(point).collect()
    }

    fn series(&self, split: Option<usize>) -> Vec<ChartSeries> {
        let Some(split) = split else {
            return vec![ChartSeries { label: String::new(), points: self.of("") }];
        };
        let is_total =
            |code: &String| self.frame.table.columns().get(split).is_some_and(|column| column.is_total(code));
        let codes = self.frame.codes(split).into_iter().filter(|code| !is_total(code));
        codes
            .map(|code| ChartSeries { label: self.frame.code_label(split, &code), points: self.of(&code) })
            .filter(|series| series.points.iter().any(|point| !is_nothing(*point)))
            .collect()
    }

    fn totals(&self, split: Option<usize>) -> Vec<ChartPoint> {
        let total = split.and_then(|at| self.frame.table.columns().get(at)?.total.clone());
        total.map(|total| self.of(&total)).unwrap_or_default()
    }
}
