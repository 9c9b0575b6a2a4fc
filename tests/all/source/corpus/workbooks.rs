//! Workbooks: how people lay them out, and what hostile ones hold.

use std::io::{Cursor, Read as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::packed::zip;
use super::{Case, Outcome, case};
use Outcome::{Read, Refused};

const ANY: &str = "[workbook]\nsheet = \"*\"";
const REFUSED: &str = ", an archive or a workbook, is refused";

fn workbook(write: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    write(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

fn good() -> Vec<u8> {
    workbook(|sheet| {
        table(sheet, 0, &[("1", 1.0), ("2", 2.5)]);
    })
}

fn table(sheet: &mut Worksheet, row: u32, rows: &[(&str, f64)]) {
    sheet.write(row, 0, "ID").unwrap().write(row, 1, "Amount").unwrap();
    for (row, (id, amount)) in (row + 1..).zip(rows) {
        sheet.write(row, 0, *id).unwrap().write(row, 1, *amount).unwrap();
    }
}

/// Makes a workbook with one part changed, or added.
fn with(part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(good())).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect();
    match parts.iter_mut().find(|(name, _)| name == part) {
        Some((_, bytes)) => *bytes = change(&String::from_utf8(bytes.clone()).unwrap()).into_bytes(),
        None => parts.push((part.to_owned(), change("").into_bytes())),
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip(&parts)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn with_rows(rows: &'static str) -> Vec<u8> {
    with(SHEET, |sheet| sheet.replace("</sheetData>", &format!("{rows}</sheetData>")))
}

fn ods(content: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"S\">{content}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| match text.parse::<f64>() {
        Ok(number) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{text}</text:p></table:table-cell>"
        ),
        Err(_) => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        ),
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

/// Makes a compound document, as old and encrypted workbooks are, with a stream of this name.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(2048, 0);
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = laid_out();
    cases.extend(hostile());
    cases
}

const TOTAL: &str = "[workbook]\nsheet = \"*\"\nskip_rows = { where_starts_with = { ID = [\"page total\", \
        \"total\"] } }\ncontrol_total = { row = \"footer\", column = \"Amount\", required = true }";

fn laid_out() -> Vec<Case> {
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let plain = Format::new();
    let two_rows = workbook(|sheet| {
        sheet.write(0, 0, "Spend by month").unwrap();
        sheet.merge_range(2, 0, 3, 0, "ID", &plain).unwrap();
        sheet.merge_range(2, 1, 2, 2, "Amount", &plain).unwrap();
        for (column, text) in [(1, "Budget"), (2, "Actual")] {
            sheet.write(3, column, text).unwrap();
        }
        sheet.write(4, 0, "1").unwrap().write(4, 1, 10).unwrap().write(4, 2, 9.99).unwrap();
    });
    let dated = workbook(|sheet| {
        table(sheet, 0, &[("1", 1.0), ("2", 2.0)]);
        sheet.write(0, 2, "On").unwrap();
        let on = ExcelDateTime::from_ymd(2026, 1, 31).unwrap();
        sheet.write_with_format(1, 2, &on, &day).unwrap();
        sheet.write(2, 2, 46_053).unwrap();
    });
    let errors = workbook(|sheet| {
        table(sheet, 0, &[("1", 1.0)]);
        sheet.write(2, 0, "2").unwrap();
        sheet.write_formula(2, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(3, 0, "3").unwrap();
        sheet.write_formula(3, 1, Formula::new("=A1").set_result("2.5")).unwrap();
    });
    let pages = workbook(|sheet| {
        sheet.write(1, 0, "Payments").unwrap();
        table(sheet, 3, &[("1", 1.0), ("Page total", 1.0)]);
        table(sheet, 8, &[("2", 2.5), ("Page total", 2.5)]);
        sheet.write(12, 0, "Total").unwrap().write(12, 1, 3.5).unwrap();
    });
    let several = {
        let mut workbook = Workbook::new();
        for name in ["April", "May"] {
            table(workbook.add_worksheet().set_name(name).unwrap(), 0, &[("1", 1.0)]);
        }
        workbook.save_to_buffer().unwrap()
    };
    vec![
        case("F42", "good.xlsx", good(), ANY, Read(2, 0, 350)),
        case("F45", "zipped_workbook.zip", zip(&[("good.xlsx", &good())]), ANY, Read(2, 0, 350)),
        Case {
            columns: &["ID: text", "Amount Budget: money", "Amount Actual: money"],
            ..case(
                "F41",
                "two_rows.xlsx",
                two_rows,
                "[workbook]\nsheet = \"*\"\nheader = { contains = [\"ID\", \"Amount Budget\"], rows = 2 }",
                Read(1, 0, 1_999),
            )
        },
        Case {
            columns: &["ID: text", "On: %d/%m/%Y"],
            ..case("F42", "dates.xlsx", dated.clone(), ANY, Read(1, 1, 0))
        },
        Case {
            columns: &["ID: text", "On: serial"],
            ..case("F42", "serials.xlsx", dated, ANY, Read(2, 0, 0))
        },
        case("F42", "errors.xlsx", errors, ANY, Read(2, 1, 350)),
        case("F41", "pages.xlsx", pages, TOTAL, Read(2, 0, 350)),
        case(
            "F41",
            "no_sheet.xlsx",
            several.clone(),
            "[workbook]\nsheet = \"Apr\"",
            Refused(
                "`no_sheet.xlsx` cannot be read as a workbook: expected a sheet called `Apr`, found `April`, `May`",
            ),
        ),
        case(
            "F41",
            "two_sheets.xlsx",
            several,
            ANY,
            Refused(
                "`two_sheets.xlsx` cannot be read as a workbook: expected one sheet that fits `*`, found 2: `April`, `May`",
            ),
        ),
        case(
            "F42",
            "good.ods",
            ods(&[ods_row(&["ID", "Amount"]), ods_row(&["1", "1.00"]), ods_row(&["2", "2.5"])].concat()),
            ANY,
            Read(2, 0, 350),
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table, a line a file")]
fn hostile() -> Vec<Case> {
    let refused = |reason: &str, file: &str| -> &'static str {
        // A table of a test lives as long as the test.
        Box::leak(format!("`{file}`{REFUSED}: {reason}").into_boxed_str())
    };
    let case_refused = |file: &'static str, bytes: Vec<u8>, reason: &str| {
        case("F45", file, bytes, ANY, Refused(refused(reason, file)))
    };
    let far_cell = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let far_row = "<row r=\"1048576\"><c r=\"A1048576\"><v>9</v></c></row>";
    let backwards = "<row r=\"2\"><c r=\"A2\"><v>9</v></c></row>";
    let bomb = format!("<worksheet><sheetData>{}", " ".repeat(30 << 20));
    let repeated = |rows: u32| {
        ods(&format!(
            "{}<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell \
             table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>\
             </table:table-row>",
            ods_row(&["ID", "Amount"])
        ))
    };
    let typed = |sheet: &str| sheet.replacen("<worksheet", "<!DOCTYPE w [<!ENTITY a \"b\">]><worksheet", 1);
    let linked = || with("xl/externalLinks/externalLink1.xml", |_| "<externalLink/>".to_owned());
    vec![
        case(
            "F45",
            "far_cell.xlsx",
            with_rows(far_cell),
            ANY,
            Refused(
                "`far_cell.xlsx` cannot be read as a workbook: row 1048576 has a value in column 16384; the limit is 512",
            ),
        ),
        case("F45", "far_row.xlsx", with_rows(far_row), ANY, Read(3, 0, 350)),
        case(
            "F45",
            "backwards.xlsx",
            with_rows(backwards),
            ANY,
            Refused(
                "`backwards.xlsx` cannot be read as a workbook: row 2 is not in order: its cells come after later ones",
            ),
        ),
        case(
            "F45",
            "no_string.xlsx",
            with_rows("<row r=\"4\"><c r=\"A4\" t=\"s\"><v>99999</v></c></row>"),
            ANY,
            Refused(
                "`no_string.xlsx` cannot be read as a workbook: a cell holds a shared text that is missing",
            ),
        ),
        case(
            "F45",
            "no_sheet_data.xlsx",
            with(SHEET, |_| "<worksheet/>".to_owned()),
            ANY,
            Refused(
                "`no_sheet_data.xlsx` cannot be read as a workbook: the sheet holds no cells: it may be a chart",
            ),
        ),
        case(
            "F45",
            "cut_sheet.xlsx",
            with(SHEET, |sheet| sheet[..sheet.len() / 2].to_owned()),
            ANY,
            Refused("`cut_sheet.xlsx` cannot be read as a workbook: the sheet is cut short"),
        ),
        case_refused(
            "bomb.xlsx",
            with(SHEET, |_| bomb.clone()),
            "an entry unpacks to more than 100 times its size",
        ),
        case_refused("macros.xlsx", with("xl/vbaProject.bin", |_| "x".to_owned()), "it holds macros"),
        case_refused(
            "way_out.xlsx",
            with("xl/../../a.xml", |_| "<a/>".to_owned()),
            "the name of an entry leads out of the archive",
        ),
        case_refused(
            "typed.xlsx",
            with(SHEET, typed),
            "its XML declares a document type (DOCTYPE), which no workbook does",
        ),
        case_refused(
            "hidden_type.xlsx",
            with(SHEET, |sheet| format!("<!--{}-->{}", " ".repeat(70_000), typed(sheet))),
            "its XML declares a document type (DOCTYPE), which no workbook does",
        ),
        case_refused("encrypted.xlsx", compound("EncryptedPackage"), "it is locked with a password"),
        case_refused("macros.xls", compound("_VBA_PROJECT_CUR"), "it holds macros"),
        case(
            "F45",
            "damaged.xls",
            compound("Workbook"),
            ANY,
            Refused(
                "`damaged.xls` cannot be read as a workbook: Cfb error: Invalid sector shift, expecting 0x09 or 0x0C found 0",
            ),
        ),
        case_refused("linked.xlsx", linked(), "it holds values from other workbooks, whose age is unknown"),
        case(
            "F45",
            "linked_accepted.xlsx",
            linked(),
            "[workbook]\nsheet = \"*\"\nlinked_values = true",
            Read(2, 0, 350),
        ),
        case_refused(
            "cut.xlsx",
            {
                let mut bytes = good();
                bytes.truncate(bytes.len() - 100);
                bytes
            },
            "the archive is cut short",
        ),
        case(
            "F45",
            "repeated.ods",
            repeated(4_000),
            ANY,
            Refused("`repeated.ods` cannot be read within 512 MiB of memory: it may be damaged or malicious"),
        ),
        case(
            "F45",
            "repeated_more.ods",
            repeated(1_000_000),
            ANY,
            Refused(
                "`repeated_more.ods` cannot be read as a workbook: Cell limit exceeded (16384016384 cells requested, \
                 max 100000000)",
            ),
        ),
    ]
}
