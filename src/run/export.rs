//! Rows as files for people's other tools: CSV, JSON, Parquet, XLSX and plain text.
//!
//! Only for rows that the asker may read already: this is how analysts take the store's own tables
//! away. What is emailed goes through the disclosure gate and the report's renderers instead.

use std::io::{self, Write};
use std::path::Path;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};
use serde_json::{Map, Value};

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value cannot be shown.
    #[error("{0}")]
    Arrow(#[from] ArrowError),
    /// The Parquet writer refused.
    #[error("{0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The workbook writer refused.
    #[error("{0}")]
    Workbook(#[from] XlsxError),
    /// The CSV writer refused.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// The bytes cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Writes `bytes` at `path`, whole or not at all.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// As [`write()`], for other users of the machine to read: what holds no value of the data.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn write_for_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = file.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A table of text.
///
/// # Errors
///
/// When a value cannot be shown.
pub fn table(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let text = arrow::util::pretty::pretty_format_batches(std::slice::from_ref(rows))?;
    Ok(format!("{text}\n").into_bytes())
}

/// Comma-separated values with a header. A text that a spreadsheet would run as a formula gets a leading
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

/// An array of objects. Decimals are written as texts, so that no reader makes floats of them.
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

/// Parquet, zstd.
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

/// A workbook of one sheet, texts as texts and numbers as numbers.
///
/// # Errors
///
/// When the rows do not fit on a sheet.
pub fn workbook(rows: &RecordBatch) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    let options = FormatOptions::default();
    for (at, (field, column)) in rows.schema().fields().iter().zip(rows.columns()).enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, at, field.name(), &bold)?;
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let number = Format::new().set_num_format(match field.data_type() {
            DataType::Decimal128(_, 0) | DataType::Int64 => "#,##0",
            DataType::Date32 => "dd/mm/yyyy",
            _ => "#,##0.00",
        });
        for row in (0..rows.num_rows()).filter(|row| !column.is_null(*row)) {
            let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
            let text = formatter.value(row).to_string();
            let is_number =
                matches!(field.data_type(), DataType::Int64 | DataType::Float64 | DataType::Decimal128(..));
            match text.parse::<f64>() {
                Ok(value) if is_number => sheet.write_number_with_format(line, at, value, &number)?,
                _ => match ExcelDateTime::parse_from_str(&text) {
                    Ok(date) if field.data_type() == &DataType::Date32 => {
                        sheet.write_datetime_with_format(line, at, &date, &number)?
                    }
                    _ => sheet.write_string(line, at, &text)?,
                },
            };
        }
    }
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};

    fn rows() -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("name", DataType::Utf8, true),
            Field::new("n", DataType::Int64, true),
            Field::new("cost", DataType::Decimal128(18, 2), true),
        ]);
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(vec![Some("=cmd|' /C calc'!A0"), None])),
                Arc::new(Int64Array::from(vec![Some(-4), Some(10)])),
                Arc::new(
                    Decimal128Array::from(vec![Some(-12_50), None]).with_precision_and_scale(18, 2).unwrap(),
                ),
            ],
        )
        .unwrap()
    }

    #[test]
    fn csv_keeps_numbers_and_disarms_formulas() {
        let text = String::from_utf8(super::csv(&rows()).unwrap()).unwrap();
        assert_eq!(text, "name,n,cost\r\n'=cmd|' /C calc'!A0,-4,-12.50\r\n,10,\r\n");
    }

    #[test]
    fn json_keeps_decimals_exact() {
        let value: serde_json::Value = serde_json::from_slice(&super::json(&rows()).unwrap()).unwrap();
        assert_eq!(value[0]["cost"], "-12.50");
        assert_eq!(value[0]["n"], -4);
        assert!(value[1]["name"].is_null());
    }

    #[test]
    fn a_workbook_holds_numbers_as_numbers_and_formulas_as_text() {
        use calamine::{Data, Reader, Xlsx};
        let bytes = super::workbook(&rows()).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Sheet1").unwrap();
        assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("=cmd|' /C calc'!A0".to_owned())));
        assert_eq!(sheet.get_value((1, 2)), Some(&Data::Float(-12.5)));
    }

    #[test]
    fn parquet_reads_back_the_same() {
        let bytes = bytes::Bytes::from(super::parquet(&rows()).unwrap());
        let mut reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes)
            .unwrap()
            .build()
            .unwrap();
        assert_eq!(reader.next().unwrap().unwrap(), rows());
    }
}
