//! Editions that wait for a person, and those that nobody approved in time.

use sufficiency::job;
use sufficiency::post;

use super::set_up::{REPORT, clock, code, council, decision, editions, records, states, to};
use crate::council::Council;
use crate::mail_server::MailServer;

#[test]
fn a_first_edition_waits_for_a_person_whose_name_and_what_they_approved_are_kept() {
    let server = MailServer::start();
    let council = council(&server, &["a", "b"], "first");
    let failure = council.failure();
    assert_eq!(failure.code(), 43, "{failure}");
    assert!(failure.to_string().contains("sufficiency report approve cost_review --by"), "{failure}");
    assert_eq!(states(&council), ["a held", "b held"]);
    assert_eq!(server.recipients(), ["ap.data@council.example"], "the owner alone is notified");
    assert!(to(&server.taken(), "ap.data", "waits for a person")[0].contains("report status cost_review"));

    assert_eq!(post::send_edition(&council.open(), "cost_review", None, None).unwrap_err().code(), 43);
    let approved = post::approve(&council.open(), "cost_review", None, decision()).unwrap();
    assert_eq!((approved.decided, approved.delivered), (2, 2));
    assert_eq!(states(&council), ["a accepted", "b accepted"]);
    let records = records(&council);
    assert_eq!(records.matches("\"by\": \"head.of.service\"").count(), 2, "{records}");
    assert!(
        records
            .contains("\"approved\": {\n      \"reason\": \"a credit was counted twice\",\n      \"sha256\"")
    );
    assert_eq!(post::approve(&council.open(), "cost_review", None, decision()).unwrap_err().code(), 2);
    assert_eq!(code(&council), 0, "the run after it has nothing to do");
    assert_eq!(to(&server.taken(), "a@", "").len(), 1);
}

#[test]
fn fault_f74_nobody_approves_in_time_and_the_edition_does_not_leave() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "always");
    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report.replace("headline", "approve_within = \"3 days\"\nheadline"));
    assert_eq!(code(&council), 43);
    clock(&council, &server, "2024-04-12T06:00");
    assert_eq!(code(&council), 43);
    assert_eq!(states(&council), ["a held"]);
    clock(&council, &server, "2024-04-14T06:00");
    assert_eq!(code(&council), 43);
    assert_eq!(states(&council), ["a withdrawn"]);
    assert!(editions(&council)[0].deliveries[0].words.contains("nobody approved it within 3 days"));
    let late = post::approve(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(late.code(), 43, "{late}");
    assert!(late.to_string().contains("report send cost_review --by YOUR-NAME --late"), "{late}");
    assert!(to(&server.taken(), "a@", "").is_empty());
    let notices = to(&server.taken(), "ap.data", "waits for a person").len();
    assert_eq!(notices, 3, "the owner is notified each day, and of the expiry");
    let by = Some("head.of.service");
    assert_eq!(post::send_edition(&council.open(), "cost_review", None, by).unwrap_err().code(), 43);
    assert_eq!(states(&council), ["a withdrawn"], "whoever asks, the time is over");
    post::send_late(&council.open(), "cost_review", None, "head.of.service").unwrap();
    assert_eq!(states(&council), ["a accepted"], "a person may still send it, and says that it is late");
}

#[test]
fn an_approval_that_comes_too_late_is_refused_though_nothing_looked_at_the_time_before_it() {
    type Ask = fn(&Council) -> Result<post::Decided, job::Failure>;
    let asks: [Ask; 3] = [
        |council| post::approve(&council.open(), "cost_review", None, decision()),
        |council| post::send_edition(&council.open(), "cost_review", None, Some("head.of.service")),
        |council| post::send_edition(&council.open(), "cost_review", None, None),
    ];
    for ask in asks {
        let server = MailServer::start();
        let council = council(&server, &["a"], "always");
        let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
        council.write(REPORT, report.replace("headline", "approve_within = \"3 days\"\nheadline"));
        assert_eq!(code(&council), 43);
        clock(&council, &server, "2024-04-14T06:00");
        let refused = ask(&council).unwrap_err();
        assert_eq!(refused.code(), 43, "{refused}");
        assert_eq!(states(&council), ["a withdrawn"]);
        assert!(to(&server.taken(), "a@", "").is_empty());
    }
}
