//! `[computed]` of a model: a rate, a share, a change or a limit of an interval, in one line each.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Spanned;

/// How a table is worked out from the rows of the query.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum ComputedTable {
    /// Children to be expected on the census days to come.
    CohortForecast(CohortForecast),
}

/// `cohort_forecast = { years = 5 }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CohortForecast {
    /// How many years ahead.
    pub years: Spanned<u32>,
}

/// How a column is worked out from others of its row.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Computation {
    /// One column over another, times a number.
    Rate(RateColumn),
    /// A part of a whole, in per cent.
    Share(ShareColumn),
    /// From one column to another, in per cent of the first.
    Change(ChangeColumn),
    /// The risk of one group over that of another.
    RelativeRisk(RiskColumn),
    /// A limit of the 95% interval of a rate, a share or a relative risk.
    Interval(IntervalColumn),
    /// The two-sided p of Fisher's exact test of a table of two by two.
    FisherExact(TwoByTwo),
}

impl Computation {
    /// Returns the name that the kind has in TOML.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rate(_) => "rate",
            Self::Share(_) => "share",
            Self::Change(_) => "change",
            Self::RelativeRisk(_) => "relative_risk",
            Self::Interval(_) => "interval",
            Self::FisherExact(_) => "fisher_exact",
        }
    }

    /// Returns the columns of the query that it is worked out from, what is counted before what it is divided by. A
    /// limit of an interval has those of its figure.
    #[must_use]
    pub fn columns(&self) -> Vec<&Spanned<String>> {
        match self {
            Self::Rate(rate) => vec![&rate.of, &rate.to],
            Self::Share(share) => std::iter::once(&share.of).chain(&share.to).collect(),
            Self::Change(change) => vec![&change.from, &change.to],
            Self::RelativeRisk(risk) => vec![&risk.of[0], &risk.to[0], &risk.of[1], &risk.to[1]],
            Self::Interval(_) => Vec::new(),
            Self::FisherExact(cells) => cells.first.iter().chain(&cells.second).collect(),
        }
    }

    /// Returns the column after which it comes, where one is named.
    #[must_use]
    pub fn after(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Rate(RateColumn { after, .. })
            | Self::Share(ShareColumn { after, .. })
            | Self::Change(ChangeColumn { after, .. })
            | Self::RelativeRisk(RiskColumn { after, .. })
            | Self::Interval(IntervalColumn { after, .. }) => after.as_ref(),
            Self::FisherExact(_) => None,
        }
    }

    /// Returns the column that says whether a row has a value, where one is named.
    #[must_use]
    pub fn when(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Rate(RateColumn { when, .. })
            | Self::Share(ShareColumn { when, .. })
            | Self::RelativeRisk(RiskColumn { when, .. }) => when.as_ref(),
            Self::Change(_) | Self::Interval(_) | Self::FisherExact(_) => None,
        }
    }
}

/// `rate = { of = "permanent_exclusions", to = "january_roll", per = 100 }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateColumn {
    /// The column above the line.
    pub of: Spanned<String>,
    /// The column below it.
    pub to: Spanned<String>,
    /// For how many of the second column the first is given: 1, 100 or 1000.
    #[serde(default = "one")]
    pub per: Spanned<u32>,
    /// Decimal places of the column.
    #[serde(default = "four")]
    pub places: Spanned<u8>,
    /// A column that is true in the rows that have a value.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The column after which it comes; the last when left out.
    #[serde(default)]
    pub after: Option<Spanned<String>>,
}

/// `share = { of = "placed", to = "agreed" }`, or `share = { of = "events", over = ["reason"] }` for the share of the row
/// that is the total of its reasons.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareColumn {
    /// The column that counts the part.
    pub of: Spanned<String>,
    /// The column that counts the whole.
    #[serde(default)]
    pub to: Option<Spanned<String>>,
    /// Keys whose total row counts the whole; `hierarchies` of `[disclosure]` says which value is the total.
    #[serde(default)]
    pub over: Vec<Spanned<String>>,
    /// A column that is true in the rows that have a value.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The column after which it comes; the last when left out.
    #[serde(default)]
    pub after: Option<Spanned<String>>,
}

/// `change = { from = "residents", to = "residents_in_five_years" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeColumn {
    /// The column with what was.
    pub from: Spanned<String>,
    /// The column with what is.
    pub to: Spanned<String>,
    /// The column after which it comes; the last when left out.
    #[serde(default)]
    pub after: Option<Spanned<String>>,
}

/// `relative_risk = { of = ["cases", "roll"], to = ["other_cases", "other_roll"] }`. A group without cases, or with more
/// cases than members, has no risk.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskColumn {
    /// The columns that count the cases and the members of the group.
    pub of: [Spanned<String>; 2],
    /// The same of the group that it is compared with.
    pub to: [Spanned<String>; 2],
    /// A column that is true in the rows that have a value.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The column after which it comes; the last when left out.
    #[serde(default)]
    pub after: Option<Spanned<String>>,
}

/// `interval = { of = "exclusion_rate", limit = "low", method = "byar" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntervalColumn {
    /// The computed rate, share or relative risk.
    pub of: Spanned<String>,
    /// Which limit.
    pub limit: Limit,
    /// How it is worked out.
    pub method: Spanned<Method>,
    /// The column after which it comes; the figure and its other limits when left out.
    #[serde(default)]
    pub after: Option<Spanned<String>>,
}

/// Which limit of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The lower one.
    Low,
    /// The upper one.
    High,
}

/// How an interval is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Wilson's, for a proportion: each member counts once or not at all.
    Wilson,
    /// Byar's approximation, for a count of events.
    Byar,
    /// By the standard error of the logarithm, for a relative risk.
    RelativeRisk,
}

/// `fisher_exact = { first = ["above", "not_above"], second = ["other_above", "other_not_above"] }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TwoByTwo {
    /// The columns that count the first group: those with the outcome, and those without.
    pub first: [Spanned<String>; 2],
    /// The same of the second group.
    pub second: [Spanned<String>; 2],
}

fn one() -> Spanned<u32> {
    Spanned::new(0..0, 1)
}

fn four() -> Spanned<u8> {
    Spanned::new(0..0, 4)
}
