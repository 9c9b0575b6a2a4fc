use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::finding::{Counted, Finding, Severity, Topic};
use super::landed::is_more_than_one_in;
use super::news::{Known, Memory, Status, news};

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 5).unwrap() + TimeDelta::days(number)
}

fn finding(detail: &str, rows: u64) -> Finding {
    Finding {
        id: Finding::id_of("placements.attendance", Topic::SetAside, detail),
        owner: "data".to_owned(),
        source: "placements.attendance".to_owned(),
        topic: Topic::SetAside,
        detail: detail.to_owned(),
        severity: Severity::Quarantine,
        rows: Counted { rows: Some(rows), personal: true },
        of: Some(1_200),
        pounds: Vec::new(),
        rule: format!("set aside by the rule `{detail}`"),
        since: day(0),
        command: "sufficiency quarantine show placements.attendance".to_owned(),
        accepted_until: None,
    }
}

/// Returns what each digest of a series of days says: `(day, statuses, over, known, accepted)`.
fn days(series: &[(i64, Vec<Finding>)]) -> Vec<(i64, Vec<Status>, usize, usize, usize)> {
    let mut memory = Memory::default();
    let mut said = Vec::new();
    for (number, findings) in series {
        let (news, after) = news(day(*number), &memory, findings);
        let statuses = news.items.iter().map(|item| item.status).collect();
        said.push((*number, statuses, news.over.len(), news.known, news.accepted));
        memory = after;
    }
    said
}

#[test]
fn a_finding_is_sent_once_again_when_worse_after_a_week_and_once_when_it_is_over() {
    let of = |rows| vec![finding("range", rows)];
    let said = days(&[
        (0, of(30)),
        (1, of(30)),
        // A tenth more is not more than a tenth more.
        (2, of(33)),
        (3, of(34)),
        (4, of(34)),
        (10, of(34)),
        (11, Vec::new()),
        (12, Vec::new()),
        (13, of(1)),
    ]);
    assert_eq!(
        said,
        [
            (0, vec![Status::New], 0, 0, 0),
            (1, vec![], 0, 1, 0),
            (2, vec![], 0, 1, 0),
            (3, vec![Status::Worse { from: 30 }], 0, 0, 0),
            (4, vec![], 0, 1, 0),
            (10, vec![Status::Still], 0, 0, 0),
            (11, vec![], 1, 0, 0),
            (12, vec![], 0, 0, 0),
            (13, vec![Status::New], 0, 0, 0),
        ]
    );
}

#[test]
fn small_steps_add_up_to_one_that_is_worse() {
    let of = |rows| vec![finding("range", rows)];
    let said = days(&[(0, of(100)), (1, of(105)), (2, of(110)), (3, of(111))]);
    assert_eq!(said[1].1, []);
    assert_eq!(said[2].1, []);
    assert_eq!(said[3].1, [Status::Worse { from: 100 }]);
}

#[test]
fn an_accepted_finding_is_left_out_and_comes_back_after_its_day() {
    let accepted = |rows| vec![Finding { accepted_until: Some(day(3)), ..finding("range", rows) }];
    let said = days(&[
        (0, accepted(30)),
        (1, accepted(30)),
        (4, vec![finding("range", 30)]),
        (5, vec![finding("range", 30)]),
    ]);
    assert_eq!(
        said,
        [
            (0, vec![], 0, 0, 1),
            (1, vec![], 0, 0, 1),
            (4, vec![Status::NotAccepted], 0, 0, 0),
            (5, vec![], 0, 1, 0),
        ]
    );
    // What was never sent is not said to be over.
    assert_eq!(days(&[(0, accepted(30)), (1, Vec::new())])[1], (1, vec![], 0, 0, 0));
}

#[test]
fn a_finding_is_known_from_the_first_day_that_any_digest_knew_it() {
    let early =
        Known { since: day(-9), sent: Some(day(-1)), rows: Some(30), accepted: false, words: String::new() };
    let before = Memory { findings: BTreeMap::from([(finding("range", 30).id, early)]) };
    let (_, after) = news(day(0), &before, &[finding("range", 30)]);
    assert_eq!(after.findings.values().next().unwrap().since, day(-9));
    let (said, _) = news(day(7), &before, &[finding("range", 30)]);
    assert!(said.items[0].finding.line().ends_with("since 26 September 2026"), "{said:?}");
}

/// The vectors of the specification: 30 of 1,200 is 2.5 per cent and a finding, 24 is 2.0 and none; 1,000 rows and then
/// 780 are a fifth and more, 1,000 and 800 are not.
#[test]
fn more_than_two_per_cent_and_more_than_a_fifth_are_findings_and_just_as_much_is_none() {
    assert!(is_more_than_one_in(50, 30, 1_200));
    assert!(!is_more_than_one_in(50, 24, 1_200));
    assert!(is_more_than_one_in(5, 220, 1_000));
    assert!(!is_more_than_one_in(5, 200, 1_000));
    assert_eq!(finding("range", 30).amount().unwrap(), "30 of 1200 rows (2.5 per cent)");
}

#[test]
fn fewer_than_five_rows_about_persons_have_no_count_anywhere() {
    for rows in 1..5 {
        let few = finding("range", rows);
        assert_eq!(few.amount().unwrap(), "fewer than 5 rows");
        assert_eq!(few.share(), None);
        assert_eq!(serde_json::to_value(&few).unwrap()["rows"], serde_json::Value::Null);
    }
    let open = Finding { rows: Counted { rows: Some(4), personal: false }, ..finding("range", 4) };
    assert_eq!(open.amount().unwrap(), "4 of 1200 rows (0.3 per cent)");
    assert_eq!(finding("range", 5).rows.said(), Some(5));
}
