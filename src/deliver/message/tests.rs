use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{TimeZone, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::deliver::{Attachment, DeliveryKey, InlineImage, Origin};

fn origin() -> Origin {
    Origin::of("store", "content")
}

fn letter() -> Letter {
    Letter {
        edition: "needs_assessment-ay2025-26-council-r1".to_owned(),
        origin: origin(),
        report: "needs_assessment".to_owned(),
        recipient: "ap.commissioner@demo-city.example".parse().unwrap(),
        from: "AP commissioning <ap.reports@demo-city.example>".parse().unwrap(),
        reply_to: "ap.team@demo-city.example".parse().unwrap(),
        subject: "[OFFICIAL-SENSITIVE] Annual needs assessment, academic year 2025/26".to_owned(),
        html: "<p>Ysgol Tŷ Glas — £10,000</p>\n<img src=\"cid:trend@edition\" alt=\"\">\n".to_owned(),
        text: "Ysgol Tŷ Glas — £10,000\n.\nFrom the start of a line.\n".to_owned(),
        images: vec![InlineImage {
            cid: "trend@edition".to_owned(),
            png: vec![0x89, b'P', b'N', b'G', 0, 255],
        }],
        attachments: vec![Attachment {
            name: "Needs assessment 2025–26.csv".to_owned(),
            media_type: "text/csv; charset=utf-8".to_owned(),
            bytes: "phase,count\r\nprimary,29\n\rend".as_bytes().to_vec(),
        }],
        date: Utc.with_ymd_and_hms(2026, 10, 5, 5, 0, 0).unwrap(),
        references: vec!["<first@demo-city.example>".to_owned(), "<second@demo-city.example>".to_owned()],
    }
}

/// Returns what Python's `email` makes of messages, each read with the strictest policy that it has.
fn python(messages: &[Vec<u8>]) -> serde_json::Value {
    const READER: &str = r#"
import base64, email, email.policy, json, struct, sys
out = []
data = sys.stdin.buffer.read()
at = 0
while at < len(data):
    (size,) = struct.unpack_from(">I", data, at); at += 4
    m = email.message_from_bytes(data[at:at + size], policy=email.policy.default.clone(raise_on_defect=True)); at += size
    leaves = [p for p in m.walk() if not p.is_multipart()]
    out.append({
        "tree": [p.get_content_type() for p in m.walk()],
        "headers": sorted(k.lower() for k in m.keys()),
        "subject": m["Subject"], "from": str(m["From"]), "to": m["To"], "id": m["Message-ID"],
        "to_count": len(m["To"].addresses), "from_count": len(m["From"].addresses),
        "from_name": m["From"].addresses[0].display_name,
        "references": m["References"], "reply": m["In-Reply-To"], "date": m["Date"].datetime.isoformat() if m["Date"] else None,
        "list": m["List-Id"],
        "names": [p.get_filename() for p in leaves],
        "cids": [p["Content-ID"] for p in leaves],
        "bodies": [base64.b64encode(p.get_payload(decode=True)).decode() for p in leaves],
        "defects": [str(d) for p in m.walk() for d in p.defects],
    })
json.dump(out, sys.stdout)
"#;
    let mut python = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 reads the messages in this test");
    let mut input = python.stdin.take().unwrap();
    let framed: Vec<u8> = messages
        .iter()
        .flat_map(|message| {
            let size = u32::try_from(message.len()).unwrap();
            size.to_be_bytes().into_iter().chain(message.iter().copied())
        })
        .collect();
    let writer = std::thread::spawn(move || input.write_all(&framed).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "python could not read a message");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the base64 of `text` as Python gives it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let mut word = 0_u32;
            for at in 0..3 {
                word = word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0));
            }
            let letter = move |at: usize| char::from(LETTERS[(word >> (18 - 6 * at)) as usize & 63]);
            (0..4).map(move |at| if at <= chunk.len() { letter(at) } else { '=' })
        })
        .collect()
}

#[test]
fn goal_e11_python_reads_back_every_part_as_it_was_written() {
    let letter = letter();
    let read = &python(&[message(&letter).unwrap()])[0];
    assert_eq!(
        read["tree"],
        serde_json::json!([
            "multipart/mixed",
            "multipart/related",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "image/png",
            "text/csv"
        ])
    );
    assert_eq!(read["defects"], serde_json::json!([]));
    assert_eq!(read["subject"], letter.subject.as_str());
    assert_eq!(read["from"], "AP commissioning <ap.reports@demo-city.example>");
    assert_eq!(read["to"], "ap.commissioner@demo-city.example");
    assert_eq!(read["date"], "2026-10-05T05:00:00+00:00");
    assert_eq!(read["list"], "<needs_assessment.demo-city.example>");
    assert_eq!(read["names"][3], "Needs assessment 2025–26.csv");
    assert_eq!(read["cids"][2], "<trend@edition>");
    let bodies = read["bodies"].as_array().unwrap();
    assert_eq!(bodies[0], base64(letter.text.replace('\n', "\r\n").as_bytes()).as_str());
    assert_eq!(bodies[1], base64(letter.html.replace('\n', "\r\n").as_bytes()).as_str());
    assert_eq!(bodies[2], base64(&letter.images[0].png).as_str());
    assert_eq!(bodies[3], base64(&letter.attachments[0].bytes).as_str(), "a file keeps its own line ends");
    let headers = read["headers"].as_array().unwrap();
    for name in ["auto-submitted", "x-auto-response-suppress", "content-language", "reply-to", "mime-version"]
    {
        assert!(headers.iter().any(|header| header == name), "{name} is missing");
    }
    for name in ["bcc", "cc", "x-mailer", "user-agent"] {
        assert!(headers.iter().all(|header| header != name), "{name} does not belong there");
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    assert_eq!(message(&letter()).unwrap(), message(&letter()).unwrap());
}

#[test]
fn editions_thread_for_each_recipient_by_identities_that_need_no_memory() {
    let mut earlier = letter();
    earlier.edition = "second".to_owned();
    earlier.references.clear();
    let mut later = letter();
    let known_again = DeliveryKey::of("second", &later.recipient).message_id(&origin(), "demo-city.example");
    later.references = vec!["<first@demo-city.example>".to_owned(), known_again];
    let read = python(&[message(&earlier).unwrap(), message(&later).unwrap()]);
    assert_eq!(read[0]["references"], serde_json::Value::Null);
    assert_eq!(read[1]["reply"], read[0]["id"]);
    assert!(read[1]["references"].as_str().unwrap().ends_with(read[0]["id"].as_str().unwrap()));
}

#[test]
fn an_identity_belongs_to_store_content_edition_and_recipient_and_to_nothing_else() {
    let one = letter();
    let mut other = letter();
    other.subject = "another subject".to_owned();
    other.recipient = "AP.Commissioner@Demo-City.example".parse().unwrap();
    assert_eq!(one.message_id(), other.message_id());
    other.edition.push('2');
    assert_ne!(one.message_id(), other.message_id());
    for origin in [Origin::of("another store", "content"), Origin::of("store", "other content")] {
        assert_ne!(Letter { origin, ..one.clone() }.message_id(), one.message_id());
    }
}

/// Pieces from which hostile text is put together.
const HOSTILE: &[&str] = &[
    "\r\nBcc: evil@evil.example",
    "\n",
    "\r",
    "\0",
    "\u{0}",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=",
    "\"",
    "\\",
    "<",
    ">",
    "(",
    ")",
    ",",
    ";",
    ":",
    "@",
    "Ŵ",
    "😀",
    "e\u{301}\u{302}\u{303}",
    "\r\n.\r\n",
    "--=_mixed_",
    " ",
    "   ",
    "a",
    "Oak & Ash",
    "\u{1b}[31m",
    "../",
    "{{x}}",
    "\r\n\r\n<script>",
    "%0d%0a",
    "'",
    "шкода",
    "中文",
    "\u{7f}",
    "=",
    "=3D",
    ".",
];

fn hostile(random: &mut ChaCha8Rng, pieces: u32) -> String {
    let count = random.next_u32() % pieces;
    (0..count)
        .map(|_| match random.next_u32() % 12 {
            0 => "x".repeat((random.next_u32() % 1500) as usize),
            pick => HOSTILE[(random.next_u32().wrapping_add(pick)) as usize % HOSTILE.len()].to_owned(),
        })
        .collect()
}

#[test]
fn goal_e6_no_text_injects_a_header_or_breaks_a_line() {
    fuzz(500);
}

#[test]
#[ignore = "goal E6 in full, a hundred thousand letters: five minutes"]
fn goal_e6_of_a_hundred_thousand_letters_none_injects_a_header_or_breaks_a_line() {
    fuzz(100_000);
}

/// Writes letters with hostile text wherever text may stand, and checks each for its lines; some are read by Python.
fn fuzz(letters: u32) {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let plain = python(&[message(&letter()).unwrap()]);
    let mut messages = Vec::new();
    for round in 0..letters {
        let mut letter = letter();
        letter.subject = hostile(&mut random, 20);
        letter.from =
            Mailbox::new(&hostile(&mut random, 12), "ap.reports@demo-city.example".parse().unwrap());
        letter.reply_to =
            Mailbox::new(&hostile(&mut random, 12), "ap.team@demo-city.example".parse().unwrap());
        letter.html = hostile(&mut random, 30);
        letter.text = hostile(&mut random, 30);
        letter.attachments[0].name = format!("{}.csv", hostile(&mut random, 8));
        letter.attachments[0].bytes = hostile(&mut random, 30).into_bytes();
        let bytes = message(&letter).unwrap_or_else(|error| panic!("round {round}: {error}"));
        fit_to_send(&bytes).unwrap();
        if round.is_multiple_of(letters / 200) {
            messages.push(bytes);
        }
    }
    for read in python(&messages).as_array().unwrap() {
        assert_eq!(read["headers"], plain[0]["headers"]);
        assert_eq!(read["tree"], plain[0]["tree"]);
        assert_eq!(read["defects"], serde_json::json!([]));
        assert_eq!((&read["to_count"], &read["from_count"]), (&1.into(), &1.into()));
        assert_eq!(read["to"], plain[0]["to"]);
    }
}

#[test]
fn fault_f72_a_display_name_with_line_ends_is_cleaned_and_does_not_panic() {
    let mut letter = letter();
    letter.from =
        Mailbox::new("AP\r\nBcc: evil@evil.example", "ap.reports@demo-city.example".parse().unwrap());
    let read = &python(&[message(&letter).unwrap()])[0];
    assert_eq!(read["from_name"], "AP Bcc: evil@evil.example");
    assert!(read["headers"].as_array().unwrap().iter().all(|header| header != "bcc"));
}

#[test]
fn a_letter_that_cannot_stand_in_a_message_is_refused() {
    let refused = |change: fn(&mut Letter)| {
        let mut letter = letter();
        change(&mut letter);
        message(&letter).unwrap_err().to_string()
    };
    assert_eq!(refused(|letter| letter.images[0].cid = "a b\r\n".to_owned()), "`a b` cannot name a picture");
    assert_eq!(
        refused(|letter| letter.attachments[0].media_type = "text\r\nBcc: x".to_owned()),
        "`text Bcc: x` is not a media type, for the attachment `Needs assessment 2025–26.csv`"
    );
    assert_eq!(
        refused(|letter| letter.attachments[0].name = " \u{200b} ".to_owned()),
        "an attachment has no name"
    );
    assert_eq!(
        refused(|letter| letter.report = "a b".to_owned()),
        "`a b` cannot stand in a message's identity"
    );
    assert_eq!(
        refused(|letter| letter.references = vec!["<a@b>\r\nBcc: <c@d>".to_owned()]),
        "`<a@b> Bcc: <c@d>` cannot stand in a message's identity"
    );
    assert!(refused(|letter| letter.date = chrono::DateTime::<Utc>::MIN_UTC).contains("cannot be the date"));
}

#[test]
fn bytes_that_a_server_might_change_are_found() {
    let at = |bytes: &[u8]| fit_to_send(bytes).map_err(|error| error.to_string());
    assert!(at(b"a\r\nb\r\n").is_ok());
    for bytes in [&b"a\nb"[..], b"a\rb", b"a\r", b"\xc3\xa9", b"a\0"] {
        assert!(at(bytes).is_err(), "{bytes:?}");
    }
    let long = |count| [b"x".repeat(count), b"\r\n".to_vec()].concat();
    assert!(at(&long(LONGEST_LINE)).is_ok());
    assert!(at(&long(LONGEST_LINE + 1)).is_err());
}

#[test]
fn no_programs_reply_is_asked_for_and_a_message_that_did_not_arrive_comes_back() {
    let message = String::from_utf8(message(&letter()).unwrap()).unwrap();
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let value = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))
            .map(|value| value.trim().to_owned())
    };
    assert_eq!(value("Auto-Submitted").as_deref(), Some("auto-generated"));
    let suppressed = value("X-Auto-Response-Suppress").expect("Exchange is asked for no replies");
    let kinds: Vec<&str> = suppressed.split(", ").collect();
    assert!(["OOF", "AutoReply"].iter().all(|kind| kinds.contains(kind)), "{suppressed}");
    // These would keep delivery reports and bounces from coming back.
    assert!(!["All", "DR", "NDR"].iter().any(|kind| kinds.contains(kind)), "{suppressed}");
}
