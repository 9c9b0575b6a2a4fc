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
    Income,
}

impl Account {
    /// All of them, in the order of the budget.
    pub(super) const ALL: [Self; 8] = [
        Self::Places,
        Self::TopUps,
        Self::Independent,
        Self::Services,
        Self::Tuition,
        Self::Hospital,
        Self::Transport,
        Self::Income,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Places => "R5035",
            Self::TopUps => "R5036",
            Self::Independent | Self::Services => "R5037",
            Self::Tuition => "R5038",
            Self::Hospital => "R5039",
            Self::Transport => "R3205",
            Self::Income => "I9100",
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
            Self::Income => "Recharges to Schools - AP Places",
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
            Self::Income => "AP Places Used by Schools",
        }
    }

    /// Returns the line of the section 251 return, and the budget's own name for it.
    pub(super) fn section_251(self) -> (&'static str, &'static str) {
        match self {
            Self::Places => ("1.0.2", "AP and PRU place funding"),
            Self::TopUps => ("1.2.1", "Top-up funding for AP and PRU"),
            Self::Independent => ("1.2.3", "Top-up and fees, independent AP"),
            Self::Services => ("1.2.7", "Other AP services: framework"),
            Self::Tuition => ("1.2.7", "Other AP services: tuition and online"),
            Self::Hospital => ("1.2.6", "Hospital education services"),
            Self::Transport => ("2.1.4", "Home to school transport: AP"),
            Self::Income => ("1.0.2", "Income from schools for AP places"),
        }
    }
}
