use super::{file, idle, payments, refused, run, says, table};
use crate::council::Council;

#[test]
fn a_renamed_file_is_the_same_file_through_an_edit_of_its_contract() {
    for disposition in ["append", "replace"] {
        let contract = payments(&format!("files = \"*.csv\"\ndisposition = \"{disposition}\""));
        let council = Council::with_source(&contract);
        file(&council, "april.csv", &[("A1", "1.00"), ("A2", "2.00")]);
        run(&council);
        std::fs::rename(council.path("extracts/april.csv"), council.path("extracts/spend_april.csv"))
            .unwrap();
        if disposition == "append" {
            // It is read again, so that it is known by its new name.
            says(&run(&council), "2 rows in 1 landing, 2 in the tables");
        }
        idle(&council);
        // The type of a column changes: rows of the contract of before would not fit.
        council.contract(&contract.replace("name = \"amount\"", "name = \"pounds\""));
        run(&council);
        let rows = council.query("SELECT txn, pounds, _file FROM share.rows ORDER BY txn");
        assert_eq!(rows, ["A1|1.00|spend_april.csv", "A2|2.00|spend_april.csv"], "{disposition}");
        idle(&council);
    }
}

#[test]
fn a_file_that_was_changed_and_changed_back_counts_as_it_is() {
    for disposition in ["append", "replace"] {
        let contract = payments(&format!("files = \"*.csv\"\ndisposition = \"{disposition}\""));
        let council = Council::with_source(&contract);
        for (rows, numbers) in [([("A1", "1.00")], "A1"), ([("B1", "1.00")], "B1"), ([("A1", "1.00")], "A1")]
        {
            file(&council, "spend.csv", &rows);
            run(&council);
            assert_eq!(table(&council).0, numbers, "{disposition}");
        }
    }
}

#[test]
fn a_clock_that_is_set_back_keeps_no_older_figure() {
    let council = Council::with_source(&payments("files = \"spend.csv\""));
    file(&council, "spend.csv", &[("A1", "1.00")]);
    run(&council);
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings.replace("2025-10-06T06:00", "2025-10-06T05:00"));
    file(&council, "spend.csv", &[("A1", "2.00")]);
    run(&council);
    assert_eq!(table(&council).1, "2.00");
    idle(&council);
}

#[test]
fn a_file_that_is_renamed_and_edited_later_doubles_no_row() {
    for unique in ["", "unique = [\"txn\"]\n"] {
        let contract = payments(&format!("files = \"*.csv\"\ndisposition = \"append\"\n{unique}"));
        let council = Council::with_source(&contract);
        file(&council, "april.csv", &[("A1", "1.00"), ("A2", "2.00")]);
        run(&council);
        std::fs::rename(council.path("extracts/april.csv"), council.path("extracts/spend_april.csv"))
            .unwrap();
        run(&council);
        idle(&council);
        file(&council, "spend_april.csv", &[("A1", "1.00"), ("A2", "2.50"), ("A3", "3.00")]);
        run(&council);
        assert_eq!(table(&council), ("A1 A2 A3".to_owned(), "6.50".to_owned()), "{unique}");
        idle(&council);
    }
}

#[test]
fn a_file_that_is_renamed_and_edited_at_once_is_held() {
    let council = Council::with_source(&payments("files = \"*.csv\"\ndisposition = \"append\""));
    file(&council, "april.csv", &[("A1", "1.00"), ("A2", "2.00")]);
    run(&council);
    std::fs::remove_file(council.path("extracts/april.csv")).unwrap();
    file(
        &council,
        "spend.csv",
        &[("A1", "1.00"), ("A2", "2.00"), ("A3", "3.00"), ("A4", "4.00"), ("A5", "5.00")],
    );
    let words = ["2 of 2 rows of `april.csv`, which is not there any more, are in `spend.csv` too"];
    refused(&council, 12, &words);
    assert_eq!(table(&council).1, "3.00");
}
