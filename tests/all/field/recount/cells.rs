//! Cells of sheets, and days.

use super::Must::{Read, Refuse};
use super::{CSV, DATA, Field, NAMED, bytes, play};

const PAID: &[&str] = &["Ref: text", "Paid: \"%d/%m/%Y\"", "Amount: money"];
const SERIAL: &[&str] = &["Ref: text", "Paid: \"%d/%m/%Y\", \"serial\"", "Amount: money"];
const UNITS: &[&str] = &["Ref: text", "Units: integer", "Rate: money", "Amount: money"];
const MONTHS: &[&str] = &["Supplier: text", "Month: text", "Amount: money"];
const DAYS: [&str; 2] = ["%d/%m/%Y", "%d/%m/%y"];

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a line a file")]
fn formulas_and_formats_of_cells() {
    const UNCALCULATED: &[(i64, &str)] = &[
        (2, "formula_without_result"),
        (3, "formula_without_result"),
        (4, "formula_without_result"),
        (5, "formula_without_result"),
        (6, "formula_without_result"),
        (7, "formula_without_result"),
        (8, "formula_without_result"),
        (9, "formula_without_result"),
        (10, "formula_without_result"),
        (11, "formula_without_result"),
    ];
    const ERRORS: &[(i64, &str)] = &[
        (2, "error_cell"),
        (3, "error_cell"),
        (4, "error_cell"),
        (5, "error_cell"),
        (6, "error_cell"),
        (7, "error_cell"),
        (8, "error_cell"),
        (9, "error_cell"),
    ];
    let filled = format!("{DATA}\nfill_down = [\"Supplier\"]");
    play(&[
        ("formula_nocache.xlsx", DATA, UNITS, Read(&[], UNCALCULATED, &[])),
        ("formula_zero.xlsx", DATA, UNITS, Read(&[], UNCALCULATED, &[])),
        (
            "xls_formula_nocache.xls",
            DATA,
            PAID,
            Read(&["A1|2024-01-31|10.50"], &[(3, "formula_without_result")], &[]),
        ),
        (
            "kinds.ods",
            DATA,
            PAID,
            Read(
                &["A1|2024-01-31|10.50", "A2|2024-02-01|20.00"],
                &[(4, "formula_without_result")],
                &[("true_date_beside_text", 2)],
            ),
        ),
        (
            "kinds.ods",
            DATA,
            &["Ref: text", "Hours: decimal", "Share: decimal"],
            Read(&["A1|25.50|0.25", "A2|6.00|1.00", "A3|6.00|0.50"], &[], &[("time_as_hours", 2)]),
        ),
        (
            "durations.xlsx",
            DATA,
            &["Ref: text", "Hours: decimal", "Start time: text"],
            Read(
                &["P2|12.00|09:30", "P3|25.00|09:30", "P4|18.75|09:30", "P5|36.00|09:30", "P6|6.00|09:30"],
                &[],
                &[("time_as_hours", 5)],
            ),
        ),
        (
            "percent.xlsx",
            DATA,
            &["School: text", "Attendance: decimal"],
            Read(&["Oak|0.85", "Elm|85.00", "Ash|0.90", "Yew|1.00"], &[], &[("percent_beside_number", 2)]),
        ),
        (
            "padded.xlsx",
            DATA,
            &["LA: text", "Cost centre: text", "Amount: money"],
            Read(&["336|00123|10.00", "336|00456|20.00"], &[], &[]),
        ),
        ("errors.xlsx", DATA, NAMED, Read(&[], ERRORS, &[])),
        (
            "hashes.csv",
            CSV,
            &["Ref: text", "Name: text", "Note: text", "Amount: money"],
            Read(&[], &[(2, "error_cell"), (3, "error_cell"), (4, "error_cell")], &[]),
        ),
        ("cdata.xlsx", DATA, NAMED, Read(&["A1|Oak & Co|10.50", "A2|Elm|20.00"], &[], &[])),
        (
            "filtered.xlsx",
            DATA,
            &["Ref: text", "Status: text", "Amount: money"],
            Read(
                &[
                    "H1|Live|10.00",
                    "H2|Cancelled|20.00",
                    "H3|Live|30.00",
                    "H4|Cancelled|40.00",
                    "H5|Live|50.00",
                    "H6|Cancelled|60.00",
                ],
                &[],
                &[("hidden_column", 1), ("hidden_row", 3)],
            ),
        ),
        (
            "merged_down.xlsx",
            DATA,
            MONTHS,
            Read(
                &["Oak|Apr|10.00", "|May|20.00", "|Jun|30.00", "Elm|Apr|40.00", "|May|50.00"],
                &[],
                &[("merged_cell", 3)],
            ),
        ),
        (
            "merged_down.xlsx",
            &filled,
            MONTHS,
            Read(
                &["Oak|Apr|10.00", "Oak|May|20.00", "Oak|Jun|30.00", "Elm|Apr|40.00", "Elm|May|50.00"],
                &[],
                &[],
            ),
        ),
        ("no_r.xlsx", DATA, NAMED, Read(&["A1|Oak|10.50", "A2|Elm|20.00"], &[], &[])),
        (
            "strict.xlsx",
            DATA,
            PAID,
            Read(&["A1|2024-01-31|10.50", "A2|2024-02-01|20.00", "A3|2024-07-01|30.25"], &[], &[]),
        ),
        (
            "x000d.xlsx",
            DATA,
            &["Ref: text", "Reason: text | normalise = [\"trim\"]", "Amount: money"],
            Read(&["A1|PERM|10.00", "A2|SUSP|20.00"], &[], &[]),
        ),
        ("empty_shared_string.xlsx", DATA, NAMED, Read(&["A1||", "A2|Elm|20.00"], &[], &[])),
        ("html.xls", DATA, NAMED, Refuse(&["found a web page (HTML)"])),
        ("xml2003.xls", DATA, NAMED, Refuse(&["found XML"])),
    ]);
    let formats = Field::new("formats.xlsx", bytes("formats.xlsx"), DATA, &["Value: text"]).rows();
    let of = |value: &str| formats.iter().filter(|row| *row == value).count();
    assert_eq!((of("2.5"), of("2024-01-31"), formats.len()), (15, 10, 25));
}

#[test]
fn dates_years_and_time_zones() {
    const STARTS: &[&str] = &["A1|2024-09-01", "A2|2024-01-08", "A3|2025-04-23"];
    const LOOKED_AFTER: &[&str] =
        &["900001|2016-07-21|2017-04-24", "900001|2017-04-24|2017-09-03", "900002|2017-09-11|"];
    let starts = |zone: &str| format!("Start: \"%Y-%m-%dT%H:%M:%S{zone}\", \"%Y-%m-%dT%H:%M:%S%.f{zone}\"");
    let zones = ["Z", "%z", "%:z", "%#z"].map(starts);
    let both =
        |one: &str, other: &str| ["DECOM", "DEC"].map(|name| format!("{name}: \"{one}\", \"{other}\""));
    let (long_first, short_first) = (both(DAYS[0], DAYS[1]), both(DAYS[1], DAYS[0]));
    let written = Field::new("dates.csv", bytes("dates.csv"), CSV, &["Ref: text", "D: \"%d/%m/%Y\""]);
    assert_eq!(written.rows(), ["4|2012-06-14", "18|2012-01-01", "19|2012-06-14", "20|2012-06-14"]);
    assert_eq!(written.aside().len(), 23);
    let twice = Field::new("mixed_formats.csv", "", CSV, &["D: \"%d/%m/%Y\", \"%m/%d/%Y\""]);
    let fault = sufficiency::source::check(&twice.source(), None).to_string();
    assert!(fault.contains("read `03/04/2024` as two"), "{fault}");
    play(&[
        ("bst.csv", CSV, &["Ref: text", &zones[0]], Read(STARTS, &[], &[])),
        ("bst.csv", CSV, &["Ref: text", &zones[1]], Read(STARTS, &[], &[])),
        ("bst.csv", CSV, &["Ref: text", &zones[2]], Read(STARTS, &[], &[])),
        ("bst.csv", CSV, &["Ref: text", &zones[3]], Read(STARTS, &[], &[])),
        (
            "bst.json",
            "[json]",
            &["Ref: text", "Start: \"%Y-%m-%dT%H:%M:%SZ\""],
            Read(&["A1|2024-09-01", "A2|2024-01-08"], &[], &[]),
        ),
        (
            "swapped_dates.xlsx",
            DATA,
            &["Ref: text", "Paid: \"%d/%m/%Y\""],
            Read(
                &[
                    "T2024-04-03|2024-03-04",
                    "T2024-04-25|2024-04-25",
                    "T2024-05-06|2024-06-05",
                    "T2024-05-31|2024-05-31",
                    "T2024-06-07|2024-07-06",
                    "T2024-06-28|2024-06-28",
                ],
                &[],
                &[("true_date_beside_text", 3)],
            ),
        ),
        (
            "years_of_two_and_four.csv",
            CSV,
            &["CHILD: text", &long_first[0], &long_first[1]],
            Read(LOOKED_AFTER, &[], &[]),
        ),
        (
            "years_of_two_and_four.csv",
            CSV,
            &["CHILD: text", &short_first[0], &short_first[1]],
            Read(LOOKED_AFTER, &[], &[]),
        ),
        (
            "born_two_figures.csv",
            CSV,
            &["Ref: text", "DOB: \"%d/%m/%y\""],
            Read(&["A2|2008-09-01", "A3|1999-12-31"], &[(2, "century"), (5, "century")], &[]),
        ),
        (
            "born_birth_year.csv",
            CSV,
            &["Ref: text", "DOB: \"%d/%m/%y\" | privacy = { generalise = \"birth_year\" }"],
            Read(&[], &[(2, "century"), (3, "century"), (4, "century")], &[]),
        ),
        ("d1904.xlsx", DATA, SERIAL, Refuse(&["its days count from 1904", "row 3"])),
        ("d1904.xls", DATA, SERIAL, Refuse(&["its days count from 1904", "row 3"])),
        (
            "iso_dates.xlsx",
            DATA,
            PAID,
            Read(&["A1|2024-01-31|10.50", "A2|2024-02-01|20.00", "A3|2024-07-01|30.25"], &[], &[]),
        ),
    ]);
}
