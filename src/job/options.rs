use chrono::NaiveDate;

/// How to run them.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Build from what was known at the end of this day; changes editions only.
    pub as_of: Option<NaiveDate>,
    /// Build reports for this period, as `ay2018-19`; changes editions only.
    pub period: Option<String>,
    /// Send the editions that were prepared.
    pub send: bool,
    /// Take extracts whose count of rows moved further than their source allows.
    pub accept_swing: bool,
    /// What began the run.
    pub trigger: String,
}
