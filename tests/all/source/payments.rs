//! Six months of one authority's payments, published with two headers, four kinds of trailing rows and a
//! marker column that comes and goes: one source reads them all, to the penny.

use arrow::array::AsArray;
use arrow::datatypes::Decimal128Type;
use sufficiency::source::{Extraction, Inputs, Place, discover, extract};

use super::{folder, real_data, source};

const SOURCE: &str = r#"
connection = "finance_share"
files = "wolver_*.csv"
disposition = "append"
drift = "freeze"
quarantine_limit = "2%"

[csv]
encoding = ["utf-8", "windows-1252"]
header = { contains = ["Supplier ID", "Amount", "Payment Date"] }
skip_rows = { where_blank = "Supplier ID" }
control_total = { row = "footer", column = "Amount" }

[[columns]]
name = "supplier_id"
from = "Supplier ID"
type = "text"
required = true
[[columns]]
name = "supplier_name"
from = "Supplier ID(T)"
type = "text"
privacy = "commercial"
[[columns]]
name = "amount"
from = "Amount"
type = { money = { scale = 2 } }
required = true
[[columns]]
name = "account_code"
from = "Account"
type = "text"
normalise = ["trim", "uppercase"]
required = true
[[columns]]
name = "account_name"
from = "Account(T)"
type = "text"
[[columns]]
name = "paid_on"
from = "Payment Date"
type = { date = { format = "%d/%m/%Y" } }
required = true
[[columns]]
name = "transaction_no"
from = "TransNo"
type = "text"
[[columns]]
name = "service"
from = "Service(T)"
type = "text"
[[columns]]
name = "cost_centre"
from = "Cost Centre(T)"
type = "text"
normalise = ["collapse_spaces", "uppercase"]
"#;

/// File, pence of all lines, pence stated by the file, lines and pence on the account of alternative provision.
const PUBLISHED: [(&str, i128, Option<i128>, usize, i128); 6] = [
    ("wolver_apr_2023", 2_915_233_413, Some(2_915_233_413), 39, 20_079_038),
    ("wolver_aug_2023", 2_709_389_165, Some(2_709_389_165), 55, 12_979_832),
    ("wolver_jul_2023", 3_602_658_136, None, 113, 9_851_619),
    ("wolver_may_2023", 2_549_930_569, None, 66, 10_265_252),
    ("wolver_oct_2023", 3_124_693_395, None, 65, 6_361_082),
    ("wolver_sep_2023", 3_508_823_307, None, 48, 9_562_733),
];

/// Counts the lines and pence on one account.
fn on_account(extraction: &Extraction, account: &str) -> (usize, i128) {
    let mut lines = (0, 0);
    for batch in &extraction.rows.batches().unwrap() {
        let accounts = batch.column_by_name("account_code").unwrap().as_string::<i32>();
        let amounts = batch.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
        for (_, amount) in accounts.iter().zip(amounts).filter(|(code, _)| *code == Some(account)) {
            lines = (lines.0 + 1, lines.1 + amount.unwrap());
        }
    }
    lines
}

#[test]
fn six_months_of_payments_come_to_the_published_pennies() {
    let Some(data) = real_data("six_months_of_payments_come_to_the_published_pennies") else { return };
    let (source, connection) = (source(SOURCE), folder("finance"));
    let place = Place { root: &data, connection: &connection };
    let found = discover(&source, place).unwrap();
    assert_eq!(found.len(), PUBLISHED.len());
    for (found, (stem, pence, stated, lines, account_pence)) in found.iter().zip(PUBLISHED) {
        let extraction = extract(&source, place, found, &Inputs::default()).unwrap();
        assert_eq!(found.identity, format!("{stem}.csv"));
        assert_eq!(extraction.quarantine, [], "{stem}");
        assert_eq!(extraction.money["amount"].published, pence, "{stem}");
        assert_eq!(extraction.control_total.as_ref().map(|total| total.stated), stated, "{stem}");
        assert_eq!(on_account(&extraction, "R5037"), (lines, account_pence), "{stem}");
        assert_eq!(extraction.counts.duplicates, 0, "two equal payments on one day are two payments");
    }
}
