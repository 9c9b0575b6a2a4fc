//! `catalog.sql`: one view a table, over the immutable files of one commit, from whatever folder it is read.
//!
//! The place of the store stands in one line, which a reader who sees the store elsewhere overrides. Whether a catalog is as
//! it should be is asked without that line: a store that was moved is not damaged.

use std::path::Path;

use super::commit::Commit;
use super::stored_file::sha256;

const HEADER: &str = "-- commit ";

/// How the line with the place of the store begins.
const PLACE: &str = "SET VARIABLE sufficiency_store = ";

/// Writes the catalog of `commit`, of a store in `place`.
pub(super) fn sql(commit: &Commit, place: Option<&Path>) -> String {
    let mut lines = vec![
        format!("{HEADER}{}", commit.seq),
        "-- One consistent state of all tables, for DuckDB, from any folder: duckdb -init tables/catalog.sql".to_owned(),
        "-- If you see the store elsewhere, say so before: SET VARIABLE sufficiency_store = 'S:/sufficiency/store';".to_owned(),
        self::place(place),
    ];
    for (pipeline, published) in &commit.pipelines {
        let listed: Vec<_> = published.tables.iter().filter(|(_, table)| !table.internal).collect();
        if !listed.is_empty() {
            lines.push(format!("\nCREATE SCHEMA IF NOT EXISTS {};", quoted(pipeline)));
        }
        for (name, table) in listed {
            let view = format!("{}.{}", quoted(pipeline), quoted(name));
            let file =
                |name: &str| format!("getvariable('sufficiency_store') || {}", text(&format!("/{name}")));
            let files: Vec<String> = table.files.iter().map(|stored| file(&stored.name)).collect();
            let files = files.join(", ");
            lines.push(format!("CREATE OR REPLACE VIEW {view} AS SELECT * FROM read_parquet([{files}]);"));
            if let Some(comment) = &table.comment {
                lines.push(format!("COMMENT ON VIEW {view} IS {};", text(comment)));
            }
            for column in &table.columns {
                if let Some(comment) = &column.comment {
                    lines.push(format!(
                        "COMMENT ON COLUMN {view}.{} IS {};",
                        quoted(&column.name),
                        text(comment)
                    ));
                }
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Returns whether `shown` is the catalog of `commit`, wherever the store was when it was written.
pub(super) fn shows(shown: &[u8], commit: &Commit) -> bool {
    let without_place = |text: &str| {
        text.lines().filter(|line| !line.starts_with(PLACE)).map(str::to_owned).collect::<Vec<_>>()
    };
    let is_sound = |line: &str| line.rsplit_once(" -- ").is_some_and(|(line, digits)| sum(line) == digits);
    std::str::from_utf8(shown).is_ok_and(|shown| {
        shown.lines().filter(|line| line.starts_with(PLACE)).all(is_sound)
            && without_place(shown) == without_place(&sql(commit, None))
    })
}

/// Returns whether a catalog names `place` as that of the store.
pub(super) fn is_of(shown: &[u8], place: Option<&Path>) -> bool {
    let line = self::place(place);
    shown.split(|byte| *byte == b'\n').any(|shown| shown == line.as_bytes())
}

/// Reads the number of the commit that a catalog shows.
pub(super) fn seq(sql: &[u8]) -> Option<u64> {
    let line = sql.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix(HEADER)?.parse().ok()
}

/// Writes the line with the place of the store; the folder in which DuckDB runs where the store has none.
fn place(place: Option<&Path>) -> String {
    let folder = place.map_or_else(|| ".".to_owned(), |folder| folder.to_string_lossy().replace('\\', "/"));
    let line = format!("{PLACE}coalesce(getvariable('sufficiency_store'), {});", text(&folder));
    format!("{line} -- {}", sum(&line))
}

/// Returns digits that show a change of the line, which no commit knows.
fn sum(line: &str) -> String {
    let mut digits = sha256(line.as_bytes());
    digits.truncate(16);
    digits
}

/// Writes a name.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes a text.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "\'\'"))
}
