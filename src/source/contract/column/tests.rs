use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;

use super::ColumnWriter;
use crate::project::Column;
use crate::source::contract::cells::Cells;

fn definition(toml: &str) -> Column {
    toml::from_str(&format!("name = \"c\"\n{toml}")).unwrap()
}

/// What a cell of text becomes, or the rule that it breaks.
fn text(toml: &str, cell: &str) -> Result<Option<String>, &'static str> {
    let definition = definition(toml);
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None);
    writer.push(cell).map_err(|fault| fault.rule)?;
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
fn an_identifier_that_a_spreadsheet_made_a_number_is_reported() {
    let definition = definition("type = \"text\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None);
    assert_eq!(writer.push("3.36203E+11").unwrap().unwrap().0, "scientific_notation");
    assert_eq!(writer.push("E+C Limited").unwrap(), None);
}

#[test]
fn whole_numbers_are_whole() {
    let definition = definition("type = \"integer\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None);
    for cell in ["12", "1,200", "-3", "4.0"] {
        writer.push(cell).unwrap();
    }
    for cell in ["1.5", "1E5", "twelve", "99999999999999999999"] {
        assert_eq!(writer.push(cell).unwrap_err().rule, "integer", "{cell}");
    }
    let array = writer.finish();
    let array = array.as_primitive::<Int64Type>();
    assert_eq!(&array.values()[..4], &[12, 1_200, -3, 4]);
    assert_eq!(array.null_count(), 4);
}

#[test]
fn yes_and_no_are_read_in_their_usual_forms() {
    let definition = definition("type = \"boolean\"");
    let mut writer = ColumnWriter::new(&definition, Cells::Written, None);
    for cell in ["Yes", "N", "TRUE", "0"] {
        writer.push(cell).unwrap();
    }
    assert_eq!(writer.push("maybe").unwrap_err().rule, "boolean");
    let array = writer.finish();
    let answers: Vec<Option<bool>> = array.as_boolean().iter().collect();
    assert_eq!(answers, [Some(true), Some(false), Some(true), Some(false), None]);
}
