use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::{idle, payments, refused, run, says, table};
use crate::council::Council;

const SPEND: &str = "Txn,Amount\nA,1.00\n";

/// Returns an archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn council(files: &str) -> Council {
    Council::with_source(&payments(&format!("files = \"{files}\"\ndisposition = \"append\"")))
}

fn spend(txn: &str, amount: &str) -> Vec<u8> {
    format!("Txn,Amount\n{txn},{amount}\n").into_bytes()
}

#[test]
fn members_of_an_archive_are_files_by_their_path_below_it() {
    let council = council("returns/*.zip/20??/spend*.csv");
    council.write(
        "extracts/returns/first.zip",
        archive(&[
            ("2023/spend.csv", &spend("A", "1.00")),
            ("2024/spend_april.csv", &spend("B", "2.00")),
            ("2024/notes.csv", b"no spend"),
            ("2024/.spend.csv", b"hidden"),
            ("__MACOSX/2024/spend.csv", b"hidden"),
        ]),
    );
    says(&run(&council), "2 rows in 2 landings, 2 in the tables");
    assert_eq!(table(&council), ("A B".to_owned(), "3.00".to_owned()));
    idle(&council);
    let names = council.query("SELECT string_agg(_file, ' ' ORDER BY txn) FROM share.rows");
    assert_eq!(names, ["returns/first.zip/2023/spend.csv returns/first.zip/2024/spend_april.csv"]);
    // Of an archive that is issued again only the members whose bytes are others are read again.
    council.write(
        "extracts/returns/first.zip",
        archive(&[("2023/spend.csv", &spend("A", "1.00")), ("2024/spend_april.csv", &spend("B", "5.00"))]),
    );
    says(&run(&council), "1 row in 1 landing, 2 in the tables");
    assert_eq!(table(&council).1, "6.00");
    // Two archives hold files of one name.
    council.write("extracts/returns/second.zip", archive(&[("2023/spend.csv", &spend("C", "4.00"))]));
    run(&council);
    assert_eq!(table(&council), ("A B C".to_owned(), "10.00".to_owned()));
}

#[test]
fn an_archive_that_no_part_names_is_not_a_folder() {
    let council = council("*/*.csv");
    council.write("extracts/2023/spend.csv", SPEND);
    council.write("extracts/old.zip", archive(&[("spend.csv", &spend("Z", "9.00"))]));
    run(&council);
    assert_eq!(table(&council), ("A".to_owned(), "1.00".to_owned()));
}

#[test]
fn archives_that_are_locked_doubled_packed_in_each_other_or_lead_elsewhere_are_refused() {
    let bomb = vec![b'0'; 8 << 20];
    let nested = archive(&[("a.csv", SPEND.as_bytes()), ("b.csv", SPEND.as_bytes())]);
    let mut locked = archive(&[("a.csv", SPEND.as_bytes())]);
    // The bit that says so, in the entry's head and in the directory.
    let directory = locked.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    // The second name has as many letters as the first: only the directory and the entry's head change.
    let mut doubled = archive(&[("a.csv", SPEND.as_bytes()), ("b.csv", &spend("B", "2.00"))]);
    for at in 0..doubled.len() - 5 {
        if &doubled[at..at + 5] == b"b.csv" {
            doubled[at] = b'a';
        }
    }
    let cases: [(&str, Vec<u8>, u8, &str); 6] = [
        ("nested", archive(&[("in.csv", &nested)]), 11, "found a ZIP archive"),
        ("bomb", archive(&[("a.csv", &bomb)]), 11, "an entry unpacks to more than 100 times its size"),
        ("locked", locked, 11, "it is locked with a password"),
        ("doubled", doubled, 11, "two of its entries have one name"),
        ("elsewhere", archive(&[("../a.csv", SPEND.as_bytes())]), 11, "leads out of the archive"),
        ("other", archive(&[("a.txt", SPEND.as_bytes())]), 10, "no file of"),
    ];
    for (what, bytes, code, words) in cases {
        let council = council("x.zip/*.csv");
        council.write("extracts/x.zip", bytes);
        eprintln!("{what}");
        refused(&council, code, &[words]);
    }
}
