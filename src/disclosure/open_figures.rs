//! Figures that rest on nobody and stand in the open: budgets, totals of a ledger, prices.

use std::collections::{BTreeMap, BTreeSet};

use super::amounts::SCALE;
use super::measure::Measure;
use super::sheet::Sheet;

/// Returns their sizes, in units, with the periods of each.
pub(super) fn open_figures(sheets: &[Sheet]) -> BTreeSet<(BTreeMap<String, String>, i128)> {
    let of = |sheet: &Sheet| {
        let columns = sheet.columns_that(|_, measure| matches!(measure, Measure::Open));
        let places =
            columns.into_iter().flat_map(|column| (0..sheet.rows.len()).map(move |row| (row, column)));
        let figure = |(row, column)| {
            let size = sheet.shown_number(row, column)?.units_at(SCALE).abs();
            let name = sheet.identity(row, column)?;
            let periods = name.periods().into_iter();
            Some((periods.map(|(key, code)| (key.to_owned(), code.to_owned())).collect(), size))
        };
        places.filter_map(figure).collect::<Vec<_>>()
    };
    sheets.iter().flat_map(of).collect()
}
