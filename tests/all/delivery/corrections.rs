//! Corrections, and who gets them.

use sufficiency::post;
use sufficiency::post::{Again, Decision};

use super::set_up::{council, decision, header, records, run_and_approve, states, to};
use crate::mail_server::MailServer;
use crate::refusals::{FILE, LEDGER};

#[test]
fn a_correction_goes_to_exactly_those_who_had_the_old_one_says_what_it_replaces_and_threads() {
    let server = MailServer::start();
    let council = council(&server, &["a", "lost.b", "refused.c"], "never");
    run_and_approve(&council);
    council.write(FILE, LEDGER.replace("-20.50", "-20.51").replace("99.99", "100.00"));
    council.write(
        "recipients.toml",
        "[roles.commissioners]\naudience = \"commissioning\"\nto = [\"a@council.example\", \"new@council.example\"]\n",
    );
    let notes = council.run_all().closing_lines();
    assert!(notes[1].contains("sufficiency report correct cost_review --by"), "{notes:?}");
    assert!(to(&server.taken(), "a@", "").len() == 1, "a changed edition never leaves by itself");

    let corrected = post::correct(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(corrected.code(), 41, "lost.b is lost again: {corrected}");
    assert_eq!(states(&council), ["a accepted", "lost.b uncertain"]);
    let taken = server.taken();
    let both = to(&taken, "a@", "");
    assert_eq!(both.len(), 2);
    assert!(header(both[1], "Subject").ends_with("(correction)"));
    assert!(both[1].contains("CORRECTION: This replaces the edition of 10 April 2024"), "{}", both[1]);
    let text = both[1].replace("=\r\n", "");
    assert!(text.contains("(cost_review-fy2023-24-r1)") && text.contains("a credit was counted twice"));
    assert_eq!(header(both[1], "In-Reply-To"), header(both[0], "Message-ID"));
    assert_eq!(header(both[1], "References"), header(both[0], "Message-ID"));
    assert_ne!(header(both[1], "Message-ID"), header(both[0], "Message-ID"));
    assert!(to(&taken, "refused.c", "").is_empty() && to(&taken, "new@", "").is_empty());
    assert_eq!(post::correct(&council.open(), "cost_review", None, decision()).unwrap_err().code(), 41);
    assert_eq!(to(&server.taken(), "a@", "").len(), 2, "a correction is sent once");
    assert!(records(&council).contains("\"by\": \"head.of.service\""), "who corrected is on record");
    let again = Decision { by: "head.of.service", reason: "not in the mailbox" };
    post::resend(&council.open(), "cost_review", None, Again::Uncertain(again)).unwrap_err();
    let taken = server.taken();
    let last = to(&taken, "lost.b", "").pop().unwrap().replace("=\r\n", "");
    assert!(header(&last, "Subject").ends_with("(correction) (possible duplicate)"), "{last}");
    assert!(
        last.contains("a credit was counted twice"),
        "sent again, it still says what it replaces and why"
    );
}

#[test]
fn what_waited_when_it_was_corrected_says_that_it_is_a_correction() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "always");
    run_and_approve(&council);
    council.write(FILE, LEDGER.replace("-20.50", "-20.51").replace("99.99", "100.00"));
    council.run_all().result().unwrap();
    assert_eq!(post::send_edition(&council.open(), "cost_review", None, None).unwrap_err().code(), 43);
    post::correct(&council.open(), "cost_review", None, decision()).unwrap();
    let taken = server.taken();
    assert_eq!(to(&taken, "a@", "").len(), 2);
    assert_eq!(to(&taken, "a@", "(correction)").len(), 1);
}

#[test]
fn why_an_edition_corrects_another_is_on_the_site_and_in_the_next_edition() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run_and_approve(&council);
    council.write(FILE, LEDGER.replace("-20.50", "-20.51").replace("99.99", "100.00"));
    council.run_all().result().unwrap();
    post::correct(&council.open(), "cost_review", None, decision()).unwrap();

    let out = council.path("site");
    sufficiency::site::build(&council.open(), &out).unwrap();
    let page = |edition: &str| {
        std::fs::read_to_string(out.join(format!("commissioning/editions/{edition}/index.html"))).unwrap()
    };
    let why = "It was sent as a correction of cost_review-fy2023-24-r1. What was wrong: a credit was counted twice.";
    assert!(page("cost_review-fy2023-24-r2").contains(why), "{}", page("cost_review-fy2023-24-r2"));
    assert!(!page("cost_review-fy2023-24-r1").contains("sent as a correction"));

    council.write(FILE, LEDGER.replace("-20.50", "-20.52").replace("99.99", "100.01"));
    council.run_all().result().unwrap();
    let third = "store/editions/cost_review/fy2023-24/cost_review-fy2023-24-r3/email.txt";
    let text = std::fs::read_to_string(council.path(third)).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("corrected by that edition: a credit was counted twice"), "{text}");
}

#[test]
fn an_edition_whose_message_would_be_too_large_is_not_made_and_says_what_is_heavy() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    assert!(settings.contains("[mail]\n"), "{settings}");
    council.write("settings.toml", settings.replace("[mail]\n", "[mail]\nlargest_message_mib = 0\n"));
    let failure = council.run_all().result().unwrap_err();
    assert_eq!(failure.code(), 30, "{failure}");
    let said = failure.to_string();
    assert!(said.contains("the message of `cost_review` would have 0."), "{said}");
    assert!(said.contains("expected at most 0 MiB") && said.contains(".xlsx` takes 0."), "{said}");
    assert!(said.contains("largest_message_mib"), "{said}");
    assert!(to(&server.taken(), "a@", "").is_empty() && !council.path("store/editions/cost_review").exists());
    council.write("settings.toml", settings.replace("[mail]\n", "[mail]\nlargest_message_mib = 1\n"));
    run_and_approve(&council);
    assert_eq!(to(&server.taken(), "a@", "").len(), 1);
}

#[test]
fn there_is_nothing_to_correct_where_nobody_has_an_earlier_revision() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run_and_approve(&council);
    let failure = post::correct(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(failure.code(), 2);
    assert!(failure.to_string().contains("nobody has an earlier revision of `cost_review-fy2023-24-r1`"));
}
