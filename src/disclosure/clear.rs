use arrow::array::RecordBatch;

use super::attack::Attacker;
use super::audit::{Audited, audit};
use super::cells::Cells;
use super::cleared::Cleared;
use super::earlier::Earlier;
use super::limits::Limits;
use super::pooled;
use super::projections::Sum;
use super::read::DisclosureError;
use super::relations::{Family, families, relations, sums_of_amounts};
use super::release::Release;
use super::rules::{Rule, Rules};
use super::sheet::Sheet;
use super::unions;
use crate::project::Model;

/// The tables of a report after the gate, and what they show of every cell.
#[derive(Debug, Clone)]
pub struct Together {
    /// The tables, in the order in which they came.
    pub tables: Vec<Cleared>,
    /// What later editions must remember.
    pub remembered: Earlier,
    /// Why each hidden cell is hidden, for the owners of the data and nobody else.
    pub audit: Vec<Audited>,
}

/// Passes one model's rows through its disclosure policy, as a report of one table.
///
/// Columns keep the query's order, rows the model's. A missing number is `[x]`, or `[z]` in a derived
/// column whose denominator is zero.
///
/// # Errors
///
/// Those of [`clear_together`].
pub fn clear(batches: &[RecordBatch], model: &Model, limits: &Limits) -> Result<Cleared, DisclosureError> {
    let together = clear_together(&[(model, batches)], limits, &Release::after(&Earlier::default()))?;
    let name = || model.name.clone();
    together.tables.into_iter().next().ok_or_else(|| DisclosureError::NoBatch { model: name() })
}

/// Passes all tables of a report through their policies, each held against the others and against what earlier
/// editions showed.
///
/// A cell that is hidden in one table is hidden in all that show it, and one that was hidden earlier stays hidden.
///
/// # Errors
///
/// Returns an error when a table has no batch to tell the columns by, when a policy does not fit the columns, when a
/// column has a type that no report shows, when two rows have the same key, when a hidden count can be worked out
/// and nothing is left to hide beside it, or when a revision would show that a few have moved.
pub fn clear_together(
    tables: &[(&Model, &[RecordBatch])],
    limits: &Limits,
    release: &Release<'_>,
) -> Result<Together, DisclosureError> {
    clear_by(Rules::default(), tables, limits, release)
}

/// Does the same without one rule: for tests, which must find what the rule is for.
#[cfg(test)]
pub(crate) fn clear_without(
    rule: Rule,
    tables: &[(&Model, &[RecordBatch])],
    limits: &Limits,
    release: &Release<'_>,
) -> Result<Together, DisclosureError> {
    clear_by(Rules { without: Some(rule) }, tables, limits, release)
}

fn clear_by(
    rules: Rules,
    tables: &[(&Model, &[RecordBatch])],
    limits: &Limits,
    release: &Release<'_>,
) -> Result<Together, DisclosureError> {
    let read = |(model, batches): &(&Model, &[RecordBatch])| Sheet::new(batches, model, *limits);
    let mut sheets = tables.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut cells = Cells::new(sheets.iter().map(Sheet::scale).max().unwrap_or_default());
    for sheet in &mut sheets {
        sheet.number(&mut cells);
    }
    for sheet in &mut sheets {
        sheet.number_amounts(&mut cells);
    }
    sums_of_amounts(&sheets, &mut cells);
    let families = families(&sheets, &cells);
    let relations =
        if rules.has(Rule::Relations) { relations(&sheets, &families, &cells) } else { Vec::new() };
    if rules.has(Rule::Earlier) {
        cells.remember(release.earlier, release.period);
        cells.guard_what_changed(&relations);
    }
    if rules.has(Rule::Moved) {
        release.rule_on_what_moved(&mut cells)?;
    }
    if rules.has(Rule::Small) {
        cells.hide_small();
    }
    let pools = if rules.has(Rule::Pooled) { pooled::unstated(&cells, &relations) } else { Vec::new() };
    for pool in &pools {
        cells.note_that_follows(pool.total);
    }
    let attacker = Attacker::new(relations, &cells);
    let mut gate = Gate { rules, threshold: limits.threshold, sheets, cells, families, pools, attacker };
    gate.protect()?;
    let remembered = gate.cells.to_remember();
    let audit = gate.sheets.iter().flat_map(|sheet| audit(sheet, &gate.cells, &gate.attacker)).collect();
    let tables = gate.sheets.into_iter().map(|sheet| sheet.open(&gate.cells)).collect();
    Ok(Together { tables, remembered, audit })
}

/// The tables on their way through.
struct Gate {
    rules: Rules,
    threshold: u32,
    sheets: Vec<Sheet>,
    cells: Cells,
    families: Vec<Family>,
    /// Counts of several periods together, with those of each.
    pools: Vec<Sum>,
    attacker: Attacker,
}

impl Gate {
    /// Hides more until nothing hidden can be worked out. Each pass hides a cell or is the last.
    fn protect(&mut self) -> Result<(), DisclosureError> {
        loop {
            for sheet in self.sheets.iter_mut().filter(|_| self.rules.has(Rule::Derived)) {
                sheet.hide_derived(&mut self.cells);
            }
            // Counts first: what is worked out from them then follows by itself where it can.
            if self.rules.has(Rule::Alike) && self.cells.hide_alike()
                || pooled::hide(&self.pools, &mut self.cells)
                || self.rules.has(Rule::Unions) && unions::hide(&self.sheets, &mut self.cells)
                || self.rules.has(Rule::BesideSingle) && self.hide_beside_single()
                || self.protect_counts()?
            {
                continue;
            }
            let mut moved = self.rules.has(Rule::Amounts) && self.cells.amounts.protect(self.threshold);
            for sheet in self.sheets.iter_mut().filter(|_| self.rules.has(Rule::DerivedBesideSingle)) {
                moved |= sheet.hide_beside_single(&mut self.cells);
            }
            if !moved {
                return Ok(());
            }
        }
    }

    /// Hides, in every family with exactly one unknown member, the smallest other one. Returns whether anything was
    /// hidden.
    fn hide_beside_single(&mut self) -> bool {
        let mut moved = false;
        for family in self.families.iter().filter(|family| family.is_closed) {
            let unknown: Vec<usize> = family.members().filter(|&at| self.cells.is_unknown(at)).collect();
            if let ([alone], Some(next)) = (unknown.as_slice(), self.cells.cheapest(family.members())) {
                self.cells.hide_beside(next, *alone);
                moved = true;
            }
        }
        moved
    }

    /// Hides more beside every count that is exposed. Whether it hid any.
    fn protect_counts(&mut self) -> Result<bool, DisclosureError> {
        let protected = self.attacker.protect(&mut self.cells);
        protected.map_err(|at| DisclosureError::Exposed { cell: self.cells.name(at) })
    }
}
