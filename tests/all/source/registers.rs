//! Three contract registers of one authority: UTF-8 once and Windows-1252 twice, the pound sign with them,
//! money as an accounting format shows it, dates with a digit too few or too many.

use sufficiency::source::{Inputs, Place, discover, extract};

use super::{folder, real_data, source};

const SOURCE: &str = r#"
connection = "registers"
files = "salford_*.csv"
disposition = "append"
drift = "freeze"

[csv]
encoding = ["utf-8", "windows-1252"]
header = { contains = ["Contract Reference", "Supplier Company Name", "Annual Value"] }

[[columns]]
name = "directorate"
from = "Directorate Name"
type = "text"
normalise = ["collapse_spaces"]
[[columns]]
name = "process"
from = "Process Used"
type = "text"
[[columns]]
name = "purchasing_body"
from = "Purchasing Body"
type = "text"
[[columns]]
name = "contract_id"
from = "Contract Reference"
type = "text"
normalise = ["trim"]
[[columns]]
name = "title"
from = "Contract Title"
type = "text"
[[columns]]
name = "description"
from = "Contract Description"
type = "text"
[[columns]]
name = "supplier_name"
from = "Supplier Company Name"
type = "text"
privacy = "commercial"
[[columns]]
name = "supplier_postcode"
from = "Supplier Postcode"
type = "text"
privacy = "commercial"
[[columns]]
name = "annual_value"
from = "Annual Value"
type = { money = { scale = 2 } }
[[columns]]
name = "total_value"
from = "Total Contract Value (including extensions)"
type = { money = { scale = 2 } }
[[columns]]
name = "above_threshold"
from = "OJEU?"
type = "text"
[[columns]]
name = "starts_on"
from = "Start Date"
type = { date = { format = "%d/%m/%Y" } }
blanks = ["TBC", "N/A"]
[[columns]]
name = "ends_on"
from = "End Date"
type = { date = { format = "%d/%m/%Y" } }
blanks = ["TBC", "N/A"]
[[columns]]
name = "months"
from = "Contract Duration (months)"
type = "text"
[[columns]]
name = "extension_months"
from = "Option to extend (months)"
type = "text"
[[columns]]
name = "extensions"
from = "How many extensions"
type = "text"
[[columns]]
name = "extension_1"
from = "Extension 1 Taken?"
type = "text"
[[columns]]
name = "extension_2"
from = "Extension 2 Taken?"
type = "text"
[[columns]]
name = "expires_on"
from = "Current Expiry Date"
type = { date = { format = "%d/%m/%Y" } }
blanks = ["TBC", "N/A"]
[[columns]]
name = "small_business"
from = "SME Supplier?"
type = "text"
[[columns]]
name = "class"
from = "ProClass Classification"
type = "text"
[[columns]]
name = "class_name"
from = "ProClass Description"
type = "text"
[[columns]]
name = "company_number"
from = "Company Number"
type = "text"
[[columns]]
name = "visibility"
from = "Visibility"
type = "text"
"#;

/// Rows, rows set aside, pence of annual value: February, June, September.
const REGISTERS: [(u64, u64, i128); 3] =
    [(367, 4, 18_831_903_361), (369, 13, 19_224_707_538), (362, 13, 19_345_367_772)];

#[test]
fn three_registers_of_one_council_are_read_by_one_contract() {
    let Some(data) = real_data("three_registers_of_one_council_are_read_by_one_contract") else { return };
    let (source, connection) = (source(SOURCE), folder("commissioning"));
    let place = Place { root: &data, connection: &connection };
    let mut seen = Vec::new();
    for found in discover(&source, place).unwrap() {
        let extraction = extract(&source, place, &found, &Inputs::default()).unwrap();
        // Days that no month has, such as 31 September, and years of three digits.
        assert!(extraction.quarantine.iter().all(|row| row.rule == "date"), "{:?}", extraction.quarantine);
        let annual = extraction.money["annual_value"];
        assert_eq!(annual.read, annual.published + annual.quarantined);
        seen.push((extraction.counts.read, extraction.counts.quarantined, annual.read));
    }
    assert_eq!(seen, REGISTERS);
}

#[test]
fn the_commissioning_pipelines_own_contract_reads_the_three_registers() {
    let name = "the_commissioning_pipelines_own_contract_reads_the_three_registers";
    let Some(data) = real_data(name) else { return };
    let toml = include_str!("../../../pipelines/commissioning/sources/contracts.toml");
    let (source, connection) =
        (source(&toml.replace("contract_register.csv", "salford_*.csv")), folder("commissioning"));
    let place = Place { root: &data, connection: &connection };
    let inputs =
        Inputs { today: chrono::NaiveDate::from_ymd_opt(2023, 12, 31).unwrap(), ..Inputs::default() };
    let mut seen = Vec::new();
    for found in discover(&source, place).unwrap() {
        let extraction = extract(&source, place, &found, &inputs).unwrap();
        assert!(extraction.quarantine.iter().all(|row| row.rule == "date"), "{:?}", extraction.quarantine);
        seen.push((
            extraction.counts.read,
            extraction.counts.quarantined,
            extraction.money["annual_value"].read,
        ));
    }
    assert_eq!(seen, REGISTERS);
}
