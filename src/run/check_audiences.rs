//! Whom a model is for, against whom the models that it reads are for: rows for the more trusted do not pass into a table for
//! others under another name. What adds rows up, and so drops one of their keys, is another table.

use std::collections::BTreeSet;

use crate::build::schemas::Schemas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::TableName;
use crate::project::{Audience, DisclosurePolicy, Model, Project};

/// Finds every model that is for less trusted readers than a model whose rows it has.
pub(super) fn check(project: &Project, schemas: &Schemas, faults: &mut Diagnostics) {
    for pipeline in project.pipelines.values() {
        for model in pipeline.models.values() {
            let (Some(policy), Some(settings)) = (&model.file.disclosure, &model.settings) else { continue };
            let audience = policy.audience();
            // A provider sees its own rows of a table, and nobody else's.
            if audience == Audience::Provider {
                continue;
            }
            let mut behind = BTreeSet::new();
            read(project, schemas, &TableName::new(&pipeline.name, &model.name), &mut behind);
            for name in behind {
                let Some(other) = find(project, &name) else { continue };
                let Some(theirs) = other.file.disclosure.as_ref().map(DisclosurePolicy::audience) else {
                    continue;
                };
                if !audience.may_see(theirs) && has_rows_of(model, other) {
                    let message = format!(
                        "expected a model for `{theirs}`, as `{name}` is, whose rows it has; found one for `{audience}`"
                    );
                    let help = format!(
                        "write `audience = \"{theirs}\"`, or add its rows up so that one of their keys goes: {}",
                        other
                            .file
                            .grain
                            .iter()
                            .map(|key| format!("`{}`", key.get_ref()))
                            .collect::<Vec<_>>()
                            .join(", ")
                    );
                    faults.push(Diagnostic::error(settings, None, message).with_help(help));
                }
            }
        }
    }
}

/// Returns whether a model has a row for each row of another, as far as their keys say.
fn has_rows_of(model: &Model, other: &Model) -> bool {
    let own: BTreeSet<&str> = model.file.grain.iter().map(|key| key.get_ref().as_str()).collect();
    !other.file.grain.is_empty() && other.file.grain.iter().all(|key| own.contains(key.get_ref().as_str()))
}

/// Adds the models with a policy that a model reads, also through models that have none.
fn read(project: &Project, schemas: &Schemas, name: &TableName, behind: &mut BTreeSet<TableName>) {
    let Some(model) = find(project, name) else { return };
    for table in schemas.engine.reads(&model.sql, &name.pipeline).unwrap_or_default() {
        let has_policy = find(project, &table).map(|model| model.file.disclosure.is_some());
        if has_policy.is_some() && behind.insert(table.clone()) && has_policy == Some(false) {
            read(project, schemas, &table, behind);
        }
    }
}

fn find<'a>(project: &'a Project, name: &TableName) -> Option<&'a Model> {
    project.pipelines.get(&name.pipeline)?.models.get(&name.table)
}
