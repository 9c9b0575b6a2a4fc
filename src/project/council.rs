//! `sufficiency.toml`: what the project is. In version control.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::academic_year::AcademicYear;
use crate::diagnostic::Spanned;

/// The whole of `sufficiency.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CouncilFile {
    /// Whose reports these are.
    pub council: Council,
    /// Numbers that the measures use; printed in every report's method box.
    #[serde(default)]
    pub parameters: Parameters,
    /// Team mailboxes that answer for data and for the service, by name.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
    /// The digest of all that happened, for owners; none when left out. What needs a person reaches them anyway.
    #[serde(default)]
    pub digest: Option<DigestSettings>,
    /// What each owner of data has to act on, at most once a day and only when something is new; none when left out.
    #[serde(default)]
    pub data_quality: Option<DataQualitySettings>,
}

/// The digest of data quality: late, missing, refused, set aside, warned of; to each owner about its own pipelines.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataQualitySettings {
    /// The owners that get it; every owner of a pipeline when left out.
    #[serde(default)]
    pub to: Vec<Spanned<String>>,
}

/// The owner's digest: sent, held, failed, due, warned.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestSettings {
    /// The owners that get it.
    pub to: Vec<Spanned<String>>,
    /// How often.
    #[serde(default)]
    pub every: DigestEvery,
}

/// How often a digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DigestEvery {
    /// At the first look at the schedules of each day.
    #[default]
    Day,
    /// After every look at the schedules in which something ran.
    Round,
}

impl CouncilFile {
    /// Returns what stands in for a file that cannot be read, where faults are looked for.
    pub(super) fn unread() -> Self {
        let council = Council {
            name: String::new(),
            la_code: String::new(),
            timezone: london(),
            marking: official_sensitive(),
            service: commissioning_team(),
        };
        Self {
            council,
            parameters: Parameters::default(),
            owners: BTreeMap::new(),
            digest: None,
            data_quality: None,
        }
    }
}

/// The council.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Council {
    /// Its name, as it stands on reports.
    pub name: String,
    /// Its three-digit local authority code (DfE).
    pub la_code: String,
    /// IANA time zone of schedules and of "the end of that day".
    #[serde(default = "london", deserialize_with = "zone")]
    #[schemars(with = "String")]
    pub timezone: chrono_tz::Tz,
    /// Protective marking of what leaves.
    #[serde(default = "official_sensitive")]
    pub marking: String,
    /// The service that issues the reports.
    #[serde(default = "commissioning_team")]
    pub service: String,
}

/// Parameters of domain practice, with their defaults.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// Counts from 1 to one less than this are hidden.
    pub suppression_threshold: u32,
    /// Percentages and rates on a smaller denominator are hidden.
    pub percentage_floor: u32,
    /// The greatest part of a sum of money that one firm may have before it is hidden from whoever does not commission, in per
    /// cent.
    #[serde(deserialize_with = "percent")]
    pub dominance: u32,
    /// How near a firm may come to the largest one's amount by taking its own from the sum before it is hidden, in per cent.
    #[serde(deserialize_with = "percent")]
    pub nearness: u32,
    /// Counts that must move by the threshold or more, and more of them than move by less, before a revision in which some move by
    /// less is made without a person.
    pub large_revision: u32,
    /// Share of places that may be filled before there is no headroom: above 0, at most 1, in whole hundredths.
    #[serde(deserialize_with = "target")]
    pub target_occupancy: f64,
    /// Sessions a week that make one full-time equivalent.
    pub fte_sessions: u32,
    /// School days in a year.
    pub school_days: u32,
    /// Days after a suspension or exclusion within which a start of home education is a signal.
    pub home_education_window: u32,
    /// Weeks after which a part-time timetable is called long.
    pub part_time_weeks: u32,
    /// School days for which a placement without an end counts after the last week with attendance of its own, while
    /// its provider returns others'.
    pub open_without_return_days: u32,
    /// School days from a permanent exclusion to the day on which full-time education is due: 6 where the first school day
    /// after it is day one, 5 where the day of the exclusion is.
    pub day_six_offset: u32,
    /// School days from the first day of a suspension of more than five to the day on which full-time education is due.
    pub day_six_offset_of_suspensions: u32,
    /// Days by which the service on an invoice and a placement may miss each other and still be matched.
    pub match_window: u32,
    /// Part by which a price may differ from the one agreed: 0 to 1, in whole hundredths.
    #[serde(deserialize_with = "part")]
    pub rate_tolerance: f64,
    /// Days within which the same service paid again is taken for a duplicate.
    pub duplicate_days: u32,
    /// Days within which a credit is taken for the correction of a line.
    pub credit_days: u32,
    /// School days from a permanent exclusion to the day from which its school's budget share is cut.
    pub recoupment_offset: u32,
    /// Academic years from which a forecast learns nothing, such as those in which schools were closed.
    pub abnormal_years: Vec<AcademicYear>,
    /// Children added to every year group at the rate of all groups, so that no rate of a forecast is 0.
    pub forecast_prior: u32,
    /// How often the band of a forecast is drawn.
    #[serde(deserialize_with = "draws")]
    pub forecast_draws: u32,
    /// The most by which the rate of joining may grow or fall a year where the trend goes on, 0 to 1.
    #[serde(deserialize_with = "part")]
    pub trend_cap: f64,
    /// The part by which permanent exclusions change under the policy, such as -0.20 for a fifth fewer.
    #[serde(deserialize_with = "signed_part")]
    pub policy_pex: f64,
    /// The first academic year of the policy; the first year of the forecast when left out.
    pub policy_from: Option<AcademicYear>,
    /// How much longer a way to school is than the straight line.
    #[serde(deserialize_with = "factor")]
    pub road_factor: f64,
    /// Kilometres an hour on the way to school, for the estimate of minutes.
    #[serde(deserialize_with = "speed")]
    pub road_speed_kmh: u32,
    /// The Herfindahl index, 0 to 10,000, from which a lot is called concentrated.
    pub hhi_high: u32,
    /// Hours a week from which a child counts as full time at a provider that is not registered as a school.
    pub registration_hours: u32,
    /// Hours of a session where a placement does not say its hours: 0.5 to 6, in whole hundredths.
    #[serde(deserialize_with = "session")]
    pub hours_per_session: f64,
    /// Days before its last one from which a provider's document is due.
    pub document_due: u32,
    /// Months from the panel's agreement after which a child without a placement is no longer counted as waiting.
    pub waiting_expires_months: u32,
    /// School days from the first day of a part-time timetable within which the council is to be notified.
    pub part_time_notice_days: u32,
    /// School days coded as part time in half a term from which there must be a notice.
    pub part_time_code_floor: u32,
    /// The working day after 31 March on which the ledger of a financial year is closed; until then the year runs.
    pub ledger_close_days: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            suppression_threshold: 5,
            percentage_floor: 10,
            dominance: 85,
            nearness: 10,
            large_revision: 20,
            target_occupancy: 0.90,
            fte_sessions: 10,
            school_days: 190,
            home_education_window: 60,
            part_time_weeks: 6,
            open_without_return_days: 10,
            day_six_offset: 6,
            day_six_offset_of_suspensions: 5,
            match_window: 31,
            rate_tolerance: 0.01,
            duplicate_days: 60,
            credit_days: 180,
            recoupment_offset: 6,
            abnormal_years: [2019, 2020].map(AcademicYear::beginning).into(),
            forecast_prior: 5,
            forecast_draws: 1000,
            trend_cap: 0.05,
            policy_pex: -0.20,
            policy_from: None,
            road_factor: 1.3,
            road_speed_kmh: 25,
            hhi_high: 2500,
            registration_hours: 18,
            hours_per_session: 2.5,
            document_due: 60,
            waiting_expires_months: 12,
            part_time_notice_days: 10,
            part_time_code_floor: 5,
            ledger_close_days: 8,
        }
    }
}

/// Reads an IANA name.
fn zone<'de, D: serde::Deserializer<'de>>(from: D) -> Result<chrono_tz::Tz, D::Error> {
    let name = String::deserialize(from)?;
    name.parse()
        .map_err(|_| serde::de::Error::custom(format!("`{name}` is not a time zone such as `Europe/London`")))
}

/// Reads a part of one in whole hundredths, as queries and readers get it: of more decimals each would have its own.
fn part<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    within(f64::deserialize(from)?, 0)
}

/// Reads the same, and more than nothing.
fn target<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let part = part(from)?;
    if part > 0.0 { Ok(part) } else { Err(serde::de::Error::custom("expected more than 0, found 0")) }
}

/// Reads a part of one that may be below nothing.
fn signed_part<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    within(f64::deserialize(from)?, -1)
}

fn within<E: serde::de::Error>(part: f64, least: i8) -> Result<f64, E> {
    let hundredths = part * 100.0;
    if (f64::from(least)..=1.0).contains(&part) && (hundredths - hundredths.round()).abs() < 1e-9 {
        return Ok(part);
    }
    Err(E::custom(format!("expected a number from {least} to 1 with at most two decimals, found {part}")))
}

/// Reads per cent, none of which would switch a rule off.
fn percent<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let percent = u32::deserialize(from)?;
    let fault = || serde::de::Error::custom(format!("expected 1 to 100 per cent, found {percent}"));
    if (1..=100).contains(&percent) { Ok(percent) } else { Err(fault()) }
}

/// Reads how often a band is drawn: often enough for a decile, and not for hours.
fn draws<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let draws = u32::deserialize(from)?;
    let is_fit = (100..=100_000).contains(&draws);
    let fault = || serde::de::Error::custom(format!("expected 100 to 100000 draws, found {draws}"));
    if is_fit { Ok(draws) } else { Err(fault()) }
}

/// Reads how much longer a road is than the straight line.
fn factor<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let factor = f64::deserialize(from)?;
    let is_fit = (1.0..=3.0).contains(&factor);
    if is_fit {
        Ok(factor)
    } else {
        Err(serde::de::Error::custom(format!("expected 1 to 3, found {factor}")))
    }
}

/// Reads a speed.
fn speed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let speed = u32::deserialize(from)?;
    let fault = || serde::de::Error::custom(format!("expected 5 to 100 kilometres an hour, found {speed}"));
    if (5..=100).contains(&speed) { Ok(speed) } else { Err(fault()) }
}

/// Reads the hours of a session.
fn session<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let hours = f64::deserialize(from)?;
    let hundredths = hours * 100.0;
    if (0.5..=6.0).contains(&hours) && (hundredths - hundredths.round()).abs() < 1e-9 {
        return Ok(hours);
    }
    Err(serde::de::Error::custom(format!("expected 0.5 to 6 hours with at most two decimals, found {hours}")))
}

fn london() -> chrono_tz::Tz {
    chrono_tz::Europe::London
}

fn official_sensitive() -> String {
    "OFFICIAL-SENSITIVE".to_owned()
}

fn commissioning_team() -> String {
    "Alternative provision commissioning".to_owned()
}
