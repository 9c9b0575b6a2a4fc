use std::fmt;
use std::fs::File;

use crate::source::error::SourceError;
use crate::source::parser_fault::ParserFault;
use crate::source::row::Take;

/// A parser that is run in the sandbox. The file of its format holds it, and the list of formats says so: the program and
/// the two processes know it by its key alone.
#[derive(Clone, Copy)]
pub struct Parser {
    /// The key of its format.
    pub(in crate::source) key: &'static str,
    /// What its files are, in words that follow "cannot be read as".
    pub(in crate::source) what: &'static str,
    /// The most processor time that it may take, in seconds.
    pub(in crate::source) seconds: u64,
    /// Reads the rows of a file. What is asked for, such as a sheet, is in words that the format wrote itself.
    pub(in crate::source) read:
        fn(file: &str, from: File, asked: &str, take: Take<'_>) -> Result<(), SourceError>,
}

impl Parser {
    /// Builds the fault of a file that it cannot read.
    pub(super) fn fault(&self, file: &str, fault: ParserFault) -> SourceError {
        fault.in_file(file, self.what)
    }
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parser").field(&self.key).finish()
    }
}
