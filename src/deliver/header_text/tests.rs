use super::*;

#[test]
fn a_header_is_one_line_without_what_hides_or_turns_text() {
    assert_eq!(one_line("  Needs\r\n\tassessment\u{202e}\u{0} ", 99), "Needs assessment");
    assert_eq!(one_line("=?utf-8?q?x?=", 99), "= ?utf-8?q?x?=");
    assert_eq!(one_line("a long subject", 8), "a long…");
}

#[test]
fn a_file_name_stays_in_its_folder() {
    assert_eq!(file_name("../../etc/pass\"wd\n.csv"), "..-..-etc-pass-wd .csv");
}

#[test]
fn lines_end_alike_and_hold_no_controls() {
    assert_eq!(lines("a\nb\r\nc\rd\u{0}\u{7}\te"), "a\r\nb\r\nc\r\nd\te");
}
