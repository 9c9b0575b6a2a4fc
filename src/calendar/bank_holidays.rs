//! Bank holidays in England, and the working days between them.
//!
//! The years that the government has proclaimed are data, because moved and added days follow no rule
//! (8 May 2020, 19 September 2022). Outside those years the ordinary rule stands in.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The first year of [`PROCLAIMED`].
const FIRST: i32 = 2013;

/// Bank holidays of England as month and day, one line a year from 2013, as gov.uk lists them; the last
/// two years by the ordinary rule.
const PROCLAIMED: [&[(u32, u32)]; 18] = [
    &[(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
    &[(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
    &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
    &[(1, 1), (3, 25), (3, 28), (5, 2), (5, 30), (8, 29), (12, 26), (12, 27)],
    &[(1, 2), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)],
    &[(1, 1), (3, 30), (4, 2), (5, 7), (5, 28), (8, 27), (12, 25), (12, 26)],
    &[(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
    // Early May moved to the 75th anniversary of VE Day.
    &[(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)],
    &[(1, 1), (4, 2), (4, 5), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
    // The Platinum Jubilee, and the funeral of Queen Elizabeth II.
    &[(1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27)],
    // The coronation of King Charles III.
    &[(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)],
    &[(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
    &[(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
    &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
    &[(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
    &[(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)],
    &[(1, 1), (3, 30), (4, 2), (5, 7), (5, 28), (8, 27), (12, 25), (12, 26)],
    &[(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
];

/// Returns the bank holidays of a year in England, in order.
#[must_use]
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let proclaimed = usize::try_from(year - FIRST).ok().and_then(|index| PROCLAIMED.get(index));
    match proclaimed {
        Some(days) => {
            days.iter().filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day)).collect()
        }
        None => ordinary(year).unwrap_or_default(),
    }
}

/// Returns the bank holidays of a year in which none is moved or added.
fn ordinary(year: i32) -> Option<Vec<NaiveDate>> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let easter = easter_sunday(year)?;
    let new_year = past_weekend(day(1, 1)?);
    let christmas = past_weekend(day(12, 25)?);
    let boxing = past_weekend(day(12, 26)?.max(christmas + Days::new(1)));
    Some(vec![
        new_year,
        easter - Days::new(2),
        easter + Days::new(1),
        NaiveDate::from_weekday_of_month_opt(year, 5, Weekday::Mon, 1)?,
        last_monday(day(5, 31)?),
        last_monday(day(8, 31)?),
        christmas,
        boxing,
    ])
}

/// Returns the day, or the Monday after it when it falls on a weekend.
fn past_weekend(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

fn last_monday(month_end: NaiveDate) -> NaiveDate {
    month_end - Days::new(month_end.weekday().num_days_from_monday().into())
}

/// Returns Easter Sunday in the Gregorian calendar, by the rule of Meeus, Jones and Butcher.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let march = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(march / 31).ok()?, u32::try_from(march % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests;
