use super::readers;
use crate::deliver::{Address, Deliveries, Held, Recipient, Refusal, Screened};
use crate::edition::{self, Edition};
use crate::job::{Context, Failure};
use crate::project::Report;

/// Somebody who has, or may have, an earlier revision.
pub(super) struct Holder {
    pub(super) address: Address,
    role: String,
    /// The newest that they have, or may have.
    pub(super) edition: Edition,
    /// Whether they have it for certain.
    certain: bool,
}

impl Holder {
    /// Returns whether it is this recipient.
    pub(super) fn is(&self, recipient: &Recipient) -> bool {
        self.address == recipient.address && self.edition.version == recipient.version
    }

    /// Returns whether it is somebody with this address.
    pub(super) fn has(&self, address: &Address) -> bool {
        self.address.folded() == address.folded()
    }

    /// Returns whether what they have for certain holds the same as `edition`: they need no other. Of one that they only
    /// may have, nobody knows.
    pub(super) fn has_same_as(&self, edition: &Edition) -> bool {
        self.certain && self.edition.fingerprint == edition.fingerprint
    }

    /// Returns what the correction says first.
    pub(super) fn words(&self, context: &Context, reason: &str) -> String {
        let made = self.edition.made.with_timezone(&context.clock().zone()).format("%-d %B %Y");
        format!(
            "This replaces the edition of {made} ({}), which you have. Please do not use that one any more. What was \
             wrong: {}",
            self.edition.id, reason
        )
    }
}

/// Finds those who have, or may have, an earlier revision of an edition, each with the newest that they have.
pub(super) fn holders_of_earlier(context: &Context, edition: &Edition) -> Result<Vec<Holder>, Failure> {
    let objects = context.store().objects();
    let outbox = Deliveries::of(objects.as_ref());
    let mut earlier = edition::all(context, &edition.report, Some(&edition.period))?;
    earlier.retain(|other| other.version == edition.version && other.issue() < edition.issue());
    earlier.sort_by_key(|other| std::cmp::Reverse(other.issue()));
    let mut holders: Vec<Holder> = Vec::new();
    for old in earlier {
        for Held { plan, certain } in outbox.holders(&old.report, &old.id)? {
            if !holders.iter().any(|holder| holder.has(&plan.recipient)) {
                let (address, role) = (plan.recipient, plan.role);
                holders.push(Holder { address, role, edition: old.clone(), certain });
            }
        }
    }
    Ok(holders)
}

/// Sorts those to whom a correction goes. It is owed to whoever has the wrong one, on the list or not. A domain that is no
/// longer allowed gets nothing all the same, and a role gets nothing that is for more trusted readers.
pub(super) fn screen_holders(
    context: &Context,
    report: &Report,
    edition: &Edition,
    holders: &[Holder],
) -> Result<Screened, Failure> {
    let allowed = readers::allow_list(context)?;
    let mut screened = Screened::default();
    for holder in holders {
        let written = holder.address.to_string();
        let distrusted = readers::distrusted(context, report, edition, &holder.role, &holder.edition);
        match distrusted.map_or_else(|| allowed.admit(&written), Err) {
            Ok(address) => screened.recipients.push(Recipient {
                address,
                role: holder.role.clone(),
                version: holder.edition.version.clone(),
            }),
            Err(reason) => {
                screened.refusals.push(Refusal { written, role: holder.role.clone(), reason });
            }
        }
    }
    Ok(screened)
}
