//! `sketch`: a contract drafted from a file reads that very file, and holds nothing of its people.

#![expect(clippy::format_push_string, reason = "a file is made once")]

mod generated;
mod real;
mod steps;

use std::path::Path;

use sufficiency::project::{SourceDefinition, SourceToml, Written};
use sufficiency::sketch::{At, Sketch, of_files};
use sufficiency::source::{Place, SourceError};

/// Drafts a contract for files of a folder.
fn sketch(folder: &Path, files: &[&str]) -> Result<Sketch, SourceError> {
    let text = format!("folder = {{ path = {:?} }}", folder.display().to_string());
    let written = Written::inline(&text).unwrap();
    let at = At {
        place: Place { root: folder, connection: &written },
        connection: "share",
        source: "rows",
        today: chrono::NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        zone: chrono_tz::Europe::London,
        has_postcodes: false,
    };
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    of_files(&at, &files)
}

/// Drafts a contract for one text.
fn of_text(name: &str, text: impl AsRef<[u8]>) -> Sketch {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    sketch(folder.path(), &[name]).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns a contract as loading would read it.
fn parsed(text: &str) -> SourceDefinition {
    let source = sufficiency::diagnostic::SourceFile::inline("sources/rows.toml", text);
    let file = SourceToml::parse(&source).unwrap_or_else(|fault| panic!("{}\n{text}", fault.draw(false)));
    SourceDefinition { name: "rows".to_owned(), file, source, sql: None, totals: None }
}

/// Returns the table of one column of a contract, as its author reads it.
fn column<'t>(text: &'t str, name: &str) -> &'t str {
    let tables = text.split("[[columns]]\n").skip(1);
    let own = tables.map(|table| table.split("\n\n").next().unwrap_or_default());
    own.into_iter()
        .find(|table| {
            table.starts_with(&format!("name = \"{name}\"\n")) || *table == format!("name = \"{name}\"")
        })
        .unwrap_or_else(|| panic!("no column {name} in\n{text}"))
}

#[test]
fn a_ledger_with_titles_a_total_and_notes_is_read_as_one_table() {
    let text = "Payments over £500,,,\nApril 2023,,,\n,,,\nSupplier ID,Supplier Name,Amount,Payment Date\n\
        S001,Acme Ltd,\"1,500.00\",12/04/2023\nS002,Other Ltd,-20.50,13/04/2023\nS003,Third Ltd,(99.99),24/04/2023\n\
        S004,Fourth Ltd,440,28/04/2023\nTotal,,\"1,819.51\",\n,,,\nSource: the council's ledger,,,\n";
    let sketch = of_text("ledger.csv", text);
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (4, 0), "{}", sketch.text);
    assert!(sketch.refused.is_none());
    assert!(
        sketch.text.contains("control_total = { row = \"footer\", column = \"Amount\""),
        "{}",
        sketch.text
    );
    assert!(column(&sketch.text, "amount").contains("money = { scale = 2 }"), "{}", sketch.text);
    assert!(column(&sketch.text, "payment_date").contains("\"%d/%m/%Y\""), "{}", sketch.text);
    assert!(column(&sketch.text, "supplier_name").contains("privacy = \"commercial\""), "{}", sketch.text);
    assert!(column(&sketch.text, "supplier_id").contains("type = \"text\""), "{}", sketch.text);
}

#[test]
fn marks_codes_years_and_two_forms_of_a_date_are_known_by_what_the_cells_are() {
    let mut text = "la_code;time_period;count;rate;open;date_from;school_ref;empty\n".to_owned();
    for row in 0..40 {
        let mark = if row % 7 == 0 {
            "x"
        } else if row % 11 == 0 {
            "c"
        } else {
            "12"
        };
        let rate = if row % 5 == 0 { ".." } else { "0.125" };
        let day = if row % 2 == 0 {
            format!("2024-01-{:02}", row % 28 + 1)
        } else {
            format!("{:02}/02/2024", row % 28 + 1)
        };
        text.push_str(&format!(
            "{:03};201819;{mark};{rate};{};{day};00{row};\n",
            300 + row,
            if row % 3 == 0 { "Yes" } else { "No" }
        ));
    }
    let sketch = of_text("returns.csv", &text);
    let of = |name: &str| column(&sketch.text, name);
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (40, 0), "{}", sketch.text);
    assert!(sketch.text.contains("delimiter = \";\""), "{}", sketch.text);
    assert!(of("la_code").contains("type = \"text\""), "a code of figures is text: {}", sketch.text);
    assert!(of("time_period").contains("type = \"academic_year\""), "{}", sketch.text);
    assert!(
        of("count").contains("type = \"integer\"") && of("count").contains("blanks = [\"c\", \"x\"]"),
        "{}",
        sketch.text
    );
    assert!(of("rate").contains("decimal = { scale = 3 }"), "{}", sketch.text);
    assert!(of("open").contains("type = \"boolean\""), "{}", sketch.text);
    assert!(
        of("date_from").contains("[\"%Y-%m-%d\", \"%d/%m/%Y\"]")
            || of("date_from").contains("[\"%d/%m/%Y\", \"%Y-%m-%d\"]"),
        "{}",
        sketch.text
    );
    assert!(of("school_ref").contains("type = \"text\""), "zeros before figures stay: {}", sketch.text);
    assert!(sketch.facts.unsure.iter().any(|unsure| unsure.contains("`empty`")), "{:?}", sketch.facts.unsure);
    assert!(sketch.text.contains("`x` in 6"), "counts are the evidence: {}", sketch.text);
}

#[test]
fn a_column_that_is_almost_of_a_type_stays_text_and_says_where_it_is_not() {
    let mut text = "ref,amount\n".to_owned();
    (1..=30).for_each(|row| text.push_str(&format!("R{row},{row}.50\n")));
    text.push_str("R31,see note\n");
    let sketch = of_text("rows.csv", &text);
    assert!(column(&sketch.text, "amount").contains("type = \"text\""), "{}", sketch.text);
    assert!(
        sketch.text.contains("unsure: numbers in 30 of 31 cells; the others are not, the first in row 32"),
        "{}",
        sketch.text
    );
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (31, 0));
    assert!(sketch.text.contains("unique = [\"ref\"]"), "{}", sketch.text);
}

#[test]
fn records_of_json_and_elements_of_xml_are_found_where_most_values_are() {
    let records: Vec<String> =
        (0..25).map(|row| format!("{{\"place\": {{\"code\": \"P{row}\"}}, \"count\": {row}}}")).collect();
    let json = format!(
        "{{\"meta\": {{\"by\": [1, 2]}}, \"data\": {{\"places\": [{}], \"other\": [{{\"a\": 1}}]}}}}",
        records.join(",")
    );
    let sketch = of_text("places.json", json);
    assert!(sketch.text.contains("records = \"data.places\""), "{}", sketch.text);
    assert!(column(&sketch.text, "place_code").contains("from = \"place.code\""), "{}", sketch.text);
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (25, 0));
    let lines: Vec<String> =
        (0..25).map(|row| format!("{{\"code\": \"P{row}\", \"count\": {row}}}")).collect();
    assert_eq!(of_text("lines.json", lines.join("\n")).facts.rows, 25);
    let pupils: Vec<String> = (0..25)
        .map(|row| {
            format!("<Pupil id=\"{row}\"><Year>{}</Year><Needs><Need>A</Need></Needs></Pupil>", row % 11)
        })
        .collect();
    let xml = format!(
        "<Message><Header><A>1</A></Header><Schools><School><Code>1</Code><Pupils>{}</Pupils></School></Schools></Message>",
        pupils.concat()
    );
    let sketch = of_text("return.xml", xml);
    assert!(sketch.text.contains("rows = \"Message/Schools/School/Pupils/Pupil\""), "{}", sketch.text);
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (25, 0));
}

#[test]
fn several_files_become_one_source_whose_columns_may_be_missing_from_some() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("pay_apr.csv", "Ref,Amount\n1,2.50\n2,3.50\n");
    write("pay_may.csv", "Title,,\nRef,Order No,Amount\n3,A1,4.50\n4,,5.50\n5,A3,1.00\n");
    let sketch = sketch(folder.path(), &["pay_apr.csv", "pay_may.csv"]).unwrap();
    let definition = parsed(&sketch.text);
    assert_eq!(definition.file.files.unwrap().get_ref(), "pay_*.csv");
    assert!(sketch.text.contains("disposition = \"append\""), "{}", sketch.text);
    assert!(column(&sketch.text, "order_no").contains("optional = true"), "{}", sketch.text);
    assert_eq!((sketch.facts.rows, sketch.facts.set_aside), (5, 0), "{}", sketch.text);
}

#[test]
fn what_could_identify_a_child_is_hidden_and_none_of_it_is_in_the_contract() {
    let upns = ["H801200001001", "X801200001002", "L801200001003"];
    let mut text =
        "UPN,ULN,NHS Number,Legal Surname,Forename,Date of Birth,Home Postcode,Email,Comments,Year Group\n"
            .to_owned();
    for row in 0..30 {
        text.push_str(&format!(
            "{},100000{row:04},943 476 5919,Canarysurname{row},Canaryname,{:02}/03/2012,WV1 1S{},canary{row}@example.org,Canary spoke to his mother about school,9\n",
            upns[row % 3],
            row % 28 + 1,
            char::from(b'A' + u8::try_from(row % 5).unwrap()),
        ));
    }
    let sketch = of_text("pupils.csv", &text);
    let of = |name: &str| column(&sketch.text, name);
    assert!(of("upn").contains("pseudonymise = { purpose = \"pupil\" }"), "{}", sketch.text);
    assert!(
        of("uln").contains("pseudonymise") && of("nhs_number").contains("pseudonymise"),
        "{}",
        sketch.text
    );
    for dropped in ["legal_surname", "forename", "home_postcode", "email", "comments"] {
        assert!(of(dropped).contains("privacy = \"drop\""), "{dropped}: {}", sketch.text);
    }
    assert!(of("date_of_birth").contains("birth_academic_year"), "{}", sketch.text);
    assert!(!of("year_group").contains("privacy"), "{}", sketch.text);
    let said = format!("{}{}", sketch.text, serde_json::to_string(&sketch.facts).unwrap());
    for canary in ["Canary", "canary", "8012000010", "943 476", "WV1", "1000000001"] {
        assert!(!said.contains(canary), "`{canary}` is in {said}");
    }
    assert!(sketch.facts.needs_key);
    assert_eq!(sketch.facts.personal.len(), 9, "{:?}", sketch.facts.personal);
    // A free text may name a child only where the file is of children.
    let of_places = of_text(
        "places.csv",
        "Provider,Comments\nNorth Centre,Open since 2012\nSouth Centre,Closed for repairs\n",
    );
    assert!(!column(&of_places.text, "comments").contains("privacy"), "{}", of_places.text);
}

#[test]
fn a_file_that_names_no_columns_or_is_of_no_format_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, text: &[u8]| {
        std::fs::write(folder.path().join(name), text).unwrap();
        sketch(folder.path(), &[name]).unwrap_err().to_string()
    };
    assert!(refused("numbers.csv", b"1,2.5\n3,4.5\n5,6.5\n").contains("no header"));
    assert!(refused("page.csv", b"<!doctype html><html></html>").contains("found a web page (HTML)"));
    assert!(refused("empty.csv", b"").contains("holds no rows"));
    // Read as far as it can be, with what stands in the way said in the contract itself.
    let two = of_text("two.csv", "Ref,Amount\n1,2.50\n2,3.50\n\nAmount,Ref\n4.50,3\n");
    assert!(two.refused.is_some() && two.text.contains("cannot be read under it yet"), "{}", two.text);
}
