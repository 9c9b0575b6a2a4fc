//! A synthetic council: its project files and the extracts that its systems would send.
//!
//! ```text
//! demo-council/
//! ├── sufficiency.toml  settings.toml  recipients.toml  .gitignore
//! ├── secret/pseudonym.key                       made from the seed: a demo's key keeps no secret
//! └── extracts/
//!     ├── finance/payments/payments_2020_04.csv …     browser exports of the ledger
//!     ├── finance/invoices/invoices_2020_21.csv …     invoice lines, one file a financial year
//!     ├── finance/orders/orders_2020_21.csv …         orders, one file a financial year
//!     ├── commissioning/commissioning_and_budget.xlsx budget, places and providers, as people keep them
//!     ├── commissioning/contract_register.csv …       contracts, rate card, checks of providers
//!     ├── casework/casework.sqlite                    pupils, rolls, placements, attendance, requests
//!     ├── outcomes/                                   exclusions and absence a year, four registers
//!     └── statistics/                                 wards, population, schools and what is published of others
//! ```
//!
//! First the city lives (`town`: what is true), then its systems tell of it (`extract`: with the
//! dirt of real ones). The same seed gives the same bytes. No child, school or provider in it exists.
//! This module writes files and nothing else: it runs no pipeline and reads none of its own files.

mod extract;
mod inspections;
mod levels;
mod names;
mod providers;
mod random;
mod terms;
mod town;
mod upn;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use extract::Extracts;
use levels::{DEFAULT_PUPILS, Size, THIS_YEAR};
use town::Town;

/// The largest demo, near the number of pupils in England: more districts would need more pupil numbers than their
/// authorities can give.
pub const MOST_PUPILS: u32 = 199 * DEFAULT_PUPILS;

/// How large a council to make, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Pupils on roll, 200 to [`MOST_PUPILS`]. Beyond the default the city grows by districts like it.
    pub pupils: u32,
    /// Academic years of placements, attendance and spend up to 2025-26, 1 to 12. Exclusions, home
    /// education and rolls always begin in 2013-14.
    pub years: u32,
    /// What the chances are drawn from: the same seed, the same bytes.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { pupils: DEFAULT_PUPILS, years: 6, seed: 2026 }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Files written, relative to the folder, in order.
    pub files: Vec<PathBuf>,
    /// Pupils that the extracts know, past and present.
    pub pupils: u64,
    /// Placements.
    pub placements: u64,
    /// Lines of the ledger.
    pub ledger_lines: u64,
}

/// Why no demo was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something that no demo left there.
    #[error("`{0}` is not empty and is not an earlier demo; name another folder with `--dir`")]
    Occupied(PathBuf),
    /// The options ask for a council that cannot be made.
    #[error("a demo has 200 to {MOST_PUPILS} pupils and 1 to 12 years, not {pupils} and {years}")]
    Options {
        /// Pupils asked for.
        pupils: u32,
        /// Years asked for.
        years: u32,
    },
    /// A file could not be written.
    #[error("could not write `{path}`")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The case database could not be written.
    #[error("could not write `{path}`")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The workbook could not be written.
    #[error("could not write `{path}`")]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rust_xlsxwriter::XlsxError,
    },
}

/// The file that marks a folder as a demo's own.
const MARKER: &str = "extracts/READ-ME-FIRST.txt";

/// Writes a synthetic council below `dir`, in place of an earlier demo's extracts.
///
/// # Errors
///
/// Returns an error when `dir` holds anything but an earlier demo, when the options are out of range or
/// when a file cannot be written.
pub fn write(dir: &Path, options: &Options) -> Result<Summary, DemoError> {
    let Options { pupils, years, seed } = *options;
    if !(200..=MOST_PUPILS).contains(&pupils) || !(1..=12).contains(&years) {
        return Err(DemoError::Options { pupils, years });
    }
    make_room(dir)?;
    // Whole districts of about the default size.
    let districts = ((pupils + DEFAULT_PUPILS / 2) / DEFAULT_PUPILS).max(1);
    let first_year = THIS_YEAR - i32::try_from(years).unwrap_or(1);
    let mut extracts = Extracts::create(dir, seed, first_year)?;
    let mut summary = Summary { files: Vec::new(), pupils: 0, placements: 0, ledger_lines: 0 };
    for district in 0..districts {
        let share = pupils / districts + u32::from(district < pupils % districts);
        let town = Town::live(seed, district, Size { pupils: share }, first_year);
        extracts.tell(&town)?;
        summary.pupils += u64::try_from(town.pupils.len()).unwrap_or_default();
        summary.placements += u64::try_from(town.placements.len()).unwrap_or_default();
    }
    extracts.finish(&mut summary)?;
    Ok(summary)
}

/// Makes sure that `dir` is an empty folder, or takes an earlier demo's extracts out of it.
fn make_room(dir: &Path) -> Result<(), DemoError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DemoError::Write { path, source }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let mut entries = fs::read_dir(dir).map_err(failed(dir))?;
    if entries.next().is_none() {
        return Ok(());
    }
    if !dir.join(MARKER).is_file() {
        return Err(DemoError::Occupied(dir.to_owned()));
    }
    let extracts = dir.join("extracts");
    fs::remove_dir_all(&extracts).map_err(failed(&extracts))
}

#[cfg(test)]
mod tests;
