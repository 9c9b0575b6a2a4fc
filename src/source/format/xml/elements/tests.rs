use super::read;
use crate::source::error::SourceError;
use crate::source::format::record::Naming;
use crate::source::format::record::shape::Shapes;
use crate::source::format::xml::declaration::encoding;

const CENSUS: &str = r#"<?xml version="1.0"?>
<Message xmlns="urn:x" xmlns:c="urn:c">
  <Header><Year>2026</Year></Header>
  <Schools>
    <School code="4001"><Name>A &amp; B</Name>
      <Pupils>
        <c:Pupil id="1"><UPN>X1</UPN><Needs><Need rank="1">SEMH</Need><Need rank="2"><![CDATA[<SLCN>]]></Need></Needs></c:Pupil>
        <Pupil id="2"><Needs/><Note>a&#x41;<!-- no -->b</Note></Pupil>
      </Pupils>
    </School>
    <School code="4002"><Name/><Pupils><Pupil id="3"><UPN>X3</UPN></Pupil></Pupils></School>
  </Schools>
</Message>"#;
const PUPILS: &str = "Message/Schools/School/Pupils/Pupil";

/// Reads every row of a text, its cells joined by `|`.
fn rows(at: &str, wanted: &[&str], text: &str) -> Result<Vec<String>, SourceError> {
    let mut rows = Vec::new();
    read(
        "f.xml",
        at,
        wanted,
        (&Naming::default(), Shapes::default()),
        &mut || Ok(text.as_bytes()),
        &mut |row| {
            rows.push(row.cells().collect::<Vec<_>>().join("|"));
            Ok(())
        },
    )?;
    Ok(rows)
}

fn refusal(at: &str, wanted: &[&str], text: &str) -> String {
    rows(at, wanted, text).unwrap_err().in_full()
}

#[test]
fn rows_hold_their_elements_attributes_and_what_is_asked_for_around_them() {
    let wanted = ["UPN", "../../@code", "../../name", "../../../../Header/Year"];
    assert_eq!(
        rows(PUPILS, &wanted, CENSUS).unwrap(),
        [
            "../../../../header/year|../../@code|../../name|@id|UPN|Needs/Need[1]/@rank|Needs/Need[1]|\
             Needs/Need[2]/@rank|Needs/Need[2]|Needs|Note",
            "2026|4001|A & B|1|X1|1|SEMH|2|<SLCN>||",
            "2026|4001|A & B|2||||||||aAb",
            "2026|4002||3|X3||||||",
        ]
        .map(|row| row.replace("|||aAb", "||aAb"))
    );
}

#[test]
fn an_element_may_be_all_there_is_of_a_row() {
    let text = "<a><b>1</b><b x='2'/><c>9</c><b>3</b></a>";
    assert_eq!(rows("a/b", &[], text).unwrap(), [".|@x", "1|", "|2", "3|"]);
}

#[test]
fn what_is_missing_late_or_twice_is_said() {
    assert_eq!(
        refusal("Message/Schools/School/Pupil", &[], CENSUS),
        "`f.xml` document: no element at `Message/Schools/School/Pupil`"
    );
    assert_eq!(
        refusal("a/b", &["../c"], "<a>\n<b>1</b>\n<c>9</c></a>"),
        "`f.xml` line 3: `../c` comes after rows that it belongs to: expected it before them"
    );
    assert_eq!(
        refusal("a/b", &["../c"], "<a><c>8</c><c>9</c><b>1</b></a>"),
        "`f.xml` record 1: `../c` appears twice"
    );
}

#[test]
fn f45_document_types_and_entities_are_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"cc\">]>\n<a><b>&b;</b></a>";
    let refused = "a document type (DOCTYPE) is refused: it can make a small file unpack without end";
    assert_eq!(refusal("a/b", &[], bomb), format!("`f.xml` line 1: {refused}"));
    assert_eq!(
        refusal("a/b", &[], "<a>\n<b>&lol;</b></a>"),
        "`f.xml` line 2: expected one of the entities of XML itself, found another"
    );
    assert_eq!(
        refusal("a/b", &[], "<a><b x='&lol;'/></a>"),
        "`f.xml` line 1: expected one of the entities of XML itself in an attribute, found another"
    );
    let deep = "<a>".repeat(100_000);
    assert_eq!(refusal("a/b", &[], &deep), "`f.xml` line 1: elements are nested more than 64 levels deep");
    let long = format!("<a><b>{}</b></a>", "x".repeat(5 << 20));
    assert_eq!(refusal("a/b", &[], &long), "`f.xml` line 1: a text or a tag is longer than 4194304 bytes");
}

#[test]
fn a_document_that_is_cut_is_refused_wherever_it_is_cut() {
    for length in 1..CENSUS.len() {
        assert!(rows(PUPILS, &[], &CENSUS[..length]).is_err(), "{}", &CENSUS[..length]);
    }
    for text in ["<a/><a/>", "<a></b>", "<a b/>", "<a>x</a>y", "</a>", ""] {
        assert!(rows("a", &[], text).is_err(), "{text}");
    }
}

#[test]
fn the_declaration_names_the_encoding() {
    for (start, name) in [
        ("<a/>", Some("UTF-8")),
        ("<?xml version='1.0'?><a/>", Some("UTF-8")),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", Some("windows-1252")),
        ("<?xml version='1.0' encoding = 'windows-1252'?>", Some("windows-1252")),
        ("<?xml version='1.0' encoding='klingon'?>", None),
    ] {
        assert_eq!(encoding(start.as_bytes()).map(encoding_rs::Encoding::name), name, "{start}");
    }
}
