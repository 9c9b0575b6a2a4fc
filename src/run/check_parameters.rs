//! The parameters of `sufficiency.toml` and what reads them.

use std::collections::BTreeSet;

use toml::de::DeTable;

use crate::build::schemas::Schemas;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::project::{Parameters, Project};

/// Warns of each parameter that is set and that no model, rule or check reads: whoever sets it would wait for an effect.
pub(super) fn check(project: &Project, schemas: &Schemas, faults: &mut Diagnostics) {
    // A query that cannot be read may be the one that reads it.
    if !project.is_read_whole() {
        return;
    }
    let path = project.root.join("sufficiency.toml");
    let Some(source) = faults.collect(SourceFile::read(&project.root, &path)) else { return };
    let Ok(table) = DeTable::parse(source.text()) else { return };
    let written = table.get_ref().get("parameters").and_then(|value| value.get_ref().as_table());
    let Some(written) = written else { return };
    let mut read: BTreeSet<String> = Parameters::READ_BY_THE_PROGRAM.map(str::to_owned).into();
    read.extend(Parameters::ALWAYS_PRINTED.map(str::to_owned));
    for pipeline in project.pipelines.values() {
        let models = pipeline.models.values().map(|model| &model.sql);
        for query in models.chain(pipeline.checks.values()) {
            // What is not SQL is said where it is planned.
            let Ok(named) = schemas.engine.parameters(query) else { return };
            read.extend(named);
        }
    }
    for name in written.keys().filter(|name| !read.contains(name.get_ref().as_ref())) {
        let message = format!("no model and no check reads `${0}`: `{0}` changes nothing", name.get_ref());
        let help = format!("take it out, or name it as `${}` in a query", name.get_ref());
        faults.push(Diagnostic::warning(&source, Some(name.span()), message).with_help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::project::Project;

    #[test]
    fn a_parameter_that_nothing_reads_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "sufficiency.toml",
            "[council]\nname = \"C\"\nla_code = \"336\"\n[owners]\ndata = \"data@council.example\"\n\
             [parameters]\nsuppression_threshold = 6\nfte_sessions = 9\ncredit_days = 90\n",
        );
        write("pipelines/use/pipeline.toml", "description = \"d\"\nowner = \"data\"\n");
        write(
            "pipelines/use/models/fte.sql",
            "SELECT 1 / $fte_sessions AS fte, '$credit_days' AS t -- not $credit_days\n",
        );
        let (project, faults) = Project::read(folder.path());
        assert!(!faults.has_errors(), "{faults}");
        let faults = crate::run::check(&project.unwrap());
        let said = faults.to_string();
        assert!(
            said.contains("`credit_days` changes nothing") && said.contains("sufficiency.toml:9:1"),
            "{said}"
        );
        assert!(!said.contains("fte_sessions") && !said.contains("suppression_threshold"), "{said}");
    }
}
