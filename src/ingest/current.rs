//! The landings of a source that its table is made of now.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::Disposition;
use crate::store::{LandingRecord, Quality, RowCounts};

/// Picks the landings in force among `all` of a source, in the order that decides: each with the newest landing
/// of its released rows behind it, where there is one.
pub(crate) fn landings(all: &[LandingRecord], disposition: Disposition) -> Vec<&LandingRecord> {
    let own = || all.iter().filter(|landing| landing.replays.is_none());
    let bases: Vec<&LandingRecord> = match disposition {
        Disposition::Replace => own().next_back().into_iter().collect(),
        Disposition::Append => newest(all).into_values().collect(),
        // Under another key the same child has another pseudonym. Every extract of a merge is whole, so those
        // before the newest key say nothing that it does not.
        Disposition::Merge => {
            let key = own().next_back().and_then(|landing| landing.key.as_ref());
            own().filter(|landing| landing.key.as_ref() == key).collect()
        }
    };
    let replayed: BTreeMap<&str, &LandingRecord> =
        all.iter().filter_map(|landing| landing.replays.as_deref().map(|base| (base, landing))).collect();
    bases
        .into_iter()
        .flat_map(|base| [Some(base), replayed.get(base.id.as_str()).copied()])
        .flatten()
        .collect()
}

/// Returns the newest landing of each file identity; released rows are no file of their own.
pub(crate) fn newest(landings: &[LandingRecord]) -> BTreeMap<String, &LandingRecord> {
    landings
        .iter()
        .filter(|landing| landing.replays.is_none())
        .filter_map(|landing| landing.file.as_ref().map(|file| (file.identity.clone(), landing)))
        .collect()
}

/// Returns where the rows behind a table have gone. A released row is published, and set aside no more.
pub(crate) fn counts(landings: &[&LandingRecord]) -> RowCounts {
    let mut counts = RowCounts::default();
    for landing in landings {
        counts.published += landing.counts.published;
        if landing.replays.is_some() {
            counts.quarantined = counts.quarantined.saturating_sub(landing.counts.published);
        } else {
            counts.read += landing.counts.read;
            counts.quarantined += landing.counts.quarantined;
            counts.duplicates += landing.counts.duplicates;
        }
    }
    counts
}

/// Returns the six scores of what a source sent: released rows do not make the source any better.
pub(crate) fn quality(landings: &[&LandingRecord]) -> Quality {
    let own = landings.iter().filter(|landing| landing.replays.is_none());
    own.fold(Quality::default(), |all, landing| all.and(&landing.findings.quality))
}

/// Returns the keys of the pseudonyms of these landings.
pub(crate) fn keys<'a>(landings: &[&'a LandingRecord]) -> BTreeSet<&'a str> {
    landings.iter().filter_map(|landing| landing.key.as_deref()).collect()
}
