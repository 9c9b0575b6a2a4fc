use super::*;

const HEAD: &str = "Message-ID: <a@demo-city.example>\r\nDate: Mon, 05 Oct 2026 05:00:00 +0000\r\n\
From: ap.reports@demo-city.example\r\nReply-To: ap.team@demo-city.example\r\nTo: ap.commissioner@demo-city.example\r\n\
Subject: Needs assessment\r\nList-Id: <needs_assessment.demo-city.example>\r\nAuto-Submitted: auto-generated\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n";
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

fn mail(head: &str, text: &str, html: &str, cid: &str) -> Vec<u8> {
    format!(
        "{head}\r\n--x\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--x\r\nContent-Type: text/html\r\n\r\n{html}\r\n\
         --x\r\nContent-Type: image/png\r\nContent-ID: <{cid}>\r\nContent-Transfer-Encoding: base64\r\n\r\n{PIXEL}\r\n\
         --x--\r\n"
    )
    .into_bytes()
}

fn found(bytes: &[u8]) -> String {
    message(bytes, &Limits::default()).err().unwrap_or_default().to_string()
}

#[test]
fn a_whole_message_passes() {
    assert_eq!(found(&mail(HEAD, "29 fell", "<p>29</p><img src=cid:t alt=fell>", "t")), "");
    let unsaid = "`HTML part, a figure of line 1 of the text part,` does not show in the page";
    assert_eq!(found(&mail(HEAD, "29 fell", "<img src=cid:t alt=29>", "t")), unsaid);
}

#[test]
fn a_message_without_a_text_a_header_or_a_picture_is_found() {
    let html = "<img src=cid:t alt=fell>";
    assert_eq!(found(&mail(HEAD, " ", html, "t")), "`message` lacks a part that every message has");
    let headless = HEAD.replace("Auto-Submitted: auto-generated\r\n", "");
    assert_eq!(
        found(&mail(&headless, "a", html, "t")),
        "`header auto-submitted` lacks a part that every message has"
    );
    assert!(found(&mail(HEAD, "a", html, "other")).contains("names a picture that is not there"));
}

#[test]
fn a_second_recipient_or_a_person_in_the_subject_is_found() {
    let html = "<img src=cid:t alt=fell>";
    let two = HEAD.replace("To: ap.c", "To: b@demo-city.example, ap.c");
    assert!(found(&mail(&two, "a", html, "t")).contains("`header to`"));
    let copied = format!("Bcc: b@demo-city.example\r\n{HEAD}");
    assert!(found(&mail(&copied, "a", html, "t")).contains("`header bcc`"));
    let named = HEAD.replace("Needs assessment", "A823432112001");
    assert_eq!(found(&mail(&named, "a", html, "t")), "`header subject` looks like a unique pupil number");
}

#[test]
fn sizes_stay_as_they_are() {
    let limits = Limits { message_bytes: 100, html_bytes: 5, image_bytes: 10, ..Limits::default() };
    let findings = message(&mail(HEAD, "a", "<img src=cid:t>", "t"), &limits).unwrap_err();
    let places: Vec<&str> = findings.list().iter().map(|finding| finding.place.as_str()).collect();
    assert_eq!(places, ["message", "message, part 3", "HTML part"]);
    assert!(findings.list().iter().all(|finding| finding.rule == Rule::TooBig));
}

#[test]
fn a_committee_paper_counts_towards_the_size_of_its_message() {
    let plain = mail(HEAD, "a", "<img src=cid:t alt=fell>", "t");
    let limits = Limits { message_bytes: plain.len(), file_bytes: 40, ..Limits::default() };
    assert!(message(&plain, &Limits { file_bytes: 7_000_000, ..limits.clone() }).is_ok());
    let paper =
        "--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=paper.pdf\r\n\r\n";
    let paper = format!("{paper}{}\r\n--x--\r\n", "%PDF-1.7 ".repeat(5));
    let with_paper = String::from_utf8(plain).unwrap().replace("--x--\r\n", &paper);
    let findings = message(with_paper.as_bytes(), &limits).unwrap_err();
    let big = findings.list().iter().filter(|finding| finding.rule == Rule::TooBig);
    let big: Vec<&str> = big.map(|finding| finding.place.as_str()).collect();
    assert!(big.contains(&"message") && big.contains(&"paper.pdf"), "{big:?}");
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    assert_eq!(found(b"hello"), "`message` is not what it claims to be");
}

/// What two mail programs would show differently.
#[test]
fn a_second_text_header_or_unnamed_picture_is_found() {
    let html = "<img src=cid:t alt=fell>";
    let whole = String::from_utf8(mail(HEAD, "a", html, "t")).unwrap();
    let extra = "--x\r\nContent-Type: text/html\r\n\r\n<p>other</p>\r\n--x--";
    let shown = "`message` holds something that some mail programs show and others do not";
    assert_eq!(found(whole.replace("--x--", extra).as_bytes()), shown);
    assert_eq!(found(whole.replace("--x--", &extra.replace("html", "plain")).as_bytes()), shown);
    assert_eq!(found(format!("{whole}A823432112001").as_bytes()), shown);
    let unnamed = whole.replace("Content-ID: <t>\r\n", "");
    assert!(found(unnamed.as_bytes()).contains("`message, part 3` names a picture"));
    let twice = format!("X-Note: a\r\nX-Note: b\r\n{HEAD}");
    assert!(found(&mail(&twice, "a", html, "t")).starts_with("`header x-note` holds something"));
    for (head, place) in
        [("Comments: A823432112001", "comments"), ("X-Pupil: =?utf-8?b?QTgyMzQzMjExMjAwMQ==?=", "x-pupil")]
    {
        let head = format!("{head}\r\n{HEAD}");
        assert_eq!(
            found(&mail(&head, "a", html, "t")),
            format!("`header {place}` looks like a unique pupil number")
        );
    }
}
