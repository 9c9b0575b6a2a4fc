//! F18: a run that is frozen past its time, as a paused virtual machine is, and wakes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::program::{Order, tick};
use super::{council, signal};

/// A frozen program, which does not outlive a test that fails: what is stopped ends by nothing else.
struct Frozen(Child);

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn f18_s4_a_run_that_was_frozen_past_its_time_and_wakes_commits_and_mails_nothing() {
    let council = council();
    for pipeline in ["finance", "cost_review"] {
        let file = format!("pipelines/{pipeline}/pipeline.toml");
        let text = std::fs::read_to_string(council.path(&file)).unwrap();
        let schedule = "schedule = { cron = \"0 5 * * *\" }\n";
        council.write(&file, text.replace("owner = ", &format!("{schedule}owner = ")));
    }
    // A first look: a schedule never starts for a time before it was there.
    let first =
        tick(&council.path(""), "2026-10-05T00:00:00Z".parse().unwrap(), &|words| eprintln!("{words}"));
    assert_eq!(first, [0; 0]);
    // The first pipeline reads nothing that this test freezes in: it has no model.
    let finance = sufficiency::job::Options { trigger: "a test".to_owned(), ..Default::default() };
    sufficiency::run::run_one(&council.open(), "finance", &finance, &sufficiency::job::Alone, &mut |_| ())
        .unwrap()
        .result()
        .unwrap();
    let order = Order { folder: council.path(""), now: "2026-10-05T04:00:30Z".parse().unwrap() };
    let mut frozen = Frozen(order.command().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut output = BufReader::new(frozen.0.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "begun" {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it began");
    }
    signal(&frozen.0, "STOP");
    let stopped = Instant::now();
    let next = order.command().output().unwrap();
    let next = String::from_utf8_lossy(&next.stdout).into_owned();
    assert!(next.contains("the lease of `cost_review` is taken from "), "{next}");
    assert!(next.contains("starts again: attempt 2") && next.contains("exits []"), "{next}");
    assert!(stopped.elapsed() < Duration::from_mins(1), "{:?}", stopped.elapsed());
    let published = council.open().store().head().unwrap();
    assert_eq!(council.emails().len(), 1);
    signal(&frozen.0, "CONT");
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    frozen.0.wait().unwrap();
    assert!(rest.contains("lost its lease") && rest.contains("exits [22]"), "{rest}");
    assert_eq!(council.open().store().head().unwrap(), published, "it committed nothing");
    assert_eq!(council.emails().len(), 1, "and mailed nothing");
}
