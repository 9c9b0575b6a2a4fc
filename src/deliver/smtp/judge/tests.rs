use super::*;

fn reply(text: &str) -> Reply {
    let mut reply = None;
    assert!(Reply::take(&mut reply, text.as_bytes()).unwrap());
    reply.unwrap()
}

/// Returns the class of a reply in one letter: as expected, Refused (settings), rejected for the Recipient, by Policy,
/// as too Big or otherwise (x), deferred for one recipient (d), the Server or the Pace (slow), Uncertain.
fn class(phase: Phase, text: &str) -> char {
    match judge(phase, &reply(text)) {
        Ok(()) => '.',
        Err(Attempt::Accepted { .. }) => '!',
        Err(Attempt::Refused { .. }) => 'C',
        Err(Attempt::Rejected { cause, .. }) => match cause {
            Rejection::Recipient => 'R',
            Rejection::Policy => 'P',
            Rejection::TooBig => 'B',
            Rejection::Other | Rejection::GivenUp => 'x',
        },
        Err(Attempt::Deferred { later: scope, .. }) => match scope {
            Scope::Recipient => 'd',
            Scope::Server => 's',
            Scope::Pace => 'w',
        },
        Err(Attempt::Uncertain { .. }) => 'U',
    }
}

/// Goal E4 and fault F62: replies by phase, beside what each comes to.
#[test]
fn goal_e4_every_reply_has_its_class_in_every_phase() {
    // greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, dot
    let table = [
        ("200 ok", "ssssssss".replace("ssssssss", "sssssss.")),
        ("220 ok", ".s.ssss.".to_owned()),
        ("235 ok", "sss.sss.".to_owned()),
        ("250 ok", "s.ss..s.".to_owned()),
        ("250 2.1.5 ok", "s.ss..s.".to_owned()),
        ("251 forwards", "sssss.s.".to_owned()),
        ("252 perhaps", "sssssss.".to_owned()),
        ("334 more", "sssssssU".to_owned()),
        ("354 go", "ssssss.U".to_owned()),
        ("421 closing", "ssssssss".to_owned()),
        ("421 4.3.2 shutting down", "ssssssss".to_owned()),
        ("421 4.7.0 too many", "wwwwwwww".to_owned()),
        ("430 x", "sssssddd".to_owned()),
        ("432 4.3.2 concurrent connections", "wwwwwwww".to_owned()),
        ("441 4.4.1 no answer", "sssssddd".to_owned()),
        ("450 busy", "sssssddd".to_owned()),
        ("450 4.2.1 mailbox busy", "sssssddd".to_owned()),
        ("450 4.7.1 greylisted", "wwwwwwww".to_owned()),
        ("451 local error", "sssssddd".to_owned()),
        ("451 4.3.0 queue", "sssssddd".to_owned()),
        ("451 4.7.500 slow down", "wwwwwwww".to_owned()),
        ("452 storage", "sssssddd".to_owned()),
        ("452 4.5.3 too many recipients", "sssssddd".to_owned()),
        ("454 not now", "sssssddd".to_owned()),
        ("454 4.7.0 temporary authentication failure", "wwwswwww".to_owned()),
        ("454 4.7.1 relay", "wwwswwww".to_owned()),
        ("455 parameters", "sssssddd".to_owned()),
        ("458 x", "sssssddd".to_owned()),
        ("471 x", "sssssddd".to_owned()),
        ("499 x", "sssssddd".to_owned()),
        ("500 syntax", "CCCCCxxx".to_owned()),
        ("501 syntax", "CCCCCxxx".to_owned()),
        ("501 5.1.3 bad address", "CCCCCRRR".to_owned()),
        ("502 no such command", "CCCCCxxx".to_owned()),
        ("503 sequence", "CCCCCxxx".to_owned()),
        ("504 parameter", "CCCCCxxx".to_owned()),
        ("521 no mail here", "CCCCCxxx".to_owned()),
        ("523 x", "CCCCCxxx".to_owned()),
        ("530 5.7.0 authenticate first", "CCCCCCCC".to_owned()),
        ("530 5.7.57 not authenticated", "CCCCCCCC".to_owned()),
        ("534 5.7.9 stronger", "CCCCCCCC".to_owned()),
        ("535 5.7.8 bad credentials", "CCCCCCCC".to_owned()),
        ("535 5.7.139 basic authentication is off", "CCCCCCCC".to_owned()),
        ("550 5.7.139 basic authentication is off", "CCCCCCCC".to_owned()),
        ("538 5.7.11 encryption", "CCCCCCCC".to_owned()),
        ("550 no such user", "CCCCCRRR".to_owned()),
        ("550 5.1.1 no such user", "CCCCCRRR".to_owned()),
        ("550 5.1.10 no such user", "CCCCCRRR".to_owned()),
        ("550 5.4.1 denied", "CCCCCxxx".to_owned()),
        ("550 5.7.1 policy", "CCCCCPPP".to_owned()),
        ("550 4.2.2 disagrees", "sssssddd".to_owned()),
        ("451 5.1.1 disagrees", "CCCCCRRR".to_owned()),
        ("551 not local", "CCCCCRRR".to_owned()),
        ("552 too big", "CCCCBBBB".to_owned()),
        ("552 5.2.2 full", "CCCCCxxx".to_owned()),
        ("552 5.3.4 too big", "CCCCBBBB".to_owned()),
        ("550 5.2.3 too long for this mailbox", "CCCCBBBB".to_owned()),
        ("553 name", "CCCCCRRR".to_owned()),
        ("554 failed", "CCCCCxxx".to_owned()),
        ("554 5.7.1 spam", "CCCCCPPP".to_owned()),
        ("554 5.7.26 DMARC", "CCCCCPPP".to_owned()),
        ("555 parameters", "CCCCCxxx".to_owned()),
        ("556 domain", "CCCCCxxx".to_owned()),
        ("571 blocked", "CCCCCxxx".to_owned()),
        ("599 x", "CCCCCxxx".to_owned()),
        ("550 2.0.0 muddled", "CCCCCRRR".to_owned()),
        ("550 5.1 muddled", "CCCCCRRR".to_owned()),
        ("450", "sssssddd".to_owned()),
    ];
    let phases = [
        Phase::Connect,
        Phase::Hello,
        Phase::StartTls,
        Phase::Auth,
        Phase::Mail,
        Phase::Recipient,
        Phase::Data,
        Phase::Dot,
    ];
    let mut wrong = Vec::new();
    for (text, expected) in &table {
        let found: String = phases.iter().map(|phase| class(*phase, text)).collect();
        if found != *expected {
            wrong.push(format!("{text}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn lines_that_are_no_reply_are_garbled() {
    for line in
        [&b"xx"[..], b"", b"2a0 ok", b"250_ok", b"199 x", b"600 x", b"999 x", b"-50 x", "é50".as_bytes()]
    {
        assert!(Reply::take(&mut None, line).is_err(), "{line:?}");
    }
    let mut reply = None;
    assert!(!Reply::take(&mut reply, b"250-one").unwrap());
    assert!(Reply::take(&mut reply, b"251 two").is_err(), "one reply has one code");
}

#[test]
fn words_of_a_server_are_one_line_in_a_record() {
    let mut spoken = None;
    Reply::take(&mut spoken, b"550-5.7.1 a\tb\x1b[31m").unwrap();
    Reply::take(&mut spoken, b"550 c").unwrap();
    assert_eq!(spoken.unwrap().to_string(), "550 5.7.1 a b [31m c");
}
