//! Lines over periods, each named at its end.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::{Axis, across, extent_with_bounds, margin, value};
use super::bars::{categories, count, legend, name};
use super::canvas::{Anchor, Canvas, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{Bounds, ChartBlock, ChartPoint, ChartSeries};

const HEIGHT: f64 = 220.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 184.0;
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::Middle };

pub(super) fn draw(chart: &ChartBlock) -> String {
    let named =
        chart.series.iter().map(|series| metrics::width(&series.label, 13.0, true)).fold(0.0, f64::max);
    let beside = named > 0.0 && named <= 110.0 && chart.series.len() <= 6;
    let (least, most) = extent_with_bounds(chart);
    let axis = Axis::new(least, most, chart.format);
    let left = margin(&axis, chart.format);
    let right = if beside { WIDTH - named - 26.0 } else { WIDTH - 4.0 };
    let band = (right - left) / count(chart.categories.len().max(1));
    let x = |at: usize| left + band * (count(at) + 0.5);
    let y = |value: f64| BOTTOM - axis.at(value) * (BOTTOM - TOP);

    let mut canvas = Canvas::new(HEIGHT);
    across(&mut canvas, (&axis, chart.format), (left, right), &y);
    categories(&mut canvas, &chart.categories, left, band, BOTTOM);
    for (at, series) in chart.series.iter().enumerate() {
        band_of(&mut canvas, series, at, (&x, &y));
    }
    let mut ends: Vec<(f64, usize)> = Vec::new();
    let mut values: BTreeMap<usize, Vec<(f64, String)>> = BTreeMap::new();
    for (at, series) in chart.series.iter().enumerate() {
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (place, &point) in series.points.iter().enumerate() {
            match value(point) {
                Some(number) => run.push((x(place), y(number))),
                None => stretch(&mut canvas, &mut run, at),
            }
            if point == ChartPoint::Hidden {
                canvas.hidden(x(place) - 6.0, BOTTOM - 12.0, 12.0, 12.0);
                canvas.text(x(place), BOTTOM - 17.0, VALUE, "[c]");
            }
        }
        stretch(&mut canvas, &mut run, at);
        let shown: Vec<usize> = (0..series.points.len())
            .filter(|&place| series.points.get(place).is_some_and(|&point| value(point).is_some()))
            .collect();
        if let (Some(&first), Some(&last)) = (shown.first(), shown.last()) {
            for place in BTreeSet::from([first, last]) {
                if let Some(ChartPoint::Shown(number)) = series.points.get(place) {
                    values.entry(place).or_default().push((y(number.to_f64()), chart.format.show(*number)));
                }
            }
            let end = series.points.get(last).and_then(|&point| value(point)).unwrap_or_default();
            ends.push((y(end) + 4.5, at));
        }
    }
    for (place, labels) in values {
        let dots: Vec<f64> =
            chart.series.iter().filter_map(|series| value(*series.points.get(place)?)).map(y).collect();
        spread(&mut canvas, x(place), labels, &dots);
    }
    canvas.line((left, y(0.0)), (right, y(0.0)), INK, 1.0);
    if beside {
        label(&mut canvas, right + 6.0, ends, chart);
    } else if named > 0.0 {
        legend(&mut canvas, chart);
    }
    canvas.finish(chart)
}

/// Returns the band between the bounds of a series, interrupted where a bound is not shown.
fn band_of(
    canvas: &mut Canvas,
    series: &ChartSeries,
    at: usize,
    (x, y): (&dyn Fn(usize) -> f64, &dyn Fn(f64) -> f64),
) {
    let edge = |(place, bounds): (usize, &Bounds)| {
        Some((x(place), y(value(bounds.lower)?), y(value(bounds.upper)?)))
    };
    let edges: Vec<Option<(f64, f64, f64)>> = series.bounds.iter().enumerate().map(edge).collect();
    for run in edges.split(Option::is_none) {
        let run: Vec<(f64, f64, f64)> = run.iter().copied().flatten().collect();
        if run.len() > 1 {
            let upper = run.iter().map(|(x, _, upper)| (*x, *upper));
            let lower = run.iter().rev().map(|(x, lower, _)| (*x, *lower));
            canvas.area(&upper.chain(lower).collect::<Vec<_>>(), colour(at).0);
        }
    }
}

/// Draws the run of points so far and begins another: a line does not cross what is hidden or missing.
fn stretch(canvas: &mut Canvas, run: &mut Vec<(f64, f64)>, at: usize) {
    if run.len() > 1 {
        canvas.curve(run, colour(at).0, 3.0, "");
    }
    for (x, y) in run.drain(..) {
        canvas.dot(x, y, 4.0, colour(at).0);
    }
}

/// Writes values over the points of one place, left out where they would cover one another or on a point: the table
/// beside the chart has them.
fn spread(canvas: &mut Canvas, x: f64, mut labels: Vec<(f64, String)>, dots: &[f64]) {
    labels.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut free = f64::MIN;
    for (point, words) in labels {
        let is_clear = |y: &f64| {
            *y - 12.0 >= free && *y < BOTTOM && !dots.iter().any(|dot| (*y - 16.0..*y + 4.0).contains(dot))
        };
        // Above its point, or below it where something is above.
        if let Some(y) = [point - 9.0, point + 17.0].into_iter().find(is_clear) {
            // A long value at the last place would run over the edge.
            let half = metrics::width(&words, VALUE.size, VALUE.bold) / 2.0;
            canvas.text(x.clamp(half, (WIDTH - half).max(half)), y, VALUE, &words);
            free = y;
        }
    }
}

/// Writes names at the lines' ends, from the top, pushed apart where lines end together.
fn label(canvas: &mut Canvas, x: f64, mut ends: Vec<(f64, usize)>, chart: &ChartBlock) {
    ends.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut least = 0.0_f64;
    for (wanted, at) in ends {
        let y = wanted.max(least);
        least = y + 17.0;
        let words = chart.series.get(at).map(|series| series.label.as_str()).unwrap_or_default();
        name(canvas, x, y, at, words);
    }
}
