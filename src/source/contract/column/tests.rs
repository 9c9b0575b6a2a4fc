use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;

use super::ColumnWriter;
use crate::project::Column;
use crate::source::contract::cells::Cells;
use crate::source::contract::date::Reading;
use crate::source::marks::Marks;

const READING: Reading = Reading { today: chrono::NaiveDate::MAX, zone: chrono_tz::UTC };

fn definition(toml: &str) -> Column {
    toml::from_str(&format!("name = \"c\"\n{toml}")).unwrap()
}

/// Returns what a cell of text becomes, or the rule that it breaks.
fn text(toml: &str, cell: &str) -> Result<Option<String>, &'static str> {
    let definition = definition(toml);
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    writer.push(cell, Marks::default()).map_err(|fault| fault.rule)?;
    let array = writer.finish();
    let array = array.as_string::<i32>();
    Ok((!array.is_null(0)).then(|| array.value(0).to_owned()))
}

#[test]
fn text_stands_as_it_is_unless_the_contract_tidies_it() {
    assert_eq!(text("type = \"text\"", " 007\t").unwrap().unwrap(), " 007\t");
    assert_eq!(text("type = \"text\"\nnormalise = [\"trim\"]", "\u{a0}007\t").unwrap().unwrap(), "007");
    let centre = "type = \"text\"\nnormalise = [\"collapse_spaces\", \"uppercase\"]";
    assert_eq!(text(centre, "IGNITE  Project\t\t\t").unwrap().unwrap(), "IGNITE PROJECT");
    assert_eq!(
        text("type = \"text\"\nnormalise = [\"alphanumeric\"]", "336/4001").unwrap().unwrap(),
        "3364001"
    );
}

#[test]
fn blanks_are_nothing_and_a_required_column_refuses_them() {
    assert_eq!(text("type = \"text\"", " \u{a0}").unwrap(), None);
    assert_eq!(text("type = \"text\"\nblanks = [\"n/a\"]", "N/A ").unwrap(), None);
    assert_eq!(text("type = \"text\"\nblanks = [\"#REF!\"]", "#REF!").unwrap(), None);
    assert_eq!(text("type = \"text\"", "#REF!"), Err("error_cell"));
    assert_eq!(text("type = \"text\"\nrequired = true", ""), Err("required"));
}

#[test]
fn a_code_is_mapped_whatever_its_case_and_never_guessed() {
    let mapped =
        "type = \"text\"\nmap = { Perm = \"PERM\", Fixed = \"SUSP\" }\nallowed = [\"PERM\", \"SUSP\"]";
    assert_eq!(text(mapped, " perm ").unwrap().unwrap(), "PERM");
    assert_eq!(text(mapped, "Other"), Err("unmapped_code"));
    let allowed = "type = \"text\"\nallowed = [\"KS1\", \"P16\"]";
    assert_eq!(text(allowed, "ks1").unwrap().unwrap(), "KS1");
    assert_eq!(text(allowed, "KS5"), Err("not_allowed"));
}

#[test]
fn codes_that_differ_only_by_case_are_two_codes() {
    let allowed = "type = \"text\"\nallowed = [\"AB\", \"aB\", \"cd\"]";
    assert_eq!(text(allowed, " aB ").unwrap().unwrap(), "aB");
    assert_eq!(text(allowed, "AB").unwrap().unwrap(), "AB");
    assert_eq!(text(allowed, "ab"), Err("not_allowed"), "it may be either");
    assert_eq!(text(allowed, "CD").unwrap().unwrap(), "cd");
    let mapped = "type = \"text\"\nmap = { m = \"MONTH\", M = \"MALE\", Y = \"YES\", y = \"YES\" }";
    assert_eq!(text(mapped, "m").unwrap().unwrap(), "MONTH");
    assert_eq!(text(mapped, "M").unwrap().unwrap(), "MALE");
    assert_eq!(text(mapped, "y").unwrap().unwrap(), "YES");
    let listed = ["AB", "aB"].map(str::to_owned).into_iter().collect();
    let definition = definition("type = \"text\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING).with_list(listed);
    for cell in ["aB", "AB", "ab"] {
        writer.push(cell, Marks::default()).unwrap();
    }
    let array = writer.finish();
    assert!(array.as_string::<i32>().iter().flatten().eq(["aB", "AB", "AB"]));
}

#[test]
fn an_identifier_that_a_spreadsheet_made_a_number_is_reported() {
    let definition = definition("type = \"text\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    assert_eq!(writer.push("3.36203E+11", Marks::default()).unwrap().unwrap().0, "scientific_notation");
    assert_eq!(writer.push("E+C Limited", Marks::default()).unwrap(), None);
}

#[test]
fn whole_numbers_are_whole() {
    let definition = definition("type = \"integer\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    for cell in ["12", "1,200", "-3", "4.0"] {
        writer.push(cell, Marks::default()).unwrap();
    }
    for cell in ["1.5", "1E5", "twelve", "99999999999999999999"] {
        assert_eq!(writer.push(cell, Marks::default()).unwrap_err().rule, "integer", "{cell}");
    }
    let array = writer.finish();
    let array = array.as_primitive::<Int64Type>();
    assert_eq!(&array.values()[..4], &[12, 1_200, -3, 4]);
    assert_eq!(array.null_count(), 4);
}

#[test]
fn yes_and_no_are_read_in_their_usual_forms() {
    let definition = definition("type = \"boolean\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    for cell in ["Yes", "N", "TRUE", "0"] {
        writer.push(cell, Marks::default()).unwrap();
    }
    assert_eq!(writer.push("maybe", Marks::default()).unwrap_err().rule, "boolean");
    let array = writer.finish();
    let answers: Vec<Option<bool>> = array.as_boolean().iter().collect();
    assert_eq!(answers, [Some(true), Some(false), Some(true), Some(false), None]);
}

#[test]
fn what_a_spreadsheet_shows_for_a_failure_is_not_a_value() {
    for cell in ["#REF!", "#SPILL!", "#GETTING_DATA", "#N/A", "#NAME?", "######", "Err:502"] {
        assert_eq!(text("type = \"text\"", cell), Err("error_cell"), "{cell}");
    }
    for cell in ["#", "#1 The Mews", "#hashtag", "Err: none", "!"] {
        assert_eq!(text("type = \"text\"", cell).unwrap().unwrap(), cell);
    }
}

#[test]
fn an_apostrophe_before_figures_is_taken_off_and_counted() {
    let definition = definition("type = \"text\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    let warning = writer.push("'00420", Marks::default()).unwrap().unwrap();
    assert_eq!(warning.0, "apostrophe_before_figures");
    assert_eq!(writer.push("'s-Hertogenbosch", Marks::default()).unwrap(), None);
    let array = writer.finish();
    assert_eq!(array.as_string::<i32>().value(0), "00420");
    assert_eq!(array.as_string::<i32>().value(1), "'s-Hertogenbosch");
}

#[test]
fn what_a_format_knows_of_a_cell_decides() {
    let of_text = definition("type = \"text\"");
    let mut writer = ColumnWriter::new(&of_text, Cells::Typed, None, READING);
    assert_eq!(writer.push("", Marks::UNCALCULATED).unwrap_err().rule, "formula_without_result");
    assert_eq!(writer.push("1200000000000000000", Marks::DIGITS_LOST).unwrap_err().rule, "digits_lost");
    let hours = definition("type = { decimal = { scale = 2 } }");
    let mut writer = ColumnWriter::new(&hours, Cells::Typed, None, READING);
    assert_eq!(writer.push("31:20", Marks::TIME).unwrap().unwrap().0, "time_as_hours");
    assert_eq!(writer.push("31:20", Marks::default()).unwrap_err().rule, "decimal");
    assert_eq!(writer.total(), 3133);
}

#[test]
fn a_cell_that_does_not_fit_may_be_blank_where_the_contract_says_so() {
    let definition = definition("type = \"integer\"\non_bad = \"null\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None, READING);
    assert_eq!(writer.push("low", Marks::default()).unwrap().unwrap().0, "bad_cell_as_blank");
    assert_eq!(writer.push("", Marks::default()).unwrap(), None);
    assert_eq!((writer.cells(), writer.finish().null_count()), ((1, 1), 2));
}
