use arrow::datatypes::SchemaRef;

use super::schema::{full_schema, personal_columns};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::engine::Predicate;
use crate::project::{Privacy, RuleSeverity, SourceDefinition};

/// A rule over the typed row, planned.
pub(super) struct PlannedRule<'a> {
    pub(super) name: &'a str,
    pub(super) severity: RuleSeverity,
    pub(super) predicate: Predicate,
    /// Whether it reads a personal column: a row that breaks it is corrected at its source.
    pub(super) personal: bool,
    /// Whether it reads a column that is dropped: rows of quarantine cannot be judged by it again.
    pub(super) reads_dropped: bool,
}

/// Returns every fault of the rules of `source`.
pub(in crate::source) fn check(source: &SourceDefinition) -> Diagnostics {
    plan(source, &full_schema(source)).1
}

/// Plans the rules of `source` over all of its columns. Returns the planned ones, and the faults of the others.
pub(super) fn plan<'a>(
    source: &'a SourceDefinition,
    full: &SchemaRef,
) -> (Vec<PlannedRule<'a>>, Diagnostics) {
    let (mut planned, mut faults) = (Vec::new(), Diagnostics::default());
    for rule in &source.file.rules {
        let name = rule.name.get_ref();
        let sql = SourceFile::inline(name, rule.sql.get_ref().clone());
        match Predicate::plan(full, &sql) {
            Ok(predicate) => {
                let text = rule.sql.get_ref().to_lowercase();
                let personal = personal_columns(source)
                    .any(|column| mentions(&text, &column.name.get_ref().to_lowercase()));
                let reads_dropped = personal_columns(source)
                    .filter(|column| matches!(column.privacy, Privacy::Drop))
                    .any(|column| mentions(&text, &column.name.get_ref().to_lowercase()));
                let severity = rule.severity;
                planned.push(PlannedRule { name, severity, predicate, personal, reads_dropped });
            }
            Err(fault) => {
                let message = format!("rule `{name}`: {}", fault.message());
                let help = fault.help().map(ToOwned::to_owned);
                let placed = Diagnostic::error(&source.source, Some(rule.sql.span()), message);
                faults.push(placed.with_help(help));
            }
        }
    }
    (planned, faults)
}

/// Returns whether `name` is a word of `text`.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|word| word == name)
}
