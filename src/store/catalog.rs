//! `catalog.sql`: one view a table, over the immutable files of one commit.

use super::commit::Commit;

const HEADER: &str = "-- commit ";

/// Writes the catalog of `commit`.
pub(super) fn sql(commit: &Commit) -> String {
    let mut lines = vec![
        format!("{HEADER}{}", commit.seq),
        "-- One consistent state of all tables, for DuckDB. File names are relative to the store:".to_owned(),
        "--   cd store && duckdb -init tables/catalog.sql".to_owned(),
    ];
    for (pipeline, published) in &commit.pipelines {
        lines.push(format!("\nCREATE SCHEMA IF NOT EXISTS \"{pipeline}\";"));
        for (name, table) in published.tables.iter().filter(|(_, table)| !table.internal) {
            let files: Vec<String> = table.files.iter().map(|file| format!("'{}'", file.name)).collect();
            let files = files.join(", ");
            lines.push(format!(
                "CREATE OR REPLACE VIEW \"{pipeline}\".\"{name}\" AS SELECT * FROM read_parquet([{files}]);"
            ));
            if let Some(comment) = &table.comment {
                let comment = comment.replace('\'', "''");
                lines.push(format!("COMMENT ON VIEW \"{pipeline}\".\"{name}\" IS '{comment}';"));
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Reads the number of the commit that a catalog shows.
pub(super) fn seq(sql: &[u8]) -> Option<u64> {
    let line = sql.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix(HEADER)?.parse().ok()
}
