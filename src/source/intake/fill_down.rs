use std::collections::BTreeMap;

use super::header::Header;
use crate::source::row::{Row, is_blank};

/// Columns whose blank cells repeat the value above.
pub(super) struct FillDown {
    pub(super) names: Vec<String>,
    pub(super) above: Option<BTreeMap<usize, String>>,
}

impl FillDown {
    /// Takes over the cells of `row`; returns what is last above each place of these columns, itself included.
    pub(super) fn take(&mut self, header: &Header, row: &Row) -> &BTreeMap<usize, String> {
        let names = &self.names;
        let above = self.above.get_or_insert_with(|| {
            let places = header.names.iter().enumerate().filter(|(_, name)| names.contains(name));
            places.map(|(place, _)| (place, String::new())).collect()
        });
        for (place, above) in above.iter_mut() {
            if let Some(cell) = row.get(*place).filter(|cell| !is_blank(cell)) {
                cell.clone_into(above);
            }
        }
        above
    }
}
