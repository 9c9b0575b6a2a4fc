use std::collections::BTreeSet;

/// What may be in something that is sent, and how large it may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Mail addresses that may be in it, in lower case: the sender, the team, the owners.
    pub addresses: BTreeSet<String>,
    /// Postcodes that may be in it, in capitals with one space: the council's own.
    pub postcodes: BTreeSet<String>,
    /// What a file may name as its author, its manager or its company: the service and the council.
    pub authors: BTreeSet<String>,
    /// Largest message, in bytes as sent.
    pub message_bytes: usize,
    /// Largest HTML part, in bytes. Gmail cuts a message off above 102 kB.
    pub html_bytes: usize,
    /// Largest file, in bytes.
    pub file_bytes: usize,
    /// Largest picture in the HTML, in bytes.
    pub image_bytes: usize,
    /// Most pictures in the HTML.
    pub images: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            addresses: BTreeSet::new(),
            postcodes: BTreeSet::new(),
            authors: BTreeSet::from(["sufficiency".to_owned()]),
            message_bytes: 10_000_000,
            html_bytes: 100_000,
            file_bytes: 7_000_000,
            image_bytes: 300_000,
            images: 8,
        }
    }
}
