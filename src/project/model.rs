//! `models/<name>.toml`: what a model's columns mean, what is checked, what may leave.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::audience::Audience;
use super::computed::{Computation, ComputedTable};
use crate::diagnostic::Spanned;

/// The whole of `models/<name>.toml`; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelFile {
    /// The table's title in reports and the data dictionary.
    pub title: Option<String>,
    /// What the table holds.
    pub description: Option<String>,
    /// Whether only other pipelines read it: it is built and tested, and stays out of `tables/`, the data dictionary,
    /// `catalog.sql` and the list of tables.
    pub internal: bool,
    /// Whether its figures are of what has been or of what is to come.
    pub kind: ModelKind,
    /// The day since which a measure of it is another one than before. The first edition after it that a reader of an
    /// earlier one gets says so, once: its earlier years are worked out again.
    #[serde(deserialize_with = "super::recipients::optional_date")]
    #[schemars(schema_with = "super::schema_parts::date")]
    pub definition_since: Option<NaiveDate>,
    /// The columns that name a row.
    pub grain: Vec<Spanned<String>>,
    /// The order of rows; completed by all other columns to a total order.
    pub sort: Vec<Spanned<String>>,
    /// What each column holds, by name.
    pub columns: BTreeMap<Spanned<String>, String>,
    /// How keys are headed, by column; a column's name in words where it is left out.
    pub headings: BTreeMap<Spanned<String>, String>,
    /// How codes are shown, by column and code.
    pub labels: BTreeMap<Spanned<String>, BTreeMap<String, String>>,
    /// What holds of every measure that does not say otherwise.
    pub every_indicator: EveryIndicator,
    /// The measures among the columns, by name.
    pub indicators: BTreeMap<Spanned<String>, Indicator>,
    /// Columns of the query that computed columns are worked out from and that the table does not have.
    pub working: Vec<Spanned<String>>,
    /// Columns that are worked out in Rust, by name; in the order in which they are written, after those of the query.
    pub computed: BTreeMap<Spanned<String>, Computation>,
    /// How the table is worked out in Rust from the rows of the query, which then are not the table's own.
    pub computed_table: Option<ComputedTable>,
    /// What may leave; a model that a report shows must say.
    pub disclosure: Option<DisclosurePolicy>,
    /// Rules over the result.
    pub checks: Vec<Check>,
}

/// Whether the figures of a model are of what has been or of what is to come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// What was counted, paid or done.
    #[default]
    Actual,
    /// What is expected. The title of every table that shows it has the word "forecast", and a model that reads it is of
    /// this kind too.
    Forecast,
}

/// What holds of every measure of a table that does not say otherwise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EveryIndicator {
    /// Who and what is counted, and who is not.
    pub inclusions: Option<String>,
    /// The records that they are worked out from.
    pub source: Option<String>,
    /// Who answers for them: one of `[owners]`.
    pub owner: Option<Spanned<String>>,
}

/// A measure: a column with its definition, printed under every table that shows it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The heading; the column's name in words when left out.
    #[serde(default)]
    pub label: Option<String>,
    /// What it measures, in a sentence that a reader can check.
    pub definition: String,
    /// What is counted above the line of a rate, share or ratio.
    #[serde(default)]
    pub numerator: Option<String>,
    /// What it is divided by.
    #[serde(default)]
    pub denominator: Option<String>,
    /// Who and what is counted, and who is not.
    #[serde(default)]
    pub inclusions: Option<String>,
    /// Whose count it is: `local log`, `residents`, `DfE published`, `ledger` …; follows for a computed column.
    #[serde(default)]
    pub count_basis: Option<String>,
    /// What one of it is; follows for a computed column.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// The records that it is worked out from.
    #[serde(default)]
    pub source: Option<String>,
    /// Who answers for it: one of `[owners]`; the pipeline's owner when left out.
    #[serde(default)]
    pub owner: Option<Spanned<String>>,
    /// The figure that it is a limit of: what is divided by what, who is counted and by whose records is the same.
    #[serde(default)]
    pub limit_of: Option<Spanned<String>>,
}

impl Indicator {
    /// Returns what one of it is. A project that loads has a unit for every measure.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit.unwrap_or(Unit::Number)
    }

    /// Takes over what it does not say itself.
    pub(super) fn inherit(&mut self, from: &EveryIndicator) {
        self.inclusions = self.inclusions.take().or_else(|| from.inclusions.clone());
        self.source = self.source.take().or_else(|| from.source.clone());
        self.owner = self.owner.take().or_else(|| from.owner.clone());
    }

    /// Returns all that a reader needs to count it again, as sentences: the definition, what is divided by what, who is
    /// counted, and by whose records.
    #[must_use]
    pub fn in_full(&self) -> String {
        self.after(&mut BTreeSet::new())
    }

    /// Returns the same beneath others: what has been `said` of one is not said again, and a limit says of itself only
    /// what it is, since the figure that it is the limit of stands before it.
    #[must_use]
    pub fn after(&self, said: &mut BTreeSet<String>) -> String {
        let sentence = |text: &str| text.trim().trim_end_matches('.').to_owned();
        let part = |name: &str, text: &Option<String>| {
            text.as_ref().map(|text| format!("{name}: {}", sentence(text)))
        };
        let is_limit = self.limit_of.is_some() && !said.is_empty();
        let own = [
            Some(sentence(&self.definition)),
            part("Numerator", &self.numerator).filter(|_| !is_limit),
            part("Denominator", &self.denominator).filter(|_| !is_limit),
        ];
        let shared = [
            part("Counted", &self.inclusions),
            Some(format!("Unit: {}", self.unit().words())),
            part("Count basis", &self.count_basis),
            part("Source", &self.source),
        ];
        let shared = shared.into_iter().flatten().filter(|part| !is_limit && said.insert(part.clone()));
        own.into_iter().flatten().chain(shared).map(|part| part + ".").collect::<Vec<_>>().join(" ")
    }
}

impl Unit {
    /// Returns what one of it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Pupils => "children and young people",
            Self::People => "residents",
            Self::Placements => "placements",
            Self::Places => "places",
            Self::Fte => "full-time equivalents",
            Self::Weeks => "weeks",
            Self::Hours => "hours",
            Self::Days => "school days",
            Self::Schools => "schools",
            Self::Providers => "providers",
            Self::Pounds => "pounds",
            Self::Rows => "records",
            Self::Percent => "per cent",
            Self::RatePer100 => "rate per 100",
            Self::RatePer1000 => "rate per 1,000",
            Self::Ratio => "ratio",
            Self::Probability => "probability, 0 to 1",
            Self::Number => "as the row says",
        }
    }
}

/// What one of a measure is; decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Events, such as exclusions: a whole number.
    Events,
    /// Children: a whole number.
    Pupils,
    /// Residents, of whatever age: a whole number.
    People,
    /// Placements: a whole number.
    Placements,
    /// Places, whole or full-time equivalent: one decimal.
    Places,
    /// Full-time equivalents: one decimal.
    Fte,
    /// Weeks: one decimal.
    Weeks,
    /// School days: one decimal.
    Days,
    /// Schools: a whole number.
    Schools,
    /// Providers: a whole number.
    Providers,
    /// Hours: one decimal where they are not whole.
    Hours,
    /// Pounds, shown whole.
    Pounds,
    /// Invoices, lines, rows: a whole number.
    Rows,
    /// 0 to 100: one decimal and a sign.
    Percent,
    /// A rate per 100: two decimals.
    RatePer100,
    /// A rate per 1,000: two decimals.
    RatePer1000,
    /// One number over another, such as a relative risk: two decimals.
    Ratio,
    /// The probability of a test: three decimals.
    Probability,
    /// A figure whose unit its row says: two decimals.
    Number,
}

/// What may leave of a model's rows.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DisclosurePolicy {
    /// Columns that count children or events that happened to them: 1 to 4 are hidden.
    pub counts: Vec<Spanned<String>>,
    /// Columns worked out from a count, each with the counts that it needs: hidden where one of
    /// those is hidden. `exclusion_rate = ["permanent_exclusions"]`.
    pub derived: BTreeMap<Spanned<String>, Vec<String>>,
    /// Columns of money that rest on children and on firms: hidden as derived ones are, and, for whoever does not commission, where
    /// one firm stands out. `paid = { children = "pupils", firms = "suppliers", largest = "paid_1", second = "paid_2" }`.
    pub money: BTreeMap<Spanned<String>, MoneyPolicy>,
    /// Columns that repeat a count of another row, as that of a reference group: hidden where it is hidden there.
    pub copies: BTreeMap<Spanned<String>, CopiedCount>,
    /// Columns that say nothing of a child: places bought, budgets, totals of a ledger.
    pub open: Vec<Spanned<String>>,
    /// Which value of a column is the total of its others: `phase = "all"`.
    pub hierarchies: BTreeMap<Spanned<String>, String>,
    /// Which value of a column is that of all rows that are in any of its others, each once, where rows may be in several:
    /// `kind = "any"`. It is hidden where it less some of the others would be a hidden one, or a small count.
    pub unions: BTreeMap<Spanned<String>, String>,
    /// Keys whose name stands in another key, as in a table that is long: `value = "characteristic"` makes the row of
    /// `characteristic` `sex`, `value` `F` the cell `sex = F`, whatever table has it.
    pub named_by: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Rows that count the same as another row does by another key: a child without special educational needs has no
    /// primary need either. `alike = [{ key = "primary_need", code = "N", as_key = "sen_provision", as_code = "N" }]`.
    pub alike: Vec<AlikeRow>,
    /// Counts that other tables call by another name: without it, counts of one name and the same keys are one cell.
    pub same: BTreeMap<Spanned<String>, SameCount>,
    /// What holds among the counts of every row: `stock_at_end = stock_at_start + starts - ends`, `found <= looked_for`.
    pub equations: Vec<Spanned<String>>,
    /// Counts that are sums over the last few codes of a key, as those of three years pooled.
    pub rolling: BTreeMap<Spanned<String>, RollingCount>,
    /// Rows that add up to a count of another table.
    pub sums: Vec<SummedCount>,
    /// Numbers whose reason for missing stands in another column, as a symbol: `z` not applicable, `x` not available,
    /// `u` too unreliable, `c` confidential at its source. Without it a missing number is `x`.
    pub symbols: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Hides zeros as well, but for those of totals: for tables of many small units such as schools, whose total would
    /// give the ones among them away if every other unit showed that it had none.
    pub hide_zeros: bool,
    /// A stricter threshold than the project's, for a table that crosses small areas with sensitive traits.
    pub threshold: Option<u32>,
    /// Whom it is for, and with them all whom the council trusts more: `public`, `provider` (for its own row), `council`
    /// or `commissioning`; the last when left out.
    pub audience: Option<Audience>,
}

impl DisclosurePolicy {
    /// Returns whom the table is for: whom the council trusts most, where it does not say.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience.unwrap_or(Audience::Commissioning)
    }
}

/// `paid = { children = "pupils", firms = "suppliers", largest = "paid_1", second = "paid_2" }`: who stands behind a sum of
/// money. Amounts are net and without their sign, those of firms of one holding together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyPolicy {
    /// The count of children behind it: hidden where that is; a sum with none behind it is nobody's price.
    pub children: Spanned<String>,
    /// The count of placements, for rows of one provider: hidden where it is one.
    #[serde(default)]
    pub placements: Option<Spanned<String>>,
    /// How many firms were paid.
    pub firms: Spanned<String>,
    /// What the firm that was paid most had.
    pub largest: Spanned<String>,
    /// What the next one had.
    pub second: Spanned<String>,
}

/// `reference_cases = { of = "cases", key = "value", code_in = "reference" }`: the count `cases` of the row that has
/// the same keys, but for `value`, whose code stands in this row's `reference`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopiedCount {
    /// The count that is repeated.
    pub of: Spanned<String>,
    /// The key in which the two rows differ.
    pub key: Spanned<String>,
    /// The column of this row that holds the other's code.
    pub code_in: Spanned<String>,
}

/// `{ key = "primary_need", code = "N", as_key = "sen_provision", as_code = "N" }`: rows of the one are rows of the other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlikeRow {
    /// The key, or the code of the key that names it.
    pub key: String,
    /// Its code.
    pub code: String,
    /// The key by which the same rows stand elsewhere.
    pub as_key: String,
    /// Its code there.
    pub as_code: String,
}

/// `cases = { key = "outcome", codes = { SUSPENDED = "pupils_suspended" } }` or `stock_at_end = { is = "children" }`:
/// what other tables call a count.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SameCount {
    /// Its name there.
    pub is: Option<String>,
    /// The key whose code says which count it is; it is then no key of the cell.
    pub key: Option<Spanned<String>>,
    /// The name there, by that key's code.
    pub codes: BTreeMap<String, String>,
    /// Keys whose code there stands in another column of this row.
    pub at: BTreeMap<String, Spanned<String>>,
}

/// `cases_three_years = { of = "cases", over = "academic_year", last = 3 }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollingCount {
    /// The count that is summed.
    pub of: Spanned<String>,
    /// The key over whose codes it is summed, in their order.
    pub over: Spanned<String>,
    /// How many codes, the row's own among them.
    pub last: u32,
}

/// `{ of = "events", over = "outcome", except = ["RESCINDED"], where = { category = "PERM" }, is = "exclusions" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummedCount {
    /// The count that is summed.
    pub of: Spanned<String>,
    /// The key over whose codes it is summed.
    pub over: Spanned<String>,
    /// The codes of that key that count; all when left out.
    #[serde(default)]
    pub only: Vec<String>,
    /// The codes of that key that do not.
    #[serde(default)]
    pub except: Vec<String>,
    /// Codes that other keys must have; those are no keys of the sum.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<Spanned<String>, String>,
    /// The count that the sum is, with the keys that are left.
    pub is: String,
}

/// A rule over the result of a model.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Check {
    /// No two rows are equal in these columns.
    Unique(Vec<Spanned<String>>),
    /// None of these columns is ever null.
    NotNull(Vec<Spanned<String>>),
    /// A column holds these values only.
    Accepted(AcceptedValues),
    /// Every value of a column is found in another table.
    Relationship(Relationship),
    /// A column's parts add up to its total row.
    Footing(Footing),
}

/// `accepted = { column = "phase", values = ["primary", "secondary"] }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedValues {
    /// The column.
    pub column: Spanned<String>,
    /// The values it may hold.
    pub values: Vec<String>,
}

/// `relationship = { column = "provider_id", to = "commissioning.providers.provider_id" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relationship {
    /// The column.
    pub column: Spanned<String>,
    /// `pipeline.table.column`.
    pub to: Spanned<String>,
}

/// `footing = { column = "permanent_exclusions", over = "phase", total = "all" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Footing {
    /// The measure that must add up.
    pub column: Spanned<String>,
    /// The column whose values are the parts.
    pub over: Spanned<String>,
    /// The value that is the total.
    pub total: String,
}
