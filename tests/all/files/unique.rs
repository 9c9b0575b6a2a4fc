use sufficiency::ingest::quarantine;
use sufficiency::store::Share;

use super::{file, idle, payments, refused, run, says, table};
use crate::council::Council;

const APRIL: &str = "spend_2024_04.csv";
const AGAIN: &str = "spend_2024_04 (1).csv";

fn council(lines: &str) -> Council {
    let lines = format!("files = \"*.csv\"\ndisposition = \"append\"\nunique = [\"txn\"]\n{lines}");
    Council::with_source(&payments(&lines))
}

fn april(council: &Council) {
    file(council, APRIL, &[("T1", "10.00"), ("T2", "20.00")]);
}

fn again(council: &Council) {
    file(council, AGAIN, &[("T1", "10.00"), ("T2", "20.00"), ("T3", "5.00")]);
}

fn uniqueness(council: &Council) -> Share {
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    landings.iter().fold(Share::default(), |all, landing| all.and(landing.findings.quality.uniqueness))
}

/// Checks that T1 and T2 are set aside from one file, each with the file and the row that has its key.
fn two_aside(council: &Council, from: &str, of: &str) {
    assert_eq!(table(council), ("T1 T2 T3".to_owned(), "35.00".to_owned()));
    let rows = quarantine::show(&council.open(), "share.rows", &quarantine::Filter::default()).unwrap();
    let reasons: Vec<(String, i64, String)> =
        rows.into_iter().map(|row| (row.file, row.row, row.reason)).collect();
    let reason = |row| format!("has the key of row {row} of `{of}`");
    assert_eq!(reasons, [(from.to_owned(), 2, reason(2)), (from.to_owned(), 3, reason(3))]);
    assert_eq!(uniqueness(council), Share::new(3, 5));
}

#[test]
fn a_file_issued_again_under_another_name_doubles_no_row() {
    let later = council("");
    april(&later);
    run(&later);
    again(&later);
    says(&run(&later), "3 rows in 1 landing, 2 set aside, 3 in the tables (2 that landed before)");
    two_aside(&later, AGAIN, APRIL);
    let together = council("");
    april(&together);
    again(&together);
    run(&together);
    assert_eq!(table(&together), ("T1 T2 T3".to_owned(), "35.00".to_owned()));
    assert_eq!(uniqueness(&together), Share::new(3, 5));
}

#[test]
fn severity_stop_refuses_both_and_warn_counts() {
    let stopped = council("unique_severity = \"stop\"");
    april(&stopped);
    run(&stopped);
    again(&stopped);
    refused(
        &stopped,
        11,
        &[AGAIN, "row 2: has the key of row 2 of `spend_2024_04.csv`", "row 3: has the key of row 3"],
    );
    assert_eq!(table(&stopped).1, "30.00");
    let warned = council("unique_severity = \"warn\"");
    april(&warned);
    again(&warned);
    run(&warned);
    assert_eq!(table(&warned).1, "65.00");
    let landings = warned.open().store().landings("share", "rows", None).unwrap();
    let warnings: u64 = landings.iter().filter_map(|landing| landing.findings.warnings.get("unique")).sum();
    assert_eq!((warnings, uniqueness(&warned)), (2, Share::new(3, 5)));
}

#[test]
fn a_row_set_aside_is_published_once_the_other_is_gone() {
    let council = council("");
    april(&council);
    run(&council);
    again(&council);
    run(&council);
    two_aside(&council, AGAIN, APRIL);
    file(&council, APRIL, &[("T2", "20.00"), ("T4", "1.00")]);
    run(&council);
    assert_eq!(table(&council), ("T1 T2 T3 T4".to_owned(), "36.00".to_owned()));
    idle(&council);
}

#[test]
fn a_rule_that_is_added_later_keeps_the_row_that_landed_first() {
    let council = Council::with_source(&payments("files = \"*.csv\"\ndisposition = \"append\""));
    april(&council);
    run(&council);
    again(&council);
    run(&council);
    assert_eq!(table(&council).1, "65.00");
    council.contract(&payments("files = \"*.csv\"\ndisposition = \"append\"\nunique = [\"txn\"]"));
    run(&council);
    let context = council.open();
    let rows = quarantine::show(&context, "share.rows", &quarantine::Filter::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.file.as_str()).collect::<Vec<_>>(), [AGAIN, AGAIN]);
    assert_eq!(table(&council), ("T1 T2 T3".to_owned(), "35.00".to_owned()));
}
