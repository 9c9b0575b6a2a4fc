use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};

use super::sample;
use crate::disclosure::{Limits, clear};
use crate::report::{build, plain};

/// Returns what `template` says of a measure of `unit` with these values, in hundredths, of 2016-17 to 2018-19.
fn say(unit: &str, values: [Option<i128>; 3], template: &str) -> String {
    let policy = if unit == "events" { "counts" } else { "open" };
    let settings = format!(
        "grain = [\"academic_year\"]\n[indicators.figure]\nlabel = \"Exclusions\"\ndefinition = \"d\"\n\
         count_basis = \"b\"\nunit = \"{unit}\"\n[disclosure]\n{policy} = [\"figure\"]\n"
    );
    let report = format!(
        "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = '{template}'\n\
         [tables.t]\nmodel = \"m\"\nrows = \"academic_year\"\nperiod = \"academic_year\"\n"
    );
    let years: ArrayRef = Arc::new(StringArray::from(vec!["2016-17", "2017-18", "2018-19"]));
    let figures = Decimal128Array::from(values.to_vec()).with_precision_and_scale(18, 2).unwrap();
    let batch =
        RecordBatch::try_from_iter([("academic_year", years), ("figure", Arc::new(figures))]).unwrap();
    let limits = Limits::default();
    let cleared = clear(&[batch], &sample::model("m", &settings), &limits).unwrap();
    let tables = BTreeMap::from([("m".to_owned(), cleared)]);
    plain(&build(&sample::report(&report, ""), &tables, &sample::facts()).unwrap().headline)
}

fn change(unit: &str, before: Option<i128>, now: Option<i128>) -> String {
    say(unit, [Some(10_000), before, now], "{{change figure}}")
}

#[test]
fn a_change_is_said_rightly_in_every_case() {
    let cases = [
        ("events", Some(11_900), Some(10_400), "fell from 119 to 104 (−12.6%)"),
        ("events", Some(10_000), Some(123_400), "rose from 100 to 1,234 (+1,134.0%)"),
        ("events", Some(10_400), Some(10_400), "stayed at 104"),
        ("events", Some(0), Some(0), "stayed at 0"),
        ("events", Some(0), Some(1_200), "rose from 0 to 12"),
        ("events", Some(1_200), Some(0), "fell from 12 to 0 (−100.0%)"),
        ("events", Some(1_200), Some(300), "cannot be shown, because small numbers are protected"),
        ("events", Some(1_200), None, ""),
        ("events", None, Some(1_200), "came to 12 (there is no figure for 2017/18)"),
        ("events", Some(300), Some(1_200), "came to 12 (2017/18 is hidden to protect small numbers)"),
        ("percent", Some(8_150), Some(8_560), "rose from 81.5% to 85.6% (+4.1 points)"),
        ("rate_per100", Some(28), Some(24), "fell from 0.28 to 0.24 (−0.04)"),
        ("pounds", Some(12_345_678), Some(2_345_650), "fell from £123,457 to £23,457 (−81.0%)"),
        ("pounds", Some(-20_000), Some(30_000), "rose from −£200 to £300 (up £500)"),
        ("pounds", Some(30_000), Some(-20_000), "fell from £300 to −£200 (down £500)"),
        ("pounds", Some(-10_000), Some(-30_000), "fell from −£100 to −£300 (down £200)"),
        ("pounds", Some(0), Some(30_000), "rose from £0 to £300"),
        // Less apart than is shown: the same, as the reader sees it.
        ("pounds", Some(10_020), Some(10_040), "stayed at £100"),
        ("fte", Some(1_250), Some(1_255), "rose from 12.5 to 12.6 (+0.8%)"),
    ];
    for (unit, before, now, expected) in cases {
        assert_eq!(change(unit, before, now), expected, "{unit} {before:?} {now:?}");
    }
}

#[test]
fn a_trend_is_a_title_in_every_case() {
    let trend = |unit, before, now| say(unit, [None, before, now], "{{trend figure}}");
    assert_eq!(trend("events", Some(11_900), Some(10_400)), "Exclusions fell by 15 in a year");
    assert_eq!(trend("events", Some(0), Some(500)), "Exclusions rose by 5 in a year");
    assert_eq!(trend("events", Some(500), Some(500)), "Exclusions did not change in a year");
    assert_eq!(trend("percent", Some(8_150), Some(8_560)), "Exclusions rose by 4.1 points in a year");
    assert_eq!(trend("pounds", Some(-5_000), Some(100_000)), "Exclusions rose by £1,050 in a year");
    assert_eq!(trend("events", Some(500), Some(100)), "Exclusions: hidden to protect small numbers");
    assert_eq!(trend("events", None, Some(700)), "Exclusions: 7 in 2018/19");
    assert_eq!(trend("events", Some(700), None), "");
}

#[test]
fn a_long_change_names_both_ends_in_every_case() {
    let since = |unit, first, now| say(unit, [first, None, now], "{{since_first figure}}");
    assert_eq!(
        since("events", Some(9_100), Some(29_300)),
        "rose from 91 in 2016/17 to 293 in 2018/19, 3.2 times as many"
    );
    assert_eq!(
        since("pounds", Some(10_000), Some(20_000)),
        "rose from £100 in 2016/17 to £200 in 2018/19, 2.0 times as much"
    );
    assert_eq!(
        since("events", Some(10_000), Some(11_000)),
        "rose from 100 in 2016/17 to 110 in 2018/19 (+10.0%)"
    );
    assert_eq!(
        since("events", Some(10_000), Some(9_000)),
        "fell from 100 in 2016/17 to 90 in 2018/19 (−10.0%)"
    );
    assert_eq!(since("events", Some(0), Some(900)), "rose from 0 in 2016/17 to 9 in 2018/19");
    assert_eq!(since("events", Some(900), Some(900)), "was 9 in 2018/19 as in 2016/17");
    assert_eq!(since("events", Some(100), Some(900)), "came to 9 in 2018/19");
    assert_eq!(since("events", Some(900), Some(100)), "cannot be shown, because small numbers are protected");
    assert_eq!(since("events", Some(900), None), "");
}

#[test]
fn what_is_over_or_under_is_said_with_its_size_and_its_share() {
    let said = |now| say("pounds", [None, None, now], "{{variance figure figure}} budget.");
    assert_eq!(said(Some(44_468_500)), "£444,685 (100.0%) over budget.");
    assert_eq!(said(Some(-44_468_500)), "£444,685 (100.0%) under budget.");
    assert_eq!(said(Some(0)), "on budget.");
    assert_eq!(said(None), "");
}

#[test]
fn a_difference_is_said_as_more_or_less_in_place_of_a_sign() {
    let said = |now| say("pounds", [None, None, now], "{{more figure}} by prices.");
    assert_eq!(said(Some(23_135_400)), "£231,354 more by prices.");
    assert_eq!(said(Some(-8_013_400)), "£80,134 less by prices.");
    assert_eq!(said(Some(0)), "nothing by prices.");
    assert_eq!(said(None), "");
}

#[test]
fn a_share_and_a_question_are_right_when_a_figure_is_hidden() {
    assert_eq!(say("events", [None, Some(700), Some(900)], "{{share figure figure}}"), "100.0%");
    assert_eq!(say("events", [None, Some(700), Some(0)], "{{share figure figure}}"), "none");
    assert_eq!(say("events", [None, Some(700), Some(300)], "{{share figure figure}} of all."), "");
    let asked = "{{#if (present figure)}}shown{{else}}not shown{{/if}}, {{#if (rose figure)}}rose{{else if (fell figure)}}fell{{else}}neither{{/if}}";
    assert_eq!(say("events", [None, Some(700), Some(900)], asked), "shown, rose");
    assert_eq!(say("events", [None, Some(900), Some(700)], asked), "shown, fell");
    assert_eq!(say("events", [None, Some(700), Some(300)], asked), "not shown, neither");
}

#[test]
fn the_leading_part_is_named_only_when_it_is_known_to_lead() {
    let largest = |years: &[sample::Year], template: &str| {
        let report = sample::REPORT
            .lines()
            .filter(|line| !line.starts_with("headline"))
            .collect::<Vec<_>>()
            .join("\n");
        let report = report.replacen(
            "recipients = [\"commissioners\"]",
            &format!("recipients = []\nheadline = '{template}'"),
            1,
        );
        let document = build(&sample::report(&report, ""), &sample::tables(years), &sample::facts()).unwrap();
        plain(&document.headline)
    };
    let fall = "{{largest_fall permanent_exclusions.phase}}";
    assert_eq!(largest(&sample::YEARS, fall), "secondary");
    assert_eq!(largest(&sample::YEARS, "{{largest_rise permanent_exclusions.phase}}"), "no single phase");
    assert_eq!(largest(&sample::YEARS, "{{largest permanent_exclusions.phase}}"), "secondary");
    // Equal falls lead together; a hidden one might.
    assert_eq!(largest(&[("2017-18", [20, 90, 9]), ("2018-19", [15, 85, 9])], fall), "no single phase");
    assert_eq!(largest(&[("2017-18", [20, 90, 9]), ("2018-19", [15, 60, 3])], fall), "no single phase");
    assert_eq!(largest(&[("2018-19", [15, 60, 9])], fall), "no single phase");
}
