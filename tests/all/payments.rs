//! The six real payment files of a council, landed unchanged by one source definition.

use std::path::{Path, PathBuf};

use crate::council::Council;

/// Returns the folder of real data; without one, says loudly that the test did not run.
#[expect(clippy::disallowed_methods, reason = "the environment says where real data is")]
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = std::env::var("SUFFICIENCY_REAL_DATA").ok().map(PathBuf::from);
    if folder.is_none() {
        eprintln!("NOT RUN: a test on real data, because SUFFICIENCY_REAL_DATA is not set");
    }
    folder
}

fn payments() -> Option<Council> {
    let folder = real_data()?.join("finance");
    let council = Council::of("payments");
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"2024-04-10T06:00\"\n\
             [connections.finance_share]\nfolder = {{ path = {:?} }}\n\
             [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
             folder = {{ path = \"./mail\" }}\nallow_domains = [\"council.example\"]\n",
            folder.to_str().unwrap()
        ),
    );
    Some(council)
}

#[test]
fn the_real_ledger_comes_out_to_the_penny_by_file_and_for_alternative_provision() {
    let Some(council) = payments() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(
        council.query("SELECT _file, sum(amount) FROM finance.ledger_lines GROUP BY _file ORDER BY _file"),
        [
            "wolver_apr_2023.csv|29152334.13",
            "wolver_aug_2023.csv|27093891.65",
            "wolver_jul_2023.csv|36026581.36",
            "wolver_may_2023.csv|25499305.69",
            "wolver_oct_2023.csv|31246933.95",
            "wolver_sep_2023.csv|35088233.07",
        ]
    );
    assert_eq!(
        council.query(
            "SELECT _file, count(*), sum(amount) FROM finance.ledger_lines \
             WHERE account_code = 'R5037' GROUP BY _file ORDER BY _file"
        ),
        [
            "wolver_apr_2023.csv|39|200790.38",
            "wolver_aug_2023.csv|55|129798.32",
            "wolver_jul_2023.csv|113|98516.19",
            "wolver_may_2023.csv|66|102652.52",
            "wolver_oct_2023.csv|65|63610.82",
            "wolver_sep_2023.csv|48|95627.33",
        ]
    );
    let emails = council.emails();
    assert_eq!(emails.len(), 1, "{emails:?}");
    let email = std::fs::read_to_string(&emails[0]).unwrap();
    assert!(
        email.contains("Subject: OFFICIAL-SENSITIVE: Cost review of alternative provision 2023/24"),
        "{email}"
    );
    let text = sufficiency::post::preview(&council.open(), "cost_review", None).unwrap();
    for figure in ["£690,996", "£200,790", "£102,653", "£98,516", "£129,798", "£95,627", "£63,611"] {
        assert!(text.contains(figure), "{figure} is not in\n{text}");
    }
}

#[test]
fn the_real_ledger_comes_out_by_supplier_with_credits_netted_and_names_to_review() {
    let Some(council) = payments() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    // No supplier is named here: how many there are, what they were paid net, and the largest of them.
    assert_eq!(
        council.query(
            "SELECT count(*), sum(pounds), max(pounds), count(*) FILTER (WHERE credits < 0), sum(credits) FROM ( \
             SELECT supplier_id, sum(amount) AS pounds, sum(least(amount, 0)) AS credits FROM finance.ledger_lines \
             WHERE account_code = 'R5037' GROUP BY supplier_id)"
        ),
        ["40|690995.56|107333.34|1|-1491.00"]
    );
    assert_eq!(
        council.query(
            "SELECT count(*) FROM (SELECT DISTINCT supplier_id, _file FROM finance.ledger_lines \
             WHERE account_code = 'R5037')"
        ),
        ["93"]
    );
    // One number under several names is a firm that was renamed, or two that share it: somebody looks.
    assert_eq!(
        council.query(
            "SELECT count(*) FROM (SELECT supplier_id FROM finance.ledger_lines GROUP BY supplier_id \
             HAVING count(DISTINCT supplier_name) > 1)"
        ),
        ["6"]
    );
}

#[test]
fn the_same_files_again_change_nothing_and_send_nothing() {
    let Some(council) = payments() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let lines = council.run_all().closing_lines();
    assert_eq!(lines, ["Nothing to do: every source, table and edition is as it was."]);
    assert_eq!(council.emails().len(), 1);
}

/// Makes a project of the six files and of what the program ships to read them: the source, the models and the lists.
fn ledger() -> Option<Council> {
    let folder = real_data()?.join("finance");
    let council = Council::of("ledger");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let mut files = vec![
        "finance/seeds/ledger_accounts.csv".to_owned(),
        "commissioning/seeds/supplier_links.csv".to_owned(),
        "reference/seeds/s251_lines.csv".to_owned(),
        "reference/seeds/bank_holidays.csv".to_owned(),
        "reference/models/days.sql".to_owned(),
        "reference/models/days.toml".to_owned(),
    ];
    for model in [
        "ap_ledger",
        "financial_states",
        "spend_by_supplier",
        "supplied_providers",
        "supplier_candidates",
        "supplier_variants",
        "year_states",
    ] {
        files.extend(["sql", "toml"].map(|kind| format!("cost_review/models/{model}.{kind}")));
    }
    for file in files {
        council.write(&format!("pipelines/{file}"), std::fs::read(shipped.join(&file)).unwrap());
    }
    let source = std::fs::read_to_string(shipped.join("finance/sources/ledger_lines.toml")).unwrap();
    council.write(
        "pipelines/finance/sources/ledger_lines.toml",
        source.replace("payments/*.csv", "wolver_*_2023.csv"),
    );
    council.write(
        "settings.toml",
        format!(
            "fixed_clock = \"2024-04-10T06:00\"\n[connections.finance_share]\nfolder = {{ path = {:?} }}\n\
             [connections.lists]\nfolder = {{ path = \"./lists\" }}\n",
            folder.to_str().unwrap()
        ),
    );
    Some(council)
}

#[test]
fn the_shipped_models_find_alternative_provision_in_the_real_ledger_by_account_alone() {
    let Some(council) = ledger() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    // The figures are those of the files, worked out by hand in Python: no supplier is named here.
    assert_eq!(
        council.query(
            "SELECT month, lines, spend FROM cost_review.spend_by_supplier WHERE supplier_id = 'all' ORDER BY month"
        ),
        [
            "2023-04|39|200790.38",
            "2023-05|66|102652.52",
            "2023-07|113|98516.19",
            "2023-08|55|129798.32",
            "2023-09|48|95627.33",
            "2023-10|65|63610.82",
            "all|386|690995.56",
        ]
    );
    assert_eq!(
        council.query(
            "SELECT count(*), max(spend), min(spend), sum(credited), count(*) FILTER (WHERE credited < 0) \
             FROM cost_review.spend_by_supplier WHERE supplier_id <> 'all' AND month = 'all'"
        ),
        ["40|107333.34|100.00|-1491.00|1"]
    );
    assert_eq!(
        council.query(
            "SELECT count(*), count(*) FILTER (WHERE credited < 0) FROM cost_review.spend_by_supplier \
             WHERE supplier_id <> 'all' AND month <> 'all'"
        ),
        ["93|2"]
    );
    // Nobody is linked, so everybody is listed; none of the forty goes by two names.
    assert_eq!(
        council.query("SELECT count(DISTINCT supplier_id), sum(spend) FROM cost_review.supplier_candidates"),
        ["40|690995.56"]
    );
    assert_eq!(council.query("SELECT count(*) FROM cost_review.supplier_variants"), ["0"]);
}

#[test]
fn a_link_of_the_council_makes_a_supplier_of_the_real_ledger_a_provider() {
    let Some(council) = ledger() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let largest = council.query(
        "SELECT supplier_id FROM cost_review.spend_by_supplier WHERE supplier_id <> 'all' AND month = 'all' \
         ORDER BY spend DESC, supplier_id LIMIT 1",
    );
    council.write(
        "pipelines/commissioning/seeds/supplier_links.csv",
        format!("supplier_id,provider_id,noted_on\n{},AP0001,2024-04-10\n", largest[0]),
    );
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(
        council.query(
            "SELECT sum(spend) FROM cost_review.spend_by_supplier WHERE provider_id = 'AP0001' AND month = 'all'"
        ),
        ["107333.34"]
    );
    assert_eq!(
        council.query("SELECT count(DISTINCT supplier_id) FROM cost_review.supplier_candidates"),
        ["39"]
    );
}

#[test]
fn the_published_high_needs_workbook_gives_the_councils_pounds_for_each_resident() {
    let Some(folder) = real_data() else { return };
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference");
    let council = Council::of("ledger");
    for file in ["sources/high_needs_returns.toml", "models/high_needs.sql", "models/high_needs.toml"] {
        council.write(&format!("pipelines/reference/{file}"), std::fs::read(shipped.join(file)).unwrap());
    }
    std::fs::copy(
        folder.join("finance/high-needs-outturn-2021-22.xlsx"),
        council.path("lists").join("high-needs-outturn-2021-22.xlsx"),
    )
    .unwrap();
    council.write(
        "settings.toml",
        "fixed_clock = \"2024-04-10T06:00\"\n\
         [connections.statistics_share]\nfolder = { path = \"./lists\" }\n\
         [connections.lists]\nfolder = { path = \"./lists\" }\n",
    );
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(
        council.query(
            "SELECT financial_year, basis, sum(amount), \
             cast(sum(amount) / cast(min(population_2_18) AS DECIMAL(18, 6)) AS DECIMAL(18, 2)) \
             FROM reference.high_needs WHERE area_code = '336' AND line_group <> 'HOSPITAL' \
             GROUP BY financial_year, basis ORDER BY basis"
        ),
        ["2021-22|BUDGET|5981048.00|99.46", "2021-22|OUTTURN|7059536.00|117.39"]
    );
    assert_eq!(
        council.query(
            "SELECT count(DISTINCT area_code), count(DISTINCT area_code) FILTER (WHERE amount IS NOT NULL) \
             FROM reference.high_needs"
        ),
        ["154|150"]
    );
}

#[test]
fn pounds_of_a_model_are_exact_or_a_fault_of_check() {
    let contract = "files = \"*.csv\"\n[csv]\n[[columns]]\nname = \"txn\"\nfrom = \"Txn\"\ntype = \"text\"\n\
                    [[columns]]\nname = \"amount\"\nfrom = \"Amount\"\ntype = { money = { scale = 2 } }\n";
    let council = Council::with_source(contract);
    council.write("extracts/a.csv", "Txn,Amount\nA,90071992547409.93\n");
    council.write(
        "pipelines/share/models/costs.toml",
        "title = \"Costs\"\ngrain = [\"txn\"]\nsort = [\"txn\"]\n[indicators.gross]\n\
         definition = \"Net with value added tax\"\ncount_basis = \"ledger\"\nunit = \"pounds\"\n",
    );
    let model = |expression: &str| {
        let sql = format!("SELECT txn, {expression} AS gross FROM share.rows\n");
        council.write("pipelines/share/models/costs.sql", sql);
        let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
        sufficiency::run::check(&project).to_string()
    };
    let faults = model("cast(amount AS DOUBLE) * 1.2");
    assert!(faults.contains("expected exact pounds in `gross`"), "{faults}");
    let faults = model("amount * 1.2");
    assert!(!faults.contains("exact pounds"), "{faults}");
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    // As a float the product is 108086391056891.92.
    assert_eq!(council.query("SELECT gross FROM share.costs"), ["108086391056891.916"]);
}
