//! From level to level by the changes between them.

use super::axis::{Axis, across, margin, value};
use super::bars::{STUB, categories, count};
use super::canvas::{Anchor, Canvas, GREY, INK, Type, WIDTH, colour};
use super::metrics;
use crate::disclosure::Decimal;
use crate::report::document::{ChartBlock, ChartPoint};

const HEIGHT: f64 = 176.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 130.0;
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::Middle };

/// Returns why the points make no bridge: a level that is not the level before with the changes between.
pub(super) fn fault(points: &[ChartPoint], levels: &[bool]) -> Option<String> {
    if !levels.iter().any(|level| *level) && !points.is_empty() {
        return Some("none of its steps is a level: `totals` names codes that no row has".to_owned());
    }
    let mut running: Option<Decimal> = None;
    for (point, level) in points.iter().zip(levels) {
        running = match (point.number(), level, running) {
            (Some(stated), true, Some(sum)) if !stated.minus(sum).is_zero() => {
                return Some(format!(
                    "its changes lead to {sum}, not to the level {stated} that follows them"
                ));
            }
            (stated, true, _) => stated,
            (Some(change), false, Some(sum)) => Some(sum.plus(change)),
            // What follows a figure that is not shown cannot be placed before the next level.
            (_, false, _) => None,
        };
    }
    None
}

/// Returns where each step begins and ends; `None` where a figure that is not shown is between.
fn spans(points: &[ChartPoint], levels: &[bool]) -> Vec<Option<(f64, f64)>> {
    let mut spans: Vec<Option<(f64, f64)>> = vec![None; points.len()];
    let mut at: Option<f64> = None;
    for (index, (point, level)) in points.iter().zip(levels).enumerate() {
        let number = value(*point);
        let span = match (number, level, at) {
            (Some(number), true, _) => Some((0.0, number)),
            (Some(number), false, Some(at)) => Some((at, at + number)),
            _ => None,
        };
        at = span.map(|(_, end)| end);
        if let Some(place) = spans.get_mut(index) {
            *place = span;
        }
    }
    // What comes after a hidden change is reached from the level that follows it.
    let mut at: Option<f64> = None;
    for ((place, point), level) in spans.iter_mut().zip(points).zip(levels).rev() {
        let number = value(*point);
        if *level {
            at = number;
            continue;
        }
        if place.is_none() {
            *place = number.zip(at).map(|(number, end)| (end - number, end));
        }
        at = place.map(|(start, _)| start);
    }
    spans
}

pub(super) fn draw(chart: &ChartBlock, levels: &[bool]) -> String {
    let points = chart.series.first().map(|series| series.points.as_slice()).unwrap_or_default();
    let spans = spans(points, levels);
    let ends = spans.iter().flatten().flat_map(|(start, end)| [*start, *end]);
    let (least, most) =
        ends.fold((0.0, 0.0), |(least, most), end| (f64::min(least, end), f64::max(most, end)));
    let axis = Axis::new(least, most, chart.format);
    let left = margin(&axis, chart.format);
    let right = WIDTH - 4.0;
    let band = (right - left) / count(chart.categories.len().max(1));
    let width = (band * 0.7).min(90.0);
    let y = |value: f64| BOTTOM - axis.at(value) * (BOTTOM - TOP);

    let mut canvas = Canvas::new(HEIGHT);
    across(&mut canvas, (&axis, chart.format), (left, right), &y);
    categories(&mut canvas, &chart.categories, left, band, BOTTOM);
    let level_of = |at: usize| levels.get(at).copied().unwrap_or_default();
    let written = points.iter().enumerate().filter_map(|(at, point)| match point {
        ChartPoint::Shown(number) => Some(metrics::width(&label(chart, *number, level_of(at)), 13.0, true)),
        _ => None,
    });
    // Figures wider than their band stand at two heights in turn, so that neighbours do not run into each other.
    let is_crowded = written.fold(0.0, f64::max) + 4.0 > band;
    let mut before: Option<(f64, f64)> = None;
    for (at, point) in points.iter().enumerate() {
        let x = left + band * count(at) + (band - width) / 2.0;
        let middle = x + width / 2.0;
        let level = level_of(at);
        let raised = if is_crowded && at % 2 == 1 { 20.0 } else { 6.0 };
        let span = spans.get(at).copied().flatten();
        if let (Some(_), Some((end, height))) = (span, before) {
            canvas.line((end, height), (x, height), GREY, 1.0);
        }
        before = None;
        match (span, point) {
            (Some((start, end)), ChartPoint::Shown(number)) => {
                let (top, foot) = (y(start.max(end)), y(start.min(end)));
                let fill = if level {
                    colour(0).0
                } else if number.is_negative() {
                    colour(1).0
                } else {
                    colour(3).0
                };
                canvas.rect(x, top, width, (foot - top).max(1.0), fill);
                canvas.text_within(middle, top - raised, VALUE, &label(chart, *number, level));
                before = Some((x + width, y(end)));
            }
            (None, ChartPoint::Shown(number)) => {
                canvas.text_within(middle, y(0.0) - raised, VALUE, &label(chart, *number, level));
            }
            (_, ChartPoint::Hidden) => {
                canvas.hidden(x, y(0.0) - STUB, width, STUB);
                canvas.text(middle, y(0.0) - STUB - 5.0, VALUE, "[c]");
            }
            (_, point) => {
                canvas.text(middle, y(0.0) - 5.0, Type { bold: false, ..VALUE }, &point.shown(chart.format));
            }
        }
    }
    canvas.line((left, y(0.0)), (right, y(0.0)), INK, 1.0);
    canvas.finish(chart)
}

/// Returns a level as it is, a change with its sign.
fn label(chart: &ChartBlock, number: Decimal, level: bool) -> String {
    let shown = chart.format.show(number);
    if level || number.is_negative() || number.is_zero() { shown } else { format!("+{shown}") }
}
