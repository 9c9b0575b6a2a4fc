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
        assert_eq!(of(theirs), Wording { message: ours.to_owned(), help: None });
    }
}
