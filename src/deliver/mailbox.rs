use std::str::FromStr;

use super::address::{Address, AddressError};
use super::header_text::one_line;

/// A sender: an address, and the name that is shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, cleaned: one line, no controls. `None` when nothing is left of it.
    name: Option<String>,
    /// Where replies or bounces go.
    address: Address,
}

impl Mailbox {
    /// Makes a mailbox of `address`, shown as `name`. What could break a header is cleaned out of the name, and a name
    /// without a letter or a digit is none: mail programs disagree about what `. <address>` is.
    #[must_use]
    pub fn new(name: &str, address: Address) -> Self {
        let name = one_line(name, 100);
        Self { name: name.chars().any(char::is_alphanumeric).then_some(name), address }
    }

    /// Returns the name that is shown.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }
}

impl FromStr for Mailbox {
    type Err = AddressError;

    /// Reads `Name <address>` or an address alone.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => Ok(Self::new(name.trim().trim_matches('"'), address.parse()?)),
            None => Ok(Self { name: None, address: text.trim().parse()? }),
        }
    }
}
