use crate::diagnostic::did_you_mean;
use crate::engine::TableName;
use crate::job::context::{no_such, one_of};
use crate::job::{Context, Failure};
use crate::project::{Pipeline, SourceDefinition};

/// Returns the sources of `scope`: a pipeline, a source, or all.
pub(crate) fn chosen<'a>(
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
    let Some(name) = TableName::parse(source) else {
        let pipelines = context.project().pipelines.values();
        let known = pipelines.flat_map(|pipeline| {
            pipeline.sources.keys().map(move |source| format!("{}.{source}", pipeline.name))
        });
        let known: Vec<String> = known.collect();
        let what = format!("expected a source as `pipeline.source`, found `{source}`");
        // Without its pipeline, the name of one source alone is enough to know which is meant.
        let named = known.iter().find(|name| name.ends_with(&format!(".{source}")));
        let nearest =
            named.map(|name| format!("did you mean `{name}`?")).or_else(|| did_you_mean(source, &known));
        return Err(nearest.into_iter().chain([one_of(&known)]).fold(Failure::usage(what), Failure::help));
    };
    let pipeline = context.pipeline(&name.pipeline)?;
    let definition = pipeline.sources.get(&name.table);
    let definition = definition.ok_or_else(|| {
        let known = pipeline.sources.keys().map(|source| format!("{}.{source}", pipeline.name));
        no_such("source", source, known).at(&pipeline.name)
    })?;
    Ok((pipeline, definition))
}
