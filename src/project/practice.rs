//! The parameters of domain practice, each once: what a query binds, and what an edition prints of it.

use super::academic_year::AcademicYear;
use super::council::Parameters;

/// One parameter: its name in `sufficiency.toml` and after a `$`, and how readers are shown it.
#[derive(Debug, Clone, PartialEq)]
pub struct Practice {
    /// Its name.
    pub name: &'static str,
    /// What a query that names it gets.
    pub value: PracticeValue,
    /// What it is called in an edition.
    pub label: &'static str,
    /// Its value, as an edition prints it.
    pub shown: String,
}

/// The value of a parameter, in the type that a query gets.
#[derive(Debug, Clone, PartialEq)]
pub enum PracticeValue {
    /// A whole number.
    Whole(u32),
    /// A part of one, to two decimal places.
    Hundredths(f64),
    /// A part of one or a factor, to four decimal places.
    Part(f64),
    /// A text.
    Text(String),
}

impl Parameters {
    /// What only the program reads: the gate, and the calendar.
    pub const READ_BY_THE_PROGRAM: [&'static str; 5] =
        ["percentage_floor", "large_revision", "dominance", "nearness", "ledger_close_days"];

    /// What every edition prints: the two numbers that the gate hides by.
    pub const ALWAYS_PRINTED: [&'static str; 2] = ["suppression_threshold", "percentage_floor"];

    /// Returns the parameters that a query may name or an edition prints, in the order in which they are printed.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one list, a few lines for each parameter")]
    pub fn practice(&self) -> Vec<Practice> {
        use PracticeValue::{Hundredths, Part, Text, Whole};
        let practice = |name, value, label, shown| Practice { name, value, label, shown };
        vec![
            practice(
                "suppression_threshold",
                Whole(self.suppression_threshold),
                "Counts hidden",
                format!("1 to {}", self.suppression_threshold.saturating_sub(1)),
            ),
            practice(
                "percentage_floor",
                Whole(self.percentage_floor),
                "Least denominator of a percentage",
                self.percentage_floor.to_string(),
            ),
            practice(
                "fte_sessions",
                Whole(self.fte_sessions),
                "Full-time equivalent",
                format!("{} sessions a week", self.fte_sessions),
            ),
            practice(
                "school_days",
                Whole(self.school_days),
                "School days in a year without a calendar",
                self.school_days.to_string(),
            ),
            practice(
                "target_occupancy",
                Hundredths(self.target_occupancy),
                "Target occupancy",
                format!("{:.0}%", self.target_occupancy * 100.0),
            ),
            practice(
                "home_education_window",
                Whole(self.home_education_window),
                "Home education after an exclusion or suspension",
                format!("within {} days", self.home_education_window),
            ),
            practice(
                "part_time_weeks",
                Whole(self.part_time_weeks),
                "Long part-time timetable",
                format!("more than {} weeks", self.part_time_weeks),
            ),
            practice(
                "open_without_return_days",
                Whole(self.open_without_return_days),
                "Placement without an end or attendance",
                format!("counts for {} school days", self.open_without_return_days),
            ),
            practice(
                "day_six_offset",
                Whole(self.day_six_offset),
                "Full-time education is due after a permanent exclusion on",
                format!("school day {}, the first after it being day one", self.day_six_offset),
            ),
            practice(
                "day_six_offset_of_suspensions",
                Whole(self.day_six_offset_of_suspensions),
                "Full-time education is due in a suspension of more than five days on",
                format!("school day {} after its first", self.day_six_offset_of_suspensions),
            ),
            practice(
                "match_window",
                Whole(self.match_window),
                "Invoice and placement may miss each other by",
                format!("{} days", self.match_window),
            ),
            practice(
                "rate_tolerance",
                Hundredths(self.rate_tolerance),
                "Price taken for the agreed one",
                format!("within {:.0}%", self.rate_tolerance * 100.0),
            ),
            practice(
                "duplicate_days",
                Whole(self.duplicate_days),
                "Same service paid again taken for a duplicate",
                format!("within {} days", self.duplicate_days),
            ),
            practice(
                "credit_days",
                Whole(self.credit_days),
                "Credit taken for the correction of a line",
                format!("within {} days", self.credit_days),
            ),
            practice(
                "recoupment_offset",
                Whole(self.recoupment_offset),
                "Budget share of an excluded pupil is cut",
                format!("from school day {} after it", self.recoupment_offset),
            ),
            practice(
                "abnormal_years",
                Text(joined(&self.abnormal_years)),
                "Years from which a forecast learns nothing",
                match self.abnormal_years.iter().map(AcademicYear::code).collect::<Vec<_>>() {
                    years if years.is_empty() => "none".to_owned(),
                    years => years.join(", "),
                },
            ),
            practice(
                "forecast_prior",
                Whole(self.forecast_prior),
                "Forecast: children added to each year group at the rate of all",
                self.forecast_prior.to_string(),
            ),
            practice(
                "forecast_draws",
                Whole(self.forecast_draws),
                "Forecast: draws of its band",
                self.forecast_draws.to_string(),
            ),
            practice(
                "trend_cap",
                Part(self.trend_cap),
                "Forecast: most that joining may grow or fall a year",
                format!("{}%", percent(self.trend_cap)),
            ),
            practice(
                "policy_pex",
                Part(self.policy_pex),
                "Forecast: change of permanent exclusions under the policy",
                format!("{}%", percent(self.policy_pex)),
            ),
            practice(
                "policy_from",
                Text(joined(self.policy_from.as_slice())),
                "Forecast: first year of the policy",
                match &self.policy_from {
                    Some(year) => year.code().to_owned(),
                    None => "the first year ahead".to_owned(),
                },
            ),
            practice(
                "road_factor",
                Part(self.road_factor),
                "Way to school beside the straight line",
                format!("{} times", self.road_factor),
            ),
            practice(
                "road_speed_kmh",
                Whole(self.road_speed_kmh),
                "Speed on the way to school",
                format!("{} km an hour", self.road_speed_kmh),
            ),
            practice(
                "hhi_high",
                Whole(self.hhi_high),
                "Herfindahl index of a concentrated lot",
                format!("{} or more", self.hhi_high),
            ),
            practice(
                "registration_hours",
                Whole(self.registration_hours),
                "Full time at a provider that is not a school",
                format!("{} hours a week", self.registration_hours),
            ),
            practice(
                "hours_per_session",
                Hundredths(self.hours_per_session),
                "Hours of a session where a placement does not say",
                self.hours_per_session.to_string(),
            ),
            practice(
                "document_due",
                Whole(self.document_due),
                "A document is due",
                format!("{} days before its last", self.document_due),
            ),
            practice(
                "waiting_expires_months",
                Whole(self.waiting_expires_months),
                "An agreement without a placement is waited for",
                format!("for {} months", self.waiting_expires_months),
            ),
            practice(
                "part_time_notice_days",
                Whole(self.part_time_notice_days),
                "Notice of a part-time timetable is late",
                format!("after {} school days", self.part_time_notice_days),
            ),
            practice(
                "part_time_code_floor",
                Whole(self.part_time_code_floor),
                "Days coded as part time without a notice",
                format!("from {} in half a term", self.part_time_code_floor),
            ),
        ]
    }
}

fn joined(years: &[AcademicYear]) -> String {
    years.iter().map(AcademicYear::code).collect::<Vec<_>>().join(" ")
}

/// Returns a part of one in per cent, with no more places than it has.
fn percent(of_one: f64) -> f64 {
    (of_one * 10_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Parameters;

    #[test]
    fn each_parameter_that_may_be_set_is_read_by_the_program_or_may_be_named() {
        let schema = serde_json::to_value(schemars::schema_for!(Parameters)).unwrap();
        let fields: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let listed = Parameters::default().practice();
        let mut known: BTreeSet<&str> = listed.iter().map(|practice| practice.name).collect();
        assert_eq!(known.len(), listed.len(), "each once");
        known.extend(Parameters::READ_BY_THE_PROGRAM);
        assert_eq!(fields, known);
    }
}
