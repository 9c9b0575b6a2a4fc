use std::sync::Arc;

use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use super::About;

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
    let bytes = super::workbook(&rows(), &About::default()).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Answer").unwrap();
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

#[test]
fn integers_of_seventeen_digits_are_whole_in_every_format() {
    use calamine::{Data, Reader, Xlsx};
    let long = 98_765_432_109_876_543;
    let schema = Schema::new(vec![
        Field::new("n", DataType::Int64, true),
        Field::new("cost", DataType::Decimal128(20, 2), true),
    ]);
    let cost = Decimal128Array::from(vec![i128::from(long), 999_999_999_999_999]);
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![long, 999_999_999_999_999])),
        Arc::new(cost.with_precision_and_scale(20, 2).unwrap()),
    ];
    let rows = RecordBatch::try_new(Arc::new(schema), columns).unwrap();
    let csv = String::from_utf8(super::csv(&rows).unwrap()).unwrap();
    assert!(csv.contains("98765432109876543,987654321098765.43"), "{csv}");
    let json = String::from_utf8(super::json(&rows).unwrap()).unwrap();
    assert!(json.contains("98765432109876543") && json.contains("987654321098765.43"), "{json}");
    let mut book: Xlsx<_> =
        Xlsx::new(std::io::Cursor::new(super::workbook(&rows, &About::default()).unwrap())).unwrap();
    let sheet = book.worksheet_range("Answer").unwrap();
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("98765432109876543".to_owned())));
    assert_eq!(sheet.get_value((1, 1)), Some(&Data::String("987654321098765.43".to_owned())));
    assert_eq!(sheet.get_value((2, 0)), Some(&Data::Float(999_999_999_999_999.0)), "fifteen are a number");
    assert_eq!(sheet.get_value((2, 1)), Some(&Data::Float(9_999_999_999_999.99)));
}

#[test]
fn csv_for_a_spreadsheet_begins_with_the_mark_by_which_it_knows_the_encoding() {
    let text = super::csv_for_excel(&rows()).unwrap();
    assert_eq!(text.strip_prefix("\u{feff}".as_bytes()), Some(super::csv(&rows()).unwrap().as_slice()));
}

#[test]
fn what_a_project_or_a_store_is_made_of_is_never_replaced() {
    let folder = tempfile::TempDir::new().unwrap();
    for name in ["commits", "landings", "runs", "tables/p"] {
        std::fs::create_dir_all(folder.path().join("store").join(name)).unwrap();
    }
    for name in [
        "settings.toml",
        "model.SQL",
        "store/a.json",
        "store/commits/00000001.json",
        "store/tables/p/s.parquet",
    ] {
        let path = folder.path().join(name);
        assert_eq!(super::write(&path, b"x").unwrap_err().kind(), std::io::ErrorKind::InvalidInput, "{name}");
        assert_eq!(super::try_folder(&path).unwrap_err().kind(), std::io::ErrorKind::InvalidInput, "{name}");
        assert!(!path.exists(), "{name}");
    }
    super::write(&folder.path().join("answer.json"), b"x").unwrap();
}
