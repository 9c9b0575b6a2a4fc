use calamine::{Data, Range};

use crate::source::marks::Marks;

/// Finds the formulas of a sheet that were never calculated: they have no result.
pub(super) struct Uncalculated<'a> {
    formulas: &'a Range<String>,
    /// Whether any formula of the sheet has a result. Where none has, an empty text does not count as a result either: the oldest
    /// format writes one for a formula that nothing has calculated.
    is_calculated: bool,
}

impl<'a> Uncalculated<'a> {
    pub(super) fn new(formulas: &'a Range<String>, values: &Range<Data>) -> Self {
        let (above, before) = formulas.start().unwrap_or_default();
        let mut cells = formulas.used_cells().filter(|(.., formula)| !formula.is_empty());
        let is_calculated = cells.any(|(row, column, _)| {
            let at = (u32::try_from(row).map(|row| above.saturating_add(row)), u32::try_from(column));
            let (Ok(row), Ok(column)) = at else { return false };
            !is_empty(values.get_value((row, before.saturating_add(column))).unwrap_or(&Data::Empty))
        });
        Self { formulas, is_calculated }
    }

    /// Returns the mark of the cell at a row and a column, from 0.
    pub(super) fn mark(&self, row: u32, column: u32, cell: &Data) -> Marks {
        if !is_empty(cell) {
            return Marks::default();
        }
        let formula = self.formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
        let has_none = matches!(cell, Data::Empty);
        match formula {
            // A formula that names an empty text may well have it as its result.
            Some(formula) if has_none || !self.is_calculated && !formula.contains("\"\"") => {
                Marks::UNCALCULATED
            }
            _ => Marks::default(),
        }
    }
}

fn is_empty(cell: &Data) -> bool {
    matches!(cell, Data::Empty) || matches!(cell, Data::String(text) if text.is_empty())
}
