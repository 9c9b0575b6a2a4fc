//! A shell for questions in SQL: a line editor with history and completion.
//!
//! The history is in the user's own folder for state and holds what was typed, never an answer, and no line with a pupil's
//! number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Editor, Helper};

use super::output::Output;
use crate::job::{Context, Failure};
use crate::privacy::holds_pupil_number;
use crate::project::state_folder;
use crate::run;
use crate::text::{counted, grouped};

const PROMPT: &str = "sufficiency> ";

/// The most rows that are shown; the rest is for a file.
const SHOWN: usize = 200;

/// Words of SQL that a line may hold, as most write them.
const KEYWORDS: [&str; 41] = [
    "AND",
    "AS",
    "ASC",
    "AVG",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COALESCE",
    "COUNT",
    "CROSS",
    "DATE",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INTERSECT",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MAX",
    "MIN",
    "NOT",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "SELECT",
    "SHOW TABLES",
    "SUM",
    "UNION",
    "WHERE",
    "WITH",
];

const HELP: &str =
    "A question is SQL over `pipeline.table`, or a table alone where only one has the name; `;` ends it.
  SHOW TABLES        what is published
  DESCRIBE table     its columns and what they hold
  help               this
  exit               ends the shell, as Ctrl-D does
Tab completes names and words; the arrows go through what was asked before.
Write an answer to a file with `sufficiency query --file QUESTION.sql --out ANSWER.xlsx`.";

/// Asks and answers until the person has done.
pub(super) fn run(context: &Context, out: &Output) -> Result<(), Failure> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .history_ignore_space(true)
        .max_history_size(1000)
        .map_err(Failure::bug)?
        .build();
    let mut editor: Editor<Words, FileHistory> = Editor::with_config(config).map_err(|error| {
        Failure::usage("this terminal cannot be typed to")
            .because(error)
            .help("write the SQL in a file: `--file`")
    })?;
    let names = run::names(context)?;
    let tables = names.keys().filter(|name| name.contains('.')).count();
    editor.set_helper(Some(Words::of(names)));
    let history = history_file();
    if let Some(file) = &history {
        // There is none before the first question.
        let _none = editor.load_history(file);
    }
    let tables = counted(tables, "table", "tables");
    out.line(format!("{tables}. `help` says how to ask; `SHOW TABLES` lists them; Ctrl-D ends."));
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                let asked = line.trim();
                if asked.is_empty() {
                    continue;
                }
                if !line.starts_with(' ') && !holds_pupil_number(asked) {
                    let _full = editor.add_history_entry(asked);
                    if let Some(file) = &history {
                        keep(&mut editor, file);
                    }
                }
                match asked.trim_end_matches(';').trim().to_ascii_lowercase().as_str() {
                    "exit" | "quit" | "\\q" => return Ok(()),
                    "help" | "?" | "\\h" => out.line(HELP),
                    "" => {}
                    _ => answer(context, asked, out),
                }
            }
            // What was typed is dropped, and the shell goes on.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(Failure::usage("the terminal could not be read").because(error)),
        }
    }
}

fn answer(context: &Context, sql: &str, out: &Output) {
    let answered = run::query(context, sql).and_then(|rows| {
        let count = rows.num_rows();
        out.rows(&rows.slice(0, count.min(SHOWN)))?;
        let all = counted(count as u64, "row", "rows");
        out.line(if count > SHOWN {
            format!("{all}, the first {} shown", grouped(&SHOWN.to_string()))
        } else {
            all
        });
        Ok(())
    });
    if let Err(failure) = answered {
        out.failed(&failure);
    }
}

/// Returns the file of the history, its folder made for this user alone.
fn history_file() -> Option<PathBuf> {
    let folder = state_folder()?.join("sufficiency");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("query_history"))
}

/// Writes the history so that only its owner can read it. A folder that refuses costs the history and no answer.
fn keep(editor: &mut Editor<Words, FileHistory>, file: &Path) {
    let _refused = editor.append_history(file);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _refused = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600));
    }
}

/// What completes a line: keywords, tables, and the columns of the tables that the line names.
#[derive(Debug)]
struct Words {
    tables: BTreeMap<String, Vec<String>>,
}

impl Words {
    fn of(tables: BTreeMap<String, Vec<String>>) -> Self {
        Self { tables }
    }

    /// Returns where the word that ends at `at` begins, and what it may become.
    fn candidates(&self, line: &str, at: usize) -> (usize, Vec<String>) {
        let before = line.get(..at).unwrap_or(line);
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        let start = before
            .rfind(|letter| !is_part(letter))
            .map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
        let word = before[start..].to_lowercase();
        if word.is_empty() {
            return (start, Vec::new());
        }
        let named: BTreeSet<&str> = line.split(|letter| !is_part(letter)).collect();
        let mentioned = self.tables.iter().filter(|(table, _)| named.contains(table.as_str()));
        let columns: BTreeSet<&String> = mentioned.flat_map(|(_, columns)| columns).collect();
        // Where no table is named yet, any column is better than none.
        let columns = if columns.is_empty() { self.tables.values().flatten().collect() } else { columns };
        let is_begun = |name: &&String| name.starts_with(&word) && **name != word;
        let mut found: Vec<String> = columns.into_iter().filter(is_begun).cloned().collect();
        found.extend(self.tables.keys().filter(is_begun).cloned());
        let is_lower = before[start..].chars().all(|letter| !letter.is_uppercase());
        for keyword in KEYWORDS {
            let lower = keyword.to_lowercase();
            if lower.starts_with(&word) && lower != word {
                found.push(if is_lower { lower } else { keyword.to_owned() });
            }
        }
        (start, found)
    }
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = self.candidates(line, at);
        let pair = |name: String| Pair { display: name.clone(), replacement: name };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Validator for Words {
    /// Goes on in the next line until a question ends with `;`; commands of one line need none.
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_done = is_whole(ctx.input());
        Ok(if is_done { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// Returns whether what was typed is a whole question or command.
fn is_whole(typed: &str) -> bool {
    let text = typed.trim();
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let is_sql = ["select", "with", "values", "explain", "from", "--"].contains(&first.as_str())
        || text.starts_with('(');
    !is_sql || text.ends_with(';')
}

impl Hinter for Words {
    type Hint = String;

    /// Says in a line that was just begun why there is no answer yet.
    fn hint(&self, line: &str, at: usize, _: &rustyline::Context<'_>) -> Option<String> {
        (at == line.len() && line.ends_with('\n'))
            .then(|| "-- `;` ends the question, Ctrl-C drops it".to_owned())
    }
}

impl Highlighter for Words {}

impl Helper for Words {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Words, is_whole};

    fn words() -> Words {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let lines = columns(&["amount", "account", "supplier"]);
        Words::of(BTreeMap::from([
            ("finance.ledger_lines".to_owned(), lines.clone()),
            ("ledger_lines".to_owned(), lines),
            ("placements.placements".to_owned(), columns(&["place", "academic_year"])),
        ]))
    }

    #[test]
    fn names_and_words_are_completed_where_the_word_begins() {
        let of = |line: &str| words().candidates(line, line.len());
        assert_eq!(of("SELECT * FROM fin"), (14, vec!["finance.ledger_lines".to_owned()]));
        assert_eq!(of("SELECT * FROM led"), (14, vec!["ledger_lines".to_owned()]));
        assert_eq!(of("sel"), (0, vec!["select".to_owned()]));
        assert_eq!(of("SEL"), (0, vec!["SELECT".to_owned()]));
        assert_eq!(of("SELECT "), (7, Vec::new()));
        // In the middle of a line, the columns of the table that stands behind are meant.
        let line = "SELECT a FROM ledger_lines";
        let (start, found) = words().candidates(line, 8);
        assert_eq!((start, &found[..2]), (7, &["account".to_owned(), "amount".to_owned()][..]));
        assert!(!found.contains(&"academic_year".to_owned()), "{found:?}");
    }

    #[test]
    fn a_question_ends_with_a_semicolon_and_a_command_with_its_line() {
        for whole in [
            "",
            "help",
            "SHOW TABLES",
            "describe finance.ledger_lines",
            "SELECT 1;",
            "with a as (select 1)\nselect * from a ; ",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for open in ["SELECT 1", "with a as (", "(select 1)", "-- first\nselect 1"] {
            assert!(!is_whole(open), "{open}");
        }
    }
}
