//! Numbers of children where a contract declares none: such a file is refused, and its numbers stand in no message.

use sufficiency::source::check;

use super::{Field, warning};

/// A pupil number with the right check letter, which belongs to nobody.
const UPN: &str = "Q336203325001";
const COLUMNS: &[&str] = &["Ref: text", "Note: text", "Net: money"];

fn refused(text: &str, columns: &[&str], words: &[&str]) {
    let said = Field::new("k.csv", text, "", columns).refusal();
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(!said.contains("Q336") && !said.to_lowercase().contains("q336203325001"), "{said}");
}

#[test]
fn one_pupil_number_in_any_column_that_is_not_personal_refuses_the_file() {
    let found = ["1 pupil number in `note`, the first in row 3"];
    for cell in [UPN, "q336203325001 ", "see Q336203325001, moved", "Q336 2033 25001", "UPN:Q336203325001"] {
        refused(&format!("Ref,Note,Net\nA1,x,1.00\nA2,\"{cell}\",2.00\n"), COLUMNS, &found);
    }
    // As a sum of money it would be set aside, as it stands.
    refused(
        &format!("Ref,Note,Net\n{UPN},x,1.00\nA2,x,{UPN}\n"),
        COLUMNS,
        &["`ref`", "`net`, the first in row 3"],
    );
    // A row that does not fit, and one that stops the run, quote no number either.
    refused(&format!("Ref,Note,Net\nA1,{UPN}\nA2,x,1.00\n"), COLUMNS, &["`note`"]);
    let json = format!(r#"[{{"Ref":"A1","Note":"{UPN}","Net":1}}]"#);
    let said = Field::new("k.json", json, "[json]", COLUMNS).refusal();
    assert!(said.contains("1 pupil number in `note`") && !said.contains(UPN), "{said}");
}

#[test]
fn a_personal_column_may_hold_them_and_a_contract_may_say_that_they_are_none() {
    let text = format!("Ref,Note,Net\nA1,{UPN},1.00\n");
    let dropped = ["Ref: text", "Note: text | privacy = \"drop\"", "Net: money"];
    assert_eq!(Field::new("k.csv", &text, "", &dropped).rows(), ["A1|1.00"]);
    let none = "Note: text | no_pupil_numbers = \"numbers of orders\"";
    let field = Field::new("k.csv", &text, "", &["Ref: text", none, "Net: money"]);
    assert_eq!(field.rows(), [format!("A1|{UPN}|1.00")]);
    assert_eq!(field.warnings(), [warning("looks_like_a_pupil_number", 1, "row 2, `note`")]);
    for (more, words) in [
        ("no_pupil_numbers = \" \"", "expected why `note` holds no pupil numbers"),
        ("no_pupil_numbers = \"x\"\nprivacy = \"drop\"", "a column that is not personal, found it of `note`"),
    ] {
        let source = Field::new("k.csv", "", "", &["Ref: text", &format!("Note: text | {more}")]).source();
        let faults = check(&source, None).to_string();
        assert!(faults.contains(words), "{faults}");
    }
}

#[test]
fn references_of_the_same_form_are_no_pupil_numbers() {
    // Of numbers that are counted on, one in 23 has the right letter by chance.
    let text: String =
        (0..230).map(|at| format!("B{},x,1.00\n", 202_408_123_456_u64 + at)).collect::<Vec<_>>().concat();
    let field = Field::new("k.csv", format!("Ref,Note,Net\n{text}"), "", COLUMNS);
    assert_eq!(field.rows().len(), 230);
    let [(rule, count, _)] = field.warnings().try_into().unwrap();
    assert_eq!((rule.as_str(), count), ("looks_like_a_pupil_number", 8));
    // Pupil numbers all have it, but for a typing error.
    let wrong = text.replace("x,", &format!("{UPN},"));
    refused(&format!("Ref,Note,Net\n{wrong}"), COLUMNS, &["230 pupil numbers in `note`, the first in row 2"]);
}

/// Writes a number of ten figures with the check digit of an NHS number, or of a learner's.
fn ten_figures(first: u64, is_nhs: bool) -> Option<u64> {
    let figures = (0..9).map(|at| first / 10_u64.pow(8 - at) % 10);
    let rest = figures.zip((2..=10).rev()).map(|(figure, weight)| figure * weight).sum::<u64>() % 11;
    match (is_nhs, rest) {
        (true, 1) | (false, 0) => None,
        (true, rest) => Some(first * 10 + (11 - rest) % 11),
        (false, rest) => Some(first * 10 + 10 - rest),
    }
}

#[test]
fn a_column_of_nhs_or_learner_numbers_refuses_the_file() {
    for (is_nhs, words) in [(true, "8 NHS numbers"), (false, "8 unique learner numbers")] {
        let numbers: Vec<u64> =
            (400_000_123..).step_by(7).filter_map(|first| ten_figures(first, is_nhs)).take(8).collect();
        for kind in ["text", "integer"] {
            let text: String =
                numbers.iter().map(|number| format!("{number}\n")).collect::<Vec<_>>().concat();
            refused(&format!("Id\n{text}"), &[&format!("Id: {kind}")], &[words, "`id`, the first in row 2"]);
        }
        // Five may be chance, and so may one number however often.
        let few: String = numbers
            .iter()
            .take(5)
            .chain([&numbers[0]; 9])
            .map(|number| format!("{number}\n"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(Field::new("k.csv", format!("Id\n{few}"), "", &["Id: text"]).rows().len(), 14);
    }
    let counted: String =
        (4_500_001_000_u64..4_500_001_200).map(|number| format!("{number}\n")).collect::<Vec<_>>().concat();
    let field = Field::new("k.csv", format!("Id\n{counted}"), "", &["Id: text"]);
    assert_eq!((field.rows().len(), field.warnings()), (200, vec![]));
}

#[test]
fn a_column_called_by_a_pupil_number_is_counted_without_it() {
    let text = format!("Ref,Note,Net,{UPN}\nA1,x,1.00,late\n");
    let field = Field::new("k.csv", text, "drift = \"discard_value\"", COLUMNS);
    assert_eq!(field.warnings(), [warning("discarded_value", 1, "row 2, `(a pupil number)`")]);
}
