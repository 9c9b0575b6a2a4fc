use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use calamine::Reader;

use super::rendered::{csv, file, html, images, templates, text, workbook};
use super::sample;
use crate::report::{Document, build};

/// Runs of digits with what belongs to them, as a reader would pick figures out.
fn figures(words: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut run = String::new();
    for letter in words.chars().chain([' ']) {
        if letter.is_ascii_digit() || (",.%£−/".contains(letter) && !run.is_empty()) || "£−".contains(letter)
        {
            run.push(letter);
        } else if !run.is_empty() {
            let figure = run.trim_end_matches([',', '.', '/']).to_owned();
            if figure.chars().any(|letter| letter.is_ascii_digit()) {
                found.insert(figure);
            }
            run.clear();
        }
    }
    found
}

/// Returns the text between the tags.
fn words_of(html: &str) -> String {
    let body = html.split_once("</head>").unwrap().1.replace("<wbr>", "").replace("&shy;", "");
    let mut words = String::new();
    let mut inside = true;
    for letter in body.chars() {
        match letter {
            '<' => inside = false,
            '>' => {
                inside = true;
                words.push(' ');
            }
            letter if inside => words.push(letter),
            _ => {}
        }
    }
    words.replace("&amp;", "&").replace("&#39;", "'")
}

/// Returns the parts of a workbook that hold text and numbers, joined.
fn parts_of(book: &[u8]) -> BTreeMap<String, String> {
    // A workbook is a zip of deflated XML; calamine reads its cells, this its names.
    let mut parts = BTreeMap::new();
    let mut reader = calamine::Xlsx::new(std::io::Cursor::new(book)).unwrap();
    for sheet in reader.sheet_names() {
        let cells = reader.worksheet_range(&sheet).unwrap();
        let text = cells.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t"));
        parts.insert(sheet, text.collect::<Vec<_>>().join("\n"));
    }
    parts
}

#[test]
fn the_known_figures_stand_in_every_medium() {
    let document = sample::document(&sample::YEARS);
    let (html, text) = (words_of(&html(&document)), text(&document));
    for figure in ["122", "119", "104", "−31.8%", "−8.2%", "−12.6%", "85.6%", "293", "2018/19"] {
        assert!(html.contains(figure) && text.contains(figure), "{figure} is missing");
    }
    assert!(!text.contains("2019/20"), "a year after the edition's shows");
}

#[test]
fn each_table_of_the_email_says_on_which_sheet_the_whole_is() {
    let document = sample::document(&sample::YEARS);
    let (html, text) = (words_of(&html(&document)), text(&document).replace('\n', " "));
    let book = parts_of(&workbook(&document));
    let mut placed = 0;
    for (tab, _) in book.iter().filter(|(name, _)| name.starts_with(|first: char| first.is_ascii_digit())) {
        let line = format!("Whole in the workbook, sheet “{tab}”.");
        placed += usize::from(text.contains(&line));
        assert_eq!(html.contains(&line), text.contains(&line), "{line}");
    }
    let tables = text.matches("Whole in the workbook, sheet").count();
    assert!(placed > 0 && tables >= placed, "{placed} of {tables}");
    assert_eq!(tables, text.matches("Table ").count(), "{text}");
}

#[test]
fn html_and_text_hold_the_same_figures_and_the_workbook_every_table() {
    let document = sample::document(&sample::YEARS);
    let (of_html, of_text) = (figures(&words_of(&html(&document))), figures(&text(&document)));
    assert_eq!(of_html.symmetric_difference(&of_text).collect::<Vec<_>>(), Vec::<&String>::new());

    let book = parts_of(&workbook(&document));
    for table in &document.tables {
        let number = format!("{} ", table.number);
        let (_, sheet) = book.iter().find(|(name, _)| name.starts_with(&number)).unwrap();
        let file = csv(table);
        for (at, row) in table.rows.iter().enumerate() {
            for cell in &row.cells {
                match &cell.number {
                    Some((number, format)) => {
                        assert_eq!(format.show(*number), cell.text);
                        assert!(
                            sheet.contains(&number.to_f64().to_string()),
                            "{number} is not in the workbook"
                        );
                        assert!(file.lines().nth(at + 1).unwrap().contains(&number.to_string()));
                    }
                    None => assert!(sheet.contains(&cell.text), "{} is not in the workbook", cell.text),
                }
            }
        }
    }
}

#[test]
fn every_medium_is_the_same_twice() {
    let (one, two) = (sample::document(&sample::YEARS), sample::document(&sample::YEARS));
    assert_eq!(html(&one), html(&two));
    assert_eq!(text(&one), text(&two));
    assert_eq!(workbook(&one), workbook(&two));
    let drawn = |document: &Document| {
        images(document).into_iter().map(|image| (image.svg, image.png)).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&one), drawn(&two));
}

#[test]
fn the_email_is_small_has_one_title_skips_no_level_and_loads_nothing() {
    let page = html(&sample::document(&sample::YEARS));
    assert!(page.len() <= 80 * 1024, "{} bytes", page.len());
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en-GB\">"));
    assert!(!page.contains("http://") && !page.contains("https://"), "it would load or lead somewhere");
    assert!(page.contains("<th scope=\"col\"") && page.contains("scope=\"row\""));
    assert!(page.contains("Table 1. Permanent exclusions by phase</caption>"));
    let mut last = 1;
    for (at, _) in page.match_indices("<h") {
        let Some(level) = page[at + 2..].chars().next().and_then(|digit| digit.to_digit(10)) else {
            continue;
        };
        assert!(level <= last + 1, "level {level} after {last}");
        last = level;
    }
}

#[test]
fn the_letter_keeps_to_its_width_and_lines_up_its_columns() {
    let letter = text(&sample::document(&sample::YEARS));
    assert!(letter.lines().all(|line| line.chars().count() <= 78), "{letter}");
    let table = "\
Phase      2016/17  2017/18  2018/19  Change on year
---------  -------  -------  -------  --------------
Primary         29       22       15          −31.8%
Secondary       93       97       89           −8.2%
Special          0        0        0             [z]
Total          122      119      104          −12.6%
";
    assert!(letter.contains(table), "{letter}");
}

#[test]
fn an_image_is_named_by_the_page_and_described() {
    let document = sample::document(&sample::YEARS);
    let page = html(&document);
    for image in images(&document) {
        assert!(page.contains(&format!("src=\"cid:{}\"", image.cid)));
        assert!(!image.alt.is_empty() && image.alt.chars().count() <= 250);
        assert!(
            image.svg.contains("role=\"img\"")
                && image.svg.contains("<title ")
                && image.svg.contains("<desc ")
        );
        assert!(image.png.starts_with(b"\x89PNG") && image.png.len() < 300 * 1024);
    }
    assert!(page.contains("Primary 29, 22, 15; Secondary 93, 97, 89; Special 0, 0, 0; Total 122, 119, 104."));
}

#[test]
fn f58_tables_of_no_row_one_row_and_thousands_stay_within_the_size_of_an_email() {
    for rows in [0_usize, 1, 5_000] {
        let years: Vec<(String, [i64; 3])> =
            (0..rows.min(1)).map(|_| ("2018-19".to_owned(), [9, 9, 9])).collect();
        let years: Vec<sample::Year> = years.iter().map(|(year, parts)| (year.as_str(), *parts)).collect();
        let document = if rows < 2 { sample::document(&years) } else { many(rows) };
        let page = html(&document);
        assert!(page.len() <= 80 * 1024, "{rows} rows: {} bytes", page.len());
        assert!(!text(&document).is_empty() && !workbook(&document).is_empty());
        images(&document);
    }
}

#[test]
#[ignore = "for tests/soak"]
fn f58_two_hundred_thousand_rows_stay_within_the_size_of_an_email() {
    let document = many(200_000);
    assert!(html(&document).len() <= 80 * 1024 && text(&document).len() <= 80 * 1024);
}

/// Returns a list of providers, longer than a letter shows.
fn many(rows: usize) -> Document {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

    use crate::disclosure::{Limits, clear};
    let names: Vec<String> =
        (0..rows).map(|at| format!("Provider number {at}")).chain(["all".to_owned()]).collect();
    let spend: Vec<i64> = (0..=rows).map(|at| i64::try_from(at).unwrap() * 1_000).collect();
    let batch = RecordBatch::try_from_iter([
        ("provider", Arc::new(StringArray::from(names)) as ArrayRef),
        ("spend", Arc::new(Int64Array::from(spend))),
    ])
    .unwrap();
    let model = sample::model(
        "spend",
        "grain = [\"provider\"]\n[indicators.spend]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"pounds\"\n\
         [disclosure]\nopen = [\"spend\"]\nhierarchies = { provider = \"all\" }\n",
    );
    let limits = Limits::default();
    let tables = BTreeMap::from([("spend".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let settings = "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Spend by provider.\"\n\
        [tables.spend]\nmodel = \"spend\"\nrows = \"provider\"\n\
        [charts.spend]\ntable = \"spend\"\ntitle = \"Spend\"\nbar = { x = \"provider\", y = \"spend\" }\n";
    let report = sample::report(settings, "{{chart \"spend\"}}{{table \"spend\"}}");
    let document = build(&report, &tables, &sample::facts()).unwrap();
    assert_eq!(document.tables[0].rows.len(), rows + 1);
    assert!(text(&document).contains(&format!("{} more rows are in the workbook.", rows - 25)));
    assert!(text(&document).contains("Total"), "the total is left out");
    document
}

#[test]
fn where_everything_is_hidden_no_medium_tells_a_figure() {
    let document = sample::document(&[("2017-18", [1, 2, 0]), ("2018-19", [3, 1, 0])]);
    assert!(document.hidden.total() >= 6);
    let words = text(&document).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Permanent exclusions cannot be shown, because small numbers are protected."));
    assert!(words.contains("[c] = confidential, hidden to protect small numbers"));
    let table = &document.tables[0];
    for row in &table.rows {
        for cell in row.cells.iter().skip(1) {
            let known = cell.number.map(|(number, _)| number.to_f64());
            assert!(known.is_none_or(|number| number < 0.5), "{cell:?}");
        }
    }
    // A picture of hidden parts alone would say nothing, and its height nothing true.
    let first = &document.charts[0].name;
    assert!(images(&document).iter().all(|image| image.name != *first));
    assert!(
        html(&document).contains("Every figure is hidden, to protect small numbers. Table 1 has the rows.")
    );
}

#[test]
fn a_workbook_says_nothing_of_the_machine_and_holds_only_marked_tables() {
    let document = sample::document(&sample::YEARS);
    let book = workbook(&document);
    let sheets: Vec<String> = parts_of(&book).into_keys().collect();
    assert_eq!(sheets, ["1 Permanent exclusions by phase", "2 Home education", "Contents", "Cover", "Notes"]);
    let mut bytes = Vec::new();
    std::io::Cursor::new(&book).read_to_end(&mut bytes).unwrap();
    let names = String::from_utf8_lossy(&bytes);
    for table in ["xl/tables/table1.xml", "xl/tables/table4.xml"] {
        assert!(names.contains(table), "{table} is missing");
    }
}

#[test]
fn a_break_in_a_series_is_marked_where_it_is_shown_and_explained_once() {
    let broken = sample::REPORT.replacen(
        "[charts.exclusions_trend]",
        "breaks = { \"2017-18\" = \"up to three reasons\", \"2010-11\" = \"before the table\" }\n\n[charts.exclusions_trend]",
        1,
    );
    let broken = broken.replacen(
        "\n[tables.home_education]\nmodel = \"home_education\"\nrows = \"academic_year\"\nperiod = \"academic_year\"\n\nbreaks",
        "\n[tables.home_education]\nmodel = \"home_education\"\nrows = \"academic_year\"\nperiod = \"academic_year\"\nbreaks",
        1,
    );
    let report = sample::report(&broken, sample::NARRATIVE);
    let document = build(&report, &sample::tables(&sample::YEARS), &sample::facts()).unwrap();
    let table = document.tables.iter().find(|table| table.name == "home_education").unwrap();
    let years: Vec<&str> = table.rows.iter().map(|row| row.cells[0].text.as_str()).collect();
    assert_eq!(years, ["2013/14", "2014/15", "2015/16", "2016/17", "2017/18 [b]", "2018/19"]);
    assert_eq!(table.notes, ["[b] = the series starts again in 2017/18: up to three reasons"]);
}

#[test]
fn rows_of_an_older_year_never_stand_under_the_title_of_the_edition() {
    let own = sample::REPORT.replacen("columns = \"academic_year\"\n", "", 1);
    let own = own.replacen("last = 3\nchange = true\n", "", 1);
    let names = |years: &[sample::Year]| -> Vec<String> {
        let report = sample::report(&own, "Nothing is placed.");
        let document = build(&report, &sample::tables(years), &sample::facts()).unwrap();
        document.tables.into_iter().map(|table| table.name).collect()
    };
    assert_eq!(names(&sample::YEARS), ["exclusions_by_phase", "home_education"]);
    assert_eq!(names(&sample::YEARS[..2]), ["home_education"]);
}

/// Returns the last column of the table by phase, and what is said of permanent exclusions.
fn compared(years: &[sample::Year], settings: &str) -> (Vec<String>, String) {
    let own = sample::REPORT.replacen("change = true\n", &format!("change = true\n{settings}"), 1);
    let narrative = "{{#if (present permanent_exclusions)}}Exclusions {{change permanent_exclusions}}.{{/if}}\n\n\
                     Since the first: {{since_first permanent_exclusions}}.\n\n{{table \"exclusions_by_phase\"}}";
    let document = build(&sample::report(&own, narrative), &sample::tables(years), &sample::facts()).unwrap();
    let table = document.tables.iter().find(|table| table.name == "exclusions_by_phase").unwrap();
    let last = table.rows.iter().map(|row| row.cells.last().unwrap().text.clone()).collect();
    (last, text(&document).split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_change_on_the_year_is_not_one_over_a_gap_or_a_break_in_the_series() {
    let (whole, said) = compared(&sample::YEARS, "");
    assert_eq!(whole, ["−31.8%", "−8.2%", "[z]", "−12.6%"]);
    assert!(said.contains("Exclusions fell from 119 to 104"), "{said}");
    assert!(said.contains("from 122 in 2016/17 to 104 in 2018/19"), "{said}");
    // Of 2017/18 nothing is known: 2016/17 is not the year before.
    let (gap, said) = compared(&[sample::YEARS[0], sample::YEARS[2]], "");
    assert_eq!(gap, ["[x]"; 4]);
    assert!(said.contains("Exclusions came to 104 (there is no figure for 2017/18)."), "{said}");
    // Counted otherwise from 2018/19 on, and from 2017/18 on.
    let (broken, said) = compared(&sample::YEARS, "breaks = { \"2018-19\" = \"counted otherwise\" }\n");
    assert_eq!(broken, ["[z]"; 4]);
    assert!(!said.contains("from 119") && !said.contains("from 122"), "{said}");
    let (since, said) = compared(&sample::YEARS, "breaks = { \"2017-18\" = \"counted otherwise\" }\n");
    assert_eq!(since, whole);
    assert!(said.contains("from 119 in 2017/18 to 104 in 2018/19"), "{said}");
}

#[test]
fn a_csv_has_the_mark_by_which_excel_knows_utf8_only_where_the_report_asks_for_it() {
    let csv = |settings: &str| {
        let report = sample::report(&format!("{settings}{}", sample::REPORT), sample::NARRATIVE);
        let document = build(&report, &sample::tables(&sample::YEARS), &sample::facts()).unwrap();
        file(&document, &templates(), "csv")
    };
    let (plain, marked) = (csv(""), csv("csv_for_excel = true\n"));
    assert_eq!(marked.strip_prefix(b"\xef\xbb\xbf".as_slice()), Some(plain.as_slice()));
    assert!(!plain.starts_with(b"\xef\xbb\xbf"), "programs read the first heading as it is");
    assert!(String::from_utf8(plain).unwrap().lines().count() > 1);
}
