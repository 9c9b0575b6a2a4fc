//! The tables that contracts name: code lists, references, look-ups. Seeds come from their files, sources of the
//! same pipeline as they have just landed, everything else as it is published.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::{assemble, seed};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::engine::{TableName, order};
use crate::job::{Context, Failure, Kept};
use crate::privacy::Pseudonyms;
use crate::project::{Pipeline, Project, SourceDefinition};
use crate::source::{self, Inputs, KeysThere};

/// Collects what `definition` is judged with.
pub(crate) fn inputs(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<Inputs, Failure> {
    inputs_of(context, definition, pseudonyms, &mut |table| rows(context, pipeline, table))
}

/// Collects what `definition` is judged with, the tables that it names by `rows`.
pub(super) fn inputs_of(
    context: &Context,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
    rows: &mut dyn FnMut(&str) -> Result<Vec<RecordBatch>, Failure>,
) -> Result<Inputs, Failure> {
    let mut lists: BTreeMap<String, Vec<RecordBatch>> = BTreeMap::new();
    for one in source::lists(definition) {
        if !lists.contains_key(one.table) {
            lists.insert(one.table.to_owned(), rows(one.table)?);
        }
    }
    Ok(Inputs {
        pseudonyms: pseudonyms.cloned(),
        lists,
        there: KeysThere::default(),
        shared: BTreeMap::new(),
        today: context.clock().today(),
        zone: Some(context.clock().zone()),
    })
}

/// Reads the rows of a table that a contract of `pipeline` names.
pub(super) fn rows(context: &Context, pipeline: &Pipeline, table: &str) -> Result<Vec<RecordBatch>, Failure> {
    let missing = || {
        Failure::gate(format!("a contract names `{table}`, which is not there yet"))
            .at(&pipeline.name)
            .kept(Kept::LastTables)
            .help("`sufficiency check` says which tables there are")
    };
    let name = TableName::parse(table).ok_or_else(missing)?;
    let owner = context.project().pipelines.get(&name.pipeline);
    if let Some(text) = owner.and_then(|owner| owner.seeds.get(&name.table)) {
        return Ok(vec![seed::table(text)?]);
    }
    if name.pipeline == pipeline.name {
        let definition = pipeline.sources.get(&name.table).ok_or_else(missing)?;
        let assembly = assemble::assembly(context, pipeline, definition, None)?.ok_or_else(missing)?;
        return assembly.rows(context);
    }
    let head = context.store().head()?;
    let published = head.as_ref().filter(|commit| commit.table(&name.pipeline, &name.table).is_some());
    let commit = published.ok_or_else(|| {
        let what = format!("a contract of `{}` names `{table}`, which is not published yet", pipeline.name);
        Failure::gate(what).kept(Kept::LastTables).help(format!("`sufficiency run {}`", name.pipeline))
    })?;
    Ok(context.store().read_table(commit, &name.pipeline, &name.table)?)
}

/// Returns the sources of `pipeline` that the contract of `definition` names.
pub(crate) fn own(pipeline: &Pipeline, definition: &SourceDefinition) -> BTreeSet<String> {
    let named = source::lists(definition).into_iter().filter_map(|one| TableName::parse(one.table));
    let own =
        named.filter(|name| name.pipeline == pipeline.name && pipeline.sources.contains_key(&name.table));
    own.map(|name| name.table).collect()
}

/// Sorts the sources of `pipeline`, each after those of its own that its contract names.
pub(crate) fn in_order(pipeline: &Pipeline) -> Result<Vec<&SourceDefinition>, Diagnostics> {
    let sources = pipeline.sources.values();
    let reads: BTreeMap<String, BTreeSet<String>> =
        sources.map(|definition| (definition.name.clone(), own(pipeline, definition))).collect();
    let sorted = order(&reads).map_err(|cycle| {
        let message = format!("these contracts name each other in a circle: {}", cycle.join(" → "));
        Diagnostic::error(&pipeline.source, None, message)
    })?;
    Ok(sorted.iter().filter_map(|name| pipeline.sources.get(name)).collect())
}

/// Finds the other pipelines whose tables, but for seeds, the contracts of `pipeline` name.
pub(crate) fn pipelines_named(project: &Project, pipeline: &Pipeline) -> BTreeSet<String> {
    let uses = pipeline.sources.values().flat_map(source::lists);
    let tables = uses.filter_map(|one| TableName::parse(one.table));
    let is_seed = |name: &TableName| {
        let owner = project.pipelines.get(&name.pipeline);
        owner.is_some_and(|owner| owner.seeds.contains_key(&name.table))
    };
    tables.filter(|name| name.pipeline != pipeline.name && !is_seed(name)).map(|name| name.pipeline).collect()
}

/// Finds contracts that name a table or a column that is not there.
pub(crate) fn check(
    pipeline: &Pipeline,
    tables: &BTreeMap<TableName, arrow::datatypes::SchemaRef>,
    faults: &mut Diagnostics,
) {
    for definition in pipeline.sources.values() {
        for one in source::lists(definition) {
            let at =
                |message: String| Diagnostic::error(&definition.source, Some(one.written.span()), message);
            let name = TableName::parse(one.table);
            match name.as_ref().and_then(|name| tables.get(name)) {
                None => {
                    let known: Vec<String> = tables.keys().map(ToString::to_string).collect();
                    let help = did_you_mean(one.table, &known)
                        .unwrap_or_else(|| "write it as `pipeline.table`".to_owned());
                    faults.push(at(format!("no pipeline makes the table `{}`", one.table)).with_help(help));
                }
                Some(_)
                    if name.as_ref().is_some_and(|name| {
                        name.pipeline == pipeline.name && pipeline.models.contains_key(&name.table)
                    }) =>
                {
                    let message =
                        format!("`{}` is a model of this pipeline, made after its sources", one.table);
                    let help = "name a seed, a source, or a table of another pipeline".to_owned();
                    faults.push(at(message).with_help(help));
                }
                Some(schema) if schema.field_with_name(one.column).is_err() => {
                    let columns: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
                    let message = format!("`{}` has no column `{}`", one.table, one.column);
                    faults.push(at(message).with_help(did_you_mean(one.column, columns)));
                }
                Some(_) => {}
            }
        }
    }
    if let Err(circle) = in_order(pipeline) {
        faults.extend(circle);
    }
}
