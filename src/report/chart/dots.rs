//! Points with their intervals, one below the other, each with its figures written beside it.

use super::axis::{Axis, tick, value};
use super::bars::{STUB, count};
use super::canvas::{Anchor, Canvas, GREY, GRID, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{Bounds, ChartBlock, ChartPoint, Reference};

/// Height of a row whose name fits one line, and of rows among which one needs two.
const ROW: f64 = 26.0;
const HIGH: f64 = 34.0;
/// The most space for names.
const NAMES: f64 = 170.0;
/// The most rows drawn; the table beside the chart has the rest.
const MOST: usize = 25;
const TOP: f64 = 26.0;
const NAME: Type = Type { size: 13.0, bold: false, fill: INK, anchor: Anchor::Start };
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::End };
const NOTE: Type = Type { size: 12.0, bold: false, fill: GREY, anchor: Anchor::Middle };
/// How many times the greatest point the axis reaches at most: one wide interval must not press all
/// others into a corner.
const REACH: f64 = 2.5;

pub(super) fn draw(chart: &ChartBlock, reference: Option<&Reference>) -> String {
    let (points, bounds) = chart
        .series
        .first()
        .map(|series| (series.points.as_slice(), series.bounds.as_slice()))
        .unwrap_or_default();
    // What has no value, as the group that others are compared with, is in the table and nothing to draw.
    let is_drawn = |at: &usize| matches!(points.get(*at), Some(ChartPoint::Shown(_) | ChartPoint::Hidden));
    let drawn: Vec<usize> = (0..chart.categories.len()).filter(is_drawn).collect();
    let left_out = drawn.len().saturating_sub(MOST);
    let drawn = drawn.get(..MOST).unwrap_or(&drawn);
    let rows = drawn.len();
    let name_of = |at: usize| chart.categories.get(at).map(String::as_str).unwrap_or_default();
    let written_of = |at: &usize| written(chart, points.get(*at).copied(), bounds.get(*at).copied());
    let figures: Vec<String> = drawn.iter().map(written_of).collect();
    let names = drawn.iter().map(|&at| metrics::width(name_of(at), 13.0, false)).fold(0.0, f64::max);
    let widest = figures.iter().map(|text| metrics::width(text, 13.0, true)).fold(0.0, f64::max);
    let row = if names > NAMES { HIGH } else { ROW };
    let left = names.min(NAMES) + 14.0;
    let right = WIDTH - widest.min(200.0) - 16.0;
    let axis = axis(chart, points, bounds, reference);
    let x = |value: f64| left + axis.at(value).clamp(0.0, 1.0) * (right - left);
    let bottom = TOP + count(rows) * row;

    let mut canvas = Canvas::new(bottom + if left_out > 0 { 48.0 } else { 26.0 });
    for &at in &axis.ticks {
        canvas.line((x(at), TOP), (x(at), bottom), GRID, 1.0);
        canvas.text(x(at), bottom + 16.0, NOTE, &tick(at, chart.format));
    }
    if let Some(reference) = reference {
        let at = x(reference.at.to_f64());
        canvas.line((at, TOP - 6.0), (at, bottom), INK, 1.5);
        canvas.text_within(at, TOP - 11.0, Type { fill: INK, ..NOTE }, &reference.label);
    }
    for (place, (&at, figures)) in drawn.iter().zip(&figures).enumerate() {
        let middle = TOP + (count(place) + 0.5) * row;
        let lines = metrics::lines(name_of(at), 13.0, left - 14.0);
        let first = middle + 4.5 - 7.5 * (count(lines.len()) - 1.0);
        for (line, words) in lines.iter().enumerate() {
            canvas.text(0.0, first + 15.0 * count(line), NAME, words);
        }
        canvas.text(WIDTH, middle + 4.5, VALUE, figures);
        let point = points.get(at).copied().unwrap_or(ChartPoint::Missing);
        if let (Some(point), Some(bounds)) = (value(point), bounds.get(at)) {
            whisker(&mut canvas, middle, (&x, right), point, *bounds, &axis);
        }
        match point {
            ChartPoint::Shown(number) => {
                let at = number.to_f64();
                if axis.at(at) <= 1.0 {
                    canvas.dot(x(at), middle, 5.0, colour(0).0);
                }
            }
            ChartPoint::Hidden => canvas.hidden(x(0.0), middle - STUB / 2.0, STUB, STUB),
            ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing => {}
        }
    }
    if left_out > 0 {
        canvas.text(0.0, bottom + 38.0, NAME, &format!("{left_out} more in table {}", chart.table));
    }
    canvas.finish(chart)
}

/// Returns an axis that holds zero, every point and the reference, and as much of the intervals as it can.
fn axis(chart: &ChartBlock, points: &[ChartPoint], bounds: &[Bounds], reference: Option<&Reference>) -> Axis {
    let shown = points.iter().filter_map(|point| value(*point));
    let all: Vec<f64> = shown.chain(reference.map(|reference| reference.at.to_f64())).collect();
    let most = all.iter().copied().fold(0.0, f64::max);
    let least = all.iter().copied().fold(0.0, f64::min);
    let ends = |of: fn(&Bounds) -> ChartPoint| bounds.iter().filter_map(move |bounds| value(of(bounds)));
    let upper = ends(|bounds| bounds.upper).fold(most, f64::max);
    let lower = ends(|bounds| bounds.lower).fold(least, f64::min);
    let reach = most.max(-least) * REACH;
    let within = |end: f64, point: f64| {
        if reach > 0.0 && end.abs() > reach { reach.copysign(end) } else { end.max(point) }
    };
    Axis::new(if lower < -reach { -reach } else { lower }, within(upper, most), chart.format)
}

/// Returns the interval of a point; an arrow where it goes on beyond the axis.
fn whisker(
    canvas: &mut Canvas,
    middle: f64,
    (x, right): (&dyn Fn(f64) -> f64, f64),
    point: f64,
    bounds: Bounds,
    axis: &Axis,
) {
    let lower = value(bounds.lower).unwrap_or(point);
    let upper = value(bounds.upper).unwrap_or(point);
    canvas.line((x(lower), middle), (x(upper), middle), colour(0).0, 2.0);
    if axis.at(lower) >= 0.0 {
        canvas.line((x(lower), middle - 5.0), (x(lower), middle + 5.0), colour(0).0, 2.0);
    }
    if axis.at(upper) <= 1.0 {
        canvas.line((x(upper), middle - 5.0), (x(upper), middle + 5.0), colour(0).0, 2.0);
    } else {
        canvas.polygon(
            &[(right + 7.0, middle), (right - 1.0, middle - 5.0), (right - 1.0, middle + 5.0)],
            colour(0).0,
        );
    }
}

/// Returns `2.41 (1.90 to 3.05)`, or the symbol of a point that is not shown.
fn written(chart: &ChartBlock, point: Option<ChartPoint>, bounds: Option<Bounds>) -> String {
    let point = point.unwrap_or(ChartPoint::Missing);
    let shown = point.shown(chart.format);
    match bounds {
        Some(Bounds { lower: lower @ ChartPoint::Shown(_), upper: upper @ ChartPoint::Shown(_) })
            if point.number().is_some() =>
        {
            format!("{shown} ({} to {})", lower.shown(chart.format), upper.shown(chart.format))
        }
        _ => shown,
    }
}
