use super::canvas::{Anchor, Canvas, GREY, GRID, Type};
use super::metrics;
use crate::disclosure::Decimal;
use crate::report::document::{ChartBlock, ChartPoint};
use crate::report::number::Format;

const FIGURE: Type = Type { size: 12.0, bold: false, fill: GREY, anchor: Anchor::End };

/// A scale of values that begins or ends at zero, with its ticks at round numbers.
pub(super) struct Axis {
    low: f64,
    high: f64,
    /// The ticks from the lowest.
    pub(super) ticks: Vec<f64>,
}

impl Axis {
    /// Makes an axis that holds zero, `least` and `most`.
    pub(super) fn new(least: f64, most: f64, format: Format) -> Self {
        let (least, most) = (least.min(0.0), most.max(0.0));
        let span = if most > least { most - least } else { 1.0 };
        let step = step(span / 4.0, format);
        let mut below = (least / step).floor();
        if least < 0.0 && least - below * step < step / 2.0 {
            // The figure of a bar that hangs down is beneath it.
            below -= 1.0;
        }
        let above = (most / step).ceil().max(below + 1.0);
        let mut ticks = Vec::new();
        let mut tick = below;
        while tick <= above {
            ticks.push(tick * step);
            tick += 1.0;
        }
        Self { low: below * step, high: above * step, ticks }
    }

    /// Returns where `value` lies, from 0 at the low end to 1 at the high.
    pub(super) fn at(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// Returns the space that the figures of upright ticks take at the left.
pub(super) fn margin(axis: &Axis, format: Format) -> f64 {
    let widths = axis.ticks.iter().map(|&at| metrics::width(&tick(at, format), FIGURE.size, false));
    widths.fold(0.0, f64::max) + 12.0
}

/// Returns a line across the drawing at each tick, with its figure at the left.
pub(super) fn across(
    canvas: &mut Canvas,
    (axis, format): (&Axis, Format),
    (left, right): (f64, f64),
    y: &dyn Fn(f64) -> f64,
) {
    for &at in &axis.ticks {
        canvas.line((left, y(at)), (right, y(at)), GRID, 1.0);
        canvas.text(left - 8.0, y(at) + 4.0, FIGURE, &tick(at, format));
    }
}

/// Returns a tick as written.
pub(super) fn tick(value: f64, format: Format) -> String {
    // A tick is a multiple of a round step, so thousandths hold it whole.
    #[expect(clippy::cast_possible_truncation, reason = "ticks are far below the range of i64")]
    let exact = Decimal::new(i128::from((value * 1000.0).round() as i64), 3);
    let whole = exact.minus(exact.rounded(0)).is_zero();
    match format {
        Format::Percent if whole => format!("{}%", Format::Whole.show(exact)),
        _ if whole && format != Format::Pounds => Format::Whole.show(exact),
        _ => format.show(exact),
    }
}

/// Returns the round number at or above `raw`; never a fraction of what is counted, nor of the last decimal written: two
/// ticks would be written alike.
fn step(raw: f64, format: Format) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let round =
        [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= raw * 0.999).unwrap_or(10.0)
            * power;
    round.max(match format {
        Format::Whole | Format::Pounds | Format::OneDecimal | Format::Places => 1.0,
        Format::Percent | Format::ChangePercent | Format::ChangePoints => 0.1,
        Format::Rate | Format::ChangeRate => 0.01,
        Format::Probability => 0.001,
        Format::AsIs => 0.0,
    })
}

/// Returns the number of a point that is shown.
pub(super) fn value(point: ChartPoint) -> Option<f64> {
    point.number().map(Decimal::to_f64)
}

/// Returns the least and the greatest number drawn, zero among them.
pub(super) fn extent(chart: &ChartBlock) -> (f64, f64) {
    reach(chart.series.iter().flat_map(|series| &series.points).copied())
}

/// Returns the same with the bounds of the points.
pub(super) fn extent_with_bounds(chart: &ChartBlock) -> (f64, f64) {
    let bounds = chart.series.iter().flat_map(|series| &series.bounds);
    let ends = bounds.flat_map(|bounds| [bounds.lower, bounds.upper]);
    reach(chart.series.iter().flat_map(|series| &series.points).copied().chain(ends))
}

fn reach(points: impl Iterator<Item = ChartPoint>) -> (f64, f64) {
    let values = points.filter_map(value);
    values.fold((0.0, 0.0), |(least, most), value| (f64::min(least, value), f64::max(most, value)))
}
