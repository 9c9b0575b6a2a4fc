use chrono::{Datelike, NaiveDate, Weekday};

use super::{FIRST, PROCLAIMED, bank_holidays, easter_sunday, ordinary};
use crate::calendar::Terms;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_ordinary_rule_agrees_with_every_year_in_which_nothing_was_proclaimed() {
    for year in 2013..=2030 {
        let proclaimed = bank_holidays(year);
        if matches!(year, 2020 | 2022 | 2023) {
            assert_ne!(ordinary(year).unwrap(), proclaimed, "{year}");
        } else {
            assert_eq!(ordinary(year).unwrap(), proclaimed, "{year}");
        }
    }
}

#[test]
fn no_bank_holiday_is_on_a_weekend_and_they_come_in_order() {
    for year in 2000..2100 {
        let days = bank_holidays(year);
        assert!(days.len() >= 8, "{year}");
        assert!(days.is_sorted_by(|one, next| one < next), "{year}");
        assert!(days.iter().all(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)), "{year}");
    }
}

#[test]
fn the_seed_that_queries_read_has_the_same_days() {
    let seed = include_str!("../../../pipelines/reference/seeds/bank_holidays.csv");
    let mut rows = seed.lines().skip(1).filter_map(|line| line.split(',').next());
    for year in FIRST..FIRST + i32::try_from(PROCLAIMED.len()).unwrap() {
        for day in bank_holidays(year) {
            assert_eq!(rows.next(), Some(day.to_string().as_str()));
        }
    }
    assert_eq!(rows.next(), None);
}

#[test]
fn easter_falls_where_the_almanac_says() {
    for day in
        ["2008-03-23", "2011-04-24", "2013-03-31", "2019-04-21", "2024-03-31", "2026-04-05", "2038-04-25"]
    {
        assert_eq!(easter_sunday(date(day).year()), Some(date(day)));
    }
}

#[test]
fn working_days_pass_over_weekends_and_bank_holidays() {
    assert!(Terms::default().is_working_day(date("2026-12-24")));
    assert!(!Terms::default().is_working_day(date("2026-12-28")));
    assert_eq!(Terms::default().working_day_from(date("2026-12-25")), date("2026-12-29"));
    assert_eq!(Terms::default().working_day_from(date("2026-10-05")), date("2026-10-05"));
    // The eighth after the close of March 2026 has Good Friday and Easter Monday before it.
    assert_eq!(Terms::default().working_day_after(date("2026-03-31"), 8), date("2026-04-14"));
    assert_eq!(Terms::default().working_day_after(date("2026-09-30"), 8), date("2026-10-12"));
    assert_eq!(Terms::default().working_day_after(date("2026-09-30"), 0), date("2026-09-30"));
}
