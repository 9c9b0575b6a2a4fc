//! Several files of one source, a database, and files that are full.

use super::{CSV, Field, PAY, bytes};
use crate::council::Council;
use crate::field::formats;

/// A contract of several files, those files with where they lie, and what a query of all rows answers after each run.
type Several<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
#[expect(clippy::too_many_lines, reason = "each way to have several files, with its own files")]
fn several_files_of_one_source() {
    let text = |name: &str| format!("[[columns]]\nname = \"{}\"\nfrom = \"{name}\"\n", name.to_lowercase());
    let column = |name: &str, kind: &str| format!("{}type = {kind}\n", text(name));
    let money = column("Amount", "{ money = { scale = 2 } }");
    let day = column("Date", "{ date = { format = \"%d/%m/%Y\" } }");
    let txn = column("Txn", "\"text\"");
    let pay = format!("[csv]\n{txn}{money}");
    let spent = format!("[csv]\n{txn}{}{money}", column("Supplier", "\"text\""));
    let put = |council: &Council, files: &[(&str, &str)]| {
        for (file, to) in files {
            council.write(&format!("extracts/{to}"), bytes(file));
        }
    };
    let all = |council: &Council| {
        council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
        council.query("SELECT string_agg(txn, ' ' ORDER BY txn), sum(amount) FROM share.rows").remove(0)
    };

    let months = Council::with_source(&format!("files = \"spend_*.csv\"\n[csv]\n{txn}{day}{money}"));
    for month in [
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "january",
        "february",
        "march",
    ] {
        put(&months, &[(&format!("months/spend_{month}.csv"), &format!("spend_{month}.csv"))]);
    }
    let refused = months.failure();
    assert_eq!(refused.code(), 11, "{refused}");
    assert!(refused.to_string().contains("`disposition`") && refused.to_string().contains("spend_may.csv"));

    for as_at in ["", "as_at = \"date\"\n"] {
        let contract = |day: &str| format!("files = \"register_*.csv\"\n{as_at}[csv]\n{txn}{day}{money}");
        let register = Council::with_source(&contract(&day));
        for (file, rows) in [("september", "S1 S2|2.00"), ("october", "O1 O2|4.00")] {
            let name = format!("register_{file}.csv");
            put(&register, &[(&format!("registers/{name}"), &name)]);
            assert_eq!(all(&register), rows, "{as_at}{file}");
        }
        register.contract(&contract(&format!("{day}note = \"the day of the payment\"\n")));
        assert_eq!(all(&register), "O1 O2|4.00", "{as_at}");
    }

    let folders: Several<'_> = (
        "files = \"*/payments.csv\"",
        &[
            ("folders/2023/payments.csv", "2023/payments.csv"),
            ("folders/2024/payments.csv", "2024/payments.csv"),
        ],
        "T2023 T2024|20.00",
    );
    let stems: Several<'_> = (
        "files = \"payments*\"",
        &[
            ("stems/payments.csv", "payments.csv"),
            ("stems/payments.txt", "payments.txt"),
            ("stems/payments.2024-04.csv", "payments.2024-04.csv"),
        ],
        "A C D|8.00",
    );
    for (pattern, files, rows) in [folders, stems] {
        let contract = format!("{pattern}\ndisposition = \"append\"\n{pay}");
        let at_once = Council::with_source(&contract);
        put(&at_once, files);
        assert_eq!(all(&at_once), rows);
        let one_by_one = Council::with_source(&contract);
        for file in files {
            put(&one_by_one, &[*file]);
            all(&one_by_one);
        }
        assert_eq!(all(&one_by_one), rows);
    }

    let again = [
        ("reissue/spend_2024_04.csv", "spend_2024_04.csv"),
        ("reissue/spend_2024_04 (1).csv", "spend_2024_04 (1).csv"),
    ];
    let unique = |severity: &str| {
        Council::with_source(&format!(
            "files = \"*\"\ndisposition = \"append\"\nunique = [\"txn\"]\n{severity}{spent}"
        ))
    };
    for in_two_runs in [false, true] {
        let once = unique("");
        put(&once, &again[..1]);
        if in_two_runs {
            assert_eq!(all(&once), "T1 T2|30.00");
        }
        put(&once, &again);
        assert_eq!(all(&once), "T1 T2 T3|35.00");
    }
    let stops = unique("unique_severity = \"stop\"\n");
    put(&stops, &again);
    let refused = stops.failure().to_string();
    for word in ["`spend_2024_04.csv` row 2", "row 3", "`spend_2024_04 (1).csv`"] {
        assert!(refused.contains(word), "{refused}");
    }
    let warns = unique("unique_severity = \"warn\"\n");
    put(&warns, &again);
    assert_eq!(all(&warns), "T1 T1 T2 T2 T3|65.00");
}

#[test]
fn a_database_in_another_encoding_and_with_long_numbers() {
    let of = |column: &str, kind: &str| {
        let council = Council::with_source(&format!(
            "[[columns]]\nname = \"ref\"\ntype = \"text\"\n[[columns]]\nname = \"{column}\"\ntype = {kind}\n"
        ));
        council.write(
            "settings.toml",
            "fixed_clock = \"2025-10-06T06:00\"\n[connections.share]\nsqlite = { path = \"latin1.sqlite\" }\n",
        );
        council.write("latin1.sqlite", bytes("latin1.sqlite"));
        council.write("pipelines/share/sources/rows.sql", format!("SELECT ref, {column} FROM a"));
        council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
        council.query(&format!("SELECT ref, {column} FROM share.rows ORDER BY ref"))
    };
    assert_eq!(of("name", "\"text\""), ["A2|Café", "A3|Oak", "A4|Elm"]);
    assert_eq!(
        of("amount", "{ decimal = { scale = 2 } }"),
        ["A1|0.30", "A2|1000000000000000.00", "A3|250000000000000.00"]
    );
}

#[test]
fn sheets_and_texts_that_are_full_to_their_last_row() {
    let text = |rows: usize| format!("Ref,Amount\r\nR,1.00\r\n{}R,1.00\r\n", ",\r\n".repeat(rows - 3));
    for (rows, warned) in [(65_535, 0), (65_536, 1), (1_048_575, 0), (1_048_576, 1)] {
        let read = Field::new("full.csv", text(rows), CSV, PAY).read().unwrap();
        assert_eq!(read.counts.published, 2);
        let full = read.warnings.get("full_to_the_last_row").copied().unwrap_or_default();
        assert_eq!((full, read.warnings.len()), (warned, usize::try_from(warned).unwrap()), "{rows} rows");
    }
    for (rows, warned) in [(65_535_u32, 0), (65_536, 1)] {
        let read = Field::new("full.xls", formats::reaching(rows), "[workbook]\nsheet = \"*\"", PAY);
        let read = read.read().unwrap();
        assert_eq!(read.counts.published, 3);
        let full = read.warnings.get("full_to_the_last_row").copied().unwrap_or_default();
        assert_eq!((full, read.warnings.len()), (warned, usize::try_from(warned).unwrap()), "{rows} rows");
    }
}
