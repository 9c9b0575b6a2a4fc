//! Other headers and notes among columns of text, which any text fits.

use super::{Field, warning};

const TEXTS: &[&str] = &["Ref: text", "Body: text", "Kind: text | required = true"];

fn lines(rows: usize, more: &str) -> String {
    let rows: String = (1..=rows)
        .map(|row| format!("P{row},Ash {},new\n", ["One", "Two"][row % 2]))
        .collect::<Vec<_>>()
        .concat();
    format!("Ref,Body,Kind\n{rows}{more}")
}

fn refused_at(text: &str, columns: &[&str], row: i64) {
    let said = Field::new("t.csv", text, "", columns).read().unwrap_err().in_full();
    assert!(said.contains(&format!("row {row}: a second header")), "{said}");
}

#[test]
fn a_second_header_among_columns_of_text_refuses_the_file() {
    // Two of three names in their own columns, though the first is another.
    refused_at(&lines(2, "Reference,BODY,  kind\nQ1,Yew,old\n"), TEXTS, 4);
    refused_at(&lines(2, "Number,Reason,Note\nQ1,Yew,old\nNumber,body,Kind\nQ2,Yew,old\n"), TEXTS, 6);
    // The names that other files have, and those of the store.
    let other = ["Ref: text", "Body: text", "Kind: text"];
    let named = Field::new("t.csv", lines(2, "Reference,Council,Sort\nQ1,Yew,old\n"), "", &other);
    let toml = named.toml.replace("from = \"Body\"", "from = [\"Body\", \"Council\"]");
    let toml = toml.replace("from = \"Kind\"", "from = [\"Kind\", \"Sort\"]");
    assert!(Field { toml, ..named }.read().unwrap_err().in_full().contains("row 4: a second header"));
    // Of two columns one, where the other always had figures.
    let pair = &["Ref: text", "Kind: text"];
    let rows: String = (1..=6).map(|row| format!("P{row},new\n")).collect::<Vec<_>>().concat();
    refused_at(&format!("Ref,Kind\n{rows}Ref,Reason\nQ1,late\n"), pair, 8);
}

#[test]
fn a_header_that_shares_no_name_is_counted() {
    let more = "\nNumber,Council,Reason\nQ1,Yew,late\nQ2,Yew,early\n";
    let field = Field::new("t.csv", lines(6, more), "", TEXTS);
    assert_eq!(field.warnings(), [warning("looks_like_a_header", 1, "row 9")]);
    let dated = &["Ref: text", "Day: text", "Kind: text"];
    let rows: String = (1..=6).map(|row| format!("P{row},0{row}/04/2025,new\n")).collect::<Vec<_>>().concat();
    let text = format!("Ref,Day,Kind\n{rows}Number,When,Reason\nQ1,01/05/2025,late\n");
    assert_eq!(Field::new("t.csv", text, "", dated).warnings(), [warning("looks_like_a_header", 1, "row 8")]);
}

#[test]
fn rows_of_words_are_data() {
    for more in [
        // A value may be called as its column is.
        "P7,Body,new\n",
        "P7,Ash,Kind\n",
        // One that lacks its reference, and one of words where no column has figures alone.
        "none,Ash,new\nP8,Ash,new\n",
        "to follow,Ash,old\nP8,Elm,new\n",
        // A gap between two parts of a table.
        "\nP7,Ash,new\nP8,Elm,old\n",
    ] {
        let field = Field::new("t.csv", lines(6, more), "", TEXTS);
        assert_eq!(field.warnings(), [], "{more}");
    }
    let words = &["Field: text", "Meaning: text"];
    let text = "Field,Meaning\nField,the name of a field\nMeaning,what it is\nField,Note\n";
    assert_eq!(Field::new("t.csv", text, "", words).warnings(), []);
}

#[test]
fn notes_below_a_table_that_are_as_wide_are_counted() {
    for (more, rows, first) in [
        ("Note:,figures are provisional,see guidance\n", 1, "row 8"),
        ("Source,finance,as at May\n* provisional,all,of them\n", 2, "row 8"),
        ("\nPrinted by finance,for internal use,provisional\nAsh and Elm,are one,since May\n", 2, "row 9"),
    ] {
        let field = Field::new("t.csv", lines(6, more), "", TEXTS);
        assert_eq!(field.warnings(), [warning("looks_like_a_note", rows, first)], "{more}");
        // What is followed by rows like those above is none.
        let field = Field::new("t.csv", lines(6, &format!("{more}P9,Ash,new\n")), "", TEXTS);
        assert!(field.warnings().iter().all(|(rule, ..)| rule != "looks_like_a_note"), "{more}");
    }
    let named = Field::new("t.csv", lines(6, "P7,Source,Note\n"), "", TEXTS);
    assert_eq!(named.warnings(), []);
}

#[test]
fn a_file_by_the_name_of_another_format_is_counted_with_what_it_is() {
    let json = Field::new("t.xml", r#"[{"Ref":"1"}]"#, "[json]", &["Ref: text"]);
    assert_eq!(json.warnings(), [warning("misnamed_file", 1, "it is JSON")]);
    let xml = Field::new("t.json", "<A><B><Ref>1</Ref></B></A>", "[xml]\nrows = \"A/B\"", &["Ref: text"]);
    assert_eq!(xml.warnings(), [warning("misnamed_file", 1, "it is XML")]);
    let declared = Field::new("t.xml", r#"[{"Ref":"1"}]"#, "[xml]\nrows = \"A/B\"", &["Ref: text"]);
    let refusal = declared.refusal();
    assert!(refusal.ends_with("expected XML, found JSON"), "{refusal}");
}
