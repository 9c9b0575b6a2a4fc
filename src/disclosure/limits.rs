/// The two numbers of the rule: `[parameters]` of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Counts from 1 to one less than this are hidden.
    pub threshold: u32,
    /// Percentages and rates on a smaller denominator are hidden.
    pub percentage_floor: u32,
}
