use chrono::NaiveDate;

use super::{DateForms, coarse};
use crate::project::{DateType, Generalise, OneOrMany};

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn forms(formats: &[&str]) -> DateForms {
    let format = OneOrMany(formats.iter().map(|&format| format.to_owned()).collect());
    DateForms::new(&DateType { format }, false)
}

#[test]
fn the_first_format_that_fits_is_taken() {
    let mut forms = forms(&["%d/%m/%Y", "%d-%b-%y", "%Y-%b-%d %H:%M:%S", "serial"]);
    assert_eq!(forms.parse("31/01/2026"), day(2026, 1, 31));
    assert_eq!(forms.parse("31-Jan-26"), day(2026, 1, 31));
    assert_eq!(forms.parse("2024-Oct-16 00:00:00"), day(2024, 10, 16));
    assert_eq!(forms.parse("45382"), day(2024, 3, 31));
    assert_eq!(forms.parse("45382.5"), day(2024, 3, 31));
}

#[test]
fn days_that_are_none_are_refused() {
    let mut forms = forms(&["%d/%m/%Y"]);
    for text in ["31/02/2026", "2026-01-31", "18/04/0023", "18/04/23", "45382", "31/01/2026 x", ""] {
        assert_eq!(forms.parse(text), None, "{text}");
    }
}

#[test]
fn cells_that_were_dates_need_no_format() {
    let mut forms = DateForms::new(&DateType { format: OneOrMany(vec!["%d/%m/%Y".to_owned()]) }, true);
    assert_eq!(forms.parse("2026-01-31"), day(2026, 1, 31));
    assert_eq!(forms.parse("31/01/2026"), day(2026, 1, 31));
}

#[test]
fn a_birth_in_august_belongs_to_the_academic_year_before() {
    let (august, september) = (day(2012, 8, 31).unwrap(), day(2012, 9, 1).unwrap());
    assert_eq!(coarse(august, &Generalise::BirthAcademicYear), Some(2011));
    assert_eq!(coarse(september, &Generalise::BirthAcademicYear), Some(2012));
    assert_eq!(coarse(august, &Generalise::BirthYear), Some(2012));
}
