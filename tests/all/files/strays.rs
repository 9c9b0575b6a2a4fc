use super::{run, says};
use crate::council::Council;

/// Makes a ledger of months, or of what `series` says.
fn ledger(series: &str, by: &str) -> Council {
    Council::with_source(&format!(
        "files = \"*.csv\"\ndisposition = \"append\"\n[csv]\n[series]\n{series}due = \"40 days\"\n{by}\
         [[columns]]\nname = \"ref\"\nfrom = \"Ref\"\ntype = \"text\"\n\
         [[columns]]\nname = \"amount\"\nfrom = \"Amount\"\ntype = {{ money = {{ scale = 2 }} }}\n"
    ))
}

fn of_months() -> Council {
    let day = "[[columns]]\nname = \"day\"\nfrom = \"Day\"\ntype = { date = { format = \"%d/%m/%Y\" } }\n";
    ledger("by = \"day\"\nunit = \"month\"\n", day)
}

fn warnings(council: &Council) -> Vec<(String, u64, String)> {
    let landings = council.open().store().landings("share", "rows", None).unwrap();
    let found = &landings.last().unwrap().findings;
    let first = |rule: &String| found.first.get(rule).cloned().unwrap_or_default();
    found.warnings.iter().map(|(rule, count)| (rule.clone(), *count, first(rule))).collect()
}

fn states(council: &Council) -> Vec<String> {
    council.query("SELECT unit, state FROM sufficiency.series_units ORDER BY unit")
}

#[test]
fn days_that_are_blank_or_far_off_are_counted_and_neither_fill_a_series_nor_lengthen_it() {
    let council = of_months();
    let months = [4, 5, 6, 8];
    let lines = months.map(|month| format!("R{month},15/{month:02}/2025,{month}.00\n"));
    let rows = lines.concat();
    council.write(
        "extracts/a.csv",
        format!("Ref,Day,Amount\n{rows}S1,,9.00\nS2,15/01/1901,3.00\nS3,15/01/2150,3.00\nS4,,1.00\n"),
    );
    let printed = run(&council);
    says(&printed, "`a.csv` has rows that belong to no part of the series, the first of them: row 6, `day`");
    says(
        &printed,
        "far off the other parts of the series, or after today, the first of them: row 7 of January 1901",
    );
    assert_eq!(
        warnings(&council),
        [
            ("in_no_part".to_owned(), 2, "row 6, `day`".to_owned()),
            ("part_far_off".to_owned(), 2, "row 7 of January 1901, `day`".to_owned()),
        ]
    );
    let known =
        ["2025-04|PRESENT", "2025-05|PRESENT", "2025-06|PRESENT", "2025-07|MISSING", "2025-08|PRESENT"];
    assert_eq!(states(&council)[..5], known);
    assert_eq!(states(&council).len(), 7, "to October");
    // One file alone says nothing of the others: it is held against the table.
    council.write("extracts/b.csv", "Ref,Day,Amount\nT1,15/07/2015,3.00\n");
    says(&run(&council), "`b.csv` has rows far off the other parts");
    assert_eq!(states(&council)[..5], known);
    // The month that was missing, and the one before a gap of a year, are of the series.
    council.write("extracts/c.csv", "Ref,Day,Amount\nU1,15/07/2025,3.00\nU2,15/03/2024,3.00\n");
    assert!(!run(&council).contains("far off"));
    assert_eq!(states(&council)[..2], ["2024-03|PRESENT", "2024-04|MISSING"]);
}

#[test]
fn a_day_of_1901_that_is_corrected_takes_no_month_away() {
    let council = of_months();
    council
        .write("extracts/a.csv", "Ref,Day,Amount\nA,15/08/2025,1.00\nB,16/08/2025,1.00\nC,15/08/1901,3.00\n");
    run(&council);
    council
        .write("extracts/a.csv", "Ref,Day,Amount\nA,15/08/2025,1.00\nB,16/08/2025,1.00\nC,15/08/2025,3.00\n");
    run(&council);
    assert_eq!(warnings(&council), []);
}

#[test]
fn terms_without_a_name_are_counted() {
    let columns = "[[columns]]\nname = \"year\"\nfrom = \"Year\"\ntype = \"academic_year\"\n\
                   [[columns]]\nname = \"term\"\nfrom = \"Term\"\ntype = \"text\"\n";
    let council = ledger("by = \"year\"\nterm = \"term\"\nunit = \"term\"\n", columns);
    council.write(
        "extracts/a.csv",
        "Ref,Year,Term,Amount\nA,2024-25,Autumn,1.00\nB,2024-25,Spring,1.00\nC,2024-25,,1.00\nD,2024-25,Trinity,1.00\nE,,Summer,1.00\n",
    );
    says(&run(&council), "belong to no part of the series, the first of them: row 4");
    assert_eq!(warnings(&council), [("in_no_part".to_owned(), 3, "row 4, `year`".to_owned())]);
}
