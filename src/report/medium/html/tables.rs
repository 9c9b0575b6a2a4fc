//! Tables of figures, and tables of two columns.

use super::page::Page;
use crate::report::document::{Document, TableBlock, TableRow};
use crate::report::escape::html;
use crate::report::medium::workbook;
use crate::report::sections;

/// From how many columns on a table is set smaller and closer.
const DENSE: usize = 6;

/// Writes a table with its caption above and what it takes to read it beneath.
pub(super) fn write(page: &mut Page, table: &TableBlock, document: &Document) {
    page.put(format_args!(
        "<div style=\"overflow-x:auto;margin:4px 0 8px\" tabindex=\"0\" role=\"region\" aria-label=\"Table {}\">",
        table.number
    ));
    open(page, table.headings.len(), "");
    page.put(format_args!(
        "<caption class=\"quiet\" style=\"text-align:left;font-size:14px;color:#505a5f;padding:0 0 2px\">Table {}. {}</caption>\n<thead><tr>",
        table.number,
        html(&table.title)
    ));
    let bars = Bars::of(table);
    for (at, heading) in table.headings.iter().enumerate() {
        let span = if bars.as_ref().is_some_and(|bars| bars.column == at) { " colspan=\"2\"" } else { "" };
        page.put(format_args!(
            "<th scope=\"col\"{span} align=\"{}\" valign=\"bottom\" style=\"{}border-bottom:2px solid #0b0c0c\">{}</th>",
            if at < table.row_headings { "left" } else { "right" },
            edge(at, table.headings.len()),
            breakable(heading)
        ));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let (rows, left_out) = sections::rows_in_letter(table);
    if rows.is_empty() {
        let columns = table.headings.len() + usize::from(bars.is_some());
        page.put(format_args!("<tr><td colspan=\"{columns}\">No rows.</td></tr>\n"));
    }
    for row in rows {
        self::row(page, table, row, bars.as_ref());
    }
    page.push_str("</tbody></table></div>\n");
    let lines = left_out.into_iter().chain(sections::notes_in_letter(table));
    let lines = lines.chain(workbook::whole(document, table));
    let lines: Vec<String> = lines.map(|line| html(&line)).collect();
    if !lines.is_empty() {
        page.put(format_args!("{NOTE}{}</p>\n", lines.join("<br>")));
    }
}

/// The bars of a table: chart and table at once, which every mail program draws and a screen reader reads by row.
struct Bars {
    column: usize,
    most: f64,
}

impl Bars {
    /// Returns the bars of a table that asks for them and has a figure to draw.
    fn of(table: &TableBlock) -> Option<Self> {
        let column = table.bar?;
        let parts = table.rows.iter().filter(|row| !row.total);
        let most = parts.filter_map(|row| Self::size(row, column)).fold(0.0, f64::max);
        (most > 0.0).then_some(Self { column, most })
    }

    fn size(row: &TableRow, column: usize) -> Option<f64> {
        row.cells.get(column)?.number.map(|(number, _)| number.to_f64())
    }

    /// Writes the cell with the bar of a row: none for a total, and none for what is hidden or not above zero.
    fn cell(&self, page: &mut Page, row: &TableRow, line: &str) {
        page.put(format_args!("<td width=\"30%\" style=\"border-bottom:{line}\">"));
        let size = Self::size(row, self.column).filter(|size| *size > 0.0 && !row.total);
        if let Some(size) = size {
            let width = (size / self.most * 100.0).round().clamp(1.0, 100.0);
            let blank = "font-size:1px;line-height:12px;height:12px";
            page.put(format_args!(
                "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\
                 <td class=\"bar\" width=\"{width}%\" style=\"padding:0;border:0;background:#12436d;{blank}\">&nbsp;</td>"
            ));
            if width < 100.0 {
                page.put(format_args!("<td style=\"padding:0;border:0;{blank}\">&nbsp;</td>"));
            }
            page.push_str("</tr></table>");
        }
        page.push_str("</td>");
    }
}

/// Returns a heading that a narrow screen may break within its words: after the stroke of a year, and where a
/// long word has its middle.
fn breakable(heading: &str) -> String {
    let words = heading.split(' ').map(|word| match middle(word) {
        Some((before, after)) => format!("{}&shy;{}", html(before), html(after)),
        None => html(word).replace('/', "/<wbr>"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The shortest word that is broken.
const LONG: usize = 8;

/// Returns a long word in two near its middle: between two consonants, or before the consonant that leads to the
/// next vowel.
pub(super) fn middle(word: &str) -> Option<(&str, &str)> {
    if word.len() < LONG || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let letters = word.as_bytes();
    let vowel = |at: usize| letters.get(at).is_some_and(|letter| b"aeiouyAEIOUY".contains(letter));
    let parts = |at: &usize| {
        let at = *at;
        (!vowel(at) && vowel(at + 1)) && (vowel(at - 1) || vowel(at - 2))
    };
    let best = (3..word.len() - 2).filter(parts).min_by_key(|at| (2 * at).abs_diff(word.len()))?;
    word.split_at_checked(best)
}

/// From how many columns on a table is set smallest on a narrow screen.
const CLOSE: usize = 5;

/// Writes the start of a table of so many columns; `named` is a further attribute.
fn open(page: &mut Page, columns: usize, named: &str) {
    let (space, size) = if columns >= DENSE { (3, 13) } else { (4, 15) };
    let class = if columns >= CLOSE { "data dense" } else { "data" };
    page.put(format_args!(
        "<table class=\"{class}\"{named} width=\"100%\" cellpadding=\"{space}\" cellspacing=\"0\" border=\"0\" \
         style=\"border-collapse:collapse;font-size:{size}px;line-height:1.3\">\n"
    ));
}

/// Writes a row. What its cells share is on the row: a table of a thousand cells must stay small.
fn row(page: &mut Page, table: &TableBlock, row: &TableRow, bars: Option<&Bars>) {
    let (weight, line) =
        if row.total { ("bold", "2px solid #0b0c0c") } else { ("normal", "1px solid #b1b4b6") };
    page.put(format_args!("<tr valign=\"top\" style=\"font-weight:{weight};white-space:nowrap\">"));
    for (at, cell) in row.cells.iter().enumerate() {
        if let Some(bars) = bars.filter(|bars| bars.column == at) {
            bars.cell(page, row, line);
        }
        let (edge, text) = (edge(at, row.cells.len()), html(&cell.text));
        if at < table.row_headings {
            page.put(format_args!(
                "<th scope=\"row\" align=\"left\" style=\"{edge}border-bottom:{line};font-weight:{weight};white-space:normal\">\
                 {text}</th>"
            ));
        } else {
            page.put(format_args!("<td align=\"right\" style=\"{edge}border-bottom:{line}\">{text}</td>"));
        }
    }
    page.push_str("</tr>\n");
}

/// Returns the padding of a cell: the first and the last column are at the edges of the text.
fn edge(at: usize, columns: usize) -> &'static str {
    if at == 0 {
        "padding-left:0;"
    } else if at + 1 == columns {
        "padding-right:0;"
    } else {
        ""
    }
}

/// Writes names and what they are.
pub(super) fn pairs(page: &mut Page, name: &str, rows: &[(String, String)]) {
    open(page, 2, &format!(" aria-label=\"{}\"", html(name)));
    for (heading, text) in rows {
        page.put(format_args!(
            "<tr valign=\"top\"><th scope=\"row\" align=\"left\" width=\"22%\" style=\"padding-left:0;\
             border-bottom:1px solid #b1b4b6;font-weight:normal\">{}</th>\
             <td style=\"padding-right:0;border-bottom:1px solid #b1b4b6\">{}</td></tr>\n",
            html(heading),
            html(text)
        ));
    }
    page.push_str("</table>\n");
}

/// The start of small print.
const NOTE: &str =
    "<p class=\"quiet\" style=\"margin:0 0 10px;font-size:13px;line-height:1.35;color:#505a5f\">";

/// Writes a paragraph of small print.
pub(super) fn note(page: &mut Page, text: &str) {
    page.put(format_args!("{NOTE}{}</p>\n", html(text)));
}
