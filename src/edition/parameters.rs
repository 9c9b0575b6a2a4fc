//! The parameters of domain practice that an edition prints: those that its models read, and no other.

use std::collections::BTreeSet;

use crate::engine::TableName;
use crate::job::{Context, Failure};
use crate::project::{Parameters, Pipeline, Report};

/// Returns name and value of the gate's two parameters, and of each that a model or check behind `report` names with `$`.
///
/// # Errors
///
/// Fails where a query of a model is not SQL.
pub(super) fn printed(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
) -> Result<Vec<(String, String)>, Failure> {
    let mut named = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for model in report.models() {
        behind(context, &TableName::new(&pipeline.name, model), &mut seen, &mut named)?;
    }
    for check in pipeline.checks.values() {
        named.extend(context.engine().parameters(check)?);
    }
    Ok(of(&context.project().council.parameters, &named))
}

/// Gathers the names in the query of a model and of each model that it reads, of whichever pipeline.
fn behind(
    context: &Context,
    table: &TableName,
    seen: &mut BTreeSet<TableName>,
    named: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let Some(pipeline) = context.project().pipelines.get(&table.pipeline) else { return Ok(()) };
    let Some(model) = pipeline.models.get(&table.table) else { return Ok(()) };
    if !seen.insert(table.clone()) {
        return Ok(());
    }
    named.extend(context.engine().parameters(&model.sql)?);
    for read in context.reads(&model.sql, &pipeline.name)? {
        behind(context, &read, seen, named)?;
    }
    Ok(())
}

/// Returns what is printed of `parameters` where queries name them so.
fn of(parameters: &Parameters, named: &BTreeSet<String>) -> Vec<(String, String)> {
    let is_printed = |name: &str| Parameters::ALWAYS_PRINTED.contains(&name) || named.contains(name);
    let read = parameters.practice().into_iter().filter(|practice| is_printed(practice.name));
    read.map(|practice| (practice.label.to_owned(), practice.shown)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::of;
    use crate::project::Parameters;

    #[test]
    fn a_parameter_that_no_model_reads_is_not_printed() {
        let printed =
            of(&Parameters::default(), &BTreeSet::from(["fte_sessions".to_owned(), "as_at".to_owned()]));
        let labels: Vec<&str> = printed.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["Counts hidden", "Least denominator of a percentage", "Full-time equivalent"]);
    }
}
