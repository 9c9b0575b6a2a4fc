use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Decimal128Type;

use super::limits::{Risks, of_rate};
use super::numbers::Number;
use super::quotient::quotient;
use super::{compute, fisher, schema};
use crate::diagnostic::SourceFile;
use crate::project::{Limit, Method, Model, ModelFile};

const SETTINGS: &str =
    "[computed]\np = { fisher_exact = { first = [\"a\", \"b\"], second = [\"c\", \"d\"] } }\n";

fn model(settings: &str) -> Model {
    Model {
        name: "features".to_owned(),
        sql: SourceFile::inline("models/features.sql", "SELECT 1"),
        file: toml::from_str::<ModelFile>(settings).unwrap(),
        settings: Some(SourceFile::inline("models/features.toml", settings)),
    }
}

fn tables(cells: [[Option<i64>; 4]; 3]) -> RecordBatch {
    let column = |at: usize| Arc::new(Int64Array::from(cells.map(|row| row[at]).to_vec())) as _;
    let columns = ["a", "b", "c", "d"].into_iter().enumerate().map(|(at, name)| (name, column(at), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The figures are those of R 4.3's `fisher.test(matrix(c(a, b, c, d), 2))$p.value`.
#[test]
fn fishers_p_is_that_of_r() {
    for (first, second, expected) in [
        ([3, 1], [1, 3], 0.485_714_285_7),
        ([1, 9], [11, 3], 0.002_759_456_2),
        ([0, 5], [5, 0], 0.007_936_507_9),
        ([5, 5], [5, 5], 1.0),
    ] {
        let found = fisher::two_sided(first, second).unwrap();
        assert!((found - expected).abs() < 1e-9, "{first:?} {second:?}: {found}");
        assert_eq!(fisher::two_sided(second, first), Some(found), "the groups may change places");
    }
}

/// Against the plain definition: the sum over every table with the same margins, by binomials.
#[test]
fn fishers_p_is_the_sum_over_all_tables_with_the_same_margins() {
    let binomial = |n: u64, k: u64| (0..k).fold(1_u128, |c, i| c * u128::from(n - i) / u128::from(i + 1));
    for (a, b, c, d) in (0..7_u64).flat_map(|a| {
        (0..7_u64).flat_map(move |b| (0..7_u64).flat_map(move |c| (0..7_u64).map(move |d| (a, b, c, d))))
    }) {
        let (row, other, column) = (a + b, c + d, a + c);
        let found = fisher::two_sided([a, b], [c, d]);
        if row == 0 || other == 0 || column == 0 || b + d == 0 {
            assert_eq!(found, None);
            continue;
        }
        let ways = |x: u64| binomial(row, x) * binomial(other, column - x);
        let tables = column.saturating_sub(other)..=row.min(column);
        let as_unlikely: u128 = tables.clone().map(ways).filter(|&way| way <= ways(a)).sum();
        let all: u128 = tables.map(ways).sum();
        #[expect(clippy::cast_precision_loss, reason = "at most a few thousand ways")]
        let expected = as_unlikely as f64 / all as f64;
        assert!((found.unwrap() - expected).abs() < 1e-12, "{a} {b} {c} {d}");
    }
}

#[test]
fn a_computed_column_stands_after_the_querys_and_is_empty_where_nothing_can_be_tested() {
    let rows = tables([
        [Some(3), Some(1), Some(1), Some(3)],
        [Some(0), Some(0), Some(1), Some(3)],
        [None, Some(1), Some(1), Some(1)],
    ]);
    let model = model(SETTINGS);
    let found = compute("tests.features", &model, rows.clone()).unwrap();
    assert_eq!(found.schema(), schema(&model, &rows.schema()).unwrap());
    let p = found.column_by_name("p").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!((p.value(0), p.is_null(1), p.is_null(2)), (4857, true, true));
}

#[test]
fn a_misspelt_cell_a_text_and_a_name_in_use_are_drawn_at_their_place() {
    let texts = Arc::new(StringArray::from(vec!["x"])) as _;
    let number = || Arc::new(Int64Array::from(vec![1])) as _;
    let query = RecordBatch::try_from_iter(vec![
        ("above", number()),
        ("b", number()),
        ("c", texts),
        ("d", number()),
        ("p", number()),
    ])
    .unwrap();
    let settings = SETTINGS.replace("\"a\"", "\"abov\"");
    let faults = schema(&model(&settings), &query.schema()).unwrap_err().to_string();
    assert!(faults.contains("has no column `abov`"), "{faults}");
    assert!(faults.contains("did you mean `above`?"), "{faults}");
    assert!(faults.contains("expected a whole number for `fisher_exact`, found `c`"), "{faults}");
    assert!(faults.contains("expected a name of its own, found `p`"), "{faults}");
}

#[test]
fn a_quotient_is_exact_and_halves_go_away_from_zero() {
    let whole = |value| Number { value, scale: 0 };
    let found = |of, to, per, places| quotient(of, to, per, places).unwrap();
    assert_eq!(found(whole(1), whole(3), 100, 4), Some(333_333));
    assert_eq!(found(whole(1), whole(8), 1, 2), Some(13), "0.125");
    assert_eq!(found(whole(-1), whole(8), 1, 2), Some(-13));
    assert_eq!(found(whole(1), whole(-8), 1, 2), Some(-13));
    assert_eq!(found(whole(7), whole(0), 100, 4), None);
    // 123.45 pounds over 2.5 weeks.
    assert_eq!(found(Number { value: 12_345, scale: 2 }, Number { value: 25, scale: 1 }, 1, 2), Some(4938));
    assert!(quotient(whole(i128::MAX), whole(1), 100, 4).is_err(), "too large is said, not left out");
}

/// The exact limits of a Poisson count of 10 are 4.795 and 18.390, which Byar's come within a hundredth of; Wilson's are
/// the two shares at which 7 in 20 is 1.96 standard errors away.
#[test]
fn limits_are_those_of_the_literature() {
    let of = |method, limit, events, members, per| of_rate(method, limit, events, members, per).unwrap();
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    for (limit, exact) in [(Limit::Low, 4.795), (Limit::High, 18.390)] {
        assert!((of(Method::Byar, limit, 10.0, 1.0, 1.0) - exact).abs() < 0.01);
    }
    near(of(Method::Byar, Limit::Low, 0.0, 1.0, 1.0), 0.0);
    for limit in [Limit::Low, Limit::High] {
        let share = of(Method::Wilson, limit, 7.0, 20.0, 1.0);
        near((share - 0.35).abs(), 1.96 * (share * (1.0 - share) / 20.0).sqrt());
    }
    assert_eq!(of_rate(Method::Wilson, Limit::High, 21.0, 20.0, 100.0), None, "more than all has no limits");
    let risks = Risks { cases: 20.0, members: 100.0, other_cases: 10.0, other_members: 100.0 };
    near(risks.ratio().unwrap(), 2.0);
    // ln 2 ± 1.96 √(1/20 − 1/100 + 1/10 − 1/100).
    near(risks.limit(Limit::Low).unwrap(), 0.987);
    near(risks.limit(Limit::High).unwrap(), 4.054);
    // Halfway between two decimals, and so away from zero: 0.97375 and 3.80625.
    for ([cases, members, other_cases, other_members], expected) in
        [([19.0, 7_480.0, 160.0, 61_336.0], 9_738.0), ([2.0, 32.0, 30.0, 1_827.0], 38_063.0)]
    {
        let ratio = Risks { cases, members, other_cases, other_members }.ratio().unwrap();
        near((ratio * 10_000.0).round(), expected);
    }
    assert_eq!(Risks { other_cases: 0.0, ..risks }.ratio(), None);
}

const ONE_LINE_EACH: &str = r#"
grain = ["phase"]
working = ["steady"]

[computed]
rate = { rate = { of = "cases", to = "roll", per = 100, after = "roll" } }
rate_high = { interval = { of = "rate", limit = "high", method = "byar" } }
rate_low = { interval = { of = "rate", limit = "low", method = "byar", after = "rate" } }
share = { share = { of = "cases", over = ["phase"], when = "steady" } }
change = { change = { from = "cases", to = "roll" } }

[indicators.cases]
definition = "Cases"
count_basis = "log"
unit = "events"
source = "Log"

[indicators.roll]
definition = "Children on roll"
count_basis = "roll"
unit = "pupils"

[indicators.rate]
definition = "Cases for each 100 children"

[indicators.rate_low]
definition = "Lower limit"

[disclosure]
counts = ["cases", "roll"]
hierarchies = { phase = "all" }
"#;

#[test]
fn one_line_gives_the_column_its_place_and_what_is_said_of_it() {
    let mut model = model(ONE_LINE_EACH);
    assert_eq!(model.file.complete().len(), 0);
    assert_eq!(model.file.unsaid().len(), 0);
    let rows = RecordBatch::try_from_iter(vec![
        ("phase", Arc::new(StringArray::from(vec!["primary", "secondary", "all"])) as _),
        ("cases", Arc::new(Int64Array::from(vec![1, 3, 4])) as _),
        ("roll", Arc::new(Int64Array::from(vec![200, 0, 200])) as _),
        ("steady", Arc::new(BooleanArray::from(vec![Some(true), None, Some(true)])) as _),
    ])
    .unwrap();
    let found = compute("tests.features", &model, rows.clone()).unwrap();
    assert_eq!(found.schema(), schema(&model, &rows.schema()).unwrap());
    let names: Vec<String> = found.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["phase", "cases", "roll", "rate", "rate_low", "rate_high", "share", "change"]);
    let column = |name: &str| {
        let column = found.column_by_name(name).unwrap().as_primitive::<Decimal128Type>();
        column.iter().collect::<Vec<_>>()
    };
    assert_eq!(column("rate"), [Some(5000), None, Some(20_000)]);
    assert_eq!(column("share"), [Some(250_000), None, Some(1_000_000)]);
    assert_eq!(column("change"), [Some(199_000_000), Some(-1_000_000), Some(49_000_000)]);

    let said = |name: &str| model.file.indicators.get(name).unwrap();
    let rate = said("rate");
    assert_eq!(rate.numerator.as_deref(), Some("Cases"));
    assert_eq!(rate.denominator.as_deref(), Some("Children on roll"));
    assert_eq!(rate.count_basis.as_deref(), Some("log over roll"));
    assert_eq!(rate.unit(), crate::project::Unit::RatePer100);
    let low = said("rate_low");
    assert_eq!(low.limit_of.as_ref().map(|of| of.get_ref().as_str()), Some("rate"));
    assert_eq!(low.denominator.as_deref(), Some("Children on roll"));
    let derived = &model.file.disclosure.as_ref().unwrap().derived;
    assert_eq!(derived["rate_low"], ["cases", "roll"]);
    assert_eq!(derived["share"], ["cases"]);
}
