//! Delimited text: nothing in it, encodings, shapes, headers, and what people write into cells.

use super::{COLUMNS, Case, Outcome, case};
use Outcome::{Read, Refused};

const GOOD: &str = "ID,Amount\n1,1.00\n2,2.50\n";
const BOTH: &str = "[csv]\nencoding = [\"utf-8\", \"windows-1252\"]";

/// Writes text in UTF-16, with its mark or without.
fn wide(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Writes text in Windows-1252, as far as Latin-1 goes.
fn narrow(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

pub(super) fn cases() -> Vec<Case> {
    [nothing(), encodings(), shapes(), headers(), cells(), others()].into_iter().flatten().collect()
}

fn nothing() -> Vec<Case> {
    vec![
        case("F38", "empty.csv", "", "", Refused("`empty.csv` holds no rows")),
        case(
            "F38",
            "mark.csv",
            "\u{feff}",
            "",
            Refused("`mark.csv`: no header: expected a row with `ID`, `Amount`"),
        ),
        case("F38", "header.csv", "ID,Amount\n", "", Refused("`header.csv` holds no rows")),
        case(
            "F38",
            "header_and_blanks.csv",
            "ID,Amount\n,\n\n,\n",
            "",
            Refused("`header_and_blanks.csv` holds no rows"),
        ),
        case(
            "F38",
            "blanks.csv",
            "\n\n\n",
            "",
            Refused("`blanks.csv`: no header: expected a row with `ID`, `Amount`"),
        ),
    ]
}

fn encodings() -> Vec<Case> {
    let pounds = "ID,Amount\n1,£1.00\n";
    vec![
        case("F39", "utf8_bom.csv", format!("\u{feff}{GOOD}"), "", Read(2, 0, 350)),
        case("F39", "two_boms.csv", format!("\u{feff}\u{feff}{GOOD}"), "", Read(2, 0, 350)),
        case("F39", "windows_declared.csv", narrow(pounds), BOTH, Read(1, 0, 100)),
        case(
            "F39",
            "windows_undeclared.csv",
            narrow(pounds),
            "",
            Refused(
                "`windows_undeclared.csv` row 2: expected UTF-8, found the byte A3, which is not, at byte 12",
            ),
        ),
        case("F39", "utf8_declared_both.csv", pounds, BOTH, Read(1, 0, 100)),
        case("F39", "utf16le_bom.csv", wide(pounds, true, u16::to_le_bytes), "", Read(1, 0, 100)),
        case("F39", "utf16be_bom.csv", wide(pounds, true, u16::to_be_bytes), "", Read(1, 0, 100)),
        case(
            "F39",
            "utf16le.csv",
            wide(pounds, false, u16::to_le_bytes),
            "[csv]\nencoding = [\"utf-16le\"]",
            Read(1, 0, 100),
        ),
        case(
            "F39",
            "utf16le_undeclared.csv",
            wide(pounds, false, u16::to_le_bytes),
            "",
            Refused("`utf16le_undeclared.csv`: expected text, found a zero byte at byte 1"),
        ),
        case(
            "F39",
            "utf16_cut.csv",
            {
                let mut bytes = wide(pounds, true, u16::to_le_bytes);
                bytes.pop();
                bytes
            },
            "",
            Refused("`utf16_cut.csv` row 3: expected UTF-16LE, found the byte 0A, which is not, at byte 36"),
        ),
        case(
            "F39",
            "mixed.csv",
            [GOOD.as_bytes(), &narrow("3,£3\n")].concat(),
            "",
            Refused("`mixed.csv` row 4: expected UTF-8, found the byte A3, which is not, at byte 26"),
        ),
        case(
            "F39",
            "nul.csv",
            "ID,Amount\n1\0,1.00\n",
            "",
            Refused("`nul.csv`: expected text, found a zero byte at byte 11"),
        ),
    ]
}

fn shapes() -> Vec<Case> {
    vec![
        case("F40", "short_row.csv", "ID,Amount\n1\n2,2.00\n", "", Read(1, 1, 200)),
        case("F40", "long_row.csv", "ID,Amount\n1,1.00,x\n2,2.00,\n", "", Read(1, 1, 200)),
        case(
            "F40",
            "open_quote.csv",
            "ID,Amount\n\"1,1.00\n2,2.00\n",
            "",
            Refused("`open_quote.csv` row 2: a quote is opened and never closed"),
        ),
        case("F40", "quote_within.csv", "ID,Amount\n5\" pipe,1.00\n", "", Read(1, 0, 100)),
        case("F40", "line_end_within.csv", "ID,Amount\n\"a\r\nb\",1.00\n", "", Read(1, 0, 100)),
        case(
            "F40",
            "semicolons.csv",
            "ID;Amount\n1;1,00\n",
            "",
            Refused(
                "`semicolons.csv`: no header: expected a row with `ID`, `Amount`; row 1 begins `id;amount`",
            ),
        ),
        case(
            "F40",
            "semicolons_declared.csv",
            "ID;Amount\n1;1.00\n",
            "[csv]\ndelimiter = \";\"",
            Read(1, 0, 100),
        ),
        case("F40", "tabs.csv", "ID\tAmount\n1\t1.00\n", "[csv]\ndelimiter = \"\\t\"", Read(1, 0, 100)),
        case("F40", "carriage_returns.csv", GOOD.replace('\n', "\r"), "", Read(2, 0, 350)),
        case("F40", "all_line_ends.csv", "ID,Amount\r\n1,1.00\r2,2.50\n", "", Read(2, 0, 350)),
        case("F40", "no_last_line_end.csv", "ID,Amount\n1,1.00", "", Read(1, 0, 100)),
        case(
            "F40",
            "endless_line.csv",
            format!("ID,Amount\n{}", "x".repeat(5 << 20)),
            "",
            Refused("`endless_line.csv` row 2: expected a row of 4194304 bytes at most, found a longer one"),
        ),
        case(
            "F40",
            "endless_quote.csv",
            format!("ID,Amount\n\"{}", "x\n".repeat(3 << 20)),
            "",
            Refused("`endless_quote.csv` row 2: expected a row of 4194304 bytes at most, found a longer one"),
        ),
    ]
}

fn headers() -> Vec<Case> {
    const FOOTER: &str = "[csv]\nskip_rows = { where_blank = \"ID\" }\n\
        control_total = { row = \"footer\", column = \"Amount\", required = true }";
    const HEADER: &str = "[csv]\nheader = { contains = [\"ID\", \"Amount\"] }";
    vec![
        case(
            "F41",
            "twice.csv",
            "ID,Amount,Amount\n1,1.00,2.00\n",
            "",
            Refused("`twice.csv` row 1: 2 columns are called `Amount`"),
        ),
        Case {
            columns: &["ID: text", "Amount [2]: money"],
            ..case("F41", "twice_picked.csv", "ID,Amount,Amount\n1,1.00,2.00\n", HEADER, Read(1, 0, 200))
        },
        case("F41", "spaced.csv", "  id ,\u{a0}AMOUNT\u{a0}\n1,1.00\n", "", Read(1, 0, 100)),
        case("F41", "preamble.csv", format!("Report,\n\n{GOOD}"), "", Read(2, 0, 350)),
        case(
            "F41",
            "endless_preamble.csv",
            format!("{}{GOOD}", "x,y\n".repeat(300)),
            "",
            Refused(
                "`endless_preamble.csv`: no header: expected a row with `ID`, `Amount`; row 1 begins `x`, `y`",
            ),
        ),
        case(
            "F41",
            "missing.csv",
            "ID,Sum\n1,1.00\n",
            "",
            Refused(
                "`missing.csv`: no header: expected a row with `ID`, `Amount`; row 1 lacks `Amount`; its columns are `id`, `sum`",
            ),
        ),
        case(
            "F41",
            "renamed.csv",
            "ID,Amounts\n1,1.00\n",
            "",
            Refused(
                "`renamed.csv`: no header: expected a row with `ID`, `Amount`; row 1 lacks `Amount`; its columns are `amounts`, `id`",
            ),
        ),
        case("F41", "repeated.csv", "ID,Amount\n1,1.00\n\nID,Amount\n2,2.50\n", "", Read(2, 0, 350)),
        case(
            "F41",
            "subtotals.csv",
            "ID,Amount\n1,1.00\nSubtotal,1.00\n2,2.50\nTotal,3.50\n",
            "[csv]\nskip_rows = { where_starts_with = { ID = [\"subtotal\", \"total\"] } }",
            Read(2, 0, 350),
        ),
        case("F41", "total.csv", format!("{GOOD},3.50\n"), FOOTER, Read(2, 0, 350)),
        case(
            "F41",
            "total_wrong.csv",
            format!("{GOOD},3.51\n"),
            FOOTER,
            Refused(
                "`total_wrong.csv` row 4: the row states a total of 3.51 for `Amount`, and the rows add up to 3.50",
            ),
        ),
        case(
            "F37",
            "total_missing.csv",
            GOOD,
            FOOTER,
            Refused(
                "`total_missing.csv`: expected a total of `Amount`, found none: another program may still be writing the file",
            ),
        ),
    ]
}

fn cells() -> Vec<Case> {
    let amounts = |amounts: &[&str]| {
        let rows: String = amounts.iter().flat_map(|amount| ["x,\"", amount, "\"\n"]).collect();
        format!("ID,Amount\n{rows}")
    };
    let mut late = String::from("ID,Amount\n");
    for row in 0..50_000 {
        late.push_str(if row == 49_998 { "x,N/A\n" } else { "x,0.01\n" });
    }
    let dated = |format: &'static str, cell: &str, file, expected| Case {
        columns: if format.is_empty() { &["On: %d/%m/%Y"] } else { &["On: serial"] },
        ..case("F42", file, format!("On,x\n{cell},x\n"), "", expected)
    };
    vec![
        case("F42", "zeros.csv", "ID,Amount\n007,007.10\n", "", Read(1, 0, 710)),
        case(
            "F42",
            "money.csv",
            amounts(&["£1,000.00", "(12.50)", "12.50-", "-1", "+1", " 2 "]),
            "",
            Read(6, 0, 97_700),
        ),
        case(
            "F42",
            "no_money.csv",
            amounts(&["1E5", "TBC", "1.005", "12,34", "1.2.3", "#REF!", "0x10", "١"]),
            "",
            Read(0, 8, 0),
        ),
        case("F42", "too_much.csv", amounts(&["99999999999999999999", "1"]), "", Read(1, 1, 100)),
        case("F42", "scientific.csv", "ID,Amount\n3.36203E+11,1.00\n", "", Read(1, 0, 100)),
        case("F42", "late.csv", late, "", Read(49_999, 1, 49_999)),
        dated("", "31/02/2026", "no_day.csv", Read(0, 1, 0)),
        dated("", "45000", "serial_undeclared.csv", Read(0, 1, 0)),
        dated("serial", "45000", "serial.csv", Read(1, 0, 0)),
        case(
            "F48",
            "formulas.csv",
            "ID,Amount\n=cmd|' /C calc'!A0,1.00\n@SUM(A1),1.00\n+1,1.00\n-1,1.00\n",
            "",
            Read(4, 0, 400),
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case(
            "F40",
            "page.csv",
            "<!DOCTYPE html><html>denied</html>",
            "",
            Refused("`page.csv`: expected delimited text or JSON or a Parquet file, found a web page (HTML)"),
        ),
        case(
            "F40",
            "xml.csv",
            "<?xml version=\"1.0\"?><a/>",
            "",
            Refused("`xml.csv`: expected delimited text or JSON or a Parquet file, found XML"),
        ),
        case(
            "F40",
            "json.csv",
            "{\"ID\": 1}",
            "[csv]",
            Refused("`json.csv`: expected delimited text, found JSON"),
        ),
        case(
            "F40",
            "pdf.csv",
            "%PDF-1.7 ...",
            "",
            Refused("`pdf.csv`: expected delimited text or JSON or a Parquet file, found a PDF"),
        ),
        case(
            "F40",
            "database.csv",
            "SQLite format 3\0...",
            "",
            Refused(
                "`database.csv`: expected delimited text or JSON or a Parquet file, found a SQLite database",
            ),
        ),
        Case {
            columns: COLUMNS,
            ..case(
                "F40",
                "text.xlsx",
                GOOD,
                "[workbook]\nsheet = \"*\"",
                Refused("`text.xlsx`: expected a workbook (XLSX, XLS, ODS), found plain text"),
            )
        },
    ]
}
