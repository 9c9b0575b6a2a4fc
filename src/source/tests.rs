use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::{Decimal128Type, Int64Type};

use super::{Extraction, Inputs, Place, SourceError, SourceFailure, discover, extract, schema};
use crate::diagnostic::SourceFile;
use crate::privacy::Pseudonyms;
use crate::project::{SourceDefinition, SourceToml, Written};

mod packed;

const LEDGER: &str = r#"
connection = "share"
files = "*.csv"
[csv]
encoding = ["utf-8", "windows-1252"]
header = { contains = ["Supplier ID", "Amount"] }
skip_rows = { where_blank = "Supplier ID" }
control_total = { row = "footer", column = "Amount" }
[[columns]]
name = "supplier_id"
from = "Supplier ID"
type = "text"
required = true
[[columns]]
name = "amount"
from = "Amount"
type = { money = { scale = 2 } }
required = true
[[columns]]
name = "paid_on"
from = "Payment Date"
type = { date = { format = "%d/%m/%Y" } }
"#;

const PUPILS: &str = r#"
connection = "share"
files = "*.csv"
[[columns]]
name = "pupil_key"
from = "UPN"
type = "upn"
required = true
privacy = { pseudonymise = { purpose = "pupil" } }
[[columns]]
name = "name"
type = "text"
privacy = "drop"
[[columns]]
name = "birth_academic_year"
from = "DOB"
type = { date = { format = "%d/%m/%Y" } }
privacy = { generalise = "birth_academic_year" }
[[columns]]
name = "sex"
type = "text"
map = { M = "M", F = "F", Male = "M", Female = "F" }
"#;

pub(super) fn source(toml: &str) -> SourceDefinition {
    let file = SourceFile::inline("sources/tested.toml", toml);
    SourceDefinition {
        name: "tested".to_owned(),
        file: SourceToml::parse(&file).unwrap(),
        source: file,
        sql: None,
        totals: None,
    }
}

fn extract_bytes(toml: &str, bytes: &[u8]) -> Result<Extraction, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("april.csv"), bytes).unwrap();
    let connection = Written::inline("folder = { path = \".\" }").unwrap();
    extract_from(&source(toml), folder.path(), &connection)
}

fn extract_from(
    source: &SourceDefinition,
    root: &Path,
    connection: &Written,
) -> Result<Extraction, SourceError> {
    let place = Place { root, connection };
    let inputs = Inputs {
        today: chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        ..Inputs::with_pseudonyms(Pseudonyms::new(&[7; 32]).unwrap())
    };
    let found = discover(source, place)?;
    let [found] = found.as_slice() else { panic!("one file was written, {} found", found.len()) };
    let extraction = extract(source, place, found, &inputs)?;
    for batch in &extraction.rows.batches().unwrap() {
        let plain = |schema: arrow::datatypes::SchemaRef| {
            schema
                .fields()
                .iter()
                .map(|field| (field.name().clone(), field.data_type().clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(plain(batch.schema()), plain(schema(source)));
    }
    Ok(extraction)
}

fn refusal(toml: &str, bytes: &[u8]) -> String {
    let error = extract_bytes(toml, bytes).unwrap_err();
    assert_eq!(error.failure(), SourceFailure::Rejected, "{error}");
    error.in_full()
}

#[test]
fn a_ledger_is_read_below_its_preamble_down_to_its_footer() {
    let text = "\u{feff}query,,\n\nmarker,Supplier ID,Amount,Payment\u{a0}date\n\
        x,001,\"1,500.00\",01/04/2023\nx,002,(440),30/04/2023\n,,,\n,Supplier ID,Amount,Payment Date\n\
        x,003,£5.5,\nfooter,,\"1,065.50\",\n";
    // The marker column has a name of its own here and is noted, not refused.
    let extraction = extract_bytes(
        LEDGER,
        text.replace(",Supplier ID,Amount,Payment Date", "marker,Supplier ID,Amount,Payment Date").as_bytes(),
    )
    .unwrap();
    let batch = &extraction.rows.batches().unwrap()[0];
    let ids: Vec<&str> = batch.column(0).as_string::<i32>().iter().flatten().collect();
    assert_eq!(ids, ["001", "002", "003"]);
    assert_eq!(batch.column(1).as_primitive::<Decimal128Type>().values(), &[150_000, -44_000, 550]);
    assert_eq!(batch.column(3).as_string::<i32>().value(0), "april.csv");
    assert_eq!(batch.column(4).as_primitive::<Int64Type>().values(), &[4, 5, 8]);
    assert_eq!(extraction.control_total.unwrap().stated, 106_550);
    let skipped: Vec<(&str, u64)> =
        extraction.skipped.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(
        skipped,
        [("blank", 1), ("header", 1), ("preamble", 2), ("repeated_header", 1), ("where_blank", 1)]
    );
}

#[test]
fn a_control_total_that_differs_by_a_penny_stops() {
    let message = refusal(LEDGER, b"Supplier ID,Amount,Payment Date\n1,10.00,\n,10.01,\n");
    assert_eq!(
        message,
        "`april.csv` row 3: the row states a total of 10.01 for `Amount`, and the rows add up to 10.00"
    );
}

#[test]
fn rows_that_break_the_contract_are_set_aside_and_counted_to_the_penny() {
    let text = "Supplier ID,Amount,Payment Date\n1,10.00,31/02/2023\n2,TBC,\n3,1.00,01/04/2023\n4,1.00\n5,2,01/04/2023,x\n";
    let extraction = extract_bytes(LEDGER, text.as_bytes()).unwrap();
    assert_eq!(
        (extraction.counts.read, extraction.counts.published, extraction.counts.quarantined),
        (5, 1, 4)
    );
    let money = extraction.money["amount"];
    assert_eq!((money.read, money.published, money.quarantined), (1_100, 100, 1_000));
    let rows: Vec<(i64, &str, Option<&str>)> =
        extraction.quarantine.iter().map(|row| (row.row, row.rule.as_str(), row.column.as_deref())).collect();
    assert_eq!(
        rows,
        [
            (2, "date", Some("paid_on")),
            (3, "money", Some("amount")),
            (5, "ragged_row", None),
            (6, "ragged_row", None)
        ]
    );
    assert_eq!(extraction.quarantine[0].values["paid_on"], "31/02/2023");
    assert_eq!(extraction.quarantine[1].values["amount"], "TBC");
}

#[test]
fn no_personal_value_is_in_what_comes_out() {
    let text = "UPN,name,DOB,sex\nQ336203325001,Canary Bird,31/08/2012,Male\nQ336203325002,Canary Bird,31/08/2012,f\n\
        Q336203325001,Canary Bird,31/08/20122,F\nQ336203325001,Canary Bird,31/08/2012,X\nCanary Bird,31/08/2012,F\n\
        A33620012400A,Canary Bird,31/08/2012,F\n";
    let extraction = extract_bytes(PUPILS, text.as_bytes()).unwrap();
    assert_eq!((extraction.counts.read, extraction.counts.published), (6, 2));
    let shown = format!("{extraction:?}");
    for canary in ["Canary", "33620", "2012,", "31/08"] {
        assert!(!shown.contains(canary), "`{canary}` is in {shown}");
    }
    let rules: Vec<&str> = extraction.quarantine.iter().map(|row| row.rule.as_str()).collect();
    assert_eq!(rules, ["upn_check_letter", "date", "unmapped_code", "ragged_row"]);
    assert_eq!(
        extraction.quarantine.iter().map(|row| row.personal).collect::<Vec<_>>(),
        [true, true, false, true]
    );
    assert_eq!(extraction.quarantine[2].values["sex"], "X");
    assert_eq!(extraction.warnings["upn_temporary"], 1);
}

#[test]
fn a_headerless_file_of_pupils_is_refused_without_quoting_it() {
    let message = refusal(PUPILS, b"Q336203325001,Canary Bird,31/08/2012,Male\n");
    assert_eq!(message, "`april.csv`: no header: expected a row with `UPN`, `name`, `DOB`, `sex`");
}

#[test]
fn files_that_are_something_else_are_called_what_they_are() {
    for (bytes, expected) in [
        (&b""[..], "`april.csv` holds no rows"),
        (b"Supplier ID,Amount,Payment Date\n", "`april.csv` holds no rows"),
        (
            b"<HTML><HEAD>\n<TITLE>Access Denied",
            "`april.csv`: expected delimited text, found a web page (HTML)",
        ),
        (b"PK\x03\x04rest", "`april.csv`, an archive or a workbook, is refused: the archive is cut short"),
        (b"Supplier ID,Amount\n1,\0", "`april.csv`: expected text, found a zero byte at byte 21"),
        (
            b"Supplier ID,Amount,Payment Date\n1,\"2,\n3\n",
            "`april.csv` row 2: a quote is opened and never closed",
        ),
        (
            b"Supplier ID,Amuont,Payment Date\n1,2,\n",
            "`april.csv`: no header: expected a row with `Supplier ID`, `Amount`; row 1 lacks `Amount`; its columns are `amuont`, `supplier id`, `payment date`",
        ),
        (
            b"Supplier ID,Amount,Amount,Payment Date\n1,2,3,\n",
            "`april.csv` row 1: 2 columns are called `Amount`",
        ),
    ] {
        assert_eq!(refusal(LEDGER, bytes), expected);
    }
}

#[test]
fn every_encoding_and_line_end_comes_to_the_same_rows() {
    let text = "Supplier ID,Amount,Payment Date\n\"Caf\u{e9}\nOne\",£1.00,\n2,2,\n";
    let (dos, mac) = (text.replace('\n', "\r\n"), text.replace('\n', "\r"));
    let windows: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    for bytes in [text.as_bytes(), dos.as_bytes(), mac.as_bytes(), &windows, &wide] {
        let extraction = extract_bytes(LEDGER, bytes).unwrap();
        assert_eq!(extraction.money["amount"].published, 300);
        assert!(
            extraction.rows.batches().unwrap()[0].column(0).as_string::<i32>().value(0).starts_with("Café")
        );
        assert_eq!(
            extraction.rows.batches().unwrap()[0].column(4).as_primitive::<Int64Type>().values(),
            &[2, 3]
        );
    }
}

#[test]
fn rules_keys_and_copies_are_judged_over_the_typed_row() {
    let toml = format!(
        "unique = [\"supplier_id\"]\nexact_duplicates = \"drop\"\n{LEDGER}\n[[rules]]\nname = \"positive\"\nsql = \"amount > 0\"\nseverity = \"quarantine\"\n\
         [[rules]]\nname = \"small\"\nsql = \"amount < 50\"\nseverity = \"warn\"\n"
    );
    let text = "Supplier ID,Amount,Payment Date\n1,10,\n1,10,\n1,11,\n2,-1,\n3,99,\n";
    let extraction = extract_bytes(&toml, text.as_bytes()).unwrap();
    let counts = extraction.counts;
    assert_eq!((counts.read, counts.published, counts.quarantined, counts.duplicates), (5, 2, 2, 1));
    let money = extraction.money["amount"];
    assert_eq!(
        (money.read, money.published, money.quarantined, money.duplicates),
        (12_900, 10_900, 1_000, 1_000)
    );
    assert_eq!(extraction.quarantine[0].reason, "has the key of row 2");
    assert_eq!(extraction.quarantine[1].rule, "positive");
    assert_eq!(extraction.warnings["small"], 1);
}

#[test]
fn a_query_is_read_under_the_same_contract() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE p (upn TEXT, name TEXT, dob TEXT, sex TEXT);
             INSERT INTO p VALUES ('Q336203325001', 'Canary Bird', '31/08/2012', 'M'), (NULL, NULL, NULL, NULL);",
        )
        .unwrap();
    drop(database);
    let mut source = source(&PUPILS.replace("files = \"*.csv\"", ""));
    source.sql = Some(SourceFile::inline(
        "tested.sql",
        "SELECT upn AS UPN, name, dob AS DOB, sex FROM p ORDER BY rowid",
    ));
    let connection = Written::inline("sqlite = { path = \"cases.db\" }").unwrap();
    let extraction = extract_from(&source, folder.path(), &connection).unwrap();
    assert_eq!((extraction.counts.published, extraction.counts.quarantined), (1, 1));
    assert_eq!(extraction.rows.batches().unwrap()[0].column(1).as_primitive::<Int64Type>().value(0), 2011);
    assert_eq!(extraction.quarantine[0].rule, "required");

    source.sql = Some(SourceFile::inline("tested.sql", "DELETE FROM p"));
    let error = extract_from(&source, folder.path(), &connection).unwrap_err();
    assert_eq!(
        error.in_full(),
        "`tested.sql`: the database `cases.db` refuses the query: the query would change the database"
    );
}

#[test]
fn a_file_that_grows_while_it_is_read_is_not_half_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("april.csv");
    std::fs::write(&path, "Supplier ID,Amount,Payment Date\n1,1,\n").unwrap();
    let (source, connection) = (source(LEDGER), Written::inline("folder = { path = \".\" }").unwrap());
    let place = Place { root: folder.path(), connection: &connection };
    let found = discover(&source, place).unwrap();
    std::fs::write(&path, "Supplier ID,Amount,Payment Date\n1,1,\n2,2,\n").unwrap();
    let error = extract(&source, place, &found[0], &Inputs::default()).unwrap_err();
    assert_eq!(error.failure(), SourceFailure::Unavailable);
}

#[test]
fn one_of_several_columns_of_a_name_is_picked_by_its_number() {
    let toml = LEDGER
        .replace("from = \"Amount\"", "from = \"Amount [2]\"")
        .replace("column = \"Amount\"", "column = \"Amount [2]\"");
    let extraction = extract_bytes(&toml, b"Supplier ID,Amount,Amount,Payment Date\n1,2,3,\n").unwrap();
    assert_eq!(extraction.money["amount"].published, 300);
}

#[test]
fn a_header_of_two_rows_is_joined() {
    let toml = r#"
connection = "share"
files = "*.csv"
[csv]
delimiter = "\t"
header = { contains = ["Provider", "Places KS3"], rows = 2 }
[[columns]]
name = "provider"
from = "Provider"
type = "text"
[[columns]]
name = "places"
from = "Places KS3"
type = { decimal = { scale = 1 } }
"#;
    let text = "Commissioned places\n\tPlaces\tPlaces\nProvider\tKS3\tKS4\nOak\t12.5\t3\n";
    let extraction = extract_bytes(toml, text.as_bytes()).unwrap();
    assert_eq!(
        extraction.rows.batches().unwrap()[0].column(1).as_primitive::<Decimal128Type>().values(),
        &[125]
    );
    assert_eq!(extraction.skipped["header"], 2);
    assert_eq!(extraction.skipped["preamble"], 1);
}

#[test]
fn a_column_that_the_contract_does_not_name_is_left_out_counted_set_aside_or_refused() {
    let text = b"Supplier ID,Amount,Payment Date,Note\n1,1.00,,\n2,2.00,,new\n";
    let read = |drift: &str| extract_bytes(&format!("drift = \"{drift}\"{LEDGER}"), text);
    for taken in ["evolve", "discard_value"] {
        let extraction = read(taken).unwrap();
        assert_eq!((extraction.counts.published, extraction.counts.quarantined), (2, 0), "{taken}");
        assert!(extraction.rows.batches().unwrap()[0].column_by_name("note").is_none(), "{taken}");
        let counted = (taken == "discard_value").then_some((1, "row 3, `note`"));
        let warned = extraction.warnings.get("discarded_value").copied();
        assert_eq!(warned, counted.map(|(count, _)| count), "{taken}");
        let first = extraction.first.get("discarded_value").map(String::as_str);
        assert_eq!(first, counted.map(|(_, first)| first), "{taken}");
    }
    let error = read("freeze").unwrap_err();
    assert_eq!(error.failure(), SourceFailure::Rejected);
    assert!(error.to_string().contains("the contract does not know the column `note`"), "{error}");
    let discarded = read("discard_row").unwrap();
    assert_eq!((discarded.counts.published, discarded.counts.quarantined), (1, 1));
    assert_eq!((discarded.quarantine[0].row, discarded.quarantine[0].rule.as_str()), (3, "unknown_column"));
}

#[test]
fn a_code_of_a_list_is_written_as_the_list_has_it_and_held_to_its_days() {
    let toml = r#"
connection = "share"
files = "*.csv"
[[columns]]
name = "on"
type = { date = { format = "%d/%m/%Y" } }
[[columns]]
name = "reason"
type = "text"
codes = { list = "reference.reasons", on = "on", severity = "SEVERITY" }
"#;
    let seed = |columns: Vec<(&str, Vec<Option<&str>>)>| {
        let columns = columns.into_iter().map(|(name, values)| {
            (name, std::sync::Arc::new(arrow::array::StringArray::from(values)) as arrow::array::ArrayRef)
        });
        arrow::array::RecordBatch::try_from_iter(columns).unwrap()
    };
    let reasons = seed(vec![
        ("code", vec![Some("BU"), Some("OW"), Some("OW")]),
        ("valid_from", vec![None, Some("2010-09-01"), Some("2020-09-01")]),
        ("valid_to", vec![Some("2099-01-01"), Some("2012-08-31"), None]),
    ]);
    let inputs =
        Inputs { lists: [("reference.reasons".to_owned(), vec![reasons])].into(), ..Inputs::default() };
    let folder = tempfile::tempdir().unwrap();
    let text = "on,reason\n01/09/2019,bu\n01/09/2019,OW\n31/08/2012,ow\n01/09/2020,OW\n,OW\n01/09/2020,XX\n01/09/2020,\n";
    std::fs::write(folder.path().join("log.csv"), text).unwrap();
    let connection = Written::inline("folder = { path = \".\" }").unwrap();
    let place = Place { root: folder.path(), connection: &connection };
    let read = |severity: &str| {
        let source = source(&toml.replace("SEVERITY", severity));
        let found = discover(&source, place).unwrap();
        extract(&source, place, &found[0], &inputs)
    };
    let aside = read("quarantine").unwrap();
    let rules: Vec<(i64, &str)> = aside.quarantine.iter().map(|row| (row.row, row.rule.as_str())).collect();
    assert_eq!(rules, [(3, "code_not_valid"), (7, "unmapped_code")]);
    let batches = aside.rows.batches().unwrap();
    let codes: Vec<Option<&str>> = batches[0].column(1).as_string::<i32>().iter().collect();
    assert_eq!(codes, [Some("BU"), Some("OW"), Some("OW"), Some("OW"), None]);
    let warned = read("warn").unwrap();
    assert_eq!(warned.counts.published, 7, "an unknown code is kept as it is, and never made `other`");
    assert_eq!((warned.warnings["code_not_valid"], warned.warnings["unmapped_code"]), (1, 1));
    assert!(matches!(read("stop").unwrap_err(), SourceError::Stopped { row: 7, .. }));
}
