use std::collections::BTreeSet;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use super::{inspect, tables};
use crate::inspect::{Findings, Limits, Rule};

/// A unique pupil number whose check letter is right.
const UPN: &str = "A823432112001";

/// A PDF of one page, whose text is one tagged paragraph.
struct Sample {
    document: Document,
    page: ObjectId,
    catalog: ObjectId,
    content: ObjectId,
}

fn text(words: &str) -> Object {
    Object::String(words.as_bytes().to_vec(), StringFormat::Literal)
}

/// Returns the operations that set words as the marked piece `number`.
fn marked(number: i64, words: &[&str]) -> Vec<Operation> {
    let mut operations = vec![
        Operation::new("BDC", vec!["P".into(), dictionary! { "MCID" => number }.into()]),
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Td", vec![72.into(), 700.into()]),
    ];
    operations.extend(words.iter().map(|words| Operation::new("Tj", vec![text(words)])));
    operations.extend([Operation::new("ET", vec![]), Operation::new("EMC", vec![])]);
    operations
}

fn stream(operations: Vec<Operation>) -> Stream {
    Stream::new(Dictionary::new(), Content { operations }.encode().unwrap())
}

impl Sample {
    fn new(operations: Vec<Operation>) -> Self {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        });
        let content = document.add_object(stream(operations));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        });
        document.objects.insert(
            pages,
            dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
        );
        let paragraph = document.add_object(dictionary! { "S" => "P", "Pg" => page, "K" => 0 });
        let tags =
            document.add_object(dictionary! { "Type" => "StructTreeRoot", "K" => vec![paragraph.into()] });
        let catalog = document
            .add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "StructTreeRoot" => tags });
        document.trailer.set("Root", catalog);
        Self { document, page, catalog, content }
    }

    fn of(words: &[&str]) -> Self {
        Self::new(marked(0, words))
    }

    fn set(mut self, at: ObjectId, key: &str, value: impl Into<Object>) -> Self {
        self.document.get_dictionary_mut(at).unwrap().set(key, value);
        self
    }

    fn bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn found(self) -> Vec<Rule> {
        found(&self.bytes())
    }
}

fn found(bytes: &[u8]) -> Vec<Rule> {
    let limits =
        Limits { addresses: BTreeSet::from(["ap.team@council.example".to_owned()]), ..Limits::default() };
    let mut findings = Findings::default();
    inspect("paper.pdf", bytes, &limits, &mut findings);
    findings.list().iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_plain_paper_passes() {
    assert_eq!(Sample::of(&["Permanent exclusions fell from 119 to 104."]).found(), []);
}

#[test]
fn an_identifier_is_found_wherever_a_pdf_can_hold_it() {
    assert_eq!(Sample::of(&[&format!("Child {UPN} moved.")]).found(), [Rule::Upn]);
    let (first, second) = UPN.split_at(6);
    assert_eq!(Sample::of(&["Child ", first, second]).found(), [Rule::Upn], "in two pieces");

    let mut sample = Sample::of(&["See the picture."]);
    let picture = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form" },
        Content { operations: marked(7, &[UPN]) }.encode().unwrap(),
    );
    let picture = sample.document.add_object(picture);
    let mut operations = marked(0, &["See the picture."]);
    operations.push(Operation::new("Do", vec!["X1".into()]));
    let content = sample.content;
    sample.document.objects.insert(content, stream(operations).into());
    let resources = sample.document.get_dictionary_mut(sample.page).unwrap();
    let resources = resources.get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
    resources.set("XObject", dictionary! { "X1" => picture });
    assert_eq!(sample.found(), [Rule::Upn], "in a picture");

    let mut sample = Sample::of(&["Plain."]);
    let metadata = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        format!("<dc:title>{UPN}</dc:title>").into_bytes(),
    );
    let metadata = sample.document.add_object(metadata);
    let at = sample.catalog;
    assert_eq!(sample.set(at, "Metadata", metadata).found(), [Rule::Upn], "in its metadata");

    let sample = Sample::of(&["Plain."]);
    let at = sample.page;
    assert_eq!(sample.set(at, "Alt", text(UPN)).found(), [Rule::Upn], "in words that no page shows");
}

#[test]
fn what_runs_hides_or_leads_elsewhere_is_found() {
    let on_the_catalog = |key: &str, value: Object| {
        let sample = Sample::of(&["Plain."]);
        let at = sample.catalog;
        sample.set(at, key, value).found()
    };
    let script: Object = dictionary! { "S" => "JavaScript", "JS" => text("app.alert(1)") }.into();
    assert_eq!(on_the_catalog("OpenAction", script), [Rule::Active]);
    assert_eq!(on_the_catalog("AcroForm", Dictionary::new().into()), [Rule::Active]);
    let names: Object = dictionary! { "EmbeddedFiles" => Dictionary::new() }.into();
    assert_eq!(on_the_catalog("Names", names), [Rule::Embedded]);
    assert_eq!(on_the_catalog("OCProperties", Dictionary::new().into()), [Rule::Hidden]);

    let annotated = |annotation: Dictionary| {
        let sample = Sample::of(&["Plain."]);
        let at = sample.page;
        sample.set(at, "Annots", vec![annotation.into()]).found()
    };
    let link = |to: &str| {
        annotated(dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "A" => dictionary! { "S" => "URI", "URI" => text(to) },
        })
    };
    assert_eq!(link("https://council.example/"), []);
    assert_eq!(link("mailto:ap.team@council.example"), []);
    assert_eq!(link("mailto:other@school.example"), [Rule::Link, Rule::Address]);
    assert_eq!(link("http://council.example/"), [Rule::Link]);
    assert_eq!(link("file:///etc/passwd"), [Rule::Link]);
    assert_eq!(annotated(dictionary! { "Type" => "Annot", "Subtype" => "Text" }), [Rule::Comment]);
}

#[test]
fn text_that_does_not_show_or_that_no_tag_reads_is_found() {
    let mut operations = marked(0, &["Plain."]);
    operations.insert(2, Operation::new("Tr", vec![3.into()]));
    assert_eq!(Sample::new(operations).found(), [Rule::Hidden]);

    let mut operations = marked(0, &["Plain."]);
    operations.extend(
        marked(1, &["Beside it."])
            .into_iter()
            .filter(|operation| !["BDC", "EMC"].contains(&operation.operator.as_str())),
    );
    assert_eq!(Sample::new(operations).found(), [Rule::Missing]);

    let sample = Sample::of(&["Plain."]);
    let at = sample.catalog;
    let mut sample = sample;
    sample.document.get_dictionary_mut(at).unwrap().remove(b"StructTreeRoot");
    assert_eq!(sample.found(), [Rule::Missing]);
}

#[test]
fn who_wrote_it_is_found_and_so_is_a_second_state() {
    let mut sample = Sample::of(&["Plain."]);
    let information = sample.document.add_object(dictionary! { "Author" => text("A. Person") });
    sample.document.trailer.set("Info", information);
    assert_eq!(sample.found(), [Rule::Author]);

    let mut twice = Sample::of(&["Plain."]).bytes();
    twice.extend_from_slice(b"\n1 0 obj\nnull\nendobj\n%%EOF\n");
    assert!(found(&twice).contains(&Rule::Hidden));
    assert_eq!(found(b"%PDF-1.7\n%%EOF"), [Rule::Unreadable]);
    assert!(found(b"no PDF at all").contains(&Rule::Unreadable));
}

#[test]
fn the_tables_of_a_tagged_paper_are_read_cell_by_cell() {
    let mut operations = Vec::new();
    for (number, words) in ["Phase", "Count", "Primary", "12"].iter().enumerate() {
        operations.extend(marked(i64::try_from(number).unwrap(), &[words]));
    }
    let mut sample = Sample::new(operations);
    let cell = |kind: &str, number: i64| -> Object {
        dictionary! { "S" => kind, "Pg" => sample.page, "K" => number }.into()
    };
    let rows: Vec<Object> = vec![
        dictionary! { "S" => "TR", "K" => vec![cell("TH", 0), cell("TH", 1)] }.into(),
        dictionary! { "S" => "TR", "K" => vec![cell("TH", 2), cell("TD", 3)] }.into(),
    ];
    let tags = sample.document.add_object(dictionary! {
        "Type" => "StructTreeRoot",
        "K" => vec![Object::from(dictionary! { "S" => "Table", "K" => rows })],
    });
    let at = sample.catalog;
    let bytes = sample.set(at, "StructTreeRoot", tags).bytes();
    assert_eq!(tables(&bytes), [[["Phase", "Count"], ["Primary", "12"]]]);
}
