//! Invented reports, by which a layout is tried before there is a figure: one with everything that an email may hold, one
//! whose figures are short, and one without whatever it may lack.

use chrono::{DateTime, NaiveDate};

use super::document::{
    Block, ChartBlock, ChartKind, ChartPoint, ChartSeries, Document, Inline, KeyFigure, OfficerPart, Paper,
    TableBlock, TableCell, TableRow,
};
use super::error::ReportError;
use super::facts::{Facts, RowFacts};
use super::medium::{Content, MEDIA, Renderer};
use super::number::Format;
use super::templates::Templates;
use super::wording::capitalised;
use super::written::By;
use super::{chart, medium};
use crate::calendar::{Period, Reported};
use crate::diagnostic::Diagnostics;
use crate::disclosure::{Decimal, HiddenCells};
use crate::project::Layout;

/// Both forms of the text of an email.
#[derive(Debug)]
pub struct Forms {
    /// The page.
    pub html: String,
    /// The plain text.
    pub text: String,
}

/// Renders invented reports in a layout. Replies are said to reach `reply_to`.
///
/// # Errors
///
/// Returns an error when a template cannot be rendered.
pub fn samples(templates: &Templates, reply_to: &str) -> Result<Vec<Forms>, ReportError> {
    let mut short = full(reply_to);
    short.key_figures.truncate(2); // figures of few digits are written larger
    [full(reply_to), short, bare(reply_to)].iter().map(|document| forms(document, templates)).collect()
}

fn forms(document: &Document, templates: &Templates) -> Result<Forms, ReportError> {
    let content = Content { document, templates, images: &[], stem: "sample" };
    let written = |extension: &str| -> Result<String, ReportError> {
        let medium: Option<&&dyn Renderer> = MEDIA.iter().find(|medium| medium.extension() == extension);
        let files = medium.map(|medium| medium.render(&content)).transpose()?.unwrap_or_default();
        Ok(files.iter().map(|file| String::from_utf8_lossy(&file.bytes)).collect())
    };
    Ok(Forms { html: written("html")?, text: written("txt")? })
}

/// Sets an invented committee paper by a layout's template; returns what is wrong with that.
///
/// # Errors
///
/// Returns an error when a chart cannot be drawn.
pub fn check_paper(layout: &Layout, templates: &Templates) -> Result<Diagnostics, ReportError> {
    let document = with_paper();
    let images = chart::images(&document)?;
    Ok(medium::check_paper(
        layout,
        &Content { document: &document, templates, images: &images, stem: "sample" },
    ))
}

/// Returns a report with each part, and a paper beside it.
pub(super) fn with_paper() -> Document {
    let mut document = full("");
    document.paper = Some(paper());
    document
}

/// Returns a paper with each part that one may have.
fn paper() -> Paper {
    let part = |name: &str, blocks: Vec<Block>, says: Option<&str>| OfficerPart {
        name: name.to_owned(),
        heading: format!("{} implications", capitalised(name)),
        post: "finance business partner".to_owned(),
        asks: "Direct financial implications, and the budget that bears them.".to_owned(),
        facts: words("A place cost 348 pounds a week."),
        by: By {
            post: None,
            date: (!blocks.is_empty()).then(|| NaiveDate::from_ymd_opt(2019, 9, 2)).flatten(),
        },
        blocks,
        says: says.map(str::to_owned),
    };
    Paper {
        board: "Sample Board".to_owned(),
        attach: true,
        front: vec![("Wards affected".to_owned(), "All wards".to_owned())],
        purpose: vec![Block::Paragraph(words("This report counts placements."))],
        noting: vec![words("placements rose;"), words("a place cost 348 pounds a week.")],
        parts: vec![
            part("financial", Vec::new(), None),
            part("legal", vec![Block::Paragraph(words("There is a duty."))], None),
            part("environmental", Vec::new(), Some("There are no environmental implications.")),
        ],
        background: vec!["Cost review 2018/19".to_owned()],
        annex: vec![0],
        waits: false,
    }
}

/// Returns a report with each part that an email may have.
fn full(reply_to: &str) -> Document {
    let figure = |value: &str, comparator: Option<&str>, change: Option<&str>| KeyFigure {
        value: value.to_owned(),
        label: "children placed".to_owned(),
        comparator: comparator.map(str::to_owned),
        change: change.map(str::to_owned),
    };
    let point = ChartPoint::Shown(Decimal::integer(104));
    let chart = ChartBlock {
        name: "sample".to_owned(),
        title: "Placements rose".to_owned(),
        alt: "Placements: 104".to_owned(),
        kind: ChartKind::Line,
        categories: vec!["2018/19".to_owned()],
        series: vec![ChartSeries { label: "Placements".to_owned(), points: vec![point], bounds: Vec::new() }],
        format: Format::Whole,
        measure: "Placements".to_owned(),
        table: 1,
    };
    let mut document = bare(reply_to);
    document.key_figures = vec![
        figure("104", Some("119 in 2017/18"), Some("down 12.6%")),
        figure("89", Some("97 in 2017/18"), None),
        figure("£1,234,567", None, None),
        figure("[c]", None, None),
    ];
    document.charts = vec![chart];
    let cell = |text: &str| TableCell { text: text.to_owned(), number: None };
    document.tables = vec![TableBlock {
        name: "sample".to_owned(),
        number: 1,
        title: "Placements by phase".to_owned(),
        headings: vec!["Phase".to_owned(), "Placements".to_owned()],
        row_headings: 1,
        dated: true,
        rows: vec![TableRow { cells: vec![cell("Primary"), cell("57")], total: false }],
        bar: None,
        sheet: None,
        definitions: Vec::new(),
        notes: vec!["Counted once a child, 61 of them twice.".to_owned()],
    }];
    document.facts.attachments =
        vec!["sample.xlsx: every table".to_owned(), "sample.csv: one table".to_owned()];
    document.facts.missing = vec!["Spend: nothing of March 2019 was received".to_owned()];
    let body = std::mem::take(&mut document.blocks);
    document.blocks = vec![
        Block::KeyFigures,
        Block::Decision(vec![Block::Paragraph(words("The panel is asked to agree 93 places."))]),
    ];
    document.blocks.extend(body);
    document.blocks.extend([
        Block::Chart(0),
        Block::Table(0),
        Block::Commentary { name: "places".to_owned(), by: By::default(), blocks: Vec::new() },
        Block::Heading { level: 2, text: words("Cost") },
        Block::Paragraph(words("A place cost 348 pounds a week.")),
    ]);
    document
}

/// Returns a report with a headline, a heading and a sentence.
fn bare(reply_to: &str) -> Document {
    let as_at = NaiveDate::default();
    let facts = Facts {
        council: "Sample Council".to_owned(),
        service: "Sample Service".to_owned(),
        marking: "OFFICIAL".to_owned(),
        period: Reported::whole(Period::AcademicYear(2018)),
        as_at,
        as_of: DateTime::UNIX_EPOCH.with_timezone(&chrono_tz::Europe::London),
        edition: "sample-r1".to_owned(),
        run: "sample".to_owned(),
        reply_to: reply_to.to_owned(),
        sources: Vec::new(),
        rows: RowFacts::default(),
        threshold: 5,
        parameters: Vec::new(),
        commentary: std::collections::BTreeMap::new(),
        earlier: None,
        redefined: Vec::new(),
        attachments: Vec::new(),
        draft: false,
        missing: Vec::new(),
    };
    let date = super::number::date(as_at);
    Document {
        report: "sample".to_owned(),
        title: "Sample report 2018/19".to_owned(),
        headline: words("Placements rose from 67 to 104 in a year."),
        key_figures: Vec::new(),
        blocks: vec![
            Block::Heading { level: 2, text: words("Placements") },
            // A page may leave out the date of the banner; that the body has it keeps the comparison from asking for it.
            Block::Paragraph(words(&format!("There were 104 placements in 2018/19, counted on {date}."))),
        ],
        tables: Vec::new(),
        charts: Vec::new(),
        hidden: HiddenCells::default(),
        changes: None,
        unknown: Vec::new(),
        paper: None,
        csv_for_excel: false,
        facts,
    }
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.to_owned())]
}
