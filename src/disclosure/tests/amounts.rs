//! Money, weeks and places that rest on children, held against each other over the tables of a report.

use super::super::{Earlier, Release, Rule, clear_together, clear_without};
use super::*;

const UNITS: &str = r#"
[indicators.spend]
definition = "d"
count_basis = "ledger"
unit = "pounds"
[indicators.weeks]
definition = "d"
count_basis = "register"
unit = "weeks"
[indicators.cost_per_week]
definition = "d"
count_basis = "ledger"
unit = "pounds"
"#;

fn decimals(values: &[i128]) -> ArrayRef {
    Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(18, 2).unwrap())
}

/// Returns providers with the type of each, which is not a key, and no total.
fn providers(rows: &[(&str, &str, i64, i128, i128)]) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"financial_year\", \"provider_id\"]\n{UNITS}[disclosure]\ncounts = [\"pupils\"]\n\
         derived = {{ spend = [\"pupils\"], weeks = [\"pupils\"], cost_per_week = [\"pupils\"] }}\n"
    );
    let mut own = model(&settings);
    "providers".clone_into(&mut own.name);
    let rows = batch(vec![
        ("financial_year", texts(&vec!["2025-26"; rows.len()])),
        ("provider_id", texts(&rows.iter().map(|row| row.0).collect::<Vec<_>>())),
        ("provision_type", texts(&rows.iter().map(|row| row.1).collect::<Vec<_>>())),
        ("pupils", counts(&rows.iter().map(|row| row.2).collect::<Vec<_>>())),
        ("spend", decimals(&rows.iter().map(|row| row.3 * 100).collect::<Vec<_>>())),
        ("weeks", decimals(&rows.iter().map(|row| row.4 * 100).collect::<Vec<_>>())),
        ("cost_per_week", decimals(&rows.iter().map(|row| row.3 * 100 / row.4).collect::<Vec<_>>())),
    ]);
    (own, rows)
}

/// Returns types of provision with their total; they count placements and not children.
fn types(rows: &[(&str, i64, i128)]) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"financial_year\", \"provision_type\"]\n{}[disclosure]\ncounts = [\"placements\"]\n\
         derived = {{ spend = [\"placements\"] }}\nhierarchies = {{ provision_type = \"all\" }}\n",
        UNITS.split("[indicators.weeks]").next().unwrap()
    );
    let mut own = model(&settings);
    "types".clone_into(&mut own.name);
    let rows = batch(vec![
        ("financial_year", texts(&vec!["2025-26"; rows.len()])),
        ("provision_type", texts(&rows.iter().map(|row| row.0).collect::<Vec<_>>())),
        ("placements", counts(&rows.iter().map(|row| row.1).collect::<Vec<_>>())),
        ("spend", decimals(&rows.iter().map(|row| row.2 * 100).collect::<Vec<_>>())),
    ]);
    (own, rows)
}

fn passed(tables: &[(Model, RecordBatch)], without: Option<Rule>) -> Vec<Cleared> {
    let batches: Vec<[RecordBatch; 1]> = tables.iter().map(|(_, rows)| [rows.clone()]).collect();
    let tables: Vec<(&Model, &[RecordBatch])> =
        tables.iter().zip(&batches).map(|((model, _), rows)| (model, rows.as_slice())).collect();
    let none = Earlier::default();
    let release = Release::after(&none);
    let passed = match without {
        Some(rule) => clear_without(rule, &tables, &LIMITS, &release),
        None => clear_together(&tables, &LIMITS, &release),
    };
    passed.unwrap().tables
}

/// Returns three providers, of which one has two children, and the types that they are of.
fn linked() -> [(Model, RecordBatch); 2] {
    [
        providers(&[("P1", "X", 2, 9_000, 30), ("P2", "X", 30, 80_000, 400), ("P3", "Y", 40, 20_000, 100)]),
        types(&[("X", 35, 89_000), ("Y", 41, 20_000), ("all", 76, 109_000)]),
    ]
}

#[test]
fn what_a_provider_of_few_children_was_paid_does_not_follow_from_its_type_in_another_table() {
    let without = passed(&linked(), Some(Rule::Amounts));
    assert_eq!(shown(&without[0], "spend"), ["[c]", "80000.00", "20000.00"]);
    assert_eq!(
        shown(&without[1], "spend"),
        ["89000.00", "20000.00", "109000.00"],
        "89000 less 80000 is known"
    );
    let with = passed(&linked(), None);
    assert_eq!(shown(&with[0], "spend"), ["[c]", "[c]", "20000.00"]);
    assert_eq!(shown(&with[1], "spend"), ["89000.00", "20000.00", "109000.00"]);
    // Its children are many: they are shown.
    assert_eq!(shown(&with[0], "pupils"), ["[c]", "30", "40"]);
}

#[test]
fn a_ratio_with_a_hidden_part_is_hidden() {
    let with = passed(&linked(), None);
    assert_eq!(shown(&with[0], "weeks"), ["[c]", "400.00", "100.00"]);
    assert_eq!(shown(&with[0], "cost_per_week"), ["[c]", "[c]", "200.00"]);
}

#[test]
fn those_hidden_beside_it_come_to_a_tenth_of_it_at_least() {
    // The second has three children and next to nothing: it would hide nothing of the first.
    let tables = [
        providers(&[("P1", "X", 2, 9_000, 30), ("P2", "X", 3, 50, 2), ("P3", "X", 40, 80_000, 100)]),
        types(&[("X", 45, 89_050), ("all", 45, 89_050)]),
    ];
    let spend = shown(&passed(&tables, None)[0], "spend");
    assert_eq!(spend, ["[c]", "[c]", "[c]"]);
}

#[test]
fn what_two_tables_call_by_two_names_is_one_amount() {
    let (mut model, rows) = providers(&[
        ("P1", "X", 2, 9_000, 30),
        ("P2", "X", 30, 80_000, 400),
        ("P3", "X", 40, 20_000, 100),
        ("P4", "X", 50, 60_000, 100),
    ]);
    let first = (model.clone(), rows.clone());
    // The same payments under another name, by placements of which there are enough.
    "league".clone_into(&mut model.name);
    let text = format!(
        "grain = [\"financial_year\", \"provider_id\"]\n{}[disclosure]\ncounts = [\"orders\"]\nderived = {{ paid = [\"orders\"] }}\n",
        UNITS.split("[indicators.weeks]").next().unwrap().replace("spend", "paid")
    );
    let mut second = super::model(&text);
    "league".clone_into(&mut second.name);
    let league = batch(vec![
        ("financial_year", rows.column(0).clone()),
        ("provider_id", rows.column(1).clone()),
        ("orders", counts(&[12, 30, 40, 50])),
        ("paid", rows.column(4).clone()),
    ]);
    let passed = passed(&[first, (second, league)], None);
    assert_eq!(shown(&passed[1], "paid")[0], "[c]");
    assert_eq!(shown(&passed[1], "orders")[0], "12");
}

#[test]
fn where_nothing_rests_on_few_nothing_is_hidden() {
    let tables = [
        providers(&[("P1", "X", 20, 9_000, 30), ("P2", "X", 30, 80_000, 400), ("P3", "Y", 40, 20_000, 100)]),
        types(&[("X", 55, 89_000), ("Y", 41, 20_000), ("all", 96, 109_000)]),
    ];
    for table in passed(&tables, None) {
        assert_eq!(table.hidden().total(), 0);
    }
}

#[test]
fn counts_that_add_up_to_those_of_another_table_are_found_though_nobody_said_so() {
    let schools = |first: i64| {
        let mut own = model("grain = [\"academic_year\", \"urn\"]\n[disclosure]\ncounts = [\"cases\"]\n");
        "schools".clone_into(&mut own.name);
        let rows = batch(vec![
            ("academic_year", texts(&["2018-19"; 4])),
            ("urn", texts(&["1", "2", "3", "4"])),
            ("phase", texts(&["primary", "primary", "secondary", "secondary"])),
            ("cases", counts(&[first, 20, 30, 40])),
        ]);
        (own, rows)
    };
    let phases = |first: i64| {
        let mut own = model("grain = [\"academic_year\", \"phase\"]\n[disclosure]\ncounts = [\"cases\"]\n");
        "phases".clone_into(&mut own.name);
        let rows = batch(vec![
            ("academic_year", texts(&["2018-19"; 2])),
            ("phase", texts(&["primary", "secondary"])),
            ("cases", counts(&[first + 20, 70])),
        ]);
        (own, rows)
    };
    let cells = |first| {
        passed(&[schools(first), phases(first)], None)
            .iter()
            .map(|table| shown(table, "cases"))
            .collect::<Vec<_>>()
    };
    assert_eq!(cells(3), [vec!["[c]", "[c]", "30", "40"], vec!["23", "70"]]);
    assert_eq!(cells(8), [vec!["8", "20", "30", "40"], vec!["28", "70"]]);
}

/// Returns what leaves of a sum of money of firms, for an audience.
fn money(audience: &str, children: i64, firms: &[i128]) -> String {
    let settings = format!(
        "grain = [\"provision_type\"]\n{}[disclosure]\ncounts = [\"pupils\"]\nopen = [\"suppliers\"]\n\
         audience = \"{audience}\"\n\
         money = {{ spend = {{ children = \"pupils\", firms = \"suppliers\", largest = \"paid_1\", second = \"paid_2\" }} }}\n",
        UNITS.split("[indicators.weeks]").next().unwrap()
    );
    let at = |place: usize| firms.get(place).copied().unwrap_or(0);
    let rows = batch(vec![
        ("provision_type", texts(&["x"])),
        ("pupils", counts(&[children])),
        ("suppliers", counts(&[i64::try_from(firms.len()).unwrap()])),
        ("paid_1", decimals(&[at(0)])),
        ("paid_2", decimals(&[at(1)])),
        ("spend", decimals(&[firms.iter().sum()])),
    ]);
    shown(&clear(&[rows], &model(&settings), &LIMITS).unwrap(), "spend").concat()
}

#[test]
fn a_firm_that_stands_out_is_hidden_from_whoever_does_not_commission() {
    // Contributions in hundredths of a pound; the vectors are those of the specification.
    assert_eq!(money("council", 30, &[90, 6, 4]), "[c]", "one has more than 85 per cent");
    assert_eq!(money("council", 30, &[60, 25, 15]), "1.00");
    assert_eq!(money("council", 30, &[70, 20, 7, 3]), "1.00");
    assert_eq!(money("council", 30, &[50, 50]), "[c]", "two firms know each other's");
    assert_eq!(money("council", 30, &[80, 15, 5]), "[c]", "the second knows the first within a tenth");
    assert_eq!(money("commissioning", 30, &[90, 6, 4]), "1.00");
    assert_eq!(money("commissioning", 3, &[60, 25, 15]), "[c]", "few children stand behind it");
    assert_eq!(money("council", 0, &[90, 6, 4]), "1.00", "nobody's price");
}

#[test]
fn money_of_children_that_are_not_counted_is_a_fault() {
    let settings = "grain = [\"provision_type\"]\n[disclosure]\nopen = [\"pupils\", \"firms\"]\n\
                    money = { spend = { children = \"pupils\", firms = \"firms\", largest = \"a\", second = \"b\" } }\n";
    let one = || counts(&[1]);
    let rows = batch(vec![
        ("provision_type", texts(&["x"])),
        ("pupils", one()),
        ("firms", one()),
        ("a", one()),
        ("b", one()),
        ("spend", one()),
    ]);
    let faults = check(rows.schema_ref(), &model(settings)).to_string();
    assert!(faults.contains("`money` names `pupils`, which is not in `counts`"), "{faults}");
}
