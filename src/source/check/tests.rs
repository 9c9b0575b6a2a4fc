use super::check;
use crate::diagnostic::SourceFile;
use crate::project::{SourceDefinition, SourceToml};

fn faults(toml: &str) -> Vec<String> {
    let file = SourceFile::inline("sources/tested.toml", toml);
    let source = SourceDefinition {
        name: "tested".to_owned(),
        file: SourceToml::parse(&file).unwrap(),
        source: file,
        sql: None,
        totals: None,
    };
    let shown = |fault: &crate::diagnostic::Diagnostic| {
        format!("{}: {}", fault.location().unwrap_or_default(), fault.message())
    };
    check(&source, None).iter().map(shown).collect()
}

#[test]
fn every_fault_of_a_contract_is_reported_at_once() {
    let toml = r#"connection = "share"
disposition = "merge"
key = ["plcement_id"]
quarantine_limit = "two"
[csv]
encoding = ["latin-9"]
control_total = { row = "footer", column = "Amount" }
[[columns]]
name = "placement_id"
type = "upn"
[[columns]]
name = "placement_id"
type = { date = { format = ["%d/%m/%Y", "%Q"] } }
[[columns]]
name = "born"
type = "text"
privacy = { generalise = "birth_year" }
[[columns]]
name = "code"
type = "text"
map = { P = "PRM" }
allowed = ["PERM"]
"#;
    assert_eq!(
        faults(toml),
        [
            "sources/tested.toml:9:8: expected a pupil number to be replaced or dropped, found `placement_id` as it is",
            "sources/tested.toml:12:8: `placement_id` cannot be the name of a column: it is taken",
            "sources/tested.toml:12:8: expected a date format that names a day, found `%Q` of `placement_id`",
            "sources/tested.toml:15:8: expected a date to make coarser, found `born` of another type",
            "sources/tested.toml:19:8: expected a value that `code` allows, found `PRM` in its `map`",
            "sources/tested.toml:3:8: expected a column of the contract, found `plcement_id`",
            "sources/tested.toml:4:20: expected a share of the rows, found another text",
            "sources/tested.toml:6:13: expected an encoding that can be read, found `latin-9`",
            "sources/tested.toml:1:14: the control total needs a column of money or decimals, and `Amount` is not one",
        ]
    );
}

#[test]
fn a_rule_is_planned_over_the_columns_that_it_will_see() {
    let toml = r#"connection = "share"
[[columns]]
name = "born"
type = { date = { format = "%d/%m/%Y" } }
privacy = "drop"
[[rules]]
name = "born_before"
sql = "born < started_on"
severity = "quarantine"
"#;
    let faults = faults(toml);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("sources/tested.toml:8:7: rule `born_before`: "), "{faults:?}");
}

#[test]
fn a_column_is_required_or_optional_and_never_both() {
    let column = |more: &str| {
        faults(&format!(
            "connection = \"share\"\nfiles = \"*.csv\"\n[csv]\n[[columns]]\nname = \"ref\"\ntype = \"text\"\n{more}"
        ))
    };
    assert_eq!(column("required = true\n"), Vec::<String>::new());
    assert_eq!(column("optional = true\n"), Vec::<String>::new());
    let both = column("required = true\noptional = true\n");
    assert_eq!(both.len(), 1, "{both:?}");
    assert!(both[0].contains("found both of `ref`"), "{both:?}");
}
