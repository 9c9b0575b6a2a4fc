//! Workbooks of each format as another program reads them: the rows and the pence are ours.

use std::process::Command;

use super::outcome::came_of;
use super::real_data;

/// File, its sheet or nothing for its only one, and the column that is added up.
const SHEETS: &[(&str, &str, &str)] = &[
    ("pcc_tvpcc_sample.ods", "Sheet2", "Invoice_Line_Net_Amount"),
    ("pcc_hants_sample.xls", "", "Amount"),
    ("tier3_unitaries_westberks_sample.xlsx", "", "Net amount"),
];

#[test]
fn an_independent_reader_finds_the_same_rows_and_pence_in_ods_xls_and_xlsx() {
    let Some(data) = real_data("an_independent_reader_finds_the_same_rows_and_pence_in_ods_xls_and_xlsx")
    else {
        return;
    };
    let messy = data.join("messy");
    for (file, sheet, column) in SHEETS {
        let theirs = Command::new("python3")
            .args(["-W", "ignore", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/figures.py")])
            .arg(messy.join(file))
            .args([sheet, column])
            .output()
            .unwrap();
        assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
        let theirs =
            String::from_utf8_lossy(&theirs.stdout).trim().replace(" rows, ", " rows, 0 set aside, ");
        let pattern = if sheet.is_empty() { "*" } else { sheet };
        let column = format!("{column}: money");
        let ours = came_of(&messy, file, &format!("[workbook]\nsheet = \"{pattern}\""), &[column.as_str()]);
        assert_eq!(ours, theirs, "{file}");
    }
}

#[test]
fn a_header_of_two_rows_with_merged_names_reads_the_same_from_xls_xlsx_and_ods() {
    let folder = std::env::temp_dir().join(format!("sufficiency-merged-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let written = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/merged.py"))
        .arg(&folder)
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    for file in ["merged.xls", "merged.xlsx", "merged.ods"] {
        let layout = "[workbook]\nsheet = \"Places\"\nheader = { contains = [\"School\", \"Autumn Places\"], rows = 2 }";
        let columns = ["School: text", "Autumn Cost: money", "Spring Cost: money"];
        // 1,000.25 + 99.25 of the autumn and 1,200.50 + 0.50 of the spring.
        assert_eq!(came_of(&folder, file, layout, &columns), "2 rows, 0 set aside, 230050 pence", "{file}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
