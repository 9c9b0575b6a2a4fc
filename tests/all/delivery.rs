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
fn a_bounce_from_a_member_of_a_list_leaves_the_delivery_and_a_second_bounce_of_the_same_words_counts() {
    let server = MailServer::start();
    let council = council(&server, &["a", "list"], "never");
    run_and_approve(&council);
    let id = header(to(&server.taken(), "list@", "")[0], "Message-ID");
    let notice = |file: &str, recipient: &str| {
        council.write(
            &format!("returned/new/{file}"),
            format!(
                "From: MAILER-DAEMON@mail.example\r\nX-Number: {file}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; \
                 boundary=\"b\"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; \
                 mail.example\r\n\r\nOriginal-Recipient: rfc822;list@council.example\r\nFinal-Recipient: rfc822; \
                 {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
                 --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n\r\n--b--\r\n"
            ),
        );
    };
    council.write("returned/cur/none", "");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings + "bounces = { path = \"returned\" }\n");
    notice("1", "somebody@council.example");
    let failure = post::attend_mail(&council.open(), &[]).unwrap_err();
    assert_eq!(failure.code(), 40, "the owner hears of it: {failure}");
    assert_eq!(states(&council), ["a accepted", "list accepted"], "the others on the list have it");
    assert_eq!(editions(&council)[0].deliveries[1].behind, ["somebody@council.example: 5.1.1"]);
    assert_eq!(post::attend_mail(&council.open(), &[]).unwrap(), 0, "known by now");
    let notices = to(&server.taken(), "ap.data", "not everybody got it").len();
    assert_eq!(notices, 1);

    for file in ["2", "3"] {
        notice(file, "list@council.example");
        assert_eq!(post::attend_mail(&council.open(), &[]).unwrap_err().code(), 40);
        assert_eq!(states(&council), ["a accepted", "list bounced"], "bounce {file}");
        post::resend(&council.open(), "cost_review", None, Again::Failed(decision())).unwrap();
        assert_eq!(states(&council), ["a accepted", "list accepted"]);
    }
    assert_eq!(post::attend_mail(&council.open(), &[]).unwrap(), 0, "what was counted is not counted again");
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

/// Rewrites the list of readers.
fn list(council: &Council, readers: &[&str], more: &str) {
    let to: Vec<String> = readers.iter().map(|name| format!("\"{name}@council.example\"")).collect();
    council.write(
        "recipients.toml",
        format!("[roles.commissioners]\naudience = \"commissioning\"\nto = [{}]\n{more}", to.join(", ")),
    );
}

/// Returns the words of the newest edition's delivery to one reader.
fn words_of(council: &Council, name: &str) -> String {
    let editions = editions(council);
    let mut lines = editions[0].deliveries.iter();
    lines.find(|line| line.recipient.starts_with(name)).unwrap().words.clone()
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

#[test]
fn check_and_doctor_name_addresses_that_cannot_work() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write(
        "settings.toml",
        settings.replace("[\"council.example\"]", "[\"council.example\", \"council.gov.uk\"]"),
    );
    let long = format!("{}@council.gov.uk", "a".repeat(65));
    let wrong = [
        "\\\"quoted name\\\"@council.gov.uk",
        "two@at@council.gov.uk",
        "a@cоuncil.gov.uk",
        "a@b_c.gov.uk",
        &long,
    ];
    let to = wrong.map(|address| format!("\"{address}\"")).join(",\n");
    council.write(
        "recipients.toml",
        format!(
            "[roles.commissioners]\naudience = \"commissioning\"\nto = [\n\"good@council.gov.uk\",\n\"a@council.example\",\n\
             \"a@elsewhere.gov.uk\",\n{to}]\n"
        ),
    );
    let project = council.open().project().clone();
    let faults = sufficiency::run::check(&project);
    let of_addresses: Vec<String> = faults
        .iter()
        .filter(|fault| fault.location().is_some_and(|at| at.starts_with("recipients.toml")))
        .map(|fault| format!("{} {}", fault.location().unwrap(), fault.message()))
        .collect();
    for (line, words) in [
        (5, "no mail server answers for `council.example`"),
        (6, "nothing goes to `elsewhere.gov.uk`"),
        (7, "the part before the `@` is not a plain mailbox name"),
        (8, "it is not one name, one `@` and one domain"),
        (9, "a character outside ASCII"),
        (10, "the domain is not plain labels"),
        (11, "the part before the `@` is not a plain mailbox name"),
    ] {
        let found = of_addresses.iter().find(|fault| fault.contains(&format!("recipients.toml:{line}:")));
        assert!(found.is_some_and(|fault| fault.contains(words)), "{line}: {of_addresses:#?}");
    }
    assert_eq!(of_addresses.len(), 7, "{of_addresses:#?}");
    let findings = sufficiency::run::doctor(&project);
    assert!(findings.iter().filter(|finding| finding.kind == "address").count() >= 7);
}

#[test]
fn the_owners_alarm_is_in_a_file_and_at_the_webhook_also_where_mail_is_broken() {
    let server = MailServer::start();
    let council = council(&server, &["a"], "never");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&calls);
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for mut line in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut block = [0; 4096];
            while !request.ends_with(b"}") {
                match line.read(&mut block) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&block[..count]),
                }
            }
            heard.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
            let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    council.write("hook", format!("http://127.0.0.1:{port}/secret-token\n"));
    std::fs::set_permissions(council.path("hook"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sound = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    let alarm = "[alarm]\nwebhook_file = \"hook\"\n";
    let broken = sound.replace(&format!("port = {}", server.port), &format!("port = {nobody}"));
    council.write("settings.toml", broken + alarm);
    council.write(FILE, LEDGER.replace("99.99", "none"));
    let failure = council.failure();
    let file = council.path("store/alarms/cost_review.json");
    let pipelines: Vec<_> = std::fs::read_dir(council.path("store/alarms")).unwrap().flatten().collect();
    assert!(!pipelines.is_empty(), "{failure}");
    let text: String = pipelines.iter().map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect();
    assert!(text.contains("\"code\": ") && text.contains("sufficiency run"), "{text}");
    assert!(!text.contains("secret-token") && !text.contains("700001"), "{text}");
    let count = calls.lock().unwrap().len();
    assert_eq!(count, pipelines.len(), "one call for each: {:?}", calls.lock().unwrap());
    assert!(
        calls.lock().unwrap()[0].contains("POST /secret-token")
            && calls.lock().unwrap()[0].contains("\"text\"")
    );
    assert_eq!(council.failure().code(), failure.code());
    assert_eq!(calls.lock().unwrap().len(), count, "once for a cause and day");
    council.write(FILE, LEDGER);
    council.write("settings.toml", sound + alarm);
    let _first_edition_waits = council.run_all();
    post::approve(&council.open(), "cost_review", None, decision()).unwrap();
    assert_eq!(code(&council), 0);
    assert!(!file.exists(), "a good run takes it back");
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
