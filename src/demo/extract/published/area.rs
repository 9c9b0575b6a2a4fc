/// The council's own name.
pub(super) const COUNCIL: &str = "Demo City";

/// One row of the exclusions as published.
pub(super) struct Area<'a> {
    pub(super) level: &'a str,
    pub(super) name: &'a str,
    pub(super) phase: &'a str,
    pub(super) schools: u32,
    pub(super) headcount: u32,
    pub(super) permanent: u32,
    pub(super) suspensions: u32,
    pub(super) suspended: u32,
    pub(super) suppressed: bool,
}

impl Area<'_> {
    /// Formats the row of a year. Rates are events for 100 pupils; small numbers of permanent exclusions are not shown.
    pub(super) fn row(&self, year: i32) -> String {
        let rate = |events: u32| {
            let wide = (u64::from(events) * 20_000 / u64::from(self.headcount.max(1))).div_ceil(2);
            format!("{}.{:02}", wide / 100, wide % 100)
        };
        let shown = |text: String| if self.suppressed { "x".to_owned() } else { text };
        quoted(&[
            &format!("{year}{:02}", (year + 1).rem_euclid(100)),
            self.level,
            self.name,
            self.phase,
            &self.schools.to_string(),
            &self.headcount.to_string(),
            &shown(self.permanent.to_string()),
            &shown(rate(self.permanent)),
            &self.suspensions.to_string(),
            &rate(self.suspensions),
            &self.suspended.to_string(),
            &rate(self.suspended),
        ])
    }
}

/// Joins fields to a line with every field in quotes.
pub(super) fn quoted(fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
    format!("{}\n", fields.join(","))
}
