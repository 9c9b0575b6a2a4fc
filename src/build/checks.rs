//! Checks: queries that return the rows that are wrong.
//!
//! A declared rule (`unique`, `not_null`, `accepted`, `relationship`, `footing`) is written out as the query
//! that finds its faults, so that there is one way to check and the failing rows are the message.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{SourceFile, Spanned};
use crate::job::Fingerprint;
use crate::project::{Check, Pipeline, Privacy, SourceDefinition};
use crate::text::counted;

/// One check of a pipeline.
pub(super) struct Made {
    /// The table whose rule it is; `None` for a query of the pipeline's own.
    pub(super) table: Option<String>,
    /// Its name: of a rule, within its table.
    pub(super) name: String,
    /// The query that returns the rows that are wrong.
    pub(super) sql: Arc<SourceFile>,
}

impl Made {
    fn rule(pipeline: &Pipeline, table: &str, name: String, sql: impl Fn(&str) -> String) -> Self {
        let full = format!("{}.{}", quoted(&pipeline.name), quoted(table));
        let sql = SourceFile::inline(&format!("{table}: {name}"), sql(&full));
        Self { table: Some(table.to_owned()), name, sql }
    }

    /// Returns the name by which the record of a run knows it.
    pub(super) fn recorded(&self) -> String {
        self.table.as_ref().map_or_else(|| self.name.clone(), |table| format!("{table}: {}", self.name))
    }

    /// Says how many rows are wrong.
    pub(super) fn words(&self, wrong: u64) -> String {
        if self.table.is_some() {
            format!("{} `{}`", counted(wrong, "row breaks", "rows break"), self.recorded())
        } else {
            let rows = counted(wrong, "row that is wrong", "rows that are wrong");
            format!("`{}` finds {rows}", self.sql.shown())
        }
    }
}

/// Returns whether a run of `pipeline` makes any check.
pub(crate) fn has_checks(pipeline: &Pipeline) -> bool {
    !of(pipeline).is_empty()
}

/// Returns every check of `pipeline`: the rules of its models, what its sources say of their aliases, its own queries.
pub(super) fn of(pipeline: &Pipeline) -> Vec<Made> {
    let rules = pipeline.models.iter().flat_map(|(table, model)| {
        let grain = &model.file.grain;
        let rules = model.file.checks.iter();
        let rules = rules.map(|rule| Made::rule(pipeline, table, name(rule), |full| sql(rule, full, grain)));
        let is_said = grain.is_empty() || model.file.checks.iter().any(|rule| is_unique_by(rule, grain));
        let own = (!is_said).then(|| {
            Made::rule(pipeline, table, format!("grain ({})", list(grain)), |full| twice(full, grain))
        });
        rules.chain(own)
    });
    let aliases = pipeline.sources.iter().flat_map(|(table, definition)| {
        aliases(definition).map(|(alias, of)| {
            let name = format!("alias_of ({alias} of {of})");
            Made::rule(pipeline, table, name, |full| aliases_of_aliases(full, alias, of))
        })
    });
    let own = pipeline.checks.iter();
    let own = own.map(|(name, sql)| Made { table: None, name: name.clone(), sql: Arc::clone(sql) });
    rules.chain(aliases).chain(own).collect()
}

/// Returns the columns of a source that hold a number of before, each with the column of the number of now.
fn aliases(definition: &SourceDefinition) -> impl Iterator<Item = (&str, &str)> {
    definition.file.columns.iter().filter_map(|column| match &column.privacy {
        Privacy::Pseudonymise(to) => {
            Some((column.name.get_ref().as_str(), to.alias_of.as_ref()?.get_ref().as_str()))
        }
        _ => None,
    })
}

/// Returns the query that returns the rows whose number of now is itself a number of before: an event that is followed
/// through such a row would be counted as one of another child.
fn aliases_of_aliases(table: &str, alias: &str, of: &str) -> String {
    let (alias, of) = (quoted(alias), quoted(of));
    format!("SELECT a.* FROM {table} AS a LEFT SEMI JOIN {table} AS b ON a.{of} = b.{alias}")
}

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
fn sql(check: &Check, table: &str, grain: &[Spanned<String>]) -> String {
    match check {
        Check::Unique(columns) => twice(table, columns),
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

/// Returns whether a rule says of a table that no two rows are equal in the columns of its grain.
fn is_unique_by(check: &Check, grain: &[Spanned<String>]) -> bool {
    let names =
        |columns: &[Spanned<String>]| columns.iter().map(Spanned::get_ref).cloned().collect::<BTreeSet<_>>();
    matches!(check, Check::Unique(columns) if names(columns) == names(grain))
}

/// Returns the query that returns the values of `columns` that two rows of `table` share.
fn twice(table: &str, columns: &[Spanned<String>]) -> String {
    let columns = quoted_list(columns);
    format!("SELECT {columns}, count(*) AS times FROM {table} GROUP BY {columns} HAVING count(*) > 1")
}

/// Names the checks of `pipeline`: another name, other checks.
pub(super) fn fingerprint(pipeline: &Pipeline) -> String {
    let mut fingerprint = Fingerprint::of("checks");
    for check in of(pipeline) {
        fingerprint.add(check.recorded());
        fingerprint.add(check.sql.text());
    }
    for check in &pipeline.file.warn_checks {
        fingerprint.add(check.get_ref());
    }
    fingerprint.finish()
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
