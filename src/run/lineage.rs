//! Where figures come from, for those who ask: from the columns of sources, through models, to the tables of reports.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::build::lineage::Lineages;
use crate::build::schemas::Schemas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::{Origin, Origins, TableName};
use crate::job::Failure;
use crate::job::context::no_such;
use crate::project::{Project, TableSpec};

/// The lineage of a project's tables, read off the SQL of its models.
#[derive(Debug)]
pub struct LineageMap {
    schemas: Schemas,
    lineages: Lineages,
    /// Every table of a report, with the columns that it shows.
    shown: Vec<(ShownIn, Origins)>,
}

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ShownIn {
    /// The report.
    pub report: String,
    /// The table, as `report.toml` names it.
    pub table: String,
    /// The model whose rows it shows.
    pub model: String,
}

/// The lineage of one table.
#[derive(Debug, Clone, Serialize)]
pub struct TableLineage {
    /// `pipeline.table`.
    pub table: String,
    /// `source`, `seed` or `model`.
    pub kind: &'static str,
    /// Its columns, in order.
    pub columns: Vec<ColumnLineage>,
    /// What decides which rows it has: columns of conditions and of joins.
    pub rows: Vec<String>,
    /// The columns of sources and seeds that those rest on in the end.
    pub row_sources: Vec<String>,
    /// The tables that it reads.
    pub reads: Vec<String>,
    /// The models that read it.
    pub read_by: Vec<String>,
}

/// The lineage of one column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnLineage {
    /// Its name.
    pub column: String,
    /// What its values are worked out from: columns of other tables, or, without a column, their rows.
    pub from: Vec<String>,
    /// The columns of sources and seeds that it rests on in the end.
    pub sources: Vec<String>,
    /// The tables of reports in which a figure rests on it.
    pub shown_in: Vec<ShownIn>,
}

/// Reads the lineage of a project.
///
/// # Errors
///
/// The faults of the project, when its models cannot be planned.
pub fn lineage(project: &Project) -> Result<LineageMap, Diagnostics> {
    let (schemas, faults) = Schemas::of(project).map_err(|error| Diagnostic::placeless(error.to_string()))?;
    if faults.has_errors() {
        return Err(faults);
    }
    let lineages = Lineages::of(project, &schemas)?;
    let mut shown = Vec::new();
    for report in project.reports.values() {
        let Some(pipeline) = project.pipeline_of(&report.name) else { continue };
        for (name, spec) in &report.file.tables {
            let model = TableName::new(&pipeline.name, spec.model.get_ref());
            let place = ShownIn {
                report: report.name.clone(),
                table: name.get_ref().clone(),
                model: model.to_string(),
            };
            let columns = shown_columns(project, spec, &model);
            let origins =
                columns.into_iter().map(|column| Origin { table: model.clone(), column: Some(column) });
            shown.push((place, lineages.all_behind(&origins.collect(), true)));
        }
    }
    Ok(LineageMap { schemas, lineages, shown })
}

/// Returns the columns of a model that a table of a report shows.
fn shown_columns(project: &Project, spec: &TableSpec, model: &TableName) -> BTreeSet<String> {
    let heads = spec.rows.0.iter().chain(&spec.columns).chain(&spec.values);
    let mut columns: BTreeSet<String> = heads.map(|name| name.get_ref().clone()).collect();
    if spec.values.is_empty() {
        let pipeline = project.pipelines.get(&model.pipeline);
        let model = pipeline.and_then(|pipeline| pipeline.models.get(&model.table));
        let indicators = model.into_iter().flat_map(|model| model.file.indicators.keys());
        columns.extend(indicators.map(|name| name.get_ref().clone()));
    }
    columns
}

impl LineageMap {
    /// Returns every table of a report.
    pub fn shown(&self) -> impl Iterator<Item = &ShownIn> {
        self.shown.iter().map(|(place, _)| place)
    }

    /// Returns the sources and seeds that a table of a report rests on.
    #[must_use]
    pub fn sources_of(&self, place: &ShownIn) -> BTreeSet<String> {
        let mut shown = self.shown.iter();
        let behind = shown.find(|(other, _)| other == place).map(|(_, behind)| behind);
        let tables = behind.into_iter().flatten().map(|origin| &origin.table);
        tables.filter(|table| self.lineages.model(table).is_none()).map(ToString::to_string).collect()
    }

    /// Returns every table that some model or report reads, or that reads one, in the order of names.
    pub fn tables(&self) -> impl Iterator<Item = String> {
        self.schemas.tables.keys().map(ToString::to_string)
    }

    /// Returns the lineage of `pipeline.table`; `None` where there is no such table.
    #[must_use]
    pub fn table(&self, project: &Project, name: &str) -> Option<TableLineage> {
        let table = TableName::parse(name)?;
        let schema = self.schemas.tables.get(&table)?;
        let lineage = self.lineages.model(&table);
        let pipeline = project.pipelines.get(&table.pipeline)?;
        let kind = match lineage {
            Some(_) => "model",
            None if pipeline.sources.contains_key(&table.table) => "source",
            None => "seed",
        };
        let columns = schema.fields().iter().map(|field| {
            let origin = Origin { table: table.clone(), column: Some(field.name().clone()) };
            let from = self.lineages.behind(&origin);
            ColumnLineage {
                column: field.name().clone(),
                sources: written(&self.lineages.sources(&from)),
                from: written(&from),
                shown_in: self.shown_in(&origin),
            }
        });
        let names = |tables: &mut dyn Iterator<Item = &TableName>| tables.map(ToString::to_string).collect();
        let read_by: BTreeMap<&TableName, &BTreeSet<TableName>> =
            self.schemas.reads.iter().filter(|(_, reads)| reads.contains(&table)).collect();
        Some(TableLineage {
            table: name.to_owned(),
            kind,
            columns: columns.collect(),
            rows: lineage.map(|lineage| written(&lineage.rows)).unwrap_or_default(),
            row_sources: lineage
                .map(|lineage| written(&self.lineages.sources(&lineage.rows)))
                .unwrap_or_default(),
            reads: names(&mut lineage.into_iter().flat_map(|lineage| &lineage.tables)),
            read_by: names(&mut read_by.keys().copied()),
        })
    }

    /// Returns the lineage of `pipeline.table`, or of one column of it, as `pipeline.table.column`.
    ///
    /// # Errors
    ///
    /// When there is no such table or no such column.
    pub fn find(&self, project: &Project, name: &str) -> Result<TableLineage, Failure> {
        let mut parts = name.splitn(3, '.');
        let table = [parts.next(), parts.next()].into_iter().flatten().collect::<Vec<_>>().join(".");
        let Some(mut found) = self.table(project, &table) else {
            return Err(no_such("table", &table, self.tables()));
        };
        if let Some(column) = parts.next() {
            let known: Vec<String> = found.columns.iter().map(|line| line.column.clone()).collect();
            found.columns.retain(|line| line.column == column);
            if found.columns.is_empty() {
                return Err(no_such("column", column, known));
            }
        }
        Ok(found)
    }

    fn shown_in(&self, origin: &Origin) -> Vec<ShownIn> {
        let shown = self.shown.iter().filter(|(_, behind)| behind.contains(origin));
        shown.map(|(place, _)| place.clone()).collect()
    }
}

/// Writes origins as `pipeline.table.column`; the rows of a table as `pipeline.table`.
fn written(origins: &Origins) -> Vec<String> {
    let words = origins.iter().map(|origin| match &origin.column {
        Some(column) => format!("{}.{column}", origin.table),
        None => origin.table.to_string(),
    });
    words.collect()
}

impl TableLineage {
    /// Writes the lineage as a person reads it.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{}: a {}", self.table, self.kind)];
        for column in &self.columns {
            lines.push(String::new());
            lines.push(format!("  {}", column.column));
            if self.kind == "model" {
                let constant = ["nothing: its values are written in the query".to_owned()];
                let from = if column.from.is_empty() { &constant[..] } else { &column.from };
                lines.extend(listed("from", from));
                if column.sources.is_empty() && !column.from.is_empty() {
                    lines.extend(listed("sources", &["none: the queries work it out".to_owned()]));
                } else if column.sources != column.from {
                    lines.extend(listed("sources", &column.sources));
                }
            }
            let shown =
                column.shown_in.iter().map(|place| format!("{}, table {}", place.report, place.table));
            lines.extend(listed("shown in", &shown.collect::<Vec<_>>()));
        }
        for (words, list) in [("rows by", &self.rows), ("reads", &self.reads), ("read by", &self.read_by)] {
            if !list.is_empty() {
                lines.push(String::new());
                lines.extend(listed(words, list));
            }
        }
        lines
    }
}

/// Writes a list below each other, its name before the first.
fn listed(name: &str, list: &[String]) -> Vec<String> {
    let before = |at: usize| if at == 0 { name } else { "" };
    list.iter().enumerate().map(|(at, text)| format!("    {:9} {text}", before(at))).collect()
}
