//! The account of a day, and when a run is said to have ended.

use sufficiency::post;

use super::set_up::{clock, code, council, decision, look, to};
use crate::mail_server::MailServer;

#[test]
fn a_digest_says_what_was_sent_held_failed_due_and_warned_of_once_a_day_and_has_no_row_in_it() {
    let server = MailServer::start();
    let council = council(&server, &["a", "refused.b"], "first");
    let project = std::fs::read_to_string(council.path("sufficiency.toml")).unwrap();
    council.write("sufficiency.toml", project + "\n[digest]\nto = [\"data\"]\nevery = \"day\"\n");
    assert_eq!(code(&council), 43);
    let due = || {
        let at = chrono::DateTime::parse_from_rfc3339("2024-04-11T05:00:00Z").unwrap().to_utc();
        [post::Due { pipeline: "finance".to_owned(), at }]
    };
    post::attend_mail(&council.open(), &due()).unwrap();
    let first = digests(&server);
    assert_eq!(first.len(), 1);
    for part in [
        "Held, waiting for a person",
        "cost_review-fy2023-24-r1: 2 deliveries; sufficiency report approve cost_review",
        "cost_review: 1 run ended with code 43",
        "finance: 11 April 2024, 06:00",
    ] {
        assert!(first[0].contains(part), "{part} is not in {}", first[0]);
    }
    clock(&council, &server, "2024-04-10T09:00");
    post::approve(&council.open(), "cost_review", None, decision()).unwrap_err();
    post::attend_mail(&council.open(), &due()).unwrap();
    assert_eq!(digests(&server).len(), 1, "one a day");

    look(&council, &server, "2024-04-11T06:00").unwrap();
    let second = digests(&server).pop().unwrap();
    assert!(second.contains("cost_review-fy2023-24-r1: 1 delivery accepted"), "{second}");
    assert!(second.contains("cost_review-fy2023-24-r1: 1 delivery rejected"), "{second}");
    assert!(!second.contains("Provider One") && !second.contains("700001"), "{second}");
    assert_eq!(digests(&server).len(), 2);
}

/// Returns the plain text of the digests, with soft line breaks taken out.
fn digests(server: &MailServer) -> Vec<String> {
    to(&server.taken(), "ap.data", "What the reports did")
        .iter()
        .map(|text| text.replace("=\r\n", ""))
        .collect()
}

#[test]
fn a_digest_of_each_round_comes_when_something_ran_and_not_otherwise() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "first");
    let project = std::fs::read_to_string(council.path("sufficiency.toml")).unwrap();
    council.write("sufficiency.toml", project + "\n[digest]\nto = [\"data\"]\nevery = \"round\"\n");
    for (minute, count) in [("06:00", 0), ("06:10", 1), ("06:20", 1), ("06:30", 1)] {
        if minute == "06:10" {
            clock(&council, &server, "2024-04-10T06:09");
            assert_eq!(code(&council), 43);
        }
        look(&council, &server, &format!("2024-04-10T{minute}")).unwrap();
        assert_eq!(digests(&server).len(), count, "at {minute}");
    }
}

#[test]
fn the_record_of_a_run_says_when_it_ended_and_not_when_it_began() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    let (_, without_clock) = settings.split_once('\n').unwrap();
    council.write("settings.toml", without_clock);
    let _whatever_comes = council.run_all();
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let mut ended = 0;
    for name in objects.list("runs").unwrap().iter().filter(|name| name.ends_with("/finished.json")) {
        let value = |name: &str| -> serde_json::Value {
            serde_json::from_slice(&objects.read(name).unwrap().unwrap()).unwrap()
        };
        let moment = |value: &serde_json::Value| {
            value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        };
        let started = moment(&value(&name.replace("finished", "started"))["started"]);
        assert!(moment(&value(name)["finished"]) > started, "{name}");
        ended += 1;
    }
    assert!(ended > 0, "no run was recorded");
}
