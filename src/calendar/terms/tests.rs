use chrono::NaiveDate;

use super::Terms;
use crate::diagnostic::SourceFile;

const SEED: &str = "\
academic_year,term,starts_on,ends_on
2026-27,summer,2027-04-12,2027-05-28
2026-27,autumn,2026-09-02,2026-10-23
2026-27,autumn second half,2026-11-02,2026-12-18
";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_seed_is_read_in_any_order_and_knows_its_school_days() {
    let terms = Terms::read(&SourceFile::inline("term_dates.csv", SEED)).unwrap();
    let names: Vec<&str> = terms.iter().map(|term| term.term.as_str()).collect();
    assert_eq!(names, ["autumn", "autumn second half", "summer"]);
    assert_eq!(terms.last_day(), Some(date("2027-05-28")));
    assert!(terms.is_school_day(date("2026-10-23")));
    assert!(!terms.is_school_day(date("2026-10-24")), "a Saturday");
    assert!(!terms.is_school_day(date("2026-10-28")), "half term");
    assert!(!terms.is_school_day(date("2027-05-03")), "a bank holiday");
    assert_eq!(terms.term_of(date("2026-11-07")).unwrap().term, "autumn second half");
}

#[test]
fn every_fault_of_a_seed_is_found_at_its_line() {
    let text = SEED.to_owned()
        + "2026-27,x,2027-01-05,tomorrow\n2026-27,y,2027-02-01,2027-01-01\n2026-27,z,2026-10-20,2026-10-30\n";
    let faults = Terms::read(&SourceFile::inline("term_dates.csv", text)).unwrap_err();
    let found: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.location().unwrap(), fault.message())).collect();
    assert_eq!(
        found,
        [
            "term_dates.csv:5:1 `tomorrow` is not a day such as `2026-09-02`",
            "term_dates.csv:6:1 the term ends before it begins",
            "term_dates.csv:7:1 the term begins before `autumn` has ended",
        ]
    );
    let faults =
        Terms::read(&SourceFile::inline("term_dates.csv", "academic_year,term,from,ends_on\n")).unwrap_err();
    assert_eq!(faults.iter().next().unwrap().message(), "term dates have no column `starts_on`");
}
