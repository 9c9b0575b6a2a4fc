use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};

use super::rendered::images;
use super::sample;
use crate::diagnostic::Cause;
use crate::disclosure::{Limits, clear};
use crate::report::{Document, ReportError, build};

/// A school, its pupils, its exclusions, their rate in hundredths and its two limits in thousandths.
type Row = (&'static str, i64, i64, i128, i128, i128);

/// Returns a report of one model, with this chart and these rows.
fn drawn(chart: &str, rows: &[Row]) -> Result<Document, ReportError> {
    let model = sample::model(
        "schools",
        "grain = [\"school\"]\n\
         [indicators.exclusions]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"events\"\n\
         [indicators.rate]\nlabel = \"Rate\"\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"rate_per100\"\n\
         [disclosure]\ncounts = [\"exclusions\"]\nopen = [\"pupils\", \"lower\", \"upper\"]\n\
         derived = { rate = [\"exclusions\"] }\n",
    );
    let decimal = |of: fn(&Row) -> i128, scale| -> ArrayRef {
        let values = Decimal128Array::from_iter_values(rows.iter().map(of));
        Arc::new(values.with_precision_and_scale(18, scale).unwrap())
    };
    let batch = RecordBatch::try_from_iter([
        ("school", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))) as ArrayRef),
        ("pupils", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1)))),
        ("exclusions", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2)))),
        ("rate", decimal(|row| row.3, 2)),
        ("lower", decimal(|row| row.4, 3)),
        ("upper", decimal(|row| row.5, 3)),
    ])
    .unwrap();
    let limits = Limits::default();
    let tables = BTreeMap::from([("schools".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let settings = format!(
        "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Schools.\"\n\
         [tables.schools]\nmodel = \"schools\"\nrows = \"school\"\n\
         [charts.schools]\ntable = \"schools\"\ntitle = \"Schools\"\n{chart}\n"
    );
    build(&sample::report(&settings, "{{chart \"schools\"}}{{table \"schools\"}}"), &tables, &sample::facts())
}

const SCHOOLS: [Row; 4] = [
    ("Ash", 900, 9, 100, 200, 1_900),
    ("Birch", 1_200, 31, 258, 300, 1_700),
    ("Cedar", 400, 3, 75, 0, 2_600),
    ("Damson", 700, 0, 0, 100, 2_100),
];

#[test]
fn a_funnel_says_who_lies_beyond_the_limits_and_hides_whom_the_gate_hides() {
    let funnel = "funnel = { x = \"school\", size = \"pupils\", y = \"rate\", \
        limits = [{ label = \"95%\", lower = \"lower\", upper = \"upper\" }] }";
    let document = drawn(funnel, &SCHOOLS).unwrap();
    let image = &images(&document)[0];
    assert_eq!(
        image.alt,
        "3 points by pupils: above the 95% limits 1 (Birch), below them 1 (Damson); one more is not shown."
    );
    assert!(image.svg.contains(">Birch</text>") && image.svg.contains("url(#hatch)"));
    assert!(!image.svg.contains("Cedar"), "a hidden school is not placed");
}

#[test]
fn a_dot_is_drawn_with_the_interval_of_its_own_columns() {
    let dot = "dot = { x = \"school\", y = \"rate\", lower = \"lower\", upper = \"upper\", \
        reference = { at = \"1.2\", label = \"all schools\" } }";
    let document = drawn(dot, &SCHOOLS).unwrap();
    let image = &images(&document)[0];
    assert!(image.svg.contains(">1.00 (0.20 to 1.90)</text>"), "{}", image.svg);
    assert!(image.svg.contains(">all schools</text>"));
}

#[test]
fn a_bridge_whose_changes_lead_elsewhere_is_not_drawn() {
    let bridge = |totals: &str| format!("bridge = {{ x = \"school\", y = \"pupils\", totals = [{totals}] }}");
    let rows = [("before", 100, 9, 0, 0, 0), ("more", 20, 9, 0, 0, 0), ("after", 120, 9, 0, 0, 0)];
    assert!(drawn(&bridge("\"before\", \"after\""), &rows).is_ok());
    let wrong = drawn(&bridge("\"before\", \"more\", \"after\""), &rows).unwrap_err();
    assert_eq!(
        Cause::of(&wrong).to_string(),
        "chart `schools` cannot be drawn: its changes lead to 100, not to the level 20 that follows them"
    );
}

#[test]
fn two_schools_of_one_name_are_two_points_and_two_rows() {
    let model = sample::model(
        "schools",
        "grain = [\"academic_year\", \"urn\"]\n\
         [indicators.exclusions]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"events\"\n\
         [disclosure]\nopen = [\"exclusions\"]\n",
    );
    let texts = |values: [&'static str; 3]| Arc::new(StringArray::from_iter_values(values)) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("academic_year", texts(["2018-19"; 3])),
        ("urn", texts(["100001", "100002", "100003"])),
        ("school", texts(["St Mary's", "St Mary's", "Oak"])),
        ("exclusions", Arc::new(Int64Array::from(vec![31, 9, 7])) as ArrayRef),
    ])
    .unwrap();
    let limits = Limits::default();
    let tables = BTreeMap::from([("schools".to_owned(), clear(&[batch], &model, &limits).unwrap())]);
    let settings = "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Schools.\"\n\
         [tables.schools]\nmodel = \"schools\"\nrows = \"school\"\ncolumns = \"academic_year\"\nperiod = \"academic_year\"\n\
         [charts.schools]\ntable = \"schools\"\ntitle = \"Schools\"\nbar = { x = \"school\", y = \"exclusions\" }\n";
    let narrative = "{{chart \"schools\"}}{{table \"schools\"}}";
    let document = build(&sample::report(settings, narrative), &tables, &sample::facts()).unwrap();
    let chart = &document.charts[0];
    let mut points: Vec<(String, String)> = chart
        .categories
        .iter()
        .zip(&chart.series[0].points)
        .map(|(name, point)| (name.clone(), point.shown(chart.format)))
        .collect();
    points.sort();
    let expected = [("Oak", "7"), ("St Mary's (100001)", "31"), ("St Mary's (100002)", "9")];
    assert_eq!(points, expected.map(|(name, number)| (name.to_owned(), number.to_owned())));
    let rows: Vec<&str> = document.tables[0].rows.iter().map(|row| row.cells[1].text.as_str()).collect();
    assert_eq!((rows.len(), rows.contains(&"31"), rows.contains(&"9")), (3, true, true), "{rows:?}");
}
