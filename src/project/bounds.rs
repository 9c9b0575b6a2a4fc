//! What the values of a contract's columns are held against: code lists, other tables, bounds, patterns.

use schemars::JsonSchema;
use serde::Deserialize;

use super::severity::RuleSeverity;
use super::text::Text;

/// `codes = { list = "reference.exclusion_reasons", on = "started_on" }`: the column holds codes of a list.
///
/// A code that the list does not have, or that was not valid on the day of the event, is never "other".
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The list: a seed or another published table, as `pipeline.table`.
    pub list: Text,
    /// The list's column of codes.
    #[serde(default = "code")]
    pub column: String,
    /// The date column of this contract that says when the code was used. The list then has the columns
    /// `valid_from` and `valid_to`, both days included; a blank one has no end.
    #[serde(default)]
    pub on: Option<Text>,
    /// What happens to a row with a code that is unknown or was not valid.
    #[serde(default)]
    pub severity: RuleSeverity,
}

/// `references = { to = "commissioning.providers.provider_id" }`: every value is found in another table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// `pipeline.table.column`.
    pub to: Text,
    /// What happens to a row whose value is not there.
    #[serde(default)]
    pub severity: RuleSeverity,
}

/// `range = { least = "0", most = "10" }`, both included; written as the column's values are: whole numbers,
/// pounds, days as `2026-01-31`. `today` is the day on which the source is read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least value.
    #[serde(default)]
    pub least: Option<Text>,
    /// The greatest value.
    #[serde(default)]
    pub most: Option<Text>,
    /// What happens to a row with a value outside.
    #[serde(default)]
    pub severity: RuleSeverity,
}

/// `pattern = { regex = "[0-9]{6}" }`: the whole of every value fits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// A regular expression that fits the whole value.
    pub regex: Text,
    /// What happens to a row with a value that does not fit.
    #[serde(default)]
    pub severity: RuleSeverity,
}

/// `generalise = { lookup = { list = "reference.postcodes", from = "postcode", to = "ward_code" } }`: the value is
/// replaced by what a list says of it, as a postcode by its ward.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The list: a seed or another published table, as `pipeline.table`.
    pub list: Text,
    /// The list's column that holds the value. Spaces and case make no difference.
    pub from: String,
    /// The list's column that is stored in its place.
    pub to: String,
}

/// `swing = { fall = "40%", rise = "300%" }`: how far the count of rows may move from the landing before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Swing {
    /// The greatest fall, as a share of the rows before.
    #[serde(default)]
    pub fall: Option<Text>,
    /// The greatest rise, as a share of the rows before; may be more than `100%`.
    #[serde(default)]
    pub rise: Option<Text>,
}

/// `[[spells]]`: rows of one child, say, that may not lie over each other in time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spells {
    /// Its name; stands in the record beside the count.
    pub name: Text,
    /// The columns that say whose spells they are.
    pub of: Vec<Text>,
    /// The column of the first day.
    pub from: Text,
    /// The column of the last day; a blank one is still going on.
    pub to: Text,
    /// What happens when two lie over each other: `warn` counts the later one, `stop` publishes nothing. Which of
    /// them is wrong nobody can say, so none is set aside.
    pub severity: RuleSeverity,
}

fn code() -> String {
    "code".to_owned()
}
