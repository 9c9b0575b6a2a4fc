//! The six real payment files of a council, landed unchanged by one source definition.

use std::path::PathBuf;

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
            "wolver_apr_2023|29152334.13",
            "wolver_aug_2023|27093891.65",
            "wolver_jul_2023|36026581.36",
            "wolver_may_2023|25499305.69",
            "wolver_oct_2023|31246933.95",
            "wolver_sep_2023|35088233.07",
        ]
    );
    assert_eq!(
        council.query(
            "SELECT _file, count(*), sum(amount) FROM finance.ledger_lines \
             WHERE account_code = 'R5037' GROUP BY _file ORDER BY _file"
        ),
        [
            "wolver_apr_2023|39|200790.38",
            "wolver_aug_2023|55|129798.32",
            "wolver_jul_2023|113|98516.19",
            "wolver_may_2023|66|102652.52",
            "wolver_oct_2023|65|63610.82",
            "wolver_sep_2023|48|95627.33",
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
