//! Columns that are the sum or the difference of two others in every row, found in the data.

use super::amounts::SCALE;
use super::sheet::Sheet;

/// Rows in which a sum of columns must say something before it is believed.
const TELLING: usize = 3;

/// Three columns of which the first is the sum of the others, each with its sign.
struct RowSum {
    sum: usize,
    one: (usize, i128),
    other: (usize, i128),
}

/// Returns the amounts of each row of which one follows from two columns.
pub(super) fn rows_of_amounts(sheet: &Sheet) -> Vec<Vec<usize>> {
    let figures = sheet.figures();
    let mut found = Vec::new();
    for sum in sheet.summed() {
        for (index, &one) in figures.iter().enumerate().filter(|(_, one)| **one != sum) {
            for &other in figures.iter().skip(index + 1).filter(|&&other| other != sum) {
                for (first, second) in [(1, 1), (1, -1), (-1, 1)] {
                    let row_sum = RowSum { sum, one: (one, first), other: (other, second) };
                    if row_sum.holds(sheet) {
                        let of = |row| {
                            [sum, one, other].iter().filter_map(|&at| sheet.amount_at(row, at)).collect()
                        };
                        let rows = (0..sheet.rows.len()).map(of);
                        found.extend(rows.filter(|row: &Vec<usize>| !row.is_empty()));
                    }
                }
            }
        }
    }
    found
}

impl RowSum {
    /// Returns whether it holds wherever all three are there, and says something often enough.
    fn holds(&self, sheet: &Sheet) -> bool {
        let mut telling = 0;
        let holds = (0..sheet.rows.len()).all(|row| {
            let number = |at: usize| sheet.shown_number(row, at).map(|number| number.units_at(SCALE));
            let (Some(sum), Some(one), Some(other)) =
                (number(self.sum), number(self.one.0), number(self.other.0))
            else {
                return true;
            };
            telling += usize::from(one != 0 && other != 0);
            sum == one * self.one.1 + other * self.other.1
        });
        holds && telling >= TELLING
    }
}
