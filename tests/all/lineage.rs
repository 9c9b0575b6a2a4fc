//! Where the figures of the shipped models come from, held against what a person reads in their SQL.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use sufficiency::project::Project;
use sufficiency::run::{LineageMap, TableLineage, lineage};

fn project() -> &'static (Project, LineageMap) {
    static PROJECT: OnceLock<(Project, LineageMap)> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (project, _) = Project::load(root).unwrap_or_else(|faults| panic!("{faults}"));
        let map = lineage(&project).unwrap_or_else(|faults| panic!("{faults}"));
        (project, map)
    })
}

fn table(name: &str) -> TableLineage {
    let (project, map) = project();
    map.table(project, name).unwrap_or_else(|| panic!("no {name}"))
}

/// Returns what the column of a table comes from directly.
fn from(of: &TableLineage, column: &str) -> Vec<String> {
    let found = of.columns.iter().find(|line| line.column == column);
    found.unwrap_or_else(|| panic!("{} has no {column}", of.table)).from.clone()
}

#[test]
fn permanent_exclusions_are_events_of_the_log_and_their_rate_rests_on_the_roll() {
    let found = table("needs_assessment.permanent_exclusions_by_phase");
    let events = "activity.exclusion_events";
    assert_eq!(from(&found, "academic_year"), [format!("{events}.academic_year")]);
    // The phases are written in the query, so that each year has each.
    assert!(from(&found, "phase").is_empty());
    assert_eq!(from(&found, "permanent_exclusions"), [events]);
    assert_eq!(from(&found, "january_roll"), ["activity.january_roll.pupils"]);
    assert_eq!(from(&found, "permanent_exclusion_rate"), [events, "activity.january_roll.pupils"]);
    assert_eq!(found.reads, [events, "activity.january_roll", "needs_assessment.series_states"]);
    for condition in ["category", "stands", "started_on"] {
        assert!(found.rows.contains(&format!("{events}.{condition}")), "{condition}: {:?}", found.rows);
    }
    assert!(!found.rows.iter().any(|row| row.ends_with(".outcome")), "{:?}", found.rows);
    let rate = found.columns.iter().find(|line| line.column == "permanent_exclusion_rate").unwrap();
    assert!(rate.sources.contains(&"outcomes.exclusions.outcome".to_owned()), "{:?}", rate.sources);
    assert!(rate.sources.contains(&"pupils.school_roll.pupil_key".to_owned()), "{:?}", rate.sources);
    assert!(rate.sources.iter().all(|source| !source.starts_with("activity.")), "{:?}", rate.sources);
    assert!(rate.shown_in.iter().any(|place| place.table == "exclusion_rates"), "{:?}", rate.shown_in);
}

#[test]
fn spending_by_month_is_the_ledgers_amounts() {
    let found = table("cost_review.spend_by_month");
    let ledger = "cost_review.ap_ledger";
    assert_eq!(from(&found, "spend"), [format!("{ledger}.amount")]);
    // A running sum is in the order of months, within a year.
    let running = ["amount", "financial_year", "month"].map(|column| format!("{ledger}.{column}"));
    assert_eq!(from(&found, "spend_to_date"), running);
    assert_eq!(from(&found, "paid_in"), [format!("{ledger}.month")]);
    assert_eq!(found.reads, [ledger, "cost_review.year_states"]);
    let spend = found.columns.iter().find(|line| line.column == "spend").unwrap();
    assert!(spend.sources.contains(&"finance.ledger_lines.amount".to_owned()), "{:?}", spend.sources);
}

#[test]
fn a_source_names_the_tables_of_reports_that_rest_on_it() {
    let found = table("outcomes.exclusions");
    assert_eq!((found.kind, found.reads.len()), ("source", 0));
    let outcome = found.columns.iter().find(|line| line.column == "outcome").unwrap();
    let reports: Vec<&str> = outcome.shown_in.iter().map(|place| place.report.as_str()).collect();
    assert!(reports.contains(&"needs_assessment"), "{reports:?}");
    assert!(found.read_by.contains(&"activity.exclusion_events".to_owned()), "{:?}", found.read_by);
    // What is paid says nothing of who was excluded.
    let ledger = table("finance.ledger_lines");
    let amount = ledger.columns.iter().find(|line| line.column == "amount").unwrap();
    assert!(amount.shown_in.iter().all(|place| place.report != "needs_assessment"), "{:?}", amount.shown_in);
    assert!(amount.shown_in.iter().any(|place| place.report == "cost_review"), "{:?}", amount.shown_in);
}

/// A column of no table would be a gap in the trace: whatever a model reads is a source, a seed or another model.
#[test]
fn every_measure_that_a_report_shows_is_traced_to_a_source() {
    let (project, map) = project();
    let mut astray = Vec::new();
    for place in map.shown() {
        assert!(!map.sources_of(place).is_empty(), "{place:?} rests on no source");
        let model = table(&place.model);
        let report = &project.reports[&place.report];
        let spec = report.file.tables.iter().find(|(name, _)| *name.get_ref() == place.table).unwrap().1;
        for measure in &spec.values {
            let line = model.columns.iter().find(|line| line.column == *measure.get_ref()).unwrap();
            if line.sources.is_empty() {
                astray.push(format!("{}.{}", place.model, measure.get_ref()));
            }
        }
    }
    assert!(astray.is_empty(), "{astray:?}");
}

#[test]
fn the_command_says_it_for_people_and_for_programs() {
    let say = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .args(["--project", env!("CARGO_MANIFEST_DIR"), "lineage"])
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, text, _) = say(&["cost_review.spend_by_month.spend"]);
    assert_eq!(code, Some(0));
    assert!(text.starts_with("cost_review.spend_by_month: a model\n"), "{text}");
    assert!(text.contains("    from      cost_review.ap_ledger.amount\n"), "{text}");
    assert!(!text.contains("spend_to_date"), "one column was asked for: {text}");
    let (code, json, _) = say(&["cost_review.spend_by_month", "--json"]);
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["columns"][3]["column"], "spend");
    assert_eq!(json["columns"][3]["from"], serde_json::json!(["cost_review.ap_ledger.amount"]));
    let (code, _, error) = say(&["cost_review.spend_by_mont"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("no table `cost_review.spend_by_mont`") && error.contains("spend_by_month"),
        "{error}"
    );
}
