//! Why each hidden cell is hidden, as auditors of tables write it.

use super::attack::Attacker;
use super::cells::Cells;
use super::sheet::Sheet;
use super::why::Why;

/// Why one cell is hidden: for the owners of the data, and nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The table.
    pub table: String,
    /// The keys of its row, with their codes.
    pub row: String,
    /// Its column.
    pub column: String,
    /// `u` for one that is unsafe itself, `x` for one that is hidden to protect another, as auditors of tables write them.
    pub status: char,
    /// What it is hidden for.
    pub because: String,
    /// The least and the greatest value that the gate has shown a reader must think possible; `None` where it was not asked.
    pub between: Option<(String, String)>,
}

/// Returns why each hidden cell of a table is hidden, in the order of its rows and columns.
pub(super) fn audit(sheet: &Sheet, cells: &Cells, attacker: &Attacker) -> Vec<Audited> {
    let name = |at: usize| sheet.plan.columns.get(at).map(|column| column.name.clone()).unwrap_or_default();
    let mut found = Vec::new();
    for (row, line) in sheet.rows.iter().enumerate() {
        let key = |&at: &usize| Some(format!("{}={}", name(at), line.get(at)?.code()));
        for column in 0..sheet.plan.columns.len() {
            let Some(why) = sheet.why(row, column, cells) else { continue };
            let number = sheet.number_at(row, column);
            let because = number.and_then(|at| cells.because(at)).unwrap_or_else(|| {
                let needs: Vec<String> = sheet.needs(column).iter().map(|&need| name(need)).collect();
                match why {
                    Why::Primary if needs.is_empty() => "a count below the threshold".to_owned(),
                    Why::Primary => format!("it rests on {}", needs.join(" and ")),
                    Why::Secondary => "with it a hidden figure could be worked out".to_owned(),
                }
            });
            let between = number.and_then(|at| attacker.range(at));
            found.push(Audited {
                table: sheet.model.clone(),
                row: sheet.plan.grain.iter().filter_map(key).collect::<Vec<_>>().join("|"),
                column: name(column),
                status: if why == Why::Primary { 'u' } else { 'x' },
                because,
                between: between.map(|(low, high)| (cells.digits(low), cells.digits(high))),
            });
        }
    }
    found
}
