use std::sync::Arc;

use super::{Diagnostic, SourceFile, did_you_mean};

#[test]
fn a_fault_is_drawn_at_its_line_with_help() {
    let file =
        SourceFile::inline("pipelines/finance/pipeline.toml", "owner = \"data\"\nschedule = \"0 6\"\n");
    let fault = Diagnostic::error(&file, Some(26..31), "not a five-field cron expression")
        .with_help("write minute, hour, day, month and weekday".to_owned());
    assert_eq!(
        fault.draw(false),
        "\
error: not a five-field cron expression
 --> pipelines/finance/pipeline.toml:2:12
  |
2 | schedule = \"0 6\"
  |            ^^^^^
  |
  = help: write minute, hour, day, month and weekday"
    );
}

#[test]
fn json_carries_the_place_in_parts() {
    let file = SourceFile::inline("a.toml", "x = 1\ny = 2\n");
    let json = Diagnostic::error(&file, Some(10..11), "no").to_json();
    assert_eq!((json["line"].as_u64(), json["column"].as_u64()), (Some(2), Some(5)));
    assert_eq!(json["file"], "a.toml");
}

#[test]
fn the_nearest_known_name_is_offered_and_a_far_one_is_not() {
    assert_eq!(did_you_mean("shedule", ["schedule", "owner"]).as_deref(), Some("did you mean `schedule`?"));
    assert_eq!(did_you_mean("zebra", ["schedule", "owner"]), None);
}

#[test]
fn places_hold_for_every_byte_of_any_text() {
    let file: Arc<SourceFile> = SourceFile::inline("x", "é\nab\n\nz");
    for byte in 0..=file.text().len() + 2 {
        let (line, column) = file.line_and_column(byte);
        assert!(line >= 1 && column >= 1);
        let back = file.byte_at(line, column);
        assert_eq!(file.line_and_column(back), (line, column));
    }
}

#[test]
fn a_place_is_named_once_and_an_error_is_never_left_out_for_a_warning() {
    let file = SourceFile::inline("a.toml", "x = 1\n");
    let mut faults = super::Diagnostics::default();
    faults.push(Diagnostic::warning(&file, Some(0..1), "odd"));
    faults.push(Diagnostic::error(&file, Some(0..1), "wrong"));
    faults.push(Diagnostic::error(&file, Some(0..1), "wrong, in other words"));
    faults.push(Diagnostic::error(&file, None, "the whole file"));
    faults.push(Diagnostic::error(&file, None, "the whole file again"));
    let left: Vec<String> = faults.one_a_place().iter().map(|fault| fault.message().to_owned()).collect();
    assert_eq!(left, ["odd", "wrong", "the whole file", "the whole file again"]);
}
