//! From each state of an edition, whatever a person says first, the help that is printed leads to the inboxes.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use regex::Regex;

use super::set_up::{clock, council, editions, states};
use crate::council::Council;
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

const FIRST: [&str; 4] = [
    "report send cost_review",
    "report approve cost_review --by YOUR-NAME",
    "report correct cost_review --by YOUR-NAME --reason WHY",
    "report resend cost_review",
];

fn say(council: &Council, command: &str) -> Output {
    let command = command.replace("YOUR-NAME", "A.Person").replace("WHY", "figures-were-late");
    let mut program = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    program.args(command.split_whitespace()).current_dir(council.path("")).output().unwrap()
}

fn run(council: &Council, more: &str) {
    say(council, &format!("run --all {more}"));
}

/// Moves so many pence from one line to another; the total of the file stays.
fn moved(council: &Council, pence: u32) {
    let pounds = format!("100.{:02}", pence - 1);
    council.write(FILE, LEDGER.replace("-20.50", &format!("-20.{}", 50 + pence)).replace("99.99", &pounds));
}

fn changed(council: &Council) {
    moved(council, 1);
}

/// A state of an edition, by what led to it.
type State = (&'static str, &'static str, fn(&Council, &MailServer));

const STATES: &[State] = &[
    ("made and not sent", "never", |council, _| run(council, "")),
    ("made and not sent, to be approved", "always", |council, _| run(council, "")),
    ("waiting for approval", "always", |council, _| run(council, "--send")),
    ("changed while it waited for approval", "always", |council, _| {
        run(council, "--send");
        changed(council);
        run(council, "");
    }),
    ("changed before it was sent", "never", |council, _| {
        run(council, "");
        changed(council);
        run(council, "");
    }),
    ("changed after it was sent", "never", |council, _| {
        run(council, "--send");
        assert!(say(council, "report send cost_review --by A.Person").status.success());
        changed(council);
        run(council, "--send");
    }),
    ("changed after it was sent, to be approved", "always", |council, _| {
        run(council, "--send");
        assert!(say(council, "report approve cost_review --by A.Person").status.success());
        changed(council);
        run(council, "--send");
    }),
    ("not approved in time", "always", |council, server| {
        run(council, "--send");
        clock(council, server, "2024-05-10T06:00");
    }),
    ("sent", "never", |council, _| {
        run(council, "--send");
        assert!(say(council, "report send cost_review --by A.Person").status.success());
    }),
];

/// Returns the commands that a text names, but for those that only look.
fn named(text: &str) -> Vec<String> {
    let command = Regex::new("`sufficiency ([^`]+)`").unwrap();
    let looks = ["report status", "report preview", "history", "check"];
    let found = command.captures_iter(text).map(|found| found[1].to_owned());
    found.filter(|command| !looks.iter().any(|look| command.starts_with(look))).collect()
}

#[test]
fn the_help_leads_from_every_state_to_the_inbox_and_never_in_a_circle() {
    for (state, approval, reach) in STATES {
        for first in FIRST {
            let server = MailServer::start();
            let council = council(&server, &["a"], approval);
            reach(&council, &server);
            let (mut command, mut said) = (first.to_owned(), BTreeSet::new());
            let path = loop {
                assert!(said.insert(command.clone()), "{state}: `{first}` leads in a circle: {said:?}");
                let output = say(&council, &command);
                if output.status.success() {
                    break said;
                }
                let text = String::from_utf8(output.stderr).unwrap();
                if text.contains("everybody on the list has it") {
                    break said;
                }
                let next = named(&text).into_iter().find(|next| !said.contains(next));
                command = next.unwrap_or_else(|| panic!("{state}: `{command}` leads nowhere:\n{text}"));
            };
            assert!(path.len() <= 3, "{state}: `{first}` takes {} commands: {path:?}", path.len());
            assert_eq!(states(&council), ["a accepted"], "{state}: after {path:?}");
        }
    }
}

#[test]
fn a_revision_is_only_of_what_somebody_has() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run(&council, "");
    for pence in 1..=3 {
        moved(&council, pence);
        run(&council, "");
    }
    let names = |council: &Council| -> Vec<String> {
        editions(council).into_iter().map(|line| line.edition.replace("cost_review-fy2023-24-", "")).collect()
    };
    assert_eq!(names(&council), ["r1", "r1.2", "r1.3", "r1.4"]);
    // What nobody has is sent as the first edition, by the report's own policy, and only the last of it.
    run(&council, "--send");
    let sent: Vec<usize> = editions(&council).iter().map(|line| line.deliveries.len()).collect();
    assert_eq!(sent, [0, 0, 0, 1]);
    assert!(say(&council, "report send cost_review --by A.Person").status.success());
    moved(&council, 4);
    run(&council, "--send");
    moved(&council, 5);
    run(&council, "--send");
    assert_eq!(names(&council), ["r1", "r1.2", "r1.3", "r1.4", "r2", "r2.2"]);
    assert!(
        editions(&council).last().unwrap().deliveries.is_empty(),
        "what readers have changes by a person's word"
    );
}
