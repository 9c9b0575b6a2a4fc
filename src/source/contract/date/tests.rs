use chrono::NaiveDate;

use super::{DateFault, DateForms, Reading, coarse};
use crate::project::{DateType, Generalise, OneOrMany};

/// A day in October 2026, in London.
const READING: Reading =
    Reading { today: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(), zone: chrono_tz::Europe::London };

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn forms(formats: &[&str]) -> DateForms {
    let format = OneOrMany(formats.iter().map(|&format| format.to_owned()).collect());
    DateForms::new(&DateType { format, years_from: None }, false, READING)
}

#[test]
fn the_first_format_that_fits_is_taken() {
    let mut forms = forms(&["%d/%m/%Y", "%d-%b-%y", "%Y-%b-%d %H:%M:%S", "serial"]);
    assert_eq!(forms.parse("31/01/2026", false).ok(), day(2026, 1, 31));
    assert_eq!(forms.parse("31-Jan-26", false).ok(), day(2026, 1, 31));
    assert_eq!(forms.parse("2024-Oct-16 00:00:00", false).ok(), day(2024, 10, 16));
    assert_eq!(forms.parse("45382", false).ok(), day(2024, 3, 31));
    assert_eq!(forms.parse("45382.5", false).ok(), day(2024, 3, 31));
}

#[test]
fn days_that_are_none_are_refused() {
    let mut forms = forms(&["%d/%m/%Y"]);
    for text in
        ["31/02/2026", "2026-01-31", "18/04/0023", "18/04/23", "45382", "31/01/2026 x", "", "31/01/+2026"]
    {
        assert_eq!(forms.parse(text, false), Err(DateFault::Form), "{text}");
    }
}

#[test]
fn cells_that_were_dates_need_no_format() {
    let mut forms = DateForms::new(
        &DateType { format: OneOrMany(vec!["%d/%m/%Y".to_owned()]), years_from: None },
        true,
        READING,
    );
    assert_eq!(forms.parse("2026-01-31", false).ok(), day(2026, 1, 31));
    assert_eq!(forms.parse("31/01/2026", false).ok(), day(2026, 1, 31));
}

#[test]
fn a_birth_in_august_belongs_to_the_academic_year_before() {
    let (august, september) = (day(2012, 8, 31).unwrap(), day(2012, 9, 1).unwrap());
    assert_eq!(coarse(august, &Generalise::BirthAcademicYear), Some(2011));
    assert_eq!(coarse(september, &Generalise::BirthAcademicYear), Some(2012));
    assert_eq!(coarse(august, &Generalise::BirthYear), Some(2012));
}

#[test]
fn a_time_with_a_zone_is_the_day_of_the_council() {
    let mut forms = forms(&["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%dT%H:%M:%S"]);
    assert_eq!(forms.parse("2025-05-31T23:00:00Z", false).ok(), day(2025, 6, 1));
    assert_eq!(forms.parse("2025-12-31T23:00:00Z", false).ok(), day(2025, 12, 31));
    for text in ["2025-05-31 23:30:00Z", "2025-06-01 00:30:00+01:00", "2025-06-01 01:30:00+0200"] {
        assert_eq!(forms.parse(text, false).ok(), day(2025, 6, 1), "{text}");
    }
    assert_eq!(forms.parse("2025-05-31T23:00:00", false).ok(), day(2025, 5, 31));
}

#[test]
fn the_century_of_two_figures_is_stated_or_certain() {
    let mut unstated = forms(&["%d/%m/%Y", "%d/%m/%y"]);
    assert_eq!(unstated.parse("07/02/19", false).ok(), day(2019, 2, 7));
    assert_eq!(unstated.parse("07/02/2019", false).ok(), day(2019, 2, 7));
    assert_eq!(unstated.parse("07/02/62", false), Err(DateFault::Century));
    let format = OneOrMany(vec!["%d/%m/%y".to_owned()]);
    let mut stated = DateForms::new(&DateType { format, years_from: Some(1940) }, false, READING);
    assert_eq!(stated.parse("07/02/62", false).ok(), day(1962, 2, 7));
    assert_eq!(stated.parse("07/02/39", false).ok(), day(2039, 2, 7));
}

#[test]
fn a_count_of_days_from_1904_is_refused() {
    let mut forms = forms(&["serial"]);
    assert_eq!(forms.parse("44000", false).ok(), day(2020, 6, 18));
    assert_eq!(forms.parse("42538", true), Err(DateFault::From1904));
}
