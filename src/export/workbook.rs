use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::error::ExportError;

/// Returns a workbook of one sheet, texts as texts and numbers as numbers.
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
                Ok(value) if is_number && is_whole(&text, field.data_type()) => {
                    sheet.write_number_with_format(line, at, value, &number)?
                }
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

/// Returns whether a spreadsheet keeps every digit of a number: it has room for fifteen. A float has no more to lose.
fn is_whole(text: &str, kind: &DataType) -> bool {
    kind == &DataType::Float64
        || text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count() <= 15
}
