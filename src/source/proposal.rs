/// The settings of a format for a file that nobody has described: a guess, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The key of the format.
    pub format: &'static str,
    /// The lines of its table; none where the format needs no settings.
    pub settings: Vec<String>,
    /// What they rest on, in sentences without a full stop.
    pub because: Vec<String>,
    /// Whether the file names its columns itself, so that no row has to be found that does.
    pub names_first: bool,
}
