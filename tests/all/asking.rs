//! Queries by name: all tables, and a table without its pipeline.

use crate::refusals::council;

#[test]
fn a_table_is_found_without_its_pipeline_where_only_one_has_the_name() {
    let council = council();
    let bare = council.query("SELECT count(*), sum(amount) FROM ledger_lines");
    assert_eq!(bare, council.query("SELECT count(*), sum(amount) FROM finance.ledger_lines"));
    let joined = council.query(
        "SELECT count(*) FROM ledger_lines AS a JOIN finance.ledger_lines AS b USING (transaction_no)",
    );
    assert_eq!(joined.len(), 1, "both names in one query");
    let failure = sufficiency::run::query(&council.open(), "SELECT * FROM ledger_line").unwrap_err();
    assert_eq!(failure.code(), 2);
    assert!(failure.to_string().contains("did you mean `ledger_lines`?"), "{failure}");
}

#[test]
fn a_name_that_two_pipelines_have_is_refused_with_both() {
    let council = council();
    council.write("pipelines/cost_review/models/ledger_lines.sql", "SELECT 1 AS one\n");
    council.write(
        "pipelines/cost_review/models/ledger_lines.toml",
        "title = \"One\"\ndescription = \"A row\"\n",
    );
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let failure = sufficiency::run::query(&council.open(), "SELECT * FROM ledger_lines").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`ledger_lines`: expected the name of one table, found that of 2\n\
         help: there are `cost_review.ledger_lines` and `finance.ledger_lines`"
    );
}

#[test]
fn show_tables_lists_what_is_published() {
    let council = council();
    for sql in ["SHOW TABLES", " show\n tables ; "] {
        let rows = council.query(sql);
        assert!(rows.iter().any(|row| row.starts_with("finance.ledger_lines|3|")), "{rows:?}");
    }
}
