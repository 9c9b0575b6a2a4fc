//! The sections of a format's code, for numbers above and below zero, and what each shows beside the figures.

use super::starts_with;

/// Words beside a number by which it is shown as thousands or millions.
const SCALES: [&str; 8] = ["k", "m", "mn", "bn", "thousand", "million", "billion", "000"];
/// Words beside a number that say on which side of an account it stands, or that it is to be taken off.
const OFF: [&str; 9] = ["cr", "credit", "credits", "minus", "neg", "negative", "less", "refund", "refunds"];
const ON: [&str; 3] = ["dr", "debit", "debits"];
/// Colours by which a section shows what is below zero.
const COLOURS: [&str; 2] = ["red", "color"];

/// What a section shows beside the figures of a number.
#[derive(Debug, Default)]
struct Beside {
    before: String,
    after: String,
    /// Whether it shows figures of the number, or the text of a cell.
    figures: bool,
    /// Whether it divides them by a thousand.
    is_scaled: bool,
    /// What stands in brackets: a colour, a condition, a currency.
    brackets: Vec<String>,
}

/// Returns the sections of a code, up to four: above zero, below zero, zero, texts.
pub(super) fn sections(code: &str) -> Vec<&str> {
    let (mut sections, mut start) = (Vec::new(), 0);
    let mut letters = code.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.find(|(_, letter)| *letter == '"')),
            '[' => drop(letters.find(|(_, letter)| *letter == ']')),
            ';' => {
                sections.extend(code.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.extend(code.get(start..));
    sections
}

/// Returns whether numbers above zero, and all those for which no other section is, are shown as others: with a sign, a word
/// such as `CR`, figures of the format's own behind them, a word that multiplies them, or without any figure of theirs.
pub(super) fn changes_above_zero(sections: &[&str]) -> bool {
    let Some(own) = sections.first().map(|section| Beside::of(section)) else { return false };
    // Where numbers below zero are called credits, those above are debits, and the other way round.
    let below = sections.get(1).map(|section| Beside::of(section)).unwrap_or_default();
    let is_off = own.says(&OFF) && !own.is_below_zero();
    let is_on = own.says(&ON) && !below.says(&OFF);
    own.has_sign() || own.changes() || is_off || is_on || !own.figures && sections.len() > 1
}

/// Returns whether the section for numbers below zero, where there is one of its own, does not show that they are below, or
/// shows them as others.
pub(super) fn changes_below_zero(sections: &[&str]) -> bool {
    let [_, below, ..] = sections else { return false };
    let below = Beside::of(below);
    // With a condition it is for whatever the condition says.
    if below.is_conditional() || sections.first().is_some_and(|first| Beside::of(first).is_conditional()) {
        return false;
    }
    let is_red = below.brackets.iter().any(|within| COLOURS.iter().any(|colour| starts_with(within, colour)));
    let is_shown =
        below.has_sign() || below.after.trim_start().starts_with(['-', '\u{2212}']) || below.says(&OFF);
    !below.figures || below.multiplies() || !(is_red || is_shown)
}

impl Beside {
    fn of(section: &str) -> Self {
        let mut found = Self::default();
        let mut letters = section.chars();
        while let Some(letter) = letters.next() {
            let beside = if found.figures { &mut found.after } else { &mut found.before };
            match letter {
                '0' | '#' | '?' | '@' => {
                    // A comma between figures groups them; at their end it divides by a thousand.
                    found.is_scaled = false;
                    found.figures = true;
                    // What stands between figures is a part of a code.
                    found.after.clear();
                }
                'G' | 'g' if starts_with(letters.as_str(), "eneral") => {
                    letters.nth("eneral".len() - 1);
                    found.figures = true;
                }
                ',' => found.is_scaled = found.figures,
                '.' | '/' => {}
                // Of a power of ten the sign belongs to the figures.
                'E' | 'e' if found.figures => drop(letters.next()),
                '_' | '*' => drop(letters.next()),
                '\\' => beside.extend(letters.next()),
                '"' => beside.extend(letters.by_ref().take_while(|letter| *letter != '"')),
                '[' => found.brackets.push(letters.by_ref().take_while(|letter| *letter != ']').collect()),
                other => beside.push(other),
            }
        }
        found
    }

    /// Returns whether it changes the number, but for its sign.
    fn changes(&self) -> bool {
        let has_figures = |text: &str| text.chars().any(|letter| letter.is_ascii_digit());
        let adds_figures =
            has_figures(&self.after) || self.before.chars().any(|letter| ('1'..='9').contains(&letter));
        self.after.trim_start().starts_with(['-', '\u{2212}'])
            || self.multiplies()
            || adds_figures && !self.is_scaled
    }

    fn multiplies(&self) -> bool {
        let scale = self.after.trim().trim_start_matches(['\'', ',']).to_lowercase();
        !self.is_scaled && SCALES.contains(&scale.trim_end_matches('s'))
    }

    fn has_sign(&self) -> bool {
        self.before.contains(['-', '\u{2212}', '('])
    }

    /// Returns whether one of these words stands beside the figures.
    fn says(&self, words: &[&str]) -> bool {
        let beside = [&self.before, &self.after];
        let mut said = beside.into_iter().flat_map(|text| text.split(|letter: char| !letter.is_alphabetic()));
        said.any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    fn is_conditional(&self) -> bool {
        self.brackets.iter().any(|within| within.starts_with(['<', '>', '=']))
    }

    /// Returns whether its condition is that of numbers below zero.
    fn is_below_zero(&self) -> bool {
        self.brackets.iter().any(|within| matches!(within.as_str(), "<0" | "<=0"))
    }
}
