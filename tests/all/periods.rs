//! A published row with a period says how far the period has come.

use std::path::Path;

use crate::tree::texts;

/// Keys that are periods.
const PERIODS: &[&str] =
    &["academic_year", "financial_year", "half_term", "made_in", "month", "term", "week"];

/// What each row says of its period.
const STATE: [&str; 2] = ["period_state", "known_to"];

/// Names the models that have no state and why.
const DECISION: &str = include_str!("../../docs/decisions/0057-a-row-says-how-far-its-period-has-come.md");

/// Returns whether the decision names a model in its table, alone or beside another of its pipeline.
fn is_decided(pipeline: &str, model: &str) -> bool {
    let rows = DECISION.lines().filter(|line| line.starts_with(&format!("| `{pipeline}.")));
    rows.filter_map(|row| row.split('|').nth(1)).any(|names| {
        names.split(',').any(|name| {
            let name = name.trim().trim_matches('`');
            name.strip_prefix(pipeline).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name) == model
        })
    })
}

/// Returns the texts of a list of a TOML table.
fn list(of: Option<&toml::Value>) -> Vec<&str> {
    of.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str).collect()
}

/// Returns what is wrong with the models that the program ships.
fn faults(models: &[(String, toml::Table)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, settings) in models {
        let model = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml");
        let pipeline = path.split('/').next().unwrap_or_default();
        let is_internal = settings.get("internal").and_then(toml::Value::as_bool) == Some(true);
        let has_period = list(settings.get("grain")).iter().any(|key| PERIODS.contains(key));
        let columns = settings.get("columns").and_then(toml::Value::as_table);
        let has = |name: &str| columns.is_some_and(|columns| columns.contains_key(name));
        let carries = STATE.iter().all(|name| has(name));
        let checks = settings.get("checks").and_then(toml::Value::as_array).into_iter().flatten();
        let is_checked = checks.map(|check| list(check.get("not_null"))).any(|names| names == STATE);
        let decided = is_decided(pipeline, model);
        if is_internal || !has_period {
            continue;
        }
        match (carries, decided) {
            (false, false) => faults.push(format!(
                "`{pipeline}.{model}` has a period in its grain: expected the columns `period_state` and `known_to`, or a reason in decision 57"
            )),
            (true, true) => faults.push(format!("`{pipeline}.{model}` carries a state: take it out of decision 57")),
            (true, false) if !is_checked => faults.push(format!(
                "`{pipeline}.{model}`: expected `not_null = [\"period_state\", \"known_to\"]` among its checks"
            )),
            _ => {}
        }
    }
    faults
}

/// Returns the settings of the models that the program ships, by their paths below `pipelines`.
fn shipped() -> Vec<(String, toml::Table)> {
    let files = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines"), &["toml"]);
    let models = files.into_iter().filter(|(path, _)| path.contains("/models/"));
    models.map(|(path, text)| (path, text.parse().unwrap())).collect()
}

#[test]
fn every_published_model_with_a_period_says_how_far_it_has_come() {
    let models = shipped();
    assert!(models.len() > 100, "{} models", models.len());
    assert_eq!(faults(&models), Vec::<String>::new());
}

#[test]
fn a_model_without_a_state_is_named() {
    let mut models = shipped();
    let place = models.iter().position(|(path, _)| path == "cost_review/models/spend_by_month.toml").unwrap();
    let (_, settings) = &mut models[place];
    settings.get_mut("columns").unwrap().as_table_mut().unwrap().remove("known_to");
    let faults = faults(&models);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("cost_review.spend_by_month"), "{faults:?}");
}
