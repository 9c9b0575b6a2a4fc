//! Number formats that carry meaning, in the workbooks of other programs: what XLSX says is not lost in ODS and XLS.

use std::io::{Cursor, Read as _, Seek as _, Write as _};

use zip::write::SimpleFileOptions;

use super::{Field, warning};

const ANY: &str = "[workbook]\nsheet = \"*\"";
const COLUMNS: [&str; 4] = ["Centre: text", "Rate: decimal", "Hours: decimal", "Paid: \"%d/%m/%Y\""];
/// What the sheets of this file hold: a code of zeros, percentages beside a plain number, a length of time, a day.
const ROWS: [&str; 3] = ["00077|0.40|30.00|2024-02-01", "77|40.00|7.50|2024-02-02", "00078|0.60||2024-02-03"];

fn warned() -> [(String, u64, String); 2] {
    let said = "`rate` has 2 percentages, the first in row 2, and 1 plain numbers, the first in row 3";
    [warning("percent_beside_number", 2, said), warning("time_as_hours", 1, "row 2, `hours`")]
}

/// Returns an ODS sheet of these rows of cells; styles are `z` five figures, `e` five behind a letter, `h` lengths.
fn ods(null_date: &str, rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:style="s" xmlns:number="n" xmlns:table="t" xmlns:text="x">
        <office:automatic-styles>
        <number:number-style style:name="N1"><number:number number:decimal-places="0" number:min-integer-digits="5"/></number:number-style>
        <number:number-style style:name="N2"><number:text>E</number:text><number:number number:decimal-places="0" number:min-integer-digits="5"/></number:number-style>
        <number:time-style style:name="N3" number:truncate-on-overflow="false"><number:hours/></number:time-style>
        <number:date-style style:name="N4"><number:day/></number:date-style>
        <number:number-style style:name="N5"><number:text>-</number:text><number:number number:decimal-places="2" number:min-integer-digits="1"/></number:number-style>
        <number:number-style style:name="N6P0"><number:number number:decimal-places="2" number:min-integer-digits="1"/></number:number-style>
        <number:number-style style:name="N6"><number:text>-</number:text><number:number number:decimal-places="2" number:min-integer-digits="1"/><style:map style:condition="value()&gt;=0" style:apply-style-name="N6P0"/></number:number-style>
        <style:style style:name="s" style:family="table-cell" style:data-style-name="N5"/>
        <style:style style:name="p" style:family="table-cell" style:data-style-name="N6"/>
        <style:style style:name="z" style:family="table-cell" style:data-style-name="N1"/>
        <style:style style:name="y" style:family="table-cell" style:parent-style-name="z"/>
        <style:style style:name="e" style:family="table-cell" style:data-style-name="N2"/>
        <style:style style:name="h" style:family="table-cell" style:data-style-name="N3"/>
        <style:style style:name="d" style:family="table-cell" style:data-style-name="N4"/>
        </office:automatic-styles><office:body><office:spreadsheet>
        <table:calculation-settings><table:null-date table:date-value="{null_date}"/></table:calculation-settings>
        <table:table table:name="Lines">
        <table:table-column table:default-cell-style-name="y"/><table:table-column table:number-columns-repeated="3"/>
        {rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        r#"<manifest:manifest xmlns:manifest="m"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>"#
    );
    for (name, text) in [("mimetype", kind), ("META-INF/manifest.xml", &manifest), ("content.xml", &content)]
    {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

fn value(kind: &str, style: &str, value: &str) -> String {
    let style = if style.is_empty() { String::new() } else { format!(r#" table:style-name="{style}""#) };
    let key = match kind {
        "date" => "date-value",
        "time" => "time-value",
        _ => "value",
    };
    format!(r#"<table:table-cell{style} office:value-type="{kind}" office:{key}="{value}"/>"#)
}

fn row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

fn header() -> String {
    row(&["Centre", "Rate", "Hours", "Paid"].map(text))
}

#[test]
fn numbers_of_an_open_document_are_read_as_their_formats_mean_them() {
    let rows = [
        header(),
        row(&[
            value("float", "", "77"),
            value("percentage", "", "0.4"),
            value("time", "h", "PT30H00M00S"),
            value("date", "", "2024-02-01"),
        ]),
        row(&[
            text("77"),
            value("float", "", "40"),
            value("float", "", "7.5"),
            value("date", "", "2024-02-02T00:00:00"),
        ]),
        // A writer may leave the kind of a value to its format.
        row(&[
            value("float", "z", "78"),
            value("percentage", "", "0.6"),
            "<table:table-cell/>".to_owned(),
            value("float", "d", "45325"),
        ]),
    ];
    let read = Field::new("lines.ods", ods("1899-12-30", &rows.concat()), ANY, &COLUMNS);
    assert_eq!(read.rows(), ROWS);
    // The days of this column are all true dates.
    assert_eq!(read.warnings(), warned());
}

#[test]
fn what_an_open_document_hides_merges_or_shows_as_a_code_is_counted() {
    let one = row(&[value("float", "e", "77"), value("float", "", "1"), value("float", "h", "0.25")]);
    let hidden = one.replace("<table:table-row>", r#"<table:table-row table:visibility="filter">"#);
    let rows = format!("{}{one}{hidden}", header());
    let read = Field::new("lines.ods", ods("1899-12-30", &rows), ANY, &COLUMNS);
    assert_eq!(read.rows(), ["77|1.00|6.00|"; 2]);
    assert_eq!(
        read.warnings(),
        [
            warning("hidden_row", 1, "row 3"),
            warning("number_shown_as_code", 2, "row 2, `centre`"),
            warning("time_as_hours", 2, "row 2, `hours`"),
        ]
    );
}

#[test]
fn an_open_document_may_count_its_days_from_1904() {
    let cells = |day: String| row(&[text("1"), text("1"), text("1"), day]);
    let rows = |day| format!("{}{}", header(), cells(day));
    let true_day = Field::new("w.ods", ods("1904-01-01", &rows(value("float", "d", "43861"))), ANY, &COLUMNS);
    assert_eq!(true_day.rows(), ["1|1.00|1.00|2024-02-01"]);
    let columns = COLUMNS.map(|column| column.replace("\"%d/%m/%Y\"", "\"serial\""));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let plain = Field::new("w.ods", ods("1904-01-01", &rows(value("float", "", "43861"))), ANY, &columns);
    assert!(plain.refusal().contains("its days count from 1904"), "{}", plain.refusal());
}

/// Returns a record of an XLS: its kind, its length, its bytes.
fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), bytes].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Returns a cell of an XLS with a number.
fn number(row: u16, column: u16, style: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[words(&[row, column, style]), value.to_le_bytes().to_vec()].concat())
}

/// Returns a cell of an XLS with a text of letters.
fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    record(0x0204, &[words(&[row, column, 0, length]), vec![0], text.as_bytes().to_vec()].concat())
}

/// Returns an XLS of these cells. Styles: 1 `00000`, 2 `0%`, 3 `[h]:mm`, 4 a day, 5 `E00000` in UTF-16.
fn xls(cells: &[u8]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &words(&[0x0600, kind, 0, 0, 0, 0, 0, 0]));
    let format = |id: u16, code: &str| {
        let length = u16::try_from(code.len()).unwrap();
        record(0x041E, &[words(&[id, length]), vec![0], code.as_bytes().to_vec()].concat())
    };
    let wide: Vec<u16> = "\"E\"00000".encode_utf16().collect();
    let wide = [words(&[166, u16::try_from(wide.len()).unwrap()]), vec![1], words(&wide)].concat();
    let style = |format: u16| record(0x00E0, &[words(&[0, format]), vec![0; 16]].concat());
    let mut before = [begin(5), format(164, "00000"), format(165, "[h]:mm"), record(0x041E, &wide)].concat();
    before.extend([0, 164, 9, 165, 14, 166].into_iter().flat_map(style));
    let sheet = |at: usize| {
        let at = u32::try_from(at).unwrap().to_le_bytes();
        record(0x0085, &[&at[..], &[0, 0, 5, 0], b"Lines"].concat())
    };
    let end = record(0x000A, &[]);
    let at = before.len() + sheet(0).len() + end.len();
    let book = [before, sheet(at), end.clone(), begin(0x10), cells.to_vec(), end].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/Workbook").unwrap().write_all(&book).unwrap();
    compound.flush().unwrap();
    let mut file = compound.into_inner();
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

fn xls_header() -> Vec<u8> {
    let names = ["Centre", "Rate", "Hours", "Paid"].into_iter().zip(0..);
    names.flat_map(|(name, column)| label(0, column, name)).collect()
}

#[test]
fn numbers_of_an_old_workbook_are_read_as_their_formats_mean_them() {
    // Several small numbers in one record: 0.6 as hundredths of 60.
    let small = |hundredths: u32| (hundredths << 2 | 3).to_le_bytes();
    let several = record(
        0x00BD,
        &[&words(&[3, 0, 1])[..], &small(7800), &words(&[2]), &small(60), &words(&[1])].concat(),
    );
    let cells = [
        xls_header(),
        number(1, 0, 1, 77.0),
        number(1, 1, 2, 0.4),
        number(1, 2, 3, 1.25),
        number(1, 3, 4, 45323.0),
        label(2, 0, "77"),
        number(2, 1, 0, 40.0),
        number(2, 2, 0, 7.5),
        number(2, 3, 4, 45324.0),
        several,
        number(3, 3, 4, 45325.0),
    ]
    .concat();
    let read = Field::new("lines.xls", xls(&cells), ANY, &COLUMNS);
    assert_eq!(read.rows(), ROWS);
    assert_eq!(read.warnings(), warned());
}

#[test]
fn what_an_old_workbook_hides_or_shows_as_a_code_is_counted() {
    let cells = [
        record(0x007D, &words(&[1, 1, 0, 0, 1, 0])),
        record(0x0208, &words(&[1, 0, 4, 0, 0, 0, 0x20, 0])),
        xls_header(),
        number(1, 0, 5, 77.0),
        number(1, 1, 0, 1.0),
    ]
    .concat();
    let read = Field::new("lines.xls", xls(&cells), ANY, &COLUMNS);
    assert_eq!(read.rows(), ["77|1.00||"]);
    assert_eq!(
        read.warnings(),
        [
            warning("hidden_column", 1, "`rate`"),
            warning("hidden_row", 1, "row 2"),
            warning("number_shown_as_code", 1, "row 2, `centre`"),
        ]
    );
}

#[test]
fn a_number_that_the_format_of_an_ods_cell_shows_as_another_is_set_aside() {
    let name = |name: &str| text(name);
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(&[name("Ref"), name("Net")]),
        row(&[text("A1"), value("float", "p", "5")]),
        row(&[text("A2"), value("float", "s", "6")]),
    ];
    let field = Field::new("k.ods", ods("1899-12-30", &rows.concat()), ANY, &["Ref: text", "Net: money"]);
    assert_eq!(field.rows(), ["A1|5.00"]);
    assert_eq!(field.aside(), [(3, "number_shown_otherwise".to_owned())]);
}

#[test]
fn a_sum_of_another_currency_is_set_aside() {
    let of = |currency: &str| {
        value("currency", "", "12.5")
            .replace(" office:value=", &format!(r#" office:currency="{currency}" office:value="#))
    };
    let rows = [
        row(&["Ref", "Net"].map(text)),
        row(&[text("A1"), of("GBP")]),
        row(&[text("A2"), of("EUR")]),
        row(&[text("A3"), value("currency", "", "7")]),
    ];
    let field = Field::new("k.ods", ods("1899-12-30", &rows.concat()), ANY, &["Ref: text", "Net: money"]);
    assert_eq!(field.rows(), ["A1|12.50", "A3|7.00"]);
    let aside = field.read().unwrap().quarantine;
    let said: Vec<&str> = aside.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(said, ["`net` is shown as a sum of another currency, expected pounds"]);
}

/// Returns an old workbook that reaches down to this row, most of its rows blank.
pub(super) fn reaching(rows: u32) -> Vec<u8> {
    let mut cells = [label(0, 0, "Ref"), label(0, 1, "Amount")].concat();
    for row in [1, 2, rows - 1] {
        let row = u16::try_from(row).unwrap();
        cells.extend(label(row, 0, "R"));
        cells.extend(number(row, 1, 0, 1.0));
    }
    xls(&cells)
}

#[test]
fn an_error_that_an_open_document_stores_as_zero_or_as_nothing_is_an_error() {
    let shown = |kind: &str, stored: &str, shown: &str| {
        format!(
            r"<table:table-cell {kind} office:{stored}><office:annotation><text:p>#REF!</text:p></office:annotation><text:p>{shown}</text:p></table:table-cell>"
        )
    };
    let number = r#"table:formula="of:=1/0" office:value-type="float""#;
    let word = r#"table:formula="of:=NA()" office:value-type="string" calcext:value-type="error""#;
    let cells = [
        shown(number, "value=\"0\"", "#N/A"),
        shown(number, "value=\"0\"", "Err:502"),
        shown(number, "value=\"0\"", "#DIV/0!"),
        shown(word, "string-value=\"\"", "#N/A"),
        shown(word, "string-value=\"\"", "#NV"),
        // What is shown is a zero, and its comment is not part of it.
        shown(number, "value=\"0\"", "0.00"),
    ];
    let rows: String = cells.iter().map(|cell| row(&[text("77"), cell.clone()])).collect();
    let sheet = ods("1899-12-30", &format!("{}{rows}", row(&["Centre", "Rate"].map(text))));
    let field = Field::new("lines.ods", sheet.clone(), ANY, &["Centre: text", "Rate: decimal"]);
    let aside: Vec<(i64, String)> = (2..=6).map(|row| (row, "error_cell".to_owned())).collect();
    assert_eq!((field.rows(), field.aside()), (vec!["77|0.00".to_owned()], aside));
    let as_text = Field::new("lines.ods", sheet, ANY, &["Centre: text", "Rate: text"]);
    assert_eq!(as_text.rows().len(), 1);
}
