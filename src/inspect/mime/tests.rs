use super::*;

#[test]
fn nested_parts_names_and_encodings_are_read() {
    let raw = "Subject: =?utf-8?b?WcO=?= =?utf-8?q?=C3=A9_b?= c\r\n d\r\nContent-Type: multipart/mixed;\r\n boundary=\"x\"\r\n\r\n\
               preamble\r\n--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\nplain\r\n--y--\r\n\
               --x\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n \
               filename*0*=utf-8''a%C3%A9; filename*1=\".csv\"\r\n\r\nYSxi\r\nCg==\r\n--x--\r\nepilogue";
    let mail = read(raw.as_bytes()).unwrap();
    assert!(mail.headers[0].1.ends_with("é b c d"), "{}", mail.headers[0].1);
    let [text, table] = mail.parts.as_slice() else { panic!("{:?}", mail.parts) };
    assert_eq!((text.media_type.as_str(), text.body.as_slice()), ("text/plain", &b"plain"[..]));
    assert_eq!((table.name.as_deref(), table.body.as_slice()), (Some("aé.csv"), &b"a,b\n"[..]));
    assert!(table.attached);
}

#[test]
fn quoted_printable_and_base64_are_decoded() {
    assert_eq!(decode("quoted-printable", "a=3D=\r\nb=C3=A9=").unwrap(), "a=bé=".as_bytes());
    assert_eq!(base64("AAEC/w==").unwrap(), [0, 1, 2, 255]);
    assert!(base64("AA=A").is_none() && base64("A*").is_none());
    assert!(decode("x-uuencode", "").is_none());
}

#[test]
fn what_is_no_whole_message_is_not_read() {
    for raw in [
        "",
        "Subject: x",
        "no colon\r\n\r\n",
        " folded first\r\n\r\n",
        "Content-Type: multipart/mixed\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nunclosed",
        "Subject: é\r\n\r\n",
    ] {
        assert!(read(raw.as_bytes()).is_none(), "{raw:?}");
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
    assert!(read(nested(3).as_bytes()).is_some());
    let deep = nested(20);
    assert!(read(deep.as_bytes()).is_none());
}
