//! A source that is missing, empty, headerless or changed gives one clear error with its place and its
//! code; the last good tables are kept, and nothing is emailed.

use crate::council::Council;

pub(crate) const LEDGER: &str = "\
query agr_getbrowser 'Monthly Spend Report (SE)',,,,,,,,,
columns,text apar_id,text xapar_id,amount,text account,text xaccount,text pay_date__1,text voucher_no,,
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
\"subtotal,outline \",,,,,,,,,
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
INSERTED DETAIL,700001,Provider One,-20.50,r5037,AP,13/04/2023,1002,Education,AP
INSERTED DETAIL,700002,Somebody Else,99.99,R4700,Grants,14/04/2023,1003,Other,Other
INSERTED FOOTER,,,\"1,579.49\",,,,,,
footer,,,,,,,,,
";

pub(crate) const FILE: &str = "extracts/wolver_apr_2023.csv";

/// Returns a council whose ledger has been read, published, reported and sent once.
pub(crate) fn council() -> Council {
    let council = unread();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
    council
}

/// Returns a council whose ledger has not been read.
fn unread() -> Council {
    let council = Council::of("payments");
    council.write(
        "settings.toml",
        "fixed_clock = \"2024-04-10T06:00\"\n\
         [connections.finance_share]\nfolder = { path = \"extracts\" }\n\
         [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
         folder = { path = \"./mail\" }\nallow_domains = [\"council.example\"]\n",
    );
    council.write(FILE, LEDGER);
    council
}

/// Runs everything, and checks what the failure must be and what must have stayed as it was.
fn refused(council: &Council, code: u8, words: &[&str]) {
    let failure = council.failure();
    let message = failure.to_string();
    assert_eq!(failure.code(), code, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert_eq!(council.query("SELECT count(*), sum(amount) FROM finance.ledger_lines"), ["3|1579.49"]);
    assert_eq!(council.emails().len(), 1, "no report may be emailed");
    assert!(!council.notices().is_empty(), "the owner is notified");
    let history = sufficiency::ledger::history(council.open().store().objects().as_ref()).unwrap();
    // What reads from a pipeline that failed is skipped, and on record after it.
    let newest = history.iter().rev().take(2);
    let codes: Vec<u8> = newest.filter_map(|run| run.finished.as_ref()).map(|end| end.outcome.code).collect();
    assert!(codes.contains(&code), "the refusal is on record: {codes:?}");
}

#[test]
fn a_missing_source_is_unavailable() {
    let council = council();
    council.remove(FILE);
    refused(&council, 10, &["`finance.ledger_lines`", "wolver_*_2023.csv", "last good tables are unchanged"]);
}

#[test]
fn an_empty_file_is_refused() {
    let council = council();
    council.write(FILE, "");
    refused(&council, 11, &["`finance.ledger_lines`", "wolver_apr_2023.csv", "holds no rows"]);
}

#[test]
fn a_file_without_its_header_is_refused_with_what_was_looked_for() {
    let council = council();
    let headless: String =
        LEDGER.split_inclusive('\n').filter(|line| !line.contains("Supplier ID(T)")).collect();
    council.write(FILE, headless);
    refused(&council, 11, &["wolver_apr_2023.csv", "Supplier ID"]);
}

#[test]
fn a_renamed_column_is_refused_with_the_nearest_name() {
    let council = council();
    council.write(FILE, LEDGER.replace("Payment Date", "Payment Dates"));
    refused(&council, 11, &["wolver_apr_2023.csv", "Payment Date"]);
}

#[test]
fn a_footer_that_differs_by_a_penny_is_refused() {
    let council = council();
    council.write(FILE, LEDGER.replace("1,579.49", "1,579.50"));
    refused(&council, 11, &["wolver_apr_2023.csv", "1579.50", "1579.49"]);
}

#[test]
fn rows_beyond_the_limit_stop_publication() {
    let council = council();
    council.write(
        FILE,
        LEDGER.replace("14/04/2023", "31/02/2023").replace("INSERTED FOOTER,,,\"1,579.49\"", "x,,,"),
    );
    refused(&council, 11, &["1 of 3 rows", "more than the limit of 0%"]);
}

#[test]
fn a_wrong_row_stops_what_reads_from_it_and_says_so() {
    let council = council();
    council.remove(FILE);
    let outcome = council.run_all().summary();
    let skipped = &outcome["pipelines"][1];
    assert_eq!(
        (skipped["pipeline"].as_str(), skipped["skipped"].as_bool()),
        (Some("cost_review"), Some(true))
    );
}

#[test]
fn the_file_put_back_repairs_everything() {
    let council = council();
    council.write(FILE, "");
    refused(&council, 11, &[]);
    council.write(FILE, LEDGER);
    let lines = council.run_all().closing_lines();
    assert_eq!(lines, ["Nothing to do: every source, table and edition is as it was."]);
}

#[test]
fn a_reissued_file_replaces_its_earlier_self_and_the_changed_edition_waits() {
    let council = council();
    council.write(FILE, LEDGER.replace("99.99", "100.00").replace("-20.50", "-20.51"));
    let outcome = council.run_all();
    let notes = outcome.closing_lines();
    assert!(!notes.is_empty(), "{:#}", outcome.summary());
    let rows = "finance.ledger_lines: `wolver_apr_2023.csv` takes the place of other rows: 2 gone, 2 new, 1 as before";
    assert!(notes[0].contains(rows), "{notes:?}");
    assert!(
        notes[1]
            .contains("cost_review-fy2023-24-r2: the figures or their definitions changed since revision 1"),
        "{notes:?}"
    );
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.query("SELECT count(*), sum(amount) FROM finance.ledger_lines"), ["3|1579.49"]);
    assert_eq!(council.emails().len(), 1, "a changed edition never leaves by itself");
    let sent = sufficiency::post::send_edition(&council.open(), "cost_review", None, None).unwrap();
    assert_eq!((sent.editions[0].as_str(), sent.delivered), ("cost_review-fy2023-24-r2", 1));
    assert_eq!(council.emails().len(), 2);
}

#[test]
fn figures_that_go_back_are_a_revision_of_their_own_and_its_correction_goes_to_whoever_has_the_other() {
    let council = council();
    council.write(FILE, LEDGER.replace("\"1,500.00\"", "\"1,600.00\"").replace("1,579.49", "1,679.49"));
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    sufficiency::post::send_edition(&council.open(), "cost_review", None, None).unwrap();
    council.write(FILE, LEDGER);
    let made: Vec<String> = council.run_all().made().flat_map(|made| made.editions.clone()).collect();
    assert_eq!(made, ["cost_review-fy2023-24-r3"]);
    assert_eq!(council.emails().len(), 2, "it waits for a person");
    let decision = sufficiency::post::Decision { by: "A. Officer", reason: "the second file was wrong" };
    let corrected = sufficiency::post::correct(&council.open(), "cost_review", None, decision).unwrap();
    assert_eq!((corrected.editions[0].as_str(), corrected.delivered), ("cost_review-fy2023-24-r3", 1));
    assert!(council.run_all().made().all(|made| made.editions.is_empty()), "the same again is nothing new");
}

#[test]
fn a_check_that_finds_rows_stops_publication() {
    let council = council();
    council.write(
        "pipelines/cost_review/checks/no_credits.sql",
        "SELECT * FROM finance.ledger_lines WHERE amount < 0\n",
    );
    let failure = council.failure();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(
        failure
            .to_string()
            .contains("pipelines/cost_review/checks/no_credits.sql` finds 1 row that is wrong"),
        "{failure}"
    );
    assert_eq!(council.emails().len(), 1);
}

/// Returns the council with a report that may not be older than its ledger by more than a month.
fn gated() -> Council {
    let council = council();
    gate(&council);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    council
}

fn gate(council: &Council) {
    let report = "report-templates/cost_review/report.toml";
    let text = std::fs::read_to_string(council.path(report)).unwrap();
    let gate = "[gates.inputs]\n\"finance.ledger_lines\" = \"35 days\"\n\n[[key_figures]]";
    council.write(report, text.replacen("[[key_figures]]", gate, 1));
}

#[test]
fn a_month_that_was_due_and_is_not_there_holds_the_report_and_is_named() {
    let council = unread();
    let contract = "pipelines/finance/sources/ledger_lines.toml";
    let text = std::fs::read_to_string(council.path(contract)).unwrap();
    let by = |due: &str| format!("[series]\nby = \"paid_on\"\nunit = \"month\"\ndue = \"{due}\"\n\n[csv]");
    council.write(contract, text.replacen("[csv]", &by("working day 8"), 1));
    // April 2023 is there, and the year has eleven months more. The 8th working day after March is 12 April.
    let failure = council.failure();
    assert_eq!(failure.code(), 12, "{failure}");
    for words in ["`finance.ledger_lines` has no row of", "2023-06-12", "4 more", "no edition was made"] {
        assert!(failure.to_string().contains(words), "`{words}` is not in: {failure}");
    }
    assert_eq!(council.emails().len(), 0);
    let months: Vec<String> = (5..=14)
        .map(|month| {
            let (year, month) = if month > 12 { (2024, month - 12) } else { (2023, month) };
            format!("INSERTED DETAIL,700001,Provider One,1.00,R5037,AP,12/{month:02}/{year},{month}1,Education,AP\n")
        })
        .collect();
    let head: String = LEDGER.split_inclusive('\n').take(4).collect();
    council.write("extracts/wolver_rest_2023.csv", head + &months.concat());
    // March 2024 is not due until its 8th working day.
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
    council.write(contract, text.replacen("[csv]", &by("a week"), 1));
    let (project, _) = sufficiency::project::Project::load(&council.path("")).unwrap();
    let faults = sufficiency::run::check(&project).to_string();
    assert!(faults.contains("expected when a part is due, found `a week`"), "{faults}");
}

#[test]
fn a_month_that_is_missing_and_shown_stands_first_in_the_report_and_no_sum_of_its_year_is_shown() {
    let council = unread();
    let contract = "pipelines/finance/sources/ledger_lines.toml";
    let text = std::fs::read_to_string(council.path(contract)).unwrap();
    let series =
        "[series]\nby = \"paid_on\"\nunit = \"month\"\ndue = \"working day 8\"\nmissing = \"tell\"\n\n[csv]";
    council.write(contract, text.replacen("[csv]", series, 1));
    let report = "report-templates/cost_review/report.toml";
    let settings = std::fs::read_to_string(council.path(report)).unwrap();
    let headline = settings.lines().find(|line| line.starts_with("headline")).unwrap();
    council.write(report, settings.replacen(headline, "headline = \"Payments as they were received\"", 1));
    let outcome = council.run_all();
    let lines = outcome.closing_lines().join("\n");
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        lines.contains("cost_review: `finance.ledger_lines` has no row of May 2023, due by 2023-06-12"),
        "{lines}"
    );
    let page = std::fs::read_to_string(&council.emails()[0]).unwrap();
    let message = mail_parser::MessageParser::default().parse(page.as_bytes()).unwrap();
    let words = message.body_text(0).unwrap().replace('\n', " ");
    for wanted in
        ["This report is not complete.", "Ledger lines of May 2023, due by 2023-06-12", "Not received", "[x]"]
    {
        assert!(words.contains(wanted), "`{wanted}` is not in: {words}");
    }
    // A year without a single payment is held, whatever the source says of missing months.
    let only = "INSERTED DETAIL,700001,Provider One,1.00,R5037,AP,12/04/2022,1,Education,AP\n";
    let head: String = LEDGER.split_inclusive('\n').take(4).collect();
    let council = unread();
    council.write(contract, text.replacen("[csv]", series, 1));
    council.write(FILE, head + only);
    let failure = council.failure();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(failure.to_string().contains("`finance.ledger_lines` has no row of"), "{failure}");
    assert_eq!(council.emails().len(), 0);
}

#[test]
fn an_edition_made_before_passes_the_gates_again_when_it_is_sent_and_an_edit_makes_no_data_newer() {
    let council = unread();
    gate(&council);
    let options = sufficiency::job::Options { trigger: "a test".to_owned(), ..Default::default() };
    let all = sufficiency::run::Selection::All;
    let alone = sufficiency::job::Alone;
    let outcome = sufficiency::run::run(&council.open(), &all, &options, &alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 0);
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings.replace("2024-04-10", "2024-05-16"));
    let stale = || {
        let failure = council.failure();
        assert_eq!(failure.code(), 12, "{failure}");
        assert!(failure.to_string().contains("`finance.ledger_lines` is 36 days old"), "{failure}");
    };
    stale();
    assert_eq!(council.emails().len(), 0, "it does not leave");
    council.write("settings.toml", settings.replace("2024-04-10", "2024-05-15"));
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
    // The contract is edited, so the file is read again, and its rows are as old as they were.
    council.write("settings.toml", settings.replace("2024-04-10", "2024-05-16"));
    let contract = "pipelines/finance/sources/ledger_lines.toml";
    let text = std::fs::read_to_string(council.path(contract)).unwrap();
    council.write(contract, format!("{text}\n# edited\n"));
    stale();
}

/// Runs without sending; returns what `report send` then says.
fn made_and_unsent() -> Council {
    let council = unread();
    gate(&council);
    council.write(
        "pipelines/cost_review/checks/no_large_payment.sql",
        "SELECT * FROM finance.ledger_lines WHERE amount > 9000000\n",
    );
    let options = sufficiency::job::Options { trigger: "a test".to_owned(), ..Default::default() };
    let all = sufficiency::run::Selection::All;
    let alone = sufficiency::job::Alone;
    let outcome = sufficiency::run::run(&council.open(), &all, &options, &alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    council
}

#[test]
fn a_person_who_sends_an_edition_hears_that_its_sources_have_become_too_old() {
    let council = made_and_unsent();
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    let send = || sufficiency::post::send_edition(&council.open(), "cost_review", None, Some("A. Officer"));
    council.write("settings.toml", settings.replace("2024-04-10", "2024-05-16"));
    let failure = send().unwrap_err();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(failure.to_string().contains("`finance.ledger_lines` is 36 days old"), "{failure}");
    let decision = sufficiency::post::Decision { by: "A. Officer", reason: "as agreed" };
    let failure = sufficiency::post::approve(&council.open(), "cost_review", None, decision).unwrap_err();
    assert_eq!(failure.code(), 12, "{failure}");
    assert_eq!(council.emails().len(), 0, "nothing left");
    council.write("settings.toml", settings.replace("2024-04-10", "2024-05-15"));
    send().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
}

#[test]
fn a_person_who_sends_an_edition_hears_what_checks_find_in_what_has_moved_since() {
    let council = made_and_unsent();
    let ledger = std::fs::read_to_string(council.path(FILE)).unwrap();
    let run = || {
        let finance = sufficiency::run::Selection::Named(vec!["finance".to_owned()]);
        let options = sufficiency::job::Options { trigger: "a test".to_owned(), ..Default::default() };
        let alone = sufficiency::job::Alone;
        let outcome =
            sufficiency::run::run(&council.open(), &finance, &options, &alone, &mut |_| {}).unwrap();
        outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    };
    let send = || sufficiency::post::send_edition(&council.open(), "cost_review", None, None);
    let large = "INSERTED DETAIL,700001,Provider One,9000001.00,R5037,AP,12/04/2023,99991,Education,AP\n";
    let with_large = ledger.replace("INSERTED FOOTER", &format!("{large}INSERTED FOOTER"));
    council.write(FILE, with_large.replace("1,579.49", "9,001,580.49"));
    run();
    let failure = send().unwrap_err();
    assert_eq!(failure.code(), 12, "{failure}");
    assert!(failure.to_string().contains("no_large_payment.sql` finds 1 row that is wrong"), "{failure}");
    assert_eq!(council.emails().len(), 0, "nothing left");
    council.write(FILE, ledger);
    run();
    send().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
}

#[test]
fn a_missing_source_says_which_tables_of_which_report_it_touches() {
    let council = gated();
    council.remove(FILE);
    let failure = council.failure().to_string();
    assert!(failure.contains("it touches these tables of the report `cost_review`: by_month"), "{failure}");
    assert!(
        failure.contains(
            "`cost_review` is held once what was read of `finance.ledger_lines` before is older than 35 days"
        ),
        "{failure}"
    );
}

#[test]
fn a_source_that_a_reports_gates_require_holds_the_report_when_it_stays_away() {
    let council = gated();
    let sent = council.emails().len();
    council.remove(FILE);
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    let narrative = "report-templates/cost_review/report.md.hbs";
    let written = std::fs::read_to_string(council.path(narrative)).unwrap();
    for (day, held) in [("2024-05-15", false), ("2024-05-16", true)] {
        council.write("settings.toml", settings.replace("2024-04-10", day));
        // An edition is made of what is new only.
        council.write(narrative, format!("{written}\n\nAs reported on {day}.\n"));
        let selection = sufficiency::run::Selection::Named(vec!["cost_review".to_owned()]);
        let options = sufficiency::job::Options { trigger: "a test".to_owned(), ..Default::default() };
        let outcome = sufficiency::run::run(
            &council.open(),
            &selection,
            &options,
            &sufficiency::job::Alone,
            &mut |_| {},
        );
        match outcome.unwrap().result() {
            Ok(()) => assert!(!held, "{day}"),
            Err(failure) => {
                assert!(held, "{day}: {failure}");
                assert_eq!(failure.code(), 12, "{failure}");
                let words = "`cost_review`: the report is held: its data is older than it allows";
                assert!(failure.to_string().contains(words), "{failure}");
            }
        }
        assert_eq!(council.emails().len(), sent, "{day}");
    }
}

#[test]
fn f37_a_file_that_is_still_being_written_is_waited_for_and_then_unavailable() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let council = council();
    // By the machine's own clock: by the fixed one, the file changed long ago or never.
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings.replace("fixed_clock = \"2024-04-10T06:00\"", ""));
    let (path, done) = (council.path(FILE), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b",").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        });
        let failure = council.failure();
        done.store(true, Ordering::Relaxed);
        assert_eq!(failure.code(), 10, "{failure}");
        assert!(failure.to_string().contains("another program may still be writing"), "{failure}");
    });
    assert_eq!(council.query("SELECT count(*), sum(amount) FROM finance.ledger_lines"), ["3|1579.49"]);
    council.write("settings.toml", settings).write(FILE, LEDGER);
    let lines = council.run_all().closing_lines();
    assert_eq!(lines, ["Nothing to do: every source, table and edition is as it was."]);
}
