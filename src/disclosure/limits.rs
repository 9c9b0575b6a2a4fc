/// The numbers of the rules: `[parameters]` of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Counts from 1 to one less than this are hidden.
    pub threshold: u32,
    /// Percentages and rates on a smaller denominator are hidden.
    pub percentage_floor: u32,
    /// A sum of money of which one firm has more than this, in per cent, is hidden from whoever does not commission.
    pub dominance: u32,
    /// So is one in which all firms but two have less than this of the largest one's amount, in per cent.
    pub nearness: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { threshold: 5, percentage_floor: 10, dominance: 85, nearness: 10 }
    }
}
