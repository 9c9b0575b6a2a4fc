//! `sources/<name>.toml`: where one table comes from and what it must look like.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use toml::de::{DeTable, DeValue};

use super::bounds::{Codes, Lookup, Pattern, Range, References, Spells, Swing};
use super::removed;
use super::series::Series;
use super::severity::RuleSeverity;
use super::text::Text;
use super::written::{Reading, Written};
use crate::diagnostic::{Diagnostic, SourceFile, Spanned};

/// A source as loaded.
#[derive(Debug, Clone)]
pub struct SourceDefinition {
    /// The file's name; the published table's name.
    pub name: String,
    /// Its settings.
    pub file: SourceToml,
    /// The text of the settings, for faults.
    pub source: Arc<SourceFile>,
    /// The query in the database's own dialect, for sources that are databases.
    pub sql: Option<Arc<SourceFile>>,
    /// A second query, `<name>.totals.sql`, whose one row says what the first must come to: `rows`, and sums by
    /// the names of the contract's columns.
    pub totals: Option<Arc<SourceFile>>,
}

/// The whole of `sources/<name>.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceToml {
    /// What the table holds, in one line; lands in the data dictionary.
    #[serde(default)]
    pub description: Option<String>,
    /// A connection of `settings.toml`.
    pub connection: Spanned<String>,
    /// For folders: files by pattern. `*` is any run of characters within a name, `?` one, `[a-z]` one of some,
    /// `[!a-z]` one of all others; `**` is any run of folders. Capitals do not matter. A part that ends in `.zip` names
    /// archives, and what follows their members, as `sen2_2025.zip/*.csv`.
    #[serde(default)]
    pub files: Option<Spanned<String>>,
    /// How a landing changes the table.
    #[serde(default)]
    pub disposition: Disposition,
    /// What makes a file the same file when it comes again.
    #[serde(default)]
    pub identity: Identity,
    /// For `merge`: the columns that name a row.
    #[serde(default)]
    pub key: Vec<Spanned<String>>,
    /// For `merge`: the column that says when a row last changed, of the type `timestamp`, `date` or `integer`. Of the rows
    /// of one key the one that changed last is the table's, of several of one moment the one that came last; a row that
    /// changed after the day of reading is set aside, and one without a moment gives way to any other. Left out, the one
    /// that came last.
    #[serde(default)]
    pub updated_at: Option<Spanned<String>>,
    /// For `merge`: every extract is whole, so that a row which the newest lacks is gone from the table. The text
    /// says how often, for people; left out, extracts hold changes and a row stays until another has its key.
    #[serde(default)]
    pub full_extract: Option<Text>,
    /// What happens when the source's columns are not the contract's.
    #[serde(default)]
    pub drift: Drift,
    /// Greatest share of rows that may be set aside before nothing is published, as `2%`.
    #[serde(default)]
    pub quarantine_limit: Option<Text>,
    /// How far the count of rows may move from the landing before: 40% down and 300% up when left out.
    #[serde(default)]
    pub swing: Option<Swing>,
    /// The date column whose latest day says how far the data reach. An extract that reaches less far than the
    /// one it would replace is refused.
    #[serde(default)]
    pub as_at: Option<Spanned<String>>,
    /// The source grows by a part for each month, term or year.
    #[serde(default)]
    pub series: Option<Series>,
    /// Greatest age of the newest data, as `35 days`.
    #[serde(default)]
    pub max_age: Option<Text>,
    /// Whether exact copies of a row are dropped (and counted) or kept. Ledgers keep them:
    /// two equal payments on one day are two payments.
    #[serde(default)]
    pub exact_duplicates: ExactDuplicates,
    /// Tables that are no key of this type: the format of the files, with its settings.
    #[serde(skip)]
    pub formats: Vec<Written>,
    /// The contract.
    pub columns: Vec<Column>,
    /// Rules over the typed row.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Rows that may not lie over each other in time.
    #[serde(default)]
    pub spells: Vec<Spells>,
    /// Columns that are unique together.
    #[serde(default)]
    pub unique: Vec<Spanned<String>>,
    /// What happens to a row whose `unique` columns an earlier row has.
    #[serde(default)]
    pub unique_severity: RuleSeverity,
}

impl SourceToml {
    /// Reads a source's settings. Tables that are no key of a source are left to the formats.
    ///
    /// # Errors
    ///
    /// The fault of the first key that is not as a source has it, at its line.
    pub fn parse(source: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        let fault = |error: toml::de::Error| {
            Diagnostic::from_toml(source, &error).with_help(removed::help(source.shown(), error.message()))
        };
        let mut table = DeTable::parse(source.text()).map_err(fault)?;
        let keys = Self::keys();
        let is_format = |key: &str, value: &DeValue<'_>| value.is_table() && !keys.contains(&key);
        let formats = Reading { text: source.text(), quoted: source }.kinds(&[], table.get_ref(), is_format);
        for format in &formats {
            table.get_mut().remove(format.kind());
        }
        let file = Self::deserialize(toml::de::Deserializer::from(table)).map_err(fault)?;
        Ok(Self { formats, ..file })
    }

    /// Returns the keys of a source, without its formats.
    #[must_use]
    pub fn keys() -> &'static [&'static str] {
        let mut keys: &'static [&'static str] = &[];
        // A deserializer is asked for a struct with the names of its fields: it takes them, and has no value to give.
        let _none = Self::deserialize(Keys(&mut keys));
        keys
    }
}

/// Takes the names of a struct's fields.
struct Keys<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// dlt's write dispositions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The newest file is the table: the one that reaches furthest by `as_at`, where that is declared. Several files
    /// that are new at once, without `as_at`, are refused.
    #[default]
    Replace,
    /// Files stand beside each other; a re-issued file replaces its earlier self.
    Append,
    /// Rows replace earlier rows of the same key.
    Merge,
}

/// What makes two files the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The path below the connection's folder.
    #[default]
    Path,
    /// The name without folder and extension; two files of one stem are refused.
    FileStem,
    /// The bytes.
    Content,
}

/// What happens when the source's columns are not the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// Columns that the contract does not name are left out. It names what is wanted, and sources have more.
    #[default]
    Evolve,
    /// A column that the contract does not name refuses the file.
    Freeze,
    /// A row with a value in a column that the contract does not name is set aside, by `unknown_column`.
    DiscardRow,
    /// A value in a column that the contract does not name is left out and counted, as `discarded_value`.
    DiscardValue,
}

/// What to do with rows that are equal in every column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExactDuplicates {
    /// Keep all of them.
    #[default]
    Keep,
    /// Keep one and count the rest.
    Drop,
}

/// One column of the contract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the store.
    pub name: Spanned<String>,
    /// Its name in the source; the same when left out. Where several columns share a name, `name [2]` is the
    /// second of them from the left. Of a list of names, a file has one.
    #[serde(default)]
    pub from: Option<OneOrMany>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether a blank sets the row aside.
    #[serde(default)]
    pub required: bool,
    /// Whether the source may lack the column altogether.
    #[serde(default)]
    pub optional: bool,
    /// Tidying before typing, in order.
    #[serde(default)]
    pub normalise: Vec<Normalise>,
    /// Texts that mean "nothing", such as `TBC` or `31/12/9999`.
    #[serde(default)]
    pub blanks: Vec<String>,
    /// The source's codes to ours, whatever the case. A code that is not here sets the row aside.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// The codes allowed, after mapping.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// The list of codes that the column holds, after mapping.
    #[serde(default)]
    pub codes: Option<Codes>,
    /// The column of another table in which every value is found.
    #[serde(default)]
    pub references: Option<References>,
    /// The least and the greatest value.
    #[serde(default)]
    pub range: Option<Range>,
    /// What every value looks like.
    #[serde(default)]
    pub pattern: Option<Pattern>,
    /// What happens to a cell that does not fit its type, where the column may be blank.
    #[serde(default)]
    pub on_bad: OnBad,
    /// What may become of the value.
    #[serde(default)]
    pub privacy: Privacy,
    /// Why values that look like pupil, NHS or learner numbers are none, where the column is not personal. They are then
    /// counted; without it they refuse the file.
    #[serde(default)]
    pub no_pupil_numbers: Option<Text>,
    /// What the column holds; lands in the data dictionary.
    #[serde(default)]
    pub note: Option<String>,
}

/// What happens to a cell that does not fit its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBad {
    /// Its row is set aside.
    #[default]
    Quarantine,
    /// It is blank, and counted.
    Null,
}

/// The type of a column. Everything is read as text and typed by us.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text, as it stands.
    Text,
    /// A whole number.
    Integer,
    /// `true`/`false`, `yes`/`no`, `y`/`n`, `1`/`0`.
    Boolean,
    /// Pounds: `1,234.50`, `£1,234.50`, `(123.45)`, `123.45-`. Decimal, never a float.
    Money(MoneyType),
    /// A number with a fixed count of decimal places.
    Decimal(MoneyType),
    /// A date in the first of these formats that fits.
    Date(DateType),
    /// A moment, a day with a time, in the first of these formats that fits: in the council's time unless the format says
    /// otherwise, stored as universal time.
    Timestamp(DateType),
    /// A unique pupil number, its check letter tested.
    Upn,
    /// An academic year: `2018-19`, `2018/19`, `201819`.
    AcademicYear,
    /// A financial year: the same forms.
    FinancialYear,
}

/// A decimal type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyType {
    /// Decimal places.
    pub scale: u8,
}

/// A date type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateType {
    /// strftime format, or several to try in order.
    pub format: OneOrMany,
    /// The first of the hundred years that a year of two figures stands for, as 1930. Left out: a date of such a year
    /// that lies after the day of reading sets its row aside, for it may be of the century before.
    #[serde(default)]
    pub years_from: Option<i32>,
}

/// One text or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl JsonSchema for OneOrMany {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        "OneOrMany".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        super::schema_parts::one_or_many::<String>(generator)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![text.to_owned()]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
                let mut list = Vec::new();
                while let Some(text) = seq.next_element()? {
                    list.push(text);
                }
                Ok(OneOrMany(list))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// Tidying before typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Normalise {
    /// White space off both ends, non-breaking spaces and tabs included. Always done first for
    /// everything but `text`.
    Trim,
    /// Capitals.
    Uppercase,
    /// Small letters.
    Lowercase,
    /// Runs of white space to one space.
    CollapseSpaces,
    /// Everything but letters and digits away, as in `336/4001`.
    Alphanumeric,
}

/// What may become of a value. Identifiable data never enters the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Not personal.
    #[default]
    None,
    /// Not personal; commercially sensitive.
    Commercial,
    /// Replaced by a keyed pseudonym.
    Pseudonymise(PseudonymPurpose),
    /// Made coarser before it is stored.
    Generalise(Generalise),
    /// Read for rules, never stored.
    Drop,
}

impl Privacy {
    /// Returns whether the value in the source could identify a child.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        matches!(self, Self::Pseudonymise(_) | Self::Generalise(_) | Self::Drop)
    }
}

/// What a pseudonym is for: the same pupil has another pseudonym for another purpose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PseudonymPurpose {
    /// The purpose.
    pub purpose: String,
    /// The column that holds the same child's number as it is now, where this one holds a number of before: a
    /// former or a temporary one. Such a table is an alias table.
    #[serde(default)]
    pub alias_of: Option<Text>,
}

/// How a personal value is made coarser. A date becomes an integer, a text what a list says of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Generalise {
    /// A date of birth to the year of birth (an integer).
    BirthYear,
    /// A date of birth to the calendar year in which its academic year of birth begins (an
    /// integer): what a year group is worked out from (domain A8).
    BirthAcademicYear,
    /// A date of birth to the month of birth, as `2012-04` (a text).
    BirthMonth,
    /// What a list says of the value, such as the ward of a postcode.
    Lookup(Lookup),
}

/// A rule over the typed row.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name; stands in quarantine beside the row.
    pub name: Spanned<String>,
    /// A SQL expression that is true for a row that is right.
    pub sql: Spanned<String>,
    /// What happens to a row that is wrong.
    pub severity: RuleSeverity,
}
