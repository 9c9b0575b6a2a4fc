//! Each rule of the gate is there for something that a reader finds without it. Tables pass the gate, are written as a
//! reader gets them, and are attacked.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Found, How, Sent, attack, drawing, files};
use crate::diagnostic::SourceFile;
use crate::disclosure::{
    self, Cleared, Earlier, Limits, Release, Rule, Value, clear_together, clear_without,
};
use crate::project::{Model, ModelFile};

const LIMITS: Limits = Limits { threshold: 5, percentage_floor: 10, dominance: 85, nearness: 10 };
const THRESHOLD: u32 = 5;

/// A table before the gate: its name, what its settings say, and its columns.
struct Table {
    model: Model,
    rows: [RecordBatch; 1],
}

fn table(name: &str, settings: &str, columns: Vec<(&str, ArrayRef)>) -> Table {
    let model = Model {
        name: name.to_owned(),
        sql: SourceFile::inline("models/a.sql", "SELECT 1"),
        file: toml::from_str::<ModelFile>(settings).unwrap(),
        settings: Some(SourceFile::inline("models/a.toml", settings)),
    };
    Table { model, rows: [RecordBatch::try_from_iter(columns).unwrap()] }
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn counts(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Makes a table of one key with its total last.
fn parts(name: &str, cells: &[(&str, i64)]) -> Table {
    let settings = "grain = [\"year\", \"phase\"]\n[disclosure]\ncounts = [\"n\"]\nhierarchies = { phase = \"Total\" }\n";
    table(
        name,
        settings,
        vec![
            ("year", texts(&vec!["2018-19"; cells.len()])),
            ("phase", texts(&cells.iter().map(|cell| cell.0).collect::<Vec<_>>())),
            ("n", counts(&cells.iter().map(|cell| cell.1).collect::<Vec<_>>())),
        ],
    )
}

/// Writes what left the gate as a file for machines.
fn written(table: &Cleared) -> Vec<u8> {
    let mut text =
        table.columns().iter().map(|column| column.label.clone()).collect::<Vec<_>>().join(",") + "\n";
    for row in table.rows() {
        let cells = row.iter().map(|cell| match cell {
            disclosure::Cell::Shown(Value::Number(number)) => number.to_string(),
            disclosure::Cell::Shown(_) => cell.code(),
            disclosure::Cell::Hidden => "[c]".to_owned(),
            disclosure::Cell::Unreliable => "[u]".to_owned(),
            disclosure::Cell::NotApplicable => "[z]".to_owned(),
            disclosure::Cell::Missing => "[x]".to_owned(),
        });
        let cells = cells.collect::<Vec<_>>().join(",");
        writeln!(text, "{cells}").unwrap();
    }
    text.into_bytes()
}

/// Passes tables through the gate, without one rule, and writes them.
fn sent(tables: &[Table], without: Option<Rule>, earlier: &Earlier) -> Option<(Sent, Earlier)> {
    let passed: Vec<(&Model, &[RecordBatch])> =
        tables.iter().map(|table| (&table.model, table.rows.as_slice())).collect();
    let release = Release { period: "ay2018-19", is_revision: true, ..Release::after(earlier) };
    let together = match without {
        Some(rule) => clear_without(rule, &passed, &LIMITS, &release),
        None => clear_together(&passed, &LIMITS, &release),
    }
    .ok()?;
    let files = together.tables.iter().map(|table| (format!("tables/{}.csv", table.model()), written(table)));
    let sent = Sent { report: "r".to_owned(), period: "ay2018-19".to_owned(), files: files.collect() };
    Some((sent, together.remembered))
}

fn found_of(tables: &[Table], without: Option<Rule>) -> Vec<How> {
    let (sent, _) = sent(tables, without, &Earlier::default()).unwrap();
    attack(&[], &[], &sent, THRESHOLD).into_iter().map(|found| found.how).collect()
}

/// Checks that a reader finds something without the rule and nothing with it.
fn needs(rule: Rule, how: How, tables: &[Table]) {
    let without = found_of(tables, Some(rule));
    assert!(without.contains(&how), "without {rule:?} a reader finds {without:?}");
    assert_eq!(found_of(tables, None), [], "with {rule:?}");
}

#[test]
fn without_the_rule_of_small_counts_one_is_shown() {
    let tables = [parts("t", &[("a", 3), ("b", 40), ("c", 50), ("Total", 93)])];
    let text = |without| {
        let (sent, _) = sent(&tables, without, &Earlier::default()).unwrap();
        String::from_utf8(sent.files["tables/t.csv"].clone()).unwrap()
    };
    assert!(text(Some(Rule::Small)).contains("a,3\n"));
    assert!(!text(None).contains("a,3\n") && text(None).contains("a,[c]\n"));
    assert_eq!(found_of(&tables, None), []);
}

#[test]
fn without_the_rule_of_relations_hidden_ones_that_add_up_to_two_are_known() {
    needs(
        Rule::Relations,
        How::Bounded,
        &[parts("t", &[("a", 1), ("b", 1), ("c", 0), ("d", 20), ("Total", 22)])],
    );
}

#[test]
fn without_the_rule_beside_a_single_one_a_reader_who_adds_up_thinks_to_know_it() {
    // Some are of no phase: the gate knows that nothing follows exactly, and a reader does not.
    needs(
        Rule::BesideSingle,
        How::Bounded,
        &[parts("t", &[("a", 3), ("b", 0), ("c", 30), ("d", 20), ("Total", 54)])],
    );
}

#[test]
fn without_the_rule_of_what_is_alike_a_table_shows_what_another_hides() {
    let years = |name: &str, last: i64| {
        let settings = "grain = [\"year\"]\n[disclosure]\ncounts = [\"n\"]\n";
        let rows = vec![
            ("year", texts(&["2015-16", "2016-17", "2017-18", "2018-19"])),
            ("n", counts(&[30, 40, 50, last])),
        ];
        table(name, settings, rows)
    };
    needs(Rule::Alike, How::Elsewhere, &[years("log", 4), years("census", 5)]);
}

#[test]
fn without_the_rule_of_what_is_worked_out_a_share_gives_its_count_away() {
    let settings = "grain = [\"phase\"]\n[indicators.share]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"percent\"\n\
                    [disclosure]\ncounts = [\"n\"]\nopen = [\"roll\"]\nderived = { share = [\"n\", \"roll\"] }\n";
    let share = Decimal128Array::from(vec![30, 100, 250, 500, 125]).with_precision_and_scale(9, 1).unwrap();
    let rows = vec![
        ("phase", texts(&["a", "b", "c", "d", "e"])),
        ("n", counts(&[3, 10, 50, 100, 25])),
        ("roll", counts(&[100, 100, 200, 200, 200])),
        ("share", Arc::new(share) as ArrayRef),
    ];
    needs(Rule::Derived, How::Bounded, &[table("t", settings, rows)]);
}

#[test]
fn stock_and_flow_are_found_though_nobody_stated_them_and_stating_them_stops_it() {
    let flows = |more: &str| {
        let settings =
            format!("grain = [\"year\"]\n[disclosure]\ncounts = [\"begun\", \"closed\", \"open\"]\n{more}");
        table(
            "t",
            &settings,
            vec![
                ("year", texts(&["2014/15", "2015/16", "2016/17", "2017/18", "2018/19"])),
                ("begun", counts(&[40, 30, 25, 31, 28])),
                ("closed", counts(&[31, 24, 22, 27, 32])),
                ("open", counts(&[9, 15, 18, 22, 18])),
            ],
        )
    };
    assert_eq!(found_of(&[flows("")], None), []);
    let mut hidden = flows("");
    // The last year's stock is small.
    let columns = vec![
        ("year", texts(&["2014/15", "2015/16", "2016/17", "2017/18", "2018/19"])),
        ("begun", counts(&[40, 30, 25, 31, 14])),
        ("closed", counts(&[31, 24, 22, 27, 32])),
        ("open", counts(&[9, 15, 18, 22, 4])),
    ];
    hidden.rows = [RecordBatch::try_from_iter(columns).unwrap()];
    assert_eq!(found_of(&[hidden], None), [How::Bounded]);
}

#[test]
fn without_the_rule_of_earlier_editions_a_count_that_was_hidden_is_shown() {
    let first = [parts("t", &[("a", 3), ("b", 7), ("c", 40), ("Total", 50)])];
    let (before, remembered) = sent(&first, None, &Earlier::default()).unwrap();
    let mut earlier = Earlier::default();
    earlier.release(
        "ay2018-19",
        remembered.iter().map(|(cell, shown)| (cell.to_owned(), shown.map(str::to_owned))),
    );
    let grown = [parts("t", &[("a", 8), ("b", 7), ("c", 40), ("Total", 55)])];
    let how = |without| -> Vec<How> {
        let (last, _) = sent(&grown, without, &earlier).unwrap();
        attack(std::slice::from_ref(&before), &[], &last, THRESHOLD)
            .into_iter()
            .map(|found| found.how)
            .collect()
    };
    assert!(how(Some(Rule::Earlier)).contains(&How::HiddenBefore));
    assert_eq!(how(None), []);
}

#[test]
fn without_the_rule_of_what_moved_one_late_child_is_seen_in_each_table() {
    let first = [parts("t", &[("a", 10), ("b", 40), ("Total", 50)])];
    let (before, remembered) = sent(&first, None, &Earlier::default()).unwrap();
    let mut earlier = Earlier::default();
    earlier.release(
        "ay2018-19",
        remembered.iter().map(|(cell, shown)| (cell.to_owned(), shown.map(str::to_owned))),
    );
    let late = [parts("t", &[("a", 11), ("b", 40), ("Total", 51)])];
    assert!(sent(&late, None, &earlier).is_none(), "with the rule it does not leave");
    let (last, _) = sent(&late, Some(Rule::Moved), &earlier).unwrap();
    let found = attack(std::slice::from_ref(&before), &[], &last, THRESHOLD);
    let moved: Vec<&Found> = found.iter().filter(|found| found.how == How::Moved).collect();
    assert_eq!(moved.len(), 2, "{found:?}");
}

/// Returns one release of files with these texts.
fn release(files: &[(&str, &str)]) -> Sent {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    Sent { report: "r".to_owned(), period: "ay2018-19".to_owned(), files: files.collect() }
}

#[test]
fn the_published_mistakes_are_found() {
    let primary = "Phase,Exclusions\nPrimary,[x],\n";
    assert_eq!(attack(&[], &[], &release(&[("tables/a.csv", primary)]), THRESHOLD), []);
    // Primary hidden, secondary 12, special 0, total 13; special = 63 - 7 - 54.
    for text in [
        "Phase,Exclusions\nPrimary,[c]\nSecondary,12\nSpecial,0\nTotal,13\n",
        "Phase,Exclusions\nPrimary,7\nSecondary,54\nSpecial,[c]\nTotal,63\n",
    ] {
        let found = attack(&[], &[], &release(&[("tables/a.csv", text)]), THRESHOLD);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].how, How::Bounded);
        assert!(!found[0].to_string().contains("13") && !found[0].to_string().contains("63"), "{}", found[0]);
    }
}

#[test]
fn a_page_or_a_text_that_shows_what_the_file_hides_gives_it_away() {
    let file = "Year,Exclusions\n2015/16,30\n2016/17,40\n2017/18,50\n2018/19,[c]\n";
    let page = "<table><caption>Table 1</caption><tr><th>Year</th><th>Exclusions</th></tr><tr><th>2015/16</th><td>30</td></tr>\
                <tr><th>2016/17</th><td>40</td></tr><tr><th>2017/18</th><td>50</td></tr><tr><th>2018/19</th><td>4</td></tr></table>";
    let text = "Table 1\n\nYear     Exclusions\n-------  ----------\n2015/16          30\n2016/17          40\n2017/18          50\n2018/19           4\n\n";
    for other in [("email.html", page), ("email.txt", text)] {
        let found = attack(&[], &[], &release(&[("tables/a.csv", file), other]), THRESHOLD);
        assert!(found.iter().any(|found| found.how == How::Elsewhere), "{}: {found:?}", other.0);
        let hidden = other.1.replace(">4<", ">[c]<").replace("  4\n", "[c]\n");
        assert_eq!(attack(&[], &[], &release(&[("tables/a.csv", file), (other.0, &hidden)]), THRESHOLD), []);
    }
}

#[test]
fn two_tables_that_are_safe_alone_are_found_where_the_second_has_the_total() {
    let needs = "Need,2016/17,2017/18,2018/19\nA,10,20,[c]\nB,30,40,[c]\nC,0,0,0\nTotal,40,60,58\n";
    assert_eq!(attack(&[], &[], &release(&[("tables/a.csv", needs)]), THRESHOLD), []);
    // A row of the second is a row of the first, by three numbers and its name.
    let row = "Group,2015/16,2016/17,2017/18,2018/19\nA,120,10,20,55\n";
    let third = "Need,2015/16,2016/17,2017/18,2018/19\nA,120,10,20,[c]\nB,7,30,40,[c]\nC,0,0,0,0\nTotal,127,40,60,58\n";
    let found = attack(&[], &[], &release(&[("tables/a.csv", third), ("tables/b.csv", row)]), THRESHOLD);
    assert!(found.iter().any(|found| found.how == How::Bounded), "{found:?}");
    // Of another report it is the same.
    let beside = Sent { report: "other".to_owned(), ..release(&[("tables/b.csv", row)]) };
    let found = attack(&[], &[beside], &release(&[("tables/a.csv", third)]), THRESHOLD);
    assert!(found.iter().any(|found| found.how == How::Bounded), "{found:?}");
}

#[test]
fn a_bar_of_a_chart_is_measured() {
    let svg = |height: &str| {
        format!(
            "<svg><text x=\"2\" y=\"254\" text-anchor=\"end\">0</text><text x=\"2\" y=\"54\" text-anchor=\"end\">100</text>\
             <rect x=\"9\" y=\"9\" width=\"9\" height=\"{height}\" fill=\"#12436D\"/>\
             <rect x=\"9\" y=\"9\" width=\"9\" height=\"80\" fill=\"#28A197\"/>\
             <rect x=\"9\" y=\"9\" width=\"9\" height=\"8\" fill=\"url(#hatch)\"/></svg>"
        )
    };
    assert_eq!(drawing::bars(&svg("24")), [12.0, 40.0]);
    for (height, found) in [("24", 0), ("6", 1)] {
        let sent = release(&[("charts/a.svg", &svg(height))]);
        assert_eq!(attack(&[], &[], &sent, THRESHOLD).len(), found, "{height}");
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let grids = files::grids(
        "tables/a.csv",
        b"Name,A,B,C,D\nx,\"1,480\",\xc2\xa31480,\xe2\x88\x928.2%,[c]\ny,007,1e3,+3,[x]\n",
    );
    let row = &grids[0].rows[0];
    assert_eq!(grids[0].heads, ["C", "D"], "columns with words are names");
    assert_eq!(row.cells[0].number(), Some((-8.2, 0.05)));
}

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the product")]
fn rounds(few: u64) -> u64 {
    std::env::var("SUFFICIENCY_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

#[test]
fn p3_nothing_that_passed_the_gate_is_found_in_random_linked_tables() {
    for seed in 0..rounds(60) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let greatest = [3, 8, 25][random.next_u32() as usize % 3];
        let size = 3 + random.next_u32() as usize % 4;
        // Two breakdowns of the same children, each crossed with the years.
        let cube: Vec<Vec<i64>> =
            (0..size).map(|_| (0..3).map(|_| i64::from(random.next_u32() % greatest)).collect()).collect();
        let by = |name: &str, key: &str, lines: Vec<Vec<i64>>| {
            let settings = format!(
                "grain = [\"year\", \"{key}\"]\n[disclosure]\ncounts = [\"n\"]\nhierarchies = {{ {key} = \"Total\" }}\n"
            );
            let (mut years, mut codes, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
            for (year, line) in lines.iter().enumerate() {
                for (code, number) in line.iter().enumerate() {
                    years.push(format!("201{year}/1{}", year + 1));
                    codes.push(format!("{key}{code}"));
                    numbers.push(*number);
                }
                years.push(format!("201{year}/1{}", year + 1));
                codes.push("Total".to_owned());
                numbers.push(line.iter().sum());
            }
            let words = |words: &[String]| texts(&words.iter().map(String::as_str).collect::<Vec<_>>());
            table(
                name,
                &settings,
                vec![("year", words(&years)), (key, words(&codes)), ("n", counts(&numbers))],
            )
        };
        let years: Vec<Vec<i64>> = (0..3).map(|year| cube.iter().map(|row| row[year]).collect()).collect();
        // The second splits each year's total another way.
        let halves: Vec<Vec<i64>> = years
            .iter()
            .map(|line| {
                let total: i64 = line.iter().sum();
                let first = if total == 0 { 0 } else { i64::from(random.next_u32()) % (total + 1) };
                vec![first, total - first]
            })
            .collect();
        let tables = [by("needs", "need", years), by("sexes", "sex", halves)];
        let (sent, _) = sent(&tables, None, &Earlier::default()).unwrap();
        let found = attack(&[], &[], &sent, THRESHOLD);
        let texts: BTreeMap<_, _> =
            sent.files.iter().map(|(name, bytes)| (name, String::from_utf8_lossy(bytes))).collect();
        assert_eq!(found, [], "seed {seed}: {texts:#?}");
    }
}

/// Attacks an edition in a folder, for its time: `SUFFICIENCY_EDITION=store/editions/…/needs_assessment-ay2025-26-r1`.
#[test]
#[ignore = "reads a folder that is named, and prints how long it takes"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement, not a test")]
fn time_of_the_attack_on_an_edition() {
    let Ok(folder) = std::env::var("SUFFICIENCY_EDITION") else { return };
    let mut sent = Sent::default();
    for part in ["", "tables", "charts"] {
        let Ok(files) = std::fs::read_dir(std::path::Path::new(&folder).join(part)) else { continue };
        for path in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
            let name = path.file_name().unwrap().to_string_lossy();
            if name != "cells.csv" {
                sent.files.insert(
                    format!("{part}/{name}").trim_start_matches('/').to_owned(),
                    std::fs::read(&path).unwrap(),
                );
            }
        }
    }
    let start = std::time::Instant::now();
    let found = attack(&[], &[], &sent, THRESHOLD);
    println!("{} files, {:?}, {} found", sent.files.len(), start.elapsed(), found.len());
    for found in found {
        println!("{found}");
    }
}

#[test]
fn a_year_is_a_period_and_the_number_of_a_school_is_none() {
    use super::names::is_period;
    for name in ["2018", "2018/19", "2018-19", "2026-09", "2026-09-30", "1999/00"] {
        assert!(is_period(name), "{name}");
    }
    for name in ["900002", "200012", "336", "", "20", "2018 so far", "2018a", "1234", "Zoë"] {
        assert!(!is_period(name), "{name}");
    }
}

#[test]
fn medians_beside_the_median_of_all_are_no_parts_of_it() {
    let medians = "Area,Median days\nNorth,12\nSouth,15\nWest,[c]\nTotal,14\n";
    let release = |text: &str| Sent {
        report: "r".to_owned(),
        period: "ay2018-19".to_owned(),
        files: [("tables/waits.csv".to_owned(), text.as_bytes().to_vec())].into(),
    };
    assert_eq!(attack(&[], &[], &release(medians), THRESHOLD), []);
    let named = "Area,Days\nNorth,12\nSouth,15\nWest,[c]\nTotal,14\n";
    assert_eq!(attack(&[], &[], &release(named), THRESHOLD), [], "12 and 15 are more than 14");
    let counts = "Area,Children\nNorth,12\nSouth,15\nWest,[c]\nTotal,29\n";
    assert_eq!(attack(&[], &[], &release(counts), THRESHOLD).len(), 1);
}
