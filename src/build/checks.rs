//! Checks: queries that return the rows that are wrong.
//!
//! A declared rule (`unique`, `not_null`, `accepted`, `relationship`, `footing`) is written out as the query
//! that finds its faults, so that there is one way to check and the failing rows are the message.

use crate::diagnostic::Spanned;
use crate::project::Check;

/// Returns the columns of the model that a rule names.
pub(crate) fn columns(check: &Check) -> Vec<&Spanned<String>> {
    match check {
        Check::Unique(columns) | Check::NotNull(columns) => columns.iter().collect(),
        Check::Accepted(rule) => vec![&rule.column],
        Check::Relationship(rule) => vec![&rule.column],
        Check::Footing(rule) => vec![&rule.column, &rule.over],
    }
}

/// Returns a short name for a rule, as `unique (academic_year, phase)`.
pub(crate) fn name(check: &Check) -> String {
    match check {
        Check::Unique(columns) => format!("unique ({})", list(columns)),
        Check::NotNull(columns) => format!("not_null ({})", list(columns)),
        Check::Accepted(rule) => format!("accepted ({})", rule.column.get_ref()),
        Check::Relationship(rule) => {
            format!("relationship ({} to {})", rule.column.get_ref(), rule.to.get_ref())
        }
        Check::Footing(rule) => format!("footing ({} over {})", rule.column.get_ref(), rule.over.get_ref()),
    }
}

/// Returns the query that returns the rows of `table` that break a rule. `grain` names a row of the table.
pub(crate) fn sql(check: &Check, table: &str, grain: &[Spanned<String>]) -> String {
    match check {
        Check::Unique(columns) => {
            let columns = quoted_list(columns);
            format!("SELECT {columns}, count(*) AS times FROM {table} GROUP BY {columns} HAVING count(*) > 1")
        }
        Check::NotNull(columns) => {
            let missing: Vec<String> =
                columns.iter().map(|column| format!("{} IS NULL", quoted(column.get_ref()))).collect();
            format!("SELECT * FROM {table} WHERE {}", missing.join(" OR "))
        }
        Check::Accepted(rule) => {
            let column = quoted(rule.column.get_ref());
            let values: Vec<String> = rule.values.iter().map(|value| literal(value)).collect();
            format!(
                "SELECT * FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN ({})",
                values.join(", ")
            )
        }
        Check::Relationship(rule) => {
            let column = quoted(rule.column.get_ref());
            let (other, key) = rule.to.get_ref().rsplit_once('.').unwrap_or((rule.to.get_ref(), ""));
            let key = quoted(key);
            format!(
                "SELECT t.* FROM {table} AS t LEFT ANTI JOIN {other} AS o ON t.{column} = o.{key} WHERE t.{column} IS NOT NULL"
            )
        }
        Check::Footing(rule) => {
            let (column, over, total) =
                (quoted(rule.column.get_ref()), quoted(rule.over.get_ref()), literal(&rule.total));
            let rest: Vec<String> = grain
                .iter()
                .filter(|name| name.get_ref() != rule.over.get_ref())
                .map(|name| quoted(name.get_ref()))
                .collect();
            let (select, group) = if rest.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("{}, ", rest.join(", ")), format!(" GROUP BY {}", rest.join(", ")))
            };
            format!(
                "SELECT {select}sum(CASE WHEN {over} = {total} THEN {column} END) AS total, \
                 sum(CASE WHEN {over} <> {total} THEN {column} END) AS parts FROM {table}{group} \
                 HAVING coalesce(sum(CASE WHEN {over} = {total} THEN {column} END), 0) \
                 <> coalesce(sum(CASE WHEN {over} <> {total} THEN {column} END), 0)"
            )
        }
    }
}

fn list(columns: &[Spanned<String>]) -> String {
    columns.iter().map(|column| column.get_ref().as_str()).collect::<Vec<_>>().join(", ")
}

fn quoted_list(columns: &[Spanned<String>]) -> String {
    columns.iter().map(|column| quoted(column.get_ref())).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
