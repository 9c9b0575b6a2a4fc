//! The parameters of domain practice that an edition prints: those that its models read, and no other.

use std::collections::BTreeSet;

use crate::engine::TableName;
use crate::job::{Context, Failure};
use crate::project::{AcademicYear, Parameters, Pipeline, Report};

/// Returns name and value of the gate's two parameters, and of each that a model or check behind `report` names with `$`.
///
/// # Errors
///
/// Fails where a query of a model is not SQL.
pub(super) fn printed(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
) -> Result<Vec<(String, String)>, Failure> {
    let mut named = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for model in report.models() {
        behind(context, &TableName::new(&pipeline.name, model), &mut seen, &mut named)?;
    }
    for check in pipeline.checks.values() {
        named.extend(context.engine().parameters(check)?);
    }
    Ok(of(&context.project().council.parameters, &named))
}

/// Gathers the names in the query of a model and of each model that it reads, of whichever pipeline.
fn behind(
    context: &Context,
    table: &TableName,
    seen: &mut BTreeSet<TableName>,
    named: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let Some(pipeline) = context.project().pipelines.get(&table.pipeline) else { return Ok(()) };
    let Some(model) = pipeline.models.get(&table.table) else { return Ok(()) };
    if !seen.insert(table.clone()) {
        return Ok(());
    }
    named.extend(context.engine().parameters(&model.sql)?);
    for read in context.engine().reads(&model.sql, &pipeline.name)? {
        behind(context, &read, seen, named)?;
    }
    Ok(())
}

/// Returns what is printed of `parameters` where a query names them so.
#[expect(clippy::too_many_lines, reason = "one list, a line or two for each parameter")]
fn of(parameters: &Parameters, named: &BTreeSet<String>) -> Vec<(String, String)> {
    let read = [
        ("fte_sessions", "Full-time equivalent", format!("{} sessions a week", parameters.fte_sessions)),
        ("school_days", "School days in a year without a calendar", parameters.school_days.to_string()),
        ("target_occupancy", "Target occupancy", format!("{:.0}%", parameters.target_occupancy * 100.0)),
        (
            "home_education_window",
            "Home education after an exclusion or suspension",
            format!("within {} days", parameters.home_education_window),
        ),
        (
            "part_time_weeks",
            "Long part-time timetable",
            format!("more than {} weeks", parameters.part_time_weeks),
        ),
        (
            "open_without_return_days",
            "Placement without an end or attendance",
            format!("counts for {} school days", parameters.open_without_return_days),
        ),
        (
            "day_six_offset",
            "Full-time education is due after a permanent exclusion on",
            format!("school day {}, the first after it being day one", parameters.day_six_offset),
        ),
        (
            "day_six_offset_of_suspensions",
            "Full-time education is due in a suspension of more than five days on",
            format!("school day {} after its first", parameters.day_six_offset_of_suspensions),
        ),
        (
            "match_window",
            "Invoice and placement may miss each other by",
            format!("{} days", parameters.match_window),
        ),
        (
            "rate_tolerance",
            "Price taken for the agreed one",
            format!("within {:.0}%", parameters.rate_tolerance * 100.0),
        ),
        (
            "duplicate_days",
            "Same service paid again taken for a duplicate",
            format!("within {} days", parameters.duplicate_days),
        ),
        (
            "credit_days",
            "Credit taken for the correction of a line",
            format!("within {} days", parameters.credit_days),
        ),
        (
            "recoupment_offset",
            "Budget share of an excluded pupil is cut",
            format!("from school day {} after it", parameters.recoupment_offset),
        ),
        (
            "abnormal_years",
            "Years from which a forecast learns nothing",
            match parameters.abnormal_years.iter().map(AcademicYear::code).collect::<Vec<_>>() {
                years if years.is_empty() => "none".to_owned(),
                years => years.join(", "),
            },
        ),
        (
            "forecast_prior",
            "Forecast: children added to each year group at the rate of all",
            parameters.forecast_prior.to_string(),
        ),
        ("forecast_draws", "Forecast: draws of its band", parameters.forecast_draws.to_string()),
        (
            "trend_cap",
            "Forecast: most that joining may grow or fall a year",
            format!("{}%", percent(parameters.trend_cap)),
        ),
        (
            "policy_pex",
            "Forecast: change of permanent exclusions under the policy",
            format!("{}%", percent(parameters.policy_pex)),
        ),
        (
            "policy_from",
            "Forecast: first year of the policy",
            match &parameters.policy_from {
                Some(year) => year.code().to_owned(),
                None => "the first year ahead".to_owned(),
            },
        ),
        (
            "road_factor",
            "Way to school beside the straight line",
            format!("{} times", parameters.road_factor),
        ),
        (
            "registration_hours",
            "Full time at a provider that is not a school",
            format!("{} hours a week", parameters.registration_hours),
        ),
        (
            "hours_per_session",
            "Hours of a session where a placement does not say",
            parameters.hours_per_session.to_string(),
        ),
        ("document_due", "A document is due", format!("{} days before its last", parameters.document_due)),
        (
            "part_time_notice_days",
            "Notice of a part-time timetable is late",
            format!("after {} school days", parameters.part_time_notice_days),
        ),
        (
            "part_time_code_floor",
            "Days coded as part time without a notice",
            format!("from {} in half a term", parameters.part_time_code_floor),
        ),
        ("road_speed_kmh", "Speed on the way to school", format!("{} km an hour", parameters.road_speed_kmh)),
        ("hhi_high", "Herfindahl index of a concentrated lot", format!("{} or more", parameters.hhi_high)),
    ];
    let gate = [
        ("Counts hidden", format!("1 to {}", parameters.suppression_threshold.saturating_sub(1))),
        ("Least denominator of a percentage", parameters.percentage_floor.to_string()),
    ];
    let gate = gate.into_iter().map(|(label, value)| (label.to_owned(), value));
    let read = read.into_iter().filter(|(name, ..)| named.contains(*name));
    gate.chain(read.map(|(_, label, value)| (label.to_owned(), value))).collect()
}

/// Returns a part of one in per cent, with no more places than it has.
fn percent(of_one: f64) -> f64 {
    (of_one * 10_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::of;
    use crate::project::Parameters;

    #[test]
    fn a_parameter_that_no_model_reads_is_not_printed() {
        let printed =
            of(&Parameters::default(), &BTreeSet::from(["fte_sessions".to_owned(), "as_at".to_owned()]));
        let labels: Vec<&str> = printed.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["Counts hidden", "Least denominator of a percentage", "Full-time equivalent"]);
    }
}
