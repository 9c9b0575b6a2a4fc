mod amounts;
mod attacker;
mod found;
mod pooled;
mod releases;
mod together;

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};

use super::{Cell, Cleared, Decimal, DisclosureError, Limits, Value, check, clear};
use crate::diagnostic::SourceFile;
use crate::project::{Model, ModelFile};

const LIMITS: Limits = Limits { threshold: 5, percentage_floor: 10, dominance: 85, nearness: 10 };

const POLICY: &str = r#"
grain = ["academic_year", "phase"]
[indicators.permanent_exclusions]
definition = "d"
count_basis = "local log"
unit = "events"
[disclosure]
counts = ["permanent_exclusions"]
hierarchies = { phase = "all" }
"#;

fn model(settings: &str) -> Model {
    Model {
        name: "exclusions".to_owned(),
        sql: SourceFile::inline("models/exclusions.sql", "SELECT 1"),
        file: toml::from_str::<ModelFile>(settings).unwrap(),
        settings: Some(SourceFile::inline("models/exclusions.toml", settings)),
    }
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn counts(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Returns one year's parts and, last, their total.
fn one_year(parts: &[i64]) -> RecordBatch {
    let mut numbers = parts.to_vec();
    numbers.push(parts.iter().sum());
    let codes: Vec<String> = (0..parts.len()).map(|at| format!("p{at}")).chain(["all".to_owned()]).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    batch(vec![
        ("academic_year", texts(&vec!["2018-19"; numbers.len()])),
        ("phase", texts(&codes)),
        ("permanent_exclusions", counts(&numbers)),
    ])
}

/// Returns a column as it leaves: digits, or the symbol in brackets.
fn shown(table: &Cleared, column: &str) -> Vec<String> {
    let at = table.position(column).unwrap();
    table
        .rows()
        .iter()
        .map(|row| match &row[at] {
            Cell::Shown(Value::Number(number)) => number.to_string(),
            Cell::Shown(other) => format!("{other:?}"),
            Cell::Hidden => "[c]".to_owned(),
            Cell::NotApplicable => "[z]".to_owned(),
            Cell::Unreliable => "[u]".to_owned(),
            Cell::Missing => "[x]".to_owned(),
        })
        .collect()
}

fn cleared_year(parts: &[i64]) -> Vec<String> {
    shown(&clear(&[one_year(parts)], &model(POLICY), &LIMITS).unwrap(), "permanent_exclusions")
}

#[test]
fn counts_at_and_above_the_threshold_and_true_zeros_are_shown() {
    assert_eq!(cleared_year(&[0, 5, 12]), ["0", "5", "12", "17"]);
}

#[test]
fn a_single_small_count_takes_the_smallest_other_part_with_it() {
    assert_eq!(cleared_year(&[3, 0, 40, 7, 90]), ["[c]", "0", "40", "[c]", "90", "140"]);
}

#[test]
fn the_published_mistake_is_not_repeated() {
    // Primary x, secondary 12, special 0, total 13 was once published: the hidden one was 1.
    assert_eq!(cleared_year(&[1, 12, 0]), ["[c]", "[c]", "0", "13"]);
}

#[test]
fn where_every_other_part_is_zero_the_total_is_hidden_too() {
    assert_eq!(cleared_year(&[3, 0, 0]), ["[c]", "0", "0", "[c]"]);
}

#[test]
fn two_hidden_cells_whose_sum_gives_them_away_take_a_third() {
    // 1 + 1 = 2 tells both: hidden cells are at least one.
    let rows = cleared_year(&[1, 1, 20]);
    assert_eq!(rows, ["[c]", "[c]", "[c]", "22"]);
}

#[test]
fn a_crosstab_is_protected_along_rows_and_columns() {
    let settings = POLICY
        .replace("\"phase\"]", "\"phase\", \"sex\"]")
        .replace("phase = \"all\"", "phase = \"all\", sex = \"all\"");
    let table = batch(vec![
        ("academic_year", texts(&["2018-19"; 9])),
        ("phase", texts(&["a", "a", "a", "b", "b", "b", "all", "all", "all"])),
        ("sex", texts(&["F", "M", "all", "F", "M", "all", "F", "M", "all"])),
        ("permanent_exclusions", counts(&[2, 20, 22, 30, 40, 70, 32, 60, 92])),
    ]);
    let table = clear(&[table], &model(&settings), &LIMITS).unwrap();
    assert_eq!(
        shown(&table, "permanent_exclusions"),
        ["[c]", "[c]", "22", "[c]", "[c]", "70", "32", "60", "92"]
    );
    assert_eq!((table.hidden().primary, table.hidden().secondary), (1, 3));
}

#[test]
fn no_random_crosstab_lets_a_hidden_count_be_worked_out() {
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let settings = POLICY
        .replace("\"phase\"]", "\"phase\", \"sex\"]")
        .replace("phase = \"all\"", "phase = \"all\", sex = \"all\"");
    for _ in 0..40 {
        let cells: Vec<Vec<i64>> =
            (0..4).map(|_| (0..3).map(|_| i64::from(random.next_u32() % 12)).collect()).collect();
        let (mut phases, mut sexes, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for p in 0..=4_usize {
            for s in 0..=3_usize {
                let rows = if p == 4 { 0..4 } else { p..p + 1 };
                numbers.push(
                    rows.map(|r| if s == 3 { cells[r].iter().sum() } else { cells[r][s] }).sum::<i64>(),
                );
                phases.push(["a", "b", "c", "d", "all"][p]);
                sexes.push(["f", "m", "u", "all"][s]);
            }
        }
        let table = batch(vec![
            ("academic_year", texts(&vec!["2018-19"; 20])),
            ("phase", texts(&phases)),
            ("sex", texts(&sexes)),
            ("permanent_exclusions", counts(&numbers)),
        ]);
        let shown = shown(&clear(&[table], &model(&settings), &LIMITS).unwrap(), "permanent_exclusions");
        for (cell, number) in shown.iter().zip(&numbers) {
            assert!(cell == "[c]" || *number == 0 || *number >= 5, "{number} was shown");
        }
        // Along each row and each column, a single hidden member would be the total less the rest.
        let lines = (0..5).map(|p| (0..4).map(|s| p * 4 + s).collect::<Vec<_>>());
        let columns = (0..4).map(|s| (0..5).map(|p| p * 4 + s).collect::<Vec<_>>());
        for line in lines.chain(columns) {
            assert_ne!(line.iter().filter(|&&at| shown[at] == "[c]").count(), 1, "{shown:?} of {numbers:?}");
        }
    }
}

#[test]
fn what_is_worked_out_from_a_hidden_count_is_hidden_and_so_is_a_rate_on_few() {
    let settings = r#"
grain = ["school"]
[indicators.rate]
definition = "d"
count_basis = "b"
unit = "rate_per100"
[disclosure]
counts = ["exclusions"]
derived = { rate = ["exclusions", "roll"] }
open = ["roll"]
"#;
    let rates =
        Decimal128Array::from(vec![Some(100), Some(200), Some(0), None]).with_precision_and_scale(9, 2);
    let table = batch(vec![
        ("school", texts(&["a", "b", "c", "d"])),
        ("exclusions", counts(&[2, 6, 0, 0])),
        ("roll", counts(&[900, 300, 9, 0])),
        ("rate", Arc::new(rates.unwrap())),
    ]);
    let table = clear(&[table], &model(settings), &LIMITS).unwrap();
    assert_eq!(shown(&table, "rate"), ["[c]", "2.00", "[c]", "[z]"]);
}

#[test]
fn money_that_rests_on_few_children_cannot_be_worked_out_from_its_total() {
    let settings = r#"
grain = ["provider"]
[indicators.spend]
definition = "d"
count_basis = "ledger"
unit = "pounds"
[disclosure]
counts = ["pupils"]
derived = { spend = ["pupils"] }
hierarchies = { provider = "all" }
"#;
    let table = batch(vec![
        ("provider", texts(&["a", "b", "c", "all"])),
        ("pupils", counts(&[2, 30, 40, 72])),
        ("spend", counts(&[9_000, 80_000, 20_000, 109_000])),
    ]);
    let table = clear(&[table], &model(settings), &LIMITS).unwrap();
    assert_eq!(shown(&table, "pupils"), ["[c]", "[c]", "40", "72"]);
    assert_eq!(shown(&table, "spend"), ["[c]", "[c]", "20000", "109000"]);
}

#[test]
fn a_number_that_nobody_declared_is_a_fault_and_does_not_leave() {
    let table = batch(vec![
        ("academic_year", texts(&["2018-19"])),
        ("phase", texts(&["all"])),
        ("permanent_exclusions", counts(&[9])),
        ("pupils", counts(&[3])),
    ]);
    let faults = check(&table.schema(), &model(POLICY));
    assert_eq!(
        faults.iter().map(crate::diagnostic::Diagnostic::message).collect::<Vec<_>>(),
        ["number `pupils` of model `exclusions` is not in its disclosure policy"]
    );
    assert!(matches!(clear(&[table], &model(POLICY), &LIMITS), Err(DisclosureError::Policy { .. })));
}

#[test]
fn a_misspelt_name_of_the_policy_is_shown_at_its_place() {
    let settings =
        POLICY.replace("counts = [\"permanent_exclusions\"]", "counts = [\"permanent_exclusion\"]");
    let faults = check(&one_year(&[9]).schema(), &model(&settings));
    let first = faults.iter().next().unwrap();
    assert_eq!(first.help(), Some("did you mean `permanent_exclusions`?"));
    assert!(first.location().unwrap().starts_with("models/exclusions.toml:8:"), "{:?}", first.location());
}

#[test]
fn a_model_without_a_policy_does_not_pass() {
    let faults = check(&one_year(&[9]).schema(), &model("title = \"t\""));
    assert!(faults.has_errors());
}

#[test]
fn rows_of_the_same_name_do_not_pass() {
    let result = clear(&[one_year(&[9]), one_year(&[9])], &model(POLICY), &LIMITS);
    assert!(matches!(result, Err(DisclosureError::RepeatedKey { .. })));
}

#[test]
fn no_rows_and_everything_hidden_are_tables_too() {
    let empty = one_year(&[9]).slice(0, 0);
    assert!(clear(&[empty], &model(POLICY), &LIMITS).unwrap().rows().is_empty());
    assert_eq!(cleared_year(&[1]), ["[c]", "[c]"]);
}

#[test]
fn halves_are_rounded_away_from_zero_in_decimal() {
    let third = Decimal::integer(1).over(Decimal::integer(3), 2).unwrap();
    assert_eq!(third.to_string(), "0.33");
    assert_eq!(Decimal::new(-1265, 2).rounded(1).to_string(), "-12.7");
    assert_eq!(Decimal::new(125, 2).rounded(1).to_string(), "1.3");
    assert_eq!(Decimal::new(-5, 1).rounded(0).to_string(), "-1");
    assert_eq!(Decimal::integer(5).over(Decimal::integer(-2), 0).unwrap().to_string(), "-3");
    assert_eq!(Decimal::integer(5).over(Decimal::integer(0), 0), None);
}

#[test]
fn the_rule_reads_its_threshold() {
    let limits = Limits { threshold: 10, ..Limits::default() };
    let table = clear(&[one_year(&[9, 30, 40])], &model(POLICY), &limits).unwrap();
    assert_eq!(shown(&table, "permanent_exclusions"), ["[c]", "[c]", "40", "79"]);
}

#[test]
fn a_model_may_ask_for_more_than_the_project_but_not_for_less() {
    let shown_with = |own: &str| {
        let model = model(&format!("{POLICY}{own}"));
        shown(&clear(&[one_year(&[9, 30, 40])], &model, &LIMITS).unwrap(), "permanent_exclusions")
    };
    assert_eq!(shown_with("threshold = 10"), ["[c]", "[c]", "40", "79"]);
    assert_eq!(shown_with("threshold = 2"), ["9", "30", "40", "79"]);
    let small = shown(
        &clear(&[one_year(&[3, 30, 40])], &model(&format!("{POLICY}threshold = 2")), &LIMITS).unwrap(),
        "permanent_exclusions",
    );
    assert_eq!(small[0], "[c]");
}

/// A relative risk beside two shown rolls gives the reference's count away.
#[test]
fn what_rests_on_the_count_of_another_row_is_hidden_where_that_is() {
    let policy = format!(
        "{POLICY}[disclosure.copies]\nreference_count = {{ of = \"permanent_exclusions\", key = \"phase\", code_in = \"reference\" }}\n\
         [disclosure.derived]\nrelative_risk = [\"permanent_exclusions\", \"reference_count\"]\n"
    );
    let table = |parts: &[i64]| {
        let year = one_year(parts);
        let rows = year.num_rows();
        let columns = [
            ("academic_year", year.column(0).clone()),
            ("phase", year.column(1).clone()),
            ("permanent_exclusions", year.column(2).clone()),
            ("reference", texts(&vec!["p1"; rows])),
            ("reference_count", counts(&vec![parts[1]; rows])),
            ("relative_risk", counts(&vec![2; rows])),
        ];
        clear(&[batch(columns.into())], &model(&policy), &LIMITS).unwrap()
    };
    let shows = |parts: &[i64], column: &str| shown(&table(parts), column);
    assert_eq!(shows(&[20, 30, 40], "relative_risk"), ["2", "2", "2", "2"]);
    // The reference is hidden for the first part's sake, and every risk with it.
    assert_eq!(shows(&[3, 6, 40], "permanent_exclusions"), ["[c]", "[c]", "40", "49"]);
    assert_eq!(shows(&[3, 6, 40], "reference_count"), ["[c]"; 4]);
    assert_eq!(shows(&[3, 6, 40], "relative_risk"), ["[c]"; 4]);
}

#[test]
fn a_copy_of_what_is_not_a_count_is_a_fault() {
    let policy = format!(
        "{POLICY}[disclosure.copies]\nreference = {{ of = \"academic_year\", key = \"phase\", code_in = \"phase\" }}\n"
    );
    let rows = batch(vec![
        ("academic_year", texts(&["2018-19"])),
        ("phase", texts(&["p0"])),
        ("permanent_exclusions", counts(&[9])),
        ("reference", counts(&[9])),
    ]);
    let faults = check(rows.schema_ref(), &model(&policy)).to_string();
    assert!(faults.contains("`copies` names `academic_year`, which is not in `counts`"), "{faults}");
}

#[test]
fn plain_digits_are_read_exactly_and_nothing_else_is_a_number() {
    for (text, written) in
        [("1", "1"), ("-1200.50", "-1200.50"), ("0.000001", "0.000001"), ("10000.00", "10000.00")]
    {
        assert_eq!(Decimal::parse(text).unwrap().to_string(), written);
    }
    for text in ["", "-", ".5", "1,000", "1e3", "£1", " 1", "1.2.3", "9999999999999999999999999999999"] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}
