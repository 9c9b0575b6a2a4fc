use std::collections::BTreeMap;

use sufficiency::ingest::quarantine::{self, Ask, Filter, QuarantineRow};
use sufficiency::job::{Alone, Failure, PipelineLock, Stop};
use sufficiency::ledger::Step;
use sufficiency::schedule::{ByPerson, Holder, Machine, Process, Timing};

use super::keys::program;
use super::{EXCLUSIONS, count, exclusions, fresh, miswritten, run, steps, upn};
use crate::council::Council;

const SOURCE: &str = "outcomes.exclusions";

/// Makes a council with sixty rows that are right, on rows 2 to 61, and one of each kind that is not.
fn broken() -> Council {
    let council = fresh();
    let child = upn(1);
    let rows = [
        format!("EX0900,{child},Quillfeather,05/10/2023,01/10/2023,BU,2,10.00"),
        format!("EX0901,{child},Quillfeather,05/10/2023,,OT,2,10.00"),
        format!("EX0902,{child},Quillfeather,05/10/2023,,ZZ,2,10.00"),
        format!("EX0903,{child},Quillfeather,05/10/2023,,BU,2,TBC"),
        format!("EX0000,{child},Quillfeather,05/10/2023,,BU,2,10.00"),
        format!("EX0905,{},Quillfeather,05/10/2023,,BU,2,10.00", miswritten(&child)),
    ];
    council.write(EXCLUSIONS, exclusions(60) + &rows.join("\n") + "\n");
    run(&council);
    council
}

fn ask(row: i64, set: &[(&str, &str)]) -> Ask {
    Ask {
        source: SOURCE.to_owned(),
        filter: Filter { rows: vec![row], ..Filter::default() },
        set: set.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect(),
        by: "the owner of the log".to_owned(),
        why: "asked the school".to_owned(),
    }
}

fn release(council: &Council, row: i64, set: &[(&str, &str)]) -> Result<Vec<QuarantineRow>, Failure> {
    quarantine::release(&council.open(), &ask(row, set), &Alone)
}

fn open_rows(council: &Council) -> Vec<(i64, String)> {
    let rows = quarantine::show(&council.open(), SOURCE, &Filter::default()).unwrap();
    rows.into_iter().map(|row| (row.row, row.rule)).collect()
}

fn named(rows: &[(i64, &str)]) -> Vec<(i64, String)> {
    rows.iter().map(|(row, rule)| (*row, (*rule).to_owned())).collect()
}

#[test]
fn d5_every_row_set_aside_says_its_file_row_rule_and_reason_and_no_identifier() {
    let council = broken();
    let rows = quarantine::show(&council.open(), SOURCE, &Filter::default()).unwrap();
    let listed: Vec<(i64, Option<&str>, &str)> =
        rows.iter().map(|row| (row.row, row.column.as_deref(), row.rule.as_str())).collect();
    assert_eq!(
        listed,
        [
            (62, None, "ends_after_it_starts"),
            (63, Some("reason"), "code_not_valid"),
            (64, Some("reason"), "unmapped_code"),
            (65, Some("cost"), "money"),
            (66, Some("exclusion_id"), "unique"),
            (67, Some("pupil_key"), "upn_check_letter"),
        ]
    );
    for row in &rows {
        assert_eq!(row.file, "exclusions_2023.csv");
        assert_eq!(row.contract.len(), 64, "the contract's fingerprint");
        let shown = format!("{row:?}");
        assert!(
            !row.reason.is_empty() && !shown.contains("Quillfeather") && !shown.contains(&upn(1)),
            "{shown}"
        );
        assert!(!shown.contains(&miswritten(&upn(1))), "{shown}");
        assert_eq!(row.values["pupil_key"], "[personal]", "not even a pseudonym is shown");
    }
    // A row that slipped by a column has a name in any of them: only codes of the contract are shown.
    assert_eq!(rows[3].values["cost"], "[not shown]");
    assert!(
        rows.iter().flat_map(|row| row.values.values()).all(|value| {
            ["[not shown]", "[personal]", "PERSISTENT_DISRUPTIVE_BEHAVIOUR"].contains(&value.as_str())
        }),
        "{rows:?}"
    );
    let lines = quarantine::list(&council.open(), Some("outcomes")).unwrap();
    assert_eq!(lines.iter().map(|line| line.rows).sum::<usize>(), 6);
    assert_eq!(lines.iter().filter(|line| line.personal).count(), 1);
}

#[test]
fn a_released_and_a_corrected_row_are_published_and_every_row_stays_accounted_for() {
    let council = broken();
    assert_eq!(count(&council, SOURCE), "60");
    release(&council, 62, &[]).unwrap();
    release(&council, 64, &[("reason", "bu")]).unwrap();
    release(&council, 65, &[("cost", "12.50")]).unwrap();
    // Its key is still another row's, whatever else of it is corrected.
    release(&council, 66, &[("sessions", "3")]).unwrap();
    let replayed = quarantine::replay(&council.open(), Some(SOURCE), &Alone).unwrap();
    assert_eq!((replayed.read, replayed.published, replayed.quarantined), (4, 3, 1));
    let released: Vec<(Vec<i64>, Vec<String>)> = steps(&council, "outcomes")
        .into_iter()
        .filter_map(|step| match step {
            Step::Released { rows, corrected, by, why, .. } => {
                assert_eq!((by.as_str(), why.as_str()), ("the owner of the log", "asked the school"));
                Some((rows, corrected))
            }
            _ => None,
        })
        .collect();
    assert_eq!(released.len(), 4, "the record says who released what: {released:?}");
    run(&council);
    assert_eq!(
        council.query(&format!("SELECT _row, reason, cost FROM {SOURCE} WHERE _row > 61 ORDER BY _row")),
        ["62|BU|10.00", "64|BU|10.00", "65|BU|12.50"]
    );
    let left = [(63, "code_not_valid"), (66, "unique"), (67, "upn_check_letter")];
    assert_eq!(open_rows(&council), named(&left));
    let context = council.open();
    let landings = context.store().landings("outcomes", "exclusions", None).unwrap();
    let (base, again) = (&landings[0], &landings[1]);
    assert_eq!(again.replays.as_ref(), Some(&base.id));
    assert_eq!(base.counts.read, base.counts.published + base.counts.quarantined);
    assert_eq!(again.counts.read, again.counts.published + again.counts.quarantined);
    for totals in base.money.values().chain(again.money.values()) {
        assert_eq!(totals.read, totals.published + totals.quarantined + totals.duplicates);
    }
    let commits = || std::fs::read_dir(council.path("store/commits")).unwrap().count();
    let before = commits();
    run(&council);
    assert_eq!(commits(), before, "a second run publishes nothing");
}

#[test]
fn what_is_personal_or_no_value_at_all_is_never_released() {
    let council = broken();
    let refused = |row, set: &[(&str, &str)]| {
        let failure = release(&council, row, set).unwrap_err();
        assert_eq!(failure.code(), 2);
        failure.to_string()
    };
    assert!(refused(67, &[]).contains("correct it at its source"));
    assert!(refused(67, &[("sessions", "1")]).contains("correct it at its source"));
    assert!(refused(62, &[("pupil_key", "x")]).contains("`pupil_key` is personal"));
    assert!(refused(64, &[]).contains("--set reason="), "an unmapped code is never taken as it is");
    assert!(refused(65, &[]).contains("--set cost="));
    assert!(refused(999, &[]).contains("no row of `outcomes.exclusions`"));
    assert!(refused(62, &[("resaon", "BU")]).contains("resaon"));
    let nobody = Ask { by: " ".to_owned(), ..ask(62, &[]) };
    assert!(quarantine::release(&council.open(), &nobody, &Alone).unwrap_err().to_string().contains("--by"));
    assert_eq!(quarantine::replay(&council.open(), None, &Alone).unwrap().read, 0);
}

#[test]
fn a_decision_stands_for_the_same_bytes_under_a_new_contract_and_falls_with_others() {
    let council = broken();
    release(&council, 62, &[]).unwrap();
    run(&council);
    assert_eq!(count(&council, SOURCE), "61");
    let path = "pipelines/outcomes/sources/exclusions.toml";
    let contract = std::fs::read_to_string(council.path(path)).unwrap();
    council.write(path, contract.replace("most = \"90\"", "most = \"80\""));
    run(&council);
    assert_eq!(count(&council, SOURCE), "61", "the same bytes, the same decision");
    let file = std::fs::read_to_string(council.path(EXCLUSIONS)).unwrap();
    council.write(EXCLUSIONS, file.replace("EX0900", "EX0910"));
    run(&council);
    assert_eq!(count(&council, SOURCE), "60", "of other bytes nothing was decided");
}

#[test]
fn a_row_comes_back_when_the_table_that_it_refers_to_has_its_value() {
    let council = fresh();
    let mut rows = super::thirty("2024-09-10");
    rows[3].2 = "P9";
    super::placements(&council, &rows);
    run(&council);
    assert_eq!(count(&council, "outcomes.placements"), "29");
    let aside = quarantine::show(&council.open(), "outcomes.placements", &Filter::default()).unwrap();
    assert_eq!(aside[0].reason, "`provider_id` is not in `outcomes.providers.provider_id`");
    assert_eq!(aside[0].values.get("provider_id"), Some(&"[not shown]".to_owned()));
    council.write("extracts/providers.csv", "Provider\nP1\nP2\nP9\n");
    run(&council);
    assert_eq!(count(&council, "outcomes.placements"), "30");
    let set: BTreeMap<String, String> = BTreeMap::new();
    assert!(
        quarantine::release(
            &council.open(),
            &Ask { source: "outcomes.placements".to_owned(), set, ..ask(1, &[]) },
            &Alone
        )
        .is_err()
    );
}

#[test]
fn f17_nobody_releases_or_judges_again_while_somebody_else_is_at_work_on_the_pipeline() {
    let council = broken();
    release(&council, 62, &[]).unwrap();
    let context = council.open();
    let (stop, process) =
        (Stop::default(), Process { name: "a".to_owned(), host: "ap-reports".to_owned(), number: 4711 });
    let time = Machine::new(stop.clone());
    let nobody = |_: &str, there: &Holder| panic!("nobody is waited for: {there}");
    let objects = context.store().objects();
    let person = ByPerson::new(objects.as_ref(), &time, Timing::default(), &process, &stop, &nobody);
    let who = ["--by", "the owner of the log", "--why", "asked the school"];
    let asks = [
        [&["quarantine", "release", SOURCE, "--row", "64", "--set", "reason=BU"][..], &who].concat(),
        vec!["quarantine", "replay", SOURCE],
    ];
    let landings = || context.store().landings("outcomes", "exclusions", None).unwrap().len();
    let decided = || -> usize {
        quarantine::list(&context, Some(SOURCE)).unwrap().iter().map(|line| line.released).sum()
    };
    person.take("outcomes").unwrap();
    for ask in &asks {
        let refused = program(&council, ask, "", &[]);
        let printed = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(22), "{printed}");
        assert!(printed.contains("`outcomes` is held by process 4711 on ap-reports, since "), "{printed}");
        assert_eq!((decided(), landings()), (1, 1), "{ask:?}");
    }
    person.release().unwrap();
    // Each gives the lock back when it is done: the next has no need to wait.
    for (ask, came) in asks.iter().zip([(2, 1), (0, 2)]) {
        let done = program(&council, ask, "", &[]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!((decided(), landings()), came, "{ask:?}");
    }
    person.take("outcomes").unwrap();
}

#[test]
fn a_replay_that_is_stopped_says_so() {
    let council = broken();
    release(&council, 62, &[]).unwrap();
    let path = "pipelines/outcomes/sources/exclusions.toml";
    let contract = std::fs::read_to_string(council.path(path)).unwrap();
    let rule =
        "\n[[rules]]\nname = \"not_this_one\"\nsql = \"exclusion_id <> 'EX0900'\"\nseverity = \"stop\"\n";
    council.write(path, contract + rule);
    let failure = quarantine::replay(&council.open(), None, &Alone).unwrap_err();
    assert_eq!(failure.code(), 11, "{failure}");
    assert!(failure.to_string().contains("not_this_one"), "{failure}");
    assert_eq!(council.open().store().landings("outcomes", "exclusions", None).unwrap().len(), 1);
}
