//! What a monitor, a CI server and an analyst see of the program from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{CLOCK, command, council, run, settings_at, signal};
use crate::council::Council;

/// Sets the clock, and with it what else the settings say.
fn at(council: &Council, clock: &str, more: &str) {
    council.write("settings.toml", format!("{more}{}", settings_at(clock)));
}

/// Runs a Python program; `None`, said loudly, where its module is not installed.
fn python(program: &str, argument: &std::path::Path) -> Option<String> {
    let output = Command::new("python3").args(["-c", program]).arg(argument).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    if printed.contains("ModuleNotFoundError") {
        let ci = std::env::var_os("CI").is_some();
        assert!(!ci, "{printed}");
        eprintln!("NOT RUN: {printed}");
        return None;
    }
    assert!(output.status.success(), "{printed}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_figures_after_a_run_are_read_by_the_monitors_own_reader() {
    let council = council();
    at(&council, CLOCK, "metrics_file = \"sufficiency.prom\"\n");
    assert!(run(&council, &["run", "--all", "--send"]).status.success());
    let page = std::fs::read_to_string(council.path("sufficiency.prom")).unwrap();
    for line in [
        "sufficiency_last_run_exit_code{pipeline=\"finance\"} 0",
        "sufficiency_last_run_rows_read{pipeline=\"finance\"} 1",
        "sufficiency_last_run_rows_set_aside{pipeline=\"finance\"} 0",
        "sufficiency_deliveries{state=\"accepted\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}: {page}");
    }
    let program = "import sys\nfrom prometheus_client.parser import text_string_to_metric_families as read\n\
                   for family in read(open(sys.argv[1]).read()):\n\
                   \x20   for sample in family.samples: print(family.type, sample.name, sample.value >= 0)";
    if let Some(read) = python(program, &council.path("sufficiency.prom")) {
        assert!(read.lines().count() >= 12, "{read}");
        assert!(
            read.lines().all(|line| line.starts_with("gauge sufficiency_") && line.ends_with("True")),
            "{read}"
        );
    }
    council.remove("extracts/wolver_apr_2023.csv");
    assert_eq!(run(&council, &["run", "finance"]).status.code(), Some(10));
    let page = std::fs::read_to_string(council.path("sufficiency.prom")).unwrap();
    assert!(page.contains("sufficiency_last_run_exit_code{pipeline=\"finance\"} 10\n"), "{page}");
    assert!(page.contains("sufficiency_last_success_timestamp_seconds{pipeline=\"finance\"} "), "{page}");
}

#[test]
fn runs_and_deliveries_are_tables() {
    let council = council();
    assert!(run(&council, &["run", "--all", "--send"]).status.success());
    assert_eq!(
        council.query(
            "SELECT run, pipeline, trigger, exit_code, rows_read, editions, finished >= started AS forward \
             FROM sufficiency.runs ORDER BY run"
        ),
        ["000001|finance|by hand|0|1|0|true", "000002|cost_review|by hand|0|0|1|true"]
    );
    assert_eq!(
        council.query("SELECT report, edition, recipient, state FROM sufficiency.deliveries"),
        ["cost_review|cost_review-fy2025-26-r1|ap.commissioner@council.example|accepted"]
    );
    // Beside the published tables, in one query.
    let counted =
        council.query("SELECT count(*) FROM sufficiency.runs AS run CROSS JOIN finance.ledger_lines AS line");
    assert_eq!(counted, ["2"]);
    council.write("pipelines/sufficiency/pipeline.toml", "description = \"d\"\nowner = \"data\"\n");
    let refused = run(&council, &["check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("a pipeline cannot be called `sufficiency`"));
}

#[test]
fn checks_tests_and_data_checks_are_written_for_ci() {
    let council = council();
    let counts = "import sys, xml.etree.ElementTree as tree\nroot = tree.parse(sys.argv[1]).getroot()\n\
                  cases = root.findall('.//testcase')\n\
                  print(len(cases), len(root.findall('.//failure')), sorted({case.get('classname') for case in cases}))";
    council.write(
        "pipelines/cost_review/checks/no_line_is_large.sql",
        "SELECT * FROM finance.ledger_lines WHERE amount > 1000\n",
    );
    let file = council.path("checks.xml");
    let ran = command(&council, &["run", "--all", "--junit"]).arg(&file).output().unwrap();
    assert_eq!(ran.status.code(), Some(12), "{}", String::from_utf8_lossy(&ran.stderr));
    let found = python(counts, &file).unwrap();
    assert!(found.ends_with("1 ['cost_review']\n"), "{found}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("1 row is wrong"));
    let checked = command(&council, &["check", "--junit"]).arg(&file).output().unwrap();
    assert!(checked.status.success());
    assert_eq!(python(counts, &file).unwrap(), "1 0 ['project']\n");
    council.write("pipelines/finance/pipeline.toml", "description = 5\nowner = \"data\"\n");
    let checked = command(&council, &["check", "--junit"]).arg(&file).output().unwrap();
    assert_eq!(checked.status.code(), Some(2));
    let found = python(counts, &file).unwrap();
    assert!(!found.starts_with("0 ") && found.contains("['project']"), "{found}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("pipelines/finance/pipeline.toml:1:15"));
}

#[test]
fn a_log_for_programs_is_one_object_a_line_and_one_for_people_has_no_colour_in_a_file() {
    let council = council();
    let ran = run(&council, &["run", "--all", "--log-format", "json"]);
    assert!(ran.status.success());
    let lines: Vec<Value> = String::from_utf8(ran.stderr)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events.first(), Some(&"reading"));
    assert_eq!(events.iter().filter(|event| **event == "finished").count(), 2, "{events:?}");
    for line in &lines {
        assert!(line["time"].is_string() && line["level"] == "info", "{line}");
        // A value of the ledger: the amount, the supplier.
        let text = line.to_string();
        assert!(
            !text.contains("1,500") && !text.contains("1500") && !text.contains("Provider One"),
            "{text}"
        );
    }
    let council = super::council();
    let ran = run(&council, &["run", "--all"]);
    let printed = String::from_utf8(ran.stderr).unwrap();
    assert!(printed.contains("  reading   finance.ledger_lines: 1 file or query\n"), "{printed}");
    assert!(!printed.contains('\u{1b}') && !printed.contains('\r'), "{printed:?}");
}

#[test]
fn on_a_terminal_there_is_a_bar_with_rate_and_time_left() {
    let council = super::endless();
    let line = format!(
        "timeout -s KILL 4 {} --project {} run endless",
        env!("CARGO_BIN_EXE_sufficiency"),
        council.path("").display()
    );
    let seen = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("NO_COLOR", "1")
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&seen.stdout);
    assert!(
        shown.contains("endless") && shown.contains("0/1 tables") && shown.contains(" left"),
        "{shown:?}"
    );
    assert!(shown.contains("/s"), "{shown:?}");
    // Colours are `ESC [ 3…m` and `ESC [ 9…m`; moving about is something else.
    assert!(!shown.contains("\u{1b}[3") && !shown.contains("\u{1b}[9"), "{shown:?}");
}

#[test]
fn a_monitor_hears_that_a_run_starts_and_how_it_ends() {
    let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
    let address = server.server_addr();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let list = Arc::clone(&heard);
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            list.lock().unwrap().push(format!("{} {}", request.method(), request.url()));
            request.respond(tiny_http::Response::from_string("OK")).unwrap();
        }
    });
    let council = council();
    let schedule = |address: &str| {
        format!(
            "description = \"Payments\"\nowner = \"data\"\n\
             schedule = {{ cron = \"0 5 * * *\", heartbeat = \"{address}\" }}\n"
        )
    };
    council.write("pipelines/finance/pipeline.toml", schedule(&format!("http://{address}/ping/finance")));
    at(&council, "2026-10-05T00:00", "");
    assert!(run(&council, &["tick"]).status.success(), "a first look starts nothing");
    at(&council, "2026-10-05T05:01", "");
    assert!(run(&council, &["tick"]).status.success());
    assert!(run(&council, &["tick"]).status.success(), "done is done");
    assert_eq!(*heard.lock().unwrap(), ["GET /ping/finance/start", "GET /ping/finance"]);
    council.remove("extracts/wolver_apr_2023.csv");
    at(&council, "2026-10-06T05:01", "");
    assert_eq!(run(&council, &["tick"]).status.code(), Some(10));
    assert_eq!(heard.lock().unwrap()[2..], ["GET /ping/finance/start", "GET /ping/finance/fail"]);
    // Nobody listens there: the run is what it is, and the log says that nobody was notified, and not the secret.
    council.write("pipelines/finance/pipeline.toml", schedule("http://127.0.0.1:9/ping/s3cret"));
    at(&council, "2026-10-07T04:00", "");
    assert!(run(&council, &["tick"]).status.success());
    super::write_ledger(&council);
    at(&council, "2026-10-07T05:01", "");
    let ran = run(&council, &["tick", "--log-format", "json"]);
    let printed = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{printed}");
    assert!(printed.contains("\"event\":\"monitor_unreached\"") && !printed.contains("s3cret"), "{printed}");
}

/// Asks an HTTP server for one page.
fn get(address: &str, page: &str) -> (u16, String) {
    let mut line = TcpStream::connect(address).unwrap();
    write!(line, "GET {page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn the_daemon_answers_monitors_keeps_the_last_good_project_and_drains() {
    let council = council();
    council.write(
        "pipelines/finance/pipeline.toml",
        "description = \"Payments\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * *\" }\n",
    );
    let mut daemon = command(&council, &["serve", "--log-format", "json", "--metrics-listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(daemon.stderr.take().unwrap());
    let mut next = |event: &str| -> Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before `{event}`");
            let value: Value = serde_json::from_str(&line).unwrap();
            if value["event"] == event {
                return value;
            }
        }
    };
    let listening = next("listening");
    let address = listening["message"].as_str().unwrap().rsplit_once("http://").unwrap().1.to_owned();
    let (status, page) = get(&address, "/metrics");
    assert!(
        status == 200 && page.contains("sufficiency_next_due_timestamp_seconds{pipeline=\"finance\"} "),
        "{page}"
    );
    let (status, health) = get(&address, "/healthz");
    assert!(status == 200 && health.contains("\"status\":\"ok\""), "{health}");
    assert_eq!(get(&address, "/").0, 404);
    council.write("sufficiency.toml", "[council]\nname = 5\n");
    let broken = next("project_broken");
    assert!(broken["message"].as_str().unwrap().contains("sufficiency.toml:2:8"), "{broken}");
    let (status, health) = get(&address, "/healthz");
    assert!(status == 200 && health.contains("\"project_broken\":true"), "{health}");
    assert!(
        get(&address, "/metrics").1.contains("next_due_timestamp_seconds{pipeline=\"finance\"} "),
        "the one before goes on"
    );
    let asked = Instant::now();
    signal(&daemon, "TERM");
    assert_eq!(daemon.wait().unwrap().code(), Some(143));
    assert!(asked.elapsed() < Duration::from_secs(5));
}
