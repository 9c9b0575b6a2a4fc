//! Addresses that cannot work, as far as their text shows: no server is asked.

use crate::deliver::{Address, AddressError, AllowList, Mailbox};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{MailSettings, Project};

/// Endings of domains that no mail server answers for (RFC 2606, RFC 6761, RFC 6762, RFC 7686).
const RESERVED: [&str; 6] = ["example", "test", "invalid", "localhost", "local", "onion"];

/// Domains that no mail server answers for, nor for what is below them (RFC 2606, 3).
const RESERVED_DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

/// Letters that the mailbox for bounces may have: what names a delivery takes the other 50 of 64.
const RETURN_PATH_LETTERS: usize = 14;

/// Finds addresses of readers, owners and the sender that mail cannot go to: what is not an address, what no domain on the
/// list allows and, where a mail server is set, what is reserved for examples.
#[must_use]
pub fn check_addresses(project: &Project) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let mail = project.settings.mail.as_ref();
    let allowed = mail.and_then(|mail| match AllowList::new(&mail.allow_domains) {
        Ok(allowed) => Some(allowed),
        Err(error) => {
            let help = "write `allow_domains = [\"council.gov.uk\"]`, in ASCII and without `@`";
            faults.push(Diagnostic::of_path("settings.toml", error.to_string()).with_help(help.to_owned()));
            None
        }
    });
    for (role, readers) in &project.recipients.roles {
        for entry in &readers.to {
            let at = Some(entry.span());
            match entry.get_ref().parse() {
                Err(error) => faults.push(
                    Diagnostic::error(&project.recipients_source, at, not_an_address(role, error))
                        .with_help(what_an_address_is(error)),
                ),
                Ok(address) => {
                    if let Some(warning) = doubt(&address, mail, allowed.as_ref()) {
                        faults.push(Diagnostic::warning(&project.recipients_source, at, warning));
                    }
                }
            }
        }
    }
    let own = mail.into_iter().flat_map(|mail| {
        let reply_to = mail.reply_to.as_ref().map(|written| ("`[mail] reply_to`".to_owned(), written));
        let bounces_to = mail.bounces_to.as_ref().map(|written| ("`[mail] bounces_to`".to_owned(), written));
        std::iter::once(("`[mail] from`".to_owned(), &mail.from)).chain(reply_to).chain(bounces_to)
    });
    let owners =
        project.council.owners.iter().map(|(name, written)| (format!("the owner `{name}`"), written));
    for (what, written) in own.chain(owners) {
        let file = if what.starts_with("`[mail]") { "settings.toml" } else { "sufficiency.toml" };
        match written.parse::<Mailbox>() {
            Err(error) => faults.push(
                Diagnostic::of_path(file, not_an_address(&what, error)).with_help(what_an_address_is(error)),
            ),
            // The sender and those who reply to it need not be on the list: no report goes there.
            Ok(mailbox) => {
                if what.ends_with("bounces_to`") && mailbox.address().local().len() > RETURN_PATH_LETTERS {
                    let message = format!(
                        "{what}: expected at most {RETURN_PATH_LETTERS} letters before the `@`, found `{written}`"
                    );
                    let help =
                        "each message adds 50 of its own, and a mailbox has 64 at most (RFC 5321, 4.5.3.1)";
                    faults.push(Diagnostic::of_path(file, message).with_help(help.to_owned()));
                }
                let listed = allowed.as_ref().filter(|_| !what.starts_with("`[mail]"));
                if let Some(warning) = doubt(mailbox.address(), mail, listed) {
                    faults.push(Diagnostic::of_path(file, format!("{what}: {warning}")).as_warning());
                }
            }
        }
    }
    faults
}

fn not_an_address(of: &str, error: AddressError) -> String {
    format!("expected an address that a report can go to, of {of}: {error}")
}

/// Says how an address is written that our way of sending takes.
fn what_an_address_is(error: AddressError) -> String {
    match error {
        AddressError::NotAscii => {
            "write a domain such as `xn--…` in its ASCII form, after looking at each letter"
        }
        AddressError::Shape => "write it as `mailbox@council.gov.uk`",
        AddressError::Local => {
            "letters, digits and `.` `-` `_` `+` `'`, at most 64, without quotes and spaces"
        }
        AddressError::Domain => "labels of letters, digits and hyphens, at most 63 each, as `council.gov.uk`",
        AddressError::Length => "at most 254 characters in all (RFC 5321, 4.5.3.1)",
    }
    .to_owned()
}

/// Says why mail to an address would not arrive, where its text shows that.
fn doubt(address: &Address, mail: Option<&MailSettings>, allowed: Option<&AllowList>) -> Option<String> {
    let domain = address.domain();
    if allowed.is_some_and(|allowed| !allowed.allows(address)) {
        return Some(format!("nothing goes to `{domain}`: it is not among `[mail] allow_domains`"));
    }
    let is_outbound = mail.is_some_and(|mail| mail.smtp.is_some());
    if is_outbound && is_reserved(domain) {
        return Some(format!("no mail server answers for `{domain}`: it is reserved for examples and tests"));
    }
    let encoded = domain.split('.').any(|label| label.starts_with("xn--"));
    encoded.then(|| {
        format!("`{domain}` stands for letters outside ASCII, which may look like others: compare it")
    })
}

fn is_reserved(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_below = |reserved: &&str| {
        domain.strip_suffix(*reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    RESERVED.contains(&last) || RESERVED_DOMAINS.iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn what_is_reserved_for_examples_is_known_and_nothing_else() {
        for reserved in
            ["council.example", "a.test", "x.invalid", "host.local", "example.com", "mail.example.org"]
        {
            assert!(is_reserved(reserved), "{reserved}");
        }
        for real in ["council.gov.uk", "myexample.com", "example.co.uk", "test.gov.uk", "local.gov.uk"] {
            assert!(!is_reserved(real), "{real}");
        }
    }
}
