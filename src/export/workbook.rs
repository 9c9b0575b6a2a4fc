use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::error::ExportError;

/// The most letters that a sheet's name may have.
const NAME: usize = 31;

/// The name of the sheet that says where the rows come from.
const NOTES: &str = "Notes";

/// What stands beside the rows in a workbook.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What the sheet with the rows is called, as somebody wrote it.
    pub sheet: String,
    /// Where they come from and what they mean, a label and its text each.
    pub notes: Vec<(String, String)>,
}

/// Returns a workbook: the rows on a sheet of their own, texts as texts and numbers as numbers, its head frozen and with a
/// filter; and a sheet of notes where there are any.
///
/// # Errors
///
/// When the rows do not fit on a sheet.
pub fn workbook(rows: &RecordBatch, about: &About) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&about.sheet))?;
    fill(sheet, rows)?;
    if !about.notes.is_empty() {
        note(workbook.add_worksheet(), &about.notes)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes the rows below their head.
fn fill(sheet: &mut Worksheet, rows: &RecordBatch) -> Result<(), ExportError> {
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
    sheet.set_freeze_panes(1, 0)?;
    if let Some(last) = rows.num_columns().checked_sub(1).and_then(|last| u16::try_from(last).ok()) {
        sheet.autofilter(0, 0, u32::try_from(rows.num_rows()).unwrap_or(u32::MAX), last)?;
    }
    sheet.set_autofit_max_width(400).autofit();
    Ok(())
}

/// Writes labels and texts.
fn note(sheet: &mut Worksheet, notes: &[(String, String)]) -> Result<(), ExportError> {
    let label = Format::new().set_bold().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name(NOTES)?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 100)?;
    for (row, (name, words)) in (0..).zip(notes) {
        sheet.write_string_with_format(row, 0, name, &label)?;
        // A cell has room for 32,767 letters.
        let words: String = words.chars().take(32_000).collect();
        sheet.write_string_with_format(row, 1, words, &text)?;
    }
    Ok(())
}

/// Returns a name that a sheet may have and that is not the one of the notes.
fn sheet_name(written: &str) -> String {
    let plain = |letter: char| if "[]:*?/\\".contains(letter) || letter.is_control() { ' ' } else { letter };
    let name: String = written.chars().map(plain).take(NAME).collect();
    let name = name.trim().trim_matches('\'').trim();
    if name.is_empty() || name.eq_ignore_ascii_case(NOTES) || name.eq_ignore_ascii_case("history") {
        "Answer".to_owned()
    } else {
        name.to_owned()
    }
}

/// Returns whether a spreadsheet keeps every digit of a number: it has room for fifteen. A float has no more to lose.
fn is_whole(text: &str, kind: &DataType) -> bool {
    kind == &DataType::Float64
        || text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count() <= 15
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn a_sheet_has_a_name_that_a_spreadsheet_takes() {
        assert_eq!(sheet_name("finance.ledger_lines"), "finance.ledger_lines");
        assert_eq!(sheet_name("a/b: [c]?"), "a b   c");
        assert_eq!(sheet_name("notes"), "Answer");
        assert_eq!(sheet_name(" '"), "Answer");
        assert_eq!(sheet_name(&"x".repeat(40)).len(), 31);
    }
}
