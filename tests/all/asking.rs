//! Questions: by name, from a file, as a workbook, and with other tools over the same tables.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::council::Council;
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

#[test]
fn a_table_is_described_with_and_without_its_pipeline() {
    let council = council();
    let whole = council.query("DESCRIBE finance.ledger_lines");
    assert!(whole.iter().any(|row| row.starts_with("amount|Decimal128(18, 2)|")), "{whole:?}");
    assert_eq!(council.query("desc ledger_lines;"), whole);
    assert!(council.query("DESCRIBE sufficiency.runs").iter().any(|row| row.starts_with("run|")));
    let failure = sufficiency::run::query(&council.open(), "DESCRIBE finance.ledger_line").unwrap_err();
    assert!(failure.to_string().contains("did you mean `finance.ledger_lines`?"), "{failure}");
    let described = sufficiency::run::describe(&council.open(), "ledger_lines").unwrap();
    assert_eq!(described.name, "finance.ledger_lines");
}

/// Runs the program in the council's folder with something on its standard input.
fn asked(council: &Council, arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    program.args(arguments).current_dir(council.path("")).stdin(Stdio::piped());
    let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_question_comes_from_a_file_or_from_standard_input() {
    let council = council();
    let sql = "SELECT count(*) AS n\nFROM ledger_lines;\n";
    council.write("question.sql", sql);
    let by_file = asked(&council, &["query", "--file", "question.sql", "--format", "csv"], "");
    assert_eq!(text(&by_file.stdout), "n\r\n3\r\n", "{}", text(&by_file.stderr));
    for arguments in [&["query", "--format", "csv"][..], &["query", "-", "--format", "csv"]] {
        assert_eq!(text(&asked(&council, arguments, sql).stdout), "n\r\n3\r\n");
    }
    let nothing = asked(&council, &["query"], " \n");
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("expected a question in SQL, found nothing"));
    let both = asked(&council, &["query", "SELECT 1", "--file", "question.sql"], "");
    assert_eq!(both.status.code(), Some(2));
    let nowhere = asked(&council, &["query", "--json", "--file", "nowhere.sql"], "");
    let document: serde_json::Value = serde_json::from_slice(&nowhere.stdout).unwrap();
    assert_eq!(document["error"]["place"], "nowhere.sql", "{document:#}");
}

#[test]
fn a_workbook_says_where_its_rows_come_from() {
    let council = council();
    let sql = "SELECT account_code, sum(amount) AS amount FROM finance.ledger_lines GROUP BY account_code";
    let done = asked(&council, &["query", sql, "--out", "spent.xlsx"], "");
    assert!(done.status.success(), "{}", text(&done.stderr));
    let script = "import json, openpyxl\n\
        book = openpyxl.load_workbook('spent.xlsx')\n\
        sheet, notes = book.worksheets\n\
        print(json.dumps({'names': book.sheetnames, 'frozen': sheet.freeze_panes, 'filter': sheet.auto_filter.ref,\n\
        'head': [cell.value for cell in sheet[1]], 'kind': sheet['B2'].data_type,\n\
        'notes': {row[0].value: row[1].value for row in notes.iter_rows()}}))";
    let read = Command::new("python3").args(["-c", script]).current_dir(council.path("")).output().unwrap();
    let book: serde_json::Value =
        serde_json::from_slice(&read.stdout).unwrap_or_else(|_| panic!("{}", text(&read.stderr)));
    assert_eq!(book["names"], serde_json::json!(["finance.ledger_lines", "Notes"]));
    assert_eq!((&book["frozen"], &book["kind"]), (&"A2".into(), &"n".into()));
    assert!(book["filter"].as_str().unwrap().starts_with("A1:B"), "{book:#}");
    assert_eq!(book["notes"]["SQL"], sql);
    assert_eq!(book["notes"]["Asked"], "10 April 2024, 06:00");
    assert!(book["notes"]["finance.ledger_lines"].as_str().unwrap().contains("3 rows"), "{book:#}");
    let named = asked(&council, &["query", sql, "--out", "named.xlsx", "--sheet", "Spent by account"], "");
    assert!(named.status.success(), "{}", text(&named.stderr));
    let refused = asked(&council, &["query", sql, "--sheet", "Spent"], "");
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_page_on_other_tools_does_what_it_says() {
    let council = council();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/read-the-store.md");
    let page = std::fs::read_to_string(page).unwrap();
    let blocks: Vec<&str> =
        page.split("```python\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 3, "pandas, Polars, DuckDB");
    for block in blocks {
        let done =
            Command::new("python3").args(["-c", block]).current_dir(council.path("")).output().unwrap();
        assert!(done.status.success(), "{block}\n{}", text(&done.stderr));
        assert!(text(&done.stdout).contains("R5037") || text(&done.stdout).contains("amount"), "{block}");
    }
}

#[test]
fn the_catalog_says_what_columns_hold_and_is_read_from_any_folder() {
    let council = council();
    let script = "import duckdb, json, sys\n\
        connection = duckdb.connect()\n\
        connection.execute(sys.argv[2] if len(sys.argv) > 2 else 'SELECT 1')\n\
        connection.execute(open(sys.argv[1], encoding='utf-8').read())\n\
        count = connection.execute('SELECT count(*) FROM finance.ledger_lines').fetchone()[0]\n\
        notes = connection.execute(\"SELECT count(comment), count(*) FROM duckdb_columns() WHERE table_name = 'ap_spend_by_month'\").fetchone()\n\
        print(json.dumps([count, *notes]))";
    let read = |catalog: &Path, more: &[&str]| -> serde_json::Value {
        let mut python = Command::new("python3");
        python.args(["-c", script]).arg(catalog).args(more).current_dir("/");
        let done = python.output().unwrap();
        serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{}", text(&done.stderr)))
    };
    let found = read(&council.path("store/tables/catalog.sql"), &[]);
    assert_eq!(found[0], 3);
    assert!(found[1].as_i64().unwrap() > 0, "{found}");
    // A store that was moved is whole, and whoever sees it elsewhere says where.
    std::fs::rename(council.path("store"), council.path("moved")).unwrap();
    let place = format!("SET VARIABLE sufficiency_store = '{}'", council.path("moved").display());
    assert_eq!(read(&council.path("moved/tables/catalog.sql"), &[&place])[0], 3);
    let store = sufficiency::store::Store::look(council.path("moved"));
    assert!(store.verify().unwrap().is_whole());
    // The next start writes the new place.
    drop(sufficiency::store::Store::open(sufficiency::store::Place::Folder(council.path("moved"))).unwrap());
    assert_eq!(read(&council.path("moved/tables/catalog.sql"), &[])[0], 3);
}

/// Types lines at a terminal, waits for each answer, and prints all that was shown.
const TYPIST: &str = r"
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    os.execv(sys.argv[1], [sys.argv[1], 'query'])
shown = b''
def until(words, since):
    global shown
    end = time.time() + 60
    while words not in shown[since:]:
        if time.time() > end:
            sys.exit(f'expected {words}, found {shown[since:]}')
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                return
until(b'sufficiency> ', 0)
for typed, words in eval(sys.argv[2]):
    since = len(shown)
    os.write(terminal, typed.encode())
    until(words.encode(), since)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
";

#[test]
fn the_shell_completes_answers_goes_on_after_faults_and_remembers_only_what_was_typed() {
    let council = council();
    let lines = r"[
        ('SHOW TABLES\r', '2 rows'),
        ('SELECT count(*) AS n FROM ledger_l\t', 'ledger_lines'),
        (';\r', '1 row'),
        ('SELECT sum(amount)\r', '\n'),
        ('FROM finance.ledger_lines;\r', '1579.49'),
        ('SELECT amunt FROM ledger_lines;\r', 'error'),
        ('DESCRIBE ledger_lines\r', 'account_code'),
        ('SELECT 1 AS one WHERE \'Q336203325001\' = \'\';\r', '0 rows'),
        ('help\r', 'Tab completes'),
        ('\x04', ''),
    ]";
    let mut python = Command::new("python3");
    python.args(["-c", TYPIST, env!("CARGO_BIN_EXE_sufficiency"), lines]);
    let output =
        python.env("XDG_STATE_HOME", council.path("state")).current_dir(council.path("")).output().unwrap();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    let history = council.path("state/sufficiency/query_history");
    let remembered = std::fs::read_to_string(&history).unwrap();
    assert!(remembered.contains("SELECT count(*) AS n FROM ledger_lines;"), "{remembered}");
    for never in ["1579", "Q336203325001", "R5037"] {
        assert!(!remembered.contains(never), "{remembered}");
    }
    assert_eq!(std::fs::metadata(&history).unwrap().permissions().mode() & 0o777, 0o600);
}
