//! Tables of figures, and tables of two columns.

use super::{Page, escaped};
use crate::report::document::{Document, TableBlock, TableRow};
use crate::report::sections;

/// From how many columns on a table is set smaller and closer.
const DENSE: usize = 6;

const OPEN: &str = "<table class=\"data\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
    style=\"border-collapse:collapse;font-size:15px;line-height:1.35\">";

/// A table with its caption above and its definitions beneath.
pub(super) fn write(page: &mut Page, document: &Document, table: &TableBlock) {
    let dense = table.headings.len() >= DENSE;
    let open = if dense { OPEN.replacen("font-size:15px", "font-size:13px", 1) } else { OPEN.to_owned() };
    let caption = format!("Table {}. {}", table.number, escaped(&table.title));
    page.put(format_args!(
        "<div style=\"overflow-x:auto;margin:8px 0\" tabindex=\"0\" role=\"region\" aria-label=\"Table {}\">{open}\n\
         <caption style=\"text-align:left;font-weight:bold;padding:8px 0\">{caption}</caption>\n<thead><tr>",
        table.number
    ));
    for (at, heading) in table.headings.iter().enumerate() {
        let align = if at < table.row_headings { "left" } else { "right" };
        page.put(format_args!(
            "<th class=\"rule\" scope=\"col\" align=\"{align}\" valign=\"bottom\" style=\"{};border-bottom:2px solid #0b0c0c\">{}</th>",
            padding(at, table.headings.len()),
            escaped(heading)
        ));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let (rows, left_out) = sections::rows_in_letter(table);
    if rows.is_empty() {
        page.put(format_args!(
            "<tr><td colspan=\"{}\" style=\"padding:6px 0\">No rows.</td></tr>\n",
            table.headings.len()
        ));
    }
    for row in rows {
        self::row(page, table, row);
    }
    page.push_str("</tbody></table></div>\n");
    if let Some(left_out) = left_out {
        note(page, &left_out);
    }
    for line in sections::table_notes(document, table) {
        note(page, &line);
    }
}

fn row(page: &mut Page, table: &TableBlock, row: &TableRow) {
    page.push_str("<tr>");
    let (weight, line) =
        if row.total { ("bold", "2px solid #0b0c0c") } else { ("normal", "1px solid #b1b4b6") };
    for (at, cell) in row.cells.iter().enumerate() {
        let style = format!("{};border-bottom:{line};font-weight:{weight}", padding(at, row.cells.len()));
        let text = escaped(&cell.text);
        if at < table.row_headings {
            page.put(format_args!(
                "<th class=\"rule\" scope=\"row\" align=\"left\" valign=\"top\" style=\"{style}\">{text}</th>"
            ));
        } else {
            page.put(format_args!(
                "<td class=\"rule\" align=\"right\" valign=\"top\" style=\"{style};white-space:nowrap\">{text}</td>"
            ));
        }
    }
    page.push_str("</tr>\n");
}

/// The first and the last column stand at the edges of the text.
fn padding(at: usize, columns: usize) -> &'static str {
    if columns >= DENSE {
        if at == 0 { "padding:5px 5px 5px 0" } else { "padding:5px 0 5px 5px" }
    } else if at == 0 {
        "padding:6px 8px 6px 0"
    } else if at + 1 == columns {
        "padding:6px 0 6px 8px"
    } else {
        "padding:6px 8px"
    }
}

/// Names and what is said of them.
pub(super) fn pairs(page: &mut Page, name: &str, rows: &[(String, String)]) {
    page.push_str(&OPEN.replacen("<table ", &format!("<table aria-label=\"{}\" ", escaped(name)), 1));
    for (heading, text) in rows {
        page.put(format_args!(
            "<tr><th class=\"rule\" scope=\"row\" align=\"left\" valign=\"top\" width=\"34%\" style=\"padding:6px 8px 6px 0;\
             border-bottom:1px solid #b1b4b6;font-weight:normal\">{}</th>\
             <td class=\"rule\" valign=\"top\" style=\"padding:6px 0;border-bottom:1px solid #b1b4b6\">{}</td></tr>\n",
            escaped(heading),
            escaped(text)
        ));
    }
    page.push_str("</table>\n");
}

/// A line of small print.
pub(super) fn note(page: &mut Page, text: &str) {
    page.put(format_args!(
        "<p class=\"quiet\" style=\"margin:0 0 6px;font-size:13px;line-height:1.4;color:#505a5f\">{}</p>\n",
        escaped(text)
    ));
}
