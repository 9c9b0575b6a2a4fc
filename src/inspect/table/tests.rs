use super::*;

fn found(csv: &str) -> String {
    let mut findings = Findings::default();
    inspect("t.csv", csv.as_bytes(), &Limits::default(), &mut findings);
    findings.to_string()
}

#[test]
fn a_table_of_numbers_and_labels_passes() {
    assert_eq!(
        found("\u{feff}phase,count,change\r\nPrimary,29,-3.5\r\nSecondary,[c],+4%\r\n\"a, b\",,-\r\n"),
        ""
    );
}

#[test]
fn what_a_spreadsheet_would_run_is_found_at_its_cell() {
    for cell in
        ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", " =1", "\"=HYPERLINK(\"\"x\"\")\""]
    {
        let csv = format!("a,b\n1,{cell}\n");
        assert_eq!(
            found(&csv),
            "`t.csv, row 2, column 2` would run as a formula in a spreadsheet",
            "{cell:?}"
        );
    }
}

#[test]
fn a_person_in_a_cell_is_found_and_not_repeated() {
    let said = found("a,b\n1,A823432112001\n");
    assert_eq!(said, "`t.csv, row 2, column 2` looks like a unique pupil number");
}
