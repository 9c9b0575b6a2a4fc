//! F49, F50, F54: queries that never end, that need more than there is, and numbers that are none.

use std::time::{Duration, Instant};

use super::{Bindings, Engine, EngineError, Limits, engine, pretty};
use crate::diagnostic::SourceFile;

fn answer(engine: &Engine, text: &str) -> Result<String, EngineError> {
    let planned = engine.plan(&SourceFile::inline("q.sql", text)).map_err(EngineError::Query)?;
    engine.run_as_written(&planned, &Bindings::new()).map(|rows| pretty(&rows))
}

#[test]
fn f49_p5_a_query_without_end_ends_at_its_limit() {
    let limit = Duration::from_millis(500);
    let engine = Engine::new(Limits { partitions: 1, time: limit, ..Limits::default() }).unwrap();
    let sql = "WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    let began = Instant::now();
    let error = answer(&engine, sql).unwrap_err();
    assert!(matches!(error, EngineError::Time { .. }), "{error}");
    assert!(began.elapsed() < limit + Duration::from_secs(2), "{:?}", began.elapsed());
}

/// A hash join holds one side whole and cannot spill; sorted, the same join takes little memory.
#[test]
fn f50_a_join_larger_than_memory_is_made_over_sorted_rows() {
    let join = |memory| {
        let engine = Engine::new(Limits { partitions: 2, memory, ..Limits::default() }).unwrap();
        answer(
            &engine,
            "SELECT count(*) FROM (SELECT 'key number ' || value AS k FROM generate_series(1, 400000)) AS a \
             JOIN (SELECT 'key number ' || value AS k FROM generate_series(1, 400000)) AS b USING (k)",
        )
    };
    assert_eq!(join(16 << 20).unwrap(), "400000");
    // Where not even a sort has room, it says so.
    let error = join(64 << 10).unwrap_err();
    assert!(matches!(error, EngineError::Memory { .. }), "{error}");
    assert!(error.to_string().contains("`q.sql` needs more memory than the limit"), "{error}");
}

/// What `docs/reference/sql.md` declares.
#[test]
fn f54_no_division_no_overflow_and_no_empty_group_gives_a_number_by_accident() {
    let engine = engine();
    let rows = "FROM placements.placements";
    for (sql, wanted) in [
        // Nothing is nothing, and is never zero.
        (format!("SELECT sum(cost) {rows} WHERE false"), ""),
        (format!("SELECT count(*) {rows} WHERE false"), "0"),
        (format!("SELECT avg(cost) {rows} WHERE false"), ""),
        (format!("SELECT max(started_on) {rows} WHERE false"), ""),
        (format!("SELECT sum(nullif(sessions, sessions)) {rows}"), ""),
        (format!("SELECT sum(cost) / nullif(count(*), 0) {rows} WHERE false"), ""),
        ("SELECT CAST(1 AS DECIMAL(10, 2)) / NULL".to_owned(), ""),
        // Decimals keep their pennies.
        (format!("SELECT sum(cost) {rows}"), "112.49"),
        ("SELECT CAST(0.1 AS DECIMAL(10, 2)) + CAST(0.2 AS DECIMAL(10, 2))".to_owned(), "0.30"),
    ] {
        assert_eq!(answer(&engine, &sql).unwrap(), wanted, "{sql}");
    }
    for sql in [
        "SELECT 1 / 0",
        "SELECT CAST(1 AS DECIMAL(10, 2)) / CAST(0 AS DECIMAL(10, 2))",
        "SELECT 5 % 0",
        "SELECT CAST('9999999999999999999' AS BIGINT)",
        "SELECT CAST(12345 AS DECIMAL(4, 2))",
        "SELECT CAST('1.2.3' AS DECIMAL(10, 2))",
        "SELECT CAST('31/02/2026' AS DATE)",
        // Beyond 38 digits: an error of the multiplication, or of the look at what came out of it.
        "SELECT CAST('9999999999999999999' AS DECIMAL(19, 0)) * CAST('99999999999999999999' AS DECIMAL(20, 0))",
        "SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) + CAST(1 AS DECIMAL(38, 0))",
        "SELECT sum(x) FROM (VALUES (CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0))), \
         (CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)))) AS t (x)",
    ] {
        match answer(&engine, sql) {
            Err(EngineError::Query(fault)) => assert!(!fault.message().is_empty(), "{sql}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}
