//! Each rule of the gate, left out: what leaves then shows, or lets a reader work out, what must not.

use super::super::{Beside, Earlier, Release, Rule, clear_together, clear_without};
use super::*;

/// Returns the counts and amounts of the tables as they leave without a rule, or with all.
fn outbound(
    tables: &[(Model, RecordBatch)],
    release: &Release<'_>,
    without: Option<Rule>,
) -> Vec<Vec<String>> {
    let batches: Vec<[RecordBatch; 1]> = tables.iter().map(|(_, rows)| [rows.clone()]).collect();
    let all: Vec<(&Model, &[RecordBatch])> =
        tables.iter().zip(&batches).map(|((model, _), rows)| (model, rows.as_slice())).collect();
    let passed = match without {
        Some(rule) => clear_without(rule, &all, &LIMITS, release),
        None => clear_together(&all, &LIMITS, release),
    };
    let Ok(passed) = passed else { return vec![vec!["held".to_owned()]] };
    let last = |table: &Cleared| table.columns().last().unwrap().name.clone();
    passed.tables.iter().map(|table| shown(table, &last(table))).collect()
}

/// Makes a table of one key with its total last.
fn parts(name: &str, measure: &str, cells: &[(&str, i64)]) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"academic_year\", \"phase\"]\n[disclosure]\ncounts = [\"{measure}\"]\nhierarchies = {{ phase = \"all\" }}\n"
    );
    let mut own = model(&settings);
    name.clone_into(&mut own.name);
    let rows = batch(vec![
        ("academic_year", texts(&vec!["2018-19"; cells.len()])),
        ("phase", texts(&cells.iter().map(|cell| cell.0).collect::<Vec<_>>())),
        (measure, counts(&cells.iter().map(|cell| cell.1).collect::<Vec<_>>())),
    ]);
    (own, rows)
}

/// Makes a table of years with the stock after what went and came.
fn flows(open: &[i64], begun: &[i64], closed: &[i64]) -> (Model, RecordBatch) {
    let years = ["2014-15", "2015-16", "2016-17", "2017-18", "2018-19"];
    let own = model(
        "grain = [\"academic_year\"]\n[disclosure]\ncounts = [\"begun\", \"closed\", \"open_cases\"]\n",
    );
    let rows = batch(vec![
        ("academic_year", texts(&years)),
        ("open_cases", counts(open)),
        ("closed", counts(closed)),
        ("begun", counts(begun)),
    ]);
    (own, rows)
}

/// Makes a table of providers with what each was paid, its total last; children below zero are not known.
fn paid(unit: &str, rows: &[(&str, i64, i64)]) -> (Model, RecordBatch) {
    let own = model(&format!(
        "grain = [\"provider\"]\n[indicators.spend]\ndefinition = \"d\"\ncount_basis = \"b\"\nunit = \"{unit}\"\n[disclosure]\n\
         counts = [\"pupils\"]\nderived = {{ spend = [\"pupils\"] }}\nhierarchies = {{ provider = \"all\" }}\n"
    ));
    let rows = batch(vec![
        ("provider", texts(&rows.iter().map(|row| row.0).collect::<Vec<_>>())),
        ("pupils", Arc::new(rows.iter().map(|row| (row.1 >= 0).then_some(row.1)).collect::<Int64Array>())),
        ("spend", counts(&rows.iter().map(|row| row.2).collect::<Vec<_>>())),
    ]);
    (own, rows)
}

/// Returns what an edition of the period showed of these cells.
fn published(cells: &[(&str, Option<&str>)]) -> Earlier {
    let mut earlier = Earlier::default();
    let cells = cells.iter().map(|(cell, shown)| ((*cell).to_owned(), shown.map(str::to_owned)));
    earlier.release("ay2018-19", cells);
    earlier
}

/// What needs a rule: the tables, what was published, the tables of another report, and a cell (table and row) with what it says
/// without the rule.
struct Case {
    tables: Vec<(Model, RecordBatch)>,
    earlier: Earlier,
    other: Option<(Model, RecordBatch)>,
    at: (usize, usize),
    says: &'static str,
}

fn of(tables: Vec<(Model, RecordBatch)>, at: (usize, usize), says: &'static str) -> Case {
    Case { tables, earlier: Earlier::default(), other: None, at, says }
}

/// Returns what leaves otherwise without a rule; nothing for those that only spare cells.
fn case(rule: Rule) -> Option<Case> {
    let year = |phase: &str| format!("n|academic_year=2018-19|phase={phase}");
    Some(match rule {
        Rule::Small => of(vec![parts("t", "n", &[("a", 3), ("b", 40), ("c", 50), ("all", 93)])], (0, 0), "3"),
        Rule::Derived => {
            of(vec![paid("rate_per100", &[("a", 3, 9), ("b", 40, 8), ("all", 43, 7)])], (0, 0), "9")
        }
        // Two tables count differently what they call the same.
        Rule::Alike => of(
            vec![parts("log", "n", &[("a", 4), ("b", 30)]), parts("census", "n", &[("a", 5), ("b", 30)])],
            (1, 0),
            "5",
        ),
        // The parts come to less than their total: nothing follows, and whoever adds up thinks that it does.
        Rule::BesideSingle => {
            of(vec![parts("t", "n", &[("a", 3), ("b", 0), ("c", 30), ("d", 20), ("all", 54)])], (0, 3), "20")
        }
        // What is neither money nor use is not an amount, and adds up all the same. Of how many children the total is nobody says.
        Rule::DerivedBesideSingle => {
            let rows = [("a", 3, 30), ("b", 40, 50), ("all", -1, 80)];
            of(vec![paid("events", &rows)], (0, 1), "50")
        }
        // What is hidden beside the first is next to nothing: the total less the third is the first.
        Rule::Amounts => {
            let rows = [("a", 3, 9_000), ("b", 40, 50), ("c", 50, 20_000), ("all", 93, 29_050)];
            of(vec![paid("pounds", &rows)], (0, 2), "20000")
        }
        Rule::Relations => {
            of(vec![parts("t", "n", &[("a", 1), ("b", 1), ("c", 0), ("d", 20), ("all", 22)])], (0, 3), "20")
        }
        // Nobody stated that what is open is what was, and what came less what went.
        Rule::Found => {
            of(vec![flows(&[9, 15, 18, 22, 4], &[40, 30, 25, 31, 14], &[31, 24, 22, 27, 32])], (0, 4), "14")
        }
        // Another report has the third part and the total, this one the other two.
        Rule::Others => Case {
            earlier: published(&[(year("a").as_str(), Some("13")), ("n|academic_year=2018-19", Some("33"))]),
            other: Some(parts("other", "n", &[("a", 13), ("all", 33)])),
            ..of(vec![parts("own", "n", &[("b", 17), ("c", 3)])], (0, 0), "17")
        },
        Rule::Earlier => Case {
            earlier: published(&[(year("a").as_str(), None), (year("b").as_str(), None)]),
            ..of(vec![parts("t", "n", &[("a", 8), ("b", 17), ("c", 40), ("all", 65)])], (0, 0), "8")
        },
        Rule::Moved => Case {
            earlier: published(&[(year("a").as_str(), Some("20"))]),
            ..of(vec![parts("t", "n", &[("a", 21), ("b", 40), ("all", 61)])], (0, 0), "21")
        },
        Rule::Fewest | Rule::Follows => return None,
    })
}

/// Makes the table of regions and sexes of the literature, whose one small cell needs the three that close a rectangle with it.
fn regions() -> (Model, RecordBatch) {
    let inner = [[20, 30], [6, 3], [15, 9], [7, 8]];
    let own = model(
        "grain = [\"region\", \"sex\"]\n[disclosure]\ncounts = [\"n\"]\nhierarchies = { region = \"all\", sex = \"all\" }\n",
    );
    let (mut regions, mut sexes, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for region in 0..=4_usize {
        for sex in 0..=2_usize {
            let of = if region == 4 { 0..4 } else { region..region + 1 };
            let sum = |row: &[i64; 2]| if sex == 2 { row.iter().sum() } else { row[sex] };
            regions.push(["north", "east", "south", "west", "all"][region]);
            sexes.push(["F", "M", "all"][sex]);
            numbers.push(inner[of].iter().map(sum).sum::<i64>());
        }
    }
    (own, batch(vec![("region", texts(&regions)), ("sex", texts(&sexes)), ("n", counts(&numbers))]))
}

#[test]
fn without_any_one_rule_something_leaves_that_must_not() {
    for rule in Rule::ALL {
        let Some(case) = case(rule) else { continue };
        let other = case.other.map(|(model, rows)| (model, [rows]));
        let beside: Vec<Beside<'_>> =
            other.iter().map(|(model, rows)| Beside { model, batches: rows, period: "ay2018-19" }).collect();
        let is_revision = rule == Rule::Moved;
        let release =
            Release { beside: &beside, period: "ay2018-19", is_revision, ..Release::after(&case.earlier) };
        let (table, row) = case.at;
        let without = outbound(&case.tables, &release, Some(rule));
        let with = outbound(&case.tables, &release, None);
        assert_eq!(without[table][row], case.says, "without {rule:?}: {without:?}, with it {with:?}");
        let at = with.get(table).and_then(|cells| cells.get(row)).map_or("held", String::as_str);
        assert_ne!(at, case.says, "with {rule:?}: {with:?}");
    }
}

#[test]
fn the_one_small_cell_of_a_table_of_fifteen_takes_the_three_that_close_a_rectangle() {
    let none = Earlier::default();
    let with = outbound(&[regions()], &Release::after(&none), None);
    let hidden: Vec<usize> = (0..15).filter(|&at| with[0][at] == "[c]").collect();
    // East and the smallest other row: 3, 6, and the two of a row whose loss is least.
    assert_eq!(hidden.len(), 4, "{with:?}");
    assert!(hidden.contains(&3) && hidden.contains(&4), "{with:?}");
}

#[test]
fn what_is_hidden_beside_another_and_follows_from_what_is_shown_is_shown() {
    use super::super::attack::Attacker;
    use super::super::cells::Cells;
    use super::super::identity::Identity;
    use super::super::relation::Relation;
    let mut cells = Cells::new(0);
    let mut count = |measure: &str, value: i64| {
        let name = Identity { measure: measure.to_owned(), at: std::collections::BTreeMap::new() };
        cells.count(name, Decimal::integer(value), 5, true)
    };
    let (small, pooled, first, second) =
        (count("small", 3), count("pooled", 50), count("first", 20), count("second", 30));
    cells.hide_small();
    // The pooled figure is the sum of two that are shown: hiding it protected nothing.
    cells.hide_beside(pooled, small);
    let sum = Relation::equal(vec![(first, 1), (second, 1), (pooled, -1)], |at| cells.value(at));
    let attacker = Attacker::new(vec![sum], &cells);
    attacker.show_what_follows(&mut cells);
    assert_eq!(cells.why(pooled), None);
    assert!(cells.why(small).is_some());
}

#[test]
fn an_amount_that_moves_by_what_few_children_have_holds_the_revision() {
    let before =
        |spend: i64| paid("pounds", &[("a", 30, spend), ("b", 40, 80_000), ("all", 70, spend + 80_000)]);
    let (model, rows) = before(60_000);
    let rows = [rows];
    let none = Earlier::default();
    let first = Release { period: "fy2025-26", ..Release::after(&none) };
    let published = clear_together(&[(&model, &rows)], &LIMITS, &first).unwrap().remembered;
    let mut earlier = Earlier::default();
    earlier.release(
        "fy2025-26",
        published.iter().map(|(cell, shown)| (cell.to_owned(), shown.map(str::to_owned))),
    );
    let then = |spend: i64, is_revision: bool| {
        let release = Release { period: "fy2025-26", is_revision, large: 20, ..Release::after(&earlier) };
        outbound(&[before(spend)], &release, None)
    };
    // Thirty children have 2,000 each: five of them come to 10,000.
    assert_eq!(then(62_000, true), [["held"]]);
    assert_eq!(then(60_000, true), [["60000", "80000", "140000"]]);
    assert_eq!(then(75_000, true), [["75000", "80000", "155000"]]);
}

#[test]
fn years_pooled_in_another_table_give_no_year_away() {
    // The pooled table knows nothing of single years, nor they of it: 2017-18 would be 18 less 7 and 9.
    let years = ["2012-13", "2013-14", "2014-15", "2015-16", "2016-17", "2017-18"];
    let table = |name: &str, years: &[&str], numbers: &[i64]| {
        let mut own = model(&format!("grain = [\"academic_year\"]\n[disclosure]\ncounts = [\"{name}\"]\n"));
        name.clone_into(&mut own.name);
        (own, batch(vec![("academic_year", texts(years)), (name, counts(numbers))]))
    };
    let single = table("cases", &years, &[6, 8, 11, 9, 7, 2]);
    let pooled = table("cases_of_three_years", &years[2..], &[25, 28, 27, 18]);
    let none = Earlier::default();
    let tables = [single, pooled];
    let without = outbound(&tables, &Release::after(&none), Some(Rule::Found));
    assert_eq!(without[0], ["6", "8", "11", "9", "7", "[c]"]);
    assert_eq!(without[1], ["25", "28", "27", "18"]);
    let with = outbound(&tables, &Release::after(&none), None);
    let open = with[1][3] != "[c]" && with[0][3] != "[c]" && with[0][4] != "[c]";
    assert!(with[0][5] == "[c]" && !open, "{with:?}");
}
