//! The workbook: cover, contents, notes, then one marked table a sheet.
//!
//! Set out as the Analysis Function asks of published spreadsheets: tables start in column A under
//! their title, no cell is merged, blank or hidden, nothing is frozen or filtered, symbols are in
//! square brackets and are explained, contents and sheets lead to each other. What each measure is stands once, in
//! the notes. Texts are written as texts, so that none becomes a formula.

mod findings;
mod sheets;

use std::collections::BTreeSet;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, FormatAlign, FormatUnderline, Table, TableColumn,
    TableStyle, Url, Workbook as Book, Worksheet,
};

use self::sheets::{Sheet, sheets};
use super::renderer::{Attachment, Content, File, Renderer};
use crate::report::document::{Document, TableBlock};
use crate::report::error::ReportError;
use crate::report::{number, sections};

const CONTENTS: &str = "Contents";
const NOTES: &str = "Notes";
const FINDINGS: &str = "Findings";

/// The widest column, in characters.
const WIDEST: usize = 60;

/// Every table of the document as an Excel workbook.
pub(super) struct Workbook;

impl Renderer for Workbook {
    fn extension(&self) -> &'static str {
        "xlsx"
    }

    fn content_type(&self) -> &'static str {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }

    fn attachment(&self, _: &Document, stem: &str) -> Option<Attachment> {
        let file = format!("{stem}.{}", self.extension());
        Some(Attachment { file, holds: "every table, with its definitions and notes" })
    }

    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError> {
        let name = format!("{}.{}", content.stem, self.extension());
        Ok(vec![File { name, bytes: write(content.document)? }])
    }
}

/// Says on which sheet a table of the email stands, with all its rows and notes.
pub(super) fn whole(document: &Document, table: &TableBlock) -> Option<String> {
    sheets::tab_of(document, table).map(|tab| format!("Whole in the workbook, sheet \u{201c}{tab}\u{201d}."))
}

fn write(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut book = Book::new();
    book.set_properties(&properties(document)?);
    let styles = Styles::new();
    cover(book.add_worksheet(), document, &styles)?;
    let sheets = sheets(document);
    let findings = findings::findings(&document.blocks);
    contents(book.add_worksheet(), &sheets, !findings.is_empty(), &styles)?;
    notes(book.add_worksheet(), document, &styles)?;
    if !findings.is_empty() {
        found(book.add_worksheet(), document, &findings, &styles)?;
    }
    for one in &sheets {
        sheet(book.add_worksheet(), document, one, &styles)?;
    }
    for sheet in book.worksheets_mut() {
        // On paper: A4 across, and no table cut in two beside each other.
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    }
    Ok(book.save_to_buffer()?)
}

/// The few styles of the workbook.
struct Styles {
    title: Style,
    heading: Style,
    text: Style,
    /// Text that is not broken into lines.
    plain: Style,
    right: Style,
    link: Style,
}

impl Styles {
    fn new() -> Self {
        let text = Style::new().set_font_name("Arial").set_font_size(12).set_align(FormatAlign::Top);
        Self {
            title: text.clone().set_bold().set_font_size(15),
            heading: text.clone().set_bold().set_text_wrap(),
            right: text.clone().set_align(FormatAlign::Right),
            plain: text.clone(),
            link: text.clone().set_font_color("#1D70B8").set_underline(FormatUnderline::Single),
            text: text.set_text_wrap(),
        }
    }
}

/// Returns who made it and when: of the edition, never of the machine.
fn properties(document: &Document) -> Result<DocProperties, ReportError> {
    let facts = &document.facts;
    let local = facts.as_of.naive_local();
    let made = ExcelDateTime::parse_from_str(&local.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    Ok(DocProperties::new()
        .set_title(&document.title)
        .set_author(&facts.service)
        .set_company(&facts.council)
        .set_comment(sections::colophon(document))
        .set_creation_datetime(&made))
}

fn cover(sheet: &mut Worksheet, document: &Document, styles: &Styles) -> Result<(), ReportError> {
    let facts = &document.facts;
    sheet.set_name("Cover")?;
    let lines = [
        document.title.clone(),
        format!("{} · {}", facts.council, facts.service),
        format!("Protective marking: {}", facts.marking),
        format!(
            "This workbook holds every table of the report. Stocks are counted on {}.",
            number::date(facts.as_at)
        ),
        sections::colophon(document),
        format!("Replies reach {} at {}.", facts.service, facts.reply_to),
    ];
    column(sheet, &lines, styles)
}

fn contents(
    sheet: &mut Worksheet,
    sheets: &[Sheet<'_>],
    has_findings: bool,
    styles: &Styles,
) -> Result<(), ReportError> {
    sheet.set_name(CONTENTS)?;
    sheet.write_string_with_format(0, 0, "Contents", &styles.title)?;
    sheet.write_string_with_format(
        1,
        0,
        "This sheet holds one table: what is on which sheet.",
        &styles.plain,
    )?;
    let mut rows = vec![(NOTES.to_owned(), "What the symbols, measures and checks mean".to_owned())];
    rows.extend(
        has_findings.then(|| (FINDINGS.to_owned(), "What was found beyond the email, in words".to_owned())),
    );
    let tables = sheets.iter().flat_map(|one| one.tables.iter().map(|table| (&one.name, &table.title)));
    rows.extend(tables.map(|(name, title)| (name.clone(), title.clone())));
    pairs(sheet, 2, ["Sheet", "What it holds"], "contents", &rows, styles)?;
    for (at, (name, _)) in (3..).zip(&rows) {
        link(sheet, at, name, name, styles)?;
    }
    Ok(())
}

/// Writes what leads to another sheet.
fn link(sheet: &mut Worksheet, row: u32, to: &str, words: &str, styles: &Styles) -> Result<(), ReportError> {
    let url = Url::new(format!("internal:'{to}'!A1")).set_text(words);
    sheet.write_url_with_format(row, 0, url, &styles.link)?;
    Ok(())
}

fn notes(sheet: &mut Worksheet, document: &Document, styles: &Styles) -> Result<(), ReportError> {
    sheet.set_name(NOTES)?;
    sheet.write_string_with_format(0, 0, "Notes", &styles.title)?;
    sheet.write_string_with_format(
        1,
        0,
        "This sheet holds one table: how to read the others.",
        &styles.plain,
    )?;
    let mut rows = vec![
        ("[c]".to_owned(), "Confidential: hidden to protect small numbers".to_owned()),
        ("[u]".to_owned(), "Low reliability: too few to rely on".to_owned()),
        ("[x]".to_owned(), "Not available".to_owned()),
        ("[z]".to_owned(), "Not applicable".to_owned()),
    ];
    let mut seen = BTreeSet::new();
    for definition in document.tables.iter().flat_map(|table| &table.definitions) {
        if seen.insert((&definition.label, &definition.text)) {
            rows.push((definition.label.clone(), definition.text.clone()));
        }
    }
    for table in &document.tables {
        rows.extend(table.notes.iter().map(|note| (table.title.clone(), note.clone())));
    }
    rows.extend(sections::trust(document));
    let method = sections::method(document).into_iter().enumerate();
    rows.extend(method.map(|(at, text)| (format!("Method {}", at + 1), text)));
    pairs(sheet, 2, ["Note", "What it says"], "notes", &rows, styles)
}

/// Writes what was found beyond the email.
fn found(
    sheet: &mut Worksheet,
    document: &Document,
    findings: &[(String, String)],
    styles: &Styles,
) -> Result<(), ReportError> {
    sheet.set_name(FINDINGS)?;
    sheet.write_string_with_format(0, 0, format!("Findings. {}", document.title), &styles.title)?;
    sheet.write_string_with_format(
        1,
        0,
        "This sheet holds one table: what was found beyond the email.",
        &styles.plain,
    )?;
    pairs(sheet, 2, ["Part", "What was found"], "findings", findings, styles)
}

/// The row of the headings of a table.
const HEAD: u32 = 3;

/// Writes one sheet with its table.
fn sheet(
    sheet: &mut Worksheet,
    document: &Document,
    one: &Sheet<'_>,
    styles: &Styles,
) -> Result<(), ReportError> {
    sheet.set_name(&one.name)?;
    sheet.write_string_with_format(0, 0, format!("{}. {}", one.title, document.title), &styles.title)?;
    sheet.write_string_with_format(
        1,
        0,
        "This sheet holds one table. Definitions and symbols are on the sheet Notes.",
        &styles.plain,
    )?;
    link(sheet, 2, CONTENTS, "Back to contents", styles)?;
    let headings = unique(&one.headings);
    let mut row = HEAD;
    for (at, cells) in (HEAD + 1..).zip(&one.rows) {
        let weighted = |style: &Style| if cells.total { style.clone().set_bold() } else { style.clone() };
        for (column, cell) in (0..).zip(&cells.cells) {
            match &cell.number {
                // A spreadsheet would make zeros of the digits after the fifteenth.
                Some((number, _)) if number.digits() > WHOLE_DIGITS => {
                    sheet.write_string_with_format(
                        at,
                        column,
                        number.to_string(),
                        &weighted(&styles.right),
                    )?;
                }
                Some((number, format)) => {
                    let style = weighted(&styles.right).set_num_format(format.spreadsheet(*number));
                    sheet.write_number_with_format(at, column, number.to_f64(), &style)?;
                }
                None if usize::from(column) >= one.row_headings => {
                    sheet.write_string_with_format(at, column, &cell.text, &weighted(&styles.right))?;
                }
                None => {
                    sheet.write_string_with_format(at, column, &cell.text, &weighted(&styles.text))?;
                }
            }
        }
        row = at;
    }
    for (column, heading) in (0..).zip(&headings) {
        let cells = one.rows.iter().filter_map(|row| row.cells.get(usize::from(column)));
        let widest = cells.map(|cell| cell.text.chars().count()).max().unwrap_or_default();
        // A heading wraps, so only its longest word needs room.
        let word = heading.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
        sheet.set_column_width(column, width(widest.max(word).max(10)))?;
    }
    let name = format!("table_{}", one.number);
    // A marked table needs a row beneath its headings.
    marked(sheet, HEAD, row.max(HEAD + 1), &headings, &name, styles)
}

/// The digits of a number that a spreadsheet keeps.
const WHOLE_DIGITS: usize = 15;

/// Marks a range as an Excel table with these headings.
fn marked(
    sheet: &mut Worksheet,
    first: u32,
    last: u32,
    headings: &[String],
    name: &str,
    styles: &Styles,
) -> Result<(), ReportError> {
    let columns: Vec<TableColumn> = headings
        .iter()
        .map(|heading| TableColumn::new().set_header(heading).set_header_format(&styles.heading))
        .collect();
    let table =
        Table::new().set_name(name).set_columns(&columns).set_style(TableStyle::None).set_autofilter(false);
    let width = u16::try_from(headings.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.add_table(first, 0, last, width, &table)?;
    Ok(())
}

/// Writes a marked table of two columns.
fn pairs(
    sheet: &mut Worksheet,
    first: u32,
    headings: [&str; 2],
    name: &str,
    rows: &[(String, String)],
    styles: &Styles,
) -> Result<(), ReportError> {
    let mut last = first;
    for (at, (left, right)) in (first + 1..).zip(rows) {
        sheet.write_string_with_format(at, 0, left, &styles.text)?;
        sheet.write_string_with_format(at, 1, right, &styles.text)?;
        // Not every program finds the height of a row for itself.
        let lines = left.chars().count().div_ceil(24).max(right.chars().count().div_ceil(80)).max(1);
        sheet.set_row_height(at, f64::from(u32::try_from(lines).unwrap_or(20)) * 16.0)?;
        last = at;
    }
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 90)?;
    marked(sheet, first, last, &headings.map(str::to_owned), name, styles)
}

/// Writes lines in column A, the first as title.
fn column(sheet: &mut Worksheet, lines: &[String], styles: &Styles) -> Result<(), ReportError> {
    for (at, line) in (0..).zip(lines) {
        let style = if at == 0 { &styles.title } else { &styles.text };
        sheet.write_string_with_format(at, 0, line, style)?;
    }
    sheet.set_column_width(0, 90)?;
    Ok(())
}

fn width(characters: usize) -> f64 {
    f64::from(u32::try_from(characters.min(WIDEST)).unwrap_or(60)) + 3.0
}

/// Makes the headings differ, as a marked table needs them to.
fn unique(headings: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::with_capacity(headings.len());
    for heading in headings {
        let mut name = heading.clone();
        let mut number = 2;
        while found.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            name = format!("{heading} ({number})");
            number += 1;
        }
        found.push(name);
    }
    found
}
