//! A table's figures as one sentence, for readers who cannot see its chart.

use super::document::{ChartPoint, ChartSeries, Funnel, TableCell};
use super::frame::Frame;
use super::tabulate;
use crate::text::counted;

/// The longest description, in letters: what screen readers and mail programs take of an alt text.
pub(super) const LONGEST: usize = 250;

/// Returns `2016/17, 2017/18, 2018/19: primary 29, 22, 15; secondary 93, 97, 89; total 122, 119, 104.`
pub(super) fn table(frame: &Frame) -> String {
    let mut table = tabulate::table(frame, String::new());
    if frame.spec.change {
        // What changed is the chart's title; here it would read as one more year.
        let width =
            table.headings.iter().position(|heading| heading == tabulate::CHANGE).unwrap_or(usize::MAX);
        table.headings.truncate(width);
        table.rows.iter_mut().for_each(|row| row.cells.truncate(width));
    }
    if table.rows.is_empty() {
        return "No figures.".to_owned();
    }
    let headings =
        table.headings.iter().skip(table.row_headings).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rows = table.rows.iter().map(|row| {
        let text = |cells: &[TableCell], between: &str| {
            cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(between)
        };
        let (heads, cells) = row.cells.split_at(table.row_headings.min(row.cells.len()));
        format!("{} {}", text(heads, " "), text(cells, ", "))
    });
    shortened(&headings, rows.collect())
}

/// Returns `58 points, of which 3 lie above the 99.8% limits (Oak, Ash and Elm) and none below.`
pub(super) fn funnel(names: &[String], series: &[ChartSeries], funnel: &Funnel) -> String {
    let points = series.first().map(|series| series.points.as_slice()).unwrap_or_default();
    let shown = points.iter().filter(|point| point.number().is_some()).count();
    let hidden = points.iter().filter(|point| **point == ChartPoint::Hidden).count();
    let hidden = match hidden {
        0 => String::new(),
        1 => "; one more is not shown".to_owned(),
        _ => format!("; {hidden} more are not shown"),
    };
    let Some(limit) = funnel.limits.last() else {
        return format!("{shown} points by {}{hidden}.", funnel.measure.to_lowercase());
    };
    let beyond = |above: bool| {
        let outside: Vec<&str> = names
            .iter()
            .enumerate()
            .filter(|(at, _)| {
                let rate = points.get(*at).and_then(|point| point.number());
                rate.and_then(|rate| funnel.outside(*at, rate)) == Some(above)
            })
            .map(|(_, name)| name.as_str())
            .collect();
        match outside.as_slice() {
            [] => "none".to_owned(),
            few if few.len() <= 3 => format!("{} ({})", few.len(), few.join(", ")),
            many => {
                let first = many.iter().take(2).copied().collect::<Vec<_>>().join(", ");
                format!("{} ({first} and {} more)", many.len(), many.len() - 2)
            }
        }
    };
    format!(
        "{shown} points by {}: above the {} limits {}, below them {}{hidden}.",
        funnel.measure.to_lowercase(),
        limit.label,
        beyond(true),
        beyond(false)
    )
}

/// Returns as many rows as fit, and how many do not.
fn shortened(headings: &str, rows: Vec<String>) -> String {
    let total = rows.len();
    let mut text = format!("{headings}: ");
    for (at, row) in rows.into_iter().enumerate() {
        let left = format!(" and {}.", counted(total - at, "more row", "more rows"));
        let fits = text.chars().count() + row.chars().count() + left.chars().count() + 2 <= LONGEST;
        if !fits {
            return if at == 0 {
                format!("{total} rows; see the table.")
            } else {
                text.trim_end_matches("; ").to_owned() + &left
            };
        }
        text.push_str(&row);
        text.push_str("; ");
    }
    text.trim_end_matches("; ").to_owned() + "."
}
