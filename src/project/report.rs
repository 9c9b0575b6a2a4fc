//! `report-templates/<name>/`: `report.toml` and the narrative `report.md.hbs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::Deserialize;

use super::audience::Audience;
use super::chart::ChartSpec;
use super::paper::PaperSpec;
use super::running::Running;
use super::text::Text;
use crate::calendar::Period;
use crate::diagnostic::{SourceFile, Spanned};

/// A report as loaded.
#[derive(Debug, Clone)]
pub struct Report {
    /// The folder's name.
    pub name: String,
    /// `report.toml`.
    pub file: ReportFile,
    /// The text of `report.toml`, for faults.
    pub source: Arc<SourceFile>,
    /// The narrative: Markdown with Handlebars.
    pub narrative: Arc<SourceFile>,
}

impl Report {
    /// Returns whom a table for `audience` is for in this report: no provider has a row of its own in one that is not
    /// split, so what is for providers is for the council there.
    #[must_use]
    pub fn audience_of(&self, audience: Audience) -> Audience {
        if audience == Audience::Provider && self.file.burst.is_none() { Audience::Council } else { audience }
    }

    /// Returns the models of its pipeline that its tables show.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.file.tables.values().map(|table| table.model.get_ref().as_str())
    }
}

/// The whole of `report.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportFile {
    /// The report's title.
    pub title: String,
    /// Which kind of period an edition is for.
    pub period: PeriodKind,
    /// Whom an edition is for: `public`, `provider` (each its own version of a report that is split by `[burst]`),
    /// `council` or `commissioning`. Its tables must be for them, and its recipients trusted as much. When left out, it
    /// is for those that all its tables are for.
    #[serde(default)]
    pub audience: Option<Spanned<Audience>>,
    /// Roles of `recipients.toml`; left out where the report is split by `[burst]`.
    #[serde(default)]
    pub recipients: Vec<Spanned<String>>,
    /// One version for each value of a key, to its own mailboxes.
    #[serde(default)]
    pub burst: Option<Burst>,
    /// Whether a person approves an edition before it leaves.
    #[serde(default)]
    pub approval: Approval,
    /// For how long an edition waits for approval; it does not leave after that.
    #[serde(default)]
    pub approve_within: Option<Text>,
    /// What becomes of an edition for which an officer's words are not written: `wait`, it is held until they are, or
    /// `leave_out`, it goes without them. When left out, it goes without.
    #[serde(default)]
    pub unwritten: Unwritten,
    /// Whether its readers get a note when an edition is held.
    #[serde(default)]
    pub tell_late: bool,
    /// Whether the CSV files of an edition begin with a byte order mark, by which Excel knows that they are UTF-8.
    #[serde(default)]
    pub csv_for_excel: bool,
    /// What must hold before an edition may leave.
    #[serde(default)]
    pub gates: Gates,
    /// The finding in one sentence of at most 25 words; may use the narrative's helpers.
    pub headline: Spanned<String>,
    /// Three to five figures under the headline.
    #[serde(default)]
    pub key_figures: Vec<KeyFigureSpec>,
    /// Tables, by the name that the narrative uses.
    #[serde(default)]
    pub tables: BTreeMap<Spanned<String>, TableSpec>,
    /// Charts, by the name that the narrative uses.
    #[serde(default)]
    pub charts: BTreeMap<Spanned<String>, ChartSpec>,
    /// The committee paper; none is made when left out.
    #[serde(default)]
    pub paper: Option<PaperSpec>,
}

/// How a report is split: a provider gets its own rows, and nobody else's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Burst {
    /// The column that distinguishes versions; every table of the report has it in its grain.
    pub key: Spanned<String>,
    /// A model of the pipeline with a row for each mailbox: the key, `address` and, where there is one, `confirm_by`.
    pub recipients: Spanned<String>,
}

/// Which kind of period an edition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// 1 September to 31 August.
    AcademicYear,
    /// 1 April to 31 March.
    FinancialYear,
    /// A term: September to December, January to March, April to August. Rows of a table hold its academic year.
    Term,
    /// A half of a term, as the rows of a column `half_term` hold it: `2026-27-autumn_1`.
    HalfTerm,
    /// A calendar month.
    Month,
    /// A week, as things stand on its Monday.
    Week,
}

impl PeriodKind {
    /// Returns a period of this kind; which one does not matter.
    #[must_use]
    pub fn any(self) -> Period {
        match self {
            Self::AcademicYear => Period::AcademicYear(0),
            Self::FinancialYear => Period::FinancialYear(0),
            Self::Term => Period::term_of(NaiveDate::default()),
            Self::HalfTerm => Period::half_term_of(NaiveDate::default()),
            Self::Month => Period::Month(0, 1),
            Self::Week => Period::Week(0, 1),
        }
    }
}

/// Whether a person approves an edition before it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The first edition of the report only.
    #[default]
    First,
    /// Every edition.
    Always,
    /// None.
    Never,
}

/// What becomes of an edition for which an officer's words are not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unwritten {
    /// It goes without them.
    #[default]
    LeaveOut,
    /// It is held until they are written.
    Wait,
}

/// What must hold before an edition may leave.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gates {
    /// Greatest age of each table that it must have, as `outcomes.exclusions = "120 days"`.
    pub inputs: BTreeMap<Spanned<String>, Text>,
}

/// One figure under the headline: the value of an indicator for the edition's period.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyFigureSpec {
    /// The table whose rows hold it.
    pub table: Spanned<String>,
    /// The indicator: a column of the table's model.
    pub indicator: Spanned<String>,
    /// The row, as column and code; the total row of each hierarchy where not named.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, String>,
    /// The words under the figure.
    pub label: String,
    /// The same under a figure that is one: `provider red`.
    #[serde(default)]
    pub one: Option<String>,
    /// The words under a figure above zero, which is then written without a sign: `over budget`.
    #[serde(default)]
    pub above: Option<String>,
    /// The words under a figure below zero, which is then written without its sign: `under budget`.
    #[serde(default)]
    pub below: Option<String>,
    /// What it is compared with.
    #[serde(default)]
    pub compare: Compare,
}

/// What a key figure is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period before.
    #[default]
    Previous,
    /// The first period that the table shows.
    First,
    /// Nothing.
    None,
}

/// A table of a report: rows of one model, laid out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// The model.
    pub model: Spanned<String>,
    /// The title; the model's when left out. May use the narrative's helpers.
    #[serde(default)]
    pub title: Option<Spanned<String>>,
    /// The column or columns whose values head the rows.
    pub rows: Columns,
    /// The column whose values head the columns: a crosstab of one measure.
    #[serde(default)]
    pub columns: Option<Spanned<String>>,
    /// The measures shown; every indicator of the model, in the query's order, when left out.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// The column that holds the period of a row (`academic_year`, `financial_year`, `half_term`, `month`, `week`). Rows
    /// after the edition's period are left out, and of a table whose rows or columns are not periods all but those of
    /// the edition's own: without any it is left out.
    #[serde(default)]
    pub period: Option<Spanned<String>>,
    /// How many periods to show, up to the edition's; 1 when the table has a period column that heads
    /// neither rows nor columns.
    #[serde(default)]
    pub last: Option<usize>,
    /// Rows to keep, as column and code.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, String>,
    /// Whether a crosstab over periods ends with the change from the last but one to the last.
    #[serde(default)]
    pub change: bool,
    /// The measure whose size is drawn as a bar in each row of an email, beside its figure.
    #[serde(default)]
    pub bar: Option<Spanned<String>>,
    /// The sheet of the workbook that it shares with every table of the same name here; a sheet of its own when left out.
    #[serde(default)]
    pub sheet: Option<String>,
    /// A note under the table.
    #[serde(default)]
    pub note: Option<String>,
    /// Periods with which a series begins again, as `"2020-21" = "why"`: each is marked `[b]` and explained.
    #[serde(default)]
    pub breaks: BTreeMap<Spanned<String>, String>,
    /// What becomes of the table in an edition that reports its period so far.
    #[serde(default)]
    pub running: Running,
    /// In which order the rows stand: `natural`, the model's own, when left out; or `size`, by the first measure,
    /// largest first.
    #[serde(default)]
    pub order_by: Order,
    /// How many rows to show; what is beyond them is one row `Others` where it may be added up, and left to the store
    /// where it may not.
    #[serde(default)]
    pub top: Option<usize>,
}

/// In which order the rows of a table stand. What is not recorded or not linked comes last, and totals after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The model's own order.
    #[default]
    Natural,
    /// By the first measure shown, in a crosstab by its last column; largest first.
    Size,
}

/// One column or several.
#[derive(Debug, Clone)]
pub struct Columns(pub Vec<Spanned<String>>);

impl JsonSchema for Columns {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        "Columns".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        super::schema_parts::one_or_many::<String>(generator)
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Spans survive only when the list itself is spanned, so a single name is read as one.
        let spanned = Spanned::<toml::Value>::deserialize(from)?;
        let span = spanned.span();
        let name = |value: toml::Value| match value {
            toml::Value::String(text) => Ok(Spanned::new(span.clone(), text)),
            _ => Err(serde::de::Error::custom("expected a column's name or a list of them")),
        };
        match spanned.into_inner() {
            toml::Value::Array(list) => Ok(Self(list.into_iter().map(name).collect::<Result<_, _>>()?)),
            single => Ok(Self(vec![name(single)?])),
        }
    }
}
