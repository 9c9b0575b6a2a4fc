//! Tables of every shape that publishers have: the contract that is drafted from one lands every row of it.

#![expect(clippy::assigning_clones, reason = "a table is made once")]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{parsed, sketch};
use crate::council::Council;

/// Tables that are made.
const SEEDS: u64 = 60;

struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0.next_u32() % limit
    }

    fn one_of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }

    fn yes(&mut self, in_ten: u32) -> bool {
        self.below(10) < in_ten
    }
}

/// Writes a cell of one kind.
fn cell(kind: &str, row: u32, chance: &mut Chance) -> String {
    let number = chance.below(90_000);
    match kind {
        "whole" => number.to_string(),
        "money" if number.is_multiple_of(3) => {
            format!("{},{:03}.{:02}", number % 90 + 1, number % 1_000, number % 100)
        }
        "money" if number.is_multiple_of(7) => format!("-{}.{:02}", number % 1_000, number % 100),
        "money" => format!("{}.{:02}", number % 1_000, number % 100),
        "decimal" => format!("{}.{:04}", number % 10, number % 10_000),
        "day" => format!("{:02}/{:02}/20{:02}", number % 28 + 1, number % 12 + 1, number % 25),
        "iso" => format!("20{:02}-{:02}-{:02}", number % 25, number % 12 + 1, number % 28 + 1),
        "either" if row.is_multiple_of(2) => format!("{:02}-Jan-2024", number % 28 + 1),
        "either" => format!("{:02}/02/2024", number % 28 + 1),
        "yes" => ["Yes", "No"][(number % 2) as usize].to_owned(),
        "year" => format!("{}/{:02}", 2000 + number % 20, number % 20 + 1),
        "code" => format!("{number:06}"),
        "text" => ["a plain text", "two, with a comma", "a \"quoted\" one", "accents: é", "x;y|z\tw"]
            [(number % 5) as usize]
            .to_owned(),
        _ => format!("id-{row}"),
    }
}

fn quoted(cell: &str, delimiter: char) -> String {
    if cell.contains([delimiter, '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Makes a table; returns its bytes and how many rows it has.
fn table(seed: u64) -> (Vec<u8>, u64) {
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
    let delimiter = [',', ';', '\t', '|'][chance.below(4) as usize];
    let mut kinds = vec!["id", "money"];
    let all = ["whole", "money", "decimal", "day", "iso", "either", "yes", "year", "code", "text"];
    (0..2 + chance.below(8)).for_each(|_| kinds.push(chance.one_of(&all)));
    let names: Vec<String> = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| {
            let style = (seed + at as u64) % 4;
            match style {
                0 => format!("{kind} {at}"),
                1 => format!("{}{at}", kind.to_uppercase()),
                2 => format!("{kind}_{at}(T)"),
                // A name that is there twice.
                _ if *kind == "text" => "Description".to_owned(),
                _ => format!("The {kind}'s \"{at}\""),
            }
        })
        .collect();
    let rows = 3 + chance.below(120);
    let line = |cells: &[String]| {
        cells.iter().map(|cell| quoted(cell, delimiter)).collect::<Vec<_>>().join(&delimiter.to_string())
    };
    let mut lines: Vec<String> = Vec::new();
    if chance.yes(3) {
        let mut title = vec![String::new(); kinds.len()];
        title[0] = "A title of the table".to_owned();
        lines.push(line(&title));
        lines.push(line(&vec![String::new(); kinds.len()]));
    }
    lines.push(line(&names));
    let markers = chance.yes(5);
    let mut total = 0_i64;
    for row in 0..rows {
        let mut cells: Vec<String> = kinds.iter().map(|kind| cell(kind, row, &mut chance)).collect();
        for (at, kind) in kinds.iter().enumerate().skip(2) {
            if chance.yes(1) {
                cells[at].clear();
            } else if markers && ["whole", "decimal", "day"].contains(kind) && chance.yes(1) {
                cells[at] = chance.one_of(&["x", "c", "N/A", "-"]).to_owned();
            }
        }
        let digits: String = cells[1].chars().filter(char::is_ascii_digit).collect();
        let pence: i64 = digits.parse().unwrap();
        total += if cells[1].starts_with('-') { -pence } else { pence };
        lines.push(line(&cells));
        if chance.yes(1) && row > 1 {
            lines.push(line(&vec![String::new(); kinds.len()]));
        }
    }
    if chance.yes(4) {
        let mut footer = vec![String::new(); kinds.len()];
        footer[0] = "Total".to_owned();
        let sign = if total < 0 { "-" } else { "" };
        footer[1] = format!("{sign}{}.{:02}", total.abs() / 100, total.abs() % 100);
        lines.push(line(&footer));
    }
    let end = if chance.yes(5) { "\r\n" } else { "\n" };
    let mut text = lines.join(end);
    text.push_str(end);
    let bytes = match chance.below(3) {
        0 => text.into_bytes(),
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        // Windows-1252, in which the one accent is one byte.
        _ => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect(),
    };
    (bytes, u64::from(rows))
}

#[test]
fn the_contract_drafted_from_a_table_lands_every_row_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for seed in 0..SEEDS {
        let (bytes, rows) = table(seed);
        std::fs::write(folder.path().join("table.csv"), &bytes).unwrap();
        let sketch = match sketch(folder.path(), &["table.csv"]) {
            Ok(sketch) => sketch,
            Err(error) => {
                faults.push(format!("seed {seed}: {error}\n{}", String::from_utf8_lossy(&bytes)));
                continue;
            }
        };
        parsed(&sketch.text);
        if sketch.refused.is_some() || (sketch.facts.rows, sketch.facts.set_aside) != (rows, 0) {
            let (read, aside) = (sketch.facts.rows, sketch.facts.set_aside);
            let start: String =
                String::from_utf8_lossy(&bytes).lines().take(8).collect::<Vec<_>>().join("\n");
            faults.push(format!(
                "seed {seed}: {rows} rows, {read} read, {aside} set aside\n{start}\n{}",
                sketch.text
            ));
        }
    }
    assert!(faults.is_empty(), "{} of {SEEDS}:\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn what_is_drafted_passes_check_unchanged_and_publishes_every_row() {
    for seed in [1, 2, 3] {
        let (bytes, rows) = table(seed);
        let council = Council::with_source("columns = []\n");
        council.write("extracts/table.csv", &bytes);
        let drafted = sketch(&council.path("extracts"), &["table.csv"]).unwrap();
        council.write("pipelines/share/sources/rows.toml", &drafted.text);
        let faults = sufficiency::run::check(council.open().project());
        assert!(faults.is_empty(), "seed {seed}: {faults}\n{}", drafted.text);
        council
            .run_all()
            .result()
            .unwrap_or_else(|failure| panic!("seed {seed}: {failure}\n{}", drafted.text));
        assert_eq!(council.query("SELECT count(*) FROM share.rows"), [rows.to_string()], "seed {seed}");
    }
}
