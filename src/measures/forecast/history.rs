//! What was counted of one population, year by year and group by group.

use std::collections::BTreeMap;

/// The counts of one group in one year; nothing where a count is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Children counted on the census day.
    pub(super) headcount: Option<u64>,
    /// Of them, those counted in the next group on the next census day; nothing where nobody of the group can be.
    pub(super) stayed: Option<u64>,
    /// Of the children counted, those who were not a year before and came by a permanent exclusion.
    pub(super) joined_excluded: Option<u64>,
    /// Residents of the age.
    pub(super) residents: Option<u64>,
}

/// What holds of a population in a year as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Whole {
    /// Whether the year says nothing of others.
    pub(super) is_abnormal: bool,
    /// Full-time equivalents in the ninth decile of months for each child counted in January.
    pub(super) planning_factor: Option<f64>,
}

/// The counts of one population.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// The groups, youngest first, each with the wider group that it is part of.
    pub(super) groups: BTreeMap<i64, String>,
    /// The counts, by the calendar year in which the academic year begins, and group.
    pub(super) cells: BTreeMap<(i64, i64), Cell>,
    /// What holds of each year.
    pub(super) years: BTreeMap<i64, Whole>,
}

impl History {
    /// Returns the last year whose census has been counted.
    pub(super) fn last_counted(&self) -> Option<i64> {
        self.years.keys().rev().copied().find(|year| self.headcounts(*year).is_some())
    }

    /// Returns the children counted in a year, by group; nothing where those of a group are not known.
    pub(super) fn headcounts(&self, year: i64) -> Option<Vec<u64>> {
        self.each(year, |cell| cell.headcount)
    }

    /// Returns the residents of a year, by group; nothing where those of a group are not known.
    pub(super) fn residents(&self, year: i64) -> Option<Vec<u64>> {
        self.each(year, |cell| cell.residents)
    }

    /// Returns whether a year may be learnt from.
    pub(super) fn is_normal(&self, year: i64) -> bool {
        self.years.get(&year).is_some_and(|whole| !whole.is_abnormal)
    }

    /// Returns for each group whether a child of it can be counted a year later in the next.
    pub(super) fn can_stay(&self) -> Vec<bool> {
        let groups: Vec<i64> = self.groups.keys().copied().collect();
        let of = |group: &i64| {
            self.groups.contains_key(&(group + 1))
                && self.cells.iter().any(|((_, other), cell)| other == group && cell.stayed.is_some())
        };
        groups.iter().map(of).collect()
    }

    /// Returns a count of every group in a year; nothing where one is not known.
    pub(super) fn each(&self, year: i64, of: impl Fn(&Cell) -> Option<u64>) -> Option<Vec<u64>> {
        let found = self.groups.keys().map(|group| of(self.cells.get(&(year, *group))?));
        let found: Option<Vec<u64>> = found.collect();
        found.filter(|counts| !counts.is_empty())
    }
}
