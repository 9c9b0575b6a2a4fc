use rust_xlsxwriter::{DocProperties, Note, Workbook};

use super::*;

fn sound() -> Workbook {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_author("sufficiency").set_title("Needs assessment"));
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Phase").unwrap();
    sheet.write(1, 0, "Primary").unwrap();
    sheet.write(1, 1, 29).unwrap();
    sheet.write(2, 1, -3.5).unwrap();
    sheet.write(3, 0, "[c]").unwrap();
    sheet.set_repeat_rows(0, 0).unwrap();
    workbook
}

fn found(workbook: &mut Workbook) -> String {
    let bytes = workbook.save_to_buffer().unwrap();
    let mut findings = Findings::default();
    inspect("w.xlsx", &bytes, &Limits::default(), &mut findings);
    findings.to_string()
}

#[test]
fn a_plain_workbook_passes() {
    assert_eq!(found(&mut sound()), "");
}

#[test]
fn what_does_not_show_is_found() {
    let mut workbook = sound();
    workbook.add_worksheet().set_hidden(true);
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 2` does not show");
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().set_row_hidden(1).unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, xl/worksheets/sheet1.xml` does not show");
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().set_column_hidden(1).unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, xl/worksheets/sheet1.xml` does not show");
    let mut workbook = sound();
    workbook.define_name("Secret", "=Sheet1!$A$1").unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx` defines a name");
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().insert_note(0, 0, &Note::new("see me")).unwrap();
    assert!(found(&mut workbook).contains("holds a comment"));
}

/// Returns the sound workbook with one more part, or with `part` in place of its own.
fn planted(part: &str, content: &str) -> String {
    let whole = sound().save_to_buffer().unwrap();
    let mut archive = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).unwrap();
        if String::from_utf8_lossy(file.name_raw()) != part {
            copy.raw_copy_file(file).unwrap();
        }
    }
    copy.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut copy, content.as_bytes()).unwrap();
    let bytes = copy.finish().unwrap().into_inner();
    let mut findings = Findings::default();
    inspect("w.xlsx", &bytes, &Limits::default(), &mut findings);
    findings.to_string()
}

#[test]
fn a_part_that_no_reader_sees_is_found_by_its_place() {
    for (part, words) in [
        ("xl/pivotCache/pivotCacheDefinition1.xml", "holds a pivot table"),
        ("xl/pivotCache/pivotCacheRecords1.xml", "holds a pivot table"),
        ("xl/pivotTables/pivotTable1.xml", "holds a pivot table"),
        ("xl/model/item.data", "holds a pivot table"),
        ("xl/comments1.xml", "holds a comment"),
        ("xl/threadedComments/threadedComment1.xml", "holds a comment"),
        ("xl/persons/person.xml", "names an author"),
        ("xl/externalLinks/externalLink1.xml", "links to another workbook"),
        ("xl/connections.xml", "links to another workbook"),
        ("xl/queryTables/queryTable1.xml", "links to another workbook"),
        ("xl/vbaProject.bin", "holds something that runs"),
        ("xl/embeddings/oleObject1.bin", "holds another file"),
        ("xl/printerSettings/printerSettings1.bin", "names an author"),
        ("xl/revisions/revisionLog1.xml", "holds a comment"),
        ("customXml/item1.xml", "holds another file"),
        ("docProps/custom.xml", "names an author"),
        ("notes.txt", "holds another file"),
    ] {
        let said = planted(part, "<x/>");
        assert!(said.starts_with(&format!("`w.xlsx, {part}` {words}")), "{part}: {said}");
    }
    let workbook = "<Relationships><Relationship Id=\"r\" Type=\"x/externalLinkPath\" \
        Target=\"file:///c:/pupils.xlsx\" TargetMode=\"External\"/></Relationships>";
    let said = planted("xl/externalLinks/_rels/externalLink1.xml.rels", workbook);
    assert!(said.contains("links to another workbook") && !said.contains("pupils.xlsx"), "{said}");
}

#[test]
fn a_text_that_a_cell_held_once_is_found_where_the_workbook_keeps_it() {
    let strings = "<sst><si><t>Phase</t></si><si><t>Primary</t></si><si><t>[c]</t></si>\
        <si><t>A823432112001</t></si></sst>";
    assert_eq!(
        planted("xl/sharedStrings.xml", strings),
        "`w.xlsx, xl/sharedStrings.xml` looks like a unique pupil number"
    );
}

#[test]
fn every_kind_of_identifier_is_found_in_a_cell_and_none_is_repeated() {
    for (value, words) in [
        ("A823432112001", "a unique pupil number"),
        ("learner 1000000027", "a unique learner number"),
        ("943 476 5919", "an NHS number"),
        ("WV1 1ST", "a postcode"),
        ("DOB 01/02/2010", "a date of birth"),
        ("someone@example.com", "a mail address"),
    ] {
        let mut workbook = sound();
        workbook.worksheet_from_index(0).unwrap().write(9, 2, value).unwrap();
        let said = found(&mut workbook);
        assert!(said.starts_with("`w.xlsx, sheet 1, cell C10`") && said.contains(words), "{value}: {said}");
        assert!(!said.contains(value), "{said}");
    }
}

#[test]
fn an_author_beyond_the_stated_is_found() {
    let mut workbook = sound();
    workbook.set_properties(&DocProperties::new().set_author("A Person"));
    assert_eq!(
        found(&mut workbook),
        "`w.xlsx, docProps/core.xml` names an author, or holds other traces, beyond what is stated"
    );
    workbook.set_properties(&DocProperties::new().set_author("sufficiency").set_company("Another"));
    assert!(found(&mut workbook).starts_with("`w.xlsx, docProps/app.xml` names an author"));
}

#[test]
fn formulas_and_text_that_would_run_are_found() {
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().write_formula(5, 2, "=1+1").unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 1` would run as a formula in a spreadsheet");
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().write_string(5, 2, "=1+1").unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 1, cell C6` would run as a formula in a spreadsheet");
}

#[test]
fn a_person_is_found_in_a_cell_a_number_and_a_name_of_a_sheet() {
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().write(27, 27, "for A823432112001").unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 1, cell AB28` looks like a unique pupil number");
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().write(4, 0, 9_434_765_919_u64).unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 1, cell A5` looks like an NHS number");
    let mut workbook = sound();
    workbook.add_worksheet().set_name("A823432112001").unwrap();
    assert_eq!(found(&mut workbook), "`w.xlsx, sheet 2, its name` looks like a unique pupil number");
}

#[test]
fn links_lead_to_secure_pages_only() {
    let mut workbook = sound();
    workbook.worksheet_from_index(0).unwrap().write_url(7, 0, "https://council.example/method").unwrap();
    assert_eq!(found(&mut workbook), "");
    workbook.worksheet_from_index(0).unwrap().write_url(8, 0, "http://council.example/method").unwrap();
    assert!(found(&mut workbook).contains("links to something other than a secure page"));
}

#[test]
fn bytes_that_are_no_workbook_are_refused() {
    let whole = sound().save_to_buffer().unwrap();
    for bytes in [&b""[..], b"PK\x03\x04", b"a,b\n", &whole[..whole.len() / 2]] {
        let mut findings = Findings::default();
        inspect("w.xlsx", bytes, &Limits::default(), &mut findings);
        assert_eq!(findings.to_string(), "`w.xlsx` is not what it claims to be");
    }
}

#[test]
fn a_cell_is_named_as_a_spreadsheet_names_it() {
    let names: Vec<String> =
        [(0, 0), (0, 25), (0, 26), (9, 701), (0, 702)].map(|(row, column)| reference(row, column)).into();
    assert_eq!(names, ["A1", "Z1", "AA1", "ZZ10", "AAA1"]);
}
