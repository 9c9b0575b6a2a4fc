use super::{band, bars, bridge, canvas, dots, funnel, line, ranked, raster};
use crate::report::document::{ChartBlock, ChartKind, ChartPoint, Document};
use crate::report::error::ReportError;

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
pub(in crate::report) fn images(document: &Document) -> Result<Vec<Image>, ReportError> {
    let draw = |chart: &ChartBlock| {
        let svg = if document.facts.draft { canvas::as_draft(&svg(chart)) } else { svg(chart) };
        let png = raster::png(&svg)
            .map_err(|reason| ReportError::Chart { name: chart.name.clone(), reason: reason.into() })?;
        Ok(Image { cid: chart.content_id(), name: chart.name.clone(), alt: chart.alt.clone(), svg, png })
    };
    document.charts.iter().filter(|chart| undrawn(chart).is_none()).map(draw).collect()
}

/// The most categories of upright bars, and the most bars: beyond them no eye separates one from the next.
const CATEGORIES: usize = 30;
const BARS: usize = 60;

/// Returns the words in place of a chart that would show nothing, or too much to read.
pub(in crate::report) fn undrawn(chart: &ChartBlock) -> Option<String> {
    let points = || chart.series.iter().flat_map(|series| &series.points);
    // Hidden parts of a total that is shown have their place below it.
    let totals = match &chart.kind {
        ChartKind::StackedBar { totals } => totals.as_slice(),
        ChartKind::Band { middle } => middle.as_slice(),
        ChartKind::Line
        | ChartKind::Bar
        | ChartKind::Dot { .. }
        | ChartKind::Bridge { .. }
        | ChartKind::Funnel(_) => &[],
    };
    if !points().chain(totals).any(|point| matches!(point, ChartPoint::Shown(_))) {
        return Some(if points().any(|point| *point == ChartPoint::Hidden) {
            format!("Every figure is hidden, to protect small numbers. Table {} has the rows.", chart.table)
        } else {
            format!("There are no figures to draw. Table {} says why.", chart.table)
        });
    }
    let categories = chart.categories.len();
    let (bars, upright) = match &chart.kind {
        ChartKind::StackedBar { .. } | ChartKind::Bridge { .. } => (categories, true),
        ChartKind::Bar => (categories * chart.series.len(), !ranked::suits(chart)),
        ChartKind::Line | ChartKind::Dot { .. } | ChartKind::Funnel(_) | ChartKind::Band { .. } => (0, false),
    };
    let many = upright && (categories > CATEGORIES || bars > BARS);
    many.then(|| format!("{bars} bars are too many to read. Table {} has the figures.", chart.table))
}

/// Returns the chart as SVG.
pub(super) fn svg(chart: &ChartBlock) -> String {
    match &chart.kind {
        ChartKind::Line => line::draw(chart),
        ChartKind::Bar if ranked::suits(chart) => ranked::draw(chart),
        ChartKind::Bar => bars::draw(chart, None),
        ChartKind::StackedBar { totals } => bars::draw(chart, Some(totals)),
        ChartKind::Dot { reference } => dots::draw(chart, reference.as_ref()),
        ChartKind::Funnel(funnel) => funnel::draw(chart, funnel),
        ChartKind::Bridge { levels } => bridge::draw(chart, levels),
        ChartKind::Band { middle } => band::draw(chart, middle),
    }
}
