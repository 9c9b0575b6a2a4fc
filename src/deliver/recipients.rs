use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::address::is_domain;
use super::address::{Address, AddressError};
use crate::project::Role;

/// The domains that mail may go to: exactly these, never their sub-domains.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    domains: BTreeSet<String>,
}

/// A domain on the list that could never match an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{domain}` is not a plain ASCII domain such as `council.example`")]
pub struct AllowListError {
    /// As it was written.
    pub domain: String,
}

/// Somebody that an edition may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: Address,
    /// The role that names it.
    pub role: String,
    /// Whom the role is for disclosure control.
    pub audience: String,
    /// Whose rows they get, for a report that is split by a key.
    pub version: Option<String>,
}

/// An entry of `recipients.toml` that nothing may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The entry, as written.
    pub written: String,
    /// The role that names it.
    pub role: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Why nothing may go to a recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusalReason {
    /// It is not an address that a report may go to.
    #[error("not an address that a report may go to: {0}")]
    Address(#[from] AddressError),
    /// The domain is not on the list.
    #[error(
        "`{domain}` is not among the domains that mail may go to; add it to `allow_domains`, or correct the address"
    )]
    Domain {
        /// The domain.
        domain: String,
    },
    /// Nobody has confirmed the role's list in time.
    #[error("the list of the role `{role}` was to be confirmed by {by}; check it and move `confirm_by` on")]
    Unconfirmed {
        /// The role.
        role: String,
        /// The day.
        by: NaiveDate,
    },
}

/// The recipients of a report, sorted into those that it may go to and those that it may not.
#[derive(Debug, Clone, Default)]
pub struct Screened {
    /// In the order written; each address once, under the first role that names it.
    pub recipients: Vec<Recipient>,
    /// In the order written.
    pub refusals: Vec<Refusal>,
}

impl AllowList {
    /// The list of `domains`.
    ///
    /// # Errors
    ///
    /// [`AllowListError`] for the first entry that is not a plain ASCII domain.
    pub fn new<S: AsRef<str>>(domains: impl IntoIterator<Item = S>) -> Result<Self, AllowListError> {
        let mut list = Self::default();
        for written in domains {
            let domain = written.as_ref().to_ascii_lowercase();
            if !is_domain(&domain) {
                return Err(AllowListError { domain: written.as_ref().to_owned() });
            }
            list.domains.insert(domain);
        }
        Ok(list)
    }

    /// Whether mail may go to `address`.
    #[must_use]
    pub fn allows(&self, address: &Address) -> bool {
        self.domains.contains(address.domain())
    }

    /// The address that `written` is, if mail may go there.
    ///
    /// # Errors
    ///
    /// [`RefusalReason`] if it may not.
    pub fn admit(&self, written: &str) -> Result<Address, RefusalReason> {
        let address: Address = written.parse()?;
        if self.allows(&address) {
            Ok(address)
        } else {
            Err(RefusalReason::Domain { domain: address.domain().to_owned() })
        }
    }
}

/// Sorts the mailboxes of `roles` into those that a report may go to today and those that it may not.
pub fn screen<'a>(
    roles: impl IntoIterator<Item = (&'a str, &'a Role)>,
    allowed: &AllowList,
    today: NaiveDate,
) -> Screened {
    let mut screened = Screened::default();
    let mut seen = BTreeSet::new();
    for (name, role) in roles {
        let unconfirmed = role.confirm_by.filter(|&by| by < today);
        for entry in &role.to {
            let written = entry.get_ref();
            let admitted = match unconfirmed {
                Some(by) => Err(RefusalReason::Unconfirmed { role: name.to_owned(), by }),
                None => allowed.admit(written),
            };
            match admitted {
                Ok(address) => {
                    if seen.insert(address.folded()) {
                        screened.recipients.push(Recipient {
                            address,
                            role: name.to_owned(),
                            audience: role.audience.clone(),
                            version: None,
                        });
                    }
                }
                Err(reason) => screened.refusals.push(Refusal {
                    written: written.clone(),
                    role: name.to_owned(),
                    reason,
                }),
            }
        }
    }
    screened
}

/// One mailbox of one version of a report that is split by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose rows it gets.
    pub version: String,
    /// The mailbox, as written.
    pub address: String,
    /// The day by which an owner must confirm it again.
    pub confirm_by: Option<NaiveDate>,
}

/// Sorts mailboxes that a query gave as [`screen`] sorts those of roles: the same rules hold for both.
#[must_use]
pub fn screen_entries(entries: &[Entry], allowed: &AllowList, today: NaiveDate) -> Screened {
    let mut screened = Screened::default();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let role = &entry.version;
        let admitted = match entry.confirm_by.filter(|&by| by < today) {
            Some(by) => Err(RefusalReason::Unconfirmed { role: role.clone(), by }),
            None => allowed.admit(&entry.address),
        };
        match admitted {
            Ok(address) => {
                if seen.insert((role, address.folded())) {
                    screened.recipients.push(Recipient {
                        address,
                        role: role.clone(),
                        audience: "provider".to_owned(),
                        version: Some(role.clone()),
                    });
                }
            }
            Err(reason) => {
                screened.refusals.push(Refusal {
                    written: entry.address.clone(),
                    role: role.clone(),
                    reason,
                });
            }
        }
    }
    screened
}

#[cfg(test)]
mod tests;
