use super::content::base64;
use super::*;

const LEAF: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n";

fn rule(raw: impl AsRef<[u8]>) -> Option<Rule> {
    read(raw.as_ref()).err()
}

/// Writes a message of one multipart, `inner` being all between its headers and its end.
fn mixed(inner: &str) -> String {
    format!("Subject: x\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n{inner}")
}

#[test]
fn nested_parts_names_and_encodings_are_read() {
    let raw = "Subject: =?utf-8?b?WcO=?= =?utf-8?q?=C3=A9_b?= c\r\n d\r\nContent-Type: multipart/mixed;\r\n boundary=\"x\"\r\n\r\n\
               --x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\nplain\r\n--y--\r\n\
               --x\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n \
               filename*0*=utf-8''a%C3%A9; filename*1=\".csv\"\r\n\r\nYSxiCg==\r\n--x--\r\n";
    let raw = raw.replace("WcO=", "WcOp");
    let mail = read(raw.as_bytes()).unwrap();
    assert_eq!(mail.headers[0], ("subject".to_owned(), "Yéé b c d".to_owned()));
    let [text, table] = mail.parts.as_slice() else { panic!("{:?}", mail.parts) };
    assert_eq!((text.media_type.as_str(), text.body.as_slice()), ("text/plain", &b"plain"[..]));
    assert_eq!((table.names[0].as_str(), table.body.as_slice()), ("aé.csv", &b"a,b\n"[..]));
    assert!(table.attached && !text.attached);
}

#[test]
fn quoted_printable_and_base64_are_decoded() {
    assert_eq!(decode("quoted-printable", b"a=3D=\r\nb=C3=A9").unwrap(), "a=bé".as_bytes());
    assert!(decode("Quoted-Printable", b"a=XY").is_none());
    assert_eq!(base64(b"AAEC/w==").unwrap(), [0, 1, 2, 255]);
    for broken in [&b"AA=A"[..], b"A*==", b"AA==AAAA", b"AAA", b"AA ==", b"===="] {
        assert!(base64(broken).is_none(), "{}", String::from_utf8_lossy(broken));
    }
    assert!(decode("x-uuencode", b"").is_none());
}

#[test]
fn what_is_not_a_whole_message_is_not_read() {
    for raw in [
        "",
        "Subject: x",
        "no colon\r\n\r\n",
        " folded first\r\n\r\n",
        "Content-Type: multipart/mixed\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nunclosed",
        "Subject: é\r\n\r\n",
    ] {
        assert!(rule(raw).is_some(), "{raw:?}");
    }
    let opening = |level| format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    let closing = |level| format!("\r\n--b{level}--\r\n");
    let nested = |levels: u32| {
        (0..levels)
            .map(opening)
            .chain(["\r\nx".to_owned()])
            .chain((0..levels).rev().map(closing))
            .collect::<String>()
    };
    assert!(read(nested(3).as_bytes()).is_ok());
    assert_eq!(rule(nested(9)), Some(Rule::Unreadable));
}

/// A server may break such lines, and two programs break them in different places.
#[test]
fn bytes_that_are_not_lines_of_text_are_refused() {
    let long = "a".repeat(999);
    for body in ["a\nb", "a\rb", "a\0b", "a\u{1b}[8mb", "é", long.as_str()] {
        assert_eq!(rule(format!("Subject: x\r\n\r\n{body}")), Some(Rule::Unreadable), "{body:?}");
    }
    assert!(read(format!("Subject: x\r\n\r\n{}\r\n", "a".repeat(998)).as_bytes()).is_ok());
}

/// `mail-parser` passes over all of these, or guesses; so do mail programs, each in its way.
#[test]
fn headers_that_can_be_read_in_two_ways_are_refused() {
    for head in [
        "Subject : x\r\n",
        "Sub ject: x\r\n",
        "Subject: x\r\nA823432112001\r\nTo: a@b.example\r\n",
        "Subject: x\r\n \r\nTo: a@b.example\r\n",
        "Subject: x\r\n\t\r\n\r\n",
        "Subject: =?utf-7?q?+AEEAOAAyADMANAAz-?=\r\n",
        "Subject: =?iso-8859-1?q?=C3=A9?=\r\n",
        "Subject: =?utf-8?x?abc?=\r\n",
        "Subject: =?utf-8?b?////?=\r\n",
        "Content-Type: text/plain (a comment); charset=utf-8\r\n",
        "Content-Type: text/plain; charset=utf-7\r\n",
        "Content-Type: text/plain; charset=utf-16\r\n",
        "Content-Type: text/plain; charset=utf-8; charset=utf-16\r\n",
        "Content-Type: \"text/plain\"\r\n",
        "Content-Transfer-Encoding: x-uuencode\r\n",
        "Content-Transfer-Encoding: base64 (not really)\r\n",
        "Content-Disposition: form-data; name=x\r\n",
        "Content-ID: a@b\r\n",
    ] {
        assert_eq!(rule(format!("{head}\r\ntext")), Some(Rule::Unreadable), "{head:?}");
    }
    for twice in [
        "Content-Type: text/plain\r\nContent-type: text/html\r\n",
        "Content-Disposition: inline\r\ncontent-disposition: attachment\r\n",
    ] {
        assert_eq!(rule(format!("{twice}\r\ntext")), Some(Rule::Extra), "{twice:?}");
    }
}

#[test]
fn every_byte_around_the_parts_is_accounted_for() {
    let sound = format!("--x\r\n{LEAF}\r\none\r\n--x\r\n{LEAF}\r\ntwo\r\n--x--\r\n");
    assert_eq!(rule(mixed(&sound)), None);
    for (what, inner) in [
        ("before the first", format!("A823432112001\r\n{sound}")),
        ("an empty line before the first", format!("\r\n{sound}")),
        ("after the last", format!("{sound}A823432112001")),
        ("on the last line", sound.replace("--x--", "--x-- A823432112001")),
        ("on a boundary's line", sound.replacen("\r\n--x\r\n", "\r\n--x A823432112001\r\n", 1)),
        ("spaces on a boundary's line", sound.replacen("\r\n--x\r\n", "\r\n--x \r\n", 1)),
        ("a boundary within a line", sound.replace("two", "two --x three")),
        ("a longer boundary", sound.replace("two", "two\r\n--xy\r\nthree")),
        ("a second end", sound.replace("two", "two\r\n--x--\r\nthree")),
        ("no end", sound.replace("--x--", "")),
        ("a part after the end", format!("{sound}--x\r\n{LEAF}\r\nthree")),
        ("a boundary in a header", sound.replacen(LEAF, &format!("--x: y\r\n{LEAF}"), 1)),
        ("no line before the end", sound.replace("two\r\n--x--", "two--x--")),
    ] {
        assert!(matches!(rule(mixed(&inner)), Some(Rule::Extra | Rule::Unreadable)), "{what}");
    }
}

#[test]
fn a_boundary_of_an_outer_multipart_does_not_lie_in_an_inner_one() {
    let inner = "--x\r\nContent-Type: multipart/related; boundary=y\r\n\r\n--y\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--y--\r\n--x--\r\n";
    assert!(rule(mixed(inner)).is_some());
    let sound =
        "--x\r\nContent-Type: multipart/related; boundary=y\r\n\r\n--y\r\n\r\none\r\n--y--\r\n--x--\r\n";
    assert_eq!(rule(mixed(sound)), None);
    let prefix = sound.replace("boundary=y", "boundary=xy").replace("--y", "--xy");
    assert!(rule(mixed(&prefix)).is_some());
}

#[test]
fn a_boundary_is_written_plainly_and_once() {
    let body = "\r\n--x\r\n\r\none\r\n--x--\r\n";
    for written in [
        "multipart/mixed; boundary=x; boundary=y",
        "multipart/mixed; boundary=\"\\x\"",
        "multipart/mixed; boundary*=utf-8''x",
        "multipart/mixed; boundary*0=x",
        "multipart/digest; boundary=x",
        "multipart/signed; boundary=x",
    ] {
        assert!(rule(format!("Content-Type: {written}\r\n{body}")).is_some(), "{written}");
    }
    assert_eq!(rule(format!("Content-Type: multipart/mixed; boundary=x\r\n{body}")), None);
    let encoded = "Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64\r\n";
    assert_eq!(rule(format!("{encoded}{body}")), Some(Rule::Unreadable));
}

#[test]
fn a_message_in_the_message_is_refused() {
    let inner =
        "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: A823432112001\r\n\r\nhidden\r\n--x--\r\n";
    assert_eq!(rule(mixed(inner)), Some(Rule::UnknownKind));
    let encoded = "--x\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeAoK\r\n--x--\r\n";
    assert!(rule(mixed(encoded)).is_some());
}

#[test]
fn each_name_of_a_file_is_known() {
    let raw = "Content-Type: text/csv; name=one.csv\r\nContent-Disposition: attachment; filename=two.csv\r\n\
               Content-Description: three\r\n\r\na\r\n";
    let mail = read(raw.as_bytes()).unwrap();
    for name in ["one.csv", "two.csv"] {
        assert!(mail.parts[0].names.iter().any(|found| found == name), "{name}");
    }
    let encoded =
        "Content-Disposition: attachment; filename=\"=?utf-8?b?QTgyMzQzMjExMjAwMQ==?=\"\r\n\r\na\r\n";
    assert!(rule(encoded).is_some());
}
