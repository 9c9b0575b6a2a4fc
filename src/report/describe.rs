//! A table's figures as one sentence, for readers who cannot see its chart.

use super::frame::Frame;
use super::layout;

/// The longest description, in letters: what screen readers and mail programs take of an alt text.
pub(super) const LONGEST: usize = 250;

/// `2016/17, 2017/18, 2018/19: primary 29, 22, 15; secondary 93, 97, 89; total 122, 119, 104.`
pub(super) fn table(frame: &Frame) -> String {
    let table = layout::table(frame, String::new());
    if table.rows.is_empty() {
        return "No figures.".to_owned();
    }
    let headings =
        table.headings.iter().skip(table.row_headings).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rows = table.rows.iter().map(|row| {
        let text = |cells: &[super::document::TableCell], between: &str| {
            cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(between)
        };
        let (heads, cells) = row.cells.split_at(table.row_headings.min(row.cells.len()));
        format!("{} {}", text(heads, " "), text(cells, ", "))
    });
    shortened(&headings, rows.collect())
}

/// As many rows as fit, and how many do not.
fn shortened(headings: &str, rows: Vec<String>) -> String {
    let total = rows.len();
    let mut text = format!("{headings}: ");
    for (at, row) in rows.into_iter().enumerate() {
        let left = format!(" and {} more rows.", total - at);
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
