//! What a folder may hold besides files of its own: links, names with a pupil's number, copies.

use std::os::unix::fs::symlink;

use sufficiency::ledger::{Step, history};

use super::{file, payments, refused, run, says, table};
use crate::council::Council;

const UPN: &str = "Q336203325001";

#[test]
fn a_link_that_leads_out_of_the_folder_is_refused_and_not_read() {
    let contract = payments("files = \"**/*.csv\"\ndisposition = \"append\"");
    let council = Council::with_source(&contract);
    file(&council, "a.csv", &[("A", "1.00")]);
    council.write("elsewhere/secret.csv", "root:x:0:0,Zebedee\n");
    symlink(council.path("elsewhere/secret.csv"), council.path("extracts/b.csv")).unwrap();
    refused(&council, 11, &["`b.csv`", "found a link that leads out of it", "put the file itself there"]);
    assert!(!council.failure().to_string().contains("Zebedee"));
    council.remove("extracts/b.csv");
    // A folder that is a link, and an archive.
    council.contract(&payments("files = \"*/*.csv\"\ndisposition = \"append\""));
    symlink(council.path("elsewhere"), council.path("extracts/linked")).unwrap();
    refused(&council, 11, &["`linked`", "a link that leads out"]);
    council.remove("extracts/linked");
    council.contract(&payments("files = \"*.zip/*.csv\"\ndisposition = \"append\""));
    symlink(council.path("elsewhere/secret.csv"), council.path("extracts/c.zip")).unwrap();
    refused(&council, 11, &["`c.zip`", "a link that leads out"]);
    council.remove("extracts/c.zip");
    // One that stays within is a file like any other.
    council.contract(&contract);
    symlink("a.csv", council.path("extracts/d.csv")).unwrap();
    run(&council);
    assert_eq!(table(&council).0, "A");
}

#[test]
fn a_file_called_by_a_pupil_number_is_refused_without_the_number() {
    let council = Council::with_source(&payments("files = \"**/*.csv\"\ndisposition = \"append\""));
    file(&council, &format!("2024/letter_{UPN}.csv"), &[("A", "1.00")]);
    refused(&council, 11, &["2024/letter_(a pupil number).csv", "give the file another name"]);
    assert!(!council.failure().to_string().contains(UPN));
    let ledger = format!("{:?}", history(&**council.open().store().objects()).unwrap());
    assert!(ledger.contains("letter_") && !ledger.contains(UPN), "{ledger}");
}

#[test]
fn a_seed_and_a_layout_that_lead_out_of_the_project_are_faults() {
    let council = Council::with_source(&payments("files = \"*.csv\""));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x"), "code\nZebedee\n").unwrap();
    std::fs::create_dir_all(council.path("pipelines/share/seeds")).unwrap();
    symlink(outside.path().join("x"), council.path("pipelines/share/seeds/codes.csv")).unwrap();
    let fault = sufficiency::project::Project::load(&council.path("")).unwrap_err().to_string();
    let words = ["pipelines/share/seeds/codes.csv", "found a link that leads out of it"];
    assert!(words.iter().all(|word| fault.contains(word)) && !fault.contains("Zebedee"), "{fault}");
    council.remove("pipelines/share/seeds/codes.csv");
    // What is of this machine may lie elsewhere.
    let settings = std::fs::read(council.path("settings.toml")).unwrap();
    std::fs::write(outside.path().join("settings.toml"), settings).unwrap();
    council.remove("settings.toml");
    symlink(outside.path().join("settings.toml"), council.path("settings.toml")).unwrap();
    assert!(sufficiency::project::Project::load(&council.path("")).is_ok());
}

#[test]
fn copies_that_are_left_out_are_counted_and_on_record() {
    for lines in [
        "files = \"*.csv\"\ndisposition = \"append\"",
        "files = \"*.csv\"",
        "files = \"*.csv\"\ndisposition = \"merge\"\nkey = [\"txn\"]",
    ] {
        let council = Council::with_source(&payments(lines));
        file(&council, "a.csv", &[("A", "1.00")]);
        file(&council, "b.csv", &[("A", "1.00")]);
        let printed = run(&council);
        says(&printed, "1 row in 1 landing, 1 in the tables, 1 file left out as a copy");
        says(&printed, "`b.csv` holds the same bytes as `a.csv` and was left out");
        let runs = history(&**council.open().store().objects()).unwrap();
        let steps = runs.into_iter().filter_map(|run| run.finished).flat_map(|run| run.steps);
        let left_out = Step::LeftOut {
            source: "rows".to_owned(),
            file: "b.csv".to_owned(),
            same_as: "a.csv".to_owned(),
        };
        assert_eq!(steps.filter(|step| *step == left_out).count(), 1, "{lines}");
    }
}

#[test]
fn an_older_file_that_comes_again_says_that_its_rows_take_the_place_of_newer_ones() {
    let merge = "files = \"*.csv\"\ndisposition = \"merge\"\nkey = [\"txn\"]";
    let council = Council::with_source(&payments(merge));
    file(&council, "change1.csv", &[("A", "1.00"), ("B", "1.00")]);
    run(&council);
    file(&council, "change2.csv", &[("A", "2.00")]);
    let printed = run(&council);
    assert!(!printed.contains("came again"), "{printed}");
    // B is corrected, and A is as it was.
    file(&council, "change1.csv", &[("A", "1.00"), ("B", "1.50")]);
    let printed = run(&council);
    says(&printed, "`change1.csv` came again after newer files, and 1 of its rows takes the place of theirs");
    assert_eq!(table(&council).1, "2.50");
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    assert_eq!(landings.last().unwrap().findings.warnings["over_newer_rows"], 1);
    // One that changes rows which no newer file has is in order.
    file(&council, "change2.csv", &[("C", "3.00")]);
    let printed = run(&council);
    assert!(!printed.contains("came again"), "{printed}");
}

#[test]
fn rows_that_look_like_a_header_or_notes_are_named_at_the_end() {
    let texts = "[[columns]]\nname = \"ref\"\nfrom = \"Ref\"\ntype = \"text\"\n\
                 [[columns]]\nname = \"body\"\nfrom = \"Body\"\ntype = \"text\"\n";
    let council = Council::with_source(&format!("files = \"*.csv\"\n[csv]\n{texts}"));
    let rows: String = (1..=6).map(|row| format!("P{row},Ash\n")).collect::<Vec<_>>().concat();
    let more = "\nNumber,Council\nQ1,Yew\nSource:,finance\n";
    council.write("extracts/a.csv", format!("Ref,Body\n{rows}{more}"));
    let printed = run(&council);
    says(&printed, "share.rows: `a.csv` has a row that looks like another header and is read as data: row 9");
    says(
        &printed,
        "share.rows: `a.csv` ends in rows that look like notes and are read as data, the first of them: row 11",
    );
}

/// Makes a pipe where a file may be.
fn pipe(council: &Council, name: &str) {
    let made = std::process::Command::new("mkfifo").arg(council.path(&format!("extracts/{name}"))).status();
    assert!(made.unwrap().success());
}

#[test]
fn only_files_are_read_and_nothing_is_waited_for() {
    let contract = payments("files = \"*.csv\"\ndisposition = \"append\"");
    let council = Council::with_source(&contract);
    file(&council, "a.csv", &[("A", "1.00")]);
    pipe(&council, "b.csv");
    refused(&council, 11, &["`b.csv`", "expected a file, found a pipe", "take it out of the folder"]);
    council.remove("extracts/b.csv");
    symlink("nowhere.csv", council.path("extracts/b.csv")).unwrap();
    refused(&council, 11, &["`b.csv`", "found a link that leads nowhere"]);
    council.remove("extracts/b.csv");
    let socket = std::os::unix::net::UnixListener::bind(council.path("extracts/b.csv")).unwrap();
    refused(&council, 11, &["`b.csv`", "found a socket"]);
    drop(socket);
    council.remove("extracts/b.csv");
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xe9.csv");
    std::fs::write(council.path("extracts").join(name), "Txn,Amount\nB,2.00\n").unwrap();
    refused(&council, 11, &["expected a name of a file in UTF-8"]);
    std::fs::remove_file(council.path("extracts").join(name)).unwrap();
    // A folder is said, for its files are not read; where everything is read there is nothing to say.
    std::fs::create_dir(council.path("extracts/b.csv")).unwrap();
    says(&run(&council), "share.rows: `b.csv` was left out: it is a folder and has the name of a file");
    assert_eq!(table(&council).0, "A");
    council.contract(&contract.replace("*.csv", "*"));
    assert!(!run(&council).contains("left out"));
    // An archive, and a folder on the way.
    pipe(&council, "c.zip");
    council.contract(&contract.replace("*.csv", "*.zip/*.csv"));
    refused(&council, 11, &["`c.zip`", "found a pipe"]);
    council.remove("extracts/c.zip");
    council.contract(&contract.replace("*.csv", "*/*.csv"));
    symlink("nowhere", council.path("extracts/2024")).unwrap();
    refused(&council, 11, &["`2024`", "found a link that leads nowhere"]);
}

#[test]
fn rows_of_two_files_of_one_name_are_known_by_the_folder_of_each() {
    let council = Council::with_source(&payments("files = \"*/pay.csv\"\ndisposition = \"append\""));
    file(&council, "2023/pay.csv", &[("A", "1.00")]);
    file(&council, "2024/pay.csv", &[("B", "2.00")]);
    run(&council);
    let rows = council.query("SELECT _file, _row, txn FROM share.rows ORDER BY txn");
    assert_eq!(rows, ["2023/pay.csv|2|A", "2024/pay.csv|2|B"]);
}
