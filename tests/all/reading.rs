//! Commands that read a store leave it as it is, to the times of its folders: whoever may only read it may use them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::council::Council;
use crate::exits::run;

const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
INSERTED DETAIL,700001,Provider One,not an amount,R5037,AP,12/04/2023,1002,Education,AP
";

const SETTINGS: &str = "\
fixed_clock = \"2024-04-15T06:00\"
[connections.finance_share]
folder = { path = \"extracts\" }
[mail]
from = \"AP commissioning <ap.reports@council.example>\"
folder = { path = \"./mail\" }
allow_domains = [\"council.example\"]
";

/// Returns when each file and folder below a folder was last changed.
fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut times = BTreeMap::from([(folder.to_owned(), folder.metadata().unwrap().modified().unwrap())]);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            times.extend(self::times(&path));
        } else {
            times.insert(path.clone(), path.metadata().unwrap().modified().unwrap());
        }
    }
    times
}

#[test]
fn whatever_reads_the_store_leaves_no_trace_in_it() {
    let council = Council::of("payments");
    council.write("extracts/wolver_apr_2023.csv", LEDGER).write("settings.toml", SETTINGS);
    let contract = council.path("pipelines/finance/sources/ledger_lines.toml");
    let text = std::fs::read_to_string(&contract).unwrap();
    std::fs::write(&contract, text.replace("quarantine_limit = \"0%\"", "quarantine_limit = \"90%\""))
        .unwrap();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let before = times(&council.path("store"));
    let site = council.path("site").display().to_string();
    let commands: &[&[&str]] = &[
        &["plan"],
        &["try"],
        &["check"],
        &["report", "list"],
        &["report", "preview", "cost_review"],
        &["report", "status", "cost_review"],
        &["report", "explain-suppression", "cost_review"],
        &["quality"],
        &["quarantine", "list"],
        &["quarantine", "show", "finance.ledger_lines"],
        &["query", "SELECT count(*) FROM finance.ledger_lines"],
        &["query", "SELECT count(*) FROM sufficiency.findings"],
        &["query", "SELECT count(*) FROM sufficiency.deliveries"],
        &["query", "SELECT count(*) FROM sufficiency.series_units"],
        &["query", "SELECT count(*) FROM sufficiency.runs"],
        &["tables"],
        &["tables", "--dictionary"],
        &["describe", "finance.ledger_lines"],
        &["lineage"],
        &["history"],
        &["show", "1"],
        &["verify"],
        &["site", "build", "--out", &site],
        &["schedule", "list"],
    ];
    for command in commands {
        let output = run(&council, command);
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command:?}: {printed}");
        let after = times(&council.path("store"));
        let touched: Vec<&PathBuf> = after
            .iter()
            .filter(|(path, time)| before.get(*path) != Some(time))
            .map(|(path, _)| path)
            .collect();
        assert!(touched.is_empty() && after.len() == before.len(), "{command:?} writes: {touched:?}");
    }
}
