//! Whole numbers at the edge of what 64 bits hold: the right answer, or a fault; never another number.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};

use super::{Bindings, Engine, Limits, TableName, pretty};
use crate::diagnostic::SourceFile;

/// Asks counts of two groups: those of `b` add up to more than 64 bits hold, and come back below it.
fn answer(sql: &str) -> Result<String, String> {
    let engine = Engine::new(Limits { partitions: 2, memory: 64 << 20, ..Limits::default() }).unwrap();
    engine.enter("counts");
    let schema = Schema::new(vec![
        Field::new("part", DataType::Utf8, false),
        Field::new("n", DataType::Int64, true),
        Field::new("seen", DataType::UInt64, true),
    ]);
    let batch = RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(StringArray::from(vec!["a", "a", "b", "b", "b"])),
            Arc::new(Int64Array::from(vec![Some(2), None, Some(i64::MAX), Some(1), Some(-5)])),
            Arc::new(UInt64Array::from(vec![1, 2, u64::MAX, 4, 5])),
        ],
    )
    .unwrap();
    engine.register(&TableName::new("counts", "rows"), batch.schema(), vec![batch]).unwrap();
    let sql = SourceFile::inline("models/m.sql", sql);
    let planned = engine.plan_model(&sql).map_err(|faults| faults.to_string())?;
    engine.run(&planned, &[], &Bindings::new()).map(|rows| pretty(&rows)).map_err(|error| error.to_string())
}

#[test]
fn a_sum_that_passes_the_largest_number_on_its_way_is_right_at_its_end() {
    assert_eq!(
        answer("SELECT part, sum(n) AS n FROM rows GROUP BY part").unwrap(),
        format!("a|2\nb|{}", i64::MAX - 4)
    );
    assert_eq!(answer("SELECT sum(n) AS n FROM rows").unwrap(), (i64::MAX - 2).to_string());
    assert_eq!(answer("SELECT sum(n) AS n FROM rows WHERE n IS NULL").unwrap(), "");
    assert_eq!(
        answer("SELECT n, sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM rows WHERE n < 9").unwrap(),
        "-5|-5\n1|-4\n2|3"
    );
}

#[test]
fn whole_numbers_that_do_not_fit_stop_the_query_and_never_wrap() {
    for sql in [
        "SELECT sum(n) AS n FROM rows WHERE n > 0",
        "SELECT part, sum(n) AS n FROM rows WHERE n > 0 GROUP BY part",
        "SELECT part, sum(n) OVER (PARTITION BY part) AS n FROM rows WHERE n > 0",
        "SELECT max(n) + 1 AS n FROM rows",
        "SELECT n + n AS n FROM rows",
        "SELECT -2 - n AS n FROM rows",
        "SELECT count(*) * max(n) AS n FROM rows",
        "SELECT part FROM rows GROUP BY part HAVING sum(n) + count(*) > 5 AND max(n) * 2 > 5",
        "WITH w AS (SELECT n * 3 AS n FROM rows) SELECT n FROM w",
        "SELECT seen FROM rows",
        "SELECT sum(seen) AS n FROM rows",
        "SELECT CAST(CAST(n AS DECIMAL(38, 0)) + 1 AS BIGINT) AS n FROM rows",
    ] {
        let fault = answer(sql).expect_err(sql);
        assert!(fault.contains("models/m.sql"), "{sql}: {fault}");
    }
}

#[test]
fn arithmetic_that_fits_keeps_its_answers_and_its_names() {
    assert_eq!(
        answer("SELECT part, n + 1, n * 2 - 1 AS m FROM rows WHERE n < 9 AND part = 'a'").unwrap(),
        "a|3|3"
    );
    assert_eq!(
        answer("SELECT n % 2 AS odd, count(*) AS c FROM rows WHERE n < 9 AND n > 0 GROUP BY n % 2").unwrap(),
        "0|1\n1|1"
    );
    assert_eq!(
        answer("SELECT n + 1 AS m, count(*) * 3 AS c FROM rows WHERE n < 9 AND n > 1 GROUP BY n + 1")
            .unwrap(),
        "3|3"
    );
    assert_eq!(answer("SELECT sum(DISTINCT n) AS s FROM rows WHERE n < 9").unwrap(), "-2");
    assert_eq!(
        answer("SELECT CAST('2026-03-01' AS DATE) - INTERVAL '1 month' AS d FROM rows WHERE n = 2").unwrap(),
        "2026-02-01"
    );
    assert_eq!(answer("SELECT CAST(n AS DECIMAL(18, 2)) + n AS d FROM rows WHERE n = 2").unwrap(), "4.00");
}

#[test]
fn money_times_a_figure_with_a_point_stays_exact() {
    let sql = "SELECT arrow_typeof(CAST(n AS DECIMAL(18, 2)) * 1.2) AS t, CAST(n AS DECIMAL(18, 2)) * 1.2 AS d, \
               sum(CAST(n AS DECIMAL(18, 2)) * 0.2) AS s FROM rows WHERE n = 2 GROUP BY n";
    assert_eq!(answer(sql).unwrap(), "Decimal128(21, 3)|2.400|0.400");
    // Beside different values that are counted, a sum keeps the type that the plan gives it.
    let sql = "SELECT s FROM (SELECT part, sum(CAST(n AS DECIMAL(24, 6))) AS s, count(DISTINCT n) AS c FROM rows \
               WHERE n < 9 GROUP BY part) AS sums WHERE s > 0.5 * c";
    assert_eq!(answer(sql).unwrap(), "2.000000");
}
