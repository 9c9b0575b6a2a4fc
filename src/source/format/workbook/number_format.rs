//! What number formats make of the numbers of cells.
//!
//! ```text
//! currency  whether a format shows another currency than pounds
//! section   whether a format shows a number as another
//! ```

pub(super) mod currency;
mod section;

/// What the number format of a cell makes of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// A number.
    #[default]
    Number,
    /// A percentage.
    Percent,
    /// A day, with or without a time.
    Date,
    /// A time of day without a day.
    Time,
    /// A length of time.
    Length,
    /// Figures, with zeros before them up to this many.
    Padded(usize),
    /// Zeros before figures among other characters, as `E00000` or `000-0000`.
    Code,
    /// A number beside which the format shows what changes it: a sign, `CR`, further figures, `k`, or nothing at all.
    Otherwise,
    /// The same for numbers below zero only, as of a format that shows them without a sign.
    OtherwiseBelowZero,
    /// A sum of another currency than pounds.
    Foreign,
    /// The name of an error, where the cell holds something else.
    Error,
}

/// The first number of a format that is a workbook's own.
const OWN: u32 = 164;

impl Shown {
    /// Returns what the format of one of the numbers that need no code shows, by ECMA-376 18.8.30.
    pub(super) fn built_in(id: u32) -> Self {
        match id {
            9 | 10 => Self::Percent,
            18..=21 | 45 | 47 => Self::Time,
            14..=17 | 22 | 27..=36 | 50..=58 => Self::Date,
            46 => Self::Length,
            _ => Self::Number,
        }
    }

    /// Returns what the format of a number with this code shows. The currency of the numbers that a spreadsheet knows itself is
    /// that of whoever looks at them, whatever the code has.
    pub(super) fn of_numbered(id: u32, code: &str) -> Self {
        match Self::of_code(code) {
            Self::Foreign if id < OWN => Self::built_in(id),
            shown => shown,
        }
    }

    /// Returns what the format with this code shows: its first section, for numbers above zero.
    pub(super) fn of_code(code: &str) -> Self {
        let (mut day, mut time, mut months, mut percent) = (false, false, false, false);
        let mut letters = code.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter.to_ascii_lowercase() {
                // The character after one of these does not belong to the code.
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '"' => {
                    letters.find(|(_, letter)| *letter == '"');
                }
                '[' => {
                    let within =
                        code.get(at + 1..).and_then(|rest| rest.split(']').next()).unwrap_or_default();
                    let within = within.to_ascii_lowercase();
                    let elapsed =
                        |unit: char| !within.is_empty() && within.chars().all(|letter| letter == unit);
                    if elapsed('h') || elapsed('m') || elapsed('s') {
                        return Self::Length;
                    }
                    letters.find(|(_, letter)| *letter == ']');
                }
                ';' => break,
                'g' if code.get(at..).is_some_and(|rest| starts_with(rest, "general")) => {
                    letters.nth("eneral".len() - 1);
                }
                'a' if code
                    .get(at..)
                    .is_some_and(|rest| starts_with(rest, "am/pm") || starts_with(rest, "a/p")) =>
                {
                    time = true;
                }
                'd' | 'y' => day = true,
                'h' | 's' => time = true,
                'm' => months = true,
                '%' => percent = true,
                _ => {}
            }
        }
        match (day, time, months, percent) {
            (true, ..) | (false, false, true, _) => Self::Date,
            (false, true, ..) => Self::Time,
            (.., true) => Self::Percent,
            _ => Self::of_figures(code),
        }
    }

    /// Returns what a code of figures shows: zeros before them where it has several before the point.
    fn of_figures(code: &str) -> Self {
        if currency::is_foreign(code) {
            return Self::Foreign;
        }
        let sections = section::sections(code);
        if section::changes_above_zero(&sections) {
            return Self::Otherwise;
        }
        let (mut zeros, mut more, mut letters) = (0, false, code.chars());
        while let Some(letter) = letters.next() {
            match letter {
                ';' | '.' | 'E' | 'e' => {
                    more |= letter != ';';
                    break;
                }
                '0' => zeros += 1,
                // Room as wide as the next character, or filled with it.
                '_' | '*' => drop(letters.next()),
                '\\' => {
                    letters.next();
                    more = true;
                }
                '"' => {
                    letters.find(|letter| *letter == '"');
                    more = true;
                }
                '[' => {
                    letters.find(|letter| *letter == ']');
                    more = true;
                }
                _ => more = true,
            }
        }
        match (zeros, more) {
            _ if section::changes_below_zero(&sections) => Self::OtherwiseBelowZero,
            (2.., false) => Self::Padded(zeros),
            (2.., true) => Self::Code,
            _ => Self::Number,
        }
    }
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests;
