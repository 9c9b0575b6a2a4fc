//! Signals while a message is on its way, and two senders at once.

use sufficiency::post;

use super::set_up::{code, council, states, to};
use crate::council::Council;
use crate::mail_server::MailServer;

/// Returns the program, as a process of its own.
fn program(council: &Council, arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    command.arg("--project").arg(council.path("")).args(arguments);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

#[test]
fn a_signal_during_the_reply_to_the_last_dot_leaves_nothing_uncertain_and_stops_between_two_messages() {
    let server = MailServer::start();
    let readers = ["a", "slow.b", "t.c", "u.d"];
    let council = council(&server, &readers, "always");
    assert_eq!(code(&council), 43);
    let child =
        program(&council, &["report", "send", "cost_review", "--by", "head.of.service"]).spawn().unwrap();
    let begun = || server.taken().iter().any(|(to, _)| to.starts_with("slow."));
    for _ in 0..400 {
        if begun() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    assert!(begun(), "the message that is confirmed late was never sent");
    let process = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(143), "{said}");
    assert_eq!(states(&council), ["a accepted", "slow.b accepted", "t.c approved", "u.d approved"], "{said}");
    assert!(said.contains("of `cost_review` 2 of 4 recipients have it"), "{said}");
    assert!(said.contains("t.c@council.example: approved"), "{said}");
    assert!(said.contains("`sufficiency report send cost_review` sends the rest"), "{said}");
    post::send_edition(&council.open(), "cost_review", None, None).unwrap();
    for reader in readers {
        assert_eq!(to(&server.taken(), &format!("{reader}@"), "").len(), 1, "{reader}");
    }
}

#[test]
fn two_processes_that_send_one_edition_at_once_send_each_reader_one_message() {
    for _ in 0..3 {
        let server = MailServer::start();
        let readers: Vec<String> = (0..12).map(|number| format!("reader{number}")).collect();
        let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
        let council = council(&server, &readers, "always");
        assert_eq!(code(&council), 43);
        let send = || {
            program(&council, &["report", "send", "cost_review", "--by", "head.of.service"]).spawn().unwrap()
        };
        let both = [send(), send()];
        for child in both {
            let output = child.wait_with_output().unwrap();
            // The slower one may find the other at work: no delivery has failed.
            let code = output.status.code().unwrap();
            assert!([0, 42].contains(&code), "{code}: {}", String::from_utf8_lossy(&output.stderr));
        }
        for reader in &readers {
            assert_eq!(to(&server.taken(), &format!("{reader}@"), "").len(), 1, "{reader}");
        }
        assert!(states(&council).iter().all(|state| state.ends_with(" accepted")), "{:?}", states(&council));
    }
}
