//! Seeds: code lists in version control, as tables.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::NaiveDate;

use crate::diagnostic::{Cause, Diagnostic, SourceFile};
use crate::privacy::holds_pupil_number;

/// Days from year 1 to 1970-01-01, where Arrow counts from.
const EPOCH: i32 = 719_163;

/// Returns the rows of a seed. A column whose values are all whole numbers is an integer, all `2026-08-31` a date,
/// anything else text; a blank is null. Numbers with leading zeros are codes and stay text.
///
/// # Errors
///
/// A fault at its line when the file is not a table: no header, a header named twice, a ragged row; and when it holds a
/// pupil number.
pub(crate) fn table(seed: &Arc<SourceFile>) -> Result<RecordBatch, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().from_reader(seed.text().as_bytes());
    let at_line = |line: Option<u64>, message: String| {
        let span = line.map(|line| {
            let start = seed.byte_at(usize::try_from(line).unwrap_or(1), 1);
            let length = seed.text()[start..].find('\n').unwrap_or(seed.text().len() - start);
            start..start + length
        });
        Diagnostic::error(seed, span, message)
    };
    let headers: Vec<String> = reader
        .headers()
        .map_err(|error| Diagnostic::from_csv(seed, &error))?
        .iter()
        .map(str::to_owned)
        .collect();
    if headers.iter().all(String::is_empty) {
        return Err(at_line(None, "a seed begins with the names of its columns".to_owned()));
    }
    for (index, name) in headers.iter().enumerate() {
        if name.is_empty() || headers[..index].contains(name) {
            return Err(at_line(Some(1), format!("column {} has no name of its own", index + 1)));
        }
    }
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); headers.len()];
    for record in reader.records() {
        let record = record.map_err(|error| Diagnostic::from_csv(seed, &error))?;
        let line = || record.position().map(csv::Position::line);
        if let Some(place) = record.iter().position(holds_pupil_number) {
            let name = headers.get(place).map(String::as_str).unwrap_or_default();
            let message = format!("expected no pupil numbers in a seed, found one in its column `{name}`");
            let help = "a seed is a list of codes in version control: read children from a source".to_owned();
            return Err(at_line(line(), message).unquoted().with_help(help));
        }
        for (column, value) in columns.iter_mut().zip(record.iter()) {
            column.push((!value.is_empty()).then(|| value.to_owned()));
        }
    }
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = headers
        .iter()
        .zip(columns)
        .map(|(name, values)| {
            let (kind, array) = typed(values);
            (Field::new(name, kind, true), array)
        })
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| {
        at_line(None, "expected columns of one type each, found others".to_owned()).because(Cause::of(&error))
    })
}

fn typed(values: Vec<Option<String>>) -> (DataType, ArrayRef) {
    if let Some(numbers) = all(&values, whole_number) {
        return (DataType::Int64, Arc::new(Int64Array::from(numbers)));
    }
    if let Some(days) = all(&values, day) {
        return (DataType::Date32, Arc::new(Date32Array::from(days)));
    }
    (DataType::Utf8, Arc::new(StringArray::from(values)))
}

/// Returns every value read by `read`, if there is a value at all and none fails.
fn all<T>(values: &[Option<String>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    values.iter().any(Option::is_some).then_some(())?;
    values.iter().map(|value| value.as_deref().map_or(Some(None), |text| read(text).map(Some))).collect()
}

fn whole_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_code = digits.len() > 1 && digits.starts_with('0');
    if is_code { None } else { text.parse().ok() }
}

fn day(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (text.len() == 10).then(|| chrono::Datelike::num_days_from_ce(&date) - EPOCH)
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;

    use super::table;
    use crate::diagnostic::SourceFile;

    #[test]
    fn each_column_takes_the_type_that_all_its_values_have() {
        let seed =
            SourceFile::inline("seeds/s.csv", "code,sort,valid_to,la\nBU,1,2020-08-31,0330\nLG,2,,336\n");
        assert_eq!(
            pretty_format_batches(&[table(&seed).unwrap()]).unwrap().to_string(),
            "\
+------+------+------------+------+
| code | sort | valid_to   | la   |
+------+------+------------+------+
| BU   | 1    | 2020-08-31 | 0330 |
| LG   | 2    |            | 336  |
+------+------+------------+------+"
        );
    }

    #[test]
    fn a_ragged_row_is_drawn_at_its_line() {
        let seed = SourceFile::inline("seeds/s.csv", "code,label\nBU,Bullying\nLG\n");
        assert!(table(&seed).unwrap_err().draw(false).contains("seeds/s.csv:3:1"));
    }

    #[test]
    fn a_seed_of_children_is_refused_without_its_line() {
        let seed = SourceFile::inline("seeds/s.csv", "code,note\nBU,Bullying\nLG,see Q336203325001\n");
        let drawn = table(&seed).unwrap_err().draw(false);
        assert!(drawn.contains("seeds/s.csv:3:1") && drawn.contains("`note`"), "{drawn}");
        assert!(!drawn.contains("Q336203325001") && !drawn.contains("secret"), "{drawn}");
    }

    #[test]
    fn an_empty_file_and_a_doubled_name_are_refused() {
        assert!(table(&SourceFile::inline("s.csv", "")).is_err());
        assert!(table(&SourceFile::inline("s.csv", "a,a\n1,2\n")).is_err());
    }
}
