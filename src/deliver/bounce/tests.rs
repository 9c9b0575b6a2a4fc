use super::*;
use crate::deliver::Address;

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
    let id = key_of("a").message_id("demo-city.example");
    for as_headers in [true, false] {
        let bounce = read(notification("failed", &id, as_headers).as_bytes()).unwrap();
        assert_eq!(bounce, Bounce { key: key_of("a"), words: "5.1.1 550 5.1.1 no such user".to_owned() });
    }
}

#[test]
fn what_is_late_or_delivered_or_not_ours_is_not_a_bounce() {
    let id = key_of("a").message_id("demo-city.example");
    for action in ["delayed", "delivered", "relayed"] {
        assert_eq!(read(notification(action, &id, false).as_bytes()), None, "{action}");
    }
    assert_eq!(read(notification("failed", "<someone.else@demo-city.example>", false).as_bytes()), None);
    for other in ["", "Subject: hello\r\n\r\nhello\r\n", "\u{0}\u{1}\u{2}"] {
        assert_eq!(read(other.as_bytes()), None);
    }
}

#[test]
fn no_notification_that_is_cut_or_garbled_panics() {
    let id = key_of("a").message_id("demo-city.example");
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
        let text = notification("failed", &key_of(name).message_id("demo-city.example"), true);
        std::fs::write(folder.path().join(place).join("1.mail"), text).unwrap();
    }
    let found: Vec<DeliveryKey> =
        bounces(folder.path()).unwrap().into_iter().map(|bounce| bounce.key).collect();
    assert_eq!(found, [key_of("a"), key_of("b")]);
    assert!(folder.path().join("new/1.mail").exists());
    let error = bounces(&folder.path().join("nowhere")).unwrap_err().to_string();
    assert!(error.contains("cannot be read"), "{error}");
}
