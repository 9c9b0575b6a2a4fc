//! Files within archives, and Parquet.

use std::io::{Cursor, Write};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampNanosecondArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::Int96;
use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData};
use parquet::file::writer::SerializedFileWriter;
use zip::write::SimpleFileOptions;

use super::{Case, Outcome, case};
use Outcome::{Read, Refused};

const GOOD: &[u8] = b"ID,Amount\n1,1.00\n2,2.50\n";

pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn cut(mut bytes: Vec<u8>, by: usize) -> Vec<u8> {
    bytes.truncate(bytes.len() - by);
    bytes
}

/// Makes an archive whose one entry says that it is locked.
fn locked() -> Vec<u8> {
    let mut bytes = zip(&[("a.csv", GOOD)]);
    for (sign, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = bytes.windows(4).position(|window| window == sign).unwrap();
        bytes[at + flags] |= 1;
    }
    bytes
}

/// Makes an archive of a million empty files, as its directory says.
fn million() -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..1_000_000 {
        bytes.extend_from_slice(b"PK\x01\x02");
        bytes.extend_from_slice(&[0; 42]);
    }
    bytes.splice(0..0, *b"PK\x03\x04");
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff");
    bytes.extend_from_slice(&[0; 10]);
    bytes
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn amounts(amounts: ArrayRef) -> Vec<u8> {
    let ids = (0..amounts.len()).map(|id| Some(id.to_string())).collect::<StringArray>();
    parquet(vec![("ID", Arc::new(ids)), ("Amount", amounts)])
}

/// Makes a whole file with another footer.
fn with_footer(change: impl Fn(RowGroupMetaData) -> RowGroupMetaData) -> Vec<u8> {
    let good = amounts(Arc::new(Float64Array::from(vec![1.0, 2.5])));
    let length = u32::from_le_bytes(good[good.len() - 8..good.len() - 4].try_into().unwrap()) as usize;
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(good.clone())).unwrap();
    let groups = metadata.row_groups().iter().cloned().map(change).collect();
    let metadata = metadata.into_builder().set_row_groups(groups).build();
    let mut bytes = good[..good.len() - 8 - length].to_vec();
    ParquetMetaDataWriter::new(&mut bytes, &metadata).finish().unwrap();
    bytes
}

/// Makes a file whose footer promises 2³¹ rows where there are two.
fn promising() -> Vec<u8> {
    with_footer(|group| group.into_builder().set_num_rows(1 << 31).build().unwrap())
}

/// Makes a file whose footer places a column before the file, at which the parser panics.
fn negative() -> Vec<u8> {
    with_footer(|group| {
        let columns = group.columns().iter().cloned().map(|column| {
            column.into_builder().set_data_page_offset(-1).set_dictionary_page_offset(None).build().unwrap()
        });
        let columns = columns.collect();
        group.into_builder().set_column_metadata(columns).build().unwrap()
    })
}

fn int96() -> Vec<u8> {
    let schema = parquet::schema::parser::parse_message_type(
        "message m { required binary ID (UTF8); required int96 Amount; }",
    )
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    while let Some(mut column) = group.next_column().unwrap() {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(column) => {
                column.write_batch(&["1".into()], None, None).unwrap()
            }
            ColumnWriter::Int96ColumnWriter(column) => {
                let mut moment = Int96::new();
                moment.set_data(0, 0, 2_460_000);
                column.write_batch(&[moment], None, None).unwrap()
            }
            _ => unreachable!("two columns"),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = archives();
    cases.extend(columnar());
    cases
}

fn archives() -> Vec<Case> {
    let zeros = vec![0; 30 << 20];
    let letters = vec![b'x'; 30 << 20];
    let zstandard = zstd::encode_all(GOOD, 1).unwrap();
    vec![
        case("F45", "good.csv.gz", gzip(GOOD), "", Read(2, 0, 350)),
        case("F45", "good.csv.zst", zstandard.clone(), "", Read(2, 0, 350)),
        case("F45", "good.zip", zip(&[("a.csv", GOOD)]), "", Read(2, 0, 350)),
        case("F45", "zip.csv.gz", zip(&[("a.csv", GOOD)]), "", Read(2, 0, 350)),
        case(
            "F45",
            "cut.csv.gz",
            cut(gzip(GOOD), 12),
            "",
            Refused(
                "`cut.csv.gz`, an archive or a workbook, is refused: it cannot be unpacked: incomplete deflate stream",
            ),
        ),
        case(
            "F45",
            "cut.csv.zst",
            cut(zstandard, 3),
            "",
            Refused(
                "`cut.csv.zst`, an archive or a workbook, is refused: it cannot be unpacked: incomplete frame",
            ),
        ),
        case(
            "F45",
            "cut.zip",
            cut(zip(&[("a.csv", GOOD)]), 30),
            "",
            Refused("`cut.zip`, an archive or a workbook, is refused: the archive is cut short"),
        ),
        case(
            "F45",
            "two.zip",
            zip(&[("a.csv", GOOD), ("b.csv", GOOD)]),
            "",
            Refused(
                "`two.zip`: expected delimited text or JSON or a Parquet file, found a ZIP archive or a workbook (XLSX, ODS)",
            ),
        ),
        case(
            "F45",
            "locked.zip",
            locked(),
            "",
            Refused("`locked.zip`, an archive or a workbook, is refused: it is locked with a password"),
        ),
        case(
            "F45",
            "zeros.zip",
            zip(&[("a.csv", &zeros)]),
            "",
            Refused(
                "`zeros.zip`, an archive or a workbook, is refused: an entry unpacks to more than 100 times its size",
            ),
        ),
        case(
            "F45",
            "million.zip",
            million(),
            "",
            Refused("`million.zip`, an archive or a workbook, is refused: it has more than 1000 entries"),
        ),
        case(
            "F45",
            "way_out.zip",
            zip(&[("../../etc/a.csv", GOOD)]),
            "",
            Refused(
                "`way_out.zip`, an archive or a workbook, is refused: the name of an entry leads out of the archive",
            ),
        ),
        case(
            "F45",
            "letters.csv.gz",
            gzip(&letters),
            "",
            Refused("`letters.csv.gz` row 1: expected a row of 4194304 bytes at most, found a longer one"),
        ),
    ]
}

fn columnar() -> Vec<Case> {
    let good = || amounts(Arc::new(Float64Array::from(vec![1.0, 2.5])));
    let nested = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
    let nested = parquet(vec![("ID", Arc::new(nested)), ("Amount", Arc::new(Int64Array::from(vec![1])))]);
    let wide = Decimal128Array::from(vec![12_345, 10_000]).with_precision_and_scale(10, 4).unwrap();
    let mut broken = good();
    let end = broken.len() - 12;
    broken[end - 20..end].fill(0xff);
    let moments = TimestampNanosecondArray::from(vec![1_700_000_000_123_456_789]);
    vec![
        case("F46", "good.parquet", good(), "", Read(2, 0, 350)),
        case("F46", "good.parquet.gz", gzip(&good()), "", Read(2, 0, 350)),
        case(
            "F46",
            "cut.parquet",
            cut(good(), 5),
            "",
            Refused("`cut.parquet` cannot be read as Parquet: Invalid Parquet file. Corrupt footer"),
        ),
        case(
            "F46",
            "broken_footer.parquet",
            broken,
            "",
            Refused("`broken_footer.parquet` cannot be read as Parquet: invalid utf8"),
        ),
        case(
            "F46",
            "promising.parquet",
            promising(),
            "",
            Refused(
                "`promising.parquet` cannot be read as Parquet: expected 2147483648 rows, as it states, found 2",
            ),
        ),
        case(
            "F46",
            "negative.parquet",
            negative(),
            "",
            Refused("`negative.parquet` cannot be read as Parquet: the parser failed: the file is damaged"),
        ),
        case(
            "F46",
            "nested.parquet",
            nested,
            "",
            Refused("`nested.parquet` cannot be read as Parquet: column `ID` is nested"),
        ),
        case("F46", "scale.parquet", amounts(Arc::new(wide)), "", Read(1, 1, 100)),
        case("F46", "int96.parquet", int96(), "", Read(0, 1, 0)),
        Case {
            columns: &["ID: text", "Amount: %Y-%m-%d %H:%M:%S"],
            ..case("F46", "nanoseconds.parquet", amounts(Arc::new(moments)), "", Read(1, 0, 0))
        },
        case(
            "F46",
            "none.parquet",
            amounts(Arc::new(Float64Array::from(Vec::<f64>::new()))),
            "",
            Refused("`none.parquet` holds no rows"),
        ),
    ]
}
