use super::{fits, is_open, never_fits};

#[test]
fn a_pattern_fits_the_names_that_it_describes_and_no_others() {
    for (pattern, name) in [
        ("*.csv", "payments.csv"),
        ("*.csv", "PAYMENTS.CSV"),
        ("*", "anything at all"),
        ("spend_*_2024*.csv", "spend_april_2024 (1).csv"),
        ("spend_??.csv", "spend_04.csv"),
        ("q[1-4]_*.xlsx", "Q3_return.xlsx"),
        ("q[!1-3].csv", "q4.csv"),
        ("[]x].csv", "].csv"),
        ("a*b*c", "a-b-b-c"),
        ("a[b", "a[b"),
    ] {
        assert!(fits(pattern, name), "`{pattern}` fits `{name}`");
    }
    for (pattern, name) in [
        ("*.csv", "payments.csv.bak"),
        ("spend_??.csv", "spend_4.csv"),
        ("spend_?.csv", "spend_.csv"),
        ("q[1-4].csv", "q5.csv"),
        ("q[!1-4].csv", "q2.csv"),
        ("payments", "payments.csv"),
        ("", "x"),
    ] {
        assert!(!fits(pattern, name), "`{pattern}` does not fit `{name}`");
    }
}

#[test]
fn a_bracket_that_is_not_closed_is_found() {
    for (pattern, open) in [("q[1-4].csv", false), ("q[1-4.csv", true), ("a]b", false), ("[a][", true)] {
        assert_eq!(is_open(pattern), open, "{pattern}");
    }
}

#[test]
fn a_pattern_that_no_file_can_fit_is_known() {
    for pattern in [
        "a/../b.csv",
        "./a.csv",
        "/srv/a.csv",
        "C:/a.csv",
        "a\\b.csv",
        "a//b.csv",
        "a.csv/",
        "",
        "a[b.csv",
        "q[4-1].csv",
        ".hidden/a.csv",
        "~$a.xlsx",
        "a/**",
        "**",
    ] {
        assert!(never_fits(pattern).is_some(), "{pattern}");
    }
    for pattern in [
        "*.csv",
        "**/*.csv",
        "a/**/b.csv",
        "q[1-4].csv",
        "q[!4-1].csv",
        "q[]x].csv",
        "a.zip/b/*.csv",
        "a..b.csv",
    ] {
        assert_eq!(never_fits(pattern), None, "{pattern}");
    }
}
