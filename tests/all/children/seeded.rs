//! D1 and D8: what is typed is typed by the contract, and every error that was planted is found, no other.

use std::collections::BTreeSet;
use std::fmt::Write;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::ingest::quarantine::{self, Filter};

use super::{EXCLUSIONS, PUPILS, fresh, miswritten, placements, run, temporary, upn};
use crate::council::Council;

/// Rows of the log; the errors are one in a hundred.
const ROWS: usize = 2_000;

/// Ref, UPN, surname, start, end, reason, sessions, cost.
type Fields = [String; 8];
/// Makes a right row wrong.
type Spoil = fn(&mut Fields);

/// Kinds of errors in the log: the rule that must find each, and how a right row becomes wrong.
const KINDS: &[(&str, Spoil)] = &[
    ("required", |row| row[0].clear()),
    ("pattern", |row| row[0] = "1E5".into()),
    ("required", |row| row[1].clear()),
    ("upn_check_letter", |row| row[1] = miswritten(&row[1])),
    ("upn_form", |row| row[1].truncate(12)),
    ("upn_form", |row| row[1] = row[1].replace('0', "O")),
    ("date", |row| row[3] = "31/02/2024".into()),
    ("date", |row| row[3] = "45000".into()),
    ("required", |row| row[3] = "  ".into()),
    ("date", |row| row[4] = "18/04/0023".into()),
    ("ends_after_it_starts", |row| row[4] = "01/09/2019".into()),
    ("unmapped_code", |row| row[5] = "Other".into()),
    ("code_not_valid", |row| row[5] = "OT".into()),
    ("required", |row| row[5].clear()),
    ("integer", |row| row[6] = "two".into()),
    ("range", |row| row[6] = "0".into()),
    ("range", |row| row[6] = "91".into()),
    ("money", |row| row[7] = "TBC".into()),
    ("money", |row| row[7] = "1.999".into()),
    ("range", |row| row[7] = "(12.50)".into()),
    ("error_cell", |row| row[7] = "#REF!".into()),
    ("ragged_row", |row| row[7] = "10.00,more,than,the,header".into()),
    ("unique", |row| row[0] = "EX0000".into()),
];

fn right(number: usize) -> Fields {
    let day = 1 + number % 27;
    let money = ["£1,234.50", "10", "0.07", "1000.00"][number % 4];
    let money = if money.contains(',') { format!("\"{money}\"") } else { money.to_owned() };
    [
        format!("EX{number:04}"),
        upn(u32::try_from(number).unwrap()),
        "Quillfeather".to_owned(),
        format!("{day:02}/10/2023"),
        if number.is_multiple_of(3) { String::new() } else { format!("{day:02}/11/2023") },
        ["bu", "DB ", "OW"][number % 3].trim().to_owned(),
        (1 + number % 90).to_string(),
        money,
    ]
}

/// Writes a log in which the rows of `places` each have the error of a kind in turn, and returns it with what must be
/// found.
fn log(places: &[usize]) -> (String, BTreeSet<(i64, String)>) {
    let mut text = "Ref,UPN,Surname,Start,End,Reason,Sessions,Cost\n".to_owned();
    let mut expected = BTreeSet::new();
    for number in 0..ROWS {
        let mut row = right(number);
        if let Some(index) = places.iter().position(|place| *place == number) {
            let (rule, spoil) = KINDS[index % KINDS.len()];
            spoil(&mut row);
            expected.insert((i64::try_from(number).unwrap() + 2, rule.to_owned()));
        }
        writeln!(text, "{}", row.join(",")).unwrap();
    }
    (text, expected)
}

fn aside(council: &Council, source: &str) -> BTreeSet<(i64, String)> {
    let rows = quarantine::show(&council.open(), source, &Filter::default()).unwrap();
    rows.into_iter().map(|row| (row.row, row.rule)).collect()
}

#[test]
fn d8_every_error_of_twenty_kinds_that_was_planted_is_found_and_nothing_else_is() {
    let council = fresh();
    let mut chance = ChaCha8Rng::seed_from_u64(8);
    for share in [0, KINDS.len(), ROWS / 50] {
        let mut places = BTreeSet::new();
        while places.len() < share {
            // Row 0 has the key that one error takes.
            places.insert(1 + usize::try_from(chance.next_u64()).unwrap_or_default() % (ROWS - 1));
        }
        let mut places: Vec<usize> = places.into_iter().collect();
        // Where each kind is, is chance too.
        for last in (1..places.len()).rev() {
            places.swap(last, usize::try_from(chance.next_u64()).unwrap_or_default() % (last + 1));
        }
        let (text, expected) = log(&places);
        assert_eq!(expected.len(), share);
        council.write(EXCLUSIONS, text);
        run(&council);
        assert_eq!(aside(&council, "outcomes.exclusions"), expected);
    }
}

#[test]
fn f43_f44_keys_dates_costs_ages_and_pupil_numbers_that_cannot_be_are_found_by_their_rule() {
    let council = fresh();
    let mut text = super::pupils(10);
    let odd = [
        (miswritten(&upn(50)), "01/04/2010", "upn_check_letter"),
        (upn(51).replace('0', "O"), "01/04/2010", "upn_form"),
        (upn(52), "01/04/1980", "range"),
        (upn(53), "01/04/2031", "birth_after_today"),
        (upn(3), "01/04/2010", "unique"),
    ];
    for (number, birth, _) in &odd {
        writeln!(text, "{number},Quillfeather,{birth},WV1 1AA,F").unwrap();
    }
    writeln!(text, "{},Quillfeather,01/04/2010,WV1 1AA,F", upn(54).to_lowercase()).unwrap();
    writeln!(text, "{},Quillfeather,01/04/2010,WV1 1AA,F", temporary(55)).unwrap();
    council.write(PUPILS, text);
    let mut log = super::exclusions(60);
    // Of one child: one within another, one that begins on the last day of one, one after all of them.
    for (number, days) in
        ["05/11/2023,20/11/2023", "07/11/2023,08/11/2023", "20/11/2023,21/11/2023", "22/11/2023,"]
            .iter()
            .enumerate()
    {
        writeln!(log, "EX07{number:02},{},Quillfeather,{days},BU,2,10.00", upn(1)).unwrap();
    }
    council.write(EXCLUSIONS, log);
    run(&council);
    let expected = (12..).zip(&odd).map(|(row, (_, _, rule))| (row, (*rule).to_owned())).collect();
    assert_eq!(aside(&council, "pupils.pupils"), expected);
    let landings = council.open().store().landings("pupils", "pupils", None).unwrap();
    assert_eq!(
        landings[0].findings.warnings.get("upn_temporary"),
        Some(&1),
        "a temporary number is taken, and counted"
    );
    let overlaps =
        council.open().store().landings("outcomes", "exclusions", None).unwrap()[0].findings.clone();
    assert_eq!(overlaps.warnings.get("one_exclusion_at_a_time"), Some(&2), "{overlaps:?}");
    assert_eq!(council.query("SELECT count(*) FROM pupils.pupils"), ["12"], "small letters are no fault");
}

#[test]
fn d1_every_column_is_typed_by_its_contract_and_none_by_what_stands_in_it() {
    let council = fresh();
    council.write("extracts/providers.csv", "Provider\n00123\n1E5\n2024-01-31\ntrue\n1.50\nP1\n");
    run(&council);
    assert_eq!(
        council.query("SELECT provider_id FROM outcomes.providers ORDER BY _row"),
        ["00123", "1E5", "2024-01-31", "true", "1.50", "P1"]
    );
    let context = council.open();
    let mut columns = 0;
    for pipeline in context.project().pipelines.values() {
        for definition in pipeline.sources.values() {
            let contract = sufficiency::source::schema(definition);
            for landing in context.store().landings(&pipeline.name, &definition.name, None).unwrap() {
                for batch in context.store().read_landing(&landing).unwrap() {
                    for (found, named) in batch.schema().fields().iter().zip(contract.fields()) {
                        assert_eq!((found.name(), found.data_type()), (named.name(), named.data_type()));
                        columns += 1;
                    }
                    assert_eq!(batch.num_columns(), contract.fields().len());
                }
            }
        }
    }
    assert!(columns > 25, "{columns} columns were compared");
    // What the contract makes of a cell does not hang on the cells above it.
    let mut rows = super::thirty("2024-09-10");
    rows[0].3 = "1";
    rows[29].3 = "1000000000.10";
    placements(&council, &rows);
    council.write(
        "pipelines/outcomes/sources/placements.totals.sql",
        "SELECT count(*) AS rows FROM placement\n",
    );
    run(&council);
    assert_eq!(council.query("SELECT sum(cost) FROM outcomes.placements"), ["1000002815.10"]);
}

#[test]
fn d6_each_landing_and_each_run_has_the_six_scores() {
    let council = fresh();
    let mut text = super::exclusions(60);
    writeln!(text, "EX0900,{},Q,05/10/2023,01/10/2023,BU,2,10.00", upn(1)).unwrap();
    writeln!(text, "EX0000,{},Q,05/10/2023,,BU,2,10.00", upn(1)).unwrap();
    writeln!(text, "EX0901,{},Q,05/10/2023,,BU,2,", miswritten(&upn(1))).unwrap();
    writeln!(text, ",{},Q,05/10/2023,,BU,2,10.00", upn(1)).unwrap();
    council.write(EXCLUSIONS, text);
    let contract = "pipelines/outcomes/sources/exclusions.toml";
    let toml = std::fs::read_to_string(council.path(contract)).unwrap();
    council.write(
        contract,
        toml.replace("quarantine_limit", "max_age = \"366 days\"\nas_at = \"started_on\"\nquarantine_limit"),
    );
    run(&council);
    let quality =
        council.open().store().landings("outcomes", "exclusions", None).unwrap()[0].findings.quality;
    let of = |share: sufficiency::store::Share| (share.right, share.of);
    // Four required columns of 64 rows, one blank.
    assert_eq!(of(quality.completeness), (255, 256));
    assert_eq!(of(quality.uniqueness), (63, 64));
    assert_eq!(of(quality.consistency), (63, 64));
    assert_eq!(of(quality.accuracy), (63, 64), "one check letter does not fit its number");
    assert_eq!(quality.validity.of - quality.validity.right, 1);
    // The newest day is 27 October 2023, 344 days before.
    assert_eq!(quality.timeliness.to_string(), "100.0%");
    for step in super::steps(&council, "outcomes") {
        if let sufficiency::ledger::Step::Landed { source, findings, .. } = step {
            assert!(findings.quality.uniqueness.of > 0, "{source} has no scores");
            assert_eq!(findings.quality.scores().len(), 6);
        }
    }
}
