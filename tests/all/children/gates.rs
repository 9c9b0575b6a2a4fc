use sufficiency::job::{Alone, Options};
use sufficiency::ledger::Step;
use sufficiency::run;
use sufficiency::run::Selection;

use super::{EXCLUSIONS, PUPILS, count, exclusions, fresh, placements, pupils, run, steps, thirty, upn};
use crate::council::Council;

/// Checks that the run of one pipeline fails with this code and these words, and that its table keeps its rows.
fn refused(council: &Council, table: &str, code: u8, words: &[&str]) {
    let before = count(council, table);
    let failure = council.failure();
    for word in words {
        assert!(failure.to_string().contains(word), "`{word}` is not in: {failure}");
    }
    assert_eq!(failure.code(), code, "{failure}");
    assert!(failure.to_string().contains("last good tables are unchanged"), "{failure}");
    assert_eq!(count(council, table), before, "the last good table stands");
    assert_eq!(council.emails().len(), 1, "nothing is emailed");
}

fn rewrite(council: &Council, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(council.path(file)).unwrap();
    assert!(text.contains(from), "{file} holds no `{from}`");
    council.write(file, text.replace(from, to));
}

#[test]
fn f34_a_missing_or_renamed_column_stops_one_of_another_type_too_and_a_new_one_does_not() {
    let council = fresh();
    run(&council);
    rewrite(&council, PUPILS, ",Postcode", ",Post code");
    refused(&council, "pupils.pupils", 11, &["lacks `Postcode`", "did you mean `post code`"]);
    council.write(PUPILS, pupils(40).replace(",Sex", "").replace(",F\n", "\n"));
    refused(&council, "pupils.pupils", 11, &["lacks `Sex`"]);
    let retyped: String = pupils(40).replace("/04/2010", " April 2010");
    council.write(PUPILS, retyped);
    refused(&council, "pupils.pupils", 11, &["40 of 40 rows", "40 by `date`"]);
    council.write(PUPILS, pupils(40).replace("Sex\n", "Sex,House\n").replace(",F\n", ",F,Oak\n"));
    run(&council);
    assert_eq!(count(&council, "pupils.pupils"), "40");
}

#[test]
fn f35_far_fewer_or_far_more_rows_are_held_until_somebody_accepts_them() {
    let council = fresh();
    run(&council);
    council.write(PUPILS, pupils(18));
    refused(
        &council,
        "pupils.pupils",
        12,
        &["to fall by at most 40%, found 18 rows after 40", "--accept-swing"],
    );
    council.write(PUPILS, pupils(200));
    refused(&council, "pupils.pupils", 12, &["to rise by at most 300%, found 200 rows after 40"]);
    placements(&council, &[]);
    let failure = council.failure().to_string();
    assert!(failure.contains("the query gives no rows, and gave 30 before"), "{failure}");
    placements(&council, &thirty("2024-09-10"));
    let accepted = Options { accept_swing: true, trigger: "a test".to_owned(), ..Options::default() };
    let outcome = run::run(&council.open(), &Selection::All, &accepted, &Alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(count(&council, "pupils.pupils"), "200");
    let recorded = steps(&council, "pupils").into_iter().any(|step| matches!(step, Step::Accepted { .. }));
    assert!(recorded, "the record says that somebody accepted it");
    // The limits are the source's own to set.
    rewrite(
        &council,
        "pipelines/pupils/sources/pupils.toml",
        "quarantine_limit = \"60%\"",
        "quarantine_limit = \"60%\"\nswing = { fall = \"95%\" }",
    );
    council.write(PUPILS, pupils(20));
    run(&council);
    assert_eq!(count(&council, "pupils.pupils"), "20");
}

#[test]
fn f36_yesterdays_file_again_and_a_copy_under_another_name_add_no_row_and_send_nothing() {
    let council = fresh();
    run(&council);
    assert_eq!(run(&council), ["Nothing to do: every source, table and edition is as it was."]);
    council.write("extracts/exclusions_2023 (1).csv", exclusions(60));
    let lines = run(&council);
    assert!(lines[0].contains("`exclusions_2023 (1).csv` holds the same bytes"), "{lines:?}");
    assert_eq!(count(&council, "outcomes.exclusions"), "60");
    assert_eq!(council.emails().len(), 1);
}

#[test]
fn an_extract_older_than_the_one_that_landed_is_refused() {
    let council = fresh();
    run(&council);
    placements(&council, &thirty("2024-09-03"));
    refused(&council, "outcomes.placements", 11, &["reaches to 2024-09-03", "2024-09-10", "older extract"]);
}

#[test]
fn a_second_query_holds_the_first_to_its_rows_and_its_pence() {
    let council = fresh();
    run(&council);
    let query = "pipelines/outcomes/sources/placements.sql";
    rewrite(&council, query, "FROM placement", "FROM placement WHERE placement_id <> 'PL7'");
    refused(
        &council,
        "outcomes.placements",
        11,
        &["its totals state 30 for `rows`, and the rows add up to 29"],
    );
    rewrite(&council, query, " WHERE placement_id <> 'PL7'", "");
    rewrite(&council, query, "provider_id, cost", "provider_id, cost + 0.01 AS cost");
    refused(
        &council,
        "outcomes.placements",
        11,
        &["state 3015.00 for `cost`, and the rows add up to 3015.30"],
    );
}

#[test]
fn severities_stop_quarantine_and_warn_are_as_the_contract_says_and_on_record() {
    let council = fresh();
    let child = upn(1);
    let late = format!("EX0800,{child},Quillfeather,05/10/2029,,BU,2,10.00\n");
    let aside = format!("EX0801,{child},Quillfeather,05/10/2023,,BU,99,10.00\n");
    council.write(EXCLUSIONS, exclusions(60) + &late + &aside);
    run(&council);
    let landed = steps(&council, "outcomes").into_iter().find_map(|step| match step {
        Step::Landed { source, findings, .. } if source == "exclusions" => Some(findings),
        _ => None,
    });
    let findings = landed.unwrap();
    assert_eq!(findings.warnings.get("range"), Some(&1), "{findings:?}");
    assert_eq!(findings.set_aside.get("range"), Some(&1), "{findings:?}");
    assert_eq!(count(&council, "outcomes.exclusions"), "61");
    rewrite(
        &council,
        "pipelines/outcomes/sources/exclusions.toml",
        "range = { least = \"1\", most = \"90\" }",
        "range = { least = \"1\", most = \"90\", severity = \"stop\" }",
    );
    refused(
        &council,
        "outcomes.exclusions",
        11,
        &["row 63: it breaks the rule `range`, whose severity is `stop`"],
    );
}

#[test]
fn a_contract_that_names_a_list_or_a_column_that_is_not_there_is_a_fault_at_its_line() {
    let council = fresh();
    let contract = "pipelines/outcomes/sources/exclusions.toml";
    rewrite(&council, contract, "reference.exclusion_reasons\"", "reference.exclusion_reason\"");
    rewrite(&council, contract, "regex = \"EX[0-9]{4}\"", "regex = \"EX[0-9\"");
    rewrite(&council, contract, "most = \"today\"", "most = \"tomorrow\"");
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = run::check(&project).to_string();
    for word in
        ["exclusion_reasons", "not a regular expression", "`tomorrow` cannot be a bound of `started_on`"]
    {
        assert!(faults.contains(word), "`{word}` is not in: {faults}");
    }
}
