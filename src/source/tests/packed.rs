//! Files within packing, archives and workbooks.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use super::{LEDGER, extract_bytes, refusal};

#[test]
fn packed_files_are_read_through_their_packing_whatever_their_name() {
    use std::io::Write;
    let text = b"Supplier ID,Amount,Payment Date\n1,10,\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text).unwrap();
    let zstandard = zstd::encode_all(&text[..], 1).unwrap();
    for packed in [gzip.finish().unwrap(), zstandard, zip(&[("ledger.csv", text)])] {
        let extraction = extract_bytes(LEDGER, &packed).unwrap();
        assert_eq!(extraction.money["amount"].published, 1_000);
        assert_eq!(extraction.warnings["misnamed_file"], 1);
    }
    let page = zip(&[("ledger.csv", b"<html>")]);
    assert!(refusal(LEDGER, &page).ends_with("expected delimited text, found a web page (HTML)"));
}

#[test]
fn archives_that_would_do_harm_are_refused_before_they_are_unpacked() {
    let bomb = vec![0; 5 << 20];
    assert!(
        refusal(LEDGER, &zip(&[("bomb.csv", &bomb)]))
            .ends_with("an entry unpacks to more than 100 times its size")
    );
    let macros = zip(&[("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"x")]);
    let workbook = format!("{}\n[workbook]\nsheet = \"*\"", LEDGER.split("[csv]").next().unwrap());
    let columns = LEDGER.split_once("[[columns]]").unwrap().1;
    let workbook = format!("{workbook}\n[[columns]]{columns}");
    assert!(refusal(&workbook, &macros).ends_with("it holds macros"));
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(refusal(&workbook, &zip(&many)).ends_with("it has more than 1000 entries"));
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_is_read_below_its_titles_with_merged_cells_filled_down() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Rates 2025").unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let plain = rust_xlsxwriter::Format::new();
    sheet.write(0, 0, "Rate card").unwrap();
    for (column, name) in ["Provider", "Key stage", "Rate", "From"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(column).unwrap(), name).unwrap();
    }
    sheet.merge_range(3, 0, 4, 0, "Oak", &plain).unwrap();
    let from = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 9, 1).unwrap();
    for (row, (stage, rate)) in [(3, ("KS3", 10_000.10)), (4, ("KS4", 0.20))] {
        sheet.write(row, 1, stage).unwrap();
        sheet.write(row, 2, rate).unwrap();
        sheet.write_with_format(row, 3, &from, &day).unwrap();
    }
    sheet.write(5, 0, "Total").unwrap();
    sheet.write_formula(5, 2, rust_xlsxwriter::Formula::new("=SUM(C4:C5)").set_result("10000.3")).unwrap();
    let toml = r#"
connection = "share"
files = "*.csv"
[workbook]
sheet = "Rates *"
header = { contains = ["Provider", "Rate"] }
fill_down = ["Provider"]
skip_rows = { where_starts_with = { Provider = ["total"] } }
control_total = { row = "footer", column = "Rate", required = true }
[[columns]]
name = "provider"
from = "Provider"
type = "text"
required = true
[[columns]]
name = "rate"
from = "Rate"
type = { money = { scale = 2 } }
[[columns]]
name = "from"
from = "From"
type = { date = { format = "%d/%m/%Y" } }
"#;
    let extraction = extract_bytes(toml, &workbook.save_to_buffer().unwrap()).unwrap();
    let batch = &extraction.rows.batches().unwrap()[0];
    assert_eq!(batch.column(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["Oak", "Oak"]);
    assert_eq!(batch.column(2).as_primitive::<arrow::datatypes::Date32Type>().values(), &[20_332, 20_332]);
    assert_eq!(batch.column(4).as_primitive::<Int64Type>().values(), &[4, 5]);
    assert_eq!(extraction.control_total.unwrap().found, 1_000_030);
}
