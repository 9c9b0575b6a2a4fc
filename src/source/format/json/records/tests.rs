use super::{plain, read};
use crate::source::error::SourceError;
use crate::source::format::record::Naming;
use crate::source::format::record::shape::Shapes;

/// Reads every row of a text, its cells joined by `|`.
fn rows(records: Option<&str>, text: &str) -> Result<Vec<String>, SourceError> {
    let mut rows = Vec::new();
    read(
        "f.json",
        records,
        (&Naming::default(), Shapes::default()),
        &mut || Ok(text.as_bytes()),
        &mut |row| {
            rows.push(row.cells().collect::<Vec<_>>().join("|"));
            Ok(())
        },
    )?;
    Ok(rows)
}

fn refusal(records: Option<&str>, text: &str) -> String {
    rows(records, text).unwrap_err().in_full()
}

#[test]
fn a_list_lines_and_a_named_list_give_the_same_rows() {
    let expected = ["id|pupil.sex|needs[1]|needs[2]|ok", "007|F|SEMH|SLCN|true", "1.10||||false"];
    let one = r#"{"id": "007", "pupil": {"sex": "F"}, "needs": ["SEMH", "SLCN"], "ok": true}"#;
    let two = r#"{"ok": false, "id": 1.10, "pupil": {"sex": null}, "needs": []}"#;
    assert_eq!(rows(None, &format!(" [{one},\n{two}]")).unwrap(), expected);
    assert_eq!(rows(None, &format!("\n{one}\n\n{two}\r\n")).unwrap(), expected);
    let named = format!(r#"{{"next": [[{{"x": 1}}]], "data": {{"rows": [{one}, {two}]}}, "count": 2}}"#);
    assert_eq!(rows(Some("data.rows"), &named).unwrap(), expected);
}

#[test]
fn what_is_not_there_or_no_list_is_said() {
    assert_eq!(
        refusal(Some("data.rows"), r#"{"data": {"row": []}}"#),
        "`f.json` document: expected the key `data.rows`, found none"
    );
    assert_eq!(
        refusal(Some("data"), r#"{"data": {"row": []}}"#),
        "`f.json` document: expected the list of records, found another value"
    );
    assert_eq!(refusal(None, "[1, 2]"), "`f.json` record 1: expected an object");
    assert_eq!(refusal(None, "[]"), "`f.json` holds no rows");
    assert_eq!(refusal(None, "{\n\"a\": 1}"), "`f.json` line 2 column 1: not valid JSON");
}

#[test]
fn a_document_that_is_cut_is_refused_wherever_it_is_cut() {
    let whole = r#"{"data": [{"id": 1, "of": {"a": [1, "é\u00e9"]}}, {"id": 2}], "end": true}"#;
    assert_eq!(rows(Some("data"), whole).unwrap().len(), 3);
    for length in 1..whole.len() {
        let Some(cut) = whole.get(..length) else { continue };
        assert!(rows(Some("data"), cut).is_err(), "{cut}");
    }
}

#[test]
fn f47_depth_keys_and_numbers_have_limits() {
    let deep = format!("[{{\"a\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refusal(None, &deep), "`f.json` record 1: is nested more than 64 levels deep");
    let deep = format!("{{\"a\":{}1{},\"data\":[]}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refusal(Some("data"), &deep), "`f.json` record 1: is nested more than 64 levels deep");
    assert_eq!(
        refusal(None, r#"[{"a": {"upn": 1, "upn": 2}}]"#),
        "`f.json` record 1: the key `a.upn` appears twice"
    );
    assert_eq!(refusal(None, r#"[{"a.b": 1, "a": {"b": 2}}]"#), "`f.json` record 1: `a.b` appears twice");
    assert_eq!(
        refusal(Some("data"), r#"{"data": [{"a": 1}], "data": [{"a": 2}]}"#),
        "`f.json` document: the key `data` appears twice"
    );
    for number in ["NaN", "Infinity", "-Infinity", "0x1F", "01", "1.", ".5", "+1"] {
        let message = refusal(None, &format!("[{{\"a\": {number}}}]"));
        assert!(message.ends_with("not valid JSON"), "{number}: {message}");
    }
    assert_eq!(
        refusal(None, "[{\"a\": 0},\n{\"a\": 1e999}]"),
        "`f.json` record 2: `a` is a number of more than 38 digits"
    );
}

#[test]
fn a_number_loses_its_exponent_and_no_digit() {
    for (number, text) in [
        ("1", Some("1")),
        ("-12.30", Some("-12.30")),
        ("1.5E3", Some("1500")),
        ("1.5e+1", Some("15")),
        ("12.345e1", Some("123.45")),
        ("-12e-3", Some("-0.012")),
        ("120e-1", Some("12.0")),
        ("0e5", Some("0")),
        ("12345678901234567.89", Some("12345678901234567.89")),
        ("1e38", Some("100000000000000000000000000000000000000")),
        ("1e39", None),
        ("1e-999999999999", None),
        ("123456789012345678901234567890123456789", None),
    ] {
        assert_eq!(plain(number).as_deref(), text, "{number}");
    }
}
