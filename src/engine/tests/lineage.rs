use std::collections::BTreeSet;

use super::engine;
use crate::diagnostic::SourceFile;
use crate::engine::{Lineage, Origins, TableName};

fn lineage(sql: &str) -> Lineage {
    let engine = engine();
    let planned = engine.plan(&SourceFile::inline("models/m.sql", sql)).unwrap();
    let tables: BTreeSet<TableName> = engine.tables().into_iter().collect();
    planned.lineage("needs", &|name| tables.contains(name))
}

fn written(origins: &Origins) -> String {
    let columns: Vec<&str> =
        origins.iter().map(|origin| origin.column.as_deref().unwrap_or("its rows")).collect();
    columns.join(" ")
}

/// Writes each column with what it comes from, then what decides the rows.
fn shown(sql: &str) -> Vec<String> {
    let found = lineage(sql);
    let columns = found.columns.iter().map(|(name, from)| format!("{name}: {}", written(from)));
    columns.chain([format!("rows: {}", written(&found.rows))]).collect()
}

#[test]
fn a_column_comes_from_what_its_expression_names_through_every_part_of_a_query() {
    let from = "placements.placements";
    for (sql, wanted) in [
        (
            format!(
                "SELECT placement_id AS p, cost * 2 + sessions AS c, 1 AS one FROM {from} WHERE started_on > DATE '2020-01-01'"
            ),
            vec!["p: placement_id", "c: cost sessions", "one: ", "rows: started_on"],
        ),
        (
            format!(
                "SELECT placement_id, count(*) AS n, sum(cost) AS c, count(*) FILTER (WHERE sessions > 2) AS f FROM {from} GROUP BY placement_id HAVING max(started_on) > DATE '2020-01-01'"
            ),
            vec![
                "placement_id: placement_id",
                "n: its rows",
                "c: cost",
                "f: its rows sessions",
                "rows: started_on",
            ],
        ),
        (
            format!(
                "SELECT coalesce(placement_id, 'all') AS p, sum(sessions) AS s FROM {from} GROUP BY GROUPING SETS ((placement_id), ())"
            ),
            vec!["p: placement_id", "s: sessions", "rows: "],
        ),
        (
            format!(
                "WITH a AS (SELECT placement_id, cost FROM {from}) SELECT one.cost AS c, other.placement_id AS p FROM a AS one LEFT JOIN a AS other ON one.placement_id = other.placement_id AND other.cost > 1"
            ),
            vec!["c: cost", "p: placement_id", "rows: cost placement_id"],
        ),
        (
            format!(
                "SELECT placement_id AS x FROM {from} UNION ALL SELECT CAST(sessions AS VARCHAR) FROM {from} WHERE cost > 1"
            ),
            vec!["x: placement_id sessions", "rows: cost"],
        ),
        (
            format!("SELECT sum(cost) OVER (PARTITION BY placement_id ORDER BY started_on) AS s FROM {from}"),
            vec!["s: cost placement_id started_on", "rows: "],
        ),
        (
            format!(
                "SELECT sessions FROM {from} AS a WHERE EXISTS (SELECT 1 FROM {from} AS b WHERE b.placement_id = a.placement_id AND b.cost > 1)"
            ),
            vec!["sessions: sessions", "rows: cost placement_id"],
        ),
        (
            format!(
                "SELECT (SELECT max(cost) FROM {from} AS b WHERE b.started_on < a.started_on) AS m FROM {from} AS a"
            ),
            vec!["m: cost started_on", "rows: "],
        ),
        (
            format!(
                "SELECT CASE WHEN sessions > 1 THEN cost END AS c, kind FROM {from} CROSS JOIN (VALUES ('a'), ('b')) AS kinds (kind)"
            ),
            vec!["c: cost sessions", "kind: ", "rows: "],
        ),
        (
            format!(
                "SELECT DISTINCT placement_id FROM {from} WHERE sessions IN (SELECT sessions FROM {from} WHERE cost > 1)"
            ),
            vec!["placement_id: placement_id", "rows: cost sessions"],
        ),
        (
            format!(
                "SELECT cost FROM (SELECT cost FROM {from} ORDER BY started_on, placement_id LIMIT 1) AS first"
            ),
            vec!["cost: cost", "rows: placement_id started_on"],
        ),
        (
            format!(
                "WITH RECURSIVE steps AS (SELECT placement_id, sessions AS n FROM {from} UNION ALL SELECT placement_id, n - 1 FROM steps WHERE n > 1) SELECT placement_id, n FROM steps"
            ),
            vec!["placement_id: placement_id", "n: sessions", "rows: "],
        ),
        ("SELECT a.value AS v FROM range(1, 5) AS a".to_owned(), vec!["v: ", "rows: "]),
    ] {
        assert_eq!(shown(&sql), wanted, "{sql}");
    }
    assert_eq!(
        lineage(&format!("SELECT placement_id FROM {from}")).tables,
        [TableName::new("placements", "placements")].into()
    );
}
