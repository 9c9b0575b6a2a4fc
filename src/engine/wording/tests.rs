use super::{Wording, of};

#[test]
fn what_the_parser_says_has_the_form_of_every_other_message() {
    for (theirs, ours) in [
        ("expected: an expression, found: EOF", "expected an expression, found the end of the query"),
        ("expected: an SQL statement, found: SELEC", "expected an SQL statement, found `SELEC`"),
        ("expected: end of statement, found: .", "expected the end of the query, found `.`"),
        ("expected: ), found: FROM", "expected `)`, or more of what it closes, found `FROM`"),
        ("expected: identifier, found: 7", "expected a name, found `7`"),
        ("unterminated string literal", "expected the end of a text, a `'`, found the end of the query"),
        ("column 'stat' not found", "expected the name of a column, found `stat`"),
        ("table 'a.b' not found", "expected the name of a table, found `a.b`"),
        ("invalid function 'foo'", "expected the name of a function, found `foo`"),
        (
            "function 'sum' failed to match any signature, errors: Function 'sum' expects 1 arguments but received 2",
            "expected 1 argument of `sum`, found 2",
        ),
        (
            "function 'sum' failed to match any signature, errors: it wants a number but received String.",
            "expected a type that `sum` takes, found String",
        ),
        ("expected whatever it is", "expected whatever it is"),
    ] {
        assert_eq!(of(theirs), Wording { message: ours.to_owned(), help: None, cause: None });
    }
}

#[test]
fn what_has_no_other_words_is_the_cause_and_never_the_message() {
    let said = of("the cow jumped over the moon");
    assert_eq!(said.message, "expected SQL that the engine can run, found some that it refuses");
    assert_eq!(said.cause, Some("the cow jumped over the moon".into()));
    assert!(said.help.is_some_and(|help| help.starts_with("write it in another way")));
}

#[test]
fn what_the_planner_says_has_the_form_of_every_other_message() {
    for (theirs, ours) in [
        (
            "cannot create filter with non-boolean predicate 'Int64(1)' returning Int64",
            "expected a condition that is true or false, found a value of type Int64",
        ),
        (
            "'a.b.c' must appear in GROUP BY clause because it's not an aggregate expression",
            "expected `c` in `GROUP BY` or within an aggregate, found it in neither",
        ),
        (
            "column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column \"a.b.c\" must appear in the GROUP BY clause",
            "expected `c` in `GROUP BY` or within an aggregate, found it in neither",
        ),
        ("column 'c' is ambiguous", "expected a column of one table, found `c`, which several have"),
        ("no field named zz", "expected the name of a column, found `zz`"),
        (
            "order by column out of bounds, specified: 5, max: 2",
            "expected the number of a column, 1 to 2, in `ORDER BY`, found 5",
        ),
        (
            "cannot find column with position 4 in SELECT clause. Valid columns: 1 to 1",
            "expected the number of a column, 1 to 1, in `GROUP BY`, found 4",
        ),
        (
            "inconsistent data length across values list: got 1 values in row 1 but expected 2",
            "expected 2 values in each row of `VALUES`, found 1",
        ),
    ] {
        assert_eq!(of(theirs).message, ours);
    }
}
