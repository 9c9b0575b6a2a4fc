use std::sync::Arc;

use arrow::array::{Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches;
use datafusion::common::ScalarValue;

use super::{Bindings, Engine, EngineError, Limits, TableName};
use crate::diagnostic::SourceFile;

fn placements() -> RecordBatch {
    let schema = Schema::new(vec![
        Field::new("placement_id", DataType::Utf8, false),
        Field::new("sessions", DataType::Int64, true),
        Field::new("cost", DataType::Decimal128(18, 2), true),
        Field::new("started_on", DataType::Date32, true),
    ]);
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(StringArray::from(vec!["p2", "p1", "p3"])),
            Arc::new(Int64Array::from(vec![Some(4), Some(10), None])),
            Arc::new(Decimal128Array::from(vec![12_50, 99_99, 0]).with_precision_and_scale(18, 2).unwrap()),
            Arc::new(Date32Array::from(vec![17_000, 18_000, 19_000])),
        ],
    )
    .unwrap()
}

fn engine() -> Engine {
    let engine = Engine::new(Limits { partitions: 2, memory: 64 << 20, ..Limits::default() }).unwrap();
    engine.enter("needs");
    let batch = placements();
    engine.register(&TableName::new("placements", "placements"), batch.schema(), vec![batch]).unwrap();
    engine
}

fn fault(sql: &str) -> String {
    engine().plan(&SourceFile::inline("models/m.sql", sql)).unwrap_err().draw(false)
}

#[test]
fn rows_come_in_the_declared_order_completed_to_a_total_one() {
    let engine = engine();
    let sql = SourceFile::inline("m.sql", "SELECT placement_id, cost FROM placements.placements");
    let planned = engine.plan(&sql).unwrap();
    let rows = engine.run(&planned, &["cost".to_owned()], &Bindings::new()).unwrap();
    assert_eq!(
        pretty_format_batches(&[rows]).unwrap().to_string(),
        "\
+--------------+-------+
| placement_id | cost  |
+--------------+-------+
| p3           | 0.00  |
| p2           | 12.50 |
| p1           | 99.99 |
+--------------+-------+"
    );
}

#[test]
fn a_misspelt_column_is_drawn_at_its_place() {
    assert_eq!(
        fault("SELECT placement_id,\n       sesions\nFROM placements.placements"),
        "\
error: expected the name of a column, found `sesions`
 --> models/m.sql:2:8
  |
2 |        sesions
  |        ^^^^^^^
  |
  = help: did you mean `placements.placements.sessions`?"
    );
}

#[test]
fn a_misspelt_table_gets_the_nearest_name() {
    let drawn = fault("SELECT 1 FROM placements.placement");
    assert!(drawn.contains("did you mean `placements.placements`?"), "{drawn}");
    assert!(drawn.contains("models/m.sql:1:15"), "{drawn}");
}

#[test]
fn what_is_not_sql_has_a_place_too() {
    let drawn = fault("SELECT 1\nFROM FROM placements");
    assert!(drawn.contains("models/m.sql:2:"), "{drawn}");
}

#[test]
fn only_a_query_that_answers_the_same_again_is_planned() {
    for (sql, what) in [
        ("CREATE TABLE x AS SELECT 1", "expected a query, found `"),
        ("COPY placements.placements TO 'x.csv'", "expected a query, found `"),
        ("DROP TABLE placements.placements", "expected a query, found `"),
        ("SET a.b = 1", "expected a query, found `"),
        ("EXPLAIN SELECT 1", "expected a query, found `"),
        (
            "INSERT INTO placements.placements SELECT * FROM placements.placements",
            "expected a query, found `",
        ),
        ("SELECT now()", "gives another answer"),
        ("SELECT random()", "gives another answer"),
        ("SELECT current_date", "gives another answer"),
        ("SELECT 1 AS a, 2 AS b FROM (SELECT uuid() AS u)", "gives another answer"),
        ("SELECT * FROM 'placements.parquet'", "expected the name of a table"),
    ] {
        let drawn = fault(sql);
        assert!(drawn.contains(what), "{sql}: {drawn}");
    }
}

#[test]
fn parameters_are_bound_and_an_unknown_one_is_a_fault() {
    let engine = engine();
    let mut bindings = Bindings::new();
    bindings.insert("as_at".to_owned(), ScalarValue::Date32(Some(17_500)));
    let sql = SourceFile::inline(
        "m.sql",
        "SELECT count(*) AS n FROM placements.placements WHERE started_on <= $as_at",
    );
    let planned = engine.plan(&sql).unwrap();
    assert!(planned.bindings.contains("as_at"));
    let rows = engine.run(&planned, &[], &bindings).unwrap();
    assert_eq!(rows.column(0).as_any().downcast_ref::<Int64Array>().unwrap().value(0), 1);

    let sql = SourceFile::inline("m.sql", "SELECT $as_att AS x");
    let error = engine.run(&engine.plan(&sql).unwrap(), &[], &bindings).unwrap_err();
    let EngineError::Query(fault) = error else { panic!("{error}") };
    assert_eq!(fault.help(), Some("did you mean `as_at`?"));
}

#[test]
fn what_a_query_reads_is_known_from_its_words() {
    let sql = SourceFile::inline(
        "m.sql",
        "WITH w AS (SELECT * FROM finance.ledger_lines) SELECT * FROM w JOIN other USING (a) CROSS JOIN generate_series(1, 3)",
    );
    let reads: Vec<String> = engine().reads(&sql, "needs").unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(reads, ["finance.ledger_lines", "needs.other"]);
}

#[test]
fn failing_data_names_the_query() {
    let engine = engine();
    let sql =
        SourceFile::inline("models/m.sql", "SELECT 1 / (sessions - 10) AS x FROM placements.placements");
    let error = engine.run(&engine.plan(&sql).unwrap(), &[], &Bindings::new()).unwrap_err();
    assert!(error.to_string().contains("models/m.sql"), "{error}");
}

mod checked;
mod hostile;
mod lineage;
mod resources;

/// Returns the cells of a result, row by row.
fn pretty(rows: &RecordBatch) -> String {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> =
        rows.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
    let row = |row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|");
    (0..rows.num_rows()).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn cases_within_cases_are_refused_before_their_planning_takes_minutes() {
    let engine = Engine::new(Limits::default()).unwrap();
    let nested = |deep: usize| {
        let text = format!(
            "SELECT {}'x'{} AS t",
            "CASE WHEN 1 = 1 THEN ".repeat(deep),
            " ELSE 'y' END".repeat(deep)
        );
        engine.plan(&SourceFile::inline("models/deep.sql", text))
    };
    assert!(nested(10).is_ok());
    let fault = nested(11).unwrap_err();
    assert_eq!(fault.message(), "`CASE` stands in more than 10 others");
    assert!(fault.location().unwrap().starts_with("models/deep.sql:1:"), "{:?}", fault.location());
    // A case after a case is none within it.
    let beside = vec!["CASE WHEN 1 = 1 THEN 'x' END"; 40].join(" || ");
    assert!(engine.plan(&SourceFile::inline("models/wide.sql", format!("SELECT {beside} AS t"))).is_ok());
}

#[test]
fn the_parameters_of_a_query_are_those_of_its_own_words() {
    let sql = "-- once by $school_days\nSELECT a / $fte_sessions, '$credit_days' AS b -- $part_time_weeks\n\
               /* $match_window */ FROM c WHERE d<$as_at AND e > $as_at";
    let named = engine().parameters(&SourceFile::inline("models/m.sql", sql)).unwrap();
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["as_at", "fte_sessions"]);
    assert!(engine().parameters(&SourceFile::inline("models/m.sql", "SELECT 'a")).is_err());
}
