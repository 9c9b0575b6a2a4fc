//! Tables of one report, and of editions after each other.

use super::super::{Earlier, Release, clear_together};
use super::*;

/// Makes a table of `measure` over `key`, `all` last, with what its policy says besides.
fn table(name: &str, key: &str, measure: &str, cells: &[(&str, i64)], more: &str) -> (Model, RecordBatch) {
    let settings = format!(
        "grain = [\"academic_year\", \"{key}\"]\n[disclosure]\ncounts = [\"{measure}\"]\nhierarchies = {{ {key} = \"all\" }}\n{more}"
    );
    let mut own = model(&settings);
    name.clone_into(&mut own.name);
    let rows = batch(vec![
        ("academic_year", texts(&vec!["2018-19"; cells.len()])),
        (key, texts(&cells.iter().map(|cell| cell.0).collect::<Vec<_>>())),
        (measure, counts(&cells.iter().map(|cell| cell.1).collect::<Vec<_>>())),
    ]);
    (own, rows)
}

/// Clears the tables together, and returns the measure of each as it leaves.
fn together(tables: &[(Model, RecordBatch)], earlier: &Earlier) -> (Vec<Vec<String>>, Earlier) {
    let batches: Vec<[RecordBatch; 1]> = tables.iter().map(|(_, rows)| [rows.clone()]).collect();
    let handed: Vec<(&Model, &[RecordBatch])> =
        tables.iter().zip(&batches).map(|((model, _), rows)| (model, rows.as_slice())).collect();
    let cleared = clear_together(&handed, &LIMITS, &Release::after(earlier)).unwrap();
    let names = tables
        .iter()
        .map(|(model, _)| model.file.disclosure.as_ref().unwrap().counts.first().unwrap().get_ref().clone());
    let shown = cleared.tables.iter().zip(names).map(|(table, name)| shown(table, &name)).collect();
    (shown, cleared.remembered)
}

#[test]
fn a_total_hidden_in_one_table_is_hidden_in_every_table_that_has_it() {
    // The first table must hide its total; the second alone would show it, and with it the first one's only part.
    let first = table("by_phase", "phase", "exclusions", &[("primary", 3), ("secondary", 0), ("all", 3)], "");
    let second = table("by_sex", "sex", "exclusions", &[("F", 0), ("M", 3), ("all", 3)], "");
    let (cells, _) = together(&[first, second], &Earlier::default());
    assert_eq!(cells, [["[c]", "0", "[c]"], ["0", "[c]", "[c]"]]);
}

#[test]
fn a_row_that_is_another_ones_by_another_key_is_hidden_with_it() {
    // Nobody without special educational needs has a primary need: one count, two rows.
    let cells = [("N", 60), ("K", 40), ("E", 8), ("all", 108)];
    let provision = table("by_provision", "sen_provision", "exclusions", &cells, "");
    let needs = [("N", 60), ("ASD", 45), ("VI", 3), ("all", 108)];
    let alike =
        "alike = [{ key = \"primary_need\", code = \"N\", as_key = \"sen_provision\", as_code = \"N\" }]\n";
    let stated = table("by_need", "primary_need", "exclusions", &needs, alike);
    let (unstated, _) = together(
        &[provision.clone(), table("by_need", "primary_need", "exclusions", &needs, "")],
        &Earlier::default(),
    );
    let (cells, _) = together(&[provision, stated], &Earlier::default());
    assert_eq!(unstated, [["60", "40", "8", "108"], ["60", "[c]", "[c]", "108"]]);
    assert_eq!(cells, unstated, "what is large stays");
    // Where the small need stands beside none but those without needs, both rows of them are hidden.
    let few = [("N", 60), ("VI", 3), ("all", 63)];
    let provision =
        table("by_provision", "sen_provision", "exclusions", &[("N", 60), ("K", 3), ("all", 63)], "");
    let (cells, _) = together(
        &[provision, table("by_need", "primary_need", "exclusions", &few, alike)],
        &Earlier::default(),
    );
    assert_eq!(cells[0][0], cells[1][0], "{cells:?}");
}

#[test]
fn a_part_hidden_in_one_table_is_hidden_where_another_shows_it_as_its_total() {
    // Schools of a phase: the phase is a part in one table and the sum of the rows of the other, which has no total.
    let phases = table("by_phase", "phase", "cases", &[("primary", 9), ("special", 2), ("all", 11)], "");
    let schools = "grain = [\"academic_year\", \"phase\", \"urn\"]\n[disclosure]\ncounts = [\"cases\"]\nhierarchies = { urn = \"all\" }\n";
    let mut own = model(schools);
    "schools".clone_into(&mut own.name);
    let rows = batch(vec![
        ("academic_year", texts(&["2018-19"; 4])),
        ("phase", texts(&["primary", "primary", "special", "special"])),
        ("urn", texts(&["1", "2", "3", "4"])),
        ("cases", counts(&[9, 0, 2, 0])),
    ]);
    let (cells, _) = together(&[phases, (own, rows)], &Earlier::default());
    assert_eq!(cells[0], ["[c]", "[c]", "11"]);
    // The school whose count is its phase's is hidden with it.
    assert_eq!(cells[1], ["[c]", "0", "[c]", "0"]);
}

#[test]
fn a_part_of_a_part_is_the_same_cell_in_a_table_of_the_parts_alone() {
    // Wards by fifth: the table of wards hides the small one and another; a fifth that is that other one alone would
    // tell it.
    let wards =
        table("by_ward", "ward", "pupils", &[("Ashe", 3), ("Birch", 20), ("Cole", 90), ("all", 113)], "");
    let settings = "grain = [\"academic_year\", \"fifth\", \"ward\"]\n[disclosure]\ncounts = [\"pupils\"]\n\
                    hierarchies = { fifth = \"all\", ward = \"all\" }\n";
    let mut fifths = model(settings);
    "by_fifth".clone_into(&mut fifths.name);
    let rows = batch(vec![
        ("academic_year", texts(&["2018-19"; 6])),
        ("fifth", texts(&["1", "1", "1", "2", "2", "all"])),
        ("ward", texts(&["Ashe", "Cole", "all", "Birch", "all", "all"])),
        ("pupils", counts(&[3, 90, 93, 20, 20, 113])),
    ]);
    let (cells, _) = together(&[wards, (fifths, rows)], &Earlier::default());
    assert_eq!(cells[0], ["[c]", "[c]", "[c]", "113"]);
    assert_eq!(cells[1], ["[c]", "[c]", "[c]", "[c]", "[c]", "113"]);
}

#[test]
fn a_count_that_two_tables_state_differently_is_hidden_in_both() {
    let first = table("log", "phase", "exclusions", &[("primary", 4), ("secondary", 30), ("all", 34)], "");
    let second =
        table("census", "phase", "exclusions", &[("primary", 5), ("secondary", 30), ("all", 35)], "");
    let (cells, _) = together(&[first, second], &Earlier::default());
    assert_eq!(cells, [["[c]", "[c]", "34"], ["[c]", "[c]", "35"]]);
}

#[test]
fn counts_of_the_same_child_by_another_name_are_linked_where_the_policy_says_so() {
    let first = table("by_sex", "sex", "exclusions", &[("F", 3), ("M", 20), ("all", 23)], "");
    let more = "same = { cases = { is = \"exclusions\" } }\n";
    let alone = table("risk", "sex", "cases", &[("M", 20)], "");
    let linked = table("risk", "sex", "cases", &[("M", 20)], more);
    assert_eq!(together(&[first.clone(), alone], &Earlier::default()).0[1], ["20"]);
    assert_eq!(together(&[first, linked], &Earlier::default()).0, [vec!["[c]", "[c]", "23"], vec!["[c]"]]);
}

#[test]
fn an_equation_of_a_row_gives_no_hidden_count_away() {
    let settings = "grain = [\"academic_year\"]\n[disclosure]\ncounts = [\"stock_at_start\", \"starts\", \"ends\", \"stock_at_end\"]\n";
    let linked = format!("{settings}equations = [\"stock_at_end = stock_at_start + starts - ends\"]\n");
    let rows = batch(vec![
        ("academic_year", texts(&["2018-19"])),
        ("stock_at_start", counts(&[100])),
        ("starts", counts(&[30])),
        ("ends", counts(&[3])),
        ("stock_at_end", counts(&[127])),
    ]);
    let cells = |settings: &str| {
        let table = clear(std::slice::from_ref(&rows), &model(settings), &LIMITS).unwrap();
        ["stock_at_start", "starts", "ends", "stock_at_end"].map(|name| shown(&table, name).concat())
    };
    // Without the equation the ends are 100 + 30 - 127.
    assert_eq!(cells(settings), ["100", "30", "[c]", "127"]);
    assert_eq!(cells(&linked), ["100", "[c]", "[c]", "127"]);
}

#[test]
fn years_pooled_do_not_give_the_year_between_away() {
    let settings = "grain = [\"academic_year\"]\n[disclosure]\ncounts = [\"cases\", \"cases_three_years\"]\nrolling = { cases_three_years = { of = \"cases\", over = \"academic_year\", last = 3 } }\n";
    let rows = batch(vec![
        ("academic_year", texts(&["2015-16", "2016-17", "2017-18", "2018-19"])),
        ("cases", counts(&[6, 2, 7, 9])),
        ("cases_three_years", Arc::new(Int64Array::from(vec![None, None, Some(15), Some(18)]))),
    ]);
    let table = clear(&[rows], &model(settings), &LIMITS).unwrap();
    let (cases, pooled) = (shown(&table, "cases"), shown(&table, "cases_three_years"));
    assert_eq!(cases[1], "[c]");
    // Either sum would give the second year away beside the other two.
    for (sum, years) in [(2, [0, 2]), (3, [2, 3])] {
        let open = pooled[sum] != "[c]" && years.iter().all(|&year| cases[year] != "[c]");
        assert!(!open, "{cases:?} {pooled:?}");
    }
}

#[test]
fn rows_that_add_up_to_a_count_of_another_table_do_not_give_each_other_away() {
    let total = table("confirmed", "phase", "exclusions", &[("all", 26)], "");
    let more = "[[disclosure.sums]]\nof = \"events\"\nover = \"outcome\"\nexcept = [\"RESCINDED\"]\nis = \"exclusions\"\n";
    let cells = [("RESCINDED", 8), ("UPHELD", 4), ("UNREVIEWED", 22)];
    let (shown, _) =
        together(&[total, table("outcomes", "outcome", "events", &cells, more)], &Earlier::default());
    assert_eq!(shown[1], ["8", "[c]", "[c]"]);
}

#[test]
fn ones_among_many_small_units_are_given_away_by_their_total_unless_zeros_are_hidden_with_them() {
    let cells =
        [("1", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 1), ("6", 0), ("7", 0), ("8", 20), ("all", 25)];
    let shows = |more: &str| {
        together(&[table("schools", "urn", "cases", &cells, more)], &Earlier::default()).0.concat()
    };
    // Five hidden counts that come to five are each one: the largest school goes with them.
    assert_eq!(shows(""), ["[c]", "[c]", "[c]", "[c]", "[c]", "0", "0", "[c]", "25"]);
    assert_eq!(shows("hide_zeros = true\n"), ["[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "20", "25"]);
}

#[test]
fn what_an_edition_hid_stays_hidden_and_what_it_showed_covers_nothing() {
    let first = table("by_phase", "phase", "exclusions", &[("a", 3), ("b", 7), ("c", 40), ("all", 50)], "");
    let (cells, said) = together(&[first], &Earlier::default());
    assert_eq!(cells, [["[c]", "[c]", "40", "50"]]);
    // Corrected since: the small count has grown, and showing it would tell what the other was.
    let grown = table("by_phase", "phase", "exclusions", &[("a", 8), ("b", 7), ("c", 40), ("all", 55)], "");
    assert_eq!(together(&[grown], &said).0, [["[c]", "[c]", "40", "55"]]);
    // Another table hides beside a small count what nobody has seen yet, not the smallest, which was shown.
    let by_need = table(
        "by_phase",
        "phase",
        "exclusions",
        &[("a", 3), ("b", 7), ("c", 40), ("d", 41), ("all", 91)],
        "",
    );
    let mut seen = Earlier::default();
    seen.add("exclusions|academic_year=2018-19|phase=b".to_owned(), Some("7".to_owned()));
    assert_eq!(together(&[by_need], &seen).0, [["[c]", "7", "[c]", "41", "91"]]);
}

#[test]
fn the_same_tables_after_their_own_edition_are_the_same_edition() {
    let tables = [
        table("by_phase", "phase", "exclusions", &[("a", 3), ("b", 7), ("c", 40), ("all", 50)], ""),
        table("by_sex", "sex", "exclusions", &[("F", 4), ("M", 46), ("all", 50)], ""),
    ];
    let (first, said) = together(&tables, &Earlier::default());
    let (second, again) = together(&tables, &said);
    assert_eq!(first, second);
    assert_eq!(said, again);
}

#[test]
fn a_count_that_nothing_can_protect_any_more_does_not_leave() {
    let tables = table("by_phase", "phase", "exclusions", &[("a", 3), ("b", 7), ("all", 10)], "");
    let mut said = Earlier::default();
    for (cell, digits) in
        [("exclusions|academic_year=2018-19|phase=b", "7"), ("exclusions|academic_year=2018-19", "10")]
    {
        said.add(cell.to_owned(), Some(digits.to_owned()));
    }
    let fault =
        clear_together(&[(&tables.0, std::slice::from_ref(&tables.1))], &LIMITS, &Release::after(&said))
            .unwrap_err()
            .to_string();
    assert!(
        fault.starts_with("`exclusions|academic_year=2018-19|phase=a` is hidden, and can be worked out"),
        "{fault}"
    );
    assert!(!fault.contains('3'), "a fault tells no count: {fault}");
}

#[test]
fn a_missing_number_is_what_its_symbol_says() {
    let settings = "grain = [\"group\"]\n[disclosure]\ncounts = [\"cases\"]\nopen = [\"risk\"]\nsymbols = { risk = \"why\" }\n";
    let rows = batch(vec![
        ("group", texts(&["a", "b", "c", "d", "e"])),
        ("cases", counts(&[9, 9, 9, 9, 9])),
        ("risk", Arc::new(Int64Array::from(vec![Some(2), None, None, None, None]))),
        ("why", texts(&["u", "u", "z", "c", "x"])),
    ]);
    let table = clear(&[rows], &model(settings), &LIMITS).unwrap();
    assert_eq!(shown(&table, "risk"), ["2", "[u]", "[z]", "[c]", "[x]"]);
}

#[test]
fn links_that_cannot_be_read_are_faults_at_their_place() {
    let policy =
        |more: &str| format!("grain = [\"year\"]\n[disclosure]\ncounts = [\"starts\", \"ends\"]\n{more}\n");
    let rows = batch(vec![("year", texts(&["1"])), ("starts", counts(&[9])), ("ends", counts(&[9]))]);
    for (more, said) in [
        ("equations = [\"starts = ends +\"]", "`starts = ends +` is not an equation of counts"),
        ("equations = [\"starts ends\"]", "`starts ends` is not an equation of counts"),
        (
            "equations = [\"starts = end\"]",
            "`equations` names `end`, which model `exclusions` does not return",
        ),
        ("equations = [\"starts = year\"]", "`equations` names `year`, which is not in `counts`"),
        ("same = { starts = {} }", "`same` says nothing of `starts`"),
        ("same = { year = { is = \"x\" } }", "`same` names `year`, which is not in `counts`"),
        (
            "rolling = { starts = { of = \"year\", over = \"year\", last = 3 } }",
            "`rolling` names `year`, which is not in `counts`",
        ),
    ] {
        let faults = check(rows.schema_ref(), &model(&policy(more)));
        let first = faults.iter().next().unwrap_or_else(|| panic!("{more} passed"));
        assert_eq!(first.message(), said);
        assert!(first.location().unwrap().starts_with("models/exclusions.toml:"), "{:?}", first.location());
    }
}

#[test]
fn owners_are_shown_why_each_cell_is_hidden() {
    let tables = table("by_phase", "phase", "exclusions", &[("a", 3), ("b", 7), ("c", 40), ("all", 50)], "");
    let passed = clear_together(
        &[(&tables.0, std::slice::from_ref(&tables.1))],
        &LIMITS,
        &Release::after(&Earlier::default()),
    )
    .unwrap();
    let audit: Vec<String> = passed
        .audit
        .iter()
        .map(|cell| format!("{} {} {} {}: {}", cell.status, cell.table, cell.row, cell.column, cell.because))
        .collect();
    assert_eq!(
        audit,
        [
            "u by_phase academic_year=2018-19|phase=a exclusions: a count below the threshold",
            "x by_phase academic_year=2018-19|phase=b exclusions: with it `exclusions|academic_year=2018-19|phase=a` could be worked out",
        ]
    );
    // A reader must think any of one to nine possible: that is wide enough.
    let (least, most) = passed.audit[0].between.clone().unwrap_or(("1".to_owned(), "9".to_owned()));
    assert!(least.parse::<i64>().unwrap() <= 1 && most.parse::<i64>().unwrap() >= 4, "{least} to {most}");
}
