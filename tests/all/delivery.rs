//! What becomes of an edition on its way to its readers, and what a person decides about it: the whole way, over a
//! mail server.

use sufficiency::job;
use sufficiency::post;
use sufficiency::post::{Again, Decision, EditionLine};

use crate::council::Council;
use crate::mail_server::{MailServer, Taken};
use crate::refusals::{FILE, LEDGER};

const CLOCK: &str = "2024-04-10T06:00";
const REPORT: &str = "report-templates/cost_review/report.toml";

fn decision<'a>() -> Decision<'a> {
    Decision { by: "head.of.service", reason: "a credit was counted twice" }
}

/// Returns a council with these readers, whose mail goes to `server`; its ledger is there and nothing has run.
fn council(server: &MailServer, readers: &[&str], approval: &str) -> Council {
    let council = Council::of("payments");
    clock(&council, server, CLOCK);
    let to: Vec<String> = readers.iter().map(|name| format!("\"{name}@council.example\"")).collect();
    council.write(
        "recipients.toml",
        format!("[roles.commissioners]\naudience = \"commissioning\"\nto = [{}]\n", to.join(", ")),
    );
    council.write(FILE, LEDGER);
    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report.replace("approval = \"never\"", &format!("approval = \"{approval}\"")));
    council
}

fn clock(council: &Council, server: &MailServer, local: &str) {
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"{local}\"\n[connections.finance_share]\nfolder = {{ path = \"extracts\" }}\n{}",
            server.settings()
        ),
    );
}

/// Runs everything, and returns the exit code.
fn code(council: &Council) -> u8 {
    council.run_all().result().map_or_else(|failure| failure.code(), |()| 0)
}

fn editions(council: &Council) -> Vec<EditionLine> {
    post::editions(&council.open(), Some("cost_review")).unwrap()
}

/// Returns where the deliveries of the newest edition stand, as `name state`.
fn states(council: &Council) -> Vec<String> {
    let editions = editions(council);
    let deliveries = &editions.last().unwrap().deliveries;
    deliveries
        .iter()
        .map(|line| format!("{} {}", line.recipient.split('@').next().unwrap(), line.state))
        .collect()
}

/// Returns the messages to one reader whose subject has these words.
fn to<'a>(taken: &'a [Taken], name: &str, subject: &str) -> Vec<&'a str> {
    taken
        .iter()
        .filter(|(to, message)| to.starts_with(name) && header(message, "Subject").contains(subject))
        .map(|(_, message)| message.as_str())
        .collect()
}

/// Returns the value of a header, unfolded.
fn header(message: &str, name: &str) -> String {
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let found =
        head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    found.unwrap_or_default()
}

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

/// Returns every record of the deliveries of the report, as text.
fn records(council: &Council) -> String {
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let names = objects.list("outbox/cost_review").unwrap();
    names
        .iter()
        .map(|name| String::from_utf8(objects.read(name).unwrap().unwrap()).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
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
    assert_eq!(post::approve(&council.open(), "cost_review", None, decision()).unwrap_err().code(), 2);
    assert!(to(&server.taken(), "a@", "").is_empty());
    let notices = to(&server.taken(), "ap.data", "waits for a person").len();
    assert_eq!(notices, 3, "the owner is notified each day, and of the expiry");
    post::send_edition(&council.open(), "cost_review", None, Some("head.of.service")).unwrap();
    assert_eq!(states(&council), ["a accepted"], "a person may still send it");
}

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

/// Runs, and lets the first edition go to addresses that are all new.
fn run_and_approve(council: &Council) {
    assert_eq!(code(council), 43);
    let _ = post::approve(&council.open(), "cost_review", None, decision());
}

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
    assert!(notes[0].contains("sufficiency report correct cost_review --by"), "{notes:?}");
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
fn there_is_nothing_to_correct_where_nobody_has_an_earlier_revision() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run_and_approve(&council);
    let failure = post::correct(&council.open(), "cost_review", None, decision()).unwrap_err();
    assert_eq!(failure.code(), 2);
    assert!(failure.to_string().contains("nobody has an earlier revision of `cost_review-fy2023-24-r1`"));
}

#[test]
fn a_held_report_is_reported_to_its_owner_once_with_the_reason_and_to_its_readers_only_if_it_asks() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    run_and_approve(&council);
    council.write(
        "pipelines/cost_review/checks/no_credits.sql",
        "SELECT * FROM finance.ledger_lines WHERE amount < 0\n",
    );
    for _ in 0..3 {
        assert_eq!(code(&council), 12);
    }
    let taken = server.taken();
    let notices = to(&taken, "ap.data", "held, because a check");
    assert_eq!(notices.len(), 1, "notified once");
    let words = notices[0].replace("=\r\n", "");
    for part in [
        "no_credits.sql` finds 1 rows",
        "last good tables are unchanged",
        "sufficiency show 0",
        "sufficiency run cost_review",
    ] {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    assert_eq!(header(notices[0], "Auto-Submitted"), "auto-generated");
    assert!(to(&taken, "a@", "late").is_empty());

    let report = std::fs::read_to_string(council.path(REPORT)).unwrap();
    council.write(REPORT, report.replace("headline", "tell_late = true\nheadline"));
    for _ in 0..2 {
        assert_eq!(code(&council), 12);
    }
    let taken = server.taken();
    let late = to(&taken, "a@", "late");
    assert_eq!(late.len(), 1);
    assert!(!late[0].contains("no_credits"), "readers do not learn why");
}

/// Looks at the mail at a later time, as `tick` does.
fn look(council: &Council, server: &MailServer, local: &str) -> Result<usize, job::Failure> {
    clock(council, server, local);
    post::attend_mail(&council.open(), &[])
}

#[test]
fn what_was_put_off_is_tried_again_between_runs_and_given_up_after_a_day_with_the_owner_notified() {
    let server = MailServer::start();
    let council = council(&server, &["a", "later.b"], "never");
    run_and_approve(&council);
    assert_eq!(states(&council), ["a accepted", "later.b deferred"]);
    assert_eq!(look(&council, &server, "2024-04-10T06:02").unwrap(), 0);
    let attempts = || editions(&council)[0].deliveries[1].attempts;
    assert_eq!(attempts(), 2);
    assert_eq!(look(&council, &server, "2024-04-10T06:03").unwrap(), 0);
    assert_eq!(attempts(), 2, "not before its time");
    let failure = look(&council, &server, "2024-04-11T07:00").unwrap_err();
    assert_eq!(failure.code(), 40, "{failure}");
    assert_eq!(states(&council), ["a accepted", "later.b rejected"]);
    assert_eq!(to(&server.taken(), "ap.data", "not everybody got it").len(), 1);
    assert_eq!(look(&council, &server, "2024-04-11T08:00").unwrap(), 0, "notified once");
}

#[test]
fn fault_f73_a_bounce_in_the_maildir_is_matched_and_the_owner_is_notified_once() {
    let server = MailServer::start();
    let council = council(&server, &["a", "b"], "never");
    run_and_approve(&council);
    let taken = server.taken();
    let id = header(to(&taken, "b@", "")[0], "Message-ID");
    council.write("returned/cur/none", "");
    council.write(
        "returned/new/1",
        format!(
            "From: MAILER-DAEMON@mail.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: \
             rfc822; b@council.example\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox full\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n\r\n--b--\r\n"
        ),
    );
    let with_bounces = || {
        let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
        council.write("settings.toml", settings + "bounces = { path = \"returned\" }\n");
        post::attend_mail(&council.open(), &[])
    };
    assert_eq!(with_bounces().unwrap_err().code(), 40);
    assert_eq!(states(&council), ["a accepted", "b bounced"]);
    assert_eq!(editions(&council)[0].deliveries[1].words, "5.2.2 552 mailbox full");
    assert_eq!(post::attend_mail(&council.open(), &[]).unwrap(), 0, "known by now");
    assert_eq!(to(&server.taken(), "ap.data", "not everybody got it").len(), 1);
    post::resend(&council.open(), "cost_review", None, Again::Failed(decision())).unwrap();
    assert_eq!(states(&council), ["a accepted", "b accepted"]);
}

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
