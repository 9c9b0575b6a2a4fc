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
