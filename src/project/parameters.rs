//! The parameters of `sufficiency.toml` and what reads them.

use std::collections::BTreeSet;
use std::sync::Arc;

use toml::de::DeTable;

use super::loaded::Project;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

/// What the program itself reads: the gate, and the calendar.
const READ_BY_THE_PROGRAM: [&str; 6] = [
    "suppression_threshold",
    "percentage_floor",
    "large_revision",
    "dominance",
    "nearness",
    "ledger_close_days",
];

/// Returns the names that follow a `$` in a query, outside its comments.
fn parameters_named(sql: &str) -> impl Iterator<Item = String> {
    let code = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let after = code.flat_map(|line| line.split('$').skip(1));
    after.map(|text| {
        text.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect()
    })
}

/// Warns of each parameter that is set and that no model, rule or check reads: whoever sets it would wait for an effect.
pub(super) fn check(project: &Project, source: &Arc<SourceFile>, faults: &mut Diagnostics) {
    let Ok(table) = DeTable::parse(source.text()) else { return };
    let written = table.get_ref().get("parameters").and_then(|value| value.get_ref().as_table());
    let Some(written) = written else { return };
    let mut read: BTreeSet<String> = READ_BY_THE_PROGRAM.map(str::to_owned).into();
    for pipeline in project.pipelines.values() {
        let models = pipeline.models.values().map(|model| &model.sql);
        for query in models.chain(pipeline.checks.values()) {
            read.extend(parameters_named(query.text()));
        }
    }
    for name in written.keys().filter(|name| !read.contains(name.get_ref().as_ref())) {
        let message = format!("no model and no check reads `${0}`: `{0}` changes nothing", name.get_ref());
        faults.push(Diagnostic::warning(source, Some(name.span()), message));
    }
}

#[cfg(test)]
mod tests {
    use super::parameters_named;
    use crate::project::Project;

    #[test]
    fn names_in_comments_are_read_by_nothing() {
        let sql =
            "-- once by $school_days\nSELECT a / $fte_sessions FROM b -- $part_time_weeks\nWHERE c<$as_at";
        assert_eq!(parameters_named(sql).collect::<Vec<_>>(), ["fte_sessions", "as_at"]);
    }

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
        write("pipelines/use/models/fte.sql", "SELECT 1 / $fte_sessions AS fte -- not $credit_days\n");
        let (_, faults) = Project::read(folder.path());
        assert!(!faults.has_errors(), "{faults}");
        let said = faults.to_string();
        assert!(
            said.contains("`credit_days` changes nothing") && said.contains("sufficiency.toml:9:1"),
            "{said}"
        );
        assert!(!said.contains("fte_sessions") && !said.contains("suppression_threshold"), "{said}");
    }
}
