//! Finds the table within the first rows of a file: which of them names the columns, and how much a row of it fills.

use std::collections::BTreeSet;

use crate::source::{self, NumberFit};

/// Rows at the top of a file in which the header is looked for.
pub(super) const TOP: usize = 260;
/// Most rows of titles above a table.
const TITLES: usize = 12;
/// Most places at which the header of a table has a name.
const WIDEST: usize = 512;

/// A row at the top of a file.
#[derive(Debug, Clone)]
pub(super) struct TopRow {
    pub(super) number: i64,
    pub(super) cells: Vec<String>,
    pub(super) merged: Vec<(usize, usize)>,
}

/// The header of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The number of its last row.
    pub(super) row: i64,
    /// How many rows it spans.
    pub(super) rows: usize,
    /// The names by their place, as the file writes them; nothing where a column has none.
    pub(super) names: Vec<String>,
    /// The names that its last row has alone.
    last: Vec<String>,
    /// Rows above it that hold something.
    pub(super) above: usize,
    /// How many cells a row below it usually fills.
    pub(super) fills: usize,
}

impl TopRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !source::is_blank(cell)).count()
    }

    /// Returns how many of its cells may be names: texts that are not a number or a day; years may be names as well.
    fn names(&self) -> usize {
        self.cells.iter().filter(|cell| may_be_name(source::trimmed(cell))).count()
    }

    /// Returns how many different texts its cells hold.
    fn different(&self) -> usize {
        let texts = self.cells.iter().filter(|cell| !source::is_blank(cell));
        texts.map(|cell| source::same_name(cell)).collect::<BTreeSet<_>>().len()
    }
}

fn may_be_name(cell: &str) -> bool {
    let is_year = || cell.len() == 4 && cell.parse::<u16>().is_ok_and(|year| (1990..2100).contains(&year));
    let begins = cell.starts_with(|letter: char| letter.is_ascii_digit() || "+-(£".contains(letter));
    let is_number = || begins && source::fits_number(cell, 15, true) == NumberFit::Fits;
    let is_day = || begins && cell.len() >= 8 && cell.bytes().filter(u8::is_ascii_digit).count() >= 5;
    !cell.is_empty() && (is_year() || !is_number() && !is_day())
}

/// Finds the header among the first rows: the first row of names that is about as full as the table.
pub(super) fn header(top: &[TopRow], names_first: bool) -> Option<Header> {
    let rows: Vec<&TopRow> = top.iter().filter(|row| names_first || row.filled() > 0).collect();
    let at = if names_first { 0 } else { find(&rows)? };
    let own = rows.get(at)?;
    let below: Vec<&&TopRow> = rows.iter().skip(at + 1).collect();
    let mut fills: Vec<usize> = below.iter().map(|row| row.filled()).collect();
    fills.sort_unstable();
    let usual = fills.get(fills.len() / 2).copied().unwrap_or_else(|| own.filled());
    let mut names = own.cells.clone();
    let mut span = 1;
    if let Some(before) = at.checked_sub(1).and_then(|before| rows.get(before)).filter(|_| !names_first) {
        let parts = |row: &TopRow| (row.cells.clone(), row.merged.clone());
        let joined = source::joined_names(vec![parts(before), parts(own)]);
        if before.number + 1 == own.number && before.filled() > 1 && names_more(&names, &joined, &below) {
            (names, span) = (joined, 2);
        }
    }
    names.truncate(WIDEST);
    let mut last = own.cells.clone();
    last.truncate(WIDEST);
    let above = at + 1 - span;
    Some(Header { row: own.number, rows: span, names, last, above, fills: usual })
}

impl Header {
    /// Takes the names of the last row alone, as other files of the same source have them.
    pub(super) fn narrow(&mut self) {
        if self.rows > 1 {
            self.above += self.rows - 1;
            self.rows = 1;
            self.names.clone_from(&self.last);
        }
    }
}

/// Returns whether names of two rows tell the columns from each other better than those of the lower row alone: fewer are
/// repeated, or fewer columns have values and no name.
fn names_more(lower: &[String], joined: &[String], below: &[&&TopRow]) -> bool {
    let has_values = |place: usize| {
        below.iter().any(|row| row.cells.get(place).is_some_and(|cell| !source::is_blank(cell)))
    };
    let faults = |names: &[String]| {
        let is_named = |place: usize| names.get(place).is_some_and(|name| !source::is_blank(name));
        let named: Vec<String> = names.iter().filter(|name| !source::is_blank(name)).cloned().collect();
        let unlike = named.iter().map(|name| source::same_name(name)).collect::<BTreeSet<_>>().len();
        let unnamed = (0..joined.len()).filter(|place| !is_named(*place) && has_values(*place)).count();
        // One column without a name marks the rows, and has none above either.
        named.len() - unlike + if unnamed > 1 { unnamed } else { 0 }
    };
    faults(joined) < faults(lower)
}

/// Finds the place of the header among rows that hold something.
fn find(rows: &[&TopRow]) -> Option<usize> {
    let mut fills: Vec<usize> = rows.iter().map(|row| row.filled()).collect();
    fills.sort_unstable();
    // Most rows of a file are of its table; those at its top may be few.
    let usual = fills.get(fills.len() * 2 / 3).copied()?;
    let is_header = |row: &TopRow| {
        let (filled, names) = (row.filled(), row.names());
        filled * 2 >= usual
            && filled >= usual.min(2)
            && names * 5 >= filled * 4
            && row.different() * 2 >= filled
    };
    let mut at = rows.iter().position(|row| is_header(row))?;
    // Titles of several cells are set off from a wider table by an empty row.
    if rows.get(at).is_some_and(|row| row.filled() < usual) {
        let is_set_off = |pair: &&[&TopRow]| match pair {
            [before, row] => row.number > before.number + 1 && is_header(row) && row.filled() >= usual,
            _ => false,
        };
        let titles = rows.get(at..).unwrap_or_default();
        if let Some(pair) = titles.windows(2).take(TITLES).position(|pair| is_set_off(&pair)) {
            at += pair + 1;
        }
    }
    // Headings over groups of columns, or names of another program, stand above the names.
    while at < rows.len() && rows.get(at + 1).is_some_and(|next| names_again(rows, at, next)) {
        at += 1;
    }
    Some(at)
}

/// Returns whether `next`, the row below the names at `at`, names the columns as well: it has a text, and not a mark,
/// where the rows below it have numbers or days.
fn names_again(rows: &[&TopRow], at: usize, next: &TopRow) -> bool {
    let below = rows.get(at + 2..).unwrap_or_default();
    let is_next = rows.get(at).is_some_and(|own| own.number + 1 == next.number);
    if !is_next || below.is_empty() || next.filled() < 2 || next.names() < next.filled() {
        return false;
    }
    let cell = |row: &TopRow, place: usize| {
        row.cells.get(place).map_or(String::new(), |cell| source::trimmed(cell).to_owned())
    };
    let is_of_values = |place: &usize| {
        let filled: Vec<String> =
            below.iter().map(|row| cell(row, *place)).filter(|cell| !cell.is_empty()).collect();
        let values = filled.iter().filter(|cell| !may_be_name(cell)).count();
        values > 0 && values * 5 >= filled.len() * 4
    };
    let places: Vec<usize> = (0..next.cells.len()).filter(is_of_values).collect();
    let named = places.iter().filter(|place| cell(next, **place).chars().count() > 2).count();
    named > 0 && named * 10 >= places.len() * 7
}

#[cfg(test)]
mod tests {
    use super::{TopRow, header};

    fn rows(lines: &[&str]) -> Vec<TopRow> {
        let row = |(at, line): (usize, &&str)| TopRow {
            number: i64::try_from(at).unwrap() + 1,
            cells: line.split('|').map(str::to_owned).collect(),
            merged: Vec::new(),
        };
        lines.iter().enumerate().map(row).collect()
    }

    fn found(lines: &[&str]) -> (i64, usize) {
        let header = header(&rows(lines), false).unwrap();
        (header.row, header.rows)
    }

    #[test]
    fn a_header_is_found_below_titles_and_blank_rows() {
        assert_eq!(found(&["Supplier|Amount|Paid", "A|1.00|01/02/2023", "B|2.00|02/02/2023"]), (1, 1));
        let titled =
            ["Payments over £500||", "Period|April 2023|", "||", "Supplier|Amount|Paid", "A|1.00|x", "B|2|y"];
        assert_eq!(found(&titled), (4, 1));
        let of_text = ["Name|Type|Ward", "A|School|North", "B|Centre|South", "C|School|West"];
        assert_eq!(found(&of_text), (1, 1));
    }

    #[test]
    fn names_below_other_names_are_the_header_and_marks_are_not() {
        let twice = ["columns|apar_id|amount", "|Supplier|Amount", "x|1|2.50", "x|2|3.25", "x|3|4.75"];
        assert_eq!(found(&twice), (2, 1));
        let marked = ["Area|Count|Rate", "North|x|x", "South|4|0.5", "East|6|0.7"];
        assert_eq!(found(&marked), (1, 1));
    }

    #[test]
    fn years_may_name_columns_and_numbers_alone_do_not() {
        assert_eq!(found(&["Area|2019|2020|2021", "North|4|5|6", "South|7|8|9"]), (1, 1));
        assert!(header(&rows(&["1|2.50|3", "4|5.25|6"]), false).is_none());
    }

    #[test]
    fn a_header_of_two_rows_is_one_where_the_lower_repeats_its_names() {
        let lines = ["|Boys||Girls|", "Area|Count|Rate|Count|Rate", "North|4|0.5|6|0.7", "South|1|0.2|2|0.3"];
        let mut top = rows(&lines);
        top[0].merged = vec![(1, 2), (3, 4)];
        let header = header(&top, false).unwrap();
        assert_eq!((header.row, header.rows), (2, 2));
        assert_eq!(header.names, ["Area", "Boys Count", "Boys Rate", "Girls Count", "Girls Rate"]);
    }
}
