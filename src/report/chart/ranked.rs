//! Lying bars, for one series whose categories have long names or are many.

use super::axis::{Axis, extent};
use super::bars::{STUB, count};
use super::canvas::{Anchor, Canvas, INK, Type, WIDTH, colour};
use super::metrics;
use crate::report::document::{ChartBlock, ChartPoint};

const ROW: f64 = 26.0;
/// The most rows drawn; the table beside the chart has the rest.
const MOST: usize = 20;
const VALUE: Type = Type { size: 13.0, bold: true, fill: INK, anchor: Anchor::Start };
const NAME: Type = Type { size: 13.0, bold: false, fill: INK, anchor: Anchor::Start };

/// Returns whether the chart reads better lying down.
pub(super) fn suits(chart: &ChartBlock) -> bool {
    let space = (WIDTH - 60.0) / count(chart.categories.len().max(1));
    let long = |name: &String| metrics::width(name, 12.0, false) > space - 4.0;
    chart.series.len() == 1 && (chart.categories.len() > 12 || chart.categories.iter().any(long))
}

pub(super) fn draw(chart: &ChartBlock) -> String {
    let rows = chart.categories.len().min(MOST);
    let names = chart.categories.iter().take(rows).map(|name| metrics::width(name, 13.0, false));
    let left = names.fold(0.0, f64::max).min(190.0) + 10.0;
    let right = WIDTH - 80.0;
    let (least, most) = extent(chart);
    let axis = Axis::new(least, most, chart.format);
    let x = |value: f64| left + axis.at(value) * (right - left);
    let left_out = chart.categories.len() - rows;
    let mut canvas = Canvas::new(count(rows) * ROW + if left_out > 0 { 34.0 } else { 12.0 });
    let points = chart.series.first().map(|series| series.points.as_slice()).unwrap_or_default();
    for (at, (category, point)) in chart.categories.iter().zip(points).take(rows).enumerate() {
        let top = 6.0 + count(at) * ROW;
        let middle = top + ROW / 2.0 + 4.5;
        canvas.text(0.0, middle, NAME, &metrics::fitted(category, 13.0, left - 10.0));
        match point {
            ChartPoint::Shown(number) => {
                let (zero, end) = (x(0.0), x(number.to_f64()));
                canvas.rect(zero.min(end), top + 4.0, (end - zero).abs(), ROW - 8.0, colour(0).0);
                canvas.text(zero.max(end) + 6.0, middle, VALUE, &chart.format.show(*number));
            }
            ChartPoint::Hidden => {
                canvas.hidden(x(0.0), top + 4.0, STUB, ROW - 8.0);
                canvas.text(x(0.0) + STUB + 6.0, middle, VALUE, "[c]");
            }
            ChartPoint::NotApplicable | ChartPoint::Unreliable | ChartPoint::Missing => {
                canvas.text(x(0.0) + 6.0, middle, VALUE, &point.shown(chart.format));
            }
        }
    }
    canvas.line((x(0.0), 6.0), (x(0.0), 6.0 + count(rows) * ROW), INK, 1.0);
    if left_out > 0 {
        let words = format!("{left_out} more in table {}", chart.table);
        canvas.text(0.0, count(rows) * ROW + 26.0, NAME, &words);
    }
    canvas.finish(chart)
}
