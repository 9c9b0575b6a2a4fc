//! P4, F55: SQL that wants to do more than read the tables it was given.

use super::{Bindings, engine};
use crate::diagnostic::SourceFile;

/// Statements that are no query, and queries of what was not handed in.
const HOSTILE: &[&str] = &[
    "CREATE EXTERNAL TABLE p STORED AS CSV LOCATION './probe.csv' OPTIONS('format.has_header' 'true')",
    "SELECT * FROM p",
    "SELECT * FROM './probe.csv'",
    "COPY (SELECT 1) TO './probe.csv' STORED AS CSV",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO './probe.csv' STORED AS CSV",
    "EXPLAIN COPY (SELECT 1) TO './probe.csv' STORED AS CSV",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TABLE t AS SELECT 1",
    "INSERT INTO placements.placements VALUES (2)",
    "EXPLAIN ANALYZE INSERT INTO placements.placements SELECT * FROM placements.placements",
    "DROP TABLE placements.placements",
    "SET datafusion.execution.batch_size = 1",
    "SHOW ALL",
    "SELECT * FROM information_schema.tables",
    "DESCRIBE placements.placements",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "SELECT 1; DROP TABLE placements.placements",
    "SELECT read_csv('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "CREATE FUNCTION f() RETURNS INT RETURN 1",
    "RESET datafusion.execution.batch_size",
    "WITH x AS (INSERT INTO placements.placements SELECT * FROM placements.placements RETURNING 1) SELECT * FROM x",
];

/// Starts of statements, to be varied.
const STATEMENTS: &[&str] = &[
    "CREATE TABLE t AS SELECT 1",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE SCHEMA s",
    "CREATE DATABASE d",
    "CREATE INDEX i ON placements.placements (cost)",
    "CREATE EXTERNAL TABLE e (a INT) STORED AS PARQUET LOCATION '/'",
    "DROP SCHEMA placements CASCADE",
    "DROP VIEW IF EXISTS v",
    "DELETE FROM placements.placements",
    "UPDATE placements.placements SET cost = 0",
    "TRUNCATE TABLE placements.placements",
    "ALTER TABLE placements.placements ADD COLUMN x INT",
    "COPY placements.placements TO '/tmp/stolen.parquet'",
    "INSERT OVERWRITE placements.placements SELECT * FROM placements.placements",
    "DEALLOCATE q",
    "BEGIN TRANSACTION",
    "COMMIT",
    "ROLLBACK",
    "SHOW TABLES",
    "SHOW COLUMNS FROM placements.placements",
    "SHOW FUNCTIONS",
    "GRANT ALL ON placements.placements TO PUBLIC",
    "LOAD DATA INPATH '/etc/passwd' INTO TABLE placements.placements",
    "MERGE INTO placements.placements AS t USING placements.placements AS s ON t.cost = s.cost WHEN MATCHED THEN DELETE",
    "ANALYZE TABLE placements.placements",
    "DROP FUNCTION IF EXISTS f",
];

/// Returns the statement hidden in several ways.
fn disguised(statement: &str) -> [String; 8] {
    [
        statement.to_lowercase(),
        format!("  \n\t{statement};"),
        format!("-- SELECT 1\n{statement}"),
        format!("/* SELECT 1 */ {statement} -- SELECT 1"),
        format!("EXPLAIN {statement}"),
        format!("EXPLAIN ANALYZE {statement}"),
        format!("SELECT 1; {statement}"),
        format!("{statement}; SELECT 1"),
    ]
}

#[test]
fn p4_f55_nothing_but_a_query_of_the_tables_handed_in_is_planned() {
    let engine = engine();
    let disguised = STATEMENTS.iter().flat_map(|statement| disguised(statement));
    let all: Vec<String> = HOSTILE.iter().map(|sql| (*sql).to_owned()).chain(disguised).collect();
    assert!(all.len() >= 224, "{}", all.len());
    let planned: Vec<&String> =
        all.iter().filter(|sql| engine.plan(&SourceFile::inline("q.sql", sql.as_str())).is_ok()).collect();
    assert!(planned.is_empty(), "{planned:#?}");
    // What they were aimed at is as it was.
    let sql = SourceFile::inline("q.sql", "SELECT count(*) AS rows FROM placements.placements");
    let rows = engine.run_as_written(&engine.plan(&sql).unwrap(), &Bindings::new()).unwrap();
    assert_eq!(super::pretty(&rows), "3");
    assert_eq!(engine.tables().len(), 1);
}

#[test]
fn f55_a_statement_is_pointed_at_by_its_first_word() {
    let fault = engine()
        .plan(&SourceFile::inline("q.sql", "-- innocent\nDROP TABLE placements.placements"))
        .unwrap_err();
    assert_eq!(fault.location().as_deref(), Some("q.sql:2:1"));
}
