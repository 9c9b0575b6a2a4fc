//! `init`, and the tables that the repository's own pipelines make of a council's extracts.

use sha2::Digest;
use sufficiency::demo;
use sufficiency::job::{Alone, Context, Options};
use sufficiency::project::{
    BeginWith, ChangeKind, NewProject, Project, StartError, compare, start, write_own,
};
use sufficiency::run;
use sufficiency::run::Selection;

fn ours() -> NewProject {
    NewProject {
        council: "Another City Council".to_owned(),
        la_code: "999".to_owned(),
        domain: "another.example".to_owned(),
        begin_with: BeginWith::All,
    }
}

#[test]
fn a_project_begun_by_init_has_no_fault_and_says_which_connections_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    let started = start(&root, &ours()).unwrap();
    for source in ["finance/sources/ledger_lines", "commissioning/sources/contracts"] {
        assert!(started.verified.contains_key(&format!("pipelines/{source}.toml")), "{started:?}");
    }
    assert!(!started.unverified.is_empty());
    for source in &started.unverified {
        let text = std::fs::read_to_string(root.join(source)).unwrap();
        assert!(text.starts_with("# unverified: "), "{source} says what it was tried on");
    }
    let (project, warnings) = Project::load(&root).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(warnings.iter().count(), 0, "{warnings}");
    let faults = run::check(&project);
    assert!(!faults.has_errors(), "{faults}");
    assert_eq!(
        (project.council.council.name.as_str(), project.council.council.la_code.as_str()),
        ("Another City Council", "999")
    );
    let unreached = run::unreached(&project);
    assert_eq!(unreached.len(), project.settings.connections.len());
    assert!(
        unreached
            .iter()
            .any(|line| line.to_string().contains("`finance_share`: there is no `./extracts/finance`")),
        "{unreached:?}"
    );
    for file in ["sufficiency.toml", "settings.toml", "recipients.toml"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(!text.contains("demo-city") && !text.contains("Demo City"), "{file} is the council's own");
    }
    assert!(
        matches!(start(&root, &ours()), Err(StartError::Occupied(_))),
        "a folder with something in it is left alone"
    );
}

#[test]
fn what_a_newer_version_would_change_is_shown_by_file_and_line_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(compare(folder.path()), Err(StartError::NoOrigin(_))));
    start(folder.path(), &ours()).unwrap();
    assert!(compare(folder.path()).unwrap().is_empty());
    // The project's own changes are no news.
    let path = |name: &str| folder.path().join(name);
    let (own, both) = ("pipelines/finance/pipeline.toml", "pipelines/finance/sources/budgets.toml");
    let edit = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
    edit(own, "description = \"Ours\"\nowner = \"data\"\n");
    std::fs::remove_file(path("pipelines/finance/sources/invoice_lines.toml")).unwrap();
    assert!(compare(folder.path()).unwrap().is_empty());
    // As if the project had been begun by a version whose files were others.
    let origin = path(".sufficiency/origin.json");
    let mut record: serde_json::Value = serde_json::from_slice(&std::fs::read(&origin).unwrap()).unwrap();
    let files = record["files"].as_object_mut().unwrap();
    edit(both, "connection = \"ours\"\n");
    files.insert(both.to_owned(), "0".repeat(64).into());
    let ledger = "pipelines/finance/sources/ledger_lines.toml";
    let older = std::fs::read_to_string(path(ledger)).unwrap().replace("\"1%\"", "\"3%\"");
    edit(ledger, &older);
    let digest = sha2::Sha256::digest(older.as_bytes());
    let hash = sufficiency::text::hex(&digest);
    files.insert(ledger.to_owned(), hash.into());
    files.remove("pipelines/reference/seeds/rate_units.csv");
    std::fs::remove_file(path("pipelines/reference/seeds/rate_units.csv")).unwrap();
    files.insert("pipelines/finance/sources/dropped.toml".to_owned(), "1".repeat(64).into());
    std::fs::write(&origin, serde_json::to_vec(&record).unwrap()).unwrap();
    let changes = compare(folder.path()).unwrap();
    let shown: Vec<(&str, ChangeKind)> =
        changes.iter().map(|change| (change.file.as_str(), change.kind)).collect();
    assert_eq!(
        shown,
        [
            (both, ChangeKind::Both),
            (ledger, ChangeKind::Newer),
            ("pipelines/reference/seeds/rate_units.csv", ChangeKind::New),
        ],
        "a file that is gone here and there is no news"
    );
    assert!(
        changes[1].lines.contains("-quarantine_limit = \"3%\"\n+quarantine_limit = \"1%\"\n"),
        "{}",
        changes[1].lines
    );
    assert!(std::fs::read_to_string(path(ledger)).unwrap().contains("3%"), "nothing is changed");
}

/// Returns the first cell of the answer to a query.
fn answer(context: &Context, sql: &str) -> String {
    crate::council::lines(&run::query(context, sql).unwrap_or_else(|failure| panic!("{failure}"))).remove(0)
}

#[test]
fn the_canonical_tables_of_finance_and_commissioning_come_whole_out_of_a_small_councils_extracts() {
    let folder = tempfile::tempdir().unwrap();
    demo::write(folder.path(), &demo::Options { pupils: 600, years: 1, seed: 4 }).unwrap();
    write_own(folder.path()).unwrap();
    let (project, _) = Project::load(folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let context = Context::open(project).unwrap();
    let names = ["reference", "pupils", "finance", "commissioning"].map(str::to_owned).to_vec();
    let options = Options { trigger: "a test".to_owned(), ..Options::default() };
    let outcome = run::run(&context, &Selection::Named(names), &options, &Alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    for (pipeline, source) in [
        ("finance", "purchase_orders"),
        ("commissioning", "contracts"),
        ("commissioning", "rate_cards"),
        ("commissioning", "provider_checks"),
        ("pupils", "pupil_aliases"),
    ] {
        let landings = context.store().landings(pipeline, source, None).unwrap();
        let rows: u64 = landings.iter().map(|landing| landing.counts.published).sum();
        assert!(rows > 5, "{pipeline}.{source} has {rows} rows");
        for landing in &landings {
            assert_eq!(landing.counts.quarantined, 0, "{pipeline}.{source}: {:?}", landing.findings);
            let strange = landing.findings.warnings.keys().filter(|rule| *rule != "upn_temporary").count();
            assert_eq!(strange, 0, "{pipeline}.{source}: {:?}", landing.findings);
        }
    }
    let unknown = "SELECT count(*) FROM finance.invoice_lines AS i \
                   WHERE i.po_no IS NOT NULL AND i.po_no NOT IN (SELECT po_no FROM finance.purchase_orders)";
    assert_eq!(answer(&context, unknown), "0", "an invoice names an order that there is none of");
    let priced = "SELECT count(*) FROM commissioning.commissioned_places AS p \
                  WHERE p.provider_id NOT IN (SELECT provider_id FROM commissioning.rate_cards)";
    assert_eq!(answer(&context, priced), "0", "a place is commissioned at no price");
    let temporary =
        "SELECT count(*) FROM pupils.pupil_aliases AS a JOIN pupils.pupils AS p USING (pupil_key)";
    assert_ne!(answer(&context, temporary), "0", "an alias leads to a pupil");
}
