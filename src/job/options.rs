use chrono::NaiveDate;

/// How to run them.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Build from what was known at the end of this day; changes editions only.
    pub as_of: Option<NaiveDate>,
    /// Build reports for this period, as `ay2018-19`, `running` or `last_finished`; changes editions only.
    pub period: Option<String>,
    /// The reports to make; those that no schedule names for itself when empty.
    pub reports: Vec<String>,
    /// Bring the published tables up to date as well, whatever period the reports are for.
    pub tables_too: bool,
    /// Send the editions that were prepared.
    pub send: bool,
    /// Take extracts whose count of rows moved further than their source allows.
    pub accept_swing: bool,
    /// What began the run.
    pub trigger: String,
}
