//! The cells of all tables of a report, each once: what a reader can hold against what.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::amounts::Amounts;
use super::decimal::Decimal;
use super::earlier::{Earlier, Movement, digits};
use super::identity::Identity;
use super::relation::Relation;
use super::why::{Because, Why};

/// One number, wherever it stands.
#[derive(Debug, Clone)]
pub(super) struct Number {
    /// In units of [`Cells::one`].
    pub(super) value: i128,
    pub(super) why: Option<Why>,
    /// What it is hidden for, where that was recorded.
    because: Option<Because>,
    /// What earlier editions showed of it.
    past: Past,
    /// What a reader sees to have moved of it since an earlier edition.
    movement: Movement,
    /// Must not be worked out: it is small, or it may have been when an earlier edition hid it.
    pub(super) is_guarded: bool,
    /// Hidden also when it is zero, so that a reader who does not see it cannot tell that it is not.
    pub(super) may_be_zero: bool,
    /// How many keys narrow it: the fewer, the more a reader misses it.
    pub(super) detail: usize,
    /// Smaller counts are hidden, in units.
    pub(super) threshold: i128,
    /// Follows from others of the report that are shown: hiding it protects nothing as long as they are.
    follows: bool,
}

/// What earlier editions showed of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Past {
    /// Nothing.
    #[default]
    Unknown,
    /// Its value, so that hiding it now protects nothing.
    Shown,
    /// Another value: it has changed.
    Changed,
    /// That it is hidden.
    Hidden,
}

impl Number {
    /// Returns whether a reader does not know it.
    pub(super) fn is_unknown(&self) -> bool {
        self.why.is_some() && self.past != Past::Shown
    }

    /// Returns whether hiding it can protect another: a zero says that nothing is there, and stays.
    pub(super) fn can_cover(&self) -> bool {
        self.why.is_none() && self.past != Past::Shown && self.value != 0
    }
}

/// What a reader loses when a number is hidden: the most detailed cost less than totals, and small ones less than large
/// ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// It covers only when something else is hidden with it.
    pub(super) follows: bool,
    pub(super) detail: Reverse<usize>,
    pub(super) size: i128,
}

/// All numbers that the gate holds against each other.
#[derive(Debug, Default)]
pub(super) struct Cells {
    pub(super) numbers: Vec<Number>,
    /// What rests on children and is not a count.
    pub(super) amounts: Amounts,
    /// One of a count, in units.
    pub(super) one: i128,
    scale: u32,
    named: BTreeMap<Identity, Vec<usize>>,
}

impl Cells {
    /// Makes an empty set of cells whose finest number has `scale` decimals.
    pub(super) fn new(scale: u32) -> Self {
        Self { one: Decimal::integer(1).units_at(scale), scale, ..Self::default() }
    }

    /// Returns the number of the cell of that name and value: of the one that is there, or of a new one. Tables that
    /// give one cell two values give it two numbers, of which neither reveals the other exactly.
    pub(super) fn count(&mut self, name: Identity, value: Decimal, threshold: u32) -> usize {
        let value = value.units_at(self.scale);
        let threshold = i128::from(threshold) * self.one;
        let same = self.named.get(&name).into_iter().flatten().copied();
        let same = same.into_iter().find(|&at| self.value(at) == value);
        let at = same.unwrap_or_else(|| {
            let detail = name.at.len();
            let number = Number {
                value,
                why: None,
                because: None,
                past: Past::default(),
                movement: Movement::default(),
                is_guarded: false,
                may_be_zero: false,
                detail,
                threshold,
                follows: false,
            };
            self.numbers.push(number);
            self.named.entry(name).or_default().push(self.numbers.len() - 1);
            self.numbers.len() - 1
        });
        if let Some(number) = self.numbers.get_mut(at) {
            number.threshold = number.threshold.max(threshold);
        }
        at
    }

    /// Returns every cell by its name.
    pub(super) fn named(&self) -> impl Iterator<Item = (&Identity, usize)> {
        self.named.iter().flat_map(|(name, alike)| alike.iter().map(move |&at| (name, at)))
    }

    /// Finds a cell of that name, whatever its value.
    pub(super) fn find(&self, name: &Identity) -> Option<usize> {
        self.named.get(name)?.first().copied()
    }

    pub(super) fn value(&self, at: usize) -> i128 {
        self.numbers.get(at).map_or(0, |number| number.value)
    }

    pub(super) fn threshold(&self, at: usize) -> i128 {
        self.numbers.get(at).map_or(0, |number| number.threshold)
    }

    /// Takes note that a number follows from others of the report.
    pub(super) fn note_that_follows(&mut self, at: usize) {
        if let Some(number) = self.numbers.get_mut(at) {
            number.follows = true;
        }
    }

    /// Returns whether an earlier edition showed it as it is.
    pub(super) fn was_shown(&self, at: usize) -> bool {
        self.numbers.get(at).is_some_and(|number| number.past == Past::Shown)
    }

    /// Takes note that an earlier edition showed what a hidden number follows from: it stays hidden, and protects no more.
    pub(super) fn note_lost(&mut self, at: usize) {
        if let Some(number) = self.numbers.get_mut(at) {
            number.because = Some(Because::Lost);
        }
    }

    pub(super) fn why(&self, at: usize) -> Option<Why> {
        self.numbers.get(at)?.why
    }

    pub(super) fn is_unknown(&self, at: usize) -> bool {
        self.numbers.get(at).is_some_and(Number::is_unknown)
    }

    /// Returns whether a reader does not know it and must not work it out.
    pub(super) fn is_guarded(&self, at: usize) -> bool {
        self.numbers.get(at).is_some_and(|number| number.is_unknown() && number.is_guarded)
    }

    /// Returns whether it is a count that must never be worked out: it is small, or what it moved by is.
    pub(super) fn is_secret(&self, at: usize) -> bool {
        let is_secret = |number: &Number| {
            number.why == Some(Why::Primary) || number.is_guarded && number.movement == Movement::Little
        };
        self.numbers.get(at).is_some_and(is_secret)
    }

    /// Makes a number one that is hidden also when it is zero.
    pub(super) fn hide_zero(&mut self, at: usize) {
        if let Some(number) = self.numbers.get_mut(at) {
            number.may_be_zero = true;
        }
    }

    /// Returns the least that a reader takes a hidden number for: one, where zeros are shown.
    pub(super) fn least(&self, at: usize) -> i128 {
        let may_be_zero = self.numbers.get(at).is_some_and(|number| number.may_be_zero);
        self.value(at).min(if may_be_zero { 0 } else { self.one })
    }

    /// Returns what a reader loses with a number; `None` for one that can cover no other.
    pub(super) fn cost(&self, at: usize) -> Option<Cost> {
        let number = self.numbers.get(at).filter(|number| number.can_cover())?;
        Some(Cost { follows: number.follows, detail: Reverse(number.detail), size: number.value.abs() })
    }

    /// Returns the number whose loss costs a reader least, of those that can cover another.
    pub(super) fn cheapest(&self, members: impl Iterator<Item = usize>) -> Option<usize> {
        members.filter_map(|at| Some((self.cost(at)?, at))).min().map(|(_, at)| at)
    }

    pub(super) fn detail(&self, at: usize) -> usize {
        self.numbers.get(at).map_or(0, |number| number.detail)
    }

    /// Returns what `look` finds while a number is hidden that is shown again afterwards.
    pub(super) fn hidden_for_now<T>(&mut self, at: usize, look: impl FnOnce(&Self) -> T) -> T {
        let why = self.why(at);
        if let Some(number) = self.numbers.get_mut(at) {
            number.why = Some(Why::Secondary);
        }
        let found = look(self);
        if let Some(number) = self.numbers.get_mut(at) {
            number.why = why;
        }
        found
    }

    /// Returns what a cell is called: its count and the codes of its keys, never its value.
    pub(super) fn name(&self, at: usize) -> String {
        let named = self.named.iter().find(|(_, alike)| alike.contains(&at));
        named.map_or_else(|| "a count that repeats another".to_owned(), |(name, _)| name.to_string())
    }

    pub(super) fn hide(&mut self, at: usize, why: Why) {
        if let Some(number) = self.numbers.get_mut(at) {
            number.why = Some(number.why.map_or(why, |earlier| earlier.min(why)));
        }
    }

    /// Hides a number so that another one cannot be worked out.
    pub(super) fn hide_beside(&mut self, at: usize, protected: usize) {
        self.hide(at, Why::Secondary);
        if let Some(number) = self.numbers.get_mut(at) {
            number.because = number.because.or(Some(Because::Beside(protected)));
        }
    }

    /// Says what a number is hidden for; `None` where that was not recorded.
    pub(super) fn because(&self, at: usize) -> Option<String> {
        let because = self.numbers.get(at)?.because?;
        Some(because.says(|protected| self.name(protected)))
    }

    /// Returns the digits of a value in units.
    pub(super) fn digits(&self, value: i128) -> String {
        digits(value, self.scale)
    }

    /// Hides every count between zero and its threshold.
    pub(super) fn hide_small(&mut self) {
        for number in &mut self.numbers {
            if number.value == 0 && number.may_be_zero {
                number.why = Some(Why::Primary);
            }
            if number.value != 0 && number.value.abs() < number.threshold {
                number.why = Some(Why::Primary);
                number.because = Some(Because::Small);
                number.is_guarded = true;
            }
        }
    }

    /// Hides a cell in every table where it is hidden in one, though their numbers differ. Whether anything was hidden.
    pub(super) fn hide_alike(&mut self) -> bool {
        let mut moved = false;
        for alike in self.named.values().filter(|alike| alike.len() > 1) {
            let why = alike.iter().filter_map(|&at| self.numbers.get(at)?.why).min();
            for &at in alike {
                if let (Some(_), Some(number)) = (why, self.numbers.get_mut(at))
                    && number.why.is_none()
                    && number.value != 0
                {
                    number.why = Some(Why::Secondary);
                    number.because = Some(Because::Alike);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Takes over what earlier editions showed and hid: what they hid stays hidden, though it is none by now, and what they
    /// showed is known. `period` is the one that this edition is of.
    pub(super) fn remember(&mut self, earlier: &Earlier, period: &str) {
        for (name, alike) in &self.named {
            let Some(seen) = earlier.seen(name, period) else { continue };
            for &at in alike {
                let Some(number) = self.numbers.get_mut(at) else { continue };
                let knows = seen.has_shown(&digits(number.value, self.scale));
                number.past = match (knows, seen.has_hidden()) {
                    (true, _) => Past::Shown,
                    (false, true) => Past::Hidden,
                    (false, false) => Past::Changed,
                };
                if seen.hid_last() || number.past == Past::Hidden {
                    number.why = Some(Why::Secondary);
                    number.because = Some(Because::Earlier);
                } else {
                    number.movement = seen.movement(number.value, self.scale, number.threshold);
                }
            }
        }
    }

    /// Returns the numbers that a reader sees to move by less than their threshold, and how many move by more.
    pub(super) fn moved(&self) -> (Vec<usize>, usize) {
        let of = |wanted: Movement| {
            let numbers = self.numbers.iter().enumerate();
            numbers.filter(move |(_, number)| number.movement == wanted).map(|(at, _)| at)
        };
        (of(Movement::Little).collect(), of(Movement::Much).count())
    }

    /// Hides numbers whose movement is small, and guards them: what they were before is known, and what they are must not be
    /// worked out.
    pub(super) fn hide_moved(&mut self, moved: &[usize]) {
        for &at in moved {
            if let Some(number) = self.numbers.get_mut(at) {
                number.why = Some(Why::Secondary);
                number.because = Some(Because::Moved);
                number.is_guarded = true;
            }
        }
    }

    /// Hides every number of the counts and periods of those that moved, whether it moved or not: which of them are hidden
    /// then says nothing.
    pub(super) fn hide_around(&mut self, moved: &[usize]) {
        let is_moved = |alike: &&Vec<usize>| alike.iter().any(|at| moved.contains(at));
        let around: BTreeSet<(String, Vec<(String, String)>)> =
            self.named.iter().filter(|(_, alike)| is_moved(alike)).map(|(name, _)| set_of(name)).collect();
        for (name, alike) in &self.named {
            if !around.contains(&set_of(name)) {
                continue;
            }
            for &at in alike {
                if let Some(number) = self.numbers.get_mut(at) {
                    number.why = number.why.or(Some(Why::Secondary));
                    number.because = number.because.or(Some(Because::WithMoved));
                }
            }
        }
    }

    /// Guards what an earlier edition hid beside a number that has changed since: the change may be that of a count which
    /// was small, and whoever learns the rest could work out what it was.
    pub(super) fn guard_what_changed(&mut self, relations: &[Relation]) {
        for relation in relations {
            let mut members = relation.members().filter_map(|at| self.numbers.get(at));
            if !members.any(|number| number.past == Past::Changed) {
                continue;
            }
            for at in relation.members() {
                if let Some(number) = self.numbers.get_mut(at) {
                    number.is_guarded |= number.past == Past::Hidden;
                }
            }
        }
    }

    /// Returns what this edition shows and hides of every named cell.
    pub(super) fn to_remember(&self) -> Earlier {
        let mut earlier = Earlier::default();
        for (name, alike) in &self.named {
            for number in alike.iter().filter_map(|&at| self.numbers.get(at)) {
                let shown = digits(number.value, self.scale);
                earlier.add(name.to_string(), number.why.is_none().then_some(shown));
            }
        }
        earlier
    }
}

/// Returns a count with its periods: what is hidden as a whole where a part of it moved.
fn set_of(name: &Identity) -> (String, Vec<(String, String)>) {
    let periods = name.periods().into_iter().map(|(key, code)| (key.to_owned(), code.to_owned()));
    (name.measure.clone(), periods.collect())
}
