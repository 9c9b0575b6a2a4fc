use super::*;
use crate::deliver::Address;

fn origin() -> Origin {
    Origin::of("store", "content")
}

fn key_of(name: &str) -> DeliveryKey {
    let address: Address = format!("{name}@demo-city.example").parse().unwrap();
    DeliveryKey::of("cost_review-fy2025-26-r1", &address)
}

/// Writes a notification in the form of Postfix.
fn notification(action: &str, original: &str, as_headers: bool) -> String {
    let kind = if as_headers { "text/rfc822-headers" } else { "message/rfc822" };
    let body = if as_headers { "" } else { "\r\nthe message\r\n" };
    format!(
        "From: MAILER-DAEMON@mail.example\r\nTo: ap.reports@demo-city.example\r\nSubject: Undelivered Mail\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
         Final-Recipient: rfc822; a@demo-city.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1\r\n    no such user\r\n\r\n\
         --b\r\nContent-Type: {kind}\r\n\r\nMessage-ID: {original}\r\nSubject: x\r\n{body}\r\n--b--\r\n"
    )
}

#[test]
fn fault_f73_a_bounce_is_matched_by_the_identity_of_the_message_that_came_back() {
    let id = key_of("a").message_id(&origin(), "demo-city.example");
    for as_headers in [true, false] {
        let text = notification("failed", &id, as_headers);
        let expected = Bounce {
            key: key_of("a"),
            origin: Some(origin()),
            recipient: Some("a@demo-city.example".to_owned()),
            words: "5.1.1 550 5.1.1 no such user".to_owned(),
            notice: sha256(text.as_bytes()),
        };
        assert_eq!(read(text.as_bytes()), [expected]);
    }
}

#[test]
fn what_is_late_or_delivered_or_not_ours_is_not_a_bounce() {
    let id = key_of("a").message_id(&origin(), "demo-city.example");
    for action in ["delayed", "delivered", "relayed"] {
        assert_eq!(read(notification(action, &id, false).as_bytes()), [], "{action}");
    }
    assert_eq!(read(notification("failed", "<someone.else@demo-city.example>", false).as_bytes()), []);
    for not_ours in ["0123456789abcdef0123456789abcdef.x@a.example", "short.0123456789abcdef@a.example"] {
        assert_eq!(read(notification("failed", &format!("<{not_ours}>"), true).as_bytes()), []);
    }
    let of_before = "<0123456789abcdef0123456789abcdef@demo-city.example>";
    assert_eq!(read(notification("failed", of_before, true).as_bytes())[0].origin, None);
    for other in ["", "Subject: hello\r\n\r\nhello\r\n", "\u{0}\u{1}\u{2}"] {
        assert_eq!(read(other.as_bytes()), []);
    }
}

#[test]
fn no_notification_that_is_cut_or_garbled_panics() {
    let id = key_of("a").message_id(&origin(), "demo-city.example");
    let whole = notification("failed", &id, false);
    for at in 0..whole.len() {
        read(&whole.as_bytes()[..at]);
        let mut garbled = whole.clone().into_bytes();
        garbled[at] ^= 0x55;
        read(&garbled);
    }
}

#[test]
fn a_maildir_is_read_whole_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for (place, name) in [("new", "a"), ("cur", "b"), ("tmp", "c")] {
        std::fs::create_dir(folder.path().join(place)).unwrap();
        let text = notification("failed", &key_of(name).message_id(&origin(), "demo-city.example"), true);
        std::fs::write(folder.path().join(place).join("1.mail"), text).unwrap();
    }
    let found: Vec<DeliveryKey> =
        bounces(folder.path()).bounces.into_iter().map(|bounce| bounce.key).collect();
    assert_eq!(found, [key_of("a"), key_of("b")]);
    assert!(folder.path().join("new/1.mail").exists());
    let nowhere = bounces(&folder.path().join("nowhere"));
    assert!(nowhere.bounces.is_empty());
    assert_eq!(nowhere.unreadable.len(), 2, "`new` and `cur`");
    assert!(nowhere.unreadable[0].to_string().contains("cannot be read"));
}

#[test]
fn one_file_that_cannot_be_read_keeps_no_other_from_being_read() {
    let folder = tempfile::tempdir().unwrap();
    for place in ["new", "cur"] {
        std::fs::create_dir(folder.path().join(place)).unwrap();
    }
    // A link to itself can be read by nobody.
    std::os::unix::fs::symlink("1.mail", folder.path().join("new/1.mail")).unwrap();
    let text = notification("failed", &key_of("a").message_id(&origin(), "demo-city.example"), true);
    std::fs::write(folder.path().join("new/2.mail"), text).unwrap();
    let found = bounces(folder.path());
    assert_eq!(found.bounces.len(), 1);
    assert_eq!(found.unreadable.len(), 1);
}

#[test]
fn a_notification_about_several_recipients_is_a_bounce_of_each_that_failed() {
    let id = key_of("list").message_id(&origin(), "demo-city.example");
    let text = notification("failed", &id, true).replace(
        "--b\r\nContent-Type: text/rfc822-headers",
        "Final-Recipient: rfc822; late@demo-city.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n\
         Original-Recipient: rfc822;list@demo-city.example\r\nFinal-Recipient: rfc822; <b@other.example>\r\n\
         Action: failed\r\nStatus: 5.2.2\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
    );
    let found: Vec<(Option<String>, String)> =
        read(text.as_bytes()).into_iter().map(|bounce| (bounce.recipient, bounce.words)).collect();
    let of = |address: &str, words: &str| (Some(address.to_owned()), words.to_owned());
    assert_eq!(
        found,
        [of("a@demo-city.example", "5.1.1 550 5.1.1 no such user"), of("b@other.example", "5.2.2")]
    );
}

#[test]
fn a_bounce_that_holds_nothing_of_the_message_is_matched_by_the_return_path_that_it_came_by() {
    let mailbox: Address = "ap.returns@demo-city.example".parse().unwrap();
    let path = key_of("a").return_path(&origin(), &mailbox).unwrap();
    assert!(path.local().len() <= 64 && path.domain() == "demo-city.example", "{path}");
    for header in ["To", "Delivered-To", "X-Original-To"] {
        let bare = format!(
            "From: MAILER-DAEMON@mail.example\r\n{header}: <{path}>\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
             Final-Recipient: rfc822; a@demo-city.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        );
        let found = read(bare.as_bytes());
        let named: Vec<_> = found.iter().map(|bounce| (&bounce.key, bounce.origin.as_ref())).collect();
        assert_eq!(named, [(&key_of("a"), Some(&origin()))], "{header}");
        // To the mailbox itself it says nothing of which message.
        assert_eq!(read(bare.replace(&path.to_string(), "ap.returns@demo-city.example").as_bytes()), []);
        // A part of an address that only looks like a delivery is none.
        assert_eq!(read(bare.replace(&path.to_string(), "ap.returns+news@demo-city.example").as_bytes()), []);
    }
    let long: Address = "alternative.provision.returns@demo-city.example".parse().unwrap();
    assert!(key_of("a").return_path(&origin(), &long).is_err(), "64 letters are the most");
}
