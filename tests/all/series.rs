//! A ledger that lacks a month, seen while its year runs and when it has ended.

use sufficiency::job::{Alone, Options};
use sufficiency::run::{self, Selection};

use crate::council::Council;

const CONTRACT: &str = "pipelines/finance/sources/ledger_lines.toml";
const JANUARY: &str = "`finance.ledger_lines` has no row of January 2026, due by 2026-02-11";

/// Returns a council whose ledger has April to December 2025 and what months follow, each of three pounds in three lines.
fn council(months: &[&str], missing: &str, clock: &str) -> Council {
    let council = Council::of("payments");
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"{clock}T06:00\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n\
             [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\nfolder = {{ path = \"./mail\" }}\n\
             allow_domains = [\"council.example\"]\n"
        ),
    );
    let text = std::fs::read_to_string(council.path(CONTRACT)).unwrap();
    let series = format!(
        "[series]\nby = \"paid_on\"\nunit = \"month\"\nfirst = \"2025-04\"\ndue = \"working day 8\"\n\
         missing = \"{missing}\"\n\n[csv]"
    );
    council.write(CONTRACT, text.replacen("[csv]", &series, 1));
    let model = "pipelines/cost_review/models/ap_spend_by_month.sql";
    let sql = std::fs::read_to_string(council.path(model)).unwrap();
    council.write(model, sql.replace("WHERE account_code", "WHERE paid_on <= $known_to AND account_code"));
    let report = "report-templates/cost_review/report.toml";
    let settings = std::fs::read_to_string(council.path(report)).unwrap();
    council.write(report, settings.replace("rows = \"month\"", "rows = \"month\"\nrunning = \"shown\""));
    let first = (4..=12).map(|month| format!("{month:02}/2025"));
    let all = first.chain(months.iter().map(|month| (*month).to_owned()));
    let lines = all.flat_map(|month| {
        (1..=3).map(move |day| {
            format!("INSERTED DETAIL,700001,Provider One,1.00,R5037,AP,{day:02}/{month},{day}{month},Education,AP\n")
        })
    });
    let head: String = crate::refusals::LEDGER.split_inclusive('\n').take(4).collect();
    council.write("extracts/wolver_all_2023.csv", head + &lines.collect::<String>());
    council
}

/// Runs with a period; returns the closing lines and what failed.
fn run(council: &Council, period: Option<&str>) -> (String, Option<sufficiency::job::Failure>) {
    let options = Options {
        send: true,
        trigger: "a test".to_owned(),
        period: period.map(str::to_owned),
        ..Options::default()
    };
    let outcome = run::run(&council.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap();
    (outcome.closing_lines().join("\n"), outcome.result().err())
}

fn states(council: &Council) -> Vec<String> {
    council.query("SELECT unit, state FROM sufficiency.series_units WHERE unit >= '2025-12' ORDER BY unit")
}

fn editions(council: &Council) -> Vec<String> {
    let folder = council.path("store/editions/cost_review");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_year_that_runs_is_known_to_the_month_before_the_first_that_is_missing() {
    let council = council(&["02/2026"], "hold", "2026-03-10");
    let (lines, failure) = run(&council, Some("running"));
    assert!(failure.is_none(), "{failure:?}");
    assert_eq!(
        states(&council),
        ["2025-12|PRESENT", "2026-01|MISSING", "2026-02|PRESENT", "2026-03|NOT_DUE"]
    );
    assert!(lines.contains("what is known ends on 2025-12-31") && lines.contains(JANUARY), "{lines}");
    assert_eq!(editions(&council), ["fy2025-26-to-2025-12"]);
    let letter = std::fs::read(&council.emails()[0]).unwrap();
    let message = mail_parser::MessageParser::default().parse(&letter).unwrap();
    let words = message.body_text(0).unwrap().replace('\n', " ");
    assert!(words.contains("£27 ") && !words.contains("£30"), "{words}");
    assert!(words.contains("to 31 December 2025"), "{words}");
    // The month comes: what is known reaches to February.
    let file = "extracts/wolver_all_2023.csv";
    let text = std::fs::read_to_string(council.path(file)).unwrap();
    council
        .write(file, text + "INSERTED DETAIL,700001,Provider One,2.00,R5037,AP,05/01/2026,9,Education,AP\n");
    let (lines, failure) = run(&council, Some("running"));
    assert!(failure.is_none(), "{failure:?}");
    assert!(!lines.contains("what is known ends on"), "{lines}");
    assert_eq!(editions(&council), ["fy2025-26-to-2025-12", "fy2025-26-to-2026-02"]);
}

#[test]
fn a_year_that_has_ended_without_a_month_is_incomplete() {
    let held = council(&["02/2026", "03/2026"], "hold", "2026-04-20");
    let (_, failure) = run(&held, None);
    let failure = failure.unwrap();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(failure.to_string().contains(JANUARY), "{failure}");
    assert!(failure.to_string().contains("it is whole to 2025-12-31"), "{failure}");
    assert_eq!((editions(&held).len(), held.emails().len()), (0, 0));
    let shown = council(&["02/2026", "03/2026"], "note", "2026-04-20");
    let report = "report-templates/cost_review/report.toml";
    let settings = std::fs::read_to_string(shown.path(report)).unwrap();
    let headline = settings.lines().find(|line| line.starts_with("headline")).unwrap();
    shown.write(report, settings.replacen(headline, "headline = \"Payments as they were received\"", 1));
    let (lines, failure) = run(&shown, None);
    assert!(failure.is_none(), "{failure:?}");
    assert!(lines.contains("has no row of January 2026"), "{lines}");
    assert_eq!(editions(&shown), ["fy2025-26"]);
    let letter = std::fs::read(&shown.emails()[0]).unwrap();
    let message = mail_parser::MessageParser::default().parse(&letter).unwrap();
    let words = message.body_text(0).unwrap().replace('\n', " ");
    assert!(words.contains("Ledger lines of January 2026") && words.contains("[x]"), "{words}");
    assert!(!words.contains("£33"), "{words}");
}
