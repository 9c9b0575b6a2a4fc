use sufficiency::job::{Alone, Options};
use sufficiency::run::{Selection, run as run_with};

use super::{file, idle, payments, refused, run, says, table};
use crate::council::Council;

const APRIL: [(&str, &str); 5] =
    [("A1", "1.00"), ("A2", "2.00"), ("A3", "3.00"), ("A4", "4.00"), ("A5", "5.00")];
const MAY: [(&str, &str); 5] =
    [("M1", "1.00"), ("M2", "2.00"), ("M3", "3.00"), ("M4", "4.00"), ("M5", "5.00")];

fn two_months() -> Council {
    let council = Council::with_source(&payments("files = \"*.csv\"\ndisposition = \"append\""));
    file(&council, "april.csv", &APRIL);
    file(&council, "may.csv", &MAY);
    says(&run(&council), "10 rows in 2 landings, 10 in the tables");
    council
}

#[test]
fn a_month_that_is_sent_again_says_how_many_of_its_rows_changed() {
    let council = two_months();
    file(
        &council,
        "april.csv",
        &[("A1", "1.00"), ("A2", "2.50"), ("A3", "3.00"), ("A4", "4.00"), ("A5", "5.00"), ("A6", "6.00")],
    );
    let said = run(&council);
    says(&said, "share.rows: `april.csv` takes the place of other rows: 1 gone, 2 new, 4 as before");
    assert_eq!(table(&council).1, "36.50");
    // Rows in another order are the same rows.
    file(&council, "may.csv", &[MAY[4], MAY[0], MAY[1], MAY[2], MAY[3]]);
    let said = run(&council);
    assert!(!said.contains("takes the place"), "{said}");
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    let replaced = landings.last().unwrap().findings.replaced.unwrap();
    assert_eq!((replaced.same, replaced.gone, replaced.new), (5, 0, 0));
    idle(&council);
}

#[test]
fn a_register_that_replaces_another_says_how_many_of_its_rows_changed() {
    let council = Council::with_source(&payments("files = \"register_*.csv\""));
    file(&council, "register_april.csv", &APRIL);
    run(&council);
    file(&council, "register_may.csv", &[APRIL[0], APRIL[1], APRIL[2], ("A4", "4.40")]);
    says(&run(&council), "`register_may.csv` takes the place of other rows: 2 gone, 1 new, 3 as before");
}

#[test]
fn two_files_that_change_names_lose_no_row_and_double_none() {
    let council = two_months();
    file(&council, "april.csv", &MAY);
    file(&council, "may.csv", &APRIL);
    run(&council);
    assert_eq!(table(&council), ("A1 A2 A3 A4 A5 M1 M2 M3 M4 M5".to_owned(), "30.00".to_owned()));
    idle(&council);
    file(&council, "april.csv", &APRIL);
    file(&council, "may.csv", &MAY);
    run(&council);
    assert_eq!(table(&council), ("A1 A2 A3 A4 A5 M1 M2 M3 M4 M5".to_owned(), "30.00".to_owned()));
    idle(&council);
}

#[test]
fn a_month_that_is_sent_again_under_another_name_is_held_until_a_person_takes_it() {
    let council = two_months();
    file(&council, "april (1).csv", &[APRIL[0], APRIL[1], APRIL[2], APRIL[3], ("A5", "5.50")]);
    let words = ["4 of 5 rows of `april (1).csv` are in the table from other files", "--accept-swing"];
    refused(&council, 12, &words);
    assert_eq!(table(&council).1, "30.00");
    let options = Options { accept_swing: true, ..Options::default() };
    let outcome = run_with(&council.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap();
    let lines = outcome.closing_lines().join("\n");
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    says(&lines, "share.rows: `april (1).csv` shares 4 rows with other files of the table");
    assert_eq!(table(&council).1, "45.50");
    // One payment that two months have does not show it, and is counted.
    let council = two_months();
    file(&council, "june.csv", &[("A1", "1.00"), ("J1", "1.00"), ("J2", "1.00")]);
    says(&run(&council), "share.rows: `june.csv` shares 1 row with other files of the table");
}

#[test]
fn a_month_that_was_there_and_is_gone_from_a_series_is_held() {
    let date =
        "[[columns]]\nname = \"paid_on\"\nfrom = \"Date\"\ntype = { date = { format = \"%Y-%m-%d\" } }\n";
    let lines = "files = \"*.csv\"\ndisposition = \"append\"\n\
                 [series]\nby = \"paid_on\"\nunit = \"month\"\ndue = \"working day 8\"";
    let council = Council::with_source(&format!("{}{date}", payments(lines)));
    let rows = |months: &[&str]| {
        let rows: Vec<String> =
            months.iter().map(|month| format!("T{month},1.00,2025-{month}-07\n")).collect();
        format!("Txn,Amount,Date\n{}", rows.concat())
    };
    council.write("extracts/year.csv", rows(&["04", "05", "06"]));
    run(&council);
    let units = "SELECT unit, state, rows FROM sufficiency.series_units WHERE unit < '2025-08' ORDER BY unit";
    assert_eq!(
        council.query(units),
        ["2025-04|PRESENT|1", "2025-05|PRESENT|1", "2025-06|PRESENT|1", "2025-07|MISSING|0"]
    );
    let due =
        "SELECT source, state, due_on FROM sufficiency.series_units WHERE unit >= '2025-09' ORDER BY unit";
    assert_eq!(council.query(due), ["share.rows|NOT_DUE|2025-10-10", "share.rows|NOT_DUE|2025-11-12"]);
    council.write("extracts/year.csv", rows(&["04", "06", "07"]));
    refused(&council, 12, &["`year.csv` has no row of May 2025 any more"]);
    // A month that another file holds is not gone.
    council.write("extracts/may.csv", "Txn,Amount,Date\nT05b,2.00,2025-05-08\n");
    council.write("extracts/year.csv", rows(&["04", "05", "06"]));
    run(&council);
    council.write("extracts/year.csv", rows(&["04", "06", "07"]));
    says(&run(&council), "`year.csv` takes the place of other rows: 1 gone, 1 new, 2 as before");
}

#[test]
fn a_file_that_grows_under_another_name_is_held_beside_its_shorter_self() {
    let council = two_months();
    let more: Vec<String> = (1..=9).map(|number| format!("J{number}")).collect();
    let mut rows = APRIL.to_vec();
    rows.extend(more.iter().map(|number| (number.as_str(), "7.00")));
    file(&council, "april_to_june.csv", &rows);
    refused(&council, 12, &["5 of 5 rows of `april.csv` are in `april_to_june.csv` too", "--accept-swing"]);
    assert_eq!(table(&council).1, "30.00");
    // Both may come in the first run of all.
    let council = Council::with_source(&payments("files = \"*.csv\"\ndisposition = \"append\""));
    file(&council, "april.csv", &APRIL);
    file(&council, "april_to_june.csv", &rows);
    refused(&council, 12, &["5 of 5 rows of `april.csv` are in `april_to_june.csv` too"]);
}

#[test]
fn a_lock_file_is_left_out_with_a_word() {
    let council = two_months();
    council.write("extracts/~$may.csv", "x");
    council.write("extracts/.~lock.april.csv#", "x");
    let said = run(&council);
    says(
        &said,
        "share.rows: `~$may.csv` was left out: an office program writes it beside a file that is open",
    );
    says(&said, "share.rows: `.~lock.april.csv#` was left out");
    let council = Council::with_source(&payments("files = \"*.csv\""));
    council.write("extracts/~$may.csv", "x");
    refused(&council, 10, &["no file of", "`~$may.csv` was left out"]);
}
