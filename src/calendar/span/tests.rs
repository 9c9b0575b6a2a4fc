use super::Span;

#[test]
fn each_form_is_read_and_written_in_full() {
    for (text, written) in [
        ("90 minutes", "90 minutes"),
        ("6h", "6 hours"),
        ("60m", "1 hour"),
        ("35 days", "5 weeks"),
        ("36 days", "36 days"),
        ("1d", "1 day"),
        ("2  weeks", "2 weeks"),
        ("0h", "0 minutes"),
    ] {
        assert_eq!(Span::parse(text).unwrap().to_string(), written);
    }
    assert_eq!(Span::parse("6h").unwrap().duration().as_secs(), 21_600);
}

#[test]
fn what_is_not_a_length_of_time_is_refused_by_name() {
    for text in
        ["", "6", "h", "-6h", "6.5h", "6 fortnights", "99999999999999999999 d", "40000 days", "６h", "6H"]
    {
        let fault = Span::parse(text).unwrap_err().to_string();
        assert!(fault.ends_with(&format!("found `{text}`")), "{fault}");
    }
}
