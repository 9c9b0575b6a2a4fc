use super::server::Postgres;

/// Every type that a case system uses, under the contract's types.
const VALUES: &str = "
    [[columns]]
    name = \"id\"
    type = \"integer\"
    [[columns]]
    name = \"amount\"
    type = { money = { scale = 2 } }
    [[columns]]
    name = \"rate\"
    type = { decimal = { scale = 10 } }
    [[columns]]
    name = \"share\"
    type = { decimal = { scale = 4 } }
    [[columns]]
    name = \"started_on\"
    type = { date = { format = \"%Y-%m-%d\" } }
    [[columns]]
    name = \"seen_on\"
    type = { date = { format = \"%Y-%m-%dT%H:%M:%S%.f\" } }
    [[columns]]
    name = \"logged_on\"
    type = { date = { format = \"%Y-%m-%dT%H:%M:%S%.fZ\" } }
    [[columns]]
    name = \"is_open\"
    type = \"boolean\"
    [[columns]]
    name = \"note\"
    type = \"text\"
    [[columns]]
    name = \"stage\"
    type = \"text\"
";

#[test]
fn every_value_of_a_postgresql_query_lands_as_the_server_holds_it() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "CREATE TYPE stage AS ENUM ('KS3', 'KS4');
         CREATE TABLE visits (id bigint, amount numeric(20,2), rate numeric(20,10), share double precision,
             started_on date, seen timestamp, logged timestamptz, is_open boolean, note text, stage stage);
         INSERT INTO visits VALUES
             (1, 12345678901234.56, 0.1234567891, 0.1, '2024-02-29', '2024-02-29 13:05:00.25',
              '2024-08-31 23:00:00+00', true, E'Tŷ Glas, \"a\"\\tb\\nc', 'KS3'),
             (2, -0.01, -3, 1e-4, '2025-01-01', '2025-01-01 00:00:00', '2025-01-31 23:59:59+00', false, '', 'KS4'),
             (9007199254740993, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
         GRANT SELECT ON visits TO ap;",
    );
    let query = "SELECT id, amount, rate, share, started_on, seen AS seen_on, logged AS logged_on, is_open, note, stage
        FROM visits ORDER BY id";
    let council = server.council(query, VALUES);
    council.run_all().result().unwrap();
    // 23:00 in UTC on the last of August is 1 September in a British summer, and not in January.
    assert_eq!(
        council.query(
            "SELECT id, amount, rate, share, started_on, seen_on, logged_on, is_open, length(note), stage
             FROM share.rows ORDER BY id"
        ),
        [
            "1|12345678901234.56|0.1234567891|0.1000|2024-02-29|2024-02-29|2024-09-01|true|16|KS3",
            "2|-0.01|-3.0000000000|0.0001|2025-01-01|2025-01-01|2025-01-31|false||KS4",
            "9007199254740993|||||||||",
        ]
    );
    assert_eq!(council.query("SELECT note FROM share.rows WHERE id = 1"), ["Tŷ Glas, \"a\"\tb\nc"]);
}

#[test]
fn a_query_lands_again_when_its_rows_change_and_not_when_their_order_does() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "CREATE TABLE rooms (name text, places int); INSERT INTO rooms VALUES ('a', 5), ('b', 7), ('b', 7);
        GRANT SELECT ON rooms TO ap;",
    );
    let columns =
        "[[columns]]\nname = \"name\"\ntype = \"text\"\n[[columns]]\nname = \"places\"\ntype = \"integer\"\n";
    let council = server.council("SELECT name, places FROM rooms", columns);
    council.run_all().result().unwrap();
    let landings = || std::fs::read_dir(council.path("store/landings/share/rows")).unwrap().count();
    assert_eq!(landings(), 1);
    let shuffled = "CREATE TABLE other AS SELECT * FROM rooms ORDER BY places DESC; DELETE FROM rooms;
        INSERT INTO rooms SELECT * FROM other;";
    for (sql, count) in [
        ("SELECT 1", 1),
        (shuffled, 1),
        ("DELETE FROM rooms WHERE ctid = (SELECT min(ctid) FROM rooms WHERE name = 'b')", 2),
        ("UPDATE rooms SET places = 6 WHERE name = 'a'", 3),
    ] {
        server.sql(sql);
        council.run_all().result().unwrap();
        assert_eq!(landings(), count, "{sql}");
    }
    assert_eq!(council.query("SELECT sum(places) FROM share.rows"), ["13"]);
}

#[test]
fn rows_and_totals_are_of_one_moment_whatever_others_write() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "CREATE TABLE accounts (id int, amount numeric(12,2));
        INSERT INTO accounts SELECT n, 100 FROM generate_series(1, 5000) n; GRANT SELECT ON accounts TO ap;",
    );
    let columns = "[[columns]]\nname = \"id\"\ntype = \"integer\"\n[[columns]]\nname = \"amount\"\ntype = { money = { scale = 2 } }\n";
    let council = server.council("SELECT id, amount FROM accounts", columns);
    council.write(
        "pipelines/share/sources/rows.totals.sql",
        "SELECT count(*) AS rows, sum(amount) AS amount FROM accounts",
    );
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut moved = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                moved += 1;
                server.sql(&format!(
                    "BEGIN; UPDATE accounts SET amount = amount - {moved} WHERE id = 1;
                     INSERT INTO accounts VALUES ({}, {moved}); COMMIT;",
                    5000 + moved
                ));
            }
            moved
        });
        for _ in 0..5 {
            council.run_all().result().unwrap();
            assert_eq!(council.query("SELECT sum(amount) FROM share.rows"), ["500000.00"]);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0, "nobody wrote meanwhile");
    });
}

#[test]
fn a_database_of_another_encoding_is_read_as_the_text_it_holds() {
    let Some(server) = Postgres::start() else { return };
    server.sql_in(
        "old",
        "SET client_encoding TO 'UTF8'; CREATE TABLE names (name char(8)); INSERT INTO names VALUES ('Zoë');
        GRANT SELECT ON names TO ap;",
    );
    let columns = "[[columns]]\nname = \"name\"\ntype = \"text\"\nnormalise = [\"trim\"]\n";
    let council = server.council("SELECT name FROM names", columns);
    server.connect(&council, "database = \"old\"\n");
    council.run_all().result().unwrap();
    assert_eq!(council.query("SELECT name FROM share.rows"), ["Zoë"]);
}
