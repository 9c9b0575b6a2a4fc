//! Messages that came back.

use sufficiency::post;
use sufficiency::post::Again;

use super::set_up::{council, decision, editions, header, run_and_approve, states, to};
use crate::mail_server::MailServer;

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
