use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::sample;
use crate::disclosure::{Limits, clear};
use crate::report::build;

/// Returns the rows of a table with these settings over events of these providers; their total is a row as well.
fn rows(settings: &str, events: &[(&str, i64)]) -> Vec<String> {
    let model = sample::model(
        "events",
        "grain = [\"provider\"]\n[labels.provider]\nB = \"Birch\"\n\
         [indicators.events]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"events\"\n\
         [indicators.mean]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"days\"\n\
         [disclosure]\ncounts = [\"events\"]\nopen = [\"mean\"]\nhierarchies = { provider = \"all\" }\n",
    );
    let total: i64 = events.iter().map(|(_, count)| count).sum();
    let all: Vec<(&str, i64)> = events.iter().copied().chain([("all", total)]).collect();
    let batch = RecordBatch::try_from_iter([
        ("provider", Arc::new(StringArray::from_iter_values(all.iter().map(|row| row.0))) as ArrayRef),
        ("events", Arc::new(Int64Array::from_iter_values(all.iter().map(|row| row.1)))),
        ("mean", Arc::new(Int64Array::from_iter_values(all.iter().map(|_| 3)))),
    ])
    .unwrap();
    let limits = Limits::default();
    let tables = BTreeMap::from([("events".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let report = format!(
        "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Events.\"\n\
         [tables.t]\nmodel = \"events\"\nrows = \"provider\"\n{settings}\n"
    );
    let document = build(&sample::report(&report, ""), &tables, &sample::facts()).unwrap();
    let texts = |cells: &[crate::report::TableCell]| {
        cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    document.tables[0].rows.iter().map(|row| texts(&row.cells)).collect()
}

const EVENTS: [(&str, i64); 6] =
    [("A", 10), ("B", 40), ("NOT_RECORDED", 90), ("C", 20), ("D", 30), ("UNLINKED", 80)];

#[test]
fn rows_by_size_end_with_what_is_not_recorded_or_linked_and_the_total() {
    assert_eq!(
        rows("order_by = \"size\"", &EVENTS),
        [
            "Birch 40 3.0",
            "D 30 3.0",
            "C 20 3.0",
            "A 10 3.0",
            "NOT_RECORDED 90 3.0",
            "UNLINKED 80 3.0",
            "Total 270 3.0"
        ]
    );
}

#[test]
fn what_is_beyond_the_top_is_one_row_that_adds_what_may_be_added() {
    assert_eq!(
        rows("order_by = \"size\"\ntop = 2", &EVENTS),
        [
            "Birch 40 3.0",
            "D 30 3.0",
            "2 others 30 [z]",
            "NOT_RECORDED 90 3.0",
            "UNLINKED 80 3.0",
            "Total 270 3.0"
        ]
    );
    // One row more would be the others under another name.
    assert_eq!(rows("order_by = \"size\"\ntop = 3", &EVENTS).len(), 7);
}

#[test]
fn what_one_costs_and_a_median_in_pounds_are_not_added() {
    let model = sample::model(
        "spend",
        "grain = [\"kind\"]\n\
         [indicators.spend]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"pounds\"\n\
         [indicators.each]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"pounds\"\nnumerator = \"n\"\ndenominator = \"d\"\n\
         [indicators.median]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"pounds\"\n\
         [disclosure]\nopen = [\"spend\", \"each\", \"median\"]\nhierarchies = { kind = \"all\" }\n",
    );
    let column = |values: [i64; 6]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("kind", Arc::new(StringArray::from(vec!["A", "B", "C", "D", "E", "all"])) as ArrayRef),
        ("spend", column([600, 500, 400, 300, 200, 2_000])),
        ("each", column([100, 250, 40, 75, 10, 80])),
        ("median", column([90, 240, 50, 70, 10, 75])),
    ])
    .unwrap();
    let limits = Limits::default();
    let tables = BTreeMap::from([("spend".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let report = "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Spend.\"\n\
         [tables.t]\nmodel = \"spend\"\nrows = \"kind\"\norder_by = \"size\"\ntop = 2\n";
    let document = build(&sample::report(report, ""), &tables, &sample::facts()).unwrap();
    let others = &document.tables[0].rows[2];
    let texts: Vec<&str> = others.cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["3 others", "£900", "[z]", "[z]"]);
}

#[test]
fn others_of_which_some_are_hidden_are_the_total_less_what_is_shown_or_hidden_too() {
    // The gate hides 3 and, so that it cannot be worked out, the smallest other.
    let few = [("A", 60), ("B", 50), ("C", 3), ("D", 9)];
    assert_eq!(
        rows("order_by = \"size\"\ntop = 2", &few),
        ["A 60 3.0", "Birch 50 3.0", "2 others 12 [z]", "Total 122 3.0"]
    );
    let hidden_above = rows("order_by = \"natural\"\ntop = 2", &[("A", 3), ("B", 50), ("C", 9), ("D", 60)]);
    assert_eq!(hidden_above, ["A [c] 3.0", "Birch 50 3.0", "2 others [c] [z]", "Total 122 3.0"]);
}

#[test]
fn rows_of_nothing_stand_after_those_that_are_hidden() {
    let events = [("A", 0), ("B", 40), ("C", 3), ("D", 9)];
    assert_eq!(
        rows("order_by = \"size\"", &events),
        ["Birch 40 3.0", "C [c] 3.0", "D [c] 3.0", "A 0 3.0", "Total 52 3.0"]
    );
}

#[test]
fn a_key_figure_of_one_has_words_of_its_own() {
    let label = |red: i64| {
        let model = sample::model(
            "quality",
            "grain = [\"week\"]\n[indicators.red]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"providers\"\n\
             [disclosure]\nopen = [\"red\"]\n",
        );
        let batch = RecordBatch::try_from_iter([
            ("week", Arc::new(StringArray::from_iter_values(["2018-19"])) as ArrayRef),
            ("red", Arc::new(Int64Array::from_iter_values([red]))),
        ])
        .unwrap();
        let limits = Limits::default();
        let tables = BTreeMap::from([("quality".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
        let report = "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Red.\"\n\
             [[key_figures]]\ntable = \"t\"\nindicator = \"red\"\nlabel = \"providers red\"\none = \"provider red\"\n\
             [tables.t]\nmodel = \"quality\"\nrows = \"week\"\n";
        let document =
            build(&sample::report(report, "{{key_figures}}\n"), &tables, &sample::facts()).unwrap();
        document.key_figures.first().map(|figure| figure.label.clone())
    };
    assert_eq!(label(1).as_deref(), Some("provider red"));
    assert_eq!(label(2).as_deref(), Some("providers red"));
}
