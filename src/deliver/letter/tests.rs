use chrono::{TimeZone, Utc};

use super::*;

fn letter(html: &str) -> Letter {
    Letter {
        edition: "cost_review-fy2025-26-r2".to_owned(),
        origin: Origin::of("store", "content"),
        report: "cost_review".to_owned(),
        recipient: "ap.commissioner@demo-city.example".parse().unwrap(),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        reply_to: "ap.team@demo-city.example".parse().unwrap(),
        subject: "OFFICIAL: Cost review".to_owned(),
        html: html.to_owned(),
        text: "Cost review\n".to_owned(),
        images: vec![],
        attachments: vec![],
        date: Utc.with_ymd_and_hms(2026, 10, 5, 5, 0, 0).unwrap(),
        references: vec![],
    }
}

#[test]
fn what_must_be_known_first_comes_first_and_is_not_markup() {
    let mut letter = letter("<html><body style=\"margin:0\"><h1>Cost</h1></body></html>");
    letter.say_first("Correction", "a <b> & \"b\"");
    assert_eq!(letter.subject, "OFFICIAL: Cost review (correction)");
    assert_eq!(letter.text, "CORRECTION: a <b> & \"b\"\n\nCost review\n");
    let (head, rest) = letter.html.split_once("<div role=\"note\"").unwrap();
    assert_eq!(head, "<html><body style=\"margin:0\">");
    assert!(rest.contains("<strong>Correction.</strong> a &lt;b&gt; &amp; &quot;b&quot;</div>\n<h1>Cost"));
}

#[test]
fn a_page_without_a_body_still_says_it() {
    let mut letter = letter("<p>Cost</p>");
    letter.say_first("Correction", "words");
    assert!(letter.html.starts_with("<div role=\"note\"") && letter.html.ends_with("<p>Cost</p>"));
}
