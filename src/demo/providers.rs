//! The providers of the demo's city: nobody's names, prices of the right order.

use super::town::KeyStage::{self, Ks1, Ks2, Ks3, Ks4, P16};

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

/// The account and cost centre that spend on a kind of provision is booked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Account {
    Places,
    TopUps,
    Independent,
    Services,
    Tuition,
    Hospital,
    Transport,
}

impl Account {
    /// All of them, in the order of the budget.
    pub(super) const ALL: [Self; 7] = [
        Self::Places,
        Self::TopUps,
        Self::Independent,
        Self::Services,
        Self::Tuition,
        Self::Hospital,
        Self::Transport,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Places => "R5035",
            Self::TopUps => "R5036",
            Self::Independent | Self::Services => "R5037",
            Self::Tuition => "R5038",
            Self::Hospital => "R5039",
            Self::Transport => "R3205",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Places => "TPP - AP Place Funding",
            Self::TopUps => "TPP - AP Top-up Funding",
            Self::Independent | Self::Services => "TPP - Alternative Provision of Education",
            Self::Tuition => "TPP - Tuition and Online Learning",
            Self::Hospital => "TPP - Hospital and Home Education",
            Self::Transport => "Home to School Transport - AP",
        }
    }

    pub(super) fn cost_centre(self) -> &'static str {
        match self {
            Self::Places => "AP Place Funding",
            Self::TopUps => "AP Top-Ups",
            Self::Independent => "Independent AP Placements",
            Self::Services => "AP Framework Providers",
            Self::Tuition => "Tuition and Online",
            Self::Hospital => "Hospital and Home Education",
            Self::Transport => "AP Transport",
        }
    }

    /// The line of the section 251 return, and the budget's own name for it.
    pub(super) fn section_251(self) -> (&'static str, &'static str) {
        match self {
            Self::Places => ("1.0.2", "AP and PRU place funding"),
            Self::TopUps => ("1.2.1", "Top-up funding for AP and PRU"),
            Self::Independent => ("1.2.3", "Top-up and fees, independent AP"),
            Self::Services => ("1.2.7", "Other AP services: framework"),
            Self::Tuition => ("1.2.7", "Other AP services: tuition and online"),
            Self::Hospital => ("1.2.6", "Hospital education services"),
            Self::Transport => ("2.1.4", "Home to school transport: AP"),
        }
    }
}

const FULL: &[(u32, u32)] = &[(10, 8), (8, 1), (6, 1)];
const PART: &[(u32, u32)] = &[(2, 2), (4, 4), (6, 3), (10, 1)];
const HOURS: &[(u32, u32)] = &[(2, 2), (3, 3), (5, 4)];

/// Every provider.
pub(super) const PROVIDERS: [Provider; 18] = [
    Provider {
        name: "Larkholt Centre",
        ledger_name: "LARKHOLT CENTRE (PRU)",
        kind: "PRU",
        population: Population::State,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks3],
        places: 66,
        weight: 30,
        needs: &["SEMH", "SLCN", "MLD"],
        price: Price::Block { place: 1_000_000, top_up: 820_000 },
        account: Account::Places,
        sessions: FULL,
        charges_vat: false,
    },
    Provider {
        name: "Tessany Road Centre",
        ledger_name: "Tessany Rd Centre",
        kind: "PRU",
        population: Population::State,
        registered: true,
        status: "APPROVED_CONDITIONS",
        key_stages: &[Ks4],
        places: 100,
        weight: 30,
        needs: &["SEMH", "MLD", "SLCN"],
        price: Price::Block { place: 1_000_000, top_up: 760_000 },
        account: Account::Places,
        sessions: FULL,
        charges_vat: false,
    },
    Provider {
        name: "Quillbrook Primary Academy",
        ledger_name: "Quillbrook Academy Trust",
        kind: "AP_ACADEMY",
        population: Population::State,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks1, Ks2],
        places: 38,
        weight: 30,
        needs: &["SEMH", "SLCN"],
        price: Price::Block { place: 1_000_000, top_up: 930_000 },
        account: Account::Places,
        sessions: FULL,
        charges_vat: false,
    },
    Provider {
        name: "Fennimore Home and Hospital School",
        ledger_name: "Fennimore H & H School",
        kind: "HOSPITAL_MEDICAL",
        population: Population::State,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks2, Ks3, Ks4],
        places: 36,
        weight: 14,
        needs: &["OTH"],
        price: Price::Block { place: 1_000_000, top_up: 240_000 },
        account: Account::Hospital,
        sessions: HOURS,
        charges_vat: false,
    },
    Provider {
        name: "Brackenmoor Hall School",
        ledger_name: "Brackenmoor Hall Ltd",
        kind: "INDEPENDENT_SPECIAL",
        population: Population::LaFunded,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks2, Ks3, Ks4, P16],
        places: 17,
        weight: 9,
        needs: &["ASD", "SLCN"],
        price: Price::Spot { session: 7_800 },
        account: Account::Independent,
        sessions: &[(10, 1)],
        charges_vat: false,
    },
    Provider {
        name: "Ostrey House School",
        ledger_name: "Ostrey House Education Limited",
        kind: "INDEPENDENT_SCHOOL_AP",
        population: Population::LaFunded,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks3, Ks4],
        places: 34,
        weight: 26,
        needs: &["SEMH", "SPLD"],
        price: Price::Block { place: 1_490_000, top_up: 0 },
        account: Account::Independent,
        sessions: &[(10, 3), (6, 1)],
        charges_vat: false,
    },
    Provider {
        name: "Hollinfrith School",
        ledger_name: "The Hollinfrith Trust",
        kind: "NMSS",
        population: Population::LaFunded,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks1, Ks2, Ks3],
        places: 4,
        weight: 4,
        needs: &["SLCN"],
        price: Price::Spot { session: 9_400 },
        account: Account::Independent,
        sessions: &[(10, 1)],
        charges_vat: false,
    },
    Provider {
        name: "Tallowlane Learning",
        ledger_name: "TALLOWLANE LEARNING CIC",
        kind: "UNREGISTERED_DAY",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks3, Ks4],
        places: 10,
        weight: 22,
        needs: &["SEMH"],
        price: Price::Spot { session: 5_200 },
        account: Account::Services,
        sessions: PART,
        charges_vat: true,
    },
    Provider {
        name: "Copperwick Tuition",
        ledger_name: "Copperwick Tuition Services Ltd",
        kind: "TUITION_1TO1",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks1, Ks2, Ks3, Ks4],
        places: 18,
        weight: 26,
        needs: &["OTH", "ASD"],
        price: Price::Spot { session: 9_200 },
        account: Account::Tuition,
        sessions: HOURS,
        charges_vat: true,
    },
    Provider {
        name: "Brightloom Online",
        ledger_name: "Brightloom On-line Ltd",
        kind: "ONLINE",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks3, Ks4],
        places: 16,
        weight: 16,
        needs: &["OTH"],
        price: Price::Spot { session: 2_800 },
        account: Account::Tuition,
        sessions: &[(5, 2), (10, 1)],
        charges_vat: true,
    },
    Provider {
        name: "Sablecroft Farm",
        ledger_name: "Sablecroft Farm Education",
        kind: "UNREGISTERED_DAY",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED_CONDITIONS",
        key_stages: &[Ks2, Ks3, Ks4],
        places: 13,
        weight: 14,
        needs: &["SEMH"],
        price: Price::Spot { session: 5_800 },
        account: Account::Services,
        sessions: &[(4, 3), (6, 2), (10, 2)],
        charges_vat: false,
    },
    Provider {
        name: "Merridell Pathways",
        ledger_name: "Merridell Pathways\t",
        kind: "REGISTERED_UKPRN_NON_SCHOOL",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks4, P16],
        places: 10,
        weight: 24,
        needs: &["MLD", "SEMH"],
        price: Price::Spot { session: 4_100 },
        account: Account::Services,
        sessions: PART,
        charges_vat: false,
    },
    Provider {
        name: "Pellowick Studio",
        ledger_name: "Pellowick Studio Ltd ",
        kind: "UNREGISTERED_DAY",
        population: Population::LaFunded,
        registered: false,
        status: "SUSPENDED",
        key_stages: &[Ks3, Ks4],
        places: 5,
        weight: 7,
        needs: &["SEMH"],
        price: Price::Spot { session: 4_900 },
        account: Account::Services,
        sessions: PART,
        charges_vat: true,
    },
    Provider {
        name: "Northwyn EOTAS Partnership",
        ledger_name: "Northwyn EOTAS Partnership LLP",
        kind: "EOTAS_PACKAGE",
        population: Population::LaFunded,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks1, Ks2, Ks3, Ks4, P16],
        places: 8,
        weight: 10,
        needs: &["ASD"],
        price: Price::Spot { session: 6_600 },
        account: Account::Services,
        sessions: HOURS,
        charges_vat: false,
    },
    Provider {
        name: "Demo City College",
        ledger_name: "Demo City College",
        kind: "FE_14_16",
        population: Population::SchoolArranged,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks4],
        places: 14,
        weight: 30,
        needs: &["SEMH", "MLD"],
        price: Price::SchoolsPay { session: 3_200 },
        account: Account::Services,
        sessions: &[(2, 3), (4, 3), (6, 1)],
        charges_vat: false,
    },
    Provider {
        name: "Wrenfold Works",
        ledger_name: "Wrenfold Works",
        kind: "WORK_BASED",
        population: Population::SchoolArranged,
        registered: false,
        status: "APPROVED",
        key_stages: &[Ks4],
        places: 5,
        weight: 16,
        needs: &["SEMH"],
        price: Price::SchoolsPay { session: 4_500 },
        account: Account::Services,
        sessions: &[(2, 3), (4, 2)],
        charges_vat: false,
    },
    Provider {
        name: "Junivale Yard",
        ledger_name: "Junivale Yard",
        kind: "MAINSTREAM_AP_UNIT",
        population: Population::SchoolArranged,
        registered: true,
        status: "APPROVED",
        key_stages: &[Ks2, Ks3],
        places: 32,
        weight: 30,
        needs: &["SEMH", "SLCN"],
        price: Price::SchoolsPay { session: 3_900 },
        account: Account::Services,
        sessions: &[(10, 2), (4, 1), (6, 1)],
        charges_vat: false,
    },
    Provider {
        name: "Kesterwold Mentoring",
        ledger_name: "Kesterwold Mentoring",
        kind: "UNREGISTERED_DAY",
        population: Population::SchoolArranged,
        registered: false,
        status: "NEW_UNCHECKED",
        key_stages: &[Ks1, Ks2, Ks3, Ks4],
        places: 14,
        weight: 12,
        needs: &["SEMH"],
        price: Price::SchoolsPay { session: 4_800 },
        account: Account::Services,
        sessions: &[(2, 2), (4, 2), (10, 1)],
        charges_vat: false,
    },
];
