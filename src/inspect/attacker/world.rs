//! What the tables say of the same thing: cells that a reader takes for one.

use std::collections::BTreeMap;

use super::grid::{Cell, Grid};

/// How many whole numbers two lines must share before a reader takes them for the same, and how large they must be together:
/// small ones are equal by chance.
const ALIKE: usize = 3;
const LARGE: f64 = 10_000.0;

/// Where a cell stands: the grid, its row, its column of figures.
pub(super) type Place = (usize, usize, usize);

/// Every cell of every table, with those that are one joined.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) grids: &'a [Grid],
    /// The first cell of each grid, in one line of all.
    starts: Vec<usize>,
    parents: Vec<usize>,
    /// What is seen of each joined cell.
    seen: Vec<Option<(f64, f64)>>,
    hidden: Vec<bool>,
}

impl<'a> World<'a> {
    pub(super) fn new(grids: &'a [Grid]) -> Self {
        let mut starts = Vec::new();
        let mut count = 0;
        for grid in grids {
            starts.push(count);
            count += grid.rows.len() * grid.heads.len();
        }
        let mut world = Self {
            grids,
            starts,
            parents: (0..count).collect(),
            seen: vec![None; count],
            hidden: vec![false; count],
        };
        for (at, grid) in grids.iter().enumerate() {
            for (row, line) in grid.rows.iter().enumerate() {
                for (column, cell) in line.cells.iter().enumerate() {
                    let index = world.index((at, row, column));
                    if let (Some(seen), Some(hidden)) =
                        (world.seen.get_mut(index), world.hidden.get_mut(index))
                    {
                        *seen = cell.number();
                        *hidden = *cell == Cell::Hidden;
                    }
                }
            }
        }
        world.join();
        world
    }

    fn index(&self, (grid, row, column): Place) -> usize {
        let width = self.grids.get(grid).map_or(0, |grid| grid.heads.len());
        self.starts.get(grid).copied().unwrap_or_default() + row * width + column
    }

    /// Returns the joined cell that stands at a place.
    pub(super) fn root(&self, place: Place) -> usize {
        self.top(self.index(place))
    }

    fn top(&self, mut at: usize) -> usize {
        while let Some(&parent) = self.parents.get(at).filter(|parent| **parent != at) {
            at = parent;
        }
        at
    }

    /// Returns the number that a reader knows of a joined cell, and by how much it may be rounded off.
    pub(super) fn known(&self, root: usize) -> Option<(f64, f64)> {
        self.seen.get(root).copied().flatten()
    }

    /// Returns whether a joined cell is hidden wherever it stands.
    pub(super) fn is_hidden(&self, root: usize) -> bool {
        self.known(root).is_none() && self.hidden.get(root).copied().unwrap_or_default()
    }

    /// Returns whether some table hides a joined cell that another shows.
    pub(super) fn is_shown_elsewhere(&self, root: usize) -> bool {
        self.known(root).is_some() && self.hidden.get(root).copied().unwrap_or_default()
    }

    /// Joins two cells, unless their numbers differ.
    fn unite(&mut self, one: Place, other: Place) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other || !agree(self.known(one), self.known(other)) {
            return;
        }
        let seen = finest(self.known(one), self.known(other));
        let hidden = [one, other].iter().any(|&at| self.hidden.get(at).copied().unwrap_or_default());
        if let (Some(parent), Some(own), Some(is_hidden)) =
            (self.parents.get_mut(other), self.seen.get_mut(one), self.hidden.get_mut(one))
        {
            *parent = one;
            *own = seen;
            *is_hidden = hidden;
        }
    }

    /// Joins the cells of lines that say the same: rows of the same names and heads, and columns of the same head whose
    /// rows have the same names.
    fn join(&mut self) {
        let mut rows: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        let mut columns: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, grid) in self.grids.iter().enumerate() {
            for (row, line) in grid.rows.iter().enumerate() {
                for name in &line.names {
                    rows.entry(name.clone()).or_default().push((at, row));
                }
            }
            for (column, head) in grid.heads.iter().enumerate() {
                columns.entry(head.clone()).or_default().push((at, column));
            }
        }
        let mut pairs: Vec<Vec<(Place, Place)>> = Vec::new();
        for lines in rows.values() {
            for (index, &one) in lines.iter().enumerate() {
                for &other in lines.iter().skip(index + 1).filter(|other| other.0 != one.0) {
                    pairs.extend(self.alike(self.along_rows(one, other)));
                }
            }
        }
        for lines in columns.values() {
            for (index, &one) in lines.iter().enumerate() {
                for &other in lines.iter().skip(index + 1).filter(|other| other.0 != one.0) {
                    pairs.extend(self.alike(self.along_columns(one, other)));
                }
            }
        }
        for (one, other) in pairs.into_iter().flatten() {
            self.unite(one, other);
        }
    }

    fn along_rows(&self, one: (usize, usize), other: (usize, usize)) -> Vec<(Place, Place)> {
        let (Some(first), Some(second)) = (self.grids.get(one.0), self.grids.get(other.0)) else {
            return Vec::new();
        };
        let heads = first.heads.iter().enumerate();
        let pairs = heads.filter_map(|(column, head)| {
            let there = second.heads.iter().position(|other| other == head)?;
            Some(((one.0, one.1, column), (other.0, other.1, there)))
        });
        pairs.collect()
    }

    fn along_columns(&self, one: (usize, usize), other: (usize, usize)) -> Vec<(Place, Place)> {
        let (Some(first), Some(second)) = (self.grids.get(one.0), self.grids.get(other.0)) else {
            return Vec::new();
        };
        let mut there: BTreeMap<&[String], usize> = BTreeMap::new();
        for (row, line) in second.rows.iter().enumerate() {
            there.entry(&line.names).or_insert(row);
        }
        let rows = first.rows.iter().enumerate();
        let pairs = rows.filter_map(|(row, line)| {
            Some(((one.0, row, one.1), (other.0, *there.get(line.names.as_slice())?, other.1)))
        });
        pairs.collect()
    }

    /// Returns the pairs of two lines if they say the same: enough numbers are equal and none differs.
    fn alike(&self, pairs: Vec<(Place, Place)>) -> Option<Vec<(Place, Place)>> {
        let mut equal = Vec::new();
        for &(one, other) in &pairs {
            let (one, other) = (self.cell(one)?, self.cell(other)?);
            if !agree(one.number(), other.number()) {
                return None;
            }
            if let (Some((number, 0.0)), Some(_)) = (one.number(), other.number()) {
                equal.push(number);
            }
        }
        let mut distinct = equal.clone();
        distinct.retain(|number| *number != 0.0);
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let enough =
            distinct.len() >= ALIKE && distinct.iter().map(|number| number.abs()).product::<f64>() >= LARGE;
        enough.then_some(pairs)
    }

    fn cell(&self, (grid, row, column): Place) -> Option<&Cell> {
        self.grids.get(grid)?.rows.get(row)?.cells.get(column)
    }
}

/// Returns whether two cells may be one: their numbers are the same but for rounding, or one has none.
fn agree(one: Option<(f64, f64)>, other: Option<(f64, f64)>) -> bool {
    match (one, other) {
        (Some((one, off)), Some((other, by))) => {
            (one - other).abs() <= if off.to_bits() == by.to_bits() { 0.0 } else { off.max(by).max(0.5) }
        }
        _ => true,
    }
}

/// Returns the number that is rounded least.
fn finest(one: Option<(f64, f64)>, other: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (one, other) {
        (Some(one), Some(other)) => {
            Some(if other.1 > 0.0 && one.1 == 0.0 || other.1 < one.1 { other } else { one })
        }
        (one, other) => one.or(other),
    }
}
