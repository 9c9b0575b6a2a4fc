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

/// Returns rows as a spreadsheet saves them: all of a group of 16 end after the last column that one of them fills.
fn groups(ends: &[usize]) -> String {
    let mut text = "Ref,Amount,Note,Code\n".to_owned();
    for row in 2..=ends.len() * 16 {
        let cells = [format!("R{row}"), "1.00".to_owned(), "n".to_owned(), "c".to_owned()];
        let end = ends[(row - 1) / 16];
        text.push_str(&cells[..end].join(","));
        text.push('\n');
    }
    text
}

const SHORT: [&str; 4] = ["Ref: text | required = true", "Amount: money", "Note: text", "Code: text"];

#[test]
fn rows_that_a_spreadsheet_ends_early_are_read_and_counted() {
    let read = Field::new("x.csv", groups(&[4, 2, 3]), "[csv]", &SHORT);
    assert_eq!((read.rows().len(), read.aside()), (47, vec![]));
    assert_eq!(read.rows()[15], "R17|1.00||");
    assert_eq!(read.rows()[46], "R48|1.00|n|");
    assert_eq!(read.warnings(), [warning("short_row", 32, "row 17")]);
    // A required column that is missing is not blank.
    let required = SHORT.map(|column| column.replace("Note: text", "Note: text | required = true"));
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    let aside = Field::new("x.csv", groups(&[4, 2, 3]), "[csv]", &required).aside();
    assert_eq!(aside.iter().map(|(row, _)| *row).collect::<Vec<_>>(), (17..=32).collect::<Vec<_>>());
}

#[test]
fn a_row_that_ends_early_among_others_is_set_aside() {
    let whole = groups(&[4, 4]);
    // A line end within a cell that is not quoted makes two short rows of one.
    let broken = whole.replace("R20,1.00,n,c", "R20,1.00\nn,c");
    let read = Field::new("x.csv", &broken, "[csv]", &SHORT);
    let rule = |row: i64| (row, "ragged_row".to_owned());
    assert_eq!((read.rows().len(), read.aside()), (30, vec![rule(20), rule(21)]));
    // The same at the end of the file, where the halves are a group of their own.
    let at_end = format!("{whole}R33,1.00\nn,c,x\n");
    assert_eq!(Field::new("x.csv", &at_end, "[csv]", &SHORT).aside(), [rule(33), rule(34)]);
    // A file that is cut within its last row.
    let cut = format!("{whole}R33,1");
    let read = Field::new("x.csv", &cut, "[csv]", &SHORT);
    assert_eq!(read.aside(), [rule(33)]);
    // A contract may say that such rows are in order; one that is cut or lacks a required cell is not.
    let text = "Ref,Amount,Note,Code\nR2,1.00\nR3\nR4,1.00,n,c\nR5,1.0";
    let stated = Field::new("x.csv", text, "[csv]\nshort_rows = \"blank\"", &SHORT);
    assert_eq!(stated.rows(), ["R2|1.00||", "R3|||", "R4|1.00|n|c"]);
    assert_eq!(stated.aside(), [rule(5)]);
    let cut = warning("last_row_without_line_end", 1, "row 5");
    assert_eq!(stated.warnings(), [cut, warning("short_row", 2, "row 2")]);
}

#[test]
fn characters_that_nobody_wrote_are_counted() {
    let text = "Ref,Body,Net\nK1,Zo\u{fffd},1.00\nK2\u{200b},Ash,2.00\nK3,Fran\u{e7}ois,3.00\n";
    let field = Field::new("k.csv", text, "", &["Ref: text", "Body: text", "Net: money"]);
    assert_eq!(
        field.warnings(),
        [
            warning("invisible_character", 1, "row 3, `ref`"),
            warning("replacement_character", 1, "row 2, `body`")
        ]
    );
    let trimmed = &["Ref: text | normalise = [\"trim\"]"];
    assert_eq!(Field::new("k.csv", "Ref\nK1\u{200b}\n", "", trimmed).warnings(), []);
}

#[test]
fn a_file_laid_below_another_loses_no_row_to_its_byte_order_mark() {
    let columns = &["Ref: text", "Body: text", "Net: money"];
    let one = "\u{feff}Ref,Body,Net\n\"K1\",Ash,1.00\n";
    let two = "\u{feff}\"K2, late\",Elm,2.00\n";
    let field = Field::new("k.csv", format!("{one}{one}{two}"), "", columns);
    assert_eq!(field.rows(), ["K1|Ash|1.00", "K1|Ash|1.00", "K2, late|Elm|2.00"]);
    assert_eq!(field.warnings(), [warning("byte_order_mark_within", 2, "row 3")]);
    assert_eq!(Field::new("k.csv", format!("\u{feff}{one}"), "", columns).warnings(), []);
}

#[test]
fn a_key_or_an_element_called_by_a_childs_name_stands_in_no_fault() {
    const CANARY: &str = "Zebedee";
    let columns = |privacy: &'static str| ["Ref: text", privacy];
    let faults = [
        ("k.json", "[json]", r#"[{"Ref":"1","Name":"n","Zebedee":1,"Zebedee":2}]"#, "appears twice"),
        (
            "k.json",
            "[json]",
            r#"[{"Ref":"1","Name":"n","of":{"Zebedee":{"x":1e99}}}]"#,
            "a number of more than",
        ),
        (
            "k.xml",
            "[xml]\nrows = \"All/One\"",
            r#"<All><One><Ref>1</Ref><Name>n</Name><Zebedee a:id="1" b:id="2"/></One></All>"#,
            "appears twice",
        ),
    ];
    for (file, format, text, words) in faults {
        let of = |privacy| Field::new(file, text, format, &columns(privacy)).refusal();
        let said = of("Name: text | privacy = \"drop\"");
        assert!(said.contains(words) && !said.contains(CANARY), "{said}");
        assert!(said.contains("a name that the contract does not have"), "{said}");
        let open = of("Name: text");
        assert!(open.contains(words) && open.contains(CANARY), "{open}");
    }
    let own = r#"[{"Ref":"1","Name":"n","Ref":"2"}]"#;
    let said = Field::new("k.json", own, "[json]", &columns("Name: text | privacy = \"drop\"")).refusal();
    assert!(said.contains("the key `Ref` appears twice"), "{said}");
}

#[test]
fn utf_8_that_is_declared_as_windows_1252_is_refused() {
    let columns = &["Ref: text", "Body: text"];
    let text = "Ref,Body\nK1,Ash\nK2,Zoë Müller\n";
    let only = "[csv]\nencoding = [\"windows-1252\"]";
    let field = Field::new("k.csv", text, only, columns);
    assert_eq!(
        field.read().unwrap_err().in_full(),
        "`k.csv` row 3: expected windows-1252, found UTF-8: so its 2 characters beyond ASCII are written"
    );
    assert_eq!(field.read().unwrap_err().help(), ["declare `utf-8` before `windows-1252`, or alone"]);
    let both = "[csv]\nencoding = [\"windows-1252\", \"utf-8\"]";
    assert_eq!(Field::new("k.csv", text, both, columns).rows(), ["K1|Ash", "K2|Zoë Müller"]);
    // What is Windows-1252, and what is neither, is read as it is declared; so is a character at the end of a block.
    let own = Field::new("k.csv", b"Ref,Body\nK2,Zo\xeb M\xfcller\n", only, columns);
    assert_eq!(own.rows(), ["K2|Zoë Müller"]);
    assert_eq!(Field::new("k.csv", "Ref,Body\nK1,Ash\n", only, columns).rows(), ["K1|Ash"]);
    let long = format!("Ref,Body\n{}ë\n", "K1,Ash\n".repeat(37_448));
    assert_eq!(long.find('ë'), Some((1 << 18) + 1));
    let long = format!("Ref,Body\nK{}", long.get(11..).unwrap());
    assert!(Field::new("k.csv", long, only, columns).refusal().contains("1 character beyond"));
    let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><A><B><Ref>1</Ref><Body>Zoë</Body></B></A>";
    let said = Field::new("k.xml", xml, "[xml]\nrows = \"A/B\"", columns).refusal();
    assert!(said.contains("expected windows-1252, found UTF-8"), "{said}");
}

#[test]
fn text_that_was_encoded_twice_is_counted() {
    let text = "Ref,Body\nK1,ZoÃ« MÃ¼ller\nK2,Zoë\nK3,Ash â€“ Elm\nK4,Tŷ Glas\n";
    let field = Field::new("k.csv", text, "", &["Ref: text", "Body: text"]);
    assert_eq!(field.rows().len(), 4);
    assert_eq!(field.warnings(), [warning("encoded_twice", 2, "row 2, `body`")]);
}

#[test]
fn a_telephone_number_is_not_a_sum() {
    let text =
        "Ref,Net\nK1,01902 551155\nK2,01902551155\nK3,£0190255115\nK4,007.50\nK5,0000000000\nK6,00012\n";
    let field = Field::new("k.csv", text, "", &["Ref: text", "Net: money"]);
    assert_eq!(field.rows(), ["K4|7.50", "K5|0.00", "K6|12.00"]);
    let of = |kind: &str| {
        Field::new("k.csv", "Ref,Net\nK1,01902551155\nK2,12\n", "", &["Ref: text", kind]).aside()
    };
    assert_eq!(of("Net: integer"), [(2, "integer".to_owned())]);
    assert_eq!(of("Net: decimal"), [(2, "decimal".to_owned())]);
}
