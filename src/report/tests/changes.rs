use std::collections::BTreeMap;

use super::rendered::{csv, text};
use super::sample;
use crate::report::{Document, Earlier, Facts, build, capitalised, what_changed};

fn with(years: &[sample::Year], earlier: Option<Earlier>) -> Document {
    let facts = Facts { earlier, ..sample::facts() };
    build(&sample::report(sample::REPORT, sample::NARRATIVE), &sample::tables(years), &facts).unwrap()
}

fn earlier(document: &Document, same_period: bool) -> Earlier {
    let tables: BTreeMap<String, String> =
        document.tables.iter().map(|table| (table.name.clone(), csv(table))).collect();
    Earlier { edition: "needs_assessment-ay2018-19-r1".to_owned(), same_period, why: String::new(), tables }
}

fn line(document: &Document) -> String {
    let letter = text(document).split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = letter.split_once(" Changed ").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    rest.split_once(" How these figures were made").map_or(rest.clone(), |(line, _)| line.to_owned())
}

#[test]
fn a_report_says_how_many_figures_of_the_edition_before_have_changed_and_where() {
    let first = with(&sample::YEARS, None);
    assert_eq!(line(&first), "this is the first edition");

    let same = with(&sample::YEARS, Some(earlier(&first, true)));
    assert_eq!(
        line(&same),
        "none of the 18 figures that both show; that edition: needs_assessment-ay2018-19-r1"
    );

    let late = [("2016-17", [29, 93, 0]), ("2017-18", [22, 98, 0]), ("2018-19", [15, 89, 0])];
    let changed = with(&late, Some(earlier(&first, true)));
    assert_eq!(
        line(&changed),
        "2 of the 18 figures that both show, in table 1; that edition: needs_assessment-ay2018-19-r1",
        "the part and its total"
    );
    let why = "data received since then: exclusions".to_owned();
    let changed = with(&late, Some(Earlier { why: why.clone(), ..earlier(&first, true) }));
    assert_eq!(
        line(&changed),
        format!(
            "2 of the 18 figures that both show, in table 1; {why}; that edition: needs_assessment-ay2018-19-r1"
        )
    );
    assert_eq!(what_changed(&changed), [format!("{}.", capitalised(&line(&changed)))]);
}

#[test]
fn figures_of_another_year_are_not_taken_for_changes() {
    let first = with(&sample::YEARS, None);
    let mut before = earlier(&first, false);
    let changes = with(&sample::YEARS, Some(before.clone())).changes.unwrap();
    assert_eq!((changes.compared, changes.changed), (18, 0));
    // A table that does not name its year holds another year's figures in the same places.
    before.tables.insert("unknown".to_owned(), "A,B\r\nx,1\r\n".to_owned());
    let mut undated = first.tables.clone();
    for table in &mut undated {
        table.dated = false;
    }
    assert_eq!(crate::report::changes::changes(&undated, &before).compared, 0);
}
