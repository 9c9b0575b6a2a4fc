//! A table that only other pipelines read: it is built and read, and analysts do not see it.

use sufficiency::job::{Alone, Options};
use sufficiency::run::{self, Selection};

use crate::council::Council;
use crate::refusals::{FILE, LEDGER};

const READS: &str = "finance.ledger_lines";

/// Makes a council of the payments, whose report reads them by way of an internal table.
fn council() -> Council {
    let council = Council::of("payments");
    let model = "pipelines/cost_review/models/ap_spend_by_month.sql";
    let sql = std::fs::read_to_string(council.path(model)).unwrap();
    assert_eq!(sql.matches(READS).count(), 1);
    council
        .write(model, sql.replace(READS, "activity.ap_lines"))
        .write("pipelines/activity/pipeline.toml", "description = \"Lines\"\nowner = \"data\"\n")
        .write(
            "pipelines/activity/models/ap_lines.sql",
            format!("SELECT paid_on, account_code, amount FROM {READS}\n"),
        )
        .write("pipelines/activity/models/ap_lines.toml", "internal = true\n")
        .write(
            "settings.toml",
            "fixed_clock = \"2024-04-10T06:00\"\n\
             [connections.finance_share]\nfolder = { path = \"extracts\" }\n\
             [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
             folder = { path = \"./mail\" }\nallow_domains = [\"council.example\"]\n",
        )
        .write(FILE, LEDGER);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    council
}

#[test]
fn an_internal_table_is_read_and_not_listed() {
    let council = council();
    let context = council.open();
    let listed: Vec<String> = run::tables(&context).unwrap().into_iter().map(|line| line.name).collect();
    assert_eq!(listed, ["cost_review.ap_spend_by_month", READS]);
    let internal = run::describe(&context, "activity.ap_lines").unwrap_err();
    assert_eq!(
        internal.to_string(),
        "`activity.ap_lines`: it is internal: other models read it, and it is not published\n\
         note: the pipeline `activity` builds it\n\
         help: look at it with `sufficiency query \"SELECT * FROM activity.ap_lines LIMIT 20\"`"
    );
    assert!(!council.path("store/tables/activity").exists());
    let dictionary = run::dictionary(context.project()).unwrap().page();
    assert!(!dictionary.contains("activity"), "{dictionary}");
    assert_eq!(council.query("SELECT count(*) FROM activity.ap_lines"), ["3"], "a query may read it");
    let editions = council.open().store().objects().list("editions").unwrap();
    let text = editions.iter().find(|name| name.ends_with("/email.txt")).unwrap();
    let text = std::fs::read_to_string(council.path("store").join(text)).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("Ledger lines: complete"),
        "the quality of what is behind the internal table: {text}"
    );
}

#[test]
fn a_report_shows_no_internal_model() {
    let council = council();
    let settings = "pipelines/cost_review/models/ap_spend_by_month.toml";
    let public = std::fs::read_to_string(council.path(settings)).unwrap();
    council.write(settings, format!("internal = true\n{public}"));
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = run::check(&project).to_string();
    assert!(
        faults.contains("`ap_spend_by_month` is internal, and a report shows published models"),
        "{faults}"
    );
    assert!(faults.contains("take `internal = true` out of `models/ap_spend_by_month.toml`"), "{faults}");
}

#[test]
fn a_report_that_is_run_alone_is_built_on_what_came_in_last() {
    let council = council();
    council.write(FILE, LEDGER.replace("99.99", "199.99").replace("1,579.49", "1,679.49"));
    let context = council.open();
    for name in ["finance", "cost_review"] {
        let selection = Selection::Named(vec![name.to_owned()]);
        let outcome = run::run(&context, &selection, &Options::default(), &Alone, &mut |_| {});
        outcome.unwrap().result().unwrap_or_else(|failure| panic!("{failure}"));
    }
    assert_eq!(council.query("SELECT sum(amount) FROM activity.ap_lines"), ["1679.49"]);
}
