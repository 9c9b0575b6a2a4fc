//! Releases after each other: whoever has two can subtract.

use super::super::{DisclosureError, Earlier, Release, clear_together};
use super::*;

/// Makes a year's exclusions by two traits in two tables, each with its total last.
fn year(year: &str, sexes: &[i64], needs: &[i64]) -> Vec<(Model, RecordBatch)> {
    [("by_sex", "sex", sexes), ("by_need", "need", needs)]
        .into_iter()
        .map(|(name, key, parts)| {
            let settings = format!(
                "grain = [\"academic_year\", \"{key}\"]\n[disclosure]\ncounts = [\"exclusions\"]\nhierarchies = {{ {key} = \"all\" }}\n"
            );
            let mut own = model(&settings);
            name.clone_into(&mut own.name);
            let codes: Vec<String> =
                (0..parts.len()).map(|at| format!("{key}{at}")).chain(["all".to_owned()]).collect();
            let numbers: Vec<i64> = parts.iter().copied().chain([parts.iter().sum()]).collect();
            let rows = batch(vec![
                ("academic_year", texts(&vec![year; numbers.len()])),
                (key, texts(&codes.iter().map(String::as_str).collect::<Vec<_>>())),
                ("exclusions", counts(&numbers)),
            ]);
            (own, rows)
        })
        .collect()
}

/// Clears tables as a release, and returns their counts and what later ones remember.
fn cleared(
    tables: &[(Model, RecordBatch)],
    release: &Release<'_>,
) -> Result<(Vec<Vec<String>>, Earlier), DisclosureError> {
    let batches: Vec<[RecordBatch; 1]> = tables.iter().map(|(_, rows)| [rows.clone()]).collect();
    let tables: Vec<(&Model, &[RecordBatch])> =
        tables.iter().zip(&batches).map(|((model, _), rows)| (model, rows.as_slice())).collect();
    let cleared = clear_together(&tables, &LIMITS, release)?;
    Ok((cleared.tables.iter().map(|table| shown(table, "exclusions")).collect(), cleared.remembered))
}

/// Returns what one more edition, of a period, makes of what is remembered.
fn then(earlier: &Earlier, period: &str, remembered: &Earlier) -> Earlier {
    let mut next = earlier.clone();
    next.release(period, remembered.iter().map(|(cell, shown)| (cell.to_owned(), shown.map(str::to_owned))));
    next
}

/// Returns what is remembered of a first edition.
fn first(period: &str, tables: &[(Model, RecordBatch)]) -> Earlier {
    let none = Earlier::default();
    let (_, remembered) = cleared(tables, &Release { period, ..Release::after(&none) }).unwrap();
    then(&none, period, &remembered)
}

fn revision<'a>(earlier: &'a Earlier, period: &'a str) -> Release<'a> {
    Release { period, is_revision: true, large: 3, ..Release::after(earlier) }
}

#[test]
fn one_late_child_holds_the_revision_and_no_count_of_the_fault_describes_the_child() {
    let earlier = first("ay2018-19", &year("2018-19", &[20, 30], &[10, 40]));
    let late = year("2018-19", &[21, 30], &[10, 41]);
    let fault = cleared(&late, &revision(&earlier, "ay2018-19")).unwrap_err();
    assert!(matches!(fault, DisclosureError::Moved { counts: 3 }), "{fault}");
    let words = fault.to_string();
    for trait_of_the_child in ["sex0", "need1", "by_sex", "exclusions|", "21"] {
        assert!(!words.contains(trait_of_the_child), "{words}");
    }
}

#[test]
fn a_revision_that_a_person_released_shows_what_moved_and_the_next_look_finds_nothing_new() {
    let earlier = first("ay2018-19", &year("2018-19", &[20, 30], &[10, 40]));
    let late = year("2018-19", &[21, 30], &[10, 41]);
    let released = Release { is_released: true, ..revision(&earlier, "ay2018-19") };
    let (cells, remembered) = cleared(&late, &released).unwrap();
    assert_eq!(cells, [["21", "30", "51"], ["10", "41", "51"]]);
    let after = then(&earlier, "ay2018-19", &remembered);
    assert_eq!(cleared(&late, &revision(&after, "ay2018-19")).unwrap().0, cells);
    // Back to what the first one said is one child again.
    let back = year("2018-19", &[20, 30], &[10, 40]);
    assert!(cleared(&back, &revision(&after, "ay2018-19")).is_err());
}

#[test]
fn a_large_revision_hides_what_moves_by_few_as_small_counts_are_hidden() {
    let earlier = first("ay2018-19", &year("2018-19", &[20, 30, 60], &[10, 90, 10]));
    // Another definition: all but one count move by many.
    let other = year("2018-19", &[44, 52, 61], &[40, 117, 0]);
    let (cells, remembered) = cleared(&other, &revision(&earlier, "ay2018-19")).unwrap();
    assert_eq!(cells[0][2], "[c]");
    assert!(cells[0].iter().filter(|cell| *cell == "[c]").count() > 1, "the total gives it away: {cells:?}");
    assert_eq!(cells[1][0], "40");
    // The same again is the same edition.
    let after = then(&earlier, "ay2018-19", &remembered);
    assert_eq!(cleared(&other, &revision(&after, "ay2018-19")).unwrap().0, cells);
}

#[test]
fn a_later_edition_hides_a_year_in_which_few_moved_whole_and_shows_its_own() {
    let both = |sexes: &[i64], needs: &[i64]| {
        let mut tables = year("2018-19", sexes, needs);
        for (table, (_, rows)) in tables.iter_mut().zip(year("2019-20", &[25, 35], &[15, 45])) {
            table.1 = arrow::compute::concat_batches(&rows.schema(), [&table.1, &rows]).unwrap();
        }
        tables
    };
    let earlier = first("ay2018-19", &year("2018-19", &[20, 30], &[10, 40]));
    let next = |earlier: &Earlier, tables: &[(Model, RecordBatch)]| {
        cleared(tables, &Release { period: "ay2019-20", large: 3, ..Release::after(earlier) })
    };
    let (unmoved, _) = next(&earlier, &both(&[20, 30], &[10, 40])).unwrap();
    assert_eq!(unmoved[0], ["20", "30", "50", "25", "35", "60"]);
    // Whichever child it is, the same cells are hidden.
    for (sexes, needs) in [([21, 30], [10, 41]), ([20, 31], [11, 40])] {
        let (cells, remembered) = next(&earlier, &both(&sexes, &needs)).unwrap();
        assert_eq!(cells[0], ["[c]", "[c]", "[c]", "25", "35", "60"]);
        assert_eq!(cells[1], ["[c]", "[c]", "[c]", "15", "45", "60"]);
        let after = then(&earlier, "ay2019-20", &remembered);
        assert_eq!(next(&after, &both(&sexes, &needs)).unwrap().0, cells);
    }
}

#[test]
fn a_hidden_count_that_came_to_nothing_is_not_seen_to_have_gone() {
    let earlier = first("ay2018-19", &year("2018-19", &[3, 30, 40], &[10, 63]));
    let gone = year("2018-19", &[0, 33, 40], &[10, 63]);
    let (cells, _) = cleared(&gone, &revision(&earlier, "ay2018-19")).unwrap();
    assert_eq!(cells[0], ["[c]", "[c]", "40", "73"]);
}

#[test]
fn a_zero_that_becomes_a_small_count_is_a_movement_though_it_is_hidden() {
    let earlier = first("ay2018-19", &year("2018-19", &[0, 30, 40], &[10, 60]));
    let late = year("2018-19", &[1, 30, 40], &[10, 61]);
    assert!(matches!(
        cleared(&late, &revision(&earlier, "ay2018-19")),
        Err(DisclosureError::Moved { counts: 3 })
    ));
}

#[test]
fn counts_of_another_period_or_up_to_another_day_are_no_differences() {
    let count = |number: i64| {
        let own = model("grain = [\"key_stage\"]\n[disclosure]\ncounts = [\"exclusions\"]\n");
        vec![(own, batch(vec![("key_stage", texts(&["ks3"])), ("exclusions", counts(&[number]))]))]
    };
    let shows = |earlier: &Earlier, period: &str, number: i64| {
        cleared(&count(number), &Release { period, ..Release::after(earlier) }).unwrap().0.concat()
    };
    // Who waits is counted on a day of the period: two editions say two different things.
    let waiting = first("ay2018-19", &count(30));
    assert_eq!(shows(&waiting, "ay2019-20", 31), ["31"]);
    assert_eq!(shows(&waiting, "ay2018-19", 31), ["[c]"]);
    // What was hidden in one is another count in the next.
    let few = first("ay2018-19", &count(3));
    assert_eq!(shows(&few, "ay2019-20", 12), ["12"]);
    assert_eq!(shows(&few, "ay2018-19", 12), ["[c]"]);
    // A year so far goes on.
    let so_far = first("ay2018-19-to-2019-01", &year("2018-19", &[20, 30], &[10, 40]));
    let more = year("2018-19", &[21, 30], &[10, 41]);
    let release = |period| Release { period, ..Release::after(&so_far) };
    assert_eq!(cleared(&more, &release("ay2018-19-to-2019-02")).unwrap().0[0], ["21", "30", "51"]);
    assert_eq!(cleared(&more, &release("ay2018-19-to-2019-01")).unwrap().0[0], ["[c]", "[c]", "[c]"]);
}
