//! `docs/reference/commands.md` says what the parser knows, and nothing else.

mod project_files;

use std::path::Path;

/// Everything below this line of the page is written by the program.
const BELOW: &str = "## Every command\n";

#[test]
fn the_reference_of_commands_is_what_the_parser_knows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/commands.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (above, below) = page.split_once(BELOW).expect("the page has its heading");
    let written = format!("\n{}", sufficiency::cli::reference().trim_end().to_owned() + "\n");
    if std::env::var_os("SUFFICIENCY_WRITE_DOCS").is_some() {
        std::fs::write(&file, format!("{above}{BELOW}{written}")).unwrap();
        return;
    }
    assert_eq!(below, written, "write it again: SUFFICIENCY_WRITE_DOCS=1 cargo test --test all reference");
}

#[test]
fn the_reference_of_tables_is_what_the_contracts_and_models_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("docs/reference/tables.md");
    let (project, _) = sufficiency::project::Project::load(root).unwrap_or_else(|faults| panic!("{faults}"));
    let written = sufficiency::run::dictionary(&project).unwrap_or_else(|faults| panic!("{faults}")).page();
    if std::env::var_os("SUFFICIENCY_WRITE_DOCS").is_some() {
        std::fs::write(&file, written).unwrap();
        return;
    }
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page == written, "write it again: SUFFICIENCY_WRITE_DOCS=1 cargo test --test all reference");
    let tables = [
        "finance.budgets",
        "finance.ledger_lines",
        "finance.purchase_orders",
        "finance.invoice_lines",
        "commissioning.providers",
        "commissioning.provider_checks",
        "commissioning.contracts",
        "commissioning.rate_cards",
        "commissioning.commissioned_places",
        "pupils.pupil_aliases",
    ];
    for table in tables {
        let section = page.split(&format!("\n### {table}\n")).nth(1).unwrap_or_else(|| panic!("no {table}"));
        let section = section.split("\n### ").next().unwrap_or_default();
        let columns: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
        assert!(columns.len() > 3, "{table}: {columns:?}");
        assert!(
            columns.iter().all(|line| !line.ends_with("|  |")),
            "{table} has a column without a note: {columns:?}"
        );
    }
}

/// What a reader needs to count each measure again stands beside its SQL.
#[test]
fn every_measure_of_the_shipped_pipelines_says_what_is_counted_of_whom_and_from_which_records() {
    use sufficiency::project::{Project, Unit};
    let project = Project::load(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap().0;
    let mut lacking = Vec::new();
    for (pipeline, model) in project
        .pipelines
        .iter()
        .flat_map(|(name, pipeline)| pipeline.models.iter().map(move |model| (name, model)))
    {
        for (name, indicator) in &model.1.file.indicators {
            let compares = matches!(
                indicator.unit(),
                Unit::Percent | Unit::RatePer100 | Unit::RatePer1000 | Unit::Ratio
            );
            let parts = [
                ("inclusions", indicator.inclusions.is_some()),
                ("source", indicator.source.is_some()),
                ("numerator", !compares || indicator.numerator.is_some()),
                ("denominator", !compares || indicator.denominator.is_some()),
            ];
            lacking.extend(
                parts
                    .into_iter()
                    .filter(|(_, has)| !has)
                    .map(|(part, _)| format!("{pipeline}.{}: `{}` lacks `{part}`", model.0, name.get_ref())),
            );
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
