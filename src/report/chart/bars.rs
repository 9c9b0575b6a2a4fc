//! Upright bars: one for each category, stacked or side by side.

use super::axis::{Axis, across, extent, margin, value};
use super::canvas::{Anchor, Canvas, GREY, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{ChartBlock, ChartPoint};

const HEIGHT: f64 = 206.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 164.0;
/// Height of a hidden figure, whatever its size.
pub(super) const STUB: f64 = 14.0;
/// The longest name that fits beside the bars; longer ones make a legend above.
const BESIDE: f64 = 110.0;

const NOTE: Type = Type { size: 12.0, bold: false, fill: GREY, anchor: Anchor::End };
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::Middle };

/// Where the plot lies and how its values map to heights.
struct Plot {
    left: f64,
    right: f64,
    axis: Axis,
}

impl Plot {
    fn y(&self, value: f64) -> f64 {
        BOTTOM - self.axis.at(value) * (BOTTOM - TOP)
    }

    /// Returns left edge and width of each category's band.
    fn band(&self, chart: &ChartBlock, at: usize) -> (f64, f64) {
        let width = (self.right - self.left) / count(chart.categories.len().max(1));
        (self.left + width * count(at), width)
    }
}

/// Draws bars side by side, or on each other when their totals are there.
pub(super) fn draw(chart: &ChartBlock, totals: Option<&Vec<ChartPoint>>) -> String {
    let stacked = totals.is_some();
    let named = (0..chart.series.len()).map(|index| part(chart, index));
    let widest = named.map(|name| metrics::width(&name, 13.0, true)).fold(0.0, f64::max);
    let beside = stacked && widest > 0.0 && widest <= BESIDE;
    let (least, most) = match totals {
        Some(totals) => {
            let (least, most) = stack_extent(chart);
            (least, totals.iter().filter_map(|total| value(*total)).fold(most, f64::max))
        }
        None => extent(chart),
    };
    let axis = Axis::new(least, most, chart.format);
    let plot = Plot {
        left: margin(&axis, chart.format),
        right: if beside { WIDTH - widest - 20.0 } else { WIDTH - 4.0 },
        axis,
    };
    let mut canvas = Canvas::new(HEIGHT);
    grid(&mut canvas, &plot, chart);
    for at in 0..chart.categories.len() {
        match totals {
            Some(totals) => stack(&mut canvas, &plot, chart, totals, at),
            None => group(&mut canvas, &plot, chart, at),
        }
    }
    canvas.line((plot.left, plot.y(0.0)), (plot.right, plot.y(0.0)), INK, 1.0);
    if beside {
        names(&mut canvas, &plot, chart);
    } else if widest > 0.0 {
        legend(&mut canvas, chart);
    }
    canvas.finish(chart)
}

fn grid(canvas: &mut Canvas, plot: &Plot, chart: &ChartBlock) {
    let along = (plot.left, plot.right);
    across(canvas, (&plot.axis, chart.format), along, &|value| plot.y(value));
    let (left, width) = plot.band(chart, 0);
    categories(canvas, &chart.categories, left, width, BOTTOM);
}

/// The narrowest band whose name is broken or cut; in narrower ones only some are named.
const NARROW: f64 = 44.0;

/// Draws the names of bands of `width` from `left`, beneath `bottom`.
pub(super) fn categories(canvas: &mut Canvas, names: &[String], left: f64, width: f64, bottom: f64) {
    let set = Type { anchor: Anchor::Middle, ..NOTE };
    let widest = names.iter().map(|name| metrics::width(name, 12.0, false) + 6.0).fold(0.0, f64::max);
    let mut free = 0.0;
    for (at, name) in names.iter().enumerate() {
        let middle = left + width * (count(at) + 0.5);
        if width >= NARROW {
            for (line, words) in metrics::lines(name, 12.0, width - 2.0).iter().enumerate() {
                canvas.text(middle, bottom + 18.0 + 14.0 * count(line), set, words);
            }
        } else if count(at) >= free {
            canvas.text_within(middle, bottom + 20.0, set, name);
            free = count(at) + (widest / width).max(1.0);
        }
    }
}

/// Draws one category's bar of parts, with its total above.
fn stack(canvas: &mut Canvas, plot: &Plot, chart: &ChartBlock, totals: &[ChartPoint], at: usize) {
    let (left, band) = plot.band(chart, at);
    let width = (band * 0.56).min(90.0);
    let x = left + (band - width) / 2.0;
    let (mut top, mut foot) = (plot.y(0.0), plot.y(0.0));
    for index in order(chart, at) {
        let (fill, ink) = colour(index);
        match point(chart, index, at) {
            ChartPoint::Shown(number) => {
                let height = (plot.y(0.0) - plot.y(number.to_f64())).abs();
                // What is below zero hangs from it.
                let top = if number.is_negative() {
                    foot += height;
                    foot - height
                } else {
                    top -= height;
                    top
                };
                canvas.rect(x, top, width, height, fill);
                canvas.line((x, top), (x + width, top), "#ffffff", 2.0);
                let shown = chart.format.show(number);
                if height >= 16.0 && metrics::width(&shown, 13.0, true) <= width {
                    let set = Type { fill: ink, ..VALUE };
                    canvas.text(x + width / 2.0, top + height / 2.0 + 4.5, set, &shown);
                }
            }
            // All hidden parts are one bar, below.
            ChartPoint::Hidden | ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing => {
            }
        }
    }
    let middle = x + width / 2.0;
    if (0..chart.series.len()).any(|index| point(chart, index, at) == ChartPoint::Hidden) {
        let rest = remainder(chart, totals, at);
        if let Some(height) = rest.map(|rest| plot.y(0.0) - plot.y(rest)).filter(|height| *height > 0.0) {
            top -= height;
            canvas.hidden(x, top, width, height);
            if height >= 16.0 {
                canvas.rect(middle - 11.0, top + height / 2.0 - 8.0, 22.0, 16.0, "#ffffff");
                canvas.text(middle, top + height / 2.0 + 4.5, VALUE, "[c]");
            } else {
                let set = Type { size: 11.0, anchor: Anchor::Start, ..VALUE };
                canvas.text(x + width + 4.0, top + height / 2.0 + 4.0, set, "[c]");
            }
        } else {
            // Of what total they are a part is not known either: the bar has one height, whatever they are.
            top -= STUB;
            canvas.hidden(x, top, width, STUB);
            let set = Type { size: 11.0, anchor: Anchor::Start, ..VALUE };
            canvas.text(x + width + 4.0, top + 11.0, set, "[c]");
        }
    }
    let total = match totals.get(at) {
        Some(ChartPoint::Shown(total)) => chart.format.show(*total),
        Some(ChartPoint::Hidden) => "[c]".to_owned(),
        _ => return,
    };
    if chart.series.len() > 1 && metrics::width(&total, 13.0, true) <= band {
        canvas.text(x + width / 2.0, top - 7.0, VALUE, &total);
    }
}

/// Returns what the hidden parts of a category come to: its total less the parts shown; `None` where no total is shown.
fn remainder(chart: &ChartBlock, totals: &[ChartPoint], at: usize) -> Option<f64> {
    let total = value(*totals.get(at)?)?;
    let shown = (0..chart.series.len()).filter_map(|index| value(point(chart, index, at)));
    Some(total - shown.sum::<f64>())
}

/// Draws one category's bars side by side, each with its value.
fn group(canvas: &mut Canvas, plot: &Plot, chart: &ChartBlock, at: usize) {
    let (left, band) = plot.band(chart, at);
    let bars = count(chart.series.len().max(1));
    let width = (band * 0.7 / bars).min(80.0);
    let start = left + (band - width * bars) / 2.0;
    // A value may be wider than its bar where no other bar is beside it.
    let room = if chart.series.len() > 1 { width } else { band };
    for (index, series) in chart.series.iter().enumerate() {
        let x = start + width * count(index);
        let middle = x + width / 2.0;
        match series.points.get(at).copied().unwrap_or(ChartPoint::Missing) {
            ChartPoint::Shown(number) => {
                let (zero, end) = (plot.y(0.0), plot.y(number.to_f64()));
                canvas.rect(x, zero.min(end), width - 2.0, (zero - end).abs(), colour(index).0);
                let shown = chart.format.show(number);
                if metrics::width(&shown, 13.0, true) <= room {
                    let label = if number.is_negative() { end + 15.0 } else { end - 6.0 };
                    canvas.text(middle, label, VALUE, &shown);
                }
            }
            ChartPoint::Hidden => {
                canvas.hidden(x, plot.y(0.0) - STUB, width - 2.0, STUB);
                canvas.text(middle, plot.y(0.0) - STUB - 5.0, VALUE, "[c]");
            }
            point @ (ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing) => {
                let set = Type { bold: false, ..VALUE };
                canvas.text(middle, plot.y(0.0) - 5.0, set, &point.shown(chart.format));
            }
        }
    }
}

/// Writes names at the height of the last bar's parts, pushed apart where parts are thin.
fn names(canvas: &mut Canvas, plot: &Plot, chart: &ChartBlock) {
    let last = chart.categories.len().saturating_sub(1);
    let mut top = plot.y(0.0);
    let mut lowest = f64::MAX;
    for index in order(chart, last) {
        let height = match point(chart, index, last) {
            ChartPoint::Shown(number) => plot.y(0.0) - plot.y(number.to_f64()),
            ChartPoint::Hidden | ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing => {
                0.0
            }
        };
        let y = (top - height / 2.0 + 4.5).min(lowest);
        top -= height;
        lowest = y - 17.0;
        name(canvas, plot.right + 6.0, y, index, &part(chart, index));
    }
}

/// Returns the name of a part of a stack; one of which the last bar has nothing says so, since it is beside
/// that bar all the same.
fn part(chart: &ChartBlock, index: usize) -> String {
    let label = chart.series.get(index).map(|series| series.label.as_str()).unwrap_or_default();
    match point(chart, index, chart.categories.len().saturating_sub(1)) {
        ChartPoint::Shown(number) if number.is_zero() && !label.is_empty() => format!("{label}: 0"),
        _ => label.to_owned(),
    }
}

/// Returns the series in the order in which they are stacked: hidden ones on top of shown ones, so that
/// the shown parts have their true height.
fn order(chart: &ChartBlock, at: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..chart.series.len()).collect();
    order.sort_by_key(|&index| point(chart, index, at) == ChartPoint::Hidden);
    order
}

fn point(chart: &ChartBlock, index: usize, at: usize) -> ChartPoint {
    let points = chart.series.get(index).map(|series| series.points.as_slice()).unwrap_or_default();
    points.get(at).copied().unwrap_or(ChartPoint::Missing)
}

/// Writes names in a row above the plot.
pub(super) fn legend(canvas: &mut Canvas, chart: &ChartBlock) {
    let mut x = 0.0;
    for (at, series) in chart.series.iter().enumerate() {
        canvas.rect(x, 4.0, 12.0, 12.0, colour(at).0);
        let set = Type { size: 12.0, bold: false, fill: INK, anchor: Anchor::Start };
        canvas.text(x + 16.0, 14.5, set, &series.label);
        x += metrics::width(&series.label, 12.0, false) + 34.0;
    }
}

/// Draws a series' name in ink, beside a mark of its colour: half of the palette is too light for text.
pub(super) fn name(canvas: &mut Canvas, x: f64, y: f64, at: usize, label: &str) {
    canvas.rect(x, y - 9.0, 4.0, 11.0, colour(at).0);
    canvas.text(x + 8.0, y, Type { anchor: Anchor::Start, ..VALUE }, label);
}

/// Returns the heights that stacks reach below and above zero.
fn stack_extent(chart: &ChartBlock) -> (f64, f64) {
    let sums = |at: usize| {
        let parts = chart.series.iter().filter_map(|series| value(*series.points.get(at)?));
        parts.fold((0.0, 0.0), |(down, up), part| (down + f64::min(part, 0.0), up + f64::max(part, 0.0)))
    };
    let sums = (0..chart.categories.len()).map(sums);
    sums.fold((0.0, 0.0), |(least, most), (down, up)| (f64::min(least, down), f64::max(most, up)))
}

/// Returns a small count as a coordinate.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
