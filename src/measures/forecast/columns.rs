//! The columns that the query of a forecast gives, and those of its table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use super::figures::Figure;
use super::history::{Cell, History, Whole};
use super::scenario::Settings;
use crate::measures::numbers::{Number, flags, is_exact, numbers};

/// What a column of the query must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Whole,
    Exact,
    YesOrNo,
}

/// The columns of the query: counts of a population, year and group first, then what holds of the year, then what the
/// council supposes, the same in every row.
pub(super) const QUERY: [(&str, Holds); 14] = [
    ("population", Holds::Text),
    ("first_year", Holds::Whole),
    ("nc_year", Holds::Whole),
    ("key_stage", Holds::Text),
    ("headcount", Holds::Whole),
    ("stayed", Holds::Whole),
    ("joined_excluded", Holds::Whole),
    ("residents", Holds::Whole),
    ("is_abnormal", Holds::YesOrNo),
    ("planning_factor", Holds::Exact),
    ("forecast_prior", Holds::Whole),
    ("forecast_draws", Holds::Whole),
    ("trend_cap", Holds::Exact),
    ("policy_pex", Holds::Exact),
];

/// The year from which the policy holds: the first year ahead where it is empty.
pub(super) const POLICY_FROM: (&str, Holds) = ("policy_from", Holds::Whole);

/// How many of [`QUERY`] are counts; the rest is not in the key of the draws, so that a parameter of one scenario does not
/// move the band of another.
const COUNTS: usize = 10;

impl Holds {
    /// Returns whether a column of this type will do.
    pub(super) fn accepts(self, kind: &DataType) -> bool {
        match self {
            Self::Text => matches!(kind, DataType::Utf8 | DataType::Utf8View),
            Self::Whole => *kind == DataType::Int64,
            Self::Exact => is_exact(kind),
            Self::YesOrNo => *kind == DataType::Boolean,
        }
    }

    /// Returns what it must hold, in words, and the type to cast to.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "VARCHAR"),
            Self::Whole => ("a whole number", "BIGINT"),
            Self::Exact => ("an exact number", "DECIMAL"),
            Self::YesOrNo => ("true or false", "BOOLEAN"),
        }
    }
}

/// One population of the query's rows.
#[derive(Debug, Default)]
pub(super) struct Population {
    pub(super) history: History,
    /// The SHA-256 of its counts as lines of CSV, sorted.
    pub(super) digest: String,
}

/// Reads the rows of the query: each population by name, and what the council supposes.
///
/// # Errors
///
/// A column that is not there or not of its type, a row without population, year or group, a count below zero, and
/// two rows of one population, year and group.
pub(super) fn read(
    rows: &RecordBatch,
) -> Result<(BTreeMap<String, Population>, Option<Settings>), ArrowError> {
    let text = |name: &str| texts(rows, name);
    let whole = |name: &str| wholes(rows, name);
    let (names, stages) = (text("population")?, text("key_stage")?);
    let (years, groups) = (whole("first_year")?, whole("nc_year")?);
    let (headcount, stayed) = (whole("headcount")?, whole("stayed")?);
    let (excluded, residents) = (whole("joined_excluded")?, whole("residents")?);
    let abnormal = flags(rows, Some("is_abnormal"))?;
    let factors = numbers(rows, "planning_factor")?;
    let mut found: BTreeMap<String, (Population, BTreeSet<String>)> = BTreeMap::new();
    for row in 0..rows.num_rows() {
        let (Some(name), Some(year), Some(group), Some(stage)) = (
            names.get(row).cloned().flatten(),
            at(&years, row),
            at(&groups, row),
            stages.get(row).cloned().flatten(),
        ) else {
            return Err(refused("a row without population, first_year, nc_year or key_stage"));
        };
        let count = |column: &[Option<i64>]| {
            let count = at(column, row).map(u64::try_from).transpose();
            count.map_err(|_| refused("a count below zero"))
        };
        let cell = Cell {
            headcount: count(&headcount)?,
            stayed: count(&stayed)?,
            joined_excluded: count(&excluded)?,
            residents: count(&residents)?,
        };
        let (population, lines) = found.entry(name).or_default();
        let history = &mut population.history;
        history.groups.insert(group, stage);
        if history.cells.insert((year, group), cell).is_some() {
            return Err(refused("two rows of one population, first_year and nc_year"));
        }
        history.years.insert(
            year,
            Whole {
                is_abnormal: abnormal.get(row).copied().unwrap_or_default(),
                planning_factor: factors.get(row).copied().flatten().map(float),
            },
        );
        lines.insert(line(rows, row)?);
    }
    let settings = settings(rows)?;
    let populations = found.into_iter().map(|(name, (mut population, lines))| {
        let mut digest = Sha256::new();
        for line in &lines {
            digest.update(line.as_bytes());
        }
        population.digest = crate::text::hex(&digest.finalize());
        (name, population)
    });
    Ok((populations.collect(), settings))
}

/// Returns the counts of a row as a line of CSV.
fn line(rows: &RecordBatch, row: usize) -> Result<String, ArrowError> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut fields = Vec::new();
    for (name, _) in QUERY.iter().take(COUNTS) {
        let column = rows.column_by_name(name).ok_or_else(|| refused(name))?;
        fields.push(arrow::util::display::array_value_to_string(column, row)?);
    }
    writer.write_record(&fields).map_err(|error| ArrowError::CsvError(error.to_string()))?;
    let bytes = writer.into_inner().map_err(|error| ArrowError::CsvError(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| ArrowError::CsvError(error.to_string()))
}

/// Reads what the council supposes from the first row; nothing where there is none.
fn settings(rows: &RecordBatch) -> Result<Option<Settings>, ArrowError> {
    if rows.num_rows() == 0 {
        return Ok(None);
    }
    let number = |name: &str| {
        let value = numbers(rows, name)?.first().copied().flatten();
        value.ok_or_else(|| refused(&format!("no value in `{name}`")))
    };
    let count = |name: &str| number(name)?.count().ok_or_else(|| refused(&format!("`{name}` is below zero")));
    Ok(Some(Settings {
        prior: count("forecast_prior")?,
        draws: count("forecast_draws")?,
        trend_cap: float(number("trend_cap")?),
        policy_pex: float(number("policy_pex")?),
        policy_from: wholes(rows, POLICY_FROM.0)?.first().copied().flatten().unwrap_or(i64::MIN),
    }))
}

/// Returns the columns of the table.
pub(super) fn table() -> SchemaRef {
    let decimal = DataType::Decimal128(18, 6);
    let fields = [
        ("made_in", DataType::Utf8),
        ("population", DataType::Utf8),
        ("method", DataType::Utf8),
        ("scenario", DataType::Utf8),
        ("forecast_year", DataType::Utf8),
        ("years_ahead", DataType::Int64),
        ("age_group", DataType::Utf8),
        ("last_count", DataType::Int64),
        ("headcount", decimal.clone()),
        ("low", decimal.clone()),
        ("high", decimal.clone()),
        ("first_decile", DataType::Int64),
        ("median", DataType::Int64),
        ("ninth_decile", DataType::Int64),
        ("mape", decimal.clone()),
        ("naive_mape", decimal.clone()),
        ("planning_factor", decimal.clone()),
        ("p90_fte", decimal),
        ("is_headline", DataType::Boolean),
        ("reason", DataType::Utf8),
    ];
    Arc::new(Schema::new(
        fields.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect::<Vec<_>>(),
    ))
}

/// A row of the table: its population, the year of the last census, and the rest.
pub(super) type Row = (String, i64, Figure);

/// Writes the table.
pub(super) fn write(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let whole = |of: &dyn Fn(&Row) -> Option<u64>| -> ArrayRef {
        let each = rows.iter().map(|row| of(row).and_then(|count| i64::try_from(count).ok()));
        Arc::new(each.collect::<Int64Array>())
    };
    let exact = |of: &dyn Fn(&Figure) -> Option<f64>| -> Result<ArrayRef, ArrowError> {
        let each = rows.iter().map(|(.., figure)| of(figure).map(millionths));
        Ok(Arc::new(each.collect::<Decimal128Array>().with_precision_and_scale(18, 6)?))
    };
    let drawn = |at: usize| move |(.., figure): &Row| figure.drawn.and_then(|drawn| drawn.get(at).copied());
    let p90 = |figure: &Figure| Some(figure.headcount? * figure.planning_factor?);
    let columns: Vec<ArrayRef> = vec![
        text(&|(_, last, _)| Some(academic_year(*last))),
        text(&|(population, ..)| Some(population.clone())),
        text(&|(.., figure)| Some(figure.method.to_owned())),
        text(&|(.., figure)| Some(figure.scenario.to_owned())),
        text(&|(_, last, figure)| Some(academic_year(last + i64::from(figure.ahead)))),
        whole(&|(.., figure)| Some(figure.ahead.into())),
        text(&|(.., figure)| Some(figure.group.clone())),
        whole(&|(.., figure)| Some(figure.last_count)),
        exact(&|figure| figure.headcount)?,
        exact(&|figure| figure.band.map(|(low, _)| low))?,
        exact(&|figure| figure.band.map(|(_, high)| high))?,
        whole(&drawn(0)),
        whole(&drawn(1)),
        whole(&drawn(2)),
        exact(&|figure| figure.mape)?,
        exact(&|figure| figure.naive_mape)?,
        exact(&|figure| figure.planning_factor)?,
        exact(&p90)?,
        Arc::new(rows.iter().map(|(.., figure)| Some(figure.is_headline)).collect::<BooleanArray>()),
        text(&|(.., figure)| figure.headcount.is_none().then(|| "u".to_owned())),
    ];
    RecordBatch::try_new(table(), columns)
}

/// Returns the code of the academic year that begins in a calendar year.
fn academic_year(first_year: i64) -> String {
    format!("{first_year}-{:02}", (first_year + 1).rem_euclid(100))
}

fn texts(rows: &RecordBatch, name: &str) -> Result<Vec<Option<String>>, ArrowError> {
    let column = rows.column_by_name(name).ok_or_else(|| refused(&format!("no column `{name}`")))?;
    let column = arrow::compute::cast(column, &DataType::Utf8)?;
    let column = column.as_string::<i32>();
    Ok(column.iter().map(|text| text.map(str::to_owned)).collect())
}

fn wholes(rows: &RecordBatch, name: &str) -> Result<Vec<Option<i64>>, ArrowError> {
    let column = rows.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
    let column = column.ok_or_else(|| refused(&format!("no whole numbers in column `{name}`")))?;
    Ok(column.iter().collect())
}

fn at(column: &[Option<i64>], row: usize) -> Option<i64> {
    column.get(row).copied().flatten()
}

fn refused(what: &str) -> ArrowError {
    ArrowError::SchemaError(format!("a forecast cannot be made: {what}"))
}

/// Returns the number nearest to an exact one.
#[expect(clippy::cast_precision_loss, reason = "parameters and planning factors have few digits")]
fn float(number: Number) -> f64 {
    let mut below = 1.0;
    for _ in 0..number.scale {
        below *= 10.0;
    }
    number.value as f64 / below
}

/// Returns a number in millionths, halves away from zero.
#[expect(clippy::cast_possible_truncation, reason = "children and per cents are far below 2^53 millionths")]
fn millionths(value: f64) -> i128 {
    (value * 1_000_000.0).round() as i128
}
