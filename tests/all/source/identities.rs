//! Thousands of dirty files, made from a seed: whatever stands in them, every row and every penny that was
//! read is published, set aside or a dropped copy, or the whole file is refused.

use std::fmt::Write;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::source::{Inputs, Place, SourceFailure, discover, extract};

use super::{folder, source};

/// As many as a run of all tests can bear; the soak makes ten times as many.
const FILES: usize = 1_000;

const SOURCE: &str = r#"
connection = "share"
files = "dirty.csv"
exact_duplicates = "drop"
unique = ["id"]
[csv]
encoding = ["utf-8", "windows-1252"]
header = { contains = ["ID", "Amount"] }
skip_rows = { where_blank = "ID", where_starts_with = { ID = ["total", "page"] } }
[[columns]]
name = "id"
from = "ID"
type = "text"
required = true
[[columns]]
name = "amount"
from = "Amount"
type = { money = { scale = 2 } }
[[columns]]
name = "vat"
from = "VAT"
type = { money = { scale = 2 } }
[[columns]]
name = "paid_on"
from = "Paid"
type = { date = { format = ["%d/%m/%Y", "%d-%b-%y", "serial"] } }
[[columns]]
name = "code"
from = "Code"
type = "text"
map = { A = "ONE", B = "TWO" }
[[rules]]
name = "vat_is_less"
sql = "abs(vat) <= abs(amount)"
severity = "quarantine"
"#;

const AMOUNTS: [&str; 14] = [
    "1.00",
    "£1,234.50",
    "(5.25)",
    "7.10-",
    "-3",
    "0",
    "",
    "TBC",
    "1.234",
    "12,34",
    "\u{fffd}9.99",
    "1E5",
    "99999999999999999",
    "£-",
];
const DATES: [&str; 7] = ["01/04/2025", "31/02/2025", "01-Apr-25", "45382", "", "n/a", "1/1/0025"];
const CODES: [&str; 5] = ["A", "b", "C", "", "#REF!"];
const ROWS: [&str; 8] = [
    "",
    ",,,,",
    "ID,Amount,VAT,Paid,Code",
    "Total,99.00,,,",
    "Page 2,,,,",
    "1,2",
    "1,1.00,0,,A,extra",
    ",9.99,,,",
];

fn pick<'a>(random: &mut ChaCha8Rng, from: &[&'a str]) -> &'a str {
    from[usize::try_from(random.next_u32()).unwrap() % from.len()]
}

fn dirty(random: &mut ChaCha8Rng) -> Vec<u8> {
    let line_end = pick(random, &["\n", "\r\n", "\r"]);
    let mut text = String::new();
    for _ in 0..random.next_u32() % 4 {
        text.push_str(pick(random, &["Report run by", "\"a,\nb\"", ",,", ""]));
        text.push_str(line_end);
    }
    text.push_str(pick(
        random,
        &["ID,Amount,VAT,Paid,Code", "\u{feff}id, AMOUNT ,vat,\"Paid\",Code", "Code,Paid,VAT,Amount,ID"],
    ));
    text.push_str(line_end);
    for _ in 0..random.next_u32() % 60 {
        if random.next_u32().is_multiple_of(6) {
            text.push_str(pick(random, &ROWS));
        } else {
            let (id, amount) = (random.next_u32() % 40, pick(random, &AMOUNTS));
            let (vat, paid, code) = (pick(random, &AMOUNTS), pick(random, &DATES), pick(random, &CODES));
            write!(text, "{id},\"{amount}\",\"{vat}\",{paid},{code}").unwrap();
        }
        text.push_str(line_end);
    }
    let mut bytes = if random.next_u32().is_multiple_of(3) {
        text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
    } else {
        text.into_bytes()
    };
    if random.next_u32().is_multiple_of(4) && !bytes.is_empty() {
        // One byte gone wrong on the way.
        let at = usize::try_from(random.next_u64() % bytes.len() as u64).unwrap();
        bytes[at] = random.next_u32().to_le_bytes()[0];
    }
    bytes
}

#[test]
fn d2_every_row_and_penny_of_a_dirty_file_is_accounted_for() {
    let place_of = tempfile::tempdir().unwrap();
    let (source, connection) = (source(SOURCE), folder("."));
    let place = Place { root: place_of.path(), connection: &connection };
    let (mut read, mut refused) = (0, 0);
    let files = crate::store::repeats(FILES, 10 * FILES) as u64;
    for seed in 0..files {
        let bytes = dirty(&mut ChaCha8Rng::seed_from_u64(seed));
        std::fs::write(place_of.path().join("dirty.csv"), bytes).unwrap();
        let found = discover(&source, place).unwrap();
        let inputs =
            Inputs { today: chrono::NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(), ..Inputs::default() };
        match extract(&source, place, &found[0], &inputs) {
            Ok(extraction) => {
                let counts = extraction.counts;
                let batches = extraction.rows.batches().unwrap();
                let rows: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
                assert_eq!(counts.published, rows as u64, "seed {seed}");
                assert_eq!(counts.quarantined, extraction.quarantine.len() as u64, "seed {seed}");
                assert_eq!(
                    counts.read,
                    counts.published + counts.quarantined + counts.duplicates,
                    "seed {seed}"
                );
                for (column, money) in &extraction.money {
                    let accounted = money.published + money.quarantined + money.duplicates;
                    assert_eq!(money.read, accounted, "seed {seed}, `{column}`");
                }
                read += 1;
            }
            Err(error) => {
                assert_eq!(error.failure(), SourceFailure::Rejected, "seed {seed}: {error}");
                refused += 1;
            }
        }
    }
    assert!(read > files / 2 && refused > 0, "{read} read, {refused} refused: the files say too little");
}
