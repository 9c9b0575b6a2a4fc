//! Downloads that went wrong, as they were published: each is read right or refused for the stated reason.

use super::outcome::{Outcome, came_of};
use super::real_data;
use Outcome::{Read, Refused};

/// File, how it is laid out, its columns, what must come of it.
const CASES: &[(&str, &str, &[&str], Outcome)] = &[
    (
        "counties_batch_a_leicestershire_sample.csv",
        "",
        &["Supplier: text", "Amount: money"],
        Refused(
            "`counties_batch_a_leicestershire_sample.csv`: expected delimited text or JSON or a Parquet file, found a web page (HTML)",
        ),
    ),
    (
        "metdistricts_batch_sunderland_sample.xlsx",
        "[workbook]\nsheet = \"*\"",
        &["Supplier: text", "Amount: money"],
        Refused(
            "`metdistricts_batch_sunderland_sample.xlsx`: expected a workbook (XLSX, XLS, ODS), found plain text",
        ),
    ),
    (
        "london_batch1_bromley_sample.csv",
        "",
        &["Supplier: text", "Amount: money"],
        Refused(
            "`london_batch1_bromley_sample.csv`: expected delimited text or JSON or a Parquet file, found a ZIP archive or a workbook (XLSX, ODS)",
        ),
    ),
    // One supplier is the `#N/A` of a formula that found none.
    (
        "london_batch1_bromley_sample.csv",
        "[workbook]\nsheet = \"Sheet1\"",
        &["Supplier_Name: text", "Payment_Date: %d/%m/%Y", "Net Amount: money"],
        Read(2770, 1, 2_806_093_959),
    ),
    (
        "counties_batch_b_worcestershire_sample.xlsx",
        "[workbook]\nsheet = \"Over £500*\"",
        &["Supplier Name: text", "Payment Date: %d/%m/%Y", "Total Net Amount: money"],
        Read(5171, 0, 6_873_486_515),
    ),
    (
        "counties_batch_b_worcestershire_sample.xlsx",
        "[workbook]\nsheet = \"*June*\"",
        &["Directorate: text"],
        Refused(
            "`counties_batch_b_worcestershire_sample.xlsx` cannot be read as a workbook: expected one sheet that fits `*June*`, found 2: \
             `Over £500 Spend Report June 202`, `P-Card June 2023`",
        ),
    ),
    (
        "london_batch4_waltham_sample.xlsx",
        "[workbook]\nsheet = \"January 2024\"",
        &["Supplier Name: text", "Payment Date: %d-%b-%Y", "Invoice Amount: money"],
        Read(1428, 0, 2_462_679_579),
    ),
    (
        "tier3_unitaries_westberks_sample.xlsx",
        "[workbook]\nsheet = \"*\"",
        &["Supplier name: text", "Date: %d/%m/%Y", "Net amount: money"],
        Read(3183, 0, 2_238_368_237),
    ),
    (
        "tier2_unitaries_leicester_sample.csv",
        "",
        &["Unique ID: text", "Payment Date: %Y-%m-%d", "Amount: money"],
        Read(200, 0, 71_204_263),
    ),
    (
        "walsall_newline_in_header_2023-04.csv",
        "",
        &[
            "Unique Ref No: text",
            "Effective Date: %d.%m.%Y",
            "Payment date: %d/%m/%Y",
            "Net amount: money",
            "Procurement Classification\n(Higher Level): text",
        ],
        Read(8948, 0, 3_328_043_508),
    ),
    // The line ends stop after 911 rows: what follows is one row of 108 cells, its total among them.
    (
        "lambeth_cr_only_2011-11.csv",
        "[csv]\nheader = { contains = [\"Supplier Name\", \"Total\"] }",
        &["Supplier Name: text", "Total: money"],
        Read(909, 1, 3_821_753_082),
    ),
    (
        "lambeth_cr_only_2011-11.csv",
        "[csv]\nheader = { contains = [\"Supplier Name\", \"Total\"] }\n\
         skip_rows = { where_starts_with = { \"Supplier Name\" = [\"Grand Total\"] } }\n\
         control_total = { row = \"footer\", column = \"Total\", required = true }",
        &["Supplier Name: text", "Total: money"],
        Refused(
            "`lambeth_cr_only_2011-11.csv`: expected a total of `Total`, found none: another program may still be writing the file",
        ),
    ),
    (
        "pcc_tvpcc_sample.ods",
        "[workbook]\nsheet = \"Sheet2\"",
        &["Supplier_Name: text", "Invoice_Line_Net_Amount: money"],
        Read(11_758, 0, 1_631_790_584),
    ),
    (
        "pcc_hants_sample.xls",
        "[workbook]\nsheet = \"*\"",
        &["Supplier Name with Redactions: text", "Posting date: %d/%m/%Y", "Amount: money"],
        Read(596, 0, 767_052_613),
    ),
];

#[test]
fn every_messy_download_is_read_right_or_refused_for_its_reason() {
    let Some(data) = real_data("every_messy_download_is_read_right_or_refused_for_its_reason") else {
        return;
    };
    let mut faults = Vec::new();
    for (file, layout, columns, expected) in CASES {
        let found = came_of(&data.join("messy"), file, layout, columns);
        let expected = expected.to_string();
        if found != expected {
            faults.push(format!("{file}: {found}, expected {expected}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
