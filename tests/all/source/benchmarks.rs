//! Published statistics as they come: a ZIP that is called `.gz`, a Parquet file that another program wrote,
//! a workbook whose header spans rows and whose formulas failed.

use arrow::array::AsArray;
use arrow::datatypes::Decimal128Type;
use sufficiency::source::{Extraction, Inputs, Place, discover, extract};

use super::{folder, real_data, source};

fn read(data: &std::path::Path, under: &str, toml: &str) -> Extraction {
    let (source, connection) = (source(toml), folder(under));
    let place = Place { root: data, connection: &connection };
    let found = discover(&source, place).unwrap();
    extract(&source, place, &found[0], &Inputs::default()).unwrap()
}

#[test]
fn a_zip_that_is_called_gz_is_read_and_reported() {
    let Some(data) = real_data("a_zip_that_is_called_gz_is_read_and_reported") else { return };
    let extraction = read(
        &data,
        "placements",
        r#"
connection = "statistics"
files = "ap_placements_ap_census.csv.gz"
[[columns]]
name = "time_period"
type = "academic_year"
required = true
[[columns]]
name = "geographic_level"
type = "text"
required = true
[[columns]]
name = "pupils"
from = "number_of_pupils"
type = "integer"
blanks = ["z", "x", "c", "low"]
"#,
    );
    assert_eq!((extraction.counts.read, extraction.counts.quarantined), (101_220, 0));
    assert_eq!(extraction.warnings["misnamed_file"], 1);
}

#[test]
fn a_parquet_file_of_another_program_is_typed_again() {
    let Some(data) = real_data("a_parquet_file_of_another_program_is_typed_again") else { return };
    let extraction = read(
        &data,
        "benchmarks",
        r#"
connection = "statistics"
files = "bds_long_0.parquet"
[[columns]]
name = "measure"
from = "Short Desc"
type = "text"
required = true
[[columns]]
name = "la_code"
from = "LA Number"
type = "integer"
"#,
    );
    assert_eq!((extraction.counts.read, extraction.counts.published), (641_070, 641_070));
}

#[test]
fn a_workbook_with_a_header_of_several_rows_is_read_below_it() {
    let Some(data) = real_data("a_workbook_with_a_header_of_several_rows_is_read_below_it") else { return };
    let extraction = read(
        &data,
        "finance",
        r##"
connection = "statistics"
files = "high-needs-outturn-2021-22.xlsx"
[workbook]
sheet = "*"
header = { contains = ["Region", "LA code", "LA name"], rows = 2 }
linked_values = true
skip_rows = { where_blank = "LA code" }
[[columns]]
name = "la_code"
from = "LA code"
type = "text"
required = true
[[columns]]
name = "place_funding_budget"
from = "PRUs and AP academies [1]"
type = { money = { scale = 2 } }
blanks = ["#N/A", "#REF!"]
[[columns]]
name = "place_funding_outturn"
from = "PRUs and AP academies [2]"
type = { money = { scale = 2 } }
blanks = ["#N/A", "#REF!"]
[[columns]]
name = "top_up_budget"
from = "PRUs and AP academies (1) [1]"
type = { money = { scale = 2 } }
blanks = ["#N/A", "#REF!"]
"##,
    );
    assert_eq!(extraction.warnings["links_to_other_workbooks"], 1);
    assert_eq!(
        (extraction.counts.read, extraction.counts.quarantined),
        (154, 0),
        "{:?}",
        extraction.quarantine
    );
    let batch = &extraction.rows.batches().unwrap()[0];
    let codes = batch.column(0).as_string::<i32>();
    let row = codes.iter().position(|code| code == Some("336")).unwrap();
    let pounds = |column: usize| batch.column(column).as_primitive::<Decimal128Type>().value(row) / 100;
    assert_eq!((pounds(1), pounds(2), pounds(3)), (2_228_333, 1_896_319, 2_428_032));
}
