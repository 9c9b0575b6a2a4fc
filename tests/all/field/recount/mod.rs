//! The files of `in`, each made for one thing that publishers do, and what must come of it. A line here is a line of the
//! list that they came with.

mod cells;
mod several;

use super::{Field, rows};

const CSV: &str = "[csv]";
const DATA: &str = "[workbook]\nsheet = \"Data\"";
const TOTAL: &str = "control_total = { row = \"footer\", column = \"Amount\" }";
const PAY: &[&str] = &["Ref: text", "Amount: money"];
const NAMED: &[&str] = &["Ref: text", "Name: text", "Amount: money"];
const SUPPLIED: &[&str] = &["Ref: text", "Supplier: text", "Amount: money"];

/// What must come of a file.
enum Must {
    /// These rows; these rows set aside, by number and rule; these warnings, with their counts.
    Read(&'static [&'static str], &'static [(i64, &'static str)], &'static [(&'static str, u64)]),
    /// It is refused, in words with these.
    Refuse(&'static [&'static str]),
}

use Must::{Read, Refuse};

/// Plays every line; lists those that came otherwise.
fn play(cases: &[(&str, &str, &[&str], Must)]) {
    let mut otherwise = Vec::new();
    for (file, layout, columns, must) in cases {
        let read = Field::new(file, bytes(file), layout, columns).read();
        match (must, read) {
            (Refuse(words), Err(error)) => {
                let said = error.in_full();
                if words.iter().any(|word| !said.contains(word)) {
                    otherwise.push(format!("{file}: {said}"));
                }
            }
            (Read(wanted, aside, warnings), Ok(read)) => {
                let found = rows(&read);
                let set_aside: Vec<(i64, &str)> =
                    read.quarantine.iter().map(|row| (row.row, row.rule.as_str())).collect();
                let warned: Vec<(&str, u64)> =
                    read.warnings.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
                if found != *wanted || set_aside != *aside || warned != *warnings {
                    otherwise.push(format!("{file}: {found:?}, aside {set_aside:?}, warned {warned:?}"));
                }
            }
            (Refuse(_), Ok(read)) => otherwise.push(format!("{file}: read {:?}", rows(&read))),
            (Read(..), Err(error)) => otherwise.push(format!("{file}: {error}")),
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

fn bytes(file: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/field/in");
    std::fs::read(folder.join(file)).unwrap()
}

#[test]
fn late_headers_second_tables_and_totals() {
    const ABOVE: &[&str] = &["row 102", "100 of the rows above it look like data"];
    const REQUIRED: &[&str] = &[
        "Ref: text | required = true",
        "Supplier: text | required = true",
        "Amount: money | required = true",
    ];
    let footer = format!("{CSV}\nskip_rows = {{ where_blank = \"Ref\" }}\n{TOTAL}");
    let undated = format!("{CSV}\nskip_rows = {{ where_blank = \"Date\" }}\n{TOTAL}");
    let dated: &[&str] = &["Date: \"%d/%m/%Y\"", "Supplier: text", "Amount: money"];
    play(&[
        ("late_header.csv", CSV, SUPPLIED, Refuse(ABOVE)),
        ("late_header.csv", "drift = \"freeze\"\n[csv]", REQUIRED, Refuse(ABOVE)),
        ("late_header.xlsx", DATA, SUPPLIED, Refuse(&["row 52"])),
        ("late_header_with_total.csv", &footer, SUPPLIED, Refuse(&["row 102", "5053.00"])),
        (
            "header_reordered.csv",
            CSV,
            &["Ref: text", "Net: money", "Gross: money"],
            Refuse(&["row 4: a second header"]),
        ),
        (
            "two_tables.csv",
            CSV,
            PAY,
            Read(
                &["A1|1.00", "A2|2.00"],
                &[(5, "second_table"), (7, "second_table")],
                &[("looks_like_a_total", 1)],
            ),
        ),
        ("unnamed.csv", CSV, PAY, Read(&["A1|10.00", "A2|20.00"], &[], &[("column_without_a_name", 2)])),
        (
            "skips.csv",
            &undated,
            dated,
            Read(
                &["2024-04-01|Oak|10.00", "2024-04-02|Elm|20.00"],
                &[],
                &[("skipped_row_with_an_amount", 2)],
            ),
        ),
        (
            "trailing_total.csv",
            CSV,
            dated,
            Read(
                &["2024-04-01|Oak|10.00", "2024-04-02|Elm|20.00", "|Total|30.00"],
                &[],
                &[("looks_like_a_total", 1)],
            ),
        ),
        (
            "trailing_total2.csv",
            CSV,
            &["Supplier: text", "Amount: money"],
            Read(&["Oak|10.00", "Elm|20.00", "Total|30.00"], &[], &[("looks_like_a_total", 1)]),
        ),
    ]);
}

#[test]
fn quotes_ragged_rows_and_bytes() {
    const BOTH: &str = "[csv]\nencoding = [\"utf-8\", \"windows-1252\"]";
    let illness: &[&str] = &["URN: text", "Reason: text", "Note: text"];
    play(&[
        (
            "quote_shift.csv",
            CSV,
            &["URN: text", "School: text", "Reason: text", "Provider: text", "Note: text"],
            Read(
                &["100002|Ash School|Exclusion|Birch AP|", "100003|St John\"s|Illness|Elm AP|ok"],
                &[(2, "ragged_row"), (5, "ragged_row")],
                &[],
            ),
        ),
        (
            "quote_comma.csv",
            CSV,
            &[
                "Ref: text",
                "Supplier: text",
                "Narrative: text",
                "Department: text",
                "Amount: money",
                "Note: text",
            ],
            Read(&["A3|Elm Ltd|Tuition|Adults|20.00|x"], &[(2, "ragged_row"), (3, "ragged_row")], &[]),
        ),
        (
            "quote_close.csv",
            CSV,
            illness,
            Read(&["1|Cold|ok", "2|Flu, severe|ok"], &[(4, "ragged_row")], &[]),
        ),
        (
            "quote_newline.csv",
            CSV,
            illness,
            Read(&["2|Illness|fine", "3|Cold|ok"], &[(2, "ragged_row")], &[]),
        ),
        (
            "crlf.csv",
            CSV,
            &["Ref: text", "Address: text", "Amount: money"],
            Read(&["A2|5 Low St\nTown|2.00", "A3|ok|3.00"], &[(2, "ragged_row"), (3, "ragged_row")], &[]),
        ),
        (
            "mixed_enc.csv",
            BOTH,
            NAMED,
            Read(&["A1|Crèche Élan|1.00", "A2|Café Noël|2.00"], &[], &[("rows_in_another_encoding", 1)]),
        ),
        ("cp1252_undefined.csv", BOTH, NAMED, Refuse(&["row 2", "the byte 81"])),
    ]);
    let short = Field::new(
        "excel_short.csv",
        bytes("excel_short.csv"),
        CSV,
        &["Ref: text", "Supplier: text", "Amount: money", "Note: text", "Ref2: text"],
    );
    assert_eq!((short.rows().len(), short.warnings()), (16, vec![]));
    assert!(short.aside().into_iter().eq((18..=33).map(|row| (row, "ragged_row".to_owned()))));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a line a file")]
fn numbers_markers_guards_and_ends() {
    const MARKS: &str = "blanks = [\"c\", \"z\", \"x\", \"low\", \":\", \"..\"]";
    let marked = [format!("pupils: integer | {MARKS}"), format!("rate: decimal | {MARKS}")];
    let listed = format!("{CSV}\ndelimiter = \"|\"\nskip_rows = {{ where_blank = \"Doc No\" }}\n{TOTAL}");
    play(&[
        (
            "long_ids.xlsx",
            DATA,
            PAY,
            Read(&["1234567890123456789|20.00", "123456789012345|30.00"], &[(2, "digits_lost")], &[]),
        ),
        (
            "big_fraction.xlsx",
            DATA,
            &["Ref: text", "Value: decimal"],
            Read(
                &[
                    "100000000000000.5|100000000000000.00",
                    "123456789012340.4|123456789012340.00",
                    "1200000000000000.2|1200000000000000.00",
                    "99999999999999.5|99999999999999.50",
                    "250000000000000.25|250000000000000.00",
                ],
                &[],
                &[],
            ),
        ),
        (
            "eq_text.csv",
            CSV,
            &["Cost centre: text", "Supplier: text", "Amount: money"],
            Read(&["00123|Oak, Ltd|10.00", "00456|Elm Ltd|20.00", "00789|Ash Ltd|30.00"], &[], &[]),
        ),
        (
            "apos.csv",
            CSV,
            &["Code: text | normalise = [\"trim\"]", "Name: text", "Amount: money"],
            Read(
                &["00123|'-Oak|10.00", "PERM|a|20.00", "PERM|b|30.00"],
                &[(5, "money")],
                &[("apostrophe_before_figures", 1)],
            ),
        ),
        (
            "dfe_markers.csv",
            CSV,
            &["la: text", "pupils: integer", "rate: decimal"],
            Read(&["E1|12|1.50"], &[(3, "integer"), (4, "integer"), (5, "integer"), (6, "decimal")], &[]),
        ),
        (
            "dfe_markers.csv",
            CSV,
            &["la: text", &marked[0], &marked[1]],
            Read(&["E1|12|1.50", "E2||", "E3||", "E4||", "E5|1|"], &[], &[]),
        ),
        (
            "truncated.csv",
            CSV,
            SUPPLIED,
            Read(
                &["A1|Oak|1234.56", "A2|Elm|9876.54", "A3|Ash|12.00"],
                &[],
                &[("last_row_without_line_end", 1)],
            ),
        ),
        ("sep.csv", CSV, PAY, Refuse(&["no header"])),
        ("sep2.csv", CSV, PAY, Read(&["A1|10.00"], &[], &[])),
        (
            "list.txt",
            &listed,
            &[
                "Doc No: text | normalise = [\"trim\"]",
                "Supplier: text | normalise = [\"trim\"]",
                "Amount: money",
            ],
            Read(&["190001|Oak|-1234.50", "190002|Elm|20.00"], &[], &[]),
        ),
        (
            "records.xml",
            "[xml]\nrows = \"Message/Pupils/Pupil\"",
            &["Ref: text", "Name: text", "D: \"%Y-%m-%d\"", "Hours: decimal"],
            Read(&["A1|Oak & Co|2024-04-01|"], &[(2, "date")], &[]),
        ),
    ]);
    let sums = Field::new("amounts.csv", bytes("amounts.csv"), CSV, &["Ref: text", "Amount: money"]);
    let read = [
        "3|-1234.50",
        "5|-1234.50",
        "6|-1234.50",
        "7|-1234.50",
        "8|-12.00",
        "11|1234.50",
        "15|-12.00",
        "20|1234.00",
        "28|0.00",
        "29|0.00",
        "32|12.00",
        "34|1234567.80",
        "37|12.00",
        "38|12.00",
    ];
    assert_eq!(sums.rows(), read);
    assert_eq!(sums.aside().len(), 30);
}
