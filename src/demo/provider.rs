//! What every district knows of a provider.

use super::account::Account;
use super::town::key_stage::KeyStage;

/// Which of the three populations a placement belongs to; they are never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Population {
    State,
    SchoolArranged,
    LaFunded,
}

/// How the council pays a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Price {
    /// Places paid for whether used or not, and a top-up for each pupil; pence a year.
    Block { place: i64, top_up: i64 },
    /// Pence for each session.
    Spot { session: i64 },
    /// Schools buy; nothing passes through the council's ledger. Pence for each session.
    SchoolsPay { session: i64 },
}

/// A provider as every district has it.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) name: &'static str,
    /// Another spelling of the name, as the ledger has it.
    pub(super) ledger_name: &'static str,
    pub(super) kind: &'static str,
    pub(super) population: Population,
    pub(super) registered: bool,
    pub(super) status: &'static str,
    pub(super) key_stages: &'static [KeyStage],
    /// Places that the council commissions each year at the default size.
    pub(super) places: u32,
    /// Its share of the placements of its population and key stage.
    pub(super) weight: u32,
    /// The needs that its places are for, the main one first.
    pub(super) needs: &'static [&'static str],
    pub(super) price: Price,
    pub(super) account: Account,
    /// Sessions a week that it usually gives.
    pub(super) sessions: &'static [(u32, u32)],
    pub(super) charges_vat: bool,
}
