//! What the cells of one column are, counted as they are read.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};

use chrono::NaiveDate;

use super::personal::Looks;
use crate::source::{self, DayForm, NumberFit, PlainRow, Shown};

/// Formats of dates that are tried, the commonest of English councils first.
pub(super) const DAYS: [&str; 23] = [
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d-%b-%Y %H:%M:%S",
    "%Y-%b-%d %H:%M:%S",
    "%Y/%m/%d",
    "%d %B, %Y",
    "%m/%d/%Y",
    "%Y%m%d",
    "serial",
];
/// The longest text that may be a date, in bytes.
const LONGEST_DAY: usize = 40;
/// Most decimal places that are looked for.
const MOST_PLACES: u8 = 15;
/// The longest text that may be a word for nothing, in bytes.
const LONGEST_WORD: usize = 12;
/// Most different words that are remembered.
const WORDS: usize = 24;

/// The forms of dates that are tried, ready to read.
pub(super) struct DayForms(Vec<DayForm>);

impl DayForms {
    pub(super) fn new() -> Self {
        Self(DAYS.iter().map(|format| DayForm::new(format)).collect())
    }

    /// Returns which forms read a cell, as bits by their place, and the latest day that one of them reads.
    fn read(&self, cell: &str) -> (u32, Option<NaiveDate>) {
        let days = self.0.iter().enumerate().filter_map(|(at, form)| Some((1_u32 << at, form.read(cell)?)));
        days.fold((0, None), |(bits, latest), (bit, day)| (bits | bit, latest.max(Some(day))))
    }
}

/// What the cells of one column are.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Cells that hold something, and those that do not.
    pub(super) filled: u64,
    pub(super) blank: u64,
    /// Blank cells below one that is merged over them.
    pub(super) merged: u64,
    /// Whole numbers, decimals, and sums of money; each of these is one of the next too.
    pub(super) whole: u64,
    pub(super) decimals: u64,
    pub(super) money: u64,
    /// Most decimal places of a number.
    pub(super) places: u8,
    /// Numbers that begin with a zero and have no point, as codes do.
    pub(super) padded: u64,
    /// Most figures of a whole number.
    pub(super) figures: usize,
    /// Numbers with a pound sign, brackets or commas.
    pub(super) as_money: u64,
    pub(super) percentages: u64,
    /// Dates by the forms that read them, as bits by their place in [`DAYS`].
    pub(super) days: BTreeMap<u32, u64>,
    /// The latest of them.
    pub(super) latest: Option<NaiveDate>,
    pub(super) booleans: u64,
    pub(super) years: u64,
    pub(super) errors: u64,
    pub(super) looks: Looks,
    /// Short words that are not a value of any type but text, counted.
    pub(super) words: BTreeMap<String, u64>,
    /// Cells that are longer, or of which there are too many different ones.
    pub(super) others: u64,
    /// The first row with a cell that is not a number, and with one that is not a date.
    pub(super) first_not_number: Option<i64>,
    pub(super) first_not_day: Option<i64>,
    pub(super) longest: usize,
    /// Bytes of all cells.
    bytes: u64,
    /// Cells that the format shows as another thing than they are.
    pub(super) as_code: u64,
    pub(super) as_time: u64,
    pub(super) foreign: u64,
    /// The cells by a hash, as long as no two are equal.
    distinct: HashSet<u64>,
    pub(super) repeats: u64,
    /// The last cell that was tried as a date, with what became of it.
    last: Option<(String, u32, Option<NaiveDate>)>,
}

impl Profile {
    /// Takes the cell at `place` of a row.
    pub(super) fn take(&mut self, row: PlainRow<'_>, place: usize, cell: &str, forms: &DayForms) {
        self.merged += u64::from(row.is_shown(place, Shown::Merged));
        let cell = source::trimmed(cell);
        if cell.is_empty() {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        self.longest = self.longest.max(cell.chars().count());
        self.bytes += cell.len() as u64;
        self.as_code += u64::from(row.is_shown(place, Shown::Code));
        self.as_time += u64::from(row.is_shown(place, Shown::Time));
        self.foreign += u64::from(row.is_shown(place, Shown::Foreign));
        self.percentages += u64::from(row.is_shown(place, Shown::Percentage) || is_percentage(cell));
        // Once most cells have been seen before, more of them say nothing.
        if self.repeats < 1_000 && !self.distinct.insert(hash(cell)) {
            self.repeats += 1;
        }
        if source::is_error(cell) {
            self.errors += 1;
            *self.words.entry(cell.to_lowercase()).or_default() += 1;
            return;
        }
        let upns = self.looks.upns;
        self.looks.take(cell);
        let is_boolean = cell.len() <= 5 && source::is_boolean(cell);
        let is_year = cell.len() <= 9 && source::is_year(cell);
        self.booleans += u64::from(is_boolean);
        self.years += u64::from(is_year);
        let is_number = self.take_number(cell);
        let is_day = self.take_day(cell, forms);
        if !is_number {
            self.first_not_number.get_or_insert(row.number());
        }
        if !is_day {
            self.first_not_day.get_or_insert(row.number());
        }
        let is_upn = self.looks.upns > upns;
        if !is_number && !is_day && !is_boolean && !is_year && !is_upn {
            let word = cell.to_lowercase();
            let is_known = self.words.contains_key(&word);
            if cell.len() <= LONGEST_WORD && (is_known || self.words.len() < WORDS) {
                *self.words.entry(word).or_default() += 1;
            } else {
                self.others += 1;
            }
        }
    }

    fn take_number(&mut self, cell: &str) -> bool {
        let starts = |letter: char| letter.is_ascii_digit() || "+-(.£\u{2212}\u{fffd}Â".contains(letter);
        if !cell.starts_with(starts) || !cell.bytes().any(|byte| byte.is_ascii_digit() || byte == b'-') {
            return false;
        }
        let mut fit = source::fits_number(cell, self.places, true);
        while fit == NumberFit::MorePlaces && self.places < MOST_PLACES {
            self.places += 1;
            fit = source::fits_number(cell, self.places, true);
        }
        if fit != NumberFit::Fits {
            return false;
        }
        self.money += 1;
        let is_decimal = source::fits_number(cell, self.places, false) == NumberFit::Fits;
        self.decimals += u64::from(is_decimal);
        self.as_money += u64::from(!is_decimal || cell.contains(','));
        if is_decimal && source::fits_number(cell, 0, false) == NumberFit::Fits && !cell.contains('.') {
            self.whole += 1;
            let figures = cell.bytes().filter(u8::is_ascii_digit).count();
            self.figures = self.figures.max(figures);
            self.padded += u64::from(figures > 1 && cell.starts_with('0') && !cell.contains(','));
        }
        true
    }

    fn take_day(&mut self, cell: &str, forms: &DayForms) -> bool {
        let has_figure = cell.bytes().any(|byte| byte.is_ascii_digit());
        if cell.len() < 5 || cell.len() > LONGEST_DAY || !has_figure {
            return false;
        }
        let (bits, latest) = match &self.last {
            Some((last, bits, latest)) if last == cell => (*bits, *latest),
            _ => {
                // A column whose first cells are no dates has none.
                if self.days.is_empty() && self.filled > 500 {
                    return false;
                }
                forms.read(cell)
            }
        };
        self.last = Some((cell.to_owned(), bits, latest));
        if bits == 0 {
            return false;
        }
        *self.days.entry(bits).or_default() += 1;
        self.latest = self.latest.max(latest);
        true
    }

    /// Returns whether no two cells are equal.
    pub(super) fn is_unique(&self) -> bool {
        self.filled > 1 && self.repeats == 0
    }

    /// Returns how many different cells there are, as far as they were counted.
    pub(super) fn different(&self) -> usize {
        self.distinct.len()
    }

    /// Returns the mean length of a cell, in bytes.
    pub(super) fn mean_length(&self) -> u64 {
        self.bytes.checked_div(self.filled).unwrap_or(0)
    }
}

fn is_percentage(cell: &str) -> bool {
    let number = cell.strip_suffix('%').map(str::trim_end);
    number.is_some_and(|number| source::fits_number(number, MOST_PLACES.min(8), false) == NumberFit::Fits)
}

/// Returns a hash of a cell: two equal hashes of different cells only hide a key.
pub(super) fn hash(cell: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    cell.hash(&mut hasher);
    hasher.finish()
}
