//! What the planner says of a query whose words are all right and which cannot be run.

use crate::text::counted;

/// A message as we say it, and its help.
pub(super) type Reworded = Option<(String, Option<String>)>;

/// Messages with nothing in them that is worth saying: how each begins, what we say, and what to do.
const FIXED: [(&str, &str, &str); 11] = [
    (
        "aggregate functions are not allowed in the WHERE clause",
        "expected a condition on single rows in `WHERE`, found an aggregate",
        "write it in `HAVING`",
    ),
    (
        "unary operator '-' only supports",
        "expected a number after `-`, found a value of another type",
        "cast it to BIGINT or DECIMAL",
    ),
    (
        "unary operator 'NOT' requires",
        "expected a condition after `NOT`, found a value that is not true or false",
        "write a comparison, such as `amount > 0`",
    ),
    (
        "too many columns! The subquery",
        "expected one column from the query within the brackets, found several",
        "select one column there",
    ),
    ("date part", "expected a part of a date, found another text", "write `year`, `month` or `day`, say"),
    (
        "unsupported date_trunc granularity",
        "expected a part of a date, found another text",
        "write `year`, `month` or `day`, say",
    ),
    (
        "error parsing timestamp",
        "expected a text that is a time in the form asked for, found another",
        "look at the form: `%Y-%m-%d` is year, month and day",
    ),
    (
        "substring without for/from",
        "expected where the part of the text begins, found nothing",
        "write `substr(text, 1, 4)`, say",
    ),
    (
        "invalid window frame",
        "expected a window that begins before it ends, found one that ends first",
        "write `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`, say",
    ),
    (
        "unnest() can only be applied",
        "expected a list for `unnest`, found a value of another type",
        "give it a list",
    ),
    (
        "expected LIMIT to be",
        "expected a whole number after `LIMIT`, found a value of another type",
        "write `LIMIT 10`, say",
    ),
];

/// Rewords a message of the planner.
pub(super) fn of(message: &str) -> Reworded {
    let fixed = FIXED.iter().find(|(theirs, ..)| message.starts_with(theirs));
    let fixed = fixed.map(|(_, ours, help)| ((*ours).to_owned(), Some((*help).to_owned())));
    fixed
        .or_else(|| conditions(message))
        .or_else(|| sides(message))
        .or_else(|| groups(message))
        .or_else(|| columns(message))
        .or_else(|| kinds(message))
}

/// Returns the text between two others.
fn between<'a>(message: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = message.split_once(before)?.1;
    if after.is_empty() { Some(rest) } else { rest.split_once(after).map(|(inner, _)| inner) }
}

fn conditions(message: &str) -> Reworded {
    let kind =
        between(message, "non-boolean predicate", "").and_then(|rest| between(rest, " returning ", ""))?;
    let what = format!("expected a condition that is true or false, found a value of type {kind}");
    Some((what, Some("write a comparison, such as `amount > 0`".to_owned())))
}

/// Rewords queries put together that have not the same count of columns.
fn sides(message: &str) -> Reworded {
    let operator = message.strip_suffix(" queries have different number of columns")?;
    Some((format!("expected as many columns on each side of `{operator}`, found other counts"), None))
}

/// Rewords a column that is neither what rows are grouped by nor added up.
fn groups(message: &str) -> Reworded {
    if !message.contains("must appear in") || !message.contains("GROUP BY") {
        return None;
    }
    let quoted = between(message, "column \"", "\"").or_else(|| between(message, "'", "'"))?;
    let name = quoted.rsplit('.').next().unwrap_or(quoted);
    let what = format!("expected `{name}` in `GROUP BY` or within an aggregate, found it in neither");
    Some((what, Some(format!("add `{name}` to `GROUP BY`, or select `min({name})`"))))
}

/// Rewords names and numbers of columns that point at none, or at several.
fn columns(message: &str) -> Reworded {
    if let Some(name) = between(message, "column '", "' is ambiguous") {
        return Some((format!("expected a column of one table, found `{name}`, which several have"), None));
    }
    if let Some(rest) = message.strip_prefix("no field named ") {
        let name = rest.split(". Valid fields").next().unwrap_or(rest).replace('"', "");
        return Some((format!("expected the name of a column, found `{name}`"), None));
    }
    let by_number = |at: &str, most: &str, clause: &str| {
        format!("expected the number of a column, 1 to {most}, in `{clause}`, found {at}")
    };
    if let Some((at, most)) =
        between(message, "out of bounds, specified: ", "").and_then(|rest| rest.split_once(", max: "))
    {
        return Some((by_number(at, most, "ORDER BY"), None));
    }
    let at = between(message, "cannot find column with position ", " in SELECT clause")?;
    let most = between(message, "Valid columns: 1 to ", "")?;
    Some((by_number(at, most, "GROUP BY"), None))
}

/// Rewords types that there are not or that do not go together, and rows of different lengths.
fn kinds(message: &str) -> Reworded {
    if let Some(kind) = message.strip_prefix("unsupported SQL type ") {
        let help = "write VARCHAR, BIGINT, DOUBLE, DECIMAL(18, 2), DATE, TIMESTAMP or BOOLEAN";
        return Some((format!("expected a type, found `{kind}`"), Some(help.to_owned())));
    }
    if let Some(of) = between(message, "cannot coerce arithmetic expression ", " to valid types") {
        let mut words = of.split(' ');
        let (left, operator, right) = (words.next()?, words.next()?, words.next()?);
        let what = format!("expected values that go together with `{operator}`, found {left} and {right}");
        return Some((what, Some("cast one of them to the type of the other".to_owned())));
    }
    if let Some(of) = message.strip_prefix("cannot infer common argument type for comparison operation ") {
        let what = format!("expected values of types that can be compared, found {of}");
        return Some((what, Some("cast one of them to the type of the other".to_owned())));
    }
    let rest = message.strip_prefix("inconsistent data length across values list: got ")?;
    let found = rest.split(' ').next()?.parse::<u64>().ok()?;
    let wanted = between(rest, "but expected ", "")?.parse::<u64>().ok()?;
    let what =
        format!("expected {} in each row of `VALUES`, found {found}", counted(wanted, "value", "values"));
    Some((what, None))
}
