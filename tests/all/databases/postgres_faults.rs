use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sufficiency::job::Kind;

use super::server::{PASSWORD, Postgres};

const NUMBER: &str = "[[columns]]\nname = \"n\"\ntype = \"integer\"\n";

#[test]
fn a_server_that_does_not_know_us_or_is_not_known_leaves_no_password_in_messages() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "CREATE TABLE t AS SELECT 1 AS n; CREATE TABLE closed AS SELECT 1 AS n; GRANT SELECT ON t TO ap;",
    );
    let council = server.council("SELECT n FROM t", NUMBER);

    council.write("password", "a wrong one\n");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::Credentials, "{failure}");
    assert!(failure.to_string().contains("password authentication failed for user \"ap\""), "{failure}");
    assert!(!failure.to_string().contains("a wrong one"), "{failure}");
    council.write("password", format!("{PASSWORD}\n"));

    // The machine's own authorities do not know the one of this server.
    let council_ca = council.path("none.pem");
    std::fs::write(&council_ca, "").unwrap();
    server.connect(&council, "ca_file = \"none.pem\"\n");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::Credentials, "{failure}");
    assert!(failure.to_string().contains("invalid peer certificate"), "{failure}");

    server.connect(&council, "tls = \"none\"\nhost = \"db.council.example\"\n");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::Credentials, "{failure}");
    assert!(
        failure.to_string().contains("`tls = \"none\"` is for a database on this machine only"),
        "{failure}"
    );

    server.connect(&council, "");
    council.write("pipelines/share/sources/rows.sql", "SELECT n FROM closed");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::Credentials, "{failure}");
    assert!(failure.to_string().contains("permission denied for table closed"), "{failure}");

    council.write("pipelines/share/sources/rows.sql", "SELECT n FROM t");
    council.run_all().result().unwrap();
}

#[test]
fn a_query_that_writes_or_is_two_or_fails_is_refused_without_a_value() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "CREATE TABLE t (n int, name text); INSERT INTO t VALUES (1, 'Ada Lovelace'); GRANT ALL ON t TO ap;",
    );
    let council = server.council("SELECT n FROM t", NUMBER);
    for (query, said) in [
        ("UPDATE t SET n = 2 RETURNING n", "the query would change the database"),
        (
            "SELECT n FROM t; COMMIT; DELETE FROM t",
            "cannot insert multiple commands into a prepared statement",
        ),
        ("DELETE FROM t", "expected a query that returns rows, found one that returns none"),
        ("SELECT n, missing FROM t", "column \"missing\" does not exist (SQLSTATE 42703)"),
        ("SELEC n FROM t", "syntax error at or near \"SELEC\" (SQLSTATE 42601)"),
        ("SELECT name::int AS n FROM t", "it failed with SQLSTATE 22P02"),
        ("SELECT ARRAY[n] AS n FROM t", "in the column `n`, found `_int4`: cast it to `text`"),
    ] {
        council.write("pipelines/share/sources/rows.sql", query);
        let failure = council.failure();
        assert_eq!(failure.kind(), Kind::Project, "{failure}");
        assert!(failure.to_string().contains(said), "{query}: {failure}");
        assert!(!failure.to_string().contains("Ada"), "{failure}");
    }
    assert_eq!(server.sql("SELECT n, name FROM t").trim(), "1|Ada Lovelace");
}

#[test]
fn a_line_that_breaks_in_the_middle_and_a_query_without_end_keep_the_last_table() {
    let Some(server) = Postgres::start() else { return };
    server.sql("CREATE TABLE t AS SELECT n FROM generate_series(1, 10) n; GRANT SELECT ON t TO ap;");
    let council = server.council("SELECT n FROM t", NUMBER);
    council.run_all().result().unwrap();

    server.connect(&council, "query_seconds = 1\n");
    council.write("pipelines/share/sources/rows.sql", "SELECT n FROM t, pg_sleep(30)");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::SourceUnavailable, "{failure}");
    assert!(failure.to_string().contains("the query took longer than 1 s"), "{failure}");

    server.connect(&council, "");
    council.write(
        "pipelines/share/sources/rows.sql",
        "SELECT n FROM generate_series(1, 100000) n WHERE n < 50000 OR pg_sleep(0.01) IS NOT NULL",
    );
    // The line is cut as often as it is opened again.
    let done = AtomicBool::new(false);
    let failure = std::thread::scope(|scope| {
        scope.spawn(|| {
            let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'sufficiency'";
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(200));
                server.sql(end);
            }
        });
        let failure = council.failure();
        done.store(true, Ordering::Relaxed);
        failure
    });
    assert_eq!(failure.kind(), Kind::SourceUnavailable, "{failure}");
    assert!(failure.to_string().contains("terminating connection"), "{failure}");

    server.stop();
    council.write("pipelines/share/sources/rows.sql", "SELECT n FROM t");
    let failure = council.failure();
    assert_eq!(failure.kind(), Kind::SourceUnavailable, "{failure}");
    assert!(failure.to_string().contains("Connection refused"), "{failure}");
    assert_eq!(council.query("SELECT sum(n) FROM share.rows"), ["55"]);
}
