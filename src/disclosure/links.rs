//! What the policy says of how a table's counts hang together with others: names turned into positions.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::relation::Comparison;
use crate::diagnostic::Spanned;
use crate::project::{AlikeRow, DisclosurePolicy, SameCount};

/// The policy's links, by positions of columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    /// Keys that another key names.
    pub(super) named_by: BTreeMap<usize, usize>,
    /// Keys with a code, and with which other key and code the same rows stand elsewhere.
    pub(super) alike: BTreeMap<(String, String), (String, String)>,
    /// What other tables call a count.
    pub(super) same: BTreeMap<usize, Same>,
    pub(super) equations: Vec<Equation>,
    pub(super) rolling: Vec<Rolling>,
    pub(super) sums: Vec<Summed>,
    /// Keys, and the code of each that stands for any of its others.
    pub(super) unions: Vec<(usize, String)>,
    /// Where the reason for a missing number stands.
    pub(super) symbols: BTreeMap<usize, usize>,
    /// Zeros are hidden too.
    pub(super) hide_zeros: bool,
}

/// What other tables call a count.
#[derive(Debug, Clone)]
pub(super) struct Same {
    pub(super) is: Option<String>,
    pub(super) key: Option<usize>,
    pub(super) codes: BTreeMap<String, String>,
    pub(super) at: Vec<(String, usize)>,
}

/// The terms of `left - right`: columns and their signs.
#[derive(Debug, Clone)]
pub(super) struct Equation {
    pub(super) terms: Vec<(usize, i128)>,
    pub(super) comparison: Comparison,
}

/// `sum` is the sum of `of` over the `last` codes of `over`.
#[derive(Debug, Clone)]
pub(super) struct Rolling {
    pub(super) sum: usize,
    pub(super) of: usize,
    pub(super) over: usize,
    pub(super) last: usize,
}

/// Rows whose `of` adds up, over `over`, to the count `is`.
#[derive(Debug, Clone)]
pub(super) struct Summed {
    pub(super) of: usize,
    pub(super) over: usize,
    only: BTreeSet<String>,
    except: BTreeSet<String>,
    pub(super) filter: Vec<(usize, String)>,
    pub(super) is: String,
}

impl Summed {
    /// Returns whether rows of this code are part of the sum.
    pub(super) fn counts(&self, code: &str) -> bool {
        (self.only.is_empty() || self.only.contains(code)) && !self.except.contains(code)
    }
}

impl Links {
    /// Reads the links of a policy; what it misnames becomes a fault. `counts` are the columns that are counted.
    pub(super) fn new(policy: &DisclosurePolicy, counts: &BTreeSet<usize>, names: &mut Names<'_>) -> Self {
        let mut links = Self { hide_zeros: policy.hide_zeros, ..Self::default() };
        for (key, by) in &policy.named_by {
            if let (Some(key), Some(by)) = (names.position(key, "named_by"), names.position(by, "named_by")) {
                links.named_by.insert(key, by);
            }
        }
        for row in &policy.alike {
            let AlikeRow { key, code, as_key, as_code } = row.clone();
            links.alike.insert((key, code), (as_key, as_code));
        }
        for (count, same) in &policy.same {
            if let Some(at) = names.count(count, "same", counts) {
                links.same.insert(at, Same::new(count, same, names));
            }
        }
        for equation in &policy.equations {
            links.equations.extend(Equation::new(equation, counts, names));
        }
        for (sum, rolling) in &policy.rolling {
            let sum = names.count(sum, "rolling", counts);
            let of = names.count(&rolling.of, "rolling", counts);
            let over = names.position(&rolling.over, "rolling");
            if let (Some(sum), Some(of), Some(over)) = (sum, of, over) {
                links.rolling.push(Rolling { sum, of, over, last: rolling.last.max(1) as usize });
            }
        }
        for sum in &policy.sums {
            let of = names.count(&sum.of, "sums", counts);
            let over = names.position(&sum.over, "sums");
            let filter = sum.filter.iter();
            let filter = filter.filter_map(|(key, code)| Some((names.position(key, "sums")?, code.clone())));
            let filter = filter.collect();
            if let (Some(of), Some(over)) = (of, over) {
                let [only, except] = [&sum.only, &sum.except].map(|codes| codes.iter().cloned().collect());
                links.sums.push(Summed { of, over, only, except, filter, is: sum.is.clone() });
            }
        }
        for (key, code) in &policy.unions {
            links.unions.extend(names.position(key, "unions").map(|at| (at, code.clone())));
        }
        for (number, symbol) in &policy.symbols {
            let found = (names.position(number, "symbols"), names.position(symbol, "symbols"));
            if let (Some(number), Some(symbol)) = found {
                links.symbols.insert(number, symbol);
            }
        }
        links
    }
}

impl Same {
    fn new(count: &Spanned<String>, same: &SameCount, names: &mut Names<'_>) -> Self {
        if same.is.is_none() && same.key.is_none() && same.at.is_empty() {
            let message = format!("`same` says nothing of `{}`", count.get_ref());
            names.fault(Some(count), message, "give the count's name elsewhere: `is`, or `key` with `codes`");
        }
        let at = same.at.iter();
        Self {
            is: same.is.clone(),
            key: same.key.as_ref().and_then(|key| names.position(key, "same")),
            codes: same.codes.clone(),
            at: at.filter_map(|(key, column)| Some((key.clone(), names.position(column, "same")?))).collect(),
        }
    }
}

impl Equation {
    /// Reads `a = b + c - d` or `a <= b + c`: names and signs, with spaces between.
    fn new(text: &Spanned<String>, counts: &BTreeSet<usize>, names: &mut Names<'_>) -> Option<Self> {
        let mut terms: Vec<(usize, i128)> = Vec::new();
        let mut comparison = None;
        let mut sign = Some(1);
        let mut side = 1;
        for word in text.get_ref().split_whitespace() {
            match (word, sign) {
                ("+", None) => sign = Some(1),
                ("-", None) => sign = Some(-1),
                ("=" | "<=", None) if comparison.is_none() => {
                    comparison = Some(if word == "=" { Comparison::Equal } else { Comparison::AtLeast });
                    // An inequality is kept as right - left, which is then at least zero.
                    if word == "<=" {
                        for (_, sign) in &mut terms {
                            *sign = -*sign;
                        }
                    } else {
                        side = -1;
                    }
                    sign = Some(1);
                }
                (name, Some(of)) if !matches!(name, "+" | "-" | "=" | "<=") => {
                    let name = Spanned::new(text.span(), name.to_owned());
                    let column = names.count(&name, "equations", counts)?;
                    terms.push((column, of * side));
                    sign = None;
                }
                _ => {
                    comparison = None;
                    break;
                }
            }
        }
        let Some(comparison) = comparison.filter(|_| sign.is_none()) else {
            let message = format!("`{}` is not an equation of counts", text.get_ref());
            let help = "write it as `a = b + c - d` or `a <= b`, with spaces between";
            names.fault(Some(text), message, help);
            return None;
        };
        Some(Self { terms, comparison })
    }
}
