use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Decimal128Type;

use super::{compute, fisher, schema};
use crate::diagnostic::SourceFile;
use crate::project::{Model, ModelFile};

const SETTINGS: &str =
    "[computed]\np = { fisher_exact = { first = [\"a\", \"b\"], second = [\"c\", \"d\"] } }\n";

fn model(settings: &str) -> Model {
    Model {
        name: "features".to_owned(),
        sql: SourceFile::inline("models/features.sql", "SELECT 1"),
        file: toml::from_str::<ModelFile>(settings).unwrap(),
        settings: Some(SourceFile::inline("models/features.toml", settings)),
    }
}

fn tables(cells: [[Option<i64>; 4]; 3]) -> RecordBatch {
    let column = |at: usize| Arc::new(Int64Array::from(cells.map(|row| row[at]).to_vec())) as _;
    let columns = ["a", "b", "c", "d"].into_iter().enumerate().map(|(at, name)| (name, column(at), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The figures are those of R 4.3's `fisher.test(matrix(c(a, b, c, d), 2))$p.value`.
#[test]
fn fishers_p_is_that_of_r() {
    for (first, second, expected) in [
        ([3, 1], [1, 3], 0.485_714_285_7),
        ([1, 9], [11, 3], 0.002_759_456_2),
        ([0, 5], [5, 0], 0.007_936_507_9),
        ([5, 5], [5, 5], 1.0),
    ] {
        let found = fisher::two_sided(first, second).unwrap();
        assert!((found - expected).abs() < 1e-9, "{first:?} {second:?}: {found}");
        assert_eq!(fisher::two_sided(second, first), Some(found), "the groups may change places");
    }
}

/// Against the plain definition: the sum over every table with the same margins, by binomials.
#[test]
fn fishers_p_is_the_sum_over_all_tables_with_the_same_margins() {
    let binomial = |n: u64, k: u64| (0..k).fold(1_u128, |c, i| c * u128::from(n - i) / u128::from(i + 1));
    for (a, b, c, d) in (0..7_u64).flat_map(|a| {
        (0..7_u64).flat_map(move |b| (0..7_u64).flat_map(move |c| (0..7_u64).map(move |d| (a, b, c, d))))
    }) {
        let (row, other, column) = (a + b, c + d, a + c);
        let found = fisher::two_sided([a, b], [c, d]);
        if row == 0 || other == 0 || column == 0 || b + d == 0 {
            assert_eq!(found, None);
            continue;
        }
        let ways = |x: u64| binomial(row, x) * binomial(other, column - x);
        let tables = column.saturating_sub(other)..=row.min(column);
        let as_unlikely: u128 = tables.clone().map(ways).filter(|&way| way <= ways(a)).sum();
        let all: u128 = tables.map(ways).sum();
        #[expect(clippy::cast_precision_loss, reason = "at most a few thousand ways")]
        let expected = as_unlikely as f64 / all as f64;
        assert!((found.unwrap() - expected).abs() < 1e-12, "{a} {b} {c} {d}");
    }
}

#[test]
fn a_computed_column_stands_after_the_querys_and_is_empty_where_nothing_can_be_tested() {
    let rows = tables([
        [Some(3), Some(1), Some(1), Some(3)],
        [Some(0), Some(0), Some(1), Some(3)],
        [None, Some(1), Some(1), Some(1)],
    ]);
    let model = model(SETTINGS);
    let found = compute(&model, rows.clone()).unwrap();
    assert_eq!(found.schema(), schema(&model, &rows.schema()).unwrap());
    let p = found.column_by_name("p").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!((p.value(0), p.is_null(1), p.is_null(2)), (4857, true, true));
}

#[test]
fn a_misspelt_cell_a_text_and_a_name_in_use_are_drawn_at_their_place() {
    let texts = Arc::new(StringArray::from(vec!["x"])) as _;
    let number = || Arc::new(Int64Array::from(vec![1])) as _;
    let query = RecordBatch::try_from_iter(vec![
        ("above", number()),
        ("b", number()),
        ("c", texts),
        ("d", number()),
        ("p", number()),
    ])
    .unwrap();
    let settings = SETTINGS.replace("\"a\"", "\"abov\"");
    let faults = schema(&model(&settings), &query.schema()).unwrap_err().to_string();
    assert!(faults.contains("gives no column `abov`"), "{faults}");
    assert!(faults.contains("did you mean `above`?"), "{faults}");
    assert!(faults.contains("`c` is not a whole number"), "{faults}");
    assert!(faults.contains("`p` is a column of the query already"), "{faults}");
}
