use super::{file, idle, payments, refused, run, says, table};
use crate::council::Council;

const MONTHS: [&str; 12] = [
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "january",
    "february",
    "march",
];

fn months(council: &Council) {
    for (at, month) in MONTHS.iter().enumerate() {
        let numbers: Vec<String> = (0..5).map(|row| format!("M{at:02}{row}")).collect();
        let rows: Vec<(&str, &str)> = numbers.iter().map(|number| (number.as_str(), "100.00")).collect();
        file(council, &format!("spend_{month}.csv"), &rows);
    }
}

#[test]
fn twelve_monthly_files_are_never_one_of_them() {
    let council = Council::with_source(&payments("files = \"spend_*.csv\""));
    months(&council);
    refused(
        &council,
        11,
        &["`share.rows`", "`disposition` is `replace`", "12 files", "`spend_april.csv`", "append"],
    );
    council.contract(&payments("files = \"spend_*.csv\"\ndisposition = \"append\""));
    says(&run(&council), "60 rows in 12 landings, 60 in the tables");
    assert_eq!(council.query("SELECT count(*), sum(amount) FROM share.rows"), ["60|6000.00"]);
    idle(&council);
    file(&council, "spend_april_2025.csv", &[("N1", "1.00")]);
    says(&run(&council), "1 row in 1 landing, 61 in the tables (60 that landed before)");
}

#[test]
fn a_register_issued_whole_stays_the_newest_through_an_edit_of_its_contract() {
    let contract = payments("files = \"register_*.csv\"");
    let council = Council::with_source(&contract);
    file(&council, "register_september.csv", &[("S1", "1.00"), ("S2", "1.00")]);
    run(&council);
    file(&council, "register_october.csv", &[("O1", "2.00"), ("O2", "2.00")]);
    run(&council);
    assert_eq!(table(&council), ("O1 O2".to_owned(), "4.00".to_owned()));
    council.contract(&contract.replace("scale = 2 } }\n", "scale = 2 } }\nnote = \"pounds\"\n"));
    says(&run(&council), "2 rows in 1 landing, 2 in the tables");
    assert_eq!(table(&council), ("O1 O2".to_owned(), "4.00".to_owned()));
    idle(&council);
    // Which of the two is newer now, nothing says.
    file(&council, "register_september.csv", &[("S1", "1.00"), ("S3", "1.00")]);
    refused(&council, 11, &["`register_september.csv` changed", "`register_october.csv` is the table"]);
}

/// Returns a contract whose date column says how far a file reaches.
fn dated(lines: &str) -> String {
    let date = "[[columns]]\nname = \"date\"\nfrom = \"Date\"\ntype = { date = { format = \"%d/%m/%Y\" } }\n";
    format!("{}{date}", payments(&format!("{lines}\nas_at = \"date\"")))
}

fn register(council: &Council, name: &str, rows: &[(&str, &str)]) {
    let rows: Vec<String> = rows.iter().map(|(txn, day)| format!("{txn},1.00,{day}\n")).collect();
    council.write(&format!("extracts/{name}"), format!("Txn,Amount,Date\n{}", rows.concat()));
}

#[test]
fn the_extract_that_reaches_furthest_is_the_table_and_an_older_one_beside_it_no_fault() {
    let council = Council::with_source(&dated("files = \"register_*.csv\""));
    register(&council, "register_september.csv", &[("S1", "30/09/2025")]);
    register(&council, "register_october.csv", &[("O1", "01/10/2025"), ("O2", "05/10/2025")]);
    says(&run(&council), "3 rows in 2 landings, 2 in the tables (1 that newer ones replace)");
    assert_eq!(table(&council).0, "O1 O2");
    register(&council, "register_august.csv", &[("A1", "31/08/2025")]);
    let said = run(&council);
    assert!(!said.contains("takes the place"), "{said}");
    assert_eq!(table(&council).0, "O1 O2");
    council.contract(&dated("files = \"register_*.csv\"\nmax_age = \"30 days\""));
    run(&council);
    assert_eq!(table(&council).0, "O1 O2");
    idle(&council);
    // Without the newer one beside it an older extract is a mistake.
    council.remove("extracts/register_october.csv");
    register(&council, "register_july.csv", &[("J1", "31/07/2025")]);
    refused(&council, 11, &["`register_july.csv` reaches to 2025-07-31", "older extract"]);
    assert_eq!(table(&council).0, "O1 O2");
}

#[test]
fn a_day_far_ahead_does_not_outlast_every_later_extract() {
    let council = Council::with_source(&dated("files = \"register_*.csv\""));
    register(&council, "register_july.csv", &[("J1", "31/07/2025"), ("J2", "31/07/2042")]);
    run(&council);
    register(&council, "register_august.csv", &[("A1", "31/08/2025")]);
    run(&council);
    assert_eq!(table(&council).0, "A1");
}

#[test]
fn two_extracts_that_reach_as_far_as_each_other_are_refused() {
    let council = Council::with_source(&dated("files = \"*.csv\""));
    register(&council, "one.csv", &[("A1", "30/09/2025")]);
    register(&council, "two.csv", &[("B1", "30/09/2025")]);
    refused(&council, 11, &["found `one.csv`, `two.csv` that reach to 2025-09-30", "disposition"]);
}

#[test]
fn a_day_of_a_row_set_aside_does_not_make_every_later_extract_an_older_one() {
    let council = Council::with_source(
        &dated("files = \"register.csv\"")
            .replace("\"%d/%m/%Y\" } }\n", "\"%d/%m/%Y\" } }\nrange = { most = \"today\" }\n"),
    );
    register(&council, "register.csv", &[("S1", "30/09/2025"), ("S2", "30/09/2062")]);
    run(&council);
    register(&council, "register.csv", &[("S1", "01/10/2025"), ("S2", "30/09/2025")]);
    run(&council);
    assert_eq!(table(&council).0, "S1 S2");
}

#[test]
fn files_of_one_name_in_two_folders_and_of_one_stem_are_two_files() {
    let council = Council::with_source(&payments("files = \"*/payments.csv\"\ndisposition = \"append\""));
    file(&council, "2023/payments.csv", &[("T2023", "10.00")]);
    run(&council);
    file(&council, "2024/payments.csv", &[("T2024", "10.00")]);
    run(&council);
    assert_eq!(table(&council), ("T2023 T2024".to_owned(), "20.00".to_owned()));
    idle(&council);
    let stems = Council::with_source(&payments("files = \"payments*\"\ndisposition = \"append\""));
    file(&stems, "payments.csv", &[("A", "1.00")]);
    file(&stems, "payments.txt", &[("C", "3.00")]);
    file(&stems, "payments.2024-04.csv", &[("D", "4.00")]);
    run(&stems);
    assert_eq!(table(&stems), ("A C D".to_owned(), "8.00".to_owned()));
    stems.contract(&payments("files = \"payments*\"\ndisposition = \"append\"\nidentity = \"file_stem\""));
    refused(&stems, 11, &["`payments.csv` and `payments.txt` have one stem"]);
}

#[test]
fn patterns_reach_below_folders_and_do_not_mind_capitals() {
    let council = Council::with_source(&payments("files = \"**/q[1-4]_??.csv\"\ndisposition = \"append\""));
    file(&council, "q1_25.csv", &[("A", "1.00")]);
    file(&council, "north/Q2_25.CSV", &[("B", "1.00")]);
    file(&council, "north/2025/q3_25.csv", &[("C", "1.00")]);
    file(&council, "north/2025/q5_25.csv", &[("X", "1.00")]);
    file(&council, ".hidden/q4_25.csv", &[("Y", "1.00")]);
    run(&council);
    assert_eq!(table(&council).0, "A B C");
    council.contract(&payments("files = \"q[1-4.csv\""));
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = sufficiency::run::check(&project).to_string();
    assert!(faults.contains("which is not closed"), "{faults}");
}

#[test]
fn all_sources_are_tried_in_one_run() {
    let council = Council::with_source(&payments("files = \"a.csv\""));
    council.write(
        "pipelines/share/sources/others.toml",
        format!("connection = \"share\"\n{}", payments("files = \"b.csv\"")),
    );
    council.write(
        "pipelines/share/sources/third.toml",
        format!("connection = \"share\"\n{}", payments("files = \"c.csv\"")),
    );
    council.write("extracts/a.csv", "Txn,Amount\nA1,ten\nA2,eleven\nA3,\nA4,x\nA5,1.00\n");
    council.write("extracts/b.csv", "Number,Pounds\n1,2\n");
    file(&council, "c.csv", &[("C1", "1.00")]);
    council.write(
        "pipelines/share/sources/rows.toml",
        format!("connection = \"share\"\nquarantine_limit = \"2%\"\n{}", payments("files = \"a.csv\"")),
    );
    refused(
        &council,
        11,
        &["`share.rows`", "row 2: `amount` is `ten`; row 3: `amount` is `eleven`", "`share.others`"],
    );
    assert_eq!(council.open().store().landings("share", "third", None).unwrap().len(), 1);
}
