//! What holds in all the data though nobody stated it: columns that are sums of others, stock and flow from one period to the
//! next, counts that are one, and counts that are never more than another.
//!
//! A reader believes what holds wherever it can be seen. What holds everywhere is used like what is stated.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::links::Term;
use super::relation::Relation;
use super::sheet::Sheet;

/// Rows in which a sum of columns must hold without a small term, which no reader sees, and those of them in which none is zero.
const ROWS: usize = 3;
const TELLING: usize = 2;

/// Most columns among which sums are looked for: every three and four of them are tried with every sign.
const WIDEST: usize = 14;

/// How many different figures two names must share, none of them small, before they are taken for one, and before one is taken for
/// a part of the other.
const ALIKE: usize = 3;
const WITHIN: usize = 5;

/// The same for a part of what stands in another table.
const WITHIN_FAR: usize = 20;

/// What those figures come to multiplied, at least, before two names are taken for one.
const LARGE: i128 = 10_000;

/// A sum that holds in every row: its terms come to zero.
pub(super) type Rule = Vec<Term>;

/// The figures of a table, column by column.
struct Figures {
    columns: Vec<usize>,
    values: Vec<Vec<Option<i128>>>,
    before: Vec<Option<usize>>,
    threshold: i128,
}

/// Finds the sums that hold among the columns of a table, each once.
pub(super) fn rules(sheet: &Sheet) -> Vec<Rule> {
    let columns = sheet.whole_columns();
    if columns.len() < 2 || columns.len() > WIDEST {
        return Vec::new();
    }
    let value = |row: usize, column: usize| sheet.shown_number(row, column).map(|number| number.units_at(0));
    let values =
        (0..sheet.rows.len()).map(|row| columns.iter().map(|&column| value(row, column)).collect()).collect();
    let figures =
        Figures { columns, values, before: sheet.rows_before(), threshold: sheet.limits.threshold.into() };
    let mut found = BTreeSet::new();
    for rule in figures.candidates() {
        if figures.hold(&rule) {
            found.insert(canonical(rule.iter().map(|&term| figures.named(term)).collect()));
        }
    }
    // What only open columns are in says nothing of a count.
    let counted = sheet.counted();
    found.into_iter().filter(|rule| rule.iter().any(|term| counted.contains(&term.column))).collect()
}

/// Returns the terms in order, the first with a plus: so that each rule is written one way.
pub(super) fn canonical(mut rule: Rule) -> Rule {
    rule.sort_unstable_by_key(|term| (term.is_before, term.column));
    if rule.first().is_some_and(|term| term.sign < 0) {
        for term in &mut rule {
            term.sign = -term.sign;
        }
    }
    rule
}

impl Figures {
    /// Returns what may hold: of two, three and four columns, also with one of them or the first itself in the period before.
    fn candidates(&self) -> Vec<Rule> {
        let term = |column: usize, is_before: bool, sign: i128| Term { column, is_before, sign };
        let all: Vec<usize> = (0..self.columns.len()).collect();
        let has_before = self.before.iter().any(Option::is_some);
        let mut found = Vec::new();
        for &target in &all {
            let own = term(target, false, -1);
            for &other in &all {
                if target < other {
                    found.push(vec![own, term(other, false, 1)]);
                }
                if has_before && target != other {
                    found.push(vec![own, term(other, true, 1)]);
                }
            }
            // A sum of which the target is a part is found from the side of its total.
            let mut others: Vec<Term> = all
                .iter()
                .filter(|&&column| column != target)
                .map(|&column| term(column, false, 1))
                .collect();
            if has_before {
                others.push(term(target, true, 1));
            }
            for (first, one) in others.iter().enumerate() {
                for (second, two) in others.iter().enumerate().skip(first + 1) {
                    for signs in [[1, 1], [1, -1], [-1, 1]] {
                        found.push(vec![own, signed(one, signs[0]), signed(two, signs[1])]);
                    }
                    for three in others.iter().skip(second + 1) {
                        for signs in [[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]] {
                            found.push(vec![
                                own,
                                signed(one, signs[0]),
                                signed(two, signs[1]),
                                signed(three, signs[2]),
                            ]);
                        }
                    }
                }
            }
        }
        found
    }

    /// Returns whether a rule holds in every row that has all of its terms, and says something in enough of them.
    fn hold(&self, rule: &[Term]) -> bool {
        let (mut rows, mut telling) = (0, 0);
        for at in 0..self.values.len() {
            let mut sum = Some(0);
            let (mut is_telling, mut is_seen) = (true, true);
            for term in rule {
                let row = if term.is_before { self.before.get(at).copied().flatten() } else { Some(at) };
                let value = row.and_then(|row| self.values.get(row)?.get(term.column).copied().flatten());
                is_telling &= value != Some(0);
                is_seen &= value.is_none_or(|value| value == 0 || value.abs() >= self.threshold);
                sum = sum.zip(value).map(|(sum, value)| sum + term.sign * value);
            }
            match sum {
                Some(0) => {
                    rows += usize::from(is_seen);
                    telling += usize::from(is_seen && is_telling);
                }
                Some(_) => return false,
                None => {}
            }
        }
        let has_before = rule.iter().any(|term| term.is_before);
        telling >= TELLING && (has_before || rows >= ROWS)
    }

    /// Returns a term by the column's place in the table.
    fn named(&self, term: Term) -> Term {
        Term { column: self.columns.get(term.column).copied().unwrap_or_default(), ..term }
    }
}

fn signed(term: &Term, sign: i128) -> Term {
    Term { sign, ..*term }
}

/// Returns those of the rules found that do not follow from the stated ones, nor from one another.
pub(super) fn independent(found: Vec<Rule>, stated: impl Iterator<Item = Rule>) -> Vec<Rule> {
    let mut known = Independent::default();
    for rule in stated {
        known.add(&rule);
    }
    // Short ones first: they say the same in fewer words.
    let mut found = found;
    found.sort_by_key(|rule| (rule.len(), rule.iter().filter(|term| term.sign < 0).count()));
    found.into_iter().filter(|rule| known.add(rule)).collect()
}

/// Sums of which none follows from the others: each by its factors, with a leading place of its own.
#[derive(Default)]
struct Independent {
    sums: Vec<BTreeMap<(bool, usize), i128>>,
}

impl Independent {
    /// Adds a rule; returns whether it said something new.
    fn add(&mut self, rule: &[Term]) -> bool {
        let mut own: BTreeMap<(bool, usize), i128> = BTreeMap::new();
        for term in rule {
            *own.entry((term.is_before, term.column)).or_default() += term.sign;
        }
        own.retain(|_, factor| *factor != 0);
        for sum in &self.sums {
            let Some((lead, &factor)) = sum.first_key_value() else { continue };
            let Some(&times) = own.get(lead) else { continue };
            let places: BTreeSet<(bool, usize)> = own.keys().chain(sum.keys()).copied().collect();
            let at = |of: &BTreeMap<(bool, usize), i128>, place| of.get(place).copied().unwrap_or_default();
            own = places
                .iter()
                .map(|place| (*place, at(&own, place) * factor - at(sum, place) * times))
                .filter(|(_, factor)| *factor != 0)
                .collect();
        }
        if own.is_empty() {
            return false;
        }
        self.sums.push(own);
        true
    }
}

/// Counts of two names by their keys.
#[derive(Default)]
struct Pair {
    /// The values of the first where neither is small, and whether they differ.
    seen: BTreeSet<i128>,
    is_less: bool,
    is_more: bool,
    at: Vec<(usize, usize)>,
}

/// Returns what holds between counts of two names wherever both are there: that they are one, or that one is never more than
/// the other. Only small ones matter of the latter. Of two tables that is seen often before it is believed: what is less by
/// chance is many things.
pub(super) fn between_names(sheets: &[Sheet], cells: &Cells) -> Vec<Relation> {
    let mut by_keys: BTreeMap<&BTreeMap<String, String>, Vec<(&str, usize)>> = BTreeMap::new();
    for (name, at) in cells.named() {
        by_keys.entry(&name.at).or_default().push((&name.measure, at));
    }
    let mut pairs: BTreeMap<(&str, &str), Pair> = BTreeMap::new();
    for counts in by_keys.values() {
        for (index, &(one, at)) in counts.iter().enumerate() {
            for &(other, there) in counts.iter().skip(index + 1).filter(|other| other.0 != one) {
                let pair = pairs.entry((one, other)).or_default();
                let (less, more) = (cells.value(at), cells.value(there));
                // A reader sees none that is small.
                if less >= cells.threshold(at) && more >= cells.threshold(there) {
                    pair.seen.insert(less);
                }
                pair.is_less |= less < more;
                pair.is_more |= less > more;
                pair.at.push((at, there));
            }
        }
    }
    let together = names_of_one_table(sheets);
    let is_within = |names: (&str, &str), pair: &Pair| {
        let is_beside = together.iter().any(|of| of.contains(names.0) && of.contains(names.1));
        let enough = if is_beside { WITHIN } else { WITHIN_FAR };
        pair.is_less != pair.is_more && pair.seen.len() >= enough
    };
    let mut found = Vec::new();
    for (names, pair) in pairs {
        if pair.is_one() {
            let equal = |&(one, other): &(usize, usize)| {
                Relation::equal(vec![(one, 1), (other, -1)], |at| cells.value(at))
            };
            found.extend(pair.at.iter().filter(|(one, other)| one != other).map(equal));
        } else if is_within(names, &pair) {
            let ordered =
                pair.at.iter().map(|&(one, other)| if pair.is_more { (other, one) } else { (one, other) });
            let matters = |&(less, more): &(usize, usize)| {
                cells.value(less) != 0 && cells.value(more) < 2 * cells.threshold(more)
            };
            found.extend(
                ordered.filter(matters).map(|(less, more)| Relation::at_least(vec![(more, 1), (less, -1)])),
            );
        }
    }
    found
}

/// Returns the names of the counts that stand beside each other, table by table.
fn names_of_one_table(sheets: &[Sheet]) -> Vec<BTreeSet<String>> {
    let mut found = Vec::new();
    for sheet in sheets {
        let mut names = BTreeSet::new();
        for column in sheet.counted() {
            let of = |row| Some(sheet.identity(row, column)?.measure);
            names.extend((0..sheet.rows.len()).filter_map(of));
        }
        found.push(names);
    }
    found
}

impl Pair {
    /// Returns whether a reader takes the two for one: small figures are equal by chance.
    fn is_one(&self) -> bool {
        let product = self.seen.iter().fold(1_i128, |product, value| product.saturating_mul(*value));
        !self.is_less && !self.is_more && self.seen.len() >= ALIKE && product >= LARGE
    }
}
