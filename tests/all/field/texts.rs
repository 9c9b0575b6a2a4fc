//! Quotes, encodings and the ends of text files.

use super::{Field, warning};

const BOTH: &str = "[csv]\nencoding = [\"utf-8\", \"windows-1252\"]";

#[test]
fn text_after_a_closing_quote_sets_its_row_aside() {
    let text = "Ref,Body,Note\nK1,\"The \"Ash, West\" Unit\",ok\nK2, \"Yew, East\" ,ok\nK3,\"Fir\"x,ok\n";
    let field = Field::new("k.csv", text, "", &["Ref: text", "Body: text", "Note: text"]);
    assert_eq!(field.rows(), ["K2|Yew, East|ok"]);
    assert_eq!(field.aside(), [(2, "ragged_row".to_owned()), (4, "ragged_row".to_owned())]);
}

#[test]
fn the_guard_of_text_is_not_a_part_of_it() {
    let text = "Ref,Body\n=\"0070\",=\"Ash, Ltd\"\n\"=\"\"0071\"\"\",Yew\n";
    let field = Field::new("k.csv", text, "", &["Ref: text", "Body: text"]);
    assert_eq!(field.rows(), ["0070|Ash, Ltd", "0071|Yew"]);
}

#[test]
fn each_line_is_in_the_encoding_it_came_in() {
    let text =
        [b"Ref,Body\nK1,".as_slice(), "Zo\u{eb}'s \u{d8}sters".as_bytes(), b"\nK2,Andr\xe9 M\xfcller\n"]
            .concat();
    let field = Field::new("k.csv", &text, BOTH, &["Ref: text", "Body: text"]);
    assert_eq!(field.rows(), ["K1|Zoë's Østers", "K2|André Müller"]);
    assert_eq!(field.warnings(), [warning("rows_in_another_encoding", 1, "line 3")]);
    let narrow = Field::new("k.csv", b"Ref,Body\nK1,\xa3\nK2,\xe9\n", BOTH, &["Ref: text", "Body: text"]);
    assert_eq!((narrow.rows().len(), narrow.warnings().len()), (2, 0));
}

#[test]
fn a_byte_that_no_encoding_knows_refuses_the_file() {
    let field = Field::new("k.csv", b"Ref,Body\nK1,ok\nK2,a\x9db\n", BOTH, &["Ref: text", "Body: text"]);
    let said = "`k.csv` row 3: expected UTF-8 or windows-1252, found the byte 9D, which is not, at byte 19";
    assert_eq!(field.refusal(), said);
}

#[test]
fn a_last_row_without_a_line_end_is_counted() {
    let text = "Ref,Net\nK1,10.00\nK2,20";
    let columns = &["Ref: text", "Net: money"];
    let cut = Field::new("k.csv", text, "", columns);
    assert_eq!(cut.warnings(), [warning("last_row_without_line_end", 1, "row 3")]);
    assert_eq!(Field::new("k.csv", format!("{text}\n"), "", columns).warnings(), []);
}

#[test]
fn a_file_that_is_full_to_the_last_row_of_a_sheet_is_counted() {
    let full = |rows: usize| format!("Ref;Net\r\n{}", "K;1.00\r\n".repeat(rows - 1));
    let csv = "[csv]\ndelimiter = \";\"";
    let columns = &["Ref: text", "Net: money"];
    let field = Field::new("k.csv", full(65_536), csv, columns);
    assert_eq!(field.warnings(), [warning("full_to_the_last_row", 1, "row 65536")]);
    assert_eq!(Field::new("k.csv", full(65_535), csv, columns).warnings(), []);
}

#[test]
fn a_plus_and_a_minus_are_no_sum() {
    let field = Field::new("k.csv", "Ref,Net\nK1,+-7\nK2,+7\n", "", &["Ref: text", "Net: money"]);
    assert_eq!(field.rows(), ["K2|7.00"]);
}
