use chrono::NaiveDate;

use super::{Half, Period, Term};

const LIKE: Period = Period::AcademicYear(2025);

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn each_form_reads_back_as_written() {
    for text in [
        "ay2018-19",
        "ay2018-19-autumn",
        "ay1999-00",
        "ay2018-19-summer_2",
        "fy2018-19",
        "2019-06",
        "2020-w53",
    ] {
        assert_eq!(Period::parse(text, LIKE).unwrap().to_string(), text);
    }
}

#[test]
fn a_bare_pair_of_years_takes_the_kind_of_the_report() {
    assert_eq!(Period::parse("2018-19", LIKE), Ok(Period::AcademicYear(2018)));
    assert_eq!(Period::parse("2018-19", Period::FinancialYear(2025)), Ok(Period::FinancialYear(2018)));
}

#[test]
fn what_is_not_a_period_is_refused_by_name() {
    for text in [
        "",
        "ay",
        "ay2018",
        "ay2018-20",
        "fy18-19",
        "2019-13",
        "2019-00",
        "2019-w53",
        "2019-w00",
        "ay2018-19-autumn_3",
        "2018-19_1",
        "ay2018-19-winter",
        "20é9-06",
        "ay-é-",
    ] {
        let fault = Period::parse(text, LIKE).unwrap_err();
        assert!(fault.to_string().ends_with(&format!("found `{text}`")), "{fault}");
    }
}

#[test]
fn years_begin_and_end_where_the_field_says() {
    let academic = Period::AcademicYear(2018);
    assert_eq!((academic.start(), academic.end()), (date("2018-09-01"), date("2019-08-31")));
    let financial = Period::FinancialYear(2018);
    assert_eq!((financial.start(), financial.end()), (date("2018-04-01"), date("2019-03-31")));
    let february = Period::Month(2020, 2);
    assert_eq!((february.start(), february.end()), (date("2020-02-01"), date("2020-02-29")));
}

#[test]
fn terms_fill_the_year_without_a_gap() {
    let terms = [Term::Autumn, Term::Spring, Term::Summer].map(|term| Period::Term(2018, term));
    assert_eq!(terms[0].start(), Period::AcademicYear(2018).start());
    assert_eq!(terms[0].end().succ_opt(), Some(terms[1].start()));
    assert_eq!(terms[1].end().succ_opt(), Some(terms[2].start()));
    assert_eq!(terms[2].end(), Period::AcademicYear(2018).end());
}

#[test]
fn a_day_belongs_to_one_year_of_each_kind() {
    assert_eq!(Period::academic_year_of(date("2026-08-31")), Period::AcademicYear(2025));
    assert_eq!(Period::academic_year_of(date("2026-09-01")), Period::AcademicYear(2026));
    assert_eq!(Period::financial_year_of(date("2026-03-31")), Period::FinancialYear(2025));
    assert_eq!(Period::financial_year_of(date("2026-04-01")), Period::FinancialYear(2026));
}

#[test]
fn the_next_period_is_the_one_whose_previous_it_is() {
    let all = [
        Period::AcademicYear(2018),
        Period::FinancialYear(2018),
        Period::Month(2018, 12),
        Period::Month(2018, 1),
        Period::Term(2018, Term::Autumn),
        Period::Term(2018, Term::Spring),
        Period::Term(2018, Term::Summer),
        Period::HalfTerm(2018, Term::Autumn, Half::First),
        Period::HalfTerm(2018, Term::Spring, Half::Second),
        Period::HalfTerm(2018, Term::Summer, Half::Second),
        Period::Week(2020, 53),
        Period::Week(2026, 1),
    ];
    for period in all {
        assert_eq!(period.next().previous(), period);
        assert_eq!(period.end().succ_opt(), Some(period.next().start()));
    }
}

#[test]
fn every_day_is_in_one_week_and_one_half_term() {
    let mut day = date("2023-09-01");
    while day < date("2030-09-01") {
        for period in [Period::week_of(day), Period::half_term_of(day)] {
            assert!((period.start()..=period.end()).contains(&day), "{day} {period}");
            assert_eq!(Period::parse(&period.code(), LIKE), Ok(period));
        }
        day = day.succ_opt().unwrap();
    }
    assert_eq!(Period::week_of(date("2026-10-05")).to_string(), "2026-w41");
    assert_eq!(Period::week_of(date("2026-10-05")).label(), "week of 5 October 2026");
    assert_eq!(Period::half_term_of(date("2026-11-02")).label(), "autumn 2026/27, 2nd half");
}
