//! The landings of a source that its table is made of now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::project::{Disposition, SourceDefinition};
use crate::source;
use crate::store::{FileFact, LandingRecord, Quality, RowCounts};

/// The versions of the files of a source.
#[derive(Debug)]
struct Arrivals<'a> {
    /// Every version of every file in the order in which they arrived, each by its newest reading.
    versions: Vec<&'a LandingRecord>,
    /// The place among them of the newest version of each file, by the file's identity.
    newest: BTreeMap<String, usize>,
}

impl<'a> Arrivals<'a> {
    /// Returns the newest version of each file, in the order in which those arrived.
    fn newest_in_order(&self) -> impl Iterator<Item = &'a LandingRecord> {
        let places: BTreeSet<usize> = self.newest.values().copied().collect();
        places.into_iter().filter_map(|at| self.versions.get(at).copied())
    }
}

/// Returns the versions of the files of `all`. A file that is read again because its contract changed, or that has
/// another name now, has not arrived again. Where two files have changed names, the version that had the name before
/// is the newest of neither.
fn arrivals<'a>(all: &'a [LandingRecord], source: &SourceDefinition) -> Arrivals<'a> {
    let mut arrivals: Vec<&'a LandingRecord> = Vec::new();
    let mut newest: BTreeMap<String, usize> = BTreeMap::new();
    for landing in all.iter().filter(|landing| landing.replays.is_none()) {
        let identity = identity(source, landing);
        let same = |at: &usize| arrivals.get(*at).is_some_and(|there| sha256(there) == sha256(landing));
        let known = newest.get(&identity).copied().filter(same);
        // The same bytes under another name: a file that was renamed, as a copy beside its original never lands.
        let renamed = || {
            let mut others = newest.iter().filter(|(other, at)| **other != identity && same(at));
            others.next().map(|(other, at)| (other.clone(), *at)).filter(|_| landing.file.is_some())
        };
        if let Some(at) = known {
            if let Some(there) = arrivals.get_mut(at) {
                *there = landing;
            }
        } else if let Some((other, at)) = renamed() {
            newest.remove(&other);
            newest.insert(identity, at);
            if let Some(there) = arrivals.get_mut(at) {
                *there = landing;
            }
        } else {
            newest.insert(identity, arrivals.len());
            arrivals.push(landing);
        }
    }
    Arrivals { versions: arrivals, newest }
}

/// Returns the identity of the file that a landing came from, as the current contract has it.
pub(crate) fn identity(source: &SourceDefinition, landing: &LandingRecord) -> String {
    let of = |file: &FileFact| source::identity(source, &file.name, &file.sha256);
    landing.file.as_ref().map(of).unwrap_or_default()
}

fn sha256(landing: &LandingRecord) -> &str {
    landing.file.as_ref().map_or(landing.id.as_str(), |file| file.sha256.as_str())
}

/// Returns how far an extract reaches, by the column that its source declares. A day far past the one on which it was
/// received says nothing, and must not outlast every later extract; here the next day may have begun, elsewhere not.
pub(super) fn reach(as_at: Option<NaiveDate>, received: NaiveDate) -> Option<NaiveDate> {
    let has_come = |as_at: &NaiveDate| received.succ_opt().is_none_or(|next| *as_at <= next);
    as_at.filter(has_come).map(|as_at| as_at.min(received))
}

/// Returns how far a landing reaches.
pub(super) fn reaches(landing: &LandingRecord) -> Option<NaiveDate> {
    reach(landing.as_at, landing.received.date_naive())
}

/// Returns the landings in force among `all` of a source, in the order that decides: each with the newest landing
/// of its released rows behind it, where there is one.
pub(crate) fn landings<'a>(all: &'a [LandingRecord], source: &SourceDefinition) -> Vec<&'a LandingRecord> {
    with_released(all, bases(all, source))
}

/// Returns the landings whose rows were judged as they are now: those in force, but for a merge the newest reading
/// of each file only. Every row of the extract before is in the newest or gone, and neither is to be counted twice.
pub(crate) fn judged<'a>(all: &'a [LandingRecord], source: &SourceDefinition) -> Vec<&'a LandingRecord> {
    let bases = match source.file.disposition {
        Disposition::Merge => newest_of_bases(bases(all, source), source),
        Disposition::Replace | Disposition::Append => bases(all, source),
    };
    with_released(all, bases)
}

fn newest_of_bases<'a>(bases: Vec<&'a LandingRecord>, source: &SourceDefinition) -> Vec<&'a LandingRecord> {
    let newest: BTreeMap<String, &str> =
        bases.iter().map(|base| (identity(source, base), base.id.as_str())).collect();
    let is_newest = |base: &&LandingRecord| newest.get(&identity(source, base)) == Some(&base.id.as_str());
    bases.into_iter().filter(is_newest).collect()
}

fn bases<'a>(all: &'a [LandingRecord], source: &SourceDefinition) -> Vec<&'a LandingRecord> {
    let file = &source.file;
    match file.disposition {
        Disposition::Replace => {
            // The newest version of each file; of those the one that reaches furthest, or else came last.
            let reach = |landing| file.as_at.as_ref().and_then(|_| reaches(landing));
            arrivals(all, source).newest_in_order().max_by_key(|landing| reach(landing)).into_iter().collect()
        }
        Disposition::Append => newest(all, source).into_values().collect(),
        // Under another key the same child has another pseudonym. An extract under the newest key is whole, so
        // those before it say nothing that it does not.
        Disposition::Merge => {
            let newest = all.iter().rfind(|landing| landing.replays.is_none());
            let key = newest.and_then(|landing| landing.key.as_ref());
            let of_key = arrivals(all, source).versions.into_iter();
            let mut of_key: Vec<&LandingRecord> =
                of_key.filter(|landing| landing.key.as_ref() == key).collect();
            if file.full_extract.is_some() {
                // Each extract is whole: a row that the newest lacks is gone from the source.
                of_key = of_key.pop().into_iter().collect();
            }
            of_key
        }
    }
}

fn with_released<'a>(all: &'a [LandingRecord], bases: Vec<&'a LandingRecord>) -> Vec<&'a LandingRecord> {
    let replayed: BTreeMap<&str, &LandingRecord> =
        all.iter().filter_map(|landing| landing.replays.as_deref().map(|base| (base, landing))).collect();
    bases
        .into_iter()
        .flat_map(|base| [Some(base), replayed.get(base.id.as_str()).copied()])
        .flatten()
        .collect()
}

/// Returns the newest landing of each file by its identity; released rows are no file of their own.
pub(crate) fn newest<'a>(
    all: &'a [LandingRecord],
    source: &SourceDefinition,
) -> BTreeMap<String, &'a LandingRecord> {
    let Arrivals { versions, newest } = arrivals(all, source);
    newest.into_iter().filter_map(|(identity, at)| Some((identity, *versions.get(at)?))).collect()
}

/// Returns the place of each version of a file in the order in which they arrived, by the SHA-256 of its bytes.
pub(super) fn order_of_arrival<'a>(
    all: &'a [LandingRecord],
    source: &SourceDefinition,
) -> BTreeMap<&'a str, usize> {
    arrivals(all, source).versions.into_iter().map(sha256).zip(0..).collect()
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
