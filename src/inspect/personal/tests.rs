use super::*;

fn found(text: &str) -> Vec<Rule> {
    let addresses = ["ap.team@demo-city.example".to_owned()].into();
    let postcodes = ["ZZ9 9ZZ".to_owned()].into();
    rules(text, &Limits { addresses, postcodes, ..Limits::default() })
}

#[test]
fn identifiers_are_found_in_running_text() {
    assert_eq!(found("pupil A823432112001 moved"), [Rule::Upn]);
    assert_eq!(found("a823432112001"), [Rule::Upn]);
    assert_eq!(found("temporary H80120000200A."), [Rule::Upn]);
    assert_eq!(found("ULN 1000000043"), [Rule::Uln]);
    assert_eq!(found("943 476 5919"), [Rule::NhsNumber]);
    assert_eq!(found("(9434765919)"), [Rule::NhsNumber]);
    assert_eq!(found("of ZZ1 1ZZ and"), [Rule::Postcode]);
    assert_eq!(found("ZZ11AA"), [Rule::Postcode]);
    assert_eq!(found("Date of birth"), [Rule::DateOfBirth]);
    assert_eq!(found("DOB: 03/11/2012"), [Rule::DateOfBirth]);
    assert_eq!(found("born 3-11-2012"), [Rule::DateOfBirth]);
    assert_eq!(found("write to J.Smith@school.example today"), [Rule::Address]);
}

#[test]
fn what_reports_are_full_of_is_not_taken_for_identifiers() {
    for text in [
        "Annual needs assessment, academic year 2025/26",
        "43,146 pupils (25,485 primary, 16,871 secondary, 790 special)",
        "£1234567890.00 and £12,345,678.90",
        "1234567890",
        "0.9434765919 and 12.1000000043",
        "0117 496 0123",
        "+44 117 496 0123",
        "E06000023 336 2025-09-01 31/08/2026",
        "KS1 KS2 KS3 KS4 P16 SEMH 5 AM 3 PM",
        "Names and dates of birth are dropped; the date of birth becomes a birth year.",
        "born in the academic year 2012/13",
        "ap.team@demo-city.example, or AP.Team@Demo-City.example.",
        "ZZ9 9ZZ",
        "needs_assessment-ay2025-26-council-r1",
        "@ 5 places",
        "A1 B2 C3 1.2.3",
        "8f14e45fceea167a5a36dedd4bea2543",
        "",
    ] {
        assert_eq!(found(text), [], "`{text}`");
    }
}

#[test]
fn a_check_digit_is_the_difference_between_a_number_and_an_identifier() {
    let numbers = (1_000_000_000_u64..1_000_001_000).map(|number| number.to_string());
    let ulns = numbers.filter(|number| is_uln(number)).count();
    assert!((80..=91).contains(&ulns), "{ulns} of 1,000 pass a check of one in eleven");
}

#[test]
fn a_finding_names_the_line_and_not_the_value() {
    let mut findings = Findings::default();
    lines("notes.txt", "one\nA823432112001\n", &Limits::default(), &mut findings);
    assert_eq!(findings.to_string(), "`notes.txt, line 2` looks like a unique pupil number");
}
