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
//!     ├── finance/journals/journals_2020_21.csv …     what the ledger books without paying, one file a financial year
//!     ├── finance/recoupment_claims.csv               what schools were asked for after permanent exclusions
//!     ├── commissioning/commissioning_and_budget.xlsx budget, places and providers, as people keep them
//!     ├── commissioning/contract_register.csv …       contracts, rate card, checks of providers
//!     ├── casework/casework.sqlite                    pupils, rolls, placements, attendance, requests
//!     ├── outcomes/                                   exclusions and absence a year, codes a week, four registers
//!     └── statistics/                                 wards, population, schools and what is published of others
//! ```
//!
//! First the city lives (`town`: what is true), then its systems write what they know of it (`extract`: with the
//! dirt of real ones). The same seed gives the same bytes. No child, school or provider in it exists.
//! This module writes files and nothing else: it runs no pipeline and reads none of its own files.

mod account;
mod commentary;
mod error;
mod extract;
mod folder;
mod inspections;
mod levels;
mod names;
mod options;
mod provider;
mod providers;
mod random;
mod summary;
mod terms;
mod town;
mod upn;

use std::path::Path;

use extract::Extracts;
use folder::make_room;
use levels::{DEFAULT_PUPILS, Size, THIS_YEAR};
use town::district::Town;

pub use error::DemoError;
pub use options::{LEAST_PUPILS, MOST_PUPILS, MOST_YEARS, Options};
pub use summary::Summary;

/// Writes a synthetic council below `dir`, in place of an earlier demo's extracts.
///
/// # Errors
///
/// Returns an error when `dir` holds anything but an earlier demo, when the options are out of range or
/// when a file cannot be written.
pub fn write(dir: &Path, options: &Options) -> Result<Summary, DemoError> {
    let Options { pupils, years, seed } = *options;
    if !(LEAST_PUPILS..=MOST_PUPILS).contains(&pupils) || !(1..=MOST_YEARS).contains(&years) {
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
        extracts.write(&town)?;
        summary.pupils += u64::try_from(town.pupils.len()).unwrap_or_default();
        summary.placements += u64::try_from(town.placements.len()).unwrap_or_default();
    }
    extracts.finish(&mut summary)?;
    commentary::write(dir)?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
