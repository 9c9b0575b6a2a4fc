//! A report that one schedule makes and no other, and a measure that comes to mean something else.

use sufficiency::job::{Alone, Options};
use sufficiency::run::{self, Selection};

use crate::council::Council;
use crate::refusals::{FILE, LEDGER};

const PIPELINE: &str = "pipelines/cost_review/pipeline.toml";
const MODEL: &str = "pipelines/cost_review/models/ap_spend_by_month";

/// Writes the settings of a council on a day.
fn on(council: &Council, day: &str) {
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"{day}T06:00\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n\
             [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
             folder = {{ path = \"./mail\" }}\nallow_domains = [\"council.example\"]\n"
        ),
    );
}

/// Returns a council that has read its ledger on no day yet.
fn council() -> Council {
    let council = Council::of("payments");
    council.write(FILE, LEDGER);
    on(&council, "2024-04-15");
    council
}

/// Adds a report for the council's readers that a schedule of October makes.
fn with_forum(council: &Council, named: &str) {
    for kind in ["sql", "toml"] {
        let text = std::fs::read_to_string(council.path(&format!("{MODEL}.{kind}"))).unwrap();
        let text = text.replace("audience = \"commissioning\"", "audience = \"council\"");
        council.write(&format!("pipelines/cost_review/models/ap_spend_for_council.{kind}"), text);
    }
    let report = std::fs::read_to_string(council.path("report-templates/cost_review/report.toml")).unwrap();
    let report = report
        .replace("audience = \"commissioning\"", "audience = \"council\"")
        .replace("recipients = [\"commissioners\"]", "recipients = [\"forum\"]")
        .replace("model = \"ap_spend_by_month\"", "model = \"ap_spend_for_council\"\nrunning = \"shown\"");
    let narrative =
        std::fs::read_to_string(council.path("report-templates/cost_review/report.md.hbs")).unwrap();
    council.write("report-templates/forum/report.toml", report);
    council.write("report-templates/forum/report.md.hbs", narrative);
    let readers = std::fs::read_to_string(council.path("recipients.toml")).unwrap();
    let readers = readers + "\n[roles.forum]\nto = [\"forum@council.example\"]\naudience = \"council\"\n";
    council.write("recipients.toml", readers);
    council.write(
        PIPELINE,
        format!(
            "description = \"Alternative provision spend by month\"\nowner = \"data\"\n\
             reports = [\"cost_review\", \"forum\"]\n\
             schedule = [\n\
             {{ rule = \"working day 8 after month end at 07:00\", period = \"running\" }},\n\
             {{ rule = \"first monday of october at 07:00\", period = \"running to august\", reports = [\"{named}\"] }},\n\
             ]\n"
        ),
    );
}

/// Returns the names of the editions of a report, by period.
fn editions(council: &Council, report: &str) -> Vec<String> {
    let mut found = Vec::new();
    let folder = council.path(&format!("store/editions/{report}"));
    for period in std::fs::read_dir(folder).into_iter().flatten() {
        for edition in std::fs::read_dir(period.unwrap().path()).unwrap() {
            found.push(edition.unwrap().file_name().into_string().unwrap());
        }
    }
    found.sort();
    found
}

#[test]
fn a_report_that_a_schedule_names_is_made_by_that_schedule_for_its_readers_and_its_period() {
    let council = council();
    with_forum(&council, "forum");
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(editions(&council, "cost_review"), ["cost_review-fy2023-24-r1"]);
    assert_eq!(editions(&council, "forum"), Vec::<String>::new());

    let plan = run::plan(&council.open(), &Selection::All, &Options::default()).unwrap();
    let lines = plan.lines().join("\n");
    for line in [
        "report  forum for fy2023-24-to-2023-08 (editions: none yet)",
        "          to forum@council.example",
        "when    working day 8 after month end at 07:00: cost_review for fy2023-24-to-2024-03",
        "when    first monday of october at 07:00: forum for fy2023-24-to-2023-08",
    ] {
        assert!(lines.contains(line), "`{line}` in\n{lines}");
    }

    let options = Options {
        send: true,
        reports: vec!["forum".to_owned()],
        trigger: "a test".to_owned(),
        ..Options::default()
    };
    let made = run::run(&council.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap();
    made.result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(editions(&council, "forum"), ["forum-fy2023-24-to-2023-08-r1"]);
    let emails = council.emails();
    let to_forum = emails.iter().filter(|email| email.to_string_lossy().contains("forum")).count();
    assert_eq!((emails.len(), to_forum), (2, 1), "{emails:?}");
}

#[test]
fn a_schedule_names_reports_of_its_pipeline_only() {
    let council = council();
    with_forum(&council, "fourm");
    let faults = sufficiency::project::Project::load(council.path("").as_path()).unwrap_err().to_string();
    assert!(faults.contains("no report `fourm` in `reports`"), "{faults}");
    assert!(faults.contains("did you mean `forum`?"), "{faults}");
}

#[test]
fn a_measure_that_is_newly_defined_is_said_once_to_those_who_had_the_old_one() {
    let council = council();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let file = format!("{MODEL}.toml");
    let text = std::fs::read_to_string(council.path(&file)).unwrap();
    let newly = text.replace("credits are taken off", "credits are shown apart");
    assert_ne!(newly, text);
    let newly = newly.replacen("grain = ", "definition_since = 2024-05-02\ngrain = ", 1);
    council.write(&file, &newly);
    let letter = |issue: &str| {
        let folder = "store/editions/cost_review/fy2023-24";
        let name = format!("{folder}/cost_review-fy2023-24-{issue}/email.txt");
        std::fs::read_to_string(council.path(&name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let said = "earlier years recomputed: Spend on alternative provision by month";
    let says = |issue: &str| letter(issue).split_whitespace().collect::<Vec<_>>().join(" ").contains(said);
    assert!(!says("r1"), "who had no edition has nothing to compare with");
    on(&council, "2024-05-20");
    council.run_all();
    assert!(says("r2"), "{}", letter("r2"));
    let say = |words: &str, day: &str| {
        council.write("commentary/cost_review/fy2023-24/spend.md", words);
        on(&council, day);
        council.run_all();
    };
    say("Nothing to add.\n", "2024-05-21");
    assert!(says("r2.2"), "nobody has read the one whose place it takes");
    let decision = sufficiency::post::Decision { by: "head.of.service", reason: "Credits are shown apart." };
    sufficiency::post::correct(&council.open(), "cost_review", None, decision).unwrap();
    say("One more word.\n", "2024-05-22");
    assert!(!says("r3"), "it is said once");
}
