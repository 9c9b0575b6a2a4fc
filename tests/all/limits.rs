//! F49: a join that cannot be stopped from within ends the command all the same.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::council::Council;

#[test]
fn f49_p5_a_join_without_end_ends_the_command_at_its_limit() {
    let council = Council::of("valid/orderly");
    council.write("extracts/lines_2026.csv", "line,supplier,paid_on,amount\n1,A,2026-04-01,10.00\n");
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let settings = "[connections.share]\nfolder = { path = \"./extracts\" }\n\n[limits]\nquery_seconds = 1\n";
    council.write("settings.toml", settings);
    // Two million times two million rows that all meet.
    let sql = "SELECT count(*) FROM generate_series(1, 2000000) AS a (x) \
               JOIN generate_series(1, 2000000) AS b (y) ON a.x % 2 = b.y % 2";
    let began = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .args(["query", sql])
        .output()
        .unwrap();
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(50), "{said}");
    assert_eq!(said.lines().next(), Some("error: `query` takes longer than the limit of 1 s"));
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(council.query("SELECT count(*) FROM spend.lines"), ["1"]);
}
