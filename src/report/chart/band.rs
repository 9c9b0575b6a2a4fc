//! What was counted, and the band in which what is to come is expected to lie.
//!
//! The two are never one line: a dashed upright stands between them, and beyond it only the band is drawn, with its middle
//! as a dashed line where there is one.

use super::axis::{Axis, across, extent_with_bounds, margin, value};
use super::bars::{categories, count};
use super::canvas::{Anchor, Canvas, GREY, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{Bounds, ChartBlock, ChartPoint};

const HEIGHT: f64 = 206.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 170.0;
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::Middle };
const WORD: Type = Type { size: 12.0, bold: false, fill: GREY, anchor: Anchor::Middle };

/// How far the band reaches beyond its first and last place, as a part of a place.
const BEYOND: f64 = 0.35;

pub(super) fn draw(chart: &ChartBlock, middle: &[ChartPoint]) -> String {
    let (least, most) = extent_with_bounds(chart);
    let axis = Axis::new(least, most, chart.format);
    let (left, right) = (margin(&axis, chart.format), WIDTH - 4.0);
    let width = (right - left) / count(chart.categories.len().max(1));
    let x = |at: usize| left + width * (count(at) + 0.5);
    let y = |value: f64| BOTTOM - axis.at(value) * (BOTTOM - TOP);
    let mut canvas = Canvas::new(HEIGHT);
    across(&mut canvas, (&axis, chart.format), (left, right), &y);
    categories(&mut canvas, &chart.categories, left, width, BOTTOM);
    let Some(series) = chart.series.first() else { return canvas.finish(chart) };

    if let Some(first) = first_ahead(&series.points, &series.bounds) {
        let border = x(first) - width / 2.0;
        canvas.curve(&[(border, 4.0), (border, BOTTOM)], GREY, 1.5, "4 4");
        canvas.text_within(border + 34.0, 14.0, WORD, "Forecast");
    }
    let mut labels = Labels::default();
    let runs = runs(&series.bounds);
    for run in &runs {
        shade(&mut canvas, run, width, (&x, &y));
    }
    let expected = middle.iter().enumerate().filter_map(|(at, point)| Some((x(at), y(value(*point)?))));
    canvas.curve(&expected.collect::<Vec<_>>(), colour(0).0, 2.0, "6 4");

    let counted: Vec<Option<(f64, f64)>> =
        series.points.iter().enumerate().map(|(at, point)| Some((x(at), y(value(*point)?)))).collect();
    for line in counted.split(Option::is_none) {
        let line: Vec<(f64, f64)> = line.iter().copied().flatten().collect();
        canvas.curve(&line, colour(0).0, 3.0, "");
        for (x, y) in &line {
            canvas.dot(*x, *y, 4.0, colour(0).0);
        }
    }
    let shown: Vec<usize> =
        (0..counted.len()).filter(|at| counted.get(*at).is_some_and(Option::is_some)).collect();
    for at in shown.first().into_iter().chain(shown.last().filter(|_| shown.len() > 1)) {
        if let (Some(Some((x, y))), Some(point)) = (counted.get(*at), series.points.get(*at)) {
            labels.write(&mut canvas, (*x, y - 9.0), &point.shown(chart.format));
        }
    }
    for run in &runs {
        for (at, lower, upper) in run.first().into_iter().chain(run.last().filter(|_| run.len() > 1)) {
            labels.write(&mut canvas, (x(*at), y(upper.1) - 6.0), &upper.0.shown(chart.format));
            labels.write(&mut canvas, (x(*at), y(lower.1) + 17.0), &lower.0.shown(chart.format));
        }
    }
    let is_hidden = |at: usize| {
        let bounds = series.bounds.get(at).map_or([ChartPoint::Missing; 2], |ends| [ends.lower, ends.upper]);
        series.points.get(at) == Some(&ChartPoint::Hidden) || bounds.contains(&ChartPoint::Hidden)
    };
    for at in (0..chart.categories.len()).filter(|at| is_hidden(*at)) {
        canvas.hidden(x(at) - 6.0, BOTTOM - 12.0, 12.0, 12.0);
        labels.write(&mut canvas, (x(at), BOTTOM - 17.0), "[c]");
    }
    canvas.line((left, y(0.0)), (right, y(0.0)), INK, 1.0);
    canvas.finish(chart)
}

/// The places of the values that are written: one that would cover another, or leave the drawing, is left to the table
/// beside it.
#[derive(Default)]
struct Labels(Vec<(f64, f64, f64)>);

impl Labels {
    fn write(&mut self, canvas: &mut Canvas, (x, y): (f64, f64), words: &str) {
        let half = metrics::width(words, VALUE.size, true) / 2.0;
        let x = x.min(WIDTH - half).max(half);
        let covers = |(other_x, other_y, other_half): &(f64, f64, f64)| {
            (x - other_x).abs() < half + other_half + 2.0 && (y - other_y).abs() < VALUE.size
        };
        if (TOP - 14.0..=BOTTOM - 3.0).contains(&y) && !self.0.iter().any(covers) {
            canvas.text(x, y, VALUE, words);
            self.0.push((x, y, half));
        }
    }
}

/// An end of the band: as it is written, and as it is drawn.
type End = (ChartPoint, f64);

/// Returns the places at which the band is shown, as runs without a gap.
fn runs(bounds: &[Bounds]) -> Vec<Vec<(usize, End, End)>> {
    let ends = |(at, ends): (usize, &Bounds)| {
        Some((at, (ends.lower, value(ends.lower)?), (ends.upper, value(ends.upper)?)))
    };
    let places: Vec<Option<(usize, End, End)>> = bounds.iter().enumerate().map(ends).collect();
    let runs = places.split(Option::is_none).map(|run| run.iter().copied().flatten().collect::<Vec<_>>());
    runs.filter(|run| !run.is_empty()).collect()
}

/// Returns the first place after everything that was counted, when the band reaches it.
fn first_ahead(points: &[ChartPoint], bounds: &[Bounds]) -> Option<usize> {
    let after = points
        .iter()
        .rposition(|point| matches!(point, ChartPoint::Shown(_) | ChartPoint::Hidden))
        .map_or(0, |last| last + 1);
    let has_band = |ends: &Bounds| {
        [ends.lower, ends.upper].iter().any(|end| matches!(end, ChartPoint::Shown(_) | ChartPoint::Hidden))
    };
    bounds.iter().skip(after).any(has_band).then_some(after)
}

/// Shades a run of the band, and draws its edges as dashes.
fn shade(
    canvas: &mut Canvas,
    run: &[(usize, End, End)],
    width: f64,
    (x, y): (&dyn Fn(usize) -> f64, &dyn Fn(f64) -> f64),
) {
    let edge = |of: fn(&(usize, End, End)) -> f64| -> Vec<(f64, f64)> {
        let mut line: Vec<(f64, f64)> = run.iter().map(|place| (x(place.0), y(of(place)))).collect();
        if let (Some(first), Some(last)) = (line.first().copied(), line.last().copied()) {
            line.insert(0, (first.0 - width * BEYOND, first.1));
            line.push((last.0 + width * BEYOND, last.1));
        }
        line
    };
    let (lower, upper) = (edge(|place| place.1.1), edge(|place| place.2.1));
    let around: Vec<(f64, f64)> = upper.iter().chain(lower.iter().rev()).copied().collect();
    canvas.area(&around, colour(0).0);
    canvas.curve(&upper, colour(0).0, 1.5, "4 3");
    canvas.curve(&lower, colour(0).0, 1.5, "4 3");
}
