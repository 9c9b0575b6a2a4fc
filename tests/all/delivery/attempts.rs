//! What is refused, uncertain or put off, and what is asked before each attempt.

use sufficiency::post;
use sufficiency::post::Again;

use super::set_up::{
    REPORT, clock, code, council, decision, editions, header, list, look, run_and_approve, states, to,
    words_of,
};
use crate::council::Council;
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

#[test]
fn a_refused_recipient_stands_in_the_account_and_costs_the_others_nothing() {
    let server = MailServer::start();
    let council = council(&server, &["a", "b"], "never");
    council.write(
        "recipients.toml",
        "[roles.commissioners]\naudience = \"commissioning\"\nto = [\"a@council.example\", \"b@elsewhere.example\", \"c@cоuncil.example\"]\n",
    );
    // The first edition to anybody is to new addresses; the list is as it is from now on.
    let failure = council.failure();
    assert_eq!(failure.code(), 43, "{failure}");
    post::approve(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(states(&council), ["a accepted", "b blocked", "c blocked"]);
    let words: Vec<String> = editions(&council)[0].deliveries.iter().map(|line| line.words.clone()).collect();
    assert!(words[1].contains("`elsewhere.example` is not among the domains"), "{words:?}");
    assert!(words[2].contains("outside ASCII"), "{words:?}");
}

#[test]
fn what_is_refused_uncertain_and_put_off_is_distinguished_and_sent_again_only_as_asked_for() {
    let server = MailServer::start();
    let council = council(&server, &["a", "later.b", "lost.c", "refused.d"], "never");
    run_and_approve(&council);
    assert_eq!(
        states(&council),
        ["a accepted", "later.b deferred", "lost.c uncertain", "refused.d rejected"]
    );
    assert!(editions(&council)[0].deliveries[3].words.contains("550 5.1.1 no such user here"));
    let failure = council.failure();
    assert_eq!(failure.code(), 41, "{failure}");
    assert!(failure.to_string().contains("report resend cost_review --uncertain --by"), "{failure}");
    assert_eq!(to(&server.taken(), "ap.data", "a delivery is uncertain").len(), 1, "once a day, by whomever");
    assert_eq!(to(&server.taken(), "lost.c", "").len(), 1, "nothing sends it again by itself");

    let again = post::resend(&council.open(), "cost_review", None, Again::Failed(decision())).unwrap_err();
    assert_eq!(again.code(), 41);
    assert_eq!(to(&server.taken(), "lost.c", "").len(), 1);
    assert_eq!(states(&council)[1..], ["later.b deferred", "lost.c uncertain", "refused.d rejected"]);
    post::resend(&council.open(), "cost_review", None, Again::Uncertain(decision())).unwrap_err();
    let taken = server.taken();
    let both = to(&taken, "lost.c", "");
    assert_eq!(both.len(), 2);
    assert_eq!(header(both[0], "Message-ID"), header(both[1], "Message-ID"));
    assert!(header(both[1], "Subject").ends_with("(possible duplicate)"), "{}", header(both[1], "Subject"));
    assert!(both[1].contains("POSSIBLE DUPLICATE: This message may have reached you before"));
    assert_eq!(to(&taken, "a@", "").len(), 1, "what was accepted is never sent again");
}

#[test]
fn what_was_put_off_is_tried_again_between_runs_and_given_up_after_five_working_days_with_the_owner_notified()
{
    let server = MailServer::start();
    let council = council(&server, &["a", "later.b"], "never");
    run_and_approve(&council);
    assert_eq!(states(&council), ["a accepted", "later.b deferred"]);
    assert_eq!(look(&council, &server, "2024-04-10T06:02").unwrap(), 0);
    let attempts = || editions(&council)[0].deliveries[1].attempts;
    assert_eq!(attempts(), 2);
    assert_eq!(look(&council, &server, "2024-04-10T06:03").unwrap(), 0);
    assert_eq!(attempts(), 2, "not before its time");
    // From Wednesday 10 April the fifth working day is Wednesday 17 April.
    assert_eq!(look(&council, &server, "2024-04-17T01:00").unwrap(), 0);
    assert_eq!(states(&council), ["a accepted", "later.b deferred"]);
    let failure = look(&council, &server, "2024-04-17T05:30").unwrap_err();
    assert_eq!(failure.code(), 40, "{failure}");
    assert_eq!(states(&council), ["a accepted", "later.b rejected"]);
    assert_eq!(to(&server.taken(), "ap.data", "not everybody got it").len(), 1);
    assert_eq!(look(&council, &server, "2024-04-17T08:00").unwrap(), 0, "notified once");
}

#[test]
fn before_each_attempt_it_is_asked_whether_the_reader_may_have_it() {
    type Change = (&'static str, fn(&Council), &'static str, &'static str);
    let changes: [Change; 4] = [
        ("left the list", |council| list(council, &["a"], ""), "withdrawn", "no longer on the list"),
        (
            "not confirmed",
            |council| list(council, &["a", "later.b"], "confirm_by = 2024-04-09\n"),
            "blocked",
            "was to be confirmed by 2024-04-09",
        ),
        (
            "domain no longer allowed",
            |council| {
                let text = std::fs::read_to_string(council.path("settings.toml")).unwrap();
                council.write("settings.toml", text.replace("[\"council.example\"]", "[\"other.example\"]"));
            },
            "blocked",
            "is not among the domains",
        ),
        (
            "another edition took its place",
            |council| {
                council.write(FILE, LEDGER.replace("-20.50", "-20.51").replace("99.99", "100.00"));
                assert_eq!(code(council), 0, "a changed edition waits for a person");
            },
            "withdrawn",
            "`cost_review-fy2023-24-r2` takes its place",
        ),
    ];
    for (what, change, state, words) in changes {
        for resend in [false, true] {
            let server = MailServer::start();
            let council = council(&server, &["a", "later.b"], "never");
            run_and_approve(&council);
            assert_eq!(states(&council), ["a accepted", "later.b deferred"]);
            // The server takes anything by now; it is the reader who may not have it any more.
            clock(&council, &server, "2024-04-10T06:02");
            change(&council);
            let first = "cost_review-fy2023-24-r1";
            let ended = if resend {
                post::resend(&council.open(), "cost_review", Some(first), Again::Failed(decision()))
                    .map(|_| 0)
            } else {
                post::attend_mail(&council.open(), &[])
            };
            assert!(!matches!(ended, Ok(sent) if sent > 0), "{what}");
            if resend && state == "blocked" {
                assert_eq!(ended.unwrap_err().code(), 43, "{what}");
            }
            let line = editions(&council)[0].deliveries[1].clone();
            assert_eq!(line.recipient, "later.b@council.example");
            assert_eq!(line.state, state, "{what}: {}", line.words);
            assert!(words_of(&council, "later.b").contains(words), "{what}: {}", line.words);
        }
    }
}

#[test]
fn before_each_attempt_the_gates_are_asked_again_and_an_edition_whose_data_aged_is_held() {
    let server = MailServer::start();
    let council = council(&server, &["a", "later.b"], "never");
    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report + "\n[gates]\ninputs = { \"finance.ledger_lines\" = \"2 days\" }\n");
    run_and_approve(&council);
    assert_eq!(states(&council), ["a accepted", "later.b deferred"]);
    assert_eq!(look(&council, &server, "2024-04-11T06:00").unwrap(), 0);
    assert_eq!(states(&council), ["a accepted", "later.b deferred"], "a day old is young enough");
    let failure = look(&council, &server, "2024-04-14T06:00").unwrap_err();
    assert_eq!(failure.code(), 43, "{failure}");
    assert_eq!(states(&council), ["a accepted", "later.b held"]);
    assert!(words_of(&council, "later.b").contains("is 4 days old, at most 2 are allowed"));
    let refused = post::approve(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(refused.code(), 12, "a person's word does not make the data younger: {refused}");
    assert_eq!(states(&council), ["a accepted", "later.b held"]);
}

#[test]
fn a_maildir_that_cannot_be_read_and_a_damaged_delivery_keep_nothing_else_from_being_tried() {
    let server = MailServer::start();
    let council = council(&server, &["a", "later.b", "later.c"], "never");
    run_and_approve(&council);
    assert_eq!(states(&council), ["a accepted", "later.b deferred", "later.c deferred"]);
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let names = objects.list("outbox/cost_review").unwrap();
    let of_b = names.iter().find(|name| {
        String::from_utf8_lossy(&objects.read(name).unwrap().unwrap()).contains("later.b@council.example")
    });
    let newest = names
        .iter()
        .rfind(|name| name.rsplit_once('/').unwrap().0 == of_b.unwrap().rsplit_once('/').unwrap().0);
    std::fs::write(council.path("store").join(newest.unwrap()), "").unwrap();
    clock(&council, &server, "2024-04-10T06:02");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings + "bounces = { path = \"nowhere\" }\n");
    let failure = post::attend_mail(&council.open(), &[]).unwrap_err();
    assert_eq!(failure.code(), 21, "{failure}");
    assert!(failure.to_string().contains("[mail] bounces"), "{failure}");
    assert_eq!(states(&council), ["a accepted", "later.b damaged", "later.c deferred"]);
    let attempts = |name: &str| {
        let editions = editions(&council);
        editions[0].deliveries.iter().find(|line| line.recipient.starts_with(name)).unwrap().attempts
    };
    assert_eq!(attempts("later.c"), 2, "the other delivery was tried");
}
