//! What follows in a model's settings from what they say already, so that nobody types it twice.

use std::collections::{BTreeMap, BTreeSet};

use super::computed::{Computation, IntervalColumn};
use super::model::{EveryIndicator, Indicator, ModelFile, Unit};
use crate::diagnostic::Spanned;

impl ModelFile {
    /// Returns the computed columns in the order in which they are written.
    #[must_use]
    pub fn computed_in_order(&self) -> Vec<(&Spanned<String>, &Computation)> {
        let mut written: Vec<_> = self.computed.iter().collect();
        written.sort_by_key(|(name, _)| name.span().start);
        written
    }

    /// Gives computed columns their place in `[disclosure]`, and each measure what it has from another: a computed one
    /// from the columns that it is worked out from, a limit from the figure that it is the limit of, and all of them what
    /// `[every_indicator]` says. Returns the names of limits that name no measure.
    #[must_use]
    pub fn complete(&mut self) -> Vec<Spanned<String>> {
        self.disclose_computed();
        for (name, computation) in &self.computed {
            let Computation::Interval(interval) = computation else { continue };
            let has_figure = self.indicators.contains_key(interval.of.get_ref().as_str());
            if let Some(limit) = self.indicators.get_mut(name.get_ref().as_str()).filter(|_| has_figure) {
                limit.limit_of.get_or_insert_with(|| interval.of.clone());
            }
        }
        for indicator in self.indicators.values_mut().filter(|indicator| indicator.limit_of.is_none()) {
            indicator.inherit(&self.every_indicator);
        }
        let columns = self.by_name();
        for (name, computation) in &self.computed {
            if let Some(indicator) = self.indicators.get_mut(name.get_ref().as_str()) {
                follow(indicator, computation, &columns);
            }
        }
        let figures = self.by_name();
        let mut unknown = Vec::new();
        for indicator in self.indicators.values_mut() {
            let Some(of) = &indicator.limit_of else { continue };
            match figures.get(of.get_ref()) {
                Some(figure) => limit(indicator, figure),
                None => unknown.push(of.clone()),
            }
            indicator.inherit(&self.every_indicator);
        }
        unknown
    }

    /// Returns the measures that say neither themselves nor by what they are worked out from what one of them is, or
    /// whose count it is; each with the key that is missing.
    #[must_use]
    pub fn unsaid(&self) -> Vec<(&Spanned<String>, &'static str)> {
        let unit = self.indicators.iter().filter(|(_, indicator)| indicator.unit.is_none());
        let basis = self.indicators.iter().filter(|(_, indicator)| indicator.count_basis.is_none());
        unit.map(|(name, _)| (name, "unit")).chain(basis.map(|(name, _)| (name, "count_basis"))).collect()
    }

    fn by_name(&self) -> BTreeMap<String, Indicator> {
        self.indicators.iter().map(|(name, own)| (name.get_ref().clone(), own.clone())).collect()
    }

    /// Puts each computed column that `[disclosure]` does not name where the columns that it is worked out from are:
    /// among the derived ones with the counts that it needs, or among the open ones.
    fn disclose_computed(&mut self) {
        let written: Vec<(Spanned<String>, Vec<String>)> = self
            .computed_in_order()
            .into_iter()
            .map(|(name, computation)| {
                let columns = self.figure(computation).columns();
                (name.clone(), columns.into_iter().map(|column| column.get_ref().clone()).collect())
            })
            .collect();
        let Some(policy) = &mut self.disclosure else { return };
        for (name, columns) in written {
            let of = |list: &[Spanned<String>], column: &String| {
                list.iter().any(|listed| listed.get_ref() == column)
            };
            let is_named = of(&policy.counts, name.get_ref())
                || of(&policy.open, name.get_ref())
                || policy.derived.contains_key(name.get_ref().as_str());
            if is_named {
                continue;
            }
            let mut needs: Vec<String> = Vec::new();
            let mut seen = BTreeSet::new();
            for column in &columns {
                let is_count = of(&policy.counts, column) || policy.copies.contains_key(column.as_str());
                let own = is_count.then(|| vec![column.clone()]);
                let behind = own.or_else(|| policy.derived.get(column.as_str()).cloned());
                needs.extend(behind.into_iter().flatten().filter(|need| seen.insert(need.clone())));
            }
            if !needs.is_empty() {
                policy.derived.insert(name, needs);
            } else if columns.iter().all(|column| of(&policy.open, column)) {
                policy.open.push(name);
            }
        }
    }

    /// Returns the computation itself, or that of the figure of which it is a limit.
    fn figure<'a>(&'a self, computation: &'a Computation) -> &'a Computation {
        match computation {
            Computation::Interval(IntervalColumn { of, .. }) => {
                self.computed.get(of.get_ref().as_str()).unwrap_or(computation)
            }
            other => other,
        }
    }
}

/// Gives a computed measure what it does not say itself: its unit, and from the columns that it is worked out from what
/// is divided by what, and by whose records.
fn follow(indicator: &mut Indicator, computation: &Computation, columns: &BTreeMap<String, Indicator>) {
    let own = computation.columns();
    let parts: Vec<&Indicator> =
        own.iter().filter_map(|column| columns.get(column.get_ref().as_str())).collect();
    let first = own.first().and_then(|column| columns.get(column.get_ref().as_str()));
    indicator.unit = indicator.unit.or_else(|| unit(computation, first));
    // A mean of pounds, days or hours says in its definition what it is the mean of.
    let is_of_a_whole =
        matches!(indicator.unit, Some(Unit::RatePer100 | Unit::RatePer1000 | Unit::Percent | Unit::Ratio));
    if is_of_a_whole && matches!(computation, Computation::Rate(_) | Computation::Share(_)) {
        let definition = |at: usize| Some(columns.get(own.get(at)?.get_ref().as_str())?.definition.clone());
        indicator.numerator = indicator.numerator.take().or_else(|| definition(0));
        indicator.denominator = indicator.denominator.take().or_else(|| definition(1));
    }
    let joined = |of: fn(&Indicator) -> &Option<String>, between: &str| {
        let mut texts: Vec<&str> = parts.iter().filter_map(|part| of(part).as_deref()).collect();
        texts.dedup();
        (!texts.is_empty()).then(|| texts.join(between))
    };
    indicator.count_basis =
        indicator.count_basis.take().or_else(|| joined(|part| &part.count_basis, " over "));
    let source = joined(|part| &part.source, ", ");
    let inclusions = first.and_then(|part| part.inclusions.clone());
    let owner = first.and_then(|part| part.owner.clone());
    indicator.inherit(&EveryIndicator { inclusions, source, owner });
}

/// Gives a limit what the figure has of which it is the limit.
fn limit(indicator: &mut Indicator, figure: &Indicator) {
    indicator.numerator = indicator.numerator.take().or_else(|| figure.numerator.clone());
    indicator.denominator = indicator.denominator.take().or_else(|| figure.denominator.clone());
    indicator.unit = indicator.unit.or(figure.unit);
    indicator.count_basis = indicator.count_basis.take().or_else(|| figure.count_basis.clone());
    let (inclusions, source) = (figure.inclusions.clone(), figure.source.clone());
    indicator.inherit(&EveryIndicator { inclusions, source, owner: figure.owner.clone() });
}

/// Returns what one of a computed measure is.
fn unit(computation: &Computation, first: Option<&Indicator>) -> Option<Unit> {
    let first = first.and_then(|first| first.unit);
    Some(match computation {
        Computation::Rate(rate) => match (*rate.per.get_ref(), first) {
            (100, _) => Unit::RatePer100,
            (1000, _) => Unit::RatePer1000,
            (1, Some(Unit::Pounds)) => Unit::Pounds,
            (1, Some(Unit::Days)) => Unit::Days,
            (1, Some(Unit::Weeks)) => Unit::Weeks,
            (1, Some(Unit::Hours)) => Unit::Hours,
            (1, _) => Unit::Ratio,
            _ => return None,
        },
        Computation::Share(_) | Computation::Change(_) => Unit::Percent,
        Computation::RelativeRisk(_) => Unit::Ratio,
        Computation::FisherExact(_) => Unit::Probability,
        Computation::Interval(_) => return None,
    })
}
