//! The loop of a report: edit, and look at a draft.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use calamine::{Reader, Xlsx};

use crate::council::Council;
use crate::refusals::council;

const TEMPLATE: &str = "report-templates/cost_review/report.md.hbs";
const FOLDER: &str = "drafts/cost_review/fy2023-24";

fn program(council: &Council, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    program.args(arguments).current_dir(council.path(""));
    program
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap()
}

/// Returns the names in a folder of the store.
fn names(council: &Council, folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(council.path(folder))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

#[test]
fn a_draft_is_marked_in_every_medium_and_recorded_nowhere() {
    let council = council();
    let text = std::fs::read_to_string(council.path(TEMPLATE)).unwrap();
    council.write(TEMPLATE, format!("Words of a draft.\n\n{text}"));
    let before = ["store/runs", "store/outbox", "store/editions/cost_review/fy2023-24", "store/commits"]
        .map(|folder| names(&council, folder));
    let done = program(&council, &["report", "draft", "cost_review"]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains(&format!("{FOLDER}/DRAFT-email.html")), "{}", said(&done));
    let read = |name: &str| std::fs::read(council.path(FOLDER).join(name)).unwrap();
    let page = String::from_utf8(read("DRAFT-email.html")).unwrap();
    assert!(
        page.contains("<title>DRAFT: Cost review") && page.contains("DRAFT, not for circulation"),
        "{page}"
    );
    assert!(page.contains("Words of a draft.") && !page.contains("cid:"), "its pictures are beside it");
    assert!(page.contains("charts/DRAFT-by_month.png"));
    let letter = String::from_utf8(read("DRAFT-email.txt")).unwrap();
    assert!(letter.starts_with("DRAFT, not for circulation"), "{letter}");
    let drawing = String::from_utf8(read("charts/DRAFT-by_month.svg")).unwrap();
    assert!(drawing.contains(">DRAFT</text>"), "{drawing}");
    assert!(council.path(FOLDER).join("tables/DRAFT-by_month.csv").exists());
    let book = read("DRAFT-cost-review-fy2023-24.xlsx");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let cover = book.worksheet_range("Cover").unwrap();
    assert!(cover.get_value((0, 0)).unwrap().to_string().starts_with("DRAFT: "));
    let after = ["store/runs", "store/outbox", "store/editions/cost_review/fy2023-24", "store/commits"]
        .map(|folder| names(&council, folder));
    assert_eq!(before, after);
    // As JSON, one document with its paths; what is wrong is one too.
    let json = program(&council, &["report", "draft", "cost_review", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json["files"][0].as_str().unwrap().ends_with("DRAFT-email.html"), "{json:#}");
    council.write(TEMPLATE, "{{chart \"by_moth\"}}\n");
    let wrong = program(&council, &["report", "draft", "cost_review", "--json"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let wrong: serde_json::Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert!(wrong["faults"].to_string().contains("by_moth"), "{wrong:#}");
}

#[test]
fn a_draft_shows_the_models_as_they_are_now_and_says_what_would_hold_an_edition() {
    let council = council();
    let model = "pipelines/cost_review/models/ap_spend_by_month.sql";
    let sql = std::fs::read_to_string(council.path(model)).unwrap();
    assert!(sql.contains("sum(amount)"), "{sql}");
    council.write(model, sql.replace("sum(amount)", "2 * sum(amount)"));
    let done = program(&council, &["report", "draft", "cost_review"]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let published = council.query("SELECT spend FROM cost_review.ap_spend_by_month WHERE month = 'all'");
    let drafted = std::fs::read_to_string(council.path(FOLDER).join("tables/DRAFT-by_month.csv")).unwrap();
    assert!(!drafted.contains(&published[0]), "the draft is of the changed model: {drafted}");
    council.write(
        "settings.toml",
        std::fs::read_to_string(council.path("settings.toml")).unwrap().replace("2024-04", "2027-06"),
    );
    let report = "report-templates/cost_review/report.toml";
    let text = std::fs::read_to_string(council.path(report)).unwrap();
    council.write(report, format!("{text}\n[gates.inputs]\n\"finance.ledger_lines\" = \"30 days\"\n"));
    let period = ["report", "draft", "cost_review", "--period", "fy2023-24"];
    let late = program(&council, &period).output().unwrap();
    assert!(late.status.success(), "{}", said(&late));
    assert!(said(&late).contains("An edition would be held: "), "{}", said(&late));
}

/// The lines of a program, of both its streams.
struct Lines {
    from: Receiver<String>,
    seen: Vec<String>,
}

impl Lines {
    /// Waits for a line that holds `words`, and takes it out.
    fn until(&mut self, words: &str) {
        loop {
            if let Some(at) = self.seen.iter().position(|line| line.contains(words)) {
                self.seen.remove(at);
                return;
            }
            match self.from.recv_timeout(Duration::from_mins(1)) {
                Ok(line) => self.seen.push(line),
                Err(late) => panic!("{late}: expected `{words}`, found {:#?}", self.seen),
            }
        }
    }
}

#[test]
fn a_watched_draft_is_made_again_by_each_change_goes_on_after_faults_and_ends_with_a_signal() {
    let council = council();
    let mut child = program(&council, &["report", "draft", "cost_review", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (to, from) = channel();
    let mut lines = Lines { from, seen: Vec::new() };
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let streams: [Box<dyn std::io::Read + Send>; 2] = [Box::new(out), Box::new(err)];
    for stream in streams {
        let to = to.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let _gone = to.send(line);
            }
        });
    }
    lines.until("Watching");
    let text = std::fs::read_to_string(council.path(TEMPLATE)).unwrap();
    let page = || std::fs::read_to_string(council.path(FOLDER).join("DRAFT-email.html")).unwrap();
    // A fault is shown, and the watch goes on.
    council.write(TEMPLATE, "{{chart \"by_moth\"}}\n");
    lines.until("report.md.hbs changed.");
    lines.until("by_moth");
    lines.until("Watching");
    council.write(TEMPLATE, format!("The second words.\n\n{text}"));
    lines.until("Made in");
    lines.until("Watching");
    assert!(page().contains("The second words."));
    // A folder that was not there when the watch began.
    council.write("commentary/cost_review/fy2023-24/note.md", "An officer's words.\n");
    lines.until("commentary");
    lines.until("Made in");
    lines.until("Watching");
    // A run elsewhere publishes.
    council.write("pipelines/cost_review/seeds/codes.csv", "code,label\na,A\n");
    lines.until("seeds changed.");
    lines.until("Watching");
    let ran = program(&council, &["run", "--all"]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    lines.until("The published tables changed.");
    lines.until("Watching");
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_draft_is_shown_in_the_viewer_and_says_so_where_there_is_none() {
    let council = council();
    council.write("tools/xdg-open", "#!/bin/sh\necho \"$1\" > opened.txt\n");
    let mode = Command::new("chmod").arg("+x").arg(council.path("tools/xdg-open")).status().unwrap();
    assert!(mode.success());
    let tools = format!("{}:/usr/bin:/bin", council.path("tools").display());
    let open = ["report", "draft", "cost_review", "--open"];
    let done = program(&council, &open).env("PATH", tools).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let opened = std::fs::read_to_string(council.path("opened.txt")).unwrap();
    assert!(opened.trim().ends_with(&format!("{FOLDER}/DRAFT-email.html")), "{opened}");
    let done = program(&council, &open).env("PATH", council.path("extracts")).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("No viewer was found on this machine"), "{}", said(&done));
}

#[test]
fn a_folder_of_others_is_left_alone() {
    let council = council();
    council.write("mine/notes.txt", "mine");
    let done = program(&council, &["report", "draft", "cost_review", "--out", "mine"]).output().unwrap();
    assert_eq!(done.status.code(), Some(2), "{}", said(&done));
    assert!(said(&done).contains("files of others"), "{}", said(&done));
    assert_eq!(names(&council, "mine"), [council.path("mine/notes.txt")]);
}
