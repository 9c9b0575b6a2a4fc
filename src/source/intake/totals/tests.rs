use super::{Part, Totals};
use crate::source::row::Row;

/// Reads rows of cells between bars: a column of text, one of whole numbers, one of decimals. Returns what is found.
fn found(rows: &[&str]) -> Option<(u64, i64)> {
    let mut totals = Totals::default();
    for (number, line) in (2..).zip(rows) {
        let mut row = Row::default();
        row.number = number;
        for (index, cell) in line.split('|').enumerate() {
            row.push(cell);
            let value = |cell: &str| cell.parse::<i128>().ok();
            let part = match (index, value(cell)) {
                (0, _) if !cell.is_empty() => Part::Label,
                (1, Some(value)) => Part::Count(value),
                (2, Some(value)) => Part::Amount(value),
                _ => Part::Blank,
            };
            totals.cell(index, part);
        }
        totals.end(&row);
    }
    totals.finish()
}

#[test]
fn a_total_of_whole_numbers_alone_is_found() {
    assert_eq!(found(&["Ash|5|", "Elm|6|", "Total|11|"]), Some((1, 4)));
    assert_eq!(found(&["Ash|5|", "Elm|6|", "|11|"]), Some((1, 4)));
    assert_eq!(found(&["Ash|5|", "Elm|6|", "Fir|11|"]), None);
}

#[test]
fn references_that_happen_to_add_up_are_no_totals() {
    assert_eq!(found(&["Ash|1|500", "Elm|2|600", "Total Fitness|3|700"]), None);
    assert_eq!(found(&["Ash|1|500", "Elm|2|600", "Fir|3|1100"]), None);
}

#[test]
fn a_total_above_the_rows_is_found() {
    assert_eq!(found(&["Total||30", "Ash||10", "Elm||20"]), Some((1, 2)));
    assert_eq!(found(&["||30", "Ash||10", "Elm||20"]), Some((1, 2)));
    assert_eq!(found(&["All||30", "Ash||10", "Elm||20"]), None);
}

#[test]
fn totals_above_their_groups_are_found() {
    let groups = ["Grand total||16", "Ash total||11", "A||5", "B||6", "Elm total||5", "C||2", "D||3"];
    assert_eq!(found(&groups), Some((3, 2)));
    assert_eq!(found(&groups[1..]), Some((2, 2)));
}

#[test]
fn subtotals_without_a_word_are_found() {
    let groups = ["A||5", "B||6", "||11", "C||2", "D||3", "||5", "E||4", "||4", "||20"];
    assert_eq!(found(&groups), Some((4, 4)));
}

#[test]
fn a_total_that_does_not_agree_is_found_by_its_word_and_what_it_lacks() {
    let mut totals = Totals::default();
    for (number, cells) in (2..).zip([["1", "Ash", "5"], ["2", "Elm", "6"], ["", "TOTAL:", "12"]]) {
        let mut row = Row::default();
        row.number = number;
        for (index, cell) in cells.into_iter().enumerate() {
            row.push(cell);
            let label = if cell.is_empty() { Part::Blank } else { Part::Label };
            totals.cell(index, if index == 2 { Part::Amount(cell.parse().unwrap()) } else { label });
        }
        totals.end(&row);
    }
    assert_eq!(totals.finish(), Some((1, 4)));
}

#[test]
fn a_breakdown_that_is_called_total_is_data() {
    assert_eq!(found(&["Boys|5|", "Girls|6|", "Total|12|"]), None);
    // Published counts of each council: all schools, then each kind.
    let council = [("2024", "Total", 9), ("2024", "Primary", 6), ("2024", "Special", 3)];
    let mut totals = Totals::default();
    for (number, (year, kind, schools)) in (2..).zip(council.iter().chain(&council)) {
        let mut row = Row::default();
        row.number = number;
        for (index, cell) in [*year, *kind, &schools.to_string()].into_iter().enumerate() {
            row.push(cell);
            totals.cell(index, if index == 2 { Part::Count(*schools) } else { Part::Label });
        }
        totals.end(&row);
    }
    assert_eq!(totals.finish(), None);
}

#[test]
fn rows_without_a_label_among_others_are_data() {
    assert_eq!(found(&["Ash||10", "||10", "Elm||20", "||40", "Fir||1"]), None);
}

#[test]
fn a_number_that_was_there_once_before_adds_nothing_up() {
    // Tax is rarely charged: the second row with it repeats the first, and no key is blank but one.
    assert_eq!(found(&["Ash|1|0", "Elm|1|0", "Fir|1|40", "|1|40", "Yew|1|0"]), None);
    assert_eq!(found(&["Ash|1|0", "Elm|1|0", "Fir|1|40", "|1|40"]), None);
    assert_eq!(found(&["Ash|1|0", "Elm|1|30", "Fir|1|40", "|1|70", "Yew|1|0"]), Some((1, 5)));
}

#[test]
fn a_row_without_a_word_adds_up_in_all_its_amounts_and_lacks_most_keys() {
    let of = |rows: &[&str]| {
        let mut totals = Totals::default();
        for (number, line) in (2..).zip(rows) {
            let mut row = Row::default();
            row.number = number;
            for (index, cell) in line.split('|').enumerate() {
                row.push(cell);
                let label = if cell.is_empty() { Part::Blank } else { Part::Label };
                let amount = cell.parse().map(Part::Amount);
                totals.cell(index, if index > 2 { amount.unwrap_or_default() } else { label });
            }
            totals.end(&row);
        }
        totals.finish()
    };
    let lines = ["A|Ash|day|10|2", "B|Elm|day|20|4"];
    let with = |last: &str| of(&[lines[0], lines[1], last, "C|Fir|day|7|1"]);
    // An invoice line without its order: its tax happens to be that of the two before it.
    assert_eq!(with("D|Oak||35|6"), None);
    assert_eq!(with("D|Oak||30|6"), None);
    assert_eq!(with("|||35|6"), None);
    assert_eq!(with("|||30|6"), Some((1, 4)));
    assert_eq!(with("|Oak||30|6"), Some((1, 4)));
}

#[test]
fn words_that_only_begin_so_are_no_totals() {
    assert!(super::begins_as_a_total("Totals of May") && super::begins_as_a_total("Sum: 3"));
    for cell in ["Summerfield School", "Totality", "Subtotally", "Carried forwarding", "Sumo"] {
        assert!(!super::begins_as_a_total(cell), "{cell}");
    }
    assert_eq!(found(&["Ash||10", "Elm||20", "Summer||30"]), None);
}

#[test]
fn a_total_whose_sum_is_missing_is_found_by_its_words() {
    let rows = ["Ash||10", "Ash||20", "Total for Ash||", "Elm||5", "Elm total||", "Fir||6"];
    assert_eq!(found(&rows), Some((2, 4)));
    // Where others have no number either, it may be a name.
    assert_eq!(found(&["Ash||10", "Ash||", "Total Fitness||", "Elm||5"]), None);
    assert_eq!(found(&["Ash||", "Total Fitness||", "Elm||"]), None);
}

#[test]
fn a_breakdown_is_data_in_rows_that_lack_a_name_too() {
    // Published counts of each council, then of the nation, which has no council.
    let rows = [["Ash", "Total", "5"], ["Elm", "Total", "6"], ["", "Total", "400"], ["", "Boys", "200"]];
    let mut totals = Totals::default();
    for (number, cells) in (2..).zip(rows) {
        let mut row = Row::default();
        row.number = number;
        for (index, cell) in cells.into_iter().enumerate() {
            row.push(cell);
            let label = if cell.is_empty() { Part::Blank } else { Part::Label };
            totals.cell(index, if index == 2 { Part::Count(cell.parse().unwrap()) } else { label });
        }
        totals.end(&row);
    }
    assert_eq!(totals.finish(), None);
}
