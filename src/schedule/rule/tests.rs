use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;

use super::Rule;
use crate::calendar::{TermDates, Terms};

fn terms() -> Terms {
    let term = |term: &str, starts_on: &str, ends_on: &str| TermDates {
        academic_year: "2026-27".to_owned(),
        term: term.to_owned(),
        starts_on: starts_on.parse().unwrap(),
        ends_on: ends_on.parse().unwrap(),
    };
    Terms::new(vec![
        term("autumn 1", "2026-09-02", "2026-10-23"),
        term("autumn 2", "2026-11-02", "2026-12-18"),
        term("spring 1", "2027-01-05", "2027-02-12"),
        term("summer 1", "2027-04-12", "2027-05-28"),
    ])
}

/// Returns the next times of `rule`, as London shows them, until `count` or the end of what is known.
fn times(rule: &str, after: &str, count: usize) -> Vec<String> {
    let (rule, terms) = (Rule::parse(rule).unwrap(), terms());
    let mut now: DateTime<Utc> = after.parse().unwrap();
    let mut found = Vec::new();
    while found.len() < count {
        let Some(next) = rule.next(now, London, &terms) else { break };
        assert!(next > now);
        found.push(next.format("%a %Y-%m-%d %H:%M").to_string());
        now = next.to_utc();
    }
    found
}

#[test]
fn a_weekday_of_a_month_moves_past_a_bank_holiday() {
    assert_eq!(
        times("first monday of october at 06:00", "2025-12-01T00:00:00Z", 2),
        ["Mon 2026-10-05 06:00", "Mon 2027-10-04 06:00"]
    );
    assert_eq!(
        times("first Monday of May, August and october at 06:00", "2026-05-01T00:00:00Z", 3),
        ["Tue 2026-05-05 06:00", "Mon 2026-08-03 06:00", "Mon 2026-10-05 06:00"]
    );
    assert_eq!(
        times("last friday of every month at 17:00", "2026-12-01T00:00:00Z", 4),
        // Christmas Day, and the two days in its place, are bank holidays.
        ["Tue 2026-12-29 17:00", "Fri 2027-01-29 17:00", "Fri 2027-02-26 17:00", "Tue 2027-03-30 17:00"]
    );
}

#[test]
fn working_days_are_counted_from_each_close() {
    assert_eq!(
        times("working day 8 after month end at 06:00", "2026-03-20T00:00:00Z", 3),
        ["Tue 2026-04-14 06:00", "Wed 2026-05-13 06:00", "Wed 2026-06-10 06:00"]
    );
    assert_eq!(
        times("working day 8 after quarter end at 06:00", "2026-10-12T05:00:00Z", 2),
        ["Wed 2027-01-13 06:00", "Mon 2027-04-12 06:00"]
    );
    assert_eq!(
        times("working day 20 after spring census at 06:00", "2026-10-05T00:00:00Z", 1),
        ["Thu 2027-02-18 06:00"]
    );
    assert_eq!(
        times("working day 60 after academic year end at 06:00", "2026-10-05T00:00:00Z", 1),
        ["Mon 2026-11-23 06:00"]
    );
    assert_eq!(
        times("working day 1 after half term end at 06:00", "2026-10-05T00:00:00Z", 9),
        ["Mon 2026-10-26 06:00", "Mon 2026-12-21 06:00", "Mon 2027-02-15 06:00", "Tue 2027-06-01 06:00"]
    );
    assert_eq!(
        times("working day 1 after term end at 06:00", "2026-10-05T00:00:00Z", 9),
        ["Mon 2026-12-21 06:00", "Mon 2027-02-15 06:00", "Tue 2027-06-01 06:00"]
    );
    // The refresh after the count of alternative provision, in the middle of February.
    assert_eq!(
        times("working day 18 after spring census at 06:00", "2026-10-05T00:00:00Z", 3),
        ["Tue 2027-02-16 06:00", "Tue 2028-02-15 06:00", "Tue 2029-02-13 06:00"]
    );
}

#[test]
fn a_weekly_rule_keeps_to_term_and_ends_with_what_is_known() {
    let all = times("weekly in term on monday at 07:00", "2026-10-14T00:00:00Z", 99);
    assert_eq!(all[..3], ["Mon 2026-10-19 07:00", "Mon 2026-11-02 07:00", "Mon 2026-11-09 07:00"]);
    // Teaching begins on a Tuesday; the early May bank holiday is a Monday.
    assert!(all.contains(&"Tue 2027-01-05 07:00".to_owned()));
    assert!(all.contains(&"Tue 2027-05-04 07:00".to_owned()));
    assert_eq!(all.last().unwrap(), "Mon 2027-05-24 07:00");
}

#[test]
fn a_rule_reads_back_as_written_and_says_what_it_does() {
    for rule in [
        "first monday of october at 06:00",
        "second tuesday of january and june at 06:30",
        "last friday of every month at 17:00",
        "working day 8 after month end at 06:00",
        "working day 3 after financial year end at 06:00",
        "working day 20 after autumn census at 06:00",
        "weekly in term on wednesday at 07:15",
    ] {
        assert_eq!(Rule::parse(rule).unwrap().to_string(), rule);
    }
    let explain = |rule| Rule::parse(rule).unwrap().explain();
    assert_eq!(
        explain("first monday of october at 06:00"),
        "at 06:00 on the first Monday of October, or the next working day when that is a bank holiday"
    );
    assert_eq!(
        explain("working day 8 after month end at 06:00"),
        "at 06:00 on working day 8 after month end"
    );
}

#[test]
fn a_fault_points_at_the_word_that_is_wrong() {
    for (rule, at, message) in [
        ("frist monday of october at 06:00", "frist", "no rule begins with `frist`"),
        ("first mondy of october at 06:00", "mondy", "expected a weekday, found `mondy`"),
        ("first monday in october at 06:00", "in", "expected `of`, found `in`"),
        ("first monday of october", "", "the rule ends where a month or `at` is wanted"),
        ("first monday of at 06:00", "at", "expected a month, or `every month`, found `at`"),
        ("first monday of october at 6am", "6am", "`6am` is not a time of day such as `06:00`"),
        ("first monday of october at 06:00 GMT", "GMT", "nothing follows the time of day: `gmt`"),
        ("working day 0 after month end at 06:00", "0", "`0` is not a number of working days from 1 to 60"),
        ("working day 8 after month ends at 06:00", "month ends", "`month ends` is nothing that closes"),
        ("weekly in term on sunday at 07:00", "sunday", "expected a school day, found `sunday`"),
        ("", "", "no rule begins with ``"),
    ] {
        let fault = Rule::parse(rule).unwrap_err();
        assert_eq!(&rule[fault.at.clone()], at, "{rule}");
        assert_eq!(fault.message, message, "{rule}");
    }
    assert_eq!(
        Rule::parse("frist monday of october at 06:00").unwrap_err().help.unwrap(),
        "did you mean `first`?"
    );
}
