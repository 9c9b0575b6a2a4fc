use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::address::is_domain;
use super::address::{Address, AddressError};
use crate::project::{Audience, Role};

/// The domains that mail may go to: exactly these, never their sub-domains.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    domains: BTreeSet<String>,
}

/// A domain on the list that could never match an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected plain ASCII domains in `allow_domains`, such as `council.example`, found `{domain}`")]
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
    #[error("`{domain}` is not among the domains that mail may go to")]
    Domain {
        /// The domain.
        domain: String,
    },
    /// The role is trusted less than the edition's readers must be.
    #[error("`{role}` is trusted as `{trusted}`, and the edition is for `{audience}`")]
    Audience {
        /// The role, or the version of a report that is split.
        role: String,
        /// What it is trusted as.
        trusted: Audience,
        /// Whom the edition is for.
        audience: Audience,
    },
    /// Nobody has confirmed the role's list in time.
    #[error("the list of the role `{role}` was to be confirmed by {by}")]
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
    /// Makes the list of `domains`.
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

    /// Returns whether mail may go to `address`.
    #[must_use]
    pub fn allows(&self, address: &Address) -> bool {
        self.domains.contains(address.domain())
    }

    /// Returns the address that `written` is, if mail may go there.
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

impl RefusalReason {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Address(_) => "correct the address",
            Self::Domain { .. } => "add it to `allow_domains` in `settings.toml`, or correct the address",
            Self::Audience { .. } => {
                "leave the role out of the report's `recipients`, or change an `audience` with the owner of the data"
            }
            Self::Unconfirmed { .. } => "check the list, and move its `confirm_by` on in `recipients.toml`",
        }
    }

    /// Returns why an edition for `audience` may not go to a role that is trusted as `trusted`, if it may not.
    #[must_use]
    pub fn of_trust(role: &str, trusted: Audience, audience: Audience) -> Option<Self> {
        let refused = !trusted.may_see(audience);
        refused.then(|| Self::Audience { role: role.to_owned(), trusted, audience })
    }
}

impl Screened {
    /// Takes out of the recipients whoever is refused under another role because it is trusted too little.
    fn without_the_less_trusted(mut self) -> Self {
        let refused = &self.refusals;
        self.recipients.retain(|one| {
            !refused.iter().any(|refusal| {
                matches!(refusal.reason, RefusalReason::Audience { .. })
                    && refusal
                        .written
                        .parse()
                        .is_ok_and(|address: Address| address.folded() == one.address.folded())
            })
        });
        self
    }
}

/// Sorts the mailboxes of `roles` into those that an edition for `audience` may go to today and those that it may not.
pub fn screen<'a>(
    roles: impl IntoIterator<Item = (&'a str, &'a Role)>,
    allowed: &AllowList,
    today: NaiveDate,
    audience: Audience,
) -> Screened {
    let mut screened = Screened::default();
    let mut seen = BTreeSet::new();
    for (name, role) in roles {
        let trust = RefusalReason::of_trust(name, role.audience(), audience);
        let unconfirmed = role.confirm_by.filter(|&by| by < today);
        for entry in &role.to {
            let written = entry.get_ref();
            let admitted = match (&trust, unconfirmed) {
                (Some(reason), _) => Err(reason.clone()),
                (None, Some(by)) => Err(RefusalReason::Unconfirmed { role: name.to_owned(), by }),
                (None, None) => allowed.admit(written),
            };
            match admitted {
                Ok(address) => {
                    if seen.insert(address.folded()) {
                        screened.recipients.push(Recipient { address, role: name.to_owned(), version: None });
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
    screened.without_the_less_trusted()
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

/// Sorts mailboxes that a query gave as [`screen`] sorts those of roles: the same rules hold for both, and each is
/// trusted as a provider.
#[must_use]
pub fn screen_entries(
    entries: &[Entry],
    allowed: &AllowList,
    today: NaiveDate,
    audience: Audience,
) -> Screened {
    let mut screened = Screened::default();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let role = &entry.version;
        let trust = RefusalReason::of_trust(role, Audience::Provider, audience);
        let admitted = match (trust, entry.confirm_by.filter(|&by| by < today)) {
            (Some(reason), _) => Err(reason),
            (None, Some(by)) => Err(RefusalReason::Unconfirmed { role: role.clone(), by }),
            (None, None) => allowed.admit(&entry.address),
        };
        match admitted {
            Ok(address) => {
                if seen.insert((role, address.folded())) {
                    screened.recipients.push(Recipient {
                        address,
                        role: role.clone(),
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
