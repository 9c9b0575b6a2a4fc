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
    let changed = "[[columns]]\nname = \"changed\"\nfrom = \"Changed\"\ntype = \"text\"\n";
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
    council.write("extracts/change2.csv", "Txn,Amount,Changed\nA,1.00,2025-01-01\nB,4.00,2025-01-01\n");
    run(&council);
    assert_eq!(table(&council).1, "7.00", "an older change that arrives late changes nothing");
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
