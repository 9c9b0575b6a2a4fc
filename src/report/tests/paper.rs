//! The committee paper, set from an invented report.

use super::super::samples::with_paper;
use super::rendered::file;
use crate::diagnostic::Cause;
use crate::project::Layout;
use crate::report::{Block, Document, Rendered, ReportError, TableBlock, Templates, check_paper, render};

fn set(document: &Document) -> Result<Rendered, ReportError> {
    render(document, &Templates::new(&Layout::own()).unwrap(), "sample")
}

fn paper(document: &Document) -> Vec<u8> {
    set(document).unwrap().files.remove("sample.pdf").unwrap()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn q7_a_paper_is_for_screen_readers_and_archives_and_the_same_each_time() {
    let document = with_paper();
    let bytes = paper(&document);
    for claim in ["pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<", "en-GB"] {
        assert!(holds(&bytes, claim), "{claim}");
    }
    assert_eq!(paper(&document), bytes);
}

#[test]
fn a_picture_without_words_keeps_the_paper_from_being_made() {
    let mut document = with_paper();
    document.charts[0].alt = String::new();
    let error = Cause::of(&set(&document).unwrap_err()).to_string();
    assert!(error.starts_with("the committee paper cannot be set: "), "{error}");
    assert!(error.contains("alt"), "{error}");
}

#[test]
fn a_paper_goes_with_the_email_as_its_report_says() {
    let mut document = with_paper();
    let attached = |document: &Document| set(document).unwrap().attachments;
    assert_eq!(attached(&document), ["sample.xlsx", "sample.pdf"]);
    document.paper.as_mut().unwrap().attach = false;
    assert_eq!(attached(&document), ["sample.xlsx"]);
    assert!(set(&document).unwrap().files.contains_key("sample.pdf"));
    document.paper = None;
    assert!(!set(&document).unwrap().files.contains_key("sample.pdf"));
}

#[test]
fn a_fault_of_the_papers_template_is_shown_at_its_line() {
    let text = Layout::own().text("paper.typ").replace("paper.marking", "paper.markin");
    let layout = Layout::own().with("paper.typ", &text);
    let faults = check_paper(&layout, &Templates::new(&layout).unwrap()).unwrap();
    let shown = faults.to_string();
    assert!(shown.contains("paper.typ:") && shown.contains("markin"), "{shown}");
    let faults = check_paper(&Layout::own(), &Templates::new(&Layout::own()).unwrap()).unwrap();
    assert!(!faults.has_errors(), "{faults}");
}

#[test]
fn a_template_reads_nothing_but_the_paper_and_its_charts() {
    for reads in [
        "#read(\"/etc/passwd\")",
        "#read(\"../secrets.toml\")",
        "#import \"@preview/cetz:0.3.4\"",
        "#datetime.today()",
    ] {
        let text = format!("{}\n{reads}\n", Layout::own().text("paper.typ"));
        let layout = Layout::own().with("paper.typ", &text);
        let faults = check_paper(&layout, &Templates::new(&layout).unwrap()).unwrap();
        assert!(faults.has_errors(), "{reads}");
    }
}

/// A paper of 40 pages and more, set for the first time in a process and again.
#[test]
#[ignore = "a measure: cargo test --release --lib measure_a_paper -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "a measure prints its figures")]
fn measure_a_paper_of_forty_pages() {
    let mut document = with_paper();
    document.blocks.retain(|block| !matches!(block, Block::Chart(_)));
    document.charts.clear();
    let row = document.tables[0].rows[0].clone();
    for number in 2..=40 {
        let rows = vec![row.clone(); 38];
        let table = TableBlock { number, name: format!("t{number}"), rows, ..document.tables[0].clone() };
        document.tables.push(table);
    }
    document.paper.as_mut().unwrap().annex = (0..document.tables.len()).collect();
    let templates = Templates::new(&Layout::own()).unwrap();
    for words in ["cold", "warm", "warm"] {
        let begun = std::time::Instant::now();
        let bytes = file(&document, &templates, "pdf");
        let seconds = begun.elapsed().as_secs_f64();
        let pages = lopdf::Document::load_mem(&bytes).unwrap().get_pages().len();
        println!("{words}: {pages} pages in {seconds:.2} s, {} bytes", bytes.len());
        // Another edition's words are not the same as these.
        document.title.push('x');
    }
}
