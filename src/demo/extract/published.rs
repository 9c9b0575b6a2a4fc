//! `extracts/statistics/`: other authorities' figures in the forms in which the Department for Education
//! publishes them: exclusions of every authority, indicators of many kinds, results in alternative provision, and each authority's neighbours.
//!
//! The other authorities do not exist. England's rates of permanent exclusion of 2013-14 to 2016-17 and the
//! council's own counts of those years are published facts; everything else is made up near them.

mod area;
mod exclusions;
mod high_needs;
mod indicators;
mod key_stage_4;
mod neighbours;
mod other;

use std::path::Path;

use super::output::Output;
use crate::demo::error::DemoError;
use crate::demo::levels::Size;
use crate::demo::town::district::Town;

/// What the council's own rows hold, gathered until all districts are known.
#[derive(Debug)]
pub(super) struct Published {
    seed: u64,
    districts: Vec<Size>,
}

impl Published {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, districts: Vec::new() }
    }

    pub(super) fn add(&mut self, town: &Town) {
        self.districts.push(town.size);
    }

    pub(super) fn finish(self, dir: &Path) -> Result<(), DemoError> {
        let folder = dir.join("extracts/statistics");
        exclusions::write(&folder.join("la_exclusions.csv"), self.seed, &self.districts)?;
        indicators::write(&folder.join("la_indicators.csv"), self.seed, &self.districts)?;
        key_stage_4::write(&folder.join("key_stage_4_ap.csv"), self.seed)?;
        let mut books = vec![("statistical_neighbours.xlsx".to_owned(), neighbours::workbook())];
        for year in high_needs::YEARS {
            let name = format!("high_needs_{year}_{:02}.xlsx", (year + 1).rem_euclid(100));
            books.push((name, high_needs::workbook(self.seed, &self.districts, year)));
        }
        for (name, book) in books {
            let path = folder.join(name);
            let bytes = book.map_err(|source| DemoError::Workbook { path: path.clone(), source })?;
            let mut file = Output::create(path)?;
            file.bytes(&bytes)?;
            file.finish()?;
        }
        Ok(())
    }
}
