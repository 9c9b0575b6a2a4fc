//! F03 and F17: a run that is asked to stop, and a run that comes second.

use std::io::Read;
use std::time::{Duration, Instant};

use sufficiency::job::{Alone, Event, Options, Stop};
use sufficiency::run;
use sufficiency::run::Selection;

use super::{below, command, council, endless, run as program, signal, start};

#[test]
fn f03_a_signal_within_a_long_query_ends_the_run_in_time_with_nothing_left_behind() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    let ignored = u64::from_str_radix(ignored, 16).unwrap();
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 143)] {
        if name == "HUP" && ignored & 1 == 1 {
            eprintln!("NOT RUN: a terminal that is closed, because the tests run under `nohup`");
            continue;
        }
        let council = endless();
        let (mut child, mut printed) = start(command(&council, &["run", "endless"]), "endless.endless");
        // The query itself is under way.
        std::thread::sleep(Duration::from_millis(300));
        let asked = Instant::now();
        signal(&child, name);
        let ended = child.wait().unwrap();
        let took = asked.elapsed();
        assert_eq!(ended.code(), Some(code), "{name}");
        let mut said = String::new();
        printed.read_to_string(&mut said).unwrap();
        for line in ["error: stopped by a signal", "kept: ", "help: "] {
            assert!(said.contains(line), "{name}: no `{line}` in: {said}");
        }
        let shown = program(&council, &["show", "1"]);
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains(&format!("ended with code {code}: stopped by a signal")), "{name}: {shown}");
        assert!(took <= Duration::from_secs(5), "{name}: {took:?}");
        // What is staged has a number after the session; locks and the mark of a session have an ending.
        let mut staged = below(&council.path("store/.staging"));
        staged.retain(|name| !name.contains('.'));
        assert!(staged.is_empty(), "{staged:?}");
        let leases = below(&council.path("store/leases/endless"));
        assert!(leases.contains(&"0000000001.over".to_owned()), "the lease was given up: {leases:?}");
        let next = program(&council, &["run", "finance"]);
        assert!(next.status.success(), "{}", String::from_utf8_lossy(&next.stderr));
    }
}

#[test]
fn f03_a_signal_between_two_steps_ends_the_run_with_its_record_closed() {
    let council = council();
    let stop = Stop::default();
    let context = council.open().until(stop.clone());
    let mut begun = Vec::new();
    let outcome = run::run(&context, &Selection::All, &Options::default(), &Alone, &mut |event| {
        if let Event::Reading { source, .. } = event {
            begun.push(source.clone());
            stop.now(143);
        }
    });
    let failure = outcome.unwrap().result().unwrap_err();
    assert_eq!(failure.code(), 143, "{failure}");
    assert_eq!(begun, ["finance.ledger_lines"], "nothing begins after it");
    let records = sufficiency::ledger::history(context.store().objects().as_ref()).unwrap();
    let codes: Vec<u8> =
        records.iter().map(|record| record.finished.as_ref().unwrap().outcome.code).collect();
    assert_eq!(codes, [143]);
    assert!(context.store().head().unwrap().is_none(), "nothing was published");
    drop(context);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
}

#[test]
fn f17_of_two_processes_the_second_learns_within_a_second_who_is_at_work() {
    let council = endless();
    let (mut child, _printed) = start(command(&council, &["run", "endless"]), "endless.endless");
    let asked = Instant::now();
    let second = program(&council, &["run", "endless"]);
    let took = asked.elapsed();
    let printed = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(22), "{printed}");
    assert!(printed.contains(&format!("`endless` is held by process {} on ", child.id())), "{printed}");
    assert!(took <= Duration::from_secs(1), "{took:?}");
    let other = program(&council, &["run", "finance"]);
    assert!(other.status.success(), "another pipeline is nobody's business");
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut next, _printed) = start(command(&council, &["run", "endless"]), "endless.endless");
    next.kill().unwrap();
    next.wait().unwrap();
}

#[test]
fn a_signal_while_a_command_reads_is_said_in_the_usual_form() {
    let council = council();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let query = "SELECT count(*) FROM generate_series(1, 3000000) AS a CROSS JOIN generate_series(1, 3000000) AS b \
                 CROSS JOIN finance.ledger_lines WHERE (a.value * b.value) % 1000003 = 7";
    let mut command = command(&council, &["--json", "query", query]);
    let child =
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (value["error"]["kind"].as_str(), value["code"].as_i64()),
        (Some("stopped"), Some(143)),
        "{value:#}"
    );
}
