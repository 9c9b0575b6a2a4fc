//! Sentences about a measure, right in every case: rise, fall, neither, zero, hidden, missing.
//!
//! All comparisons are made on numbers as written, so that no sentence says more than the table
//! beside it shows. Verbs are in the past tense, which has one form for `exclusions` and for `spend`.

use std::cmp::Ordering;

use super::escape::UNKNOWN;
use super::number::Format;
use super::series::{Point, Series};
use crate::disclosure::{Cell, Decimal};

/// The words for a hidden number. It may itself be large, so it is not called small.
pub(super) const HIDDEN: &str = "cannot be shown, because small numbers are protected";

/// What two points of a series come to.
enum Pair<'a> {
    /// Both are shown; the numbers as written.
    Both(&'a Point, Decimal, &'a Point, Decimal),
    /// Only the later one is, and why not the earlier.
    Later(&'a Point, Option<&'a Point>),
    /// The later one is hidden.
    Hidden,
    /// The later one is missing.
    Missing,
}

fn pair<'a>(series: &'a Series, earlier: Option<&'a Point>) -> Pair<'a> {
    let now = &series.current;
    match (now.number(series.format), &now.cell) {
        (Some(number), _) => match earlier.and_then(|point| Some((point, point.number(series.format)?))) {
            Some((point, before)) => Pair::Both(point, before, now, number),
            None => Pair::Later(now, earlier),
        },
        (None, Cell::Hidden) => Pair::Hidden,
        (None, _) => Pair::Missing,
    }
}

/// Returns a difference in words in place of its sign: `£231,354 more`, `£80,134 less`, `nothing`.
pub(super) fn more(series: &Series) -> String {
    let Some(number) = series.current.number(series.format) else { return UNKNOWN.to_owned() };
    let size = series.format.show(number.magnitude());
    match compare(number, Decimal::integer(0)) {
        Ordering::Greater => format!("{size} more"),
        Ordering::Less => format!("{size} less"),
        Ordering::Equal => "nothing".to_owned(),
    }
}

/// Returns the change from the period before: `fell from 119 to 104 (−12.6%)`.
pub(super) fn change(series: &Series) -> String {
    if series.so_far {
        return so_far(series);
    }
    let shown = |number| series.format.show(number);
    match pair(series, series.previous.as_ref()) {
        Pair::Both(_, before, _, now) => match compare(now, before) {
            Ordering::Equal => format!("stayed at {}", shown(now)),
            order => {
                let verb = if order == Ordering::Greater { "rose" } else { "fell" };
                format!(
                    "{verb} from {} to {}{}",
                    shown(before),
                    shown(now),
                    in_brackets(series.format, before, now)
                )
            }
        },
        Pair::Later(now, Some(before)) if before.cell == Cell::Hidden => format!(
            "came to {} ({} is hidden to protect small numbers)",
            now.shown(series.format),
            before.period
        ),
        Pair::Later(now, Some(before)) => {
            format!("came to {} (there is no figure for {})", now.shown(series.format), before.period)
        }
        Pair::Later(now, None) => format!("came to {}", now.shown(series.format)),
        Pair::Hidden => HIDDEN.to_owned(),
        Pair::Missing => UNKNOWN.to_owned(),
    }
}

/// Returns what has come of a period that runs, beside the same point of the one before:
/// `came to £3,145,307 so far, up from £2,811,533 at the same point of 2025/26 (+11.9%)`.
fn so_far(series: &Series) -> String {
    let shown = |number| series.format.show(number);
    match pair(series, series.previous.as_ref()) {
        Pair::Both(point, before, _, now) => {
            let (to, from) = (shown(now), shown(before));
            match compare(now, before) {
                Ordering::Equal => format!("came to {to} so far, as at the same point of {}", point.period),
                order => {
                    let word = if order == Ordering::Greater { "up" } else { "down" };
                    let change = in_brackets(series.format, before, now);
                    format!(
                        "came to {to} so far, {word} from {from} at the same point of {}{change}",
                        point.period
                    )
                }
            }
        }
        Pair::Later(now, _) => format!("came to {} so far", now.shown(series.format)),
        Pair::Hidden => HIDDEN.to_owned(),
        Pair::Missing => UNKNOWN.to_owned(),
    }
}

/// Returns what is over or under something else: `£444,685 (7.5%) over`, `on` where it is neither.
pub(super) fn variance(difference: &Series, base: &Series) -> String {
    let (Some(number), base) =
        (difference.current.number(difference.format), base.current.number(base.format))
    else {
        return UNKNOWN.to_owned();
    };
    let word = match compare(number, Decimal::integer(0)) {
        Ordering::Equal => return "on".to_owned(),
        Ordering::Greater => "over",
        Ordering::Less => "under",
    };
    let size = number.magnitude();
    let share = base.and_then(|base| size.times_ten(2).over(base.magnitude(), 1));
    let share = share.map(|share| format!(" ({})", Format::Percent.show(share))).unwrap_or_default();
    format!("{}{share} {word}", difference.format.show(size))
}

/// Returns a title that states the finding: `Permanent exclusions fell by 15 in a year`.
pub(super) fn trend(series: &Series, span: &str) -> String {
    let label = &series.label;
    if series.so_far {
        return match pair(series, series.previous.as_ref()) {
            Pair::Both(point, before, _, now) => {
                let by = difference(series.format, before, now);
                match compare(now, before) {
                    Ordering::Equal => format!("{label}: as at the same point of {}", point.period),
                    Ordering::Greater => {
                        format!("{label}: up {by} on the same point of {}", point.period)
                    }
                    Ordering::Less => {
                        format!("{label}: down {by} on the same point of {}", point.period)
                    }
                }
            }
            Pair::Later(now, _) => format!("{label} so far: {}", now.shown(series.format)),
            Pair::Hidden => format!("{label}: hidden to protect small numbers"),
            Pair::Missing => UNKNOWN.to_owned(),
        };
    }
    match pair(series, series.previous.as_ref()) {
        Pair::Both(_, before, _, now) => match compare(now, before) {
            Ordering::Equal => format!("{label} did not change in {span}"),
            Ordering::Greater => {
                format!("{label} rose by {} in {span}", difference(series.format, before, now))
            }
            Ordering::Less => format!("{label} fell by {} in {span}", difference(series.format, before, now)),
        },
        Pair::Later(now, _) => format!("{label}: {} in {}", now.shown(series.format), now.period),
        Pair::Hidden => format!("{label}: hidden to protect small numbers"),
        Pair::Missing => UNKNOWN.to_owned(),
    }
}

/// Returns the change since the first period shown: `rose from 91 in 2013/14 to 293 in 2018/19, 3.2 times as many`.
pub(super) fn since_first(series: &Series) -> String {
    if series.so_far {
        return so_far(series);
    }
    let shown = |number| series.format.show(number);
    match pair(series, series.first.as_ref()) {
        Pair::Both(first, before, now, number) if first.period != now.period => match compare(number, before)
        {
            Ordering::Equal => {
                format!("was {} in {} as in {}", shown(number), now.period, first.period)
            }
            order => {
                let verb = if order == Ordering::Greater { "rose" } else { "fell" };
                let (from, to) = (shown(before), shown(number));
                let times = times(series.format, before, number);
                format!("{verb} from {from} in {} to {to} in {}{times}", first.period, now.period)
            }
        },
        Pair::Both(_, _, now, number) => format!("came to {} in {}", shown(number), now.period),
        Pair::Later(now, _) => format!("came to {} in {}", now.shown(series.format), now.period),
        Pair::Hidden => HIDDEN.to_owned(),
        Pair::Missing => UNKNOWN.to_owned(),
    }
}

/// Returns one number as a share of another: `85.6%`.
pub(super) fn share(part: &Series, whole: &Series) -> String {
    match (part.current.number(part.format), whole.current.number(whole.format)) {
        (Some(part), Some(whole)) => match part.times_ten(2).over(whole, 1) {
            Some(share) => Format::Percent.show(share),
            None => "none".to_owned(),
        },
        _ => UNKNOWN.to_owned(),
    }
}

/// Returns whether the measure rose (`Greater`) or fell since the period before; `None` when that is not known.
pub(super) fn direction(series: &Series) -> Option<Ordering> {
    match pair(series, series.previous.as_ref()) {
        Pair::Both(_, before, _, now) => Some(compare(now, before)),
        _ => None,
    }
}

/// Returns the change as the comparator of a key figure: `down 12.6%`.
pub(super) fn short_change(format: Format, before: Decimal, now: Decimal) -> String {
    let word = match compare(now, before) {
        Ordering::Equal => return "no change".to_owned(),
        Ordering::Greater => "up",
        Ordering::Less => "down",
    };
    match relative(format, before, now) {
        Some(change) if format == Format::Rate => format!("{word} {}", format.show(change.magnitude())),
        Some(change) => {
            format!("{word} {}", format.of_change().show(change.magnitude()).trim_start_matches('+'))
        }
        None => format!("{word} {}", format.show(now.minus(before).magnitude())),
    }
}

/// Returns the change in the form that its column takes: per cent, or points for a percentage and the plain
/// difference for a rate. `None` where a percentage means nothing: from zero or below it.
pub(super) fn relative(format: Format, before: Decimal, now: Decimal) -> Option<Decimal> {
    let (before, now) = (format.rounded(before), format.rounded(now));
    let difference = now.minus(before);
    match format {
        Format::Percent | Format::Rate => Some(difference),
        _ if before.is_negative() || now.is_negative() => None,
        _ => difference.times_ten(2).over(before, 1),
    }
}

/// Returns `, 3.2 times as many` for a count that grew by half or more; the percentage otherwise.
pub(super) fn times(format: Format, before: Decimal, now: Decimal) -> String {
    let factor = now.over(before, 1).filter(|_| !before.is_negative() && !now.is_negative());
    let percentage = matches!(format, Format::Percent | Format::Rate);
    match factor {
        Some(factor) if !percentage && compare(factor, Decimal::new(15, 1)) != Ordering::Less => {
            let words = if format == Format::Pounds { "times as much" } else { "times as many" };
            format!(", {} {words}", Format::OneDecimal.show(factor))
        }
        _ => in_brackets(format, before, now),
    }
}

/// Returns the change since long ago as the comparator of a key figure: `3.2 times`, or `up 12.6%`.
pub(super) fn since(format: Format, before: Decimal, now: Decimal) -> String {
    let times = times(format, before, now);
    match times.strip_prefix(", ").and_then(|times| times.split_once(" as ")) {
        Some((times, _)) => times.to_owned(),
        None => short_change(format, before, now),
    }
}

/// Returns ` (−12.6%)`, or nothing where a percentage means nothing.
fn in_brackets(format: Format, before: Decimal, now: Decimal) -> String {
    match relative(format, before, now) {
        Some(change) => format!(" ({})", format.of_change().show(change)),
        None if before.is_zero() => String::new(),
        None => {
            let word = if compare(now, before) == Ordering::Greater { "up" } else { "down" };
            format!(" ({word} {})", format.show(now.minus(before).magnitude()))
        }
    }
}

/// Returns the difference of two numbers: `15`, `£1,200`, `4.1 points`.
fn difference(format: Format, before: Decimal, now: Decimal) -> String {
    let difference = now.minus(before).magnitude();
    match format {
        Format::Percent => Format::ChangePoints.show(difference).trim_start_matches('+').to_owned(),
        _ => format.show(difference),
    }
}

/// Compares numbers by value alone; their scales may differ.
pub(super) fn compare(a: Decimal, b: Decimal) -> Ordering {
    let difference = a.minus(b);
    if difference.is_zero() {
        Ordering::Equal
    } else if difference.is_negative() {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}
