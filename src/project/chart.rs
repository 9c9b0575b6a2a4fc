//! Charts of `report.toml`: what each kind takes from its table.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Spanned;

/// A chart of a report, drawn from a table of the report. It has exactly one kind.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// The table that holds its numbers.
    pub table: Spanned<String>,
    /// The finding that it shows, in at most ten words; may use the narrative's helpers.
    pub title: Spanned<String>,
    /// What a reader who cannot see it must know; written from the data when left out.
    #[serde(default)]
    pub alt: Option<Spanned<String>>,
    /// Bars that stand on each other.
    #[serde(default)]
    pub stacked_bar: Option<BarSpec>,
    /// One bar for each value of `x`.
    #[serde(default)]
    pub bar: Option<BarSpec>,
    /// One line for each series.
    #[serde(default)]
    pub line: Option<LineSpec>,
    /// One point for each value of `x`, with the interval that it lies in.
    #[serde(default)]
    pub dot: Option<DotSpec>,
    /// Rates against the size of what they are of, with the limits that chance sets.
    #[serde(default)]
    pub funnel: Option<FunnelSpec>,
    /// From one level to another by the changes between them.
    #[serde(default)]
    pub bridge: Option<BridgeSpec>,
    /// What was counted, and the band in which what is to come is expected to lie.
    #[serde(default)]
    pub band: Option<BandSpec>,
}

/// What the axes of bars hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BarSpec {
    /// The column along the axis.
    pub x: Spanned<String>,
    /// The measure.
    pub y: Spanned<String>,
    /// The column that splits it.
    #[serde(default)]
    pub series: Option<Spanned<String>>,
}

/// What the axes of lines hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// The column along the axis.
    pub x: Spanned<String>,
    /// The measure.
    pub y: Spanned<String>,
    /// The column that splits it.
    #[serde(default)]
    pub series: Option<Spanned<String>>,
    /// A second measure of the same unit, drawn as a line beside the first: the year before, month by month.
    #[serde(default)]
    pub beside: Option<Spanned<String>>,
    /// The measure of a band's lower edge; needs `upper`.
    #[serde(default)]
    pub lower: Option<Spanned<String>>,
    /// The measure of a band's upper edge; needs `lower`.
    #[serde(default)]
    pub upper: Option<Spanned<String>>,
}

/// Points with intervals.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DotSpec {
    /// The column whose codes name the points.
    pub x: Spanned<String>,
    /// The measure.
    pub y: Spanned<String>,
    /// The measure at which the interval begins; needs `upper`.
    #[serde(default)]
    pub lower: Option<Spanned<String>>,
    /// The measure at which the interval ends; needs `lower`.
    #[serde(default)]
    pub upper: Option<Spanned<String>>,
    /// A value to compare with, drawn as a line through all points.
    #[serde(default)]
    pub reference: Option<ReferenceSpec>,
}

/// A value to compare with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSpec {
    /// The value, as digits: `"1"`.
    pub at: Spanned<String>,
    /// What it stands for: `the same risk as other pupils`.
    pub label: String,
}

/// Rates against sizes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelSpec {
    /// The column whose codes name the points.
    pub x: Spanned<String>,
    /// The measure along the axis: how large each is.
    pub size: Spanned<String>,
    /// The measure.
    pub y: Spanned<String>,
    /// The measure that would be expected of each.
    #[serde(default)]
    pub centre: Option<Spanned<String>>,
    /// Pairs of limits, the narrowest first.
    #[serde(default)]
    pub limits: Vec<LimitSpec>,
}

/// A pair of limits: between them a point of its size lies by chance.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// How it is called: `95%`.
    pub label: String,
    /// The measure of the lower limit.
    pub lower: Spanned<String>,
    /// The measure of the upper limit.
    pub upper: Spanned<String>,
}

/// Levels and the changes between them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BridgeSpec {
    /// The column whose codes name the steps, in the table's order.
    pub x: Spanned<String>,
    /// The measure.
    pub y: Spanned<String>,
    /// The codes of `x` that are levels; every other is a change from the step before.
    pub totals: Vec<Spanned<String>>,
}

/// What was counted, and the band of what is to come.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BandSpec {
    /// The column along the axis.
    pub x: Spanned<String>,
    /// The measure of what was counted; empty where there is a band.
    pub y: Spanned<String>,
    /// The measure of the band's lower edge.
    pub lower: Spanned<String>,
    /// The measure of the band's upper edge.
    pub upper: Spanned<String>,
    /// The measure of what is expected within the band.
    #[serde(default)]
    pub middle: Option<Spanned<String>>,
}
