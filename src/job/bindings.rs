//! The run parameters that a query may name with `$`.

use chrono::{Datelike, NaiveDate};
use datafusion::common::ScalarValue;

use crate::calendar::{Period, Reported};
use crate::engine::Bindings;
use crate::project::{PracticeValue, Project};

/// The last day of the calendar that models know: what is known of a period that is reported whole is not cut.
const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2099, 12, 31);

/// Days from year 1 to 1970-01-01, where Arrow counts from.
const EPOCH: i32 = 719_163;

/// Binds `$period_start`, `$period_end`, `$as_at`, `$as_of`, `$known_to` with its month and years and those of a year
/// before, `$academic_year`, `$financial_year`, `$la_code` and the parameters of `sufficiency.toml`.
pub(crate) fn of(project: &Project, reported: Reported, as_at: NaiveDate, as_of: NaiveDate) -> Bindings {
    let period = reported.of;
    let date = |day: NaiveDate| ScalarValue::Date32(Some(day.num_days_from_ce() - EPOCH));
    let text = |text: String| ScalarValue::Utf8(Some(text));
    let known_to = reported.so_far.or(LAST_DAY).unwrap_or(as_at);
    let (academic, financial) = (Period::academic_year_of(known_to), Period::financial_year_of(known_to));
    let month = |years: i32| Period::Month(known_to.year() - years, known_to.month()).code();
    let of_the_run = [
        ("period_start", date(period.start())),
        ("period_end", date(period.end())),
        ("as_at", date(as_at)),
        ("as_of", date(as_of)),
        ("known_to", date(known_to)),
        ("known_month", text(month(0))),
        ("known_month_before", text(month(1))),
        ("known_academic_year", text(academic.code())),
        ("known_academic_year_before", text(academic.previous().code())),
        ("known_financial_year", text(financial.code())),
        ("known_financial_year_before", text(financial.previous().code())),
        ("academic_year", text(Period::academic_year_of(period.end()).code())),
        ("financial_year", text(Period::financial_year_of(period.end()).code())),
        ("la_code", text(project.council.council.la_code.clone())),
    ];
    let practice = project.council.parameters.practice();
    let practice = practice.into_iter().map(|practice| (practice.name, scalar(practice.value)));
    of_the_run.into_iter().chain(practice).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Returns what a query may name with `$`, with values of some period: for checks that bind nothing.
pub(crate) fn known(project: &Project) -> Bindings {
    let today = project.clock().today();
    of(project, Reported::whole(Period::academic_year_of(today)), today, today)
}

fn scalar(value: PracticeValue) -> ScalarValue {
    match value {
        PracticeValue::Whole(number) => ScalarValue::Int64(Some(i64::from(number))),
        PracticeValue::Hundredths(number) => decimal(number, 2),
        PracticeValue::Part(number) => decimal(number, 4),
        PracticeValue::Text(text) => ScalarValue::Utf8(Some(text)),
    }
}

/// Returns a small number to so many decimal places.
#[expect(clippy::cast_possible_truncation, reason = "a number that is loaded lies between -1 and 3")]
fn decimal(number: f64, places: i8) -> ScalarValue {
    let whole = (number * 10_f64.powi(i32::from(places))).round();
    ScalarValue::Decimal128(Some(whole as i128), 18, places)
}

#[cfg(test)]
mod tests {
    use super::decimal;
    use datafusion::common::ScalarValue;

    #[test]
    fn parts_of_one_are_bound_as_decimals() {
        let bound = |digits, places| ScalarValue::Decimal128(Some(digits), 18, places);
        assert_eq!(decimal(0.9, 2), bound(90, 2));
        assert_eq!(decimal(0.07, 2), bound(7, 2));
        assert_eq!(decimal(-0.2, 4), bound(-2_000, 4));
        assert_eq!(decimal(1.3, 4), bound(13_000, 4));
    }
}
