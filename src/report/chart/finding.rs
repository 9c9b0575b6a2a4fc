//! What a chart shows, in one sentence, for a reader who cannot see it.

use crate::disclosure::Decimal;
use crate::report::document::{ChartKind, ChartPoint, ChartSeries};
use crate::report::number::Format;
use crate::report::sentence::compare;
use std::cmp::Ordering;

/// A chart as it is drawn.
pub(super) struct Drawing<'a> {
    pub(super) measure: &'a str,
    pub(super) format: Format,
    pub(super) categories: &'a [String],
    pub(super) series: &'a [ChartSeries],
    /// Whether its categories are periods.
    pub(super) over_time: bool,
}

/// Returns the finding; `None` for a kind that has no sentence of its own, and where too little is shown.
pub(super) fn of(kind: &ChartKind, drawing: &Drawing) -> Option<String> {
    match kind {
        ChartKind::StackedBar { totals } if drawing.over_time => {
            let sentence = over_time(drawing, totals)?;
            let hidden = drawing.categories.iter().enumerate().filter(|(at, _)| {
                drawing.series.iter().any(|series| series.points.get(*at) == Some(&ChartPoint::Hidden))
            });
            Some(match hidden.count() {
                0 => sentence + ".",
                1 => sentence + "; one of the totals is not split.",
                many => format!("{sentence}; {many} of the totals are not split."),
            })
        }
        ChartKind::Line if drawing.series.len() > 1 => lines(drawing),
        ChartKind::Line | ChartKind::Bar if drawing.over_time => {
            over_time(drawing, &drawing.series.first()?.points).map(|sentence| sentence + ".")
        }
        ChartKind::Bar => ranked(drawing),
        ChartKind::Dot { .. } => intervals(drawing),
        ChartKind::Bridge { levels } => bridge(drawing, levels),
        ChartKind::Band { .. } => ahead(drawing),
        ChartKind::Line | ChartKind::StackedBar { .. } | ChartKind::Funnel(_) => None,
    }
}

/// Returns the points that show a number, each with the name of its category.
fn shown<'a>(drawing: &'a Drawing, points: &[ChartPoint]) -> Vec<(&'a str, Decimal)> {
    let named = drawing.categories.iter().map(String::as_str).zip(points);
    named.filter_map(|(name, point)| Some((name, point.number()?))).collect()
}

/// Returns the highest of some points, the first where several are.
fn highest<'a>(points: &[(&'a str, Decimal)]) -> Option<(&'a str, Decimal)> {
    let mut highest: Option<(&str, Decimal)> = None;
    for &(name, number) in points {
        if highest.is_none_or(|(_, most)| compare(number, most) == Ordering::Greater) {
            highest = Some((name, number));
        }
    }
    highest
}

/// Returns `Permanent exclusions rose from 82 in 2021/22 to 122 in 2024/25 and fell to 112 in 2025/26`.
fn over_time(drawing: &Drawing, points: &[ChartPoint]) -> Option<String> {
    let points = shown(drawing, points);
    let (&(from, first), &(to, last)) = (points.first()?, points.last()?);
    let (top, most) = highest(&points)?;
    let written = |number| drawing.format.show(number);
    let measure = drawing.measure;
    let move_of = |a, b| match compare(b, a) {
        Ordering::Greater => "rose",
        Ordering::Less => "fell",
        Ordering::Equal => "stood",
    };
    if from == to {
        return Some(format!("{measure}: {} in {to}", written(last)));
    }
    // A peak that is written as the first or the last figure is none to a reader.
    let is_peak = |(at, number): (&str, Decimal)| at != top && written(number) != written(most);
    if is_peak((from, first)) && is_peak((to, last)) {
        let (first, most, last) = (written(first), written(most), written(last));
        return Some(format!(
            "{measure} rose from {first} in {from} to {most} in {top} and fell to {last} in {to}"
        ));
    }
    let verb = if written(first) == written(last) { "stood" } else { move_of(first, last) };
    let (first, last) = (written(first), written(last));
    Some(match verb {
        "stood" => format!("{measure} stood at {last} in {to}, as in {from}"),
        verb => format!("{measure} {verb} from {first} in {from} to {last} in {to}"),
    })
}

/// Returns `Spend since 1 April, by Sep 2026: Spend since 1 April £3,145,307, The year before £2,811,533.`
fn lines(drawing: &Drawing) -> Option<String> {
    let ends: Vec<String> = drawing
        .series
        .iter()
        .filter_map(|series| {
            let points = shown(drawing, &series.points);
            let (_, last) = points.last()?;
            Some(format!("{} {}", series.label, drawing.format.show(*last)))
        })
        .collect();
    let last = drawing.categories.last()?;
    (!ends.is_empty()).then(|| format!("{}, by {last}: {}.", drawing.measure, ends.join(", ")))
}

/// Returns `Pupil referral unit had most of 11 (spend): £2,613,244, 4.8 times the next, One-to-one tuition.`
fn ranked(drawing: &Drawing) -> Option<String> {
    let points = shown(drawing, &drawing.series.first()?.points);
    let (name, most) = highest(&points)?;
    let others: Vec<(&str, Decimal)> = points.iter().copied().filter(|(other, _)| *other != name).collect();
    let measure = drawing.measure.to_lowercase();
    let written = drawing.format.show(most);
    let Some((next, second)) = highest(&others) else {
        return Some(format!("{name}: {written} ({measure})."));
    };
    let times =
        most.over(second, 1).filter(|times| compare(*times, Decimal::integer(1)) == Ordering::Greater);
    let beside = times.filter(|_| !second.is_zero() && !second.is_negative()).map_or_else(
        || format!("beside {} of {next}", drawing.format.show(second)),
        |times| format!("{times} times the next, {next}"),
    );
    Some(format!("{name} had most of {} ({measure}): {written}, {beside}.", points.len()))
}

/// Returns `From £683,286 (year before) to £906,081 (this year); the largest step is Price, +£262,655.`
fn bridge(drawing: &Drawing, levels: &[bool]) -> Option<String> {
    let series = drawing.series.first()?;
    let named = drawing.categories.iter().zip(&series.points).zip(levels);
    let numbers = named.filter_map(|((name, point), level)| Some((name.as_str(), point.number()?, *level)));
    let (ends, steps): (Vec<_>, Vec<_>) = numbers.partition(|(_, _, level)| *level);
    let (&(from, first, _), &(to, last, _)) = (ends.first()?, ends.last()?);
    let sizes: Vec<(&str, Decimal)> = steps.iter().map(|(name, step, _)| (*name, step.magnitude())).collect();
    let most = highest(&sizes).and_then(|(name, size)| {
        let step = steps.iter().find(|(other, _, _)| *other == name)?.1;
        let sign = if step.is_negative() { "−" } else { "+" };
        (!size.is_zero())
            .then(|| format!("; the largest step is {name}, {sign}{}", drawing.format.show(size)))
    });
    let (first, last) = (drawing.format.show(first), drawing.format.show(last));
    let (from, to) = (from.to_lowercase(), to.to_lowercase());
    let most = most.unwrap_or_default();
    Some(format!("From {first} ({from}) to {last} ({to}){most}."))
}

/// Returns `Counted fell from 210 in 2021/22 to 196 in 2025/26; forecast: between 184 and 217 in 2026/27.`
fn ahead(drawing: &Drawing) -> Option<String> {
    let series = drawing.series.first()?;
    let bands: Vec<String> = drawing
        .categories
        .iter()
        .zip(&series.bounds)
        .filter_map(|(name, ends)| {
            let (low, high) = (ends.lower.number()?, ends.upper.number()?);
            Some(format!("between {} and {} in {name}", drawing.format.show(low), drawing.format.show(high)))
        })
        .collect();
    let first = bands.first()?;
    let last = bands.last().filter(|_| bands.len() > 1).map(|last| format!(", {last}")).unwrap_or_default();
    let counted = over_time(drawing, &series.points).map(|counted| counted + "; forecast: ");
    Some(format!("{}{first}{last}.", counted.unwrap_or_else(|| "Forecast: ".to_owned())))
}

/// Returns `SEN support: 5.73, the highest of 4; for 1 no clear difference is shown (relative risk).`
fn intervals(drawing: &Drawing) -> Option<String> {
    let series = drawing.series.first()?;
    let points = shown(drawing, &series.points);
    let (name, most) = highest(&points)?;
    let unclear = series.bounds.iter().filter(|bounds| {
        let one = Decimal::integer(1);
        let ends = bounds.lower.number().zip(bounds.upper.number());
        ends.is_some_and(|(low, high)| {
            compare(low, one) != Ordering::Greater && compare(high, one) != Ordering::Less
        })
    });
    let unclear = match unclear.count() {
        0 => String::new(),
        many => format!("; for {many} no clear difference is shown"),
    };
    let of = if points.len() > 1 { format!(", the highest of {}", points.len()) } else { String::new() };
    Some(format!("{name}: {}{of}{unclear} ({}).", drawing.format.show(most), drawing.measure.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{Drawing, over_time};
    use crate::disclosure::Decimal;
    use crate::report::document::ChartPoint;
    use crate::report::number::Format;

    /// Returns what is said of pounds and pence, the last month after the others.
    fn said(pence: &[i128]) -> String {
        let categories = ["April", "May", "June"].map(str::to_owned);
        let points: Vec<ChartPoint> =
            pence.iter().map(|pence| ChartPoint::Shown(Decimal::new(*pence, 2))).collect();
        let drawing = Drawing {
            measure: "Paid",
            format: Format::Pounds,
            categories: &categories,
            series: &[],
            over_time: true,
        };
        over_time(&drawing, &points).unwrap_or_default()
    }

    #[test]
    fn a_peak_that_is_written_as_the_last_figure_is_none() {
        assert_eq!(said(&[10_000, 90_010, 90_000]), "Paid rose from £100 in April to £900 in June");
        assert_eq!(
            said(&[10_000, 90_000, 50_000]),
            "Paid rose from £100 in April to £900 in May and fell to £500 in June"
        );
        assert_eq!(said(&[10_000, 10_010, 10_020]), "Paid stood at £100 in June, as in April");
    }
}
