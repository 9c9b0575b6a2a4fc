use std::collections::BTreeMap;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use chrono::NaiveDate;

use super::{PartFact, PartState, known_to, states};
use crate::calendar::Period;
use crate::project::Series;

const MONTHS: &str = "by = \"paid_on\"\nunit = \"month\"\nfirst = \"2025-04\"\ndue = \"working day 8\"\n";

fn series(more: &str) -> Series {
    toml::from_str(&format!("{MONTHS}{more}")).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Returns April 2025 to March 2026 with so many rows each.
fn year(rows: [u64; 12]) -> BTreeMap<Period, u64> {
    let months = (4..=12).map(|month| (2025, month)).chain((1..=3).map(|month| (2026, month)));
    let months = months.zip(rows).filter(|(_, rows)| *rows > 0);
    months.map(|((year, month), rows)| (Period::Month(year, month), rows)).collect()
}

fn found(facts: &[PartFact], state: PartState) -> Vec<String> {
    facts.iter().filter(|fact| fact.state == state).map(|fact| fact.part.to_string()).collect()
}

/// Worked by hand from the bank holidays: the 8th working day after January 2026 is 11 February, after February 11
/// March, after March (Good Friday 3 April, Easter Monday 6 April) 14 April.
#[test]
fn a_month_without_rows_is_missing_once_its_due_day_has_come_and_the_series_is_whole_to_the_month_before() {
    let rows = year([300, 300, 300, 300, 300, 300, 300, 300, 300, 0, 300, 0]);
    let facts = states(&series(""), &rows, day("2026-03-10"), day("2026-03-10"));
    assert_eq!(found(&facts, PartState::Missing), ["2026-01"]);
    assert_eq!(found(&facts, PartState::NotDue), ["2026-03"]);
    assert_eq!(facts.iter().find(|fact| fact.state == PartState::Missing).unwrap().due, day("2026-02-11"));
    assert_eq!(known_to(&facts), Some(day("2025-12-31")));
    let facts = states(&series(""), &rows, day("2026-04-13"), day("2026-03-31"));
    assert_eq!(found(&facts, PartState::Missing), ["2026-01"]);
    let facts = states(&series(""), &rows, day("2026-04-14"), day("2026-03-31"));
    assert_eq!(found(&facts, PartState::Missing), ["2026-01", "2026-03"]);
    let whole = states(&series(""), &year([300; 12]), day("2026-04-20"), day("2026-03-31"));
    assert_eq!(found(&whole, PartState::Present).len(), 12);
    assert_eq!(known_to(&whole), Some(day("2026-03-31")));
}

#[test]
fn a_month_with_less_than_a_fifth_of_the_median_of_the_months_before_is_thin() {
    // The median of 280, 290, 310, 320 is 300, and a fifth of it 60.
    let of = |rows| year([280, 320, 310, 290, rows, 300, 300, 300, 300, 300, 300, 300]);
    for (rows, thin) in [(59, true), (60, false), (61, false)] {
        let facts = states(&series(""), &of(rows), day("2026-04-20"), day("2026-03-31"));
        assert_eq!(!found(&facts, PartState::Thin).is_empty(), thin, "{rows} rows");
    }
    let facts = states(&series("thin_share = \"50%\"\n"), &of(149), day("2026-04-20"), day("2026-03-31"));
    assert_eq!(found(&facts, PartState::Thin), ["2025-08"]);
    // Of two months before, nothing can be said; and a month that is not due yet is still being written.
    let first = year([300, 300, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert!(
        found(&states(&series(""), &first, day("2025-07-20"), day("2025-06-30")), PartState::Thin).is_empty()
    );
    let last = year([300, 300, 300, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert!(
        found(&states(&series(""), &last, day("2025-08-05"), day("2025-07-31")), PartState::Thin).is_empty()
    );
    assert_eq!(
        found(&states(&series(""), &last, day("2025-08-20"), day("2025-07-31")), PartState::Thin),
        ["2025-07"]
    );
}

#[test]
fn a_series_without_any_row_lacks_every_part_since_its_first() {
    let facts = states(&series(""), &BTreeMap::new(), day("2025-07-20"), day("2025-07-20"));
    assert_eq!(found(&facts, PartState::Missing), ["2025-04", "2025-05", "2025-06"]);
    assert_eq!(known_to(&facts), None);
}

#[test]
fn parts_may_be_named_by_a_year_and_a_term() {
    let column = |cells: &[&str]| std::sync::Arc::new(StringArray::from(cells.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("year", column(&["2024-25", "2024-25", "2024-25", "2025-26", "2025-26"])),
        ("term", column(&["autumn", "Autumn", "summer", "autumn", "winter"])),
    ])
    .unwrap();
    let of = |more: &str| -> Series {
        toml::from_str(&format!("by = \"year\"\ndue = \"60 days\"\n{more}")).unwrap()
    };
    let terms = of("unit = \"term\"\nterm = \"term\"");
    let rows = super::rows(&terms, std::slice::from_ref(&batch));
    let named: Vec<(String, u64)> = rows.iter().map(|(part, rows)| (part.to_string(), *rows)).collect();
    assert_eq!(named.iter().map(|(_, rows)| rows).sum::<u64>(), 4, "winter is not a term: {named:?}");
    // Spring 2025 has no row; 60 days after 31 March 2025 it was due.
    let facts = states(&terms, &rows, day("2026-01-10"), day("2026-01-10"));
    assert_eq!(found(&facts, PartState::Missing).len(), 1, "{facts:?}");
    assert_eq!(known_to(&facts), Some(day("2024-12-31")));
    let years = super::rows(&of("unit = \"academic_year\""), &[batch]);
    assert_eq!(years.into_values().collect::<Vec<u64>>(), [3, 2]);
}
