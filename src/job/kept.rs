use std::fmt;

/// What is as it was before the failure, or is safe in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The tables that were published before.
    LastTables,
    /// Earlier editions: no edition was made.
    LastEditions,
    /// Everything in the store.
    Store,
    /// Everything that was published before the work was stopped.
    Published,
    /// The edition and its messages; some of them may have arrived.
    Messages,
    /// The message, which was not sent.
    Unsent,
    /// Files that were written before the one that could not be.
    Written,
    /// Rows that are set aside.
    Quarantine,
    /// Everything: nothing was begun.
    Everything,
}

impl Kept {
    /// Returns the text as a sentence.
    #[must_use]
    pub fn sentence(self) -> String {
        let text = self.to_string();
        let mut letters = text.chars();
        letters
            .next()
            .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LastTables => "nothing was published, and the last good tables are unchanged",
            Self::LastEditions => "no edition was made, nothing was sent, and earlier editions are unchanged",
            Self::Store => "what was in the store before is unchanged",
            Self::Published => "what was published before is unchanged, and nothing is half done",
            Self::Messages => {
                "the edition and every message are in the store, and whoever has it gets nothing twice"
            }
            Self::Unsent => "nothing was sent",
            Self::Written => "the files that were written before it are there",
            Self::Quarantine => "nothing was released",
            Self::Everything => "nothing was done, so nothing has changed",
        })
    }
}
