use super::error::SourceError;
use super::row::Row;

/// Takes the rows that a format or a database reads: the intake, which judges them by a contract, or whoever looks at a
/// file for which nobody has written one yet.
pub(super) trait Receiver {
    /// Takes one row of any kind.
    fn take(&mut self, row: &Row) -> Result<(), SourceError>;

    /// Counts some warnings about the file. `place`: where the first of them is.
    fn warn_of(&mut self, _rule: &str, _count: u64, _place: &str) {}

    /// Notes that the last row has no line end although all others have.
    fn ends_within_a_line(&mut self) {}

    /// Returns the columns that are wanted, each by all the names that it may have in the source.
    fn wanted(&self) -> Vec<Vec<String>> {
        Vec::new()
    }

    /// Returns whether any column could identify a child, so that nothing of a file but what is wanted is named.
    fn is_of_persons(&self) -> bool {
        false
    }
}
