//! S7: many programs that look at the schedules at the same moment, as cron and a timer on several hosts do.

use std::process::Stdio;

use super::{command, council, run, settings_at};

/// Programs at once; `SUFFICIENCY_SOAK` makes it a hundred and more.
const PROGRAMS: usize = 6;

#[test]
#[expect(clippy::disallowed_methods, reason = "the soak says how many")]
fn s7_f79_programs_that_look_at_once_make_one_run() {
    let soak: usize = std::env::var("SUFFICIENCY_SOAK").map_or(1, |times| times.parse().unwrap());
    let council = council();
    council.write(
        "pipelines/finance/pipeline.toml",
        "description = \"Payments\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * *\" }\n",
    );
    let at = |clock: &str| council.write("settings.toml", settings_at(clock));
    at("2026-10-05T00:00");
    assert!(run(&council, &["tick"]).status.success());
    at("2026-10-05T05:01");
    let programs: Vec<_> = (0..PROGRAMS * soak)
        .map(|_| command(&council, &["tick"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    let mut started = 0;
    for program in programs {
        let ended = program.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "who comes second has done nothing wrong: {printed}");
        started += printed.matches("Europe.London` starts").count();
    }
    assert_eq!(started, 1);
    assert_eq!(council.query("SELECT count(*) FROM sufficiency.runs WHERE pipeline = 'finance'"), ["1"]);
}
