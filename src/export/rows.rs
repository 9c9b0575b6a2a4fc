use std::io;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Value};

use super::error::ExportError;
use crate::text::visible;

/// Returns a table of text, of which a terminal obeys nothing.
///
/// # Errors
///
/// When a value cannot be shown.
pub fn table(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let text = arrow::util::pretty::pretty_format_batches(std::slice::from_ref(rows))?;
    Ok(format!("{}\n", visible(&text.to_string())).into_bytes())
}

/// Writes comma-separated values with a header. A text that a spreadsheet would run as a formula gets a leading
/// apostrophe; numbers stay numbers.
///
/// # Errors
///
/// When a value cannot be shown.
pub fn csv(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(rows.schema().fields().iter().map(|field| field.name().as_str()))?;
    let options = FormatOptions::default();
    let columns: Vec<(ArrayFormatter<'_>, bool)> = rows
        .columns()
        .iter()
        .map(|column| Ok((ArrayFormatter::try_new(column, &options)?, column.data_type() == &DataType::Utf8)))
        .collect::<Result<_, ArrowError>>()?;
    for row in 0..rows.num_rows() {
        let fields = columns.iter().map(|(formatter, is_text)| {
            let text = formatter.value(row).to_string();
            if *is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) {
                format!("'{text}")
            } else {
                text
            }
        });
        writer.write_record(fields)?;
    }
    writer.into_inner().map_err(|error| ExportError::Io(error.into_error()))
}

/// Writes the same after a byte order mark, by which Excel knows that the file is UTF-8.
///
/// # Errors
///
/// When a value cannot be shown.
pub fn csv_for_excel(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    Ok(["\u{feff}".as_bytes(), &csv(rows)?].concat())
}

/// Returns an array of objects. Decimals are written as texts, so that no reader makes floats of them.
///
/// # Errors
///
/// When a value cannot be shown.
pub fn json(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let options = FormatOptions::default();
    let schema = rows.schema();
    let formatters: Vec<ArrayFormatter<'_>> = rows
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<_, _>>()?;
    let mut list = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let mut object = Map::new();
        for ((field, column), formatter) in schema.fields().iter().zip(rows.columns()).zip(&formatters) {
            let text = formatter.value(row).to_string();
            let value = match field.data_type() {
                _ if column.is_null(row) => Value::Null,
                DataType::Int64 | DataType::Float64 => {
                    serde_json::from_str(&text).unwrap_or(Value::String(text))
                }
                DataType::Boolean => Value::Bool(text == "true"),
                _ => Value::String(text),
            };
            object.insert(field.name().clone(), value);
        }
        list.push(Value::Object(object));
    }
    let mut bytes = serde_json::to_vec_pretty(&list).map_err(io::Error::other)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes Parquet, compressed with zstd.
///
/// # Errors
///
/// When the writer refuses.
pub fn parquet(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(parquet::basic::Compression::ZSTD(parquet::basic::ZstdLevel::default()))
        .build();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), rows.schema(), Some(properties))?;
    writer.write(rows)?;
    Ok(writer.into_inner()?)
}
