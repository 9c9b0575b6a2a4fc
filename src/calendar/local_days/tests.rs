use chrono::NaiveDate;

use crate::calendar::{Census, Terms};
use crate::diagnostic::SourceFile;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_council_says_which_days_are_bank_holidays_in_a_year() {
    let file =
        SourceFile::inline("bank_holidays.csv", "day,title\n2027-01-01,New Year\n2027-06-18,A jubilee\n");
    let terms = Terms::default().with_bank_holidays(&file).unwrap();
    assert!(terms.is_bank_holiday(day("2027-06-18")) && !Terms::default().is_bank_holiday(day("2027-06-18")));
    assert!(!terms.is_bank_holiday(day("2027-12-27")), "the file has the whole year");
    assert!(terms.is_bank_holiday(day("2026-12-25")), "and no other");
    assert_eq!(terms.working_day_after(day("2027-06-17"), 1), day("2027-06-21"));
    assert_eq!(terms.working_day_from(day("2027-06-18")), day("2027-06-21"));
}

#[test]
fn a_census_that_is_moved_is_where_the_council_says() {
    let file = SourceFile::inline("census_days.csv", "census,day\nspring,2027-01-28\n");
    let terms = Terms::default().with_census_days(&file).unwrap();
    assert_eq!(terms.census_day(Census::Spring, 2027), Some(day("2027-01-28")));
    assert_eq!(terms.census_day(Census::Spring, 2028), Some(day("2028-01-20")));
}

#[test]
fn every_fault_of_such_a_file_is_shown_at_its_line() {
    let file = SourceFile::inline("census_days.csv", "census,day\nsprng,2027-01-28\n");
    let faults = Terms::default().with_census_days(&file).unwrap_err().to_string();
    assert!(faults.contains("no census `sprng`") && faults.contains("did you mean `spring`?"), "{faults}");
    let file = SourceFile::inline("bank_holidays.csv", "day,title\n1 May,a\n2027-02-30,b\n");
    let faults = Terms::default().with_bank_holidays(&file).unwrap_err().to_string();
    assert!(faults.contains("`1 May`") && faults.contains("`2027-02-30`"), "{faults}");
    let file = SourceFile::inline("bank_holidays.csv", "date,title\n");
    let faults = Terms::default().with_bank_holidays(&file).unwrap_err().to_string();
    assert!(faults.contains("there is no column `day`"), "{faults}");
}
