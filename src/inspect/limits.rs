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

impl Limits {
    /// Returns whether a link may lead there: to a secure page, or to an allowed mailbox and no second one. `to` is in small
    /// letters.
    pub(super) fn allow_link(&self, to: &str) -> bool {
        match to.strip_prefix("mailto:") {
            Some(mail) => {
                let (to, rest) = mail.split_once('?').unwrap_or((mail, ""));
                // A second recipient may be written after the first, in either form.
                self.addresses.contains(to) && !rest.contains("%40") && !rest.contains("%2540")
            }
            None => to.starts_with("https://"),
        }
    }
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
