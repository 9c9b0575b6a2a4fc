//! The digest of data quality: what it finds in a project, to whom it goes, once, and what a person accepts.

use std::fmt::Write;

use sufficiency::job::Alone;
use sufficiency::post;
use sufficiency::quality::{self, Accepting, Finding};

use crate::council::Council;

const CONTRACT: &str = "files = \"spend*.csv\"\ndisposition = \"replace\"\nmax_age = \"35 days\"\n\
    [csv]\n[[columns]]\nname = \"transaction_no\"\ntype = \"text\"\nrequired = true\n\
    [[columns]]\nname = \"supplier\"\ntype = \"text\"\n\
    [[columns]]\nname = \"amount\"\ntype = { money = { scale = 2 } }\n";

/// Returns a council of one ledger, two teams and a pipeline of the second that allows the ledger 35 days.
fn council(clock: &str) -> Council {
    let council = Council::with_source(CONTRACT);
    let project = std::fs::read_to_string(council.path("sufficiency.toml")).unwrap();
    council.write("sufficiency.toml", project + "service = \"service@council.example\"\n[data_quality]\n");
    at(&council, clock);
    council.write(
        "pipelines/review/pipeline.toml",
        "description = \"A review\"\nowner = \"service\"\nwarn_checks = [\"suppliers_are_known\"]\n\
         [inputs]\n\"share.rows\" = \"35 days\"\n",
    );
    council.write(
        "pipelines/review/models/spend.sql",
        "SELECT supplier, sum(amount) AS amount FROM share.rows GROUP BY supplier",
    );
    council.write(
        "pipelines/review/checks/suppliers_are_known.sql",
        "SELECT supplier FROM review.spend WHERE supplier = 'S9'",
    );
    council
}

fn at(council: &Council, clock: &str) {
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"{clock}T06:00\"\n[connections.share]\nfolder = {{ path = \"extracts\" }}\n\
             [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\nfolder = {{ path = \"./mail\" }}\n\
             allow_domains = [\"council.example\"]\n"
        ),
    );
}

/// Writes a ledger of so many whole rows, and so many of ten pounds without their number.
fn ledger(council: &Council, whole: usize, broken: usize) {
    let mut text = "transaction_no,supplier,amount\n".to_owned();
    for row in 0..whole {
        writeln!(text, "T{row},S{},5.00", row % 10).unwrap();
    }
    for row in 0..broken {
        writeln!(text, ",S{row},10.00").unwrap();
    }
    council.write("extracts/spend.csv", text);
}

fn found(council: &Council) -> Vec<Finding> {
    quality::findings(&council.open(), None).unwrap()
}

fn topics(council: &Council) -> Vec<String> {
    found(council).iter().map(|one| format!("{} {} {}", one.severity.code(), one.topic, one.source)).collect()
}

/// Looks at the mail, and returns what has been sent so far to a team: its subjects.
fn look(council: &Council, to: &str) -> Vec<String> {
    post::attend_mail(&council.open(), &[]).unwrap();
    let all = council.notices().into_iter().map(|file| std::fs::read_to_string(file).unwrap());
    let own = all.filter(|text| text.contains(&format!("To: {to}@council.example")));
    own.map(|text| {
        let subject = text.split("Subject: ").nth(1).unwrap().split("\r\n").next().unwrap();
        subject.replace("OFFICIAL: ", "")
    })
    .collect()
}

#[test]
fn each_team_hears_of_its_own_sources_once_again_when_worse_and_once_when_it_is_over() {
    let council = council("2026-10-05");
    assert_eq!(topics(&council), ["WARN NEVER_LANDED share.rows"]);
    ledger(&council, 90, 3);
    council.run_all().result().unwrap();
    assert_eq!(topics(&council), ["QUARANTINE SET_ASIDE share.rows", "WARN CHECK review"]);
    assert_eq!(look(&council, "data"), ["Data quality: 1 new"]);
    assert_eq!(look(&council, "service"), ["Data quality: 1 new"]);
    let notices = council.notices();
    let text = std::fs::read_to_string(&notices[0]).unwrap();
    assert!(
        text.contains("3 of 93 rows (3.2 per cent), =C2=A330.00 of amount")
            || text.contains("£30.00 of amount"),
        "{text}"
    );
    assert!(!text.contains("S1") && !text.contains("T1,"), "no row leaves: {text}");

    // A second look at the same day, and a look at the next, have nothing to say.
    assert_eq!(look(&council, "data").len(), 1);
    at(&council, "2026-10-06");
    assert_eq!(look(&council, "data").len(), 1);
    // More rows by more than a tenth.
    ledger(&council, 90, 4);
    council.run_all().result().unwrap();
    at(&council, "2026-10-07");
    assert_eq!(look(&council, "data").last().unwrap(), "Data quality: 1 again");
    // Put right.
    at(&council, "2026-10-08");
    ledger(&council, 94, 0);
    council.run_all().result().unwrap();
    assert_eq!(look(&council, "data").last().unwrap(), "Data quality: 1 over");
    assert_eq!(look(&council, "service").len(), 1);
}

#[test]
fn what_is_late_or_swings_is_found_and_so_is_a_file_that_was_refused() {
    let council = council("2026-10-05");
    ledger(&council, 100, 0);
    council.run_all().result().unwrap();
    at(&council, "2026-11-09");
    assert_eq!(topics(&council), ["WARN CHECK review"], "35 days is not more than 35 days");
    at(&council, "2026-11-10");
    let late = found(&council).into_iter().find(|one| one.source == "share.rows").unwrap();
    assert_eq!(
        late.line(),
        "share.rows: expected data at most 35 days old, the newest is of 5 October 2026; since 10 November 2026"
    );
    ledger(&council, 79, 0);
    council.run_all().result().unwrap();
    let swing = found(&council).into_iter().find(|one| one.source == "share.rows").unwrap();
    assert!(swing.line().contains("moved by −21.0 per cent"), "{swing:?}");
    // A file that lacks a column is refused whole; what it says is in the record, and not in the digest.
    council.write("extracts/spend.csv", "number,supplier,amount\nSECRET-VALUE,S1,1.00\n");
    council.run_all().result().unwrap_err();
    let refused = found(&council);
    assert_eq!(topics(&council)[0], "STOP REFUSED share");
    assert!(!format!("{refused:?}").contains("SECRET"), "{refused:?}");
    assert_eq!(refused[0].command, "sufficiency quarantine list share");
}

#[test]
fn a_finding_is_accepted_until_a_day_on_record_and_then_returns() {
    let council = council("2026-10-05");
    ledger(&council, 90, 3);
    council.run_all().result().unwrap();
    let accept = |finding: &str, until: &str| {
        let asked = Accepting {
            finding: finding.to_owned(),
            until: until.parse().unwrap(),
            by: "head.of.data".to_owned(),
            why: "the supplier sends numbers in November".to_owned(),
        };
        quality::accept(&council.open(), &asked, &Alone)
    };
    let name = found(&council)[0].id.clone();
    for (finding, until) in [("00000000", "2026-11-01"), (name.as_str(), "2026-10-04"), (&name, "2028-01-01")]
    {
        assert_eq!(accept(finding, until).unwrap_err().code(), 2, "{finding} {until}");
    }
    accept(&name, "2026-11-01").unwrap();
    assert_eq!(look(&council, "data"), Vec::<String>::new());
    let state = "SELECT severity, rows, share_per_cent, accepted_until FROM sufficiency.findings \
                 WHERE source = 'share.rows'";
    assert_eq!(council.query(state), ["QUARANTINE|3|3.23|2026-11-01"]);
    let record = council.query("SELECT outcome FROM sufficiency.runs WHERE pipeline = 'share' ORDER BY run");
    assert!(record[1].contains(&format!("finding {name} is accepted until 2026-11-01")), "{record:?}");
    at(&council, "2026-11-01");
    assert_eq!(look(&council, "data"), Vec::<String>::new());
    at(&council, "2026-11-02");
    assert_eq!(look(&council, "data"), ["Data quality: 1 again"]);
}

#[test]
fn a_check_that_only_counts_publishes_and_one_that_is_not_there_is_a_fault() {
    let council = council("2026-10-05");
    ledger(&council, 20, 0);
    council.run_all().result().unwrap();
    assert_eq!(council.query("SELECT count(*) FROM review.spend"), ["10"]);
    let file = std::fs::read_to_string(council.path("pipelines/review/pipeline.toml")).unwrap();
    council
        .write("pipelines/review/pipeline.toml", file.replace("warn_checks = [\"suppliers_are_known\"]", ""));
    assert_eq!(council.failure().code(), 12);
    assert_eq!(topics(&council), ["STOP CHECK review"]);
    council.write("pipelines/review/pipeline.toml", file.replace("suppliers_are_known", "suppliers_known"));
    let faults = sufficiency::project::Project::load(&council.path("")).unwrap_err().to_string();
    assert!(faults.contains("no check `suppliers_known` in `pipelines/review/checks/`"), "{faults}");
    assert!(faults.contains("suppliers_are_known"), "{faults}");
}
