//! Where every column of a project's tables comes from, read off the SQL of its models: nothing is opened but text.

use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::SchemaRef;

use super::schemas::{Schemas, models};
use crate::diagnostic::Diagnostics;
use crate::engine::{Lineage, Origin, Origins, TableName};
use crate::project::{Computation, Model, ModelFile, Project};

/// The lineage of every model of a project. Sources and seeds are where it begins.
#[derive(Debug)]
pub(crate) struct Lineages {
    models: BTreeMap<TableName, Lineage>,
}

impl Lineages {
    /// Reads the lineage off the plans of all models.
    ///
    /// # Errors
    ///
    /// The faults of a query that cannot be planned.
    pub(crate) fn of(project: &Project, schemas: &Schemas) -> Result<Self, Diagnostics> {
        let known = |name: &TableName| schemas.tables.contains_key(name);
        let mut found = BTreeMap::new();
        for (name, model) in models(project) {
            let Some(schema) = schemas.tables.get(&name) else { continue };
            schemas.engine.enter(&name.pipeline);
            let lineage = schemas.engine.plan(&model.sql)?.lineage(&name.pipeline, &known);
            found.insert(name, with_computed(model, lineage, schema));
        }
        Ok(Self { models: found })
    }

    /// Returns the lineage of a model; `None` for a source or a seed.
    pub(crate) fn model(&self, name: &TableName) -> Option<&Lineage> {
        self.models.get(name)
    }

    /// Returns what an origin comes from directly; nothing for what a source or a seed holds.
    pub(crate) fn behind(&self, origin: &Origin) -> Origins {
        let Some(lineage) = self.models.get(&origin.table) else { return Origins::new() };
        match &origin.column {
            Some(column) => {
                let mut columns = lineage.columns.iter();
                columns.find(|(name, _)| name == column).map(|(_, from)| from.clone()).unwrap_or_default()
            }
            None => lineage
                .tables
                .iter()
                .map(|table| Origin { table: table.clone(), column: None })
                .chain(lineage.rows.iter().cloned())
                .collect(),
        }
    }

    /// Returns everything that values rest on, themselves among it, back to the sources; with what decides which rows there
    /// are where it is asked for.
    pub(crate) fn all_behind(&self, origins: &Origins, with_rows: bool) -> Origins {
        let mut found = Origins::new();
        let mut open: Vec<Origin> = origins.iter().cloned().collect();
        while let Some(origin) = open.pop() {
            if found.contains(&origin) {
                continue;
            }
            open.extend(self.behind(&origin));
            if let Some(lineage) = self.models.get(&origin.table).filter(|_| with_rows) {
                open.extend(lineage.rows.iter().cloned());
            }
            found.insert(origin);
        }
        found
    }

    /// Returns the columns of sources and seeds that values rest on.
    pub(crate) fn sources(&self, origins: &Origins) -> Origins {
        let mut found = self.all_behind(origins, false);
        found.retain(|origin| !self.models.contains_key(&origin.table));
        found
    }
}

/// Returns the lineage of a model's table, of which its query gives the columns that nothing computes.
fn with_computed(model: &Model, lineage: Lineage, schema: &SchemaRef) -> Lineage {
    let query: BTreeMap<String, Origins> = lineage.columns.iter().cloned().collect();
    let of = |column: &str| match model.file.computed_table {
        // A table that is worked out as a whole rests on all of the query.
        Some(_) => query.values().flatten().cloned().collect(),
        None => computed(&model.file, &query, column, &mut BTreeSet::new()),
    };
    let columns = schema.fields().iter().map(|field| (field.name().clone(), of(field.name())));
    Lineage { columns: columns.collect(), ..lineage }
}

/// Returns what a column rests on: what the query says, or the columns that it is computed from.
fn computed<'a>(
    file: &'a ModelFile,
    query: &BTreeMap<String, Origins>,
    column: &'a str,
    seen: &mut BTreeSet<&'a str>,
) -> Origins {
    if let Some(origins) = query.get(column) {
        return origins.clone();
    }
    let mut computations = file.computed.iter();
    let found = computations.find(|(name, _)| name.get_ref() == column).filter(|_| seen.insert(column));
    let Some((_, computation)) = found else { return Origins::new() };
    let mut parts: Vec<&str> = computation.columns().iter().map(|name| name.get_ref().as_str()).collect();
    parts.extend(computation.when().map(|name| name.get_ref().as_str()));
    if let Computation::Interval(limit) = computation {
        parts.push(limit.of.get_ref());
    }
    if let Computation::Share(share) = computation {
        parts.extend(share.over.iter().map(|name| name.get_ref().as_str()));
    }
    parts.into_iter().flat_map(|part| computed(file, query, part, seen)).collect()
}
