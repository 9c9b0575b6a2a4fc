use super::{file, idle, payments, run, says, table};
use crate::council::Council;

const BY_NUMBER: &str = "files = \"change*.csv\"\ndisposition = \"merge\"\nkey = [\"txn\"]";

#[test]
fn changes_merge_in_the_order_in_which_they_arrive() {
    let contract = payments(BY_NUMBER);
    let council = Council::with_source(&contract);
    file(&council, "change9.csv", &[("A", "9.00"), ("B", "9.00")]);
    file(&council, "change10.csv", &[("A", "10.00")]);
    let lines = run(&council);
    says(&lines, "2 files are new at once");
    says(&lines, "3 rows in 2 landings, 2 in the tables (1 that newer ones replace)");
    assert_eq!(table(&council).1, "19.00");
    file(&council, "change1.csv", &[("B", "1.00")]);
    run(&council);
    assert_eq!(table(&council).1, "11.00", "what arrives last is newest, whatever its name");
    council.contract(&contract.replace("scale = 2 } }\n", "scale = 2 } }\nnote = \"pounds\"\n"));
    run(&council);
    assert_eq!(table(&council).1, "11.00", "files are read again in the order in which they arrived");
    // A file that is gone cannot be read again, and stays in its place.
    council.remove("extracts/change1.csv");
    council.contract(&contract);
    run(&council);
    assert_eq!(table(&council).1, "11.00");
    idle(&council);
}

#[test]
fn of_the_rows_of_one_key_the_one_that_changed_last_is_in_the_table() {
    let changed =
        "[[columns]]\nname = \"changed\"\nfrom = \"Changed\"\ntype = { date = { format = \"%Y-%m-%d\" } }\n";
    let council = Council::with_source(&format!(
        "{}{changed}",
        payments(&format!("{BY_NUMBER}\nupdated_at = \"changed\""))
    ));
    council.write(
        "extracts/change1.csv",
        "Txn,Amount,Changed\nA,3.00,2025-03-01\nA,2.00,2025-02-01\nB,1.00,\nB,2.00,2025-01-01\n",
    );
    run(&council);
    assert_eq!(table(&council), ("A B".to_owned(), "5.00".to_owned()));
    council.write(
        "extracts/change2.csv",
        "Txn,Amount,Changed\nA,1.00,2025-01-01\nB,4.00,2025-01-01\nC,0.50,2025-03-02\n",
    );
    run(&council);
    assert_eq!(table(&council).1, "7.50", "an older change that arrives late changes nothing");
}

#[test]
fn a_key_that_may_be_blank_is_a_fault_of_check() {
    let council = Council::with_source(&payments(BY_NUMBER).replace("required = true\n", ""));
    file(&council, "change1.csv", &[("A", "1.00")]);
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = sufficiency::run::check(&project).to_string();
    assert!(faults.contains("`txn` names a row of a merge and may be blank"), "{faults}");
    assert_eq!(council.failure().code(), 2);
}

#[test]
fn rows_set_aside_are_counted_once_and_a_row_gone_from_a_whole_extract_is_gone() {
    let council = Council::with_source(
        &payments(&format!("{BY_NUMBER}\nfull_extract = \"always\"")).replace("change*.csv", "change.csv"),
    );
    for amount in ["1.00", "2.00", "3.00"] {
        file(&council, "change.csv", &[("A", amount), ("B", "x"), ("C", amount)]);
        run(&council);
    }
    let lines = sufficiency::ingest::quarantine::list(&council.open(), None).unwrap();
    assert_eq!(lines.iter().map(|line| line.rows).sum::<usize>(), 1, "{lines:?}");
    file(&council, "change.csv", &[("A", "4.00")]);
    run(&council);
    assert_eq!(table(&council), ("A".to_owned(), "4.00".to_owned()));
}

const NUMBERED: &str = "[[columns]]\nname = \"number\"\nfrom = \"Number\"\ntype = \"text\"\n";

/// Orders by `txn`, whose `number` is unique.
fn numbered(lines: &str) -> Council {
    let lines = format!("{BY_NUMBER}\nunique = [\"number\"]\n{lines}");
    Council::with_source(&format!("{}{NUMBERED}", payments(&lines)))
}

fn change(council: &Council, file: &str, rows: &[&str]) {
    council.write(&format!("extracts/{file}"), format!("Txn,Amount,Number\n{}\n", rows.join("\n")));
}

fn aside(council: &Council) -> Vec<(String, i64, String)> {
    let all = sufficiency::ingest::quarantine::Filter::default();
    let rows = sufficiency::ingest::quarantine::show(&council.open(), "share.rows", &all).unwrap();
    rows.into_iter().map(|row| (row.file, row.row, row.reason)).collect()
}

#[test]
fn what_is_unique_holds_over_the_table_that_a_merge_makes() {
    let council = numbered("");
    change(&council, "change1.csv", &["A,1.00,N1", "B,1.00,N2", "B,2.00,N2"]);
    run(&council);
    assert_eq!(table(&council), ("A B".to_owned(), "3.00".to_owned()), "two versions of a row are one row");
    assert_eq!(aside(&council), []);
    // C takes the number of A, which has landed; B keeps its own.
    change(&council, "change2.csv", &["C,5.00,N1", "B,3.00,N2"]);
    run(&council);
    assert_eq!(table(&council), ("A B".to_owned(), "4.00".to_owned()));
    let reason = "has what is `unique` of row 2 of `change1.csv`".to_owned();
    assert_eq!(aside(&council), [("change2.csv".to_owned(), 2, reason)]);
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    let uniqueness = |landing: &sufficiency::store::LandingRecord| landing.findings.quality.uniqueness;
    assert_eq!(landings.last().map(uniqueness), Some(sufficiency::store::Share::new(1, 2)));
    // A gives its number up: C is in the table without having come again.
    change(&council, "change3.csv", &["A,1.00,N9"]);
    run(&council);
    assert_eq!(table(&council), ("A B C".to_owned(), "9.00".to_owned()));
    assert_eq!(aside(&council), []);
    idle(&council);
}

#[test]
fn of_files_that_are_new_at_once_only_the_table_counts() {
    let council = numbered("");
    change(&council, "change1.csv", &["A,1.00,N1"]);
    change(&council, "change2.csv", &["B,1.00,N1"]);
    change(&council, "change3.csv", &["A,1.00,N2"]);
    run(&council);
    assert_eq!(table(&council).0, "A B");
    assert_eq!(aside(&council), []);
    // Two rows exchange their numbers.
    change(&council, "change4.csv", &["A,1.00,N1", "B,1.00,N2"]);
    run(&council);
    assert_eq!(aside(&council), []);
    let numbers = council.query("SELECT string_agg(number, ' ' ORDER BY txn) FROM share.rows");
    assert_eq!(numbers, ["N1 N2"]);
}

#[test]
fn a_merge_stops_or_counts_what_is_not_unique_as_its_contract_says() {
    let stops = numbered("unique_severity = \"stop\"");
    change(&stops, "change1.csv", &["A,1.00,N1"]);
    run(&stops);
    change(&stops, "change2.csv", &["B,1.00,N1"]);
    let words = ["`change2.csv` row 2", "has what is `unique` of row 2 of `change1.csv`"];
    super::refused(&stops, 11, &words);
    assert_eq!(table(&stops).0, "A");
    let warns = numbered("unique_severity = \"warn\"");
    change(&warns, "change1.csv", &["A,1.00,N1", "B,1.00,N1"]);
    run(&warns);
    assert_eq!(table(&warns).0, "A B");
    let landings = warns.open().store().landings("share", "rows", None).unwrap();
    let landing = landings.last().unwrap();
    assert_eq!(
        (landing.findings.warnings["unique"], landing.findings.quality.uniqueness),
        (1, sufficiency::store::Share::new(1, 2))
    );
}

/// Makes a merge of payments by `changed`, a column of this type.
fn changing(kind: &str) -> Council {
    let contract = payments(&format!("{BY_NUMBER}\nupdated_at = \"changed\""));
    Council::with_source(&format!(
        "{contract}[[columns]]\nname = \"changed\"\nfrom = \"Changed\"\ntype = {kind}\n"
    ))
}

#[test]
fn of_two_changes_of_one_day_the_later_is_in_the_table_and_of_one_moment_the_one_that_came_last() {
    let council = changing("{ timestamp = { format = [\"%d/%m/%Y %H:%M\", \"%Y-%m-%dT%H:%M:%SZ\"] } }");
    // 09:30 in summer is 08:30 in universal time.
    council.write(
        "extracts/change1.csv",
        "Txn,Amount,Changed\nA,2.00,01/07/2025 09:30\nA,1.00,2025-07-01T08:29:59Z\nB,1.00,01/07/2025 10:00\n\
         B,3.00,01/07/2025 10:00\nC,4.00,01/07/2025 09:00\nC,5.00,\n",
    );
    run(&council);
    assert_eq!(table(&council), ("A B C".to_owned(), "9.00".to_owned()));
    let moments = council.query("SELECT changed FROM share.rows ORDER BY txn");
    assert_eq!(moments, ["2025-07-01T08:30:00Z", "2025-07-01T09:00:00Z", "2025-07-01T08:00:00Z"]);
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    assert_eq!(landings[0].findings.warnings.get("change_without_a_moment"), Some(&1));
    idle(&council);
    let numbered = changing("\"integer\"");
    numbered.write("extracts/change1.csv", "Txn,Amount,Changed\nA,10.00,10\nA,9.00,9\n");
    run(&numbered);
    assert_eq!(table(&numbered).1, "10.00");
}

#[test]
fn a_change_after_the_day_of_reading_is_set_aside_until_its_day_has_come() {
    for (kind, today, later) in [
        ("{ date = { format = \"%Y-%m-%d\" } }", "2025-10-06", "2025-10-07"),
        ("{ timestamp = { format = \"%Y-%m-%d %H:%M\" } }", "2025-10-06 23:59", "2025-10-07 00:00"),
    ] {
        let council = changing(kind);
        council
            .write("extracts/change1.csv", format!("Txn,Amount,Changed\nA,1.00,{today}\nA,2.00,{later}\n"));
        run(&council);
        assert_eq!(table(&council).1, "1.00", "{kind}");
        let reason = "`changed` is after the day of reading".to_owned();
        assert_eq!(aside(&council), [("change1.csv".to_owned(), 3, reason)]);
        idle(&council);
        let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
        council.write("settings.toml", settings.replace("2025-10-06", "2025-10-07"));
        run(&council);
        assert_eq!(table(&council).1, "2.00", "{kind}");
        idle(&council);
    }
}

#[test]
fn a_column_of_changes_without_an_order_of_time_is_a_fault_of_check() {
    for (kind, words) in [
        ("\"text\"", "found a column that has no order of time"),
        ("{ money = { scale = 2 } }", "found a column that has no order of time"),
        (
            "{ date = { format = \"%d/%m/%Y %H:%M\" } }",
            "found days read by `%d/%m/%Y %H:%M`, whose time is left out",
        ),
        (
            "{ timestamp = { format = [\"%d/%m/%Y %H:%M\", \"%m/%d/%Y %H:%M\"] } }",
            "expected formats that read a text as one day",
        ),
        (
            "{ timestamp = { format = \"%d/%m/%Y\" } }",
            "expected a format of a day with a time, found `%d/%m/%Y`",
        ),
    ] {
        let council = changing(kind);
        let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
        let faults = sufficiency::run::check(&project).to_string();
        assert!(faults.contains(words), "{kind}: {faults}");
    }
}
