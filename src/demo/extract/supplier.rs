use crate::demo::providers::PROVIDERS;

/// Whom an invoice is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Supplier {
    /// Place in [`PROVIDERS`].
    Provider(usize),
    /// The firm that drives.
    Transport,
}

impl Supplier {
    /// Returns the ledger's number for the supplier.
    pub(super) fn id(self, district: u32) -> u32 {
        let place = match self {
            Self::Provider(place) => u32::try_from(place).unwrap_or_default(),
            Self::Transport => 90,
        };
        760_001 + district * 100 + place
    }

    /// Returns the name as the ledger has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Provider(place) => PROVIDERS[place].ledger_name,
            Self::Transport => "Wexcombe Private Hire",
        }
    }
}
