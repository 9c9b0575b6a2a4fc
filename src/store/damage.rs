/// An object that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The object.
    pub name: String,
    /// How it shows.
    pub what: String,
}
