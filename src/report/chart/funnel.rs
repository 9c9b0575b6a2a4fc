//! Points by their size, between the limits that chance sets: small ones may lie far from the centre
//! without meaning anything.

use super::axis::{Axis, across, margin, tick, value};
use super::canvas::{Anchor, Canvas, GREY, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{ChartBlock, ChartPoint, Funnel, Limit};

const HEIGHT: f64 = 372.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 316.0;
/// The most points that are named; the table beside the chart names all.
const NAMED: usize = 10;
const NOTE: Type = Type { size: 12.0, bold: false, fill: GREY, anchor: Anchor::End };
const NAME: Type = Type { size: 12.0, bold: true, fill: INK, anchor: Anchor::Start };

/// A point that can be placed.
struct Placed<'a> {
    name: &'a str,
    size: f64,
    rate: f64,
    outside: bool,
}

pub(super) fn draw(chart: &ChartBlock, funnel: &Funnel) -> String {
    let placed = placed(chart, funnel);
    let limits: Vec<Vec<(f64, f64, f64)>> = funnel.limits.iter().map(|limit| edges(funnel, limit)).collect();
    let centre: Vec<(f64, f64)> = sorted(funnel.sizes.iter().zip(&funnel.centre).filter_map(pair).collect());
    // A limit at the smallest size may be many times any rate; the axis need not follow it there.
    let most = placed.iter().map(|point| point.rate).fold(0.0, f64::max);
    let edge = limits.iter().flatten().map(|(_, _, upper)| *upper).fold(0.0, f64::max);
    let middle = centre.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let least = placed.iter().map(|point| point.rate).fold(0.0, f64::min);
    let up = Axis::new(least, most.max(middle).max(edge.min(most.max(middle) * 1.5)), chart.format);
    let sizes = funnel.sizes.iter().filter_map(|size| value(*size));
    let along = Axis::new(0.0, sizes.fold(0.0, f64::max), funnel.format);
    let left = margin(&up, chart.format);
    let widest = funnel.limits.iter().map(|limit| metrics::width(&limit.label, 12.0, false));
    let right = WIDTH - widest.fold(0.0, f64::max) - 14.0;
    let x = |size: f64| left + along.at(size) * (right - left);
    let y = |rate: f64| BOTTOM - up.at(rate).clamp(0.0, 1.0) * (BOTTOM - TOP);

    let mut canvas = Canvas::new(HEIGHT);
    across(&mut canvas, (&up, chart.format), (left, right), &y);
    for &at in &along.ticks {
        canvas.text(x(at), BOTTOM + 18.0, Type { anchor: Anchor::Middle, ..NOTE }, &tick(at, funnel.format));
    }
    canvas.text(right, BOTTOM + 36.0, NOTE, &funnel.measure);
    let centre: Vec<(f64, f64)> = centre.into_iter().map(|(size, rate)| (x(size), y(rate))).collect();
    canvas.curve(&centre, INK, 1.5, "");
    for (at, (limit, edges)) in funnel.limits.iter().zip(&limits).enumerate() {
        let dashes = if at == 0 { "6 4" } else { "2 3" };
        let edge = |of: fn(&(f64, f64, f64)) -> f64| -> Vec<(f64, f64)> {
            edges.iter().filter(|edge| up.at(of(edge)) <= 1.0).map(|edge| (x(edge.0), y(of(edge)))).collect()
        };
        canvas.curve(&edge(|edge| edge.1), GREY, 1.5, dashes);
        let upper = edge(|edge| edge.2);
        canvas.curve(&upper, GREY, 1.5, dashes);
        if let Some((end, height)) = upper.last() {
            canvas.text(end + 6.0, height + 4.0, Type { anchor: Anchor::Start, ..NOTE }, &limit.label);
        }
    }
    canvas.line((left, y(0.0)), (right, y(0.0)), INK, 1.0);
    for point in placed.iter().filter(|point| !point.outside) {
        canvas.dot(x(point.size), y(point.rate), 3.5, colour(0).0);
    }
    // Outside is shown by form as well as by colour.
    for point in placed.iter().filter(|point| point.outside) {
        let (at, up) = (x(point.size), y(point.rate));
        canvas.polygon(&[(at, up - 7.0), (at + 7.0, up), (at, up + 7.0), (at - 7.0, up)], colour(2).0);
    }
    let outside = placed.iter().filter(|point| point.outside);
    let drawn: Vec<(f64, f64)> = placed.iter().map(|point| (x(point.size), y(point.rate))).collect();
    name(&mut canvas, outside.map(|point| (x(point.size), y(point.rate), point.name)).collect(), &drawn);
    unplaced(&mut canvas, chart, &placed);
    canvas.finish(chart)
}

/// Returns the points whose size and rate are both shown.
fn placed<'a>(chart: &'a ChartBlock, funnel: &Funnel) -> Vec<Placed<'a>> {
    let points = chart.series.first().map(|series| series.points.as_slice()).unwrap_or_default();
    let one = |at: usize| {
        let (size, rate) = (value(*funnel.sizes.get(at)?)?, points.get(at)?.number()?);
        let name = chart.categories.get(at)?;
        Some(Placed { name, size, rate: rate.to_f64(), outside: funnel.outside(at, rate).is_some() })
    };
    (0..chart.categories.len()).filter_map(one).collect()
}

/// Returns the limits from the smallest size to the largest.
fn edges(funnel: &Funnel, limit: &Limit) -> Vec<(f64, f64, f64)> {
    let pairs = funnel.sizes.iter().zip(&limit.bounds);
    let mut edges: Vec<(f64, f64, f64)> = pairs
        .filter_map(|(size, bounds)| Some((value(*size)?, value(bounds.lower)?, value(bounds.upper)?)))
        .collect();
    edges.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    edges
}

fn pair((size, rate): (&ChartPoint, &ChartPoint)) -> Option<(f64, f64)> {
    Some((value(*size)?, value(*rate)?))
}

fn sorted(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    points
}

/// Writes names beside their points, from the highest, left out where they would cover one another or on a point.
fn name(canvas: &mut Canvas, mut points: Vec<(f64, f64, &str)>, drawn: &[(f64, f64)]) {
    points.sort_by(|(_, a, _), (_, b, _)| a.total_cmp(b));
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (x, y, name) in points.into_iter().take(NAMED) {
        let words = metrics::fitted(name, 12.0, 190.0);
        let width = metrics::width(&words, 12.0, true);
        let (start, anchor) = if x + 10.0 + width > WIDTH {
            (x - 10.0 - width, Anchor::End)
        } else {
            (x + 10.0, Anchor::Start)
        };
        let stands_on = |(at, height): &(f64, f64)| {
            *at > start - 7.0
                && *at < start + width + 7.0
                && (height - y).abs() < 12.0
                && (*at, *height) != (x, y)
        };
        let free = |(left, right, height): &(f64, f64, f64)| {
            start > *right || start + width < *left || (height - y).abs() > 14.0
        };
        if taken.iter().all(free) && !drawn.iter().any(stands_on) {
            let at = if anchor == Anchor::End { x - 10.0 } else { start };
            canvas.text(at, y + 4.0, Type { anchor, ..NAME }, &words);
            taken.push((start, start + width, y));
        }
    }
}

/// Says how many points are not drawn, and why.
fn unplaced(canvas: &mut Canvas, chart: &ChartBlock, placed: &[Placed]) {
    let points = chart.series.first().map(|series| series.points.as_slice()).unwrap_or_default();
    let hidden = points.iter().filter(|point| **point == ChartPoint::Hidden).count();
    let without = chart.categories.len() - placed.len() - hidden.min(chart.categories.len() - placed.len());
    if hidden > 0 {
        canvas.hidden(0.0, 2.0, 12.0, 12.0);
        let words = format!("[c]: {hidden} of {} hidden to protect small numbers", chart.categories.len());
        canvas.text(18.0, 12.5, Type { anchor: Anchor::Start, ..NOTE }, &words);
    }
    if without > 0 {
        canvas.text(WIDTH, 12.5, NOTE, &format!("{without} without a figure"));
    }
}
