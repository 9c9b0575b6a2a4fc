//! A project of a few children whose files break every rule in turn: contracts, quarantine, keys, canaries.

mod canaries;
mod gates;
mod keys;
mod quarantine;
mod seeded;

use std::fmt::Write;

use rusqlite::Connection;
use sufficiency::job::Kind;
use sufficiency::ledger::{self, Step};

use crate::council::Council;

/// Letters that a check letter may be, by remainder.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Returns the pupil number with the serial `number`; no child has it.
pub(crate) fn upn(number: u32) -> String {
    checked(&format!("336{number:08}1"))
}

/// Returns a temporary pupil number.
fn temporary(number: u32) -> String {
    checked(&format!("336{number:08}A"))
}

fn checked(rest: &str) -> String {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        letter => LETTERS.iter().position(|known| *known == letter).unwrap(),
    };
    let sum: usize = (2..).zip(rest.bytes()).map(|(weight, byte)| weight * value(byte)).sum();
    format!("{}{rest}", char::from(LETTERS[sum % 23]))
}

/// Returns the same number with the next check letter, which is wrong.
fn miswritten(upn: &str) -> String {
    let place = LETTERS.iter().position(|letter| *letter == upn.as_bytes()[0]).unwrap();
    format!("{}{}", char::from(LETTERS[(place + 1) % 23]), &upn[1..])
}

const EXCLUSIONS: &str = "extracts/exclusions_2023.csv";
const PUPILS: &str = "extracts/pupils.csv";

/// Writes the head of the exclusions' file, and `count` rows that keep the contract.
fn exclusions(count: u32) -> String {
    let mut text = "Ref,UPN,Surname,Start,End,Reason,Sessions,Cost\n".to_owned();
    for number in 0..count {
        let (upn, day) = (upn(number % 40), 1 + number % 27);
        writeln!(text, "EX{number:04},{upn},Quillfeather,{day:02}/10/2023,{day:02}/10/2023,bu,2,10.00")
            .unwrap();
    }
    text
}

/// Writes the head of the pupils' file, and `count` children.
fn pupils(count: u32) -> String {
    let mut text = "UPN,Surname,DOB,Postcode,Sex\n".to_owned();
    for number in 0..count {
        writeln!(text, "{},Quillfeather,{:02}/04/2010,wv1 1aa,F", upn(number), 1 + number % 28).unwrap();
    }
    text
}

/// Writes the case system's placements: number, pupil, provider, cost, day of the last change.
fn placements(council: &Council, rows: &[(String, String, &str, &str, &str)]) {
    let path = council.path("extracts/casework.sqlite");
    let _none_before = std::fs::remove_file(&path);
    let database = Connection::open(path).unwrap();
    database
        .execute_batch("CREATE TABLE placement (placement_id, upn, provider_id, cost, changed_on)")
        .unwrap();
    for (number, upn, provider, cost, changed) in rows {
        database
            .execute("INSERT INTO placement VALUES (?, ?, ?, ?, ?)", (number, upn, provider, cost, changed))
            .unwrap();
    }
}

/// Returns thirty placements with provider P1, as they were on a day.
fn thirty(changed: &str) -> Vec<(String, String, &str, &str, &str)> {
    (0..30).map(|number| (format!("PL{number}"), upn(number), "P1", "100.50", changed)).collect()
}

/// Returns the project with its key and whole files, nothing of which has been run.
fn fresh() -> Council {
    let council = Council::of("children");
    key(&council, [7; 32]);
    council.write(PUPILS, pupils(40));
    council.write("extracts/former_numbers.csv", format!("Former UPN,UPN\n{},{}\n", temporary(900), upn(1)));
    council.write(EXCLUSIONS, exclusions(60));
    council.write("extracts/providers.csv", "Provider\nP1\nP2\n");
    placements(&council, &thirty("2024-09-10"));
    council
}

/// Puts the key of the pseudonyms where only its owner may read it.
fn key(council: &Council, key: [u8; 32]) {
    council.write("secret/pseudonym.key", key);
    mode(council, 0o600);
}

fn mode(council: &Council, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let path = council.path("secret/pseudonym.key");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs everything, which must go well; a revision that shows what became of a few waits for a person, as it should.
fn run(council: &Council) -> Vec<String> {
    let outcome = council.run_all();
    let lines = outcome.closing_lines();
    if let Err(failure) = outcome.result() {
        let waits = failure.to_string().contains("it would show what became of a few");
        assert!(failure.kind() == Kind::Disclosure && waits, "{failure}");
    }
    lines
}

/// Returns the steps of the newest run of a pipeline.
fn steps(council: &Council, pipeline: &str) -> Vec<Step> {
    let context = council.open();
    let history = ledger::history(context.store().objects().as_ref()).unwrap();
    let newest = history.into_iter().rfind(|record| record.started.pipeline == pipeline).unwrap();
    newest.finished.unwrap().steps
}

fn count(council: &Council, table: &str) -> String {
    council.query(&format!("SELECT count(*) FROM {table}")).remove(0)
}
