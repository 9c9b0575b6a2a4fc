//! Days, centuries and time zones.

use sufficiency::source::check;

use super::{Field, warning};
use crate::field::sheets::{Part, workbook};

/// Writes a contract whose date column says how far a file reaches.
fn faults(formats: &str) -> String {
    check(&Field::new("x.csv", "", "", &[&format!("Day: {formats}")]).source(), None).to_string()
}

#[test]
fn formats_that_read_one_text_as_two_days_are_a_fault() {
    assert!(faults("\"%m-%d-%Y\", \"%d-%m-%Y\"").contains("read `04-03-2024` as two"));
    assert!(faults("\"%d %b %Y\", \"%d/%m/%y\", \"%d/%m/%Y\", \"serial\"").is_empty());
    assert!(faults("\"%Y-%m\"").contains("expected a date format that names a day"));
}

#[test]
fn a_day_in_utc_is_the_day_of_the_council() {
    let formats = "\"%Y-%m-%dT%H:%M:%SZ\"";
    let json = br#"[{"Ref":"V1","Day":"2025-05-31T23:00:00Z"},{"Ref":"V2","Day":"2025-12-31T23:00:00Z"}]"#;
    let field = Field::new("v.json", json, "[json]", &["Ref: text", &format!("Day: {formats}")]);
    assert_eq!(field.rows(), ["V1|2025-06-01", "V2|2025-12-31"]);
}

#[test]
fn a_year_of_two_figures_after_today_is_set_aside() {
    let field =
        Field::new("b.csv", "Ref,Day\nB1,11.02.58\nB2,11.02.14\n", "", &["Ref: text", "Day: \"%d.%m.%y\""]);
    assert_eq!(field.rows(), ["B2|2014-02-11"]);
    assert_eq!(field.aside(), [(2, "century".to_owned())]);
}

#[test]
fn true_dates_beside_texts_are_counted() {
    let cells = [r#"<c s="1"><v>45689</v></c>"#, r#"<c t="inlineStr"><is><t>28/02/2025</t></is></c>"#];
    let field = Field::new(
        "w.xlsx",
        workbook(&["Day"], &cells, &[]),
        "[workbook]\nsheet = \"*\"",
        &["Day: \"%d/%m/%Y\""],
    );
    assert_eq!(field.rows(), ["2025-02-01", "2025-02-28"]);
    let said = "`day` has 1 true dates, the first in row 2, and 1 texts, the first in row 3";
    assert_eq!(field.warnings(), [warning("true_date_beside_text", 1, said)]);
}

#[test]
fn a_count_of_days_from_1904_is_never_read_as_one_from_1900() {
    let cells =
        [r#"<c s="1"><v>42538</v></c>"#, r#"<c t="d"><v>2020-06-18T08:15:00</v></c>"#, "<c><v>42538</v></c>"];
    let field = |cells: &[&str], says: &[Part], serial: &str| {
        let book = workbook(&["Day"], cells, says);
        let columns = format!("Day: \"%d/%m/%Y\", \"{serial}\"");
        Field::new("w.xlsx", book, "[workbook]\nsheet = \"*\"", &[columns.as_str()])
    };
    let old = [Part::From1904];
    assert_eq!(field(&cells[..2], &old, "serial").rows(), ["2020-06-18"; 2]);
    let error = field(&cells, &old, "serial").read().expect_err("the file is refused");
    let refusal = format!("{} {}", error.in_full(), error.help().join(" "));
    assert!(refusal.contains("its days count from 1904, and row 4 has a day as a plain number"), "{refusal}");
    assert!(refusal.contains("`serial_1904`"), "{refusal}");
    assert_eq!(field(&cells, &old, "serial_1904").rows(), ["2020-06-18"; 3]);
    // 43861 is 2024-02-01 by openpyxl's `from_excel(43861, CALENDAR_MAC_1904)` and by `xlrd.xldate_as_datetime(43861, 1)`.
    assert_eq!(field(&["<c><v>43861</v></c>"], &old, "serial_1904").rows(), ["2024-02-01"]);
    // A workbook that counts from 1900 does not fit a contract that counts from 1904.
    let other = field(&["<c><v>43861</v></c>"], &[], "serial_1904");
    assert_eq!(other.aside(), [(2, "date".to_owned())]);
    assert_eq!(field(&["<c><v>43861</v></c>"], &[], "serial").rows(), ["2020-01-31"]);
    assert!(faults("\"serial\", \"serial_1904\"").contains("expected formats that read a text as one day"));
}

#[test]
fn a_file_whose_days_are_all_to_come_is_refused() {
    let columns = &["Ref: text", "Upd: \"%d/%m/%Y\""];
    let read = |text: &str| Field::new("r.csv", text, "as_at = \"upd\"", columns);
    let said = read("Ref,Upd\nA,01/01/2035\nB,02/03/2035\n").refusal();
    assert_eq!(
        said,
        "`r.csv`: `upd` says how far the file reaches: expected a day up to 2026-03-02, found only later ones, as far as \
         2035-03-02"
    );
    let one_has_come = read("Ref,Upd\nA,01/01/2035\nB,01/03/2026\n").read().unwrap();
    assert_eq!(one_has_come.as_at.unwrap().to_string(), "2026-03-01");
    assert_eq!(read("Ref,Upd\nA,\n").read().unwrap().as_at, None);
}

#[test]
fn a_day_of_birth_after_the_day_of_reading_is_set_aside_whatever_its_form() {
    let text = "Ref,Born\nB1,03/04/45\nB2,03/04/12\nB3,03/04/2062\nB4,02/03/2026\nB5,03/03/2026\n";
    for by in ["birth_year", "birth_academic_year", "birth_month"] {
        let born = format!("Born: \"%d/%m/%Y\", \"%d/%m/%y\" | privacy = {{ generalise = \"{by}\" }}");
        let field = Field::new("b.csv", text, "", &["Ref: text", &born]);
        let field = Field {
            toml: field.toml.replace("\"%d/%m/%y\"] }", "\"%d/%m/%y\"], years_from = 1950 }"),
            ..field
        };
        let rule = |row| (row, "birth_after_today".to_owned());
        assert_eq!(field.aside(), [rule(2), rule(4), rule(6)], "{by}");
        assert_eq!(field.rows().len(), 2);
    }
    // Other days may lie ahead.
    let ahead = Field::new("b.csv", "Ref,Ends\nB1,03/04/2062\n", "", &["Ref: text", "Ends: \"%d/%m/%Y\""]);
    assert_eq!(ahead.rows(), ["B1|2062-04-03"]);
}
