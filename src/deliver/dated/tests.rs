use super::dated;

#[test]
fn the_date_of_a_message_is_the_day_of_sending_and_nothing_else_changes() {
    let at = "2026-10-09T15:04:05Z".parse().unwrap();
    let built =
        b"Message-ID: <a@b>\r\nDate: Mon, 05 Oct 2026 05:00:00 +0000\r\nTo: a@b\r\n\r\nDate: body\r\n";
    let sent = b"Message-ID: <a@b>\r\nDate: Fri, 09 Oct 2026 15:04:05 +0000\r\nTo: a@b\r\n\r\nDate: body\r\n";
    assert_eq!(dated(built, at), sent);
    assert_eq!(dated(b"Subject: x\r\n\r\nDate: body\r\n", at), b"Subject: x\r\n\r\nDate: body\r\n");
    for whole in [&b""[..], b"Date:", b"\r\n", b"x"] {
        dated(whole, at);
    }
}
