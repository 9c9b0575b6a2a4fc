use chrono::NaiveDate;

use crate::demo::providers::PROVIDERS;
use crate::demo::terms::date;

/// Whom an invoice is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Supplier {
    /// Place in [`PROVIDERS`].
    Provider(usize),
    /// The firm that drives.
    Transport,
    /// A provider's firm that was founded again: the ledger has it under another number, and nobody entered that in the
    /// register. Place in [`PROVIDERS`].
    Renamed(usize),
}

/// The provider whose firm was founded again, and its name since.
const RENAMED: (&str, &str) = ("Pellowick Studio", "Pellowick Studios 2026 Limited");

impl Supplier {
    /// Returns the ledger's number for the supplier.
    pub(super) fn id(self, district: u32) -> u32 {
        let place = match self {
            Self::Provider(place) => u32::try_from(place).unwrap_or_default(),
            Self::Transport => 90,
            Self::Renamed(_) => 91,
        };
        760_001 + district * 100 + place
    }

    /// Returns the name as the ledger has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Provider(place) => PROVIDERS[place].ledger_name,
            Self::Transport => "Wexcombe Private Hire",
            Self::Renamed(_) => RENAMED.1,
        }
    }

    /// Returns the provider that it is; nothing for the firm that drives.
    pub(super) fn provider(self) -> Option<usize> {
        match self {
            Self::Provider(place) | Self::Renamed(place) => Some(place),
            Self::Transport => None,
        }
    }

    /// Returns the supplier that is paid on `day`: one firm was founded again on 1 June 2026.
    pub(super) fn paid_on(self, day: NaiveDate) -> Self {
        match self {
            Self::Provider(place) if PROVIDERS[place].name == RENAMED.0 && day >= date(2026, 6, 1) => {
                Self::Renamed(place)
            }
            other => other,
        }
    }
}
