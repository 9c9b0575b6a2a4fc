//! What one room builds, another that shares no code with it opens.

use chrono::{TimeZone, Utc};
use rust_xlsxwriter::{DocProperties, Workbook};
use sufficiency::deliver::{self, Attachment, InlineImage, Letter};
use sufficiency::inspect::{self, Limits, Rule};

/// One grey pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82";

fn letter() -> Letter {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new().set_author("AP commissioning").set_company("Demo City Council"),
    );
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Phase").unwrap();
    sheet.write(1, 0, "Cynradd — Tŷ Glas").unwrap();
    sheet.write(1, 1, 29).unwrap();
    Letter {
        edition: "needs_assessment-ay2025-26-r1".to_owned(),
        origin: deliver::Origin::of("store", "content"),
        report: "needs_assessment".to_owned(),
        recipient: "ap.commissioner@demo-city.example".parse().unwrap(),
        from: "AP commissioning <ap.reports@demo-city.example>".parse().unwrap(),
        reply_to: "ap.team@demo-city.example".parse().unwrap(),
        subject: "OFFICIAL-SENSITIVE: Annual needs assessment, Tŷ Glas".to_owned(),
        html: "<h1>29 — fell</h1><img src=\"cid:trend@r1\" alt=\"Exclusions fell\">".to_owned(),
        text: "29 — fell\nWrite to ap.team@demo-city.example\n".to_owned(),
        images: vec![InlineImage { cid: "trend@r1".to_owned(), png: PIXEL.to_vec() }],
        attachments: vec![
            Attachment {
                name: "Needs assessment 2025–26.xlsx".to_owned(),
                media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
                bytes: workbook.save_to_buffer().unwrap(),
            },
            Attachment {
                name: "exclusions.csv".to_owned(),
                media_type: "text/csv".to_owned(),
                bytes: b"phase,count\r\nprimary,29\r\n".to_vec(),
            },
        ],
        date: Utc.with_ymd_and_hms(2026, 10, 5, 5, 0, 0).unwrap(),
        references: vec![],
    }
}

fn limits() -> Limits {
    let addresses = ["ap.reports@demo-city.example", "ap.team@demo-city.example"];
    Limits {
        addresses: addresses.map(str::to_owned).into(),
        authors: ["AP commissioning", "Demo City Council"].map(str::to_owned).into(),
        ..Limits::default()
    }
}

fn rules(letter: &Letter) -> Vec<Rule> {
    let bytes = deliver::message(letter).unwrap();
    let findings = inspect::message(&bytes, &limits()).err().unwrap_or_default();
    findings.list().iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_sound_letter_passes_its_inspection() {
    assert_eq!(rules(&letter()), []);
}

/// Whatever the place, and however the place is encoded, the inspector sees what a reader would.
#[test]
fn a_person_is_found_wherever_a_letter_can_hold_text() {
    const UPN: &str = "A823432112001";
    let places: [fn(&mut Letter); 6] = [
        |letter| letter.subject = format!("Tŷ Glas {UPN}"),
        |letter| letter.text.push_str(UPN),
        |letter| letter.html += &["<p>Tŷ A8234<b>32112001</b> ", UPN, "</p>"].concat(),
        |letter| letter.html += &["<img src=\"cid:trend@r1\" alt=\"", UPN, "\">"].concat(),
        |letter| letter.attachments[1].bytes.extend_from_slice(UPN.as_bytes()),
        |letter| letter.attachments[1].name = format!("Tŷ {UPN}.csv"),
    ];
    for (number, place) in places.iter().enumerate() {
        let mut letter = letter();
        place(&mut letter);
        let rules = rules(&letter);
        assert!(
            rules.contains(&Rule::Upn) && rules.iter().all(|rule| [Rule::Upn, Rule::Unsaid].contains(rule)),
            "place {number}: {rules:?}"
        );
    }
}

#[test]
fn a_file_that_is_not_what_it_is_called_does_not_pass() {
    let mut letter = letter();
    letter.attachments[0].bytes = b"phase,count\r\n".to_vec();
    assert_eq!(rules(&letter), [Rule::Unreadable]);
    letter.attachments[0].media_type = "application/pdf".to_owned();
    assert!(rules(&letter).contains(&Rule::Unreadable));
    letter.attachments[0].media_type = "application/msword".to_owned();
    assert_eq!(rules(&letter), [Rule::UnknownKind]);
}
