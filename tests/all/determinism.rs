//! D7: the same landings, the same SQL and the same program make the same bytes; and what was known on a day
//! is known for good.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::job::{Alone, Context, Options};
use sufficiency::project::Project;
use sufficiency::run;
use sufficiency::run::Selection;

use crate::council::Council;

/// Rows enough that a plan has several batches to spread over its partitions.
const ROWS: u32 = 20_000;

fn lines() -> String {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut text = "line,supplier,paid_on,amount\n".to_owned();
    for line in 0..ROWS {
        let mut draw = |below| random.next_u32() % below;
        let (supplier, month, day, pounds, pence) =
            (draw(12), 1 + draw(12), 1 + draw(28), draw(900), draw(100));
        let sign = if draw(20) == 0 { "-" } else { "" };
        writeln!(text, "{line},S{supplier:02},2026-{month:02}-{day:02},{sign}{pounds}.{pence:02}").unwrap();
    }
    text
}

/// Reads every file of a folder, by name.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn build(council: &Council, partitions: usize) {
    let (project, _) = Project::load(&council.path("")).unwrap_or_else(|faults| panic!("{faults}"));
    let context = Context::open(project).unwrap().with_partitions(partitions).unwrap();
    let outcome = run::run(&context, &Selection::All, &Options::default(), &Alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn d7_twenty_builds_over_one_two_and_seven_partitions_make_the_same_bytes() {
    let council = Council::of("valid/orderly");
    council.write("extracts/lines_2026.csv", lines());
    build(&council, 1);
    let (tables, commit) = (council.path("store/tables"), council.path("store/commits"));
    let (first, recorded) = (bytes(&tables), bytes(&commit));
    assert!(first.keys().filter(|name| name.ends_with(".parquet")).count() == 4, "{:?}", first.keys());
    for build_again in 0..20 {
        // Only what has landed is left.
        for made in ["commits", "snapshots", "tables", "runs"] {
            std::fs::remove_dir_all(council.path("store").join(made)).unwrap();
        }
        build(&council, [2, 7, 1, 2][build_again % 4]);
        assert!(bytes(&tables) == first, "build {build_again} gave other tables");
        assert!(bytes(&commit) == recorded, "build {build_again} gave another commit");
    }
    // And the rows are not empty, nor all alike: the comparison could have failed.
    let answer = council.query("SELECT count(*), count(DISTINCT so_far) FROM spend.running");
    assert_eq!(answer[0].split('|').next(), Some("20000"));
    assert!(answer[0].split('|').nth(1).unwrap().parse::<u32>().unwrap() > 19_000, "{answer:?}");
}

#[test]
fn d7_a_table_that_stays_in_its_files_makes_the_same_bytes_as_one_that_is_held() {
    let council = Council::of("valid/orderly");
    council.write("extracts/lines_2026.csv", lines());
    build(&council, 2);
    let held = parquet(&council.path("store/tables"));
    for made in ["commits", "snapshots", "tables", "runs"] {
        std::fs::remove_dir_all(council.path("store").join(made)).unwrap();
    }
    for partitions in [1, 2, 7] {
        build_from_files(&council, partitions);
        let made = parquet(&council.path("store/tables"));
        assert!(made == held, "{partitions} partitions gave other tables");
        // What landed is published by now: the models are made again from there.
        let model = std::fs::read_to_string(council.path("pipelines/spend/models/ties.sql")).unwrap();
        council.write("pipelines/spend/models/ties.sql", model + "-- Again.\n");
    }
    assert_eq!(council.query("SELECT count(*), sum(line) FROM spend.lines"), ["20000|199990000"]);
}

#[test]
fn c5_a_flipped_bit_in_a_table_that_stays_in_its_files_ends_the_run_as_damage_of_that_file() {
    let council = Council::of("valid/orderly");
    council.write("extracts/lines_2026.csv", lines());
    build_from_files(&council, 2);
    let published = parquet(&council.path("store/snapshots"));
    let name = published.keys().find(|name| name.contains("lines")).unwrap();
    let path = council.path("store/snapshots").join(name);
    let mut damaged = std::fs::read(&path).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    let model = std::fs::read_to_string(council.path("pipelines/spend/models/ties.sql")).unwrap();
    council.write("pipelines/spend/models/ties.sql", model + "-- Again.\n");
    let asked =
        run::query(&council.open(), "SELECT max(amount), max(supplier) FROM spend.lines").unwrap_err();
    for failure in [council.failure(), asked] {
        assert_eq!(failure.code(), 21, "{failure}");
        assert!(failure.to_string().contains(name) && failure.to_string().contains("block 0"), "{failure}");
    }
}

#[test]
fn d7_what_landed_under_an_older_contract_takes_todays_columns_also_where_it_stays_in_its_files() {
    let council = Council::of("valid/orderly");
    council.write("extracts/lines_2026.csv", lines());
    build_from_files(&council, 2);
    let contract = std::fs::read_to_string(council.path("pipelines/spend/sources/lines.toml")).unwrap();
    let column = "\n[[columns]]\nname = \"note\"\ntype = \"text\"\n";
    council.write("pipelines/spend/sources/lines.toml", contract + column);
    let model = "SELECT supplier, paid_on FROM lines WHERE note IS NULL\n";
    council.write("pipelines/spend/models/ties.sql", model);
    let looking_back = Options { as_of: NaiveDate::from_ymd_opt(2026, 10, 5), ..Options::default() };
    let outcome = run::run(&council.open(), &Selection::All, &looking_back, &Alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
}

/// Builds with settings by which 20,000 lines are too many to be held.
fn build_from_files(council: &Council, partitions: usize) {
    let settings = "fixed_clock = \"2026-10-05T06:00\"\n\n[connections.share]\nfolder = { path = \"./extracts\" }\n\n[limits]\nmemory_mib = 16\n";
    council.write("settings.toml", settings);
    build(council, partitions);
    let landed = parquet(&council.path("store/landings"));
    assert!(landed.values().map(Vec::len).sum::<usize>() > (16 << 20) / 128, "the lines are few enough");
}

/// Reads the Parquet files of a folder, by name.
fn parquet(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    bytes(folder).into_iter().filter(|(name, _)| name.ends_with(".parquet")).collect()
}

const SETTINGS: &str = "\
[connections.finance_share]\nfolder = { path = \"extracts\" }\n\
[mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
folder = { path = \"./mail\" }\nallow_domains = [\"council.example\"]\n";

fn ledger(amount: &str) -> String {
    format!(
        "Supplier ID,Supplier ID(T),Amount,Account,Payment Date,TransNo\n\
         700001,Provider One,{amount},R5037,12/04/2023,1001\n"
    )
}

/// Returns what the edition of the report says of April, as known at the end of `day`; of all that is known without
/// one.
fn april(council: &Council, day: Option<&str>) -> String {
    let context = council.open();
    let as_of = day.map(|day| day.parse::<NaiveDate>().unwrap());
    let options = Options { as_of, period: Some("fy2023-24".to_owned()), ..Options::default() };
    let only = Selection::Named(vec!["cost_review".to_owned()]);
    let outcome = run::run(&context, &only, &options, &Alone, &mut |_| {}).unwrap();
    let made = outcome.made().next().cloned();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    let made = made.unwrap();
    let edition = made.editions.iter().chain(&made.unchanged).next().unwrap();
    let table = format!("store/editions/cost_review/fy2023-24/{edition}/tables/by_month.csv");
    let text = std::fs::read_to_string(council.path(&table)).unwrap();
    let row = text.lines().find(|line| line.starts_with("2023-04")).unwrap_or_else(|| panic!("{text}"));
    row.rsplit(',').next().unwrap().trim().to_owned()
}

/// Issues a file, issues it again with another amount, and then changes it back.
fn changed_back(clocks: [&str; 3]) -> Council {
    let council = Council::of("payments");
    for (clock, amount) in clocks.into_iter().zip(["100.00", "250.00", "100.00"]) {
        council.write("settings.toml", format!("fixed_clock = \"{clock}\"\n{SETTINGS}"));
        council.write("extracts/wolver_apr_2023.csv", ledger(amount));
        council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
        let now = council.query("SELECT amount FROM finance.ledger_lines");
        assert_eq!(now, [amount], "at {clock}");
    }
    council
}

#[test]
fn d7_each_day_is_built_from_what_was_known_then_also_when_a_file_was_changed_back() {
    let council = changed_back(["2024-04-10T06:00", "2024-04-11T06:00", "2024-04-12T06:00"]);
    let known = |day| april(&council, day);
    assert_eq!(
        [known(Some("2024-04-10")), known(Some("2024-04-11")), known(Some("2024-04-12"))],
        ["100", "250", "100"]
    );
    assert_eq!(known(None), "100");
    // Looking back changes nothing that is current.
    assert_eq!(council.query("SELECT amount FROM finance.ledger_lines"), ["100.00"]);
    assert_eq!(known(Some("2024-04-11")), "250");
}

#[test]
fn a_file_that_is_changed_back_within_one_moment_counts_as_it_last_was() {
    let council = changed_back(["2024-04-10T06:00"; 3]);
    assert_eq!(april(&council, Some("2024-04-10")), "100");
}
