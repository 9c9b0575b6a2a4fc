//! Reads the rows of a Parquet file as text, for the same contract as any other file. The contract types them
//! again: another program may have written numbers as floats and dates as text.

use std::fs::File;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::RowGroupMetaData;

use crate::source::error::SourceError;
use crate::source::float::write_float;
use crate::source::parser_fault::ParserFault;
use crate::source::row::{Row, Take};

/// What a file of this format is, in words that follow "read as".
pub(super) const WHAT: &str = "Parquet";

/// The form of a time, which the contract's dates can read.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// Reads the column names as a row 0, then each row.
pub(super) fn read(file: &str, from: File, take: Take<'_>) -> Result<(), SourceError> {
    let fault = |error: &dyn std::fmt::Display| {
        let said = error.to_string().trim_start_matches("Parquet error: ").to_owned();
        ParserFault { cause: Some(said.into()), ..ParserFault::default() }.in_file(file, WHAT)
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(from).map_err(|error| fault(&error))?;
    let metadata = builder.metadata();
    let promised: i64 =
        metadata.row_groups().iter().map(RowGroupMetaData::num_rows).fold(0, i64::saturating_add);
    let promised = promised.max(metadata.file_metadata().num_rows());
    let mut row = Row::default();
    for field in builder.schema().fields() {
        if field.data_type().is_nested() {
            let fault = ParserFault::new(format!("column `{}` is nested", field.name()));
            return Err(fault.help("have its fields written as columns of their own").in_file(file, WHAT));
        }
        row.push(field.name());
    }
    take(&row)?;
    let options = FormatOptions::new().with_timestamp_format(Some(TIME)).with_datetime_format(Some(TIME));
    let mut number = 0;
    for batch in builder.build().map_err(|error| fault(&error))? {
        let batch = batch.map_err(|error| fault(&error))?;
        let formatters = batch.columns().iter().map(|array| ArrayFormatter::try_new(array, &options));
        let formatters = formatters.collect::<Result<Vec<_>, _>>().map_err(|error| fault(&error))?;
        for index in 0..batch.num_rows() {
            number += 1;
            row.clear();
            row.number = number;
            for (array, formatter) in batch.columns().iter().zip(&formatters) {
                if !array.is_null(index) {
                    match array.data_type() {
                        DataType::Utf8 => row.push_text(array.as_string::<i32>().value(index)),
                        DataType::Float64 => {
                            row.push_text(&write_float(array.as_primitive::<Float64Type>().value(index)));
                        }
                        _ => {
                            let text = formatter.value(index).try_to_string();
                            row.push_text(&text.map_err(|error| fault(&error))?);
                        }
                    }
                }
                row.end_cell();
            }
            take(&row)?;
        }
    }
    if number == promised {
        return Ok(());
    }
    Err(ParserFault::new(format!("expected {promised} rows, as it states, found {number}"))
        .in_file(file, WHAT))
}
