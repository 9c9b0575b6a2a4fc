use crate::engine::TableName;
use crate::job::context::no_such;
use crate::job::{Context, Failure};
use crate::project::{Pipeline, SourceDefinition};

/// Returns the sources of `scope`: a pipeline, a source, or all.
pub(super) fn chosen<'a>(
    context: &'a Context,
    scope: Option<&str>,
) -> Result<Vec<(&'a Pipeline, &'a SourceDefinition)>, Failure> {
    match scope {
        Some(source) if source.contains('.') => Ok(vec![one(context, source)?]),
        Some(name) => {
            let pipeline = context.pipeline(name)?;
            Ok(pipeline.sources.values().map(|definition| (pipeline, definition)).collect())
        }
        None => {
            let pipelines = context.project().pipelines.values();
            Ok(pipelines
                .flat_map(|one| one.sources.values().map(move |definition| (one, definition)))
                .collect())
        }
    }
}

/// Returns the source called `pipeline.source`.
pub(super) fn one<'a>(
    context: &'a Context,
    source: &str,
) -> Result<(&'a Pipeline, &'a SourceDefinition), Failure> {
    let name = TableName::parse(source)
        .ok_or_else(|| Failure::usage(format!("expected a source as `pipeline.source`, found `{source}`")))?;
    let pipeline = context.pipeline(&name.pipeline)?;
    let definition = pipeline.sources.get(&name.table);
    let definition = definition.ok_or_else(|| no_such("source", &name.table, pipeline.sources.keys()))?;
    Ok((pipeline, definition))
}
