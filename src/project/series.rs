use schemars::JsonSchema;
use serde::Deserialize;

use super::text::Text;
use crate::calendar::{Period, Span};

/// The words before the number of working days in `due`.
const WORKING_DAY: &str = "working day ";
/// The share of the median under which a part is thin.
const THIN_SHARE: &str = "20%";

/// `[series]`: a source that grows by a part for each month, term or year. What is due and not there holds the
/// reports that rest on it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The column by which a row belongs to a part: of days, or of the academic or financial year that `unit` names.
    pub by: Text,
    /// Beside a column of academic years, for a `unit` of terms: the column that holds `autumn`, `spring` or `summer`.
    #[serde(default)]
    pub term: Option<Text>,
    /// What a part is.
    pub unit: SeriesUnit,
    /// The first part that there must be, as `2020-04`, `ay2020-21-autumn`, `ay2020-21` or `fy2020-21`; the earliest
    /// one that is there, when left out.
    #[serde(default)]
    pub first: Option<Text>,
    /// When a part is due after its last day: `working day 8`, or `40 days`.
    pub due: Text,
    /// A part with fewer rows than this share of the median of the twelve parts before it is thin, and named at the end of a run;
    /// 20% when left out.
    #[serde(default)]
    pub thin_share: Option<Text>,
    /// What a part that was due and is not there does to a report.
    #[serde(default)]
    pub missing: Missing,
}

/// What a part of a series that was due and is not there does to a report that rests on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The report is held.
    #[default]
    Hold,
    /// The report is made; it says first what has not been received, and `[x]` stands for each figure of a period that
    /// is not whole. A report without a single part of its period is held all the same.
    #[serde(alias = "tell")]
    Note,
}

/// What a part of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesUnit {
    /// A calendar month.
    Month,
    /// A term: September to December, January to March, April to August.
    Term,
    /// An academic year.
    AcademicYear,
    /// A financial year.
    FinancialYear,
}

/// How long after the last day of a part it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// So many working days.
    WorkingDays(usize),
    /// So many days.
    Days(i64),
}

impl Series {
    /// Returns when a part is due; `None` for a text that does not say.
    #[must_use]
    pub fn due(&self) -> Option<Due> {
        let text = self.due.get_ref().trim();
        match text.strip_prefix(WORKING_DAY) {
            Some(number) => number.parse().ok().map(Due::WorkingDays),
            None => Span::days_in(text).map(Due::Days),
        }
    }

    /// Returns the share of the median of the parts before it under which a part is thin, as `20%`.
    #[must_use]
    pub fn thin_share(&self) -> &str {
        self.thin_share.as_ref().map_or(THIN_SHARE, |share| share.get_ref())
    }

    /// Returns the first part that there must be, where one is named; `Some(None)` for a text that names none of the
    /// unit.
    #[must_use]
    pub fn first(&self) -> Option<Option<Period>> {
        let text = self.first.as_ref()?;
        let like = match self.unit {
            SeriesUnit::Month => Period::Month(2000, 1),
            SeriesUnit::Term | SeriesUnit::AcademicYear => Period::AcademicYear(2000),
            SeriesUnit::FinancialYear => Period::FinancialYear(2000),
        };
        let parsed = Period::parse(text.get_ref(), like).ok();
        let fits = |period: &Period| match self.unit {
            SeriesUnit::Month => matches!(period, Period::Month(..)),
            SeriesUnit::Term => matches!(period, Period::Term(..)),
            SeriesUnit::AcademicYear => matches!(period, Period::AcademicYear(_)),
            SeriesUnit::FinancialYear => matches!(period, Period::FinancialYear(_)),
        };
        Some(parsed.filter(fits))
    }
}
