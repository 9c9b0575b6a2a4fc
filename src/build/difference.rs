//! What the rows of a model differ by from those that its test expects, as a person reads it.

use similar::{DiffTag, TextDiff};

use crate::diagnostic::SourceFile;

/// How many lines of a difference are shown.
const SHOWN: usize = 40;

/// How many equal lines are shown before and after those that differ.
const AROUND: usize = 2;

/// How many characters of a line are shown.
const WIDTH: usize = 160;

/// Returns what `found` differs by from the text of `expected`, if it does: the file with the first line that differs,
/// then a unified difference. `\r\n` is a line's end as `\n` is, and the end of the last line may be missing.
pub(super) fn difference(expected: &SourceFile, found: &str) -> Option<String> {
    let (wanted, found) = (lines(expected.text()), lines(found));
    if wanted == found {
        return None;
    }
    let diff = TextDiff::from_lines(&wanted, &found);
    let first = diff.ops().iter().find(|op| op.tag() != DiffTag::Equal).map_or(0, |op| op.old_range().start);
    let unified = diff.unified_diff().context_radius(AROUND).header("expected", "found").to_string();
    let mut said = vec![format!("{}:{}: expected and found rows differ", expected.shown(), first + 1)];
    // Without the names of the columns, the rows of a later hunk cannot be read.
    said.extend(
        wanted.lines().next().filter(|_| first > AROUND).map(|line| format!("columns: {}", short(line))),
    );
    said.extend(unified.lines().take(SHOWN).map(short));
    let rest = unified.lines().count().saturating_sub(SHOWN);
    said.extend((rest > 0).then(|| format!("and {rest} more lines")));
    Some(said.into_iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"))
}

/// Returns `text` with one kind of line end, and one at its end.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned() + "\n"
}

/// Cuts a line to as much of it as is shown.
fn short(line: &str) -> String {
    let mut shown: String = line.chars().take(WIDTH).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expected: &str, found: &str) -> Option<String> {
        difference(&SourceFile::inline("pipelines/need/tests/places/expected.csv", expected), found)
    }

    #[test]
    fn rows_that_differ_only_in_how_lines_end_do_not_differ() {
        assert_eq!(of("phase,places\r\nprimary,3\r\n", "phase,places\nprimary,3\n"), None);
        assert_eq!(of("phase,places\nprimary,3", "phase,places\nprimary,3\n"), None);
    }

    #[test]
    fn a_row_that_differs_is_shown_with_its_file_its_line_and_its_columns() {
        let expected = "phase,places\na,1\nb,2\nc,3\nd,4\ne,5\n";
        let said = of(expected, &expected.replace("d,4", "d,44").replace("e,5\n", "e,5\nf,6\n")).unwrap();
        assert_eq!(
            said,
            "  pipelines/need/tests/places/expected.csv:5: expected and found rows differ\n  \
               columns: phase,places\n  \
               --- expected\n  \
               +++ found\n  \
               @@ -3,4 +3,5 @@\n   \
               b,2\n   \
               c,3\n  \
               -d,4\n  \
               +d,44\n   \
               e,5\n  \
               +f,6"
        );
    }

    #[test]
    fn a_row_too_few_is_a_line_that_is_taken_away_and_no_other_line_differs() {
        let said = of("phase\na\nb\nc\nd\n", "phase\nb\nc\nd\n").unwrap();
        assert_eq!(said.lines().filter(|line| line.starts_with("  -") && !line.contains("---")).count(), 1);
        assert!(!said.contains("+b"), "{said}");
    }

    #[test]
    fn a_long_difference_and_a_long_line_are_cut() {
        let rows: Vec<String> = (0..500).map(|row| format!("{row},{}", "x".repeat(400))).collect();
        let expected = rows.join("\n");
        let said = of(&expected, &expected.replace('x', "y")).unwrap();
        assert_eq!(said.lines().count(), SHOWN + 2);
        assert!(said.ends_with(" more lines"), "{said}");
        assert!(said.lines().all(|line| line.chars().count() <= WIDTH + 3));
    }
}
