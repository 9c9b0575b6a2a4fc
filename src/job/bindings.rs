//! The run parameters that a query may name with `$`.

use chrono::{Datelike, NaiveDate};
use datafusion::common::ScalarValue;

use crate::calendar::{Period, Reported};
use crate::engine::Bindings;
use crate::project::{AcademicYear, Project};

/// The last day of the calendar that models know: what is known of a period that is reported whole is not cut.
const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2099, 12, 31);

/// Days from year 1 to 1970-01-01, where Arrow counts from.
const EPOCH: i32 = 719_163;

/// Binds `$period_start`, `$period_end`, `$as_at`, `$as_of`, `$known_to`, `$academic_year`, `$financial_year`, `$la_code` and the
/// parameters of `sufficiency.toml`.
pub(crate) fn of(project: &Project, reported: Reported, as_at: NaiveDate, as_of: NaiveDate) -> Bindings {
    let period = reported.of;
    let date = |day: NaiveDate| ScalarValue::Date32(Some(day.num_days_from_ce() - EPOCH));
    let text = |text: String| ScalarValue::Utf8(Some(text));
    let parameters = &project.council.parameters;
    let whole = |number: u32| ScalarValue::Int64(Some(i64::from(number)));
    let decimal = |written: &str| ScalarValue::Decimal128(hundredths(written), 18, 2);
    let occupancy = format!("{:.2}", parameters.target_occupancy);
    let tolerance = format!("{:.2}", parameters.rate_tolerance);
    Bindings::from([
        ("period_start".to_owned(), date(period.start())),
        ("period_end".to_owned(), date(period.end())),
        ("as_at".to_owned(), date(as_at)),
        ("as_of".to_owned(), date(as_of)),
        ("known_to".to_owned(), date(reported.so_far.or(LAST_DAY).unwrap_or(as_at))),
        ("academic_year".to_owned(), text(Period::academic_year_of(period.end()).code())),
        ("financial_year".to_owned(), text(Period::financial_year_of(period.end()).code())),
        ("la_code".to_owned(), text(project.council.council.la_code.clone())),
        ("target_occupancy".to_owned(), decimal(&occupancy)),
        ("fte_sessions".to_owned(), whole(parameters.fte_sessions)),
        ("school_days".to_owned(), whole(parameters.school_days)),
        ("home_education_window".to_owned(), whole(parameters.home_education_window)),
        ("part_time_weeks".to_owned(), whole(parameters.part_time_weeks)),
        ("open_without_return_days".to_owned(), whole(parameters.open_without_return_days)),
        ("day_six_offset".to_owned(), whole(parameters.day_six_offset)),
        ("day_six_offset_of_suspensions".to_owned(), whole(parameters.day_six_offset_of_suspensions)),
        ("match_window".to_owned(), whole(parameters.match_window)),
        ("rate_tolerance".to_owned(), decimal(&tolerance)),
        ("duplicate_days".to_owned(), whole(parameters.duplicate_days)),
        ("credit_days".to_owned(), whole(parameters.credit_days)),
        ("recoupment_offset".to_owned(), whole(parameters.recoupment_offset)),
        ("abnormal_years".to_owned(), text(joined(&parameters.abnormal_years))),
        ("forecast_prior".to_owned(), whole(parameters.forecast_prior)),
        ("forecast_draws".to_owned(), whole(parameters.forecast_draws)),
        ("trend_cap".to_owned(), part(parameters.trend_cap)),
        ("policy_pex".to_owned(), part(parameters.policy_pex)),
        ("policy_from".to_owned(), text(joined(parameters.policy_from.as_slice()))),
        ("road_factor".to_owned(), part(parameters.road_factor)),
        ("road_speed_kmh".to_owned(), whole(parameters.road_speed_kmh)),
        ("hhi_high".to_owned(), whole(parameters.hhi_high)),
        ("registration_hours".to_owned(), whole(parameters.registration_hours)),
        ("hours_per_session".to_owned(), decimal(&format!("{:.2}", parameters.hours_per_session))),
        ("document_due".to_owned(), whole(parameters.document_due)),
        ("part_time_notice_days".to_owned(), whole(parameters.part_time_notice_days)),
        ("part_time_code_floor".to_owned(), whole(parameters.part_time_code_floor)),
        ("suppression_threshold".to_owned(), whole(parameters.suppression_threshold)),
    ])
}

/// Returns a small number to four decimal places.
#[expect(clippy::cast_possible_truncation, reason = "a number that is loaded lies between -1 and 3")]
fn part(of_one: f64) -> ScalarValue {
    ScalarValue::Decimal128(Some((of_one * 10_000.0).round() as i128), 18, 4)
}

fn joined(years: &[AcademicYear]) -> String {
    years.iter().map(AcademicYear::code).collect::<Vec<_>>().join(" ")
}

/// Reads the hundredths of a number written with up to two decimal places; `None` when it is not one.
fn hundredths(written: &str) -> Option<i128> {
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let part = match part.len() {
        0 => "00".to_owned(),
        1 => format!("{part}0"),
        2 => part.to_owned(),
        _ => return None,
    };
    format!("{whole}{part}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn pounds_are_read_without_a_float() {
        assert_eq!(hundredths("10000.00"), Some(1_000_000));
        assert_eq!(hundredths("0.9"), Some(90));
        assert_eq!(hundredths("7"), Some(700));
        assert_eq!(hundredths("7.123"), None);
        assert_eq!(hundredths("x"), None);
    }
}
