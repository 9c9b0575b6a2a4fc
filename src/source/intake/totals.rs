//! Rows that add up others and are no data: totals and subtotals that no setting declares, above or below what they add
//! up. Each is counted, and read as the row that it looks like.

use crate::source::row::{Row, is_blank};

/// How the text of a row of totals begins.
const BEGINS: [&str; 8] =
    ["total", "grand total", "sub total", "sub-total", "subtotal", "sum", "overall total", "carried forward"];
/// What it may be as a whole.
const WHOLE: [&str; 15] = [
    "total",
    "totals",
    "grand total",
    "grand totals",
    "sub total",
    "sub-total",
    "subtotal",
    "sum",
    "overall total",
    "net total",
    "gross total",
    "total net",
    "total gross",
    "carried forward",
    "c/f",
];

/// One cell of a row, by what it can say of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Part {
    /// Nothing is in it, or nothing that can be read.
    #[default]
    Blank,
    /// A text or a day: it may name what the row is.
    Label,
    /// Money or another decimal, in its smallest unit.
    Amount(i128),
    /// A whole number, which may be a count or a reference.
    Count(i128),
}

impl Part {
    fn is_number(self) -> bool {
        matches!(self, Self::Amount(_) | Self::Count(_))
    }

    fn value(self) -> i128 {
        match self {
            Self::Amount(value) | Self::Count(value) => value,
            Self::Blank | Self::Label => 0,
        }
    }
}

/// The rows of a file that look like totals, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Totals {
    columns: Vec<Column>,
    /// The cells of the row that is being read.
    parts: Vec<Part>,
    /// Rows that are no totals, without the first of the file, and those of them since the last total.
    rows: u64,
    since: u64,
    /// Rows with a number; those without one, and how many of them stand below all others, with the first.
    with_numbers: u64,
    without: u64,
    below: (u64, i64),
    last_without: Option<i64>,
    /// Rows that are called a total and are none.
    whole: u64,
    /// Totals so far, and the first of them.
    found: u64,
    first: Option<i64>,
    /// The first row of the file, and the last one that may add up those below it.
    top: Option<Head>,
    group: Option<Head>,
    /// The last row, where it adds up those above it and names nothing in its first cell.
    last: Option<i64>,
    /// The first row and the last, where their words say that they are totals, and nothing else is in them but numbers.
    said: [Option<Said>; 2],
}

/// A row whose words say that it is a total.
#[derive(Debug, Clone)]
struct Said {
    row: i64,
    parts: Vec<Part>,
}

/// A total that the other rows do not come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Differs {
    pub(super) row: i64,
    /// The place of the column, among those of the contract.
    pub(super) column: usize,
    pub(super) stated: i128,
    pub(super) others: i128,
}

/// What stands in one column, in its smallest unit.
#[derive(Debug, Default, Clone, Copy)]
struct Column {
    /// Whether a row had a text or a day in it.
    is_label: bool,
    /// Rows that are no totals and fill it, without the first of the file.
    filled: u64,
    /// Rows with a number in it.
    numbers: u64,
    /// Sums of all rows, of those that are no totals, and of those since the last total.
    all: Sum,
    plain: Sum,
    since: Sum,
}

/// A sum, and how many numbers other than zero it is of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    value: i128,
    of: u64,
}

impl Sum {
    fn add(&mut self, value: i128) {
        self.value += value;
        self.of += u64::from(value != 0);
    }

    fn take_off(&mut self, value: i128) {
        self.value -= value;
        self.of -= u64::from(value != 0).min(self.of);
    }

    fn without(mut self, other: Self) -> Self {
        self.value -= other.value;
        self.of -= other.of.min(self.of);
        self
    }
}

/// A row that may add up the rows below it.
#[derive(Debug)]
struct Head {
    row: i64,
    parts: Vec<Part>,
    /// Whether its words, or what it lacks of all rows above it, say so.
    is_suspect: bool,
    /// Whether its words say so.
    is_called: bool,
    /// The sums of the rows that are no totals, itself among them.
    plain: Vec<Sum>,
    rows: u64,
}

impl Totals {
    /// Takes the cell of a column of the row that is being read.
    pub(super) fn cell(&mut self, index: usize, part: Part) {
        if self.parts.len() <= index {
            self.parts.resize(index + 1, Part::Blank);
        }
        if let Some(there) = self.parts.get_mut(index) {
            *there = part;
        }
    }

    /// Ends the row that is being read. Returns whether it is counted as a total.
    pub(super) fn end(&mut self, row: &Row) -> bool {
        let parts = std::mem::take(&mut self.parts);
        if self.columns.len() < parts.len() {
            self.columns.resize(parts.len(), Column::default());
        }
        let is_first = self.top.is_none();
        let sums = |index: usize| {
            let column = self.columns.get(index).copied().unwrap_or_default();
            [column.since, column.plain, column.all]
        };
        let adds_up = !is_first && adds_up(&parts, sums);
        // Without a word for it, a number that was there once before is not a sum, unless there have been totals.
        let is_sum = adds_up && (self.found > 0 || is_of_several(&parts, sums)) && all_add_up(&parts, sums);
        let lacks = self.lacks(&parts);
        let said = row.cells().any(begins_as_a_total);
        // A breakdown calls many rows so.
        let is_whole = said && row.cells().any(is_a_total);
        let lacks_since = is_sum && self.lacks_most(&parts) && (self.since > 1 || self.found > 0);
        // A breakdown may have a row of all, called so in a column of its own: counts of it are data.
        let leads = said && row.cells().find(|cell| !is_blank(cell)).is_some_and(begins_as_a_total);
        let has_amount = parts.iter().any(|part| matches!(part, Part::Amount(_)));
        let is_total = adds_up && (leads || said && has_amount)
            || lacks_since
            || said && lacks && is_whole && self.whole == 0
            || leads && self.lacks_numbers(&parts);
        let is_label = || row.cells().find(|cell| !is_blank(cell)).is_some_and(is_a_total);
        let labels = parts.iter().filter(|part| **part == Part::Label).count();
        let is_said = has_amount && leads && !is_total && labels == 1 && is_label();
        let said = is_said.then(|| Said { row: row.number, parts: parts.clone() });
        if is_first {
            self.said = [said, None];
        } else {
            self.said[1] = said;
        }
        let blank_first = row.cells().next().is_some_and(is_blank);
        self.last = (is_sum && !is_total && blank_first).then_some(row.number);
        for (column, part) in self.columns.iter_mut().zip(&parts) {
            column.all.add(part.value());
        }
        if is_total {
            self.count(row.number);
            self.since = 0;
            self.columns.iter_mut().for_each(|column| column.since = Sum::default());
        } else {
            if leads || lacks {
                self.end_group();
            }
            self.take(&parts, is_first);
            if is_first || leads || lacks {
                self.begin_group(row.number, &parts, (leads || lacks, leads), is_first);
            }
        }
        if !is_total {
            self.whole += u64::from(is_whole);
            self.count_numbers(&parts, row.number);
        }
        self.parts = parts;
        self.parts.fill(Part::Blank);
        is_total
    }

    /// Forgets the last row: one that does not fit below the header followed.
    pub(super) fn forget_last(&mut self) {
        self.last = None;
        self.said[1] = None;
    }

    /// Ends the file. Returns how many rows look like totals, with the first.
    pub(super) fn finish(&mut self) -> Option<(u64, i64)> {
        self.end_group();
        if let Some(top) = self.top.take().filter(|top| self.first != Some(top.row)) {
            let below = |index: usize| {
                let mut plain = self.columns.get(index).copied().unwrap_or_default().plain;
                plain.take_off(top.parts.get(index).copied().unwrap_or_default().value());
                [plain]
            };
            let is_sum = |top: &Head| is_of_several(&top.parts, below) && all_add_up(&top.parts, below);
            let named = top.is_called || self.lacks_most(&top.parts) && is_sum(&top);
            if self.rows > 1 && named && adds_up(&top.parts, below) {
                self.count(top.row);
            }
        }
        if let Some(row) = self.last.take() {
            self.count(row);
        }
        Some((self.found, self.first?))
    }

    /// Returns the first row and the last, where they say that they are totals and the others do not come to them. To be asked
    /// once the file has ended.
    pub(super) fn differing(&self) -> Vec<Differs> {
        let is_counted = |said: &&Said| self.first == Some(said.row);
        let said = self.said.iter().flatten().filter(|said| self.rows > 0 && !is_counted(said));
        said.filter_map(|said| {
            let mut amounts = said.parts.iter().enumerate().filter_map(|(column, part)| match part {
                Part::Amount(stated) => {
                    let others = self.columns.get(column).map_or(0, |column| column.plain.value) - stated;
                    Some(Differs { row: said.row, column, stated: *stated, others })
                }
                _ => None,
            });
            amounts.find(|differs| differs.stated != differs.others)
        })
        .collect()
    }

    /// Adds a row that is not a total to the sums.
    fn take(&mut self, parts: &[Part], is_first: bool) {
        for (column, part) in self.columns.iter_mut().zip(parts) {
            column.plain.add(part.value());
            column.since.add(part.value());
            column.is_label |= *part == Part::Label;
            column.filled += u64::from(*part != Part::Blank && !is_first);
        }
        self.rows += u64::from(!is_first);
        self.since += 1;
    }

    /// Returns whether a row has no number at all, and all others have one in the same column: the title of a total
    /// whose sum is missing, or was never worked out.
    fn lacks_numbers(&self, parts: &[Part]) -> bool {
        self.with_numbers > 0
            && self.without == 0
            && !parts.iter().any(|part| part.is_number())
            && self.has_full_column()
    }

    /// Returns whether there is a column of numbers that every row with a number fills.
    fn has_full_column(&self) -> bool {
        self.columns.iter().any(|column| column.numbers > 0 && column.numbers == self.with_numbers)
    }

    fn count_numbers(&mut self, parts: &[Part], row: i64) {
        if !parts.iter().any(|part| part.is_number()) {
            self.without += 1;
            self.last_without = Some(row);
            self.below = (self.below.0 + 1, if self.below.0 == 0 { row } else { self.below.1 });
            return;
        }
        self.with_numbers += 1;
        self.below = (0, 0);
        for (column, part) in self.columns.iter_mut().zip(parts) {
            column.numbers += u64::from(part.is_number());
        }
    }

    /// Takes back the last row, where it was counted as one without a number: it is set aside.
    pub(super) fn set_aside(&mut self, row: i64) {
        if self.last_without == Some(row) {
            self.last_without = None;
            self.without -= 1;
            self.below.0 -= 1;
        }
    }

    /// Returns how many rows below all others have no number, where all others fill a column of them, and the first.
    pub(super) fn notes(&self) -> Option<(u64, i64)> {
        let (rows, first) = self.below;
        let few = rows > 0 && rows == self.without && rows.saturating_mul(3) <= self.with_numbers;
        (few && self.has_full_column()).then_some((rows, first))
    }

    /// Returns whether a row is blank where all others have a text.
    fn lacks(&self, parts: &[Part]) -> bool {
        let is_filled = |column: &Column| column.is_label && column.filled == self.rows && self.rows > 0;
        parts.iter().zip(&self.columns).any(|(part, column)| *part == Part::Blank && is_filled(column))
    }

    /// Returns whether a row is blank in half of the columns or more in which all others have a text.
    fn lacks_most(&self, parts: &[Part]) -> bool {
        let is_filled = |column: &&Column| column.is_label && column.filled == self.rows && self.rows > 0;
        let all = self.columns.iter().filter(is_filled).count();
        let blank = parts.iter().zip(&self.columns);
        let blank = blank.filter(|(part, column)| **part == Part::Blank && is_filled(column)).count();
        blank > 0 && blank * 2 >= all
    }

    fn count(&mut self, row: i64) {
        self.found += 1;
        self.first = Some(self.first.map_or(row, |first| first.min(row)));
    }

    /// Remembers a row that may add up the rows below it, as far as the next such row.
    fn begin_group(
        &mut self,
        row: i64,
        parts: &[Part],
        (is_suspect, is_called): (bool, bool),
        is_first: bool,
    ) {
        let head = || Head {
            row,
            parts: parts.to_vec(),
            is_suspect,
            is_called,
            plain: self.columns.iter().map(|column| column.plain).collect(),
            rows: self.rows,
        };
        if is_first {
            self.top = Some(head());
        }
        self.group = Some(head());
    }

    /// Counts the row above the group that ends here, if it adds up the group.
    fn end_group(&mut self) {
        let Some(head) = self.group.take() else { return };
        let below = |index: usize| {
            let until = head.plain.get(index).copied().unwrap_or_default();
            [self.columns.get(index).copied().unwrap_or_default().plain.without(until)]
        };
        let is_sum = head.is_called || is_of_several(&head.parts, below) && all_add_up(&head.parts, below);
        if head.is_suspect && is_sum && self.rows > head.rows + 1 && adds_up(&head.parts, below) {
            for (column, part) in self.columns.iter_mut().zip(&head.parts) {
                column.plain.take_off(part.value());
            }
            self.count(head.row);
        }
    }
}

/// Returns whether a row adds up others: one of its amounts is one of the sums of its column; where it has no amount, each
/// whole number of it is.
fn adds_up<const N: usize>(parts: &[Part], sums: impl Fn(usize) -> [Sum; N]) -> bool {
    let is_sum = |(index, part): (usize, &Part)| {
        part.value() != 0 && sums(index).iter().any(|sum| sum.value == part.value())
    };
    let filled = || parts.iter().enumerate();
    if filled().any(|(_, part)| matches!(part, Part::Amount(_))) {
        return filled().filter(|(_, part)| matches!(part, Part::Amount(_))).any(is_sum);
    }
    let mut counts = filled().filter(|(_, part)| matches!(part, Part::Count(_))).peekable();
    counts.peek().is_some() && counts.all(is_sum)
}

/// Returns whether each amount of a row other than zero is one of the sums of its column.
fn all_add_up<const N: usize>(parts: &[Part], sums: impl Fn(usize) -> [Sum; N]) -> bool {
    let mut amounts = parts.iter().enumerate().filter(|(_, part)| matches!(part, Part::Amount(_)));
    amounts.all(|(index, part)| part.value() == 0 || sums(index).iter().any(|sum| sum.value == part.value()))
}

/// Returns whether a number of a row is the sum of several of its column.
fn is_of_several<const N: usize>(parts: &[Part], sums: impl Fn(usize) -> [Sum; N]) -> bool {
    let is_one = |(index, part): (usize, &Part)| {
        part.value() != 0 && sums(index).iter().any(|sum| sum.value == part.value() && sum.of > 1)
    };
    parts.iter().enumerate().any(is_one)
}

/// Returns whether a cell begins, or ends, as the label of a total does.
pub(in crate::source) fn begins_as_a_total(cell: &str) -> bool {
    let cell = cell.trim();
    // Hardly a cell passes its first or last letter.
    let begins = matches!(
        cell.as_bytes().first(),
        Some(b't' | b'T' | b'g' | b'G' | b's' | b'S' | b'o' | b'O' | b'c' | b'C')
    ) && BEGINS.iter().any(|word| begins_with_word(cell, word));
    let end = " total";
    let ends = || cell.len().checked_sub(end.len()).and_then(|at| cell.get(at..));
    begins || ends().is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// Returns whether a text begins with a word, or its plural, in whatever case: "Sums", but not "Summer".
pub(super) fn begins_with_word(text: &str, word: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(word.len()) else { return false };
    let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
    start.eq_ignore_ascii_case(word) && !rest.starts_with(char::is_alphanumeric)
}

/// Returns whether a cell is the label of a total, and nothing else.
pub(in crate::source) fn is_a_total(cell: &str) -> bool {
    let cell = cell.trim().trim_end_matches([':', '=', '.']).trim_end();
    let cell = cell.strip_suffix("(\u{a3})").map_or(cell, str::trim_end);
    WHOLE.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests;
