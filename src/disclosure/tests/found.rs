//! What holds among figures though no hierarchy says so: rows that are any of others, shares of a whole, one total that falls
//! into parts in two ways.

use super::super::{Earlier, Release, Rule, clear_together, clear_without};
use super::*;

const POUNDS: &str = "[indicators.spend]\ndefinition = \"d\"\ncount_basis = \"ledger\"\nunit = \"pounds\"\n";

const SHARE: &str = "[computed]\nshare = { share = { of = \"spend\", to = \"matchable\" } }\n\
                     [indicators.share]\nlabel = \"Share\"\ndefinition = \"d\"\nunit = \"percent\"\n";

fn pounds(values: &[i128]) -> ArrayRef {
    Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(18, 2).unwrap())
}

/// Returns payments by the codes of a key, of which each row says how many children stand behind it.
fn spending(key: &str, rows: &[(&str, i64, i128)]) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"financial_year\", \"{key}\"]\n{POUNDS}[disclosure]\ncounts = [\"{key}_children\"]\n\
         derived = {{ spend = [\"{key}_children\"] }}\nhierarchies = {{ {key} = \"all\" }}\n"
    );
    let mut own = model(&settings);
    key.clone_into(&mut own.name);
    let children = format!("{key}_children");
    let rows = batch(vec![
        ("financial_year", texts(&vec!["2025-26"; rows.len()])),
        (key, texts(&rows.iter().map(|row| row.0).collect::<Vec<_>>())),
        (children.as_str(), counts(&rows.iter().map(|row| row.1).collect::<Vec<_>>())),
        ("spend", pounds(&rows.iter().map(|row| row.2).collect::<Vec<_>>())),
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

#[test]
fn a_status_and_its_rules_do_not_give_a_rule_of_few_children_away() {
    // By rule, what is tied falls into three; by status it is one figure, which nobody says is theirs.
    let tables = [
        spending(
            "rule",
            &[
                ("1", 20, 6_890_480),
                ("2", 214, 57_590_630),
                ("4", 3, 598_296),
                ("6", 70, 12_745_023),
                ("none", 4, 252_825),
                ("all", 300, 78_077_254),
            ],
        ),
        spending(
            "status",
            &[("MATCHED", 234, 65_079_406), ("UNMATCHED", 73, 12_997_848), ("all", 307, 78_077_254)],
        ),
    ];
    let without = passed(&tables, Some(Rule::Amounts));
    assert_eq!(
        shown(&without[0], "spend"),
        ["68904.80", "575906.30", "[c]", "127450.23", "[c]", "780772.54"]
    );
    let with = passed(&tables, None);
    let (rules, states) = (shown(&with[0], "spend"), shown(&with[1], "spend"));
    let hidden = |of: &[&String]| of.iter().filter(|cell| **cell == "[c]").count();
    assert_ne!(hidden(&[&rules[0], &rules[1], &rules[2], &states[0]]), 1, "{rules:?} {states:?}");
    assert_ne!(hidden(&[&rules[3], &rules[4], &states[1]]), 1, "{rules:?} {states:?}");
}

#[test]
fn equal_sums_of_small_figures_are_taken_for_chance() {
    // 3 + 4 = 7 pennies.
    let tables = [
        spending("rule", &[("1", 20, 300), ("2", 3, 400), ("3", 30, 500), ("all", 53, 1_200)]),
        spending("status", &[("A", 25, 700), ("B", 30, 500), ("all", 55, 1_200)]),
    ];
    assert_eq!(shown(&passed(&tables, None)[1], "spend"), ["7.00", "5.00", "12.00"]);
}

/// Returns shares of what can be matched, whose numerators rest on so many children each; the whole is not shown.
fn shares(children: [i64; 3]) -> (Vec<String>, Vec<String>) {
    let settings = format!(
        "grain = [\"status\"]\nworking = [\"matchable\"]\n{SHARE}{POUNDS}[disclosure]\ncounts = [\"tied\", \"pupils\"]\n\
         derived = {{ spend = [\"pupils\"], share = [\"tied\"] }}\n"
    );
    let rows = batch(vec![
        ("status", texts(&["A", "B", "C"])),
        ("pupils", counts(&children)),
        ("tied", counts(&[50, 60, 70])),
        ("spend", pounds(&[100_000, 200_000, 700_000])),
        ("share", pounds(&[1_000, 2_000, 7_000])),
    ]);
    let table = clear(&[rows], &model(&settings), &LIMITS).unwrap();
    (shown(&table, "spend"), shown(&table, "share"))
}

#[test]
fn a_share_is_hidden_with_its_numerator_though_its_policy_does_not_name_it() {
    let (spend, share) = shares([3, 20, 90]);
    assert_eq!(spend, ["[c]", "2000.00", "7000.00"]);
    assert_eq!(share[0], "[c]");
    assert_eq!(shares([30, 20, 90]).1, ["10.00", "20.00", "70.00"]);
}

#[test]
fn of_shares_that_make_a_whole_never_one_alone_is_hidden() {
    let settings = format!(
        "grain = [\"year\", \"status\"]\nworking = [\"matchable\"]\n{SHARE}{POUNDS}[disclosure]\ncounts = [\"pupils\"]\n\
         derived = {{ spend = [\"pupils\"], share = [\"pupils\"] }}\nhierarchies = {{ status = \"all\" }}\n"
    );
    let rows = batch(vec![
        ("year", texts(&["2025"; 3])),
        ("status", texts(&["A", "B", "C"])),
        ("pupils", counts(&[3, 30, 90])),
        ("spend", pounds(&[100_000, 200_000, 700_000])),
        ("share", pounds(&[1_000, 2_000, 7_000])),
    ]);
    let table = clear(&[rows], &model(&settings), &LIMITS).unwrap();
    assert_eq!(shown(&table, "share"), ["[c]", "[c]", "70.00"]);
}

/// Returns invoice lines by what is wrong with them; a line that is wrong in two ways is one of any.
fn exceptions(children: [i64; 4], pennies: [i128; 4]) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"financial_year\", \"kind\"]\n{POUNDS}[disclosure]\ncounts = [\"children\"]\nderived = {{ spend = [\"children\"] }}\n\
         unions = {{ kind = \"any\" }}\n"
    );
    let rows = batch(vec![
        ("financial_year", texts(&["2025-26"; 4])),
        ("kind", texts(&["any", "NO_ORDER", "NO_PLACEMENT", "OVER_ORDER"])),
        ("children", counts(&children)),
        ("spend", pounds(&pennies)),
    ]);
    (model(&settings), rows)
}

#[test]
fn any_less_one_kind_does_not_give_another_kind_away() {
    let tables = [exceptions([78, 75, 70, 3], [13_535_840, 13_343_319, 12_745_023, 192_521])];
    let without = passed(&tables, Some(Rule::Unions));
    assert_eq!(shown(&without[0], "children"), ["78", "75", "70", "[c]"]);
    let with = passed(&tables, None);
    assert_eq!(shown(&with[0], "children"), ["[c]", "75", "70", "[c]"]);
    assert_eq!(shown(&with[0], "spend"), ["[c]", "133433.19", "127450.23", "[c]"]);
    // Children overlap, and the pounds do not.
    let tables = [exceptions([90, 75, 70, 3], [13_535_840, 13_343_319, 12_745_023, 192_521])];
    assert_eq!(shown(&passed(&tables, None)[0], "spend")[0], "[c]");
    // Neither tells anything.
    let tables = [exceptions([90, 75, 70, 3], [13_999_999, 13_343_319, 12_745_023, 192_521])];
    assert_eq!(shown(&passed(&tables, None)[0], "children")[0], "90");
    assert_eq!(shown(&passed(&tables, None)[0], "spend")[0], "139999.99");
}

#[test]
fn a_row_of_any_that_no_policy_names_is_warned_of() {
    let (_, rows) = exceptions([78, 75, 70, 3], [1, 1, 1, 1]);
    let of = |more: &str| {
        let settings = format!(
            "grain = [\"financial_year\", \"kind\"]\n[labels.kind]\nany = \"Any of these\"\n{POUNDS}[disclosure]\ncounts = [\"children\"]\n\
             derived = {{ spend = [\"children\"] }}\n{more}"
        );
        check(rows.schema_ref(), &model(&settings)).to_string()
    };
    let warned = of("");
    assert!(warned.contains("`any` of `kind` counts what other rows"), "{warned}");
    assert_eq!(of("unions = { kind = \"any\" }\n"), "");
}

#[test]
fn what_another_table_shows_in_the_open_covers_nothing() {
    // The fourth is too little to cover the first.
    let rules = [
        ("1", 3, 1_000_050),
        ("2", 20, 1_500_077),
        ("3", 30, 2_000_000),
        ("4", 4, 10_005),
        ("all", 57, 4_510_132),
    ];
    let budget = |line: i128| {
        let mut own = model("grain = [\"financial_year\", \"line\"]\n[disclosure]\nopen = [\"outturn\"]\n");
        "budget".clone_into(&mut own.name);
        let rows = batch(vec![
            ("financial_year", texts(&["2025-26"])),
            ("line", texts(&["1.2"])),
            ("outturn", pounds(&[line])),
        ]);
        (own, rows)
    };
    let spend = |line| shown(&passed(&[spending("rule", &rules), budget(line)], None)[0], "spend");
    assert_eq!(spend(999), ["[c]", "[c]", "20000.00", "[c]", "45101.32"]);
    assert_eq!(spend(1_500_077), ["[c]", "15000.77", "[c]", "[c]", "45101.32"]);
}

#[test]
fn what_covers_another_is_hidden_wherever_it_stands() {
    // Of two that are not tied, one rests on three children; what the other is stands in a table of faults as well.
    let tables = [
        spending(
            "rule",
            &[("6", 156, 16_306_854), ("none", 3, 17_028_296), ("more", 4, 1_000), ("all", 163, 33_336_150)],
        ),
        exceptions([200, 161, 156, 102], [33_896_362, 17_718_784, 16_306_854, 9_419_033]),
    ];
    let passed = passed(&tables, None);
    assert_eq!(shown(&passed[0], "spend"), ["[c]", "[c]", "[c]", "333361.50"]);
    assert_eq!(shown(&passed[1], "spend"), ["338963.62", "177187.84", "[c]", "94190.33"]);
}
