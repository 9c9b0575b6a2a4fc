//! Cells of workbooks: formulas, errors, and numbers whose format is part of what they mean.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::{Field, warning};

const ANY: &str = "[workbook]\nsheet = \"*\"";

/// What a workbook says besides its cells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its days count from 1904.
    From1904,
    /// It asks to be calculated when it is opened.
    Calculates,
    /// Its second row of data and its second column are hidden.
    Hides,
    /// The first column is merged over the first two rows of data.
    Merges,
}

/// Makes a workbook with names and rows of cells as XML. Styles: 1 a day, 2 `00000`, 3 `0%`, 4 `[h]:mm`, 5 `hh:mm`,
/// 6 `"-"0.00`.
pub(super) fn workbook(names: &[&str], rows: &[&str], says: &[Part]) -> Vec<u8> {
    let says = |part: Part| says.contains(&part);
    let mut sheet = String::from("<worksheet>");
    if says(Part::Hides) {
        sheet.push_str(r#"<cols><col min="2" max="2" hidden="1"/></cols>"#);
    }
    sheet.push_str("<sheetData><row>");
    for name in names {
        write!(sheet, r#"<c t="inlineStr"><is><t>{name}</t></is></c>"#).unwrap();
    }
    sheet.push_str("</row>");
    for (at, cells) in rows.iter().enumerate() {
        let hidden = if says(Part::Hides) && at == 1 { r#" hidden="1""# } else { "" };
        write!(sheet, "<row{hidden}>{cells}</row>").unwrap();
    }
    sheet.push_str("</sheetData>");
    if says(Part::Merges) {
        sheet.push_str(r#"<mergeCells><mergeCell ref="A2:A3"/></mergeCells>"#);
    }
    sheet.push_str("</worksheet>");
    let from = if says(Part::From1904) { r#"<workbookPr date1904="1"/>"# } else { "" };
    let calculates = if says(Part::Calculates) { r#"<calcPr fullCalcOnLoad="1"/>"# } else { "" };
    let book = format!(
        r#"<workbook xmlns:r="r">{from}<sheets><sheet name="Lines" sheetId="1" r:id="rId1"/></sheets>{calculates}</workbook>"#
    );
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="00000"/><numFmt numFmtId="171" formatCode="[h]:mm"/><numFmt numFmtId="172" formatCode="&quot;-&quot;0.00"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="9"/><xf numFmtId="171"/><xf numFmtId="20"/><xf numFmtId="172"/></cellXfs></styleSheet>"#;
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="http://example/{kind}" Target="{target}"/>"#)
    };
    let root =
        format!("<Relationships>{}</Relationships>", relation("rId1", "officeDocument", "xl/workbook.xml"));
    let inner = format!(
        "<Relationships>{}{}</Relationships>",
        relation("rId1", "worksheet", "worksheets/sheet1.xml"),
        relation("rId2", "styles", "styles.xml")
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", root.as_str()),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &inner),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn field(names: &[&str], rows: &[&str], says: &[Part], columns: &[&str]) -> Field {
    Field::new("lines.xlsx", workbook(names, rows, says), ANY, columns)
}

#[test]
fn a_formula_without_a_result_is_set_aside() {
    let rows = [
        "<c><v>1</v></c><c><f>A2*3</f></c>",
        "<c><v>2</v></c><c><f>A3*3</f><v/></c>",
        "<c><v>3</v></c><c><f>A4*3</f><v>9</v></c>",
        r#"<c><v>4</v></c><c t="str"><f>""</f><v></v></c>"#,
        "<c><v>5</v></c><c><f>A5-A5</f><v>0</v></c>",
    ];
    let columns = &["Units: integer", "Cost: money"];
    let read = field(&["Units", "Cost"], &rows, &[], columns);
    assert_eq!(read.rows(), ["3|9.00", "4|", "5|0.00"]);
    let rule = |row: i64| (row, "formula_without_result".to_owned());
    assert_eq!(read.aside(), [rule(2), rule(3)]);
    // In a workbook that asks to be calculated a stored 0 is not a result.
    let asks = field(&["Units", "Cost"], &rows, &[Part::Calculates], columns);
    assert_eq!(asks.aside(), [rule(2), rule(3), rule(6)]);
}

#[test]
fn numbers_are_read_as_their_formats_mean_them() {
    let rows = [
        r#"<c s="2"><v>77</v></c><c s="4"><v>1.25</v></c><c s="5"><v>0.5625</v></c>"#,
        r#"<c><v>77</v></c><c><v>7.5</v></c><c s="5"><v>0.25</v></c>"#,
    ];
    let read =
        field(&["Centre", "Hours", "From"], &rows, &[], &["Centre: text", "Hours: decimal", "From: text"]);
    assert_eq!(read.rows(), ["00077|30.00|13:30", "77|7.50|06:00"]);
    assert_eq!(read.warnings(), [warning("time_as_hours", 1, "row 2, `hours`")]);
}

#[test]
fn percentages_beside_plain_numbers_are_counted() {
    let rows = [r#"<c s="3"><v>0.4</v></c>"#, "<c><v>40</v></c>", r#"<c s="3"><v>0.6</v></c>"#];
    let read = field(&["Rate"], &rows, &[], &["Rate: decimal"]);
    let said = "`rate` has 2 percentages, the first in row 2, and 1 plain numbers, the first in row 3";
    assert_eq!(read.warnings(), [warning("percent_beside_number", 2, said)]);
    let alike = field(&["Rate"], &[rows[0], rows[2]], &[], &["Rate: decimal"]);
    assert_eq!(alike.warnings(), []);
}

#[test]
fn errors_of_any_age_are_no_values() {
    let rows = [
        r#"<c t="e"><v>#SPILL!</v></c>"#,
        r#"<c t="str"><f>X()</f><v>#FIELD!</v></c>"#,
        r#"<c t="str"><v><![CDATA[Ash & Son]]></v></c>"#,
    ];
    let read = field(&["Body"], &rows, &[], &["Body: text"]);
    assert_eq!(read.rows(), ["Ash & Son"]);
    assert_eq!(read.aside().len(), 2);
}

#[test]
fn more_figures_than_a_sheet_keeps_are_no_reference() {
    let rows =
        ["<c><v>9.87654321098765e+17</v></c>", r#"<c t="inlineStr"><is><t>987654321098765432</t></is></c>"#];
    let read = field(&["Order"], &rows, &[], &["Order: text"]);
    assert_eq!(
        (read.rows(), read.aside()),
        (vec!["987654321098765432".to_owned()], vec![(2, "digits_lost".to_owned())])
    );
    let large = field(&["Value"], &["<c><v>400000000000000.75</v></c>"], &[], &["Value: decimal"]);
    assert_eq!(large.rows(), ["400000000000001.00"]);
}

#[test]
fn what_is_hidden_or_merged_is_counted() {
    let rows = [r#"<c t="inlineStr"><is><t>Ash</t></is></c><c><v>1</v></c>"#, r#"<c r="B3"><v>2</v></c>"#];
    let columns = &["Body: text", "Net: money"];
    let hides = field(&["Body", "Net"], &rows, &[Part::Hides], columns);
    assert_eq!(hides.warnings(), [warning("hidden_column", 1, "`net`"), warning("hidden_row", 1, "row 3")]);
    let merges = field(&["Body", "Net"], &rows, &[Part::Merges], columns);
    assert_eq!(merges.warnings(), [warning("merged_cell", 1, "row 3, `body`")]);
    let filled = Field::new(
        "lines.xlsx",
        workbook(&["Body", "Net"], &rows, &[Part::Merges]),
        &format!("{ANY}\nfill_down = [\"Body\"]"),
        columns,
    );
    assert_eq!(
        (filled.rows(), filled.warnings()),
        (vec!["Ash|1.00".to_owned(), "Ash|2.00".to_owned()], vec![])
    );
}

#[test]
fn a_number_that_its_format_shows_as_another_is_set_aside() {
    let rows = [r#"<c t="inlineStr"><is><t>A1</t></is></c><c s="6"><v>5</v></c>"#];
    let field =
        Field::new("k.xlsx", workbook(&["Ref", "Net"], &rows, &[]), ANY, &["Ref: text", "Net: money"]);
    assert_eq!((field.rows(), field.aside()), (Vec::new(), vec![(2, "number_shown_otherwise".to_owned())]));
}

#[test]
fn a_code_that_a_sheet_made_a_day_and_a_percentage_of_pounds_are_seen() {
    let rows = [
        r#"<c s="1"><v>45385</v></c><c><v>1</v></c>"#,
        r#"<c t="inlineStr"><is><t>5-13</t></is></c><c s="3"><v>0.5</v></c>"#,
    ];
    let read = field(&["Group", "Net"], &rows, &[], &["Group: text", "Net: money"]);
    assert_eq!(
        (read.rows(), read.aside()),
        (vec!["2024-04-03|1.00".to_owned()], vec![(3, "money".to_owned())])
    );
    let both = field(&["Group", "Net"], &rows, &[], &["Group: text"]);
    let said = "`group` has 1 true dates, the first in row 2, and 1 texts, the first in row 3";
    assert_eq!(both.warnings(), [warning("true_date_beside_text", 1, said)]);
    let days = field(&["Group", "Net"], &[rows[0]], &[], &["Group: text"]);
    assert_eq!(days.warnings(), []);
    let times = [r#"<c s="5"><v>0.5</v></c>"#, r#"<c t="inlineStr"><is><t>13:30</t></is></c>"#];
    assert_eq!(field(&["From"], &times, &[], &["From: text"]).warnings(), []);
}
