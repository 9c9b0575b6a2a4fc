use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use calamine::Reader;

use super::rendered::{csv, html, images, text, workbook};
use super::sample;
use crate::disclosure::{Limits, clear};
use crate::report::{Document, build};

const NAMES: [&str; 12] = [
    "<script>alert(1)</script>",
    "Oak | Ash & \"Elm\"",
    "{{council}} {{{council}}}",
    "=cmd|' /C calc'!A0",
    "+44 7700 900000",
    "@SUM(A1)",
    "**bold** [link](https://evil.example) `code`",
    "line\nbreak\u{0} and \u{202E}reversed",
    "\u{E000}table providers\u{E001}",
    "# heading",
    "    four spaces",
    "1. <img src=x onerror=alert(1)>",
];

/// Returns a report whose names, commentary and facts all try to be something else.
fn document() -> Document {
    let names: Vec<String> =
        NAMES.iter().map(|name| (*name).to_owned()).chain(["x".repeat(10_000)]).collect();
    let places: Vec<i64> = (0..names.len()).map(|at| 100 + i64::try_from(at).unwrap()).collect();
    let batch = RecordBatch::try_from_iter([
        ("provider", Arc::new(StringArray::from(names)) as ArrayRef),
        ("places", Arc::new(Int64Array::from(places))),
    ])
    .unwrap();
    let model = sample::model(
        "providers",
        "grain = [\"provider\"]\n[indicators.places]\nlabel = \"Places <b>\"\ndefinition = \"Places | {{x}}\"\n\
         count_basis = \"<i>\"\nunit = \"placements\"\n[disclosure]\nopen = [\"places\"]\n",
    );
    let limits = Limits::default();
    let tables = BTreeMap::from([("providers".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let settings = "title = \"Providers\"\nperiod = \"academic_year\"\nrecipients = []\n\
        headline = \"Of {{council}}: {{largest providers.places.provider}}.\"\n\
        [tables.providers]\nmodel = \"providers\"\nrows = \"provider\"\n\
        [charts.places]\ntable = \"providers\"\ntitle = \"Places\"\nbar = { x = \"provider\", y = \"places\" }\n";
    let narrative = "{{#each providers.places.provider}}\n- {{part}}: {{value this}}\n{{/each}}\n\n\
        {{chart \"places\"}}\n{{table \"providers\"}}\n{{commentary \"words\"}}\n";
    let mut facts = sample::facts();
    facts.council = "<Council> & \u{E000}method \u{E001}".to_owned();
    facts.commentary.insert(
        "words".to_owned(),
        "An <b>officer</b> {{value x}} \u{E000}table providers\u{E001} <script>alert(2)</script>\n\n\
         [safe](https://example.org) [unsafe](javascript:alert(3)) ![pixel](https://track.example/p.gif)"
            .to_owned(),
    );
    build(&sample::report(settings, narrative), &tables, &facts).unwrap()
}

#[test]
fn no_text_becomes_markup_of_the_page() {
    let page = html(&document());
    for markup in ["<script", "<img src=x", "<b>", "<i>", "javascript:", "track.example", "<Council>"] {
        assert!(!page.contains(markup), "{markup} got through");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("Oak | Ash &amp; &quot;Elm&quot;"));
    assert!(page.contains("{{council}}"), "braces of a name are text");
    assert!(page.contains("<a class=\"link\" href=\"https://example.org\""));
    assert!(!page.contains("evil.example\""), "a name became a link");
    assert!(!page.contains('\u{202E}') && !page.contains('\u{0}'));
    assert!(page.len() <= 80 * 1024, "{} bytes", page.len());
}

#[test]
fn no_data_forges_a_block_of_the_document() {
    let document = document();
    let tables =
        document.blocks.iter().filter(|block| matches!(block, crate::report::Block::Table(_))).count();
    let methods =
        document.blocks.iter().filter(|block| matches!(block, crate::report::Block::Method)).count();
    // The narrative places one table and no method, so that any other would be forged.
    assert_eq!((tables, methods), (1, 0));
}

#[test]
fn no_text_becomes_a_formula_of_a_spreadsheet() {
    let document = document();
    let file = csv(&document.tables[0]);
    for line in file.lines() {
        let first = line.trim_start_matches('"').chars().next().unwrap_or(' ');
        assert!(!['=', '+', '-', '@'].contains(&first), "{line}");
    }
    assert!(file.contains("'=cmd|' /C calc'!A0,103"));
    let book = workbook(&document);
    let mut reader = calamine::Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let formulas = reader.worksheet_formula(&reader.sheet_names()[3].clone()).unwrap();
    assert!(formulas.is_empty(), "a name became a formula");
}

#[test]
fn charts_and_letters_hold_hostile_names_as_text() {
    let document = document();
    for image in images(&document) {
        assert!(!image.svg.contains("<script") && !image.svg.contains("<img"));
        assert!(image.svg.contains("&lt;script&gt;"));
    }
    let letter = text(&document);
    assert!(letter.contains("<script>alert(1)</script>"), "a letter has no markup to fear");
    assert!(!letter.contains('\u{202E}') && !letter.contains('\u{E000}'));
}
