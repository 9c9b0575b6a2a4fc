//! An edition as a pack: a folder that shows, where no store and no project is, what was sent and what it was made from.
//!
//! ```text
//! editions/<report>/<period>/<edition>/   the documents, their evidence, and the messages as they were built
//! outbox/<report>/<edition>/              who each message was for, and what became of it
//! landings/<pipeline>/<source>/<id>/      the records of the landings behind it; never their rows
//! SHA256SUMS                              the sum of each of these, as `sha256sum --check` reads it
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Evidence;
use crate::deliver::Deliveries;
use crate::edition::record::{Edition, every};
use crate::edition::verify::{self, Verified};
use crate::job::context::no_such;
use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure, Kept, Kind};
use crate::store::{Damage, LandingRecord, Objects, Store, StoreError, given_up};

/// The file of sums, within a pack.
const SUMS: &str = "SHA256SUMS";

/// What a look at one edition found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// The edition.
    pub(crate) edition: String,
    /// Its files that were read, and their bytes.
    pub(crate) files: u64,
    /// Bytes of those files.
    pub(crate) bytes: u64,
    /// Its deliveries whose every record was read.
    pub(crate) deliveries: u64,
    /// Messages whose every byte was read.
    pub(crate) messages: u64,
    /// Landings that its evidence names and that are as it says; none where it has no evidence.
    pub(crate) landings: Option<u64>,
    /// Models that its evidence names.
    pub(crate) models: u64,
    /// For a pack, the sha256 of its sums: it names every byte of it.
    pub(crate) sums: Option<String>,
    /// What is not as it was written, in the order of names.
    pub(crate) damage: Vec<Damage>,
}

/// Compares an edition of the store with all that was recorded of it.
///
/// # Errors
///
/// When there is no such edition, or the store cannot be read; what is damaged is in the result.
pub(crate) fn verify_edition(context: &Context, id: &str) -> Result<Checked, Failure> {
    let objects = context.store().objects();
    let end = format!("/{id}/edition.json");
    let name = objects.list("editions")?.into_iter().find(|name| name.ends_with(&end));
    let Some(name) = name else {
        let known = every(context)?;
        return Err(no_such("edition", id, known.iter().map(|edition| edition.id.as_str())));
    };
    checked(objects.as_ref(), name.trim_end_matches("/edition.json"), id)
}

/// Compares a pack with its sums, and the edition in it with all that was recorded of it.
///
/// # Errors
///
/// When the folder is not a pack or cannot be read; what is damaged is in the result.
pub(crate) fn verify_pack(folder: &Path) -> Result<Checked, Failure> {
    let store = Store::look(folder.to_path_buf());
    let objects = store.objects().as_ref();
    let Some(sums) = objects.read(SUMS)? else {
        return Err(Failure::usage(format!("expected a file `{SUMS}`, found none"))
            .at(folder.display().to_string())
            .kept(Kept::Everything)
            .help("`sufficiency report evidence` makes a pack"));
    };
    let mut damage = Vec::new();
    let mut listed = BTreeSet::new();
    let damaged = |name: &str, what: &str| Damage { name: name.to_owned(), what: what.to_owned() };
    let text = String::from_utf8_lossy(&sums);
    if !text.ends_with('\n') {
        damage.push(damaged(SUMS, "its last line does not end"));
    }
    for line in text.lines() {
        let leads_out = |name: &str| name.starts_with('/') || name.split('/').any(|part| part == "..");
        let Some((sum, name)) = line.split_once("  ").filter(|(_, name)| !leads_out(name)) else {
            damage.push(damaged(SUMS, "a line is not a sum, two spaces and a name within the pack"));
            continue;
        };
        listed.insert(name.to_owned());
        match objects.read(name)? {
            None => damage.push(damaged(name, "it is not there")),
            Some(bytes) if sha256(&bytes) != sum => {
                damage.push(damaged(name, "its sha256 is not the one in SHA256SUMS"));
            }
            Some(_) => {}
        }
    }
    let there = objects.list("")?;
    for name in there.iter().filter(|name| *name != SUMS && !listed.contains(*name)) {
        damage.push(damaged(name, "SHA256SUMS does not name it"));
    }
    let edition = there.iter().find_map(|name| name.strip_suffix("/edition.json"));
    let mut found = if let Some(edition) = edition {
        let id = edition.rsplit_once('/').map_or(edition, |(_, id)| id);
        checked(objects, edition, id)?
    } else {
        damage.push(damaged("edition.json", "it is not there"));
        Checked::default()
    };
    found.sums = Some(sha256(&sums));
    found.damage.extend(damage);
    found.damage.sort();
    found.damage.dedup();
    Ok(found)
}

/// Compares the edition in `folder` with its record, its evidence and its deliveries.
fn checked(objects: &dyn Objects, folder: &str, id: &str) -> Result<Checked, Failure> {
    let mut verified = Verified::default();
    let edition = verify::verify_one(objects, folder, &given_up(objects)?, &mut verified)?;
    let mut found = Checked {
        edition: id.to_owned(),
        files: verified.files,
        bytes: verified.bytes,
        damage: verified.damage,
        ..Checked::default()
    };
    let Some(edition) = edition else { return Ok(found) };
    if edition.id != id {
        let what = format!("it is of the edition `{}`", edition.id);
        found.damage.push(Damage { name: format!("{folder}/edition.json"), what });
    }
    let outbox = Deliveries::of(objects).verify_edition(&edition.report, &edition.id)?;
    found.deliveries = outbox.deliveries;
    found.messages = outbox.messages;
    found.damage.extend(outbox.damage);
    if edition.files.contains_key(super::FILE) {
        evidence(objects, &edition, &mut found)?;
    }
    found.damage.sort();
    found.damage.dedup();
    Ok(found)
}

/// Compares what the evidence of an edition says with the edition and with the records of the landings that it names.
fn evidence(objects: &dyn Objects, edition: &Edition, found: &mut Checked) -> Result<(), Failure> {
    let name = format!("{}/{}", edition.folder(), super::FILE);
    let mut damaged = |name: &str, what: &str| {
        found.damage.push(Damage { name: name.to_owned(), what: what.to_owned() });
    };
    // One that is not there, or not as it was written, is found with the other files.
    let Some(bytes) = objects.read(&name)? else { return Ok(()) };
    let evidence = match Evidence::decode(&name, &bytes) {
        Ok(evidence) => evidence,
        Err(StoreError::Corrupt { what, .. }) => {
            damaged(&name, &what.to_string());
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    };
    let documents: BTreeMap<&String, &String> =
        evidence.documents.iter().map(|(name, document)| (name, &document.sha256)).collect();
    let files: BTreeMap<&String, &String> =
        edition.files.iter().filter(|(name, _)| *name != super::FILE).collect();
    if evidence.edition != edition.id || evidence.run != edition.run || documents != files {
        damaged(&name, "it is the evidence of another edition");
    }
    let mut landings = 0;
    for source in &evidence.sources {
        for landing in &source.landings {
            let name = record_of(&source.source, &landing.id);
            match landing_at(objects, &name) {
                Ok(Some(record)) => {
                    let parts: Vec<&String> = record.parts.iter().map(|part| &part.sha256).collect();
                    if record.file == landing.file && parts.iter().copied().eq(&landing.parts) {
                        landings += 1;
                    } else {
                        damaged(&name, "it is not the landing that the evidence names");
                    }
                }
                Ok(None) => damaged(&name, "it is not there, and the evidence names it"),
                Err(StoreError::Corrupt { what, .. }) => damaged(&name, &what.to_string()),
                Err(other) => return Err(other.into()),
            }
        }
    }
    found.landings = Some(landings);
    found.models = u64::try_from(evidence.models.len()).unwrap_or(u64::MAX);
    Ok(())
}

fn landing_at(objects: &dyn Objects, name: &str) -> Result<Option<LandingRecord>, StoreError> {
    objects.read(name)?.map(|bytes| LandingRecord::decode(name, &bytes)).transpose()
}

/// Returns the name of a landing's record.
fn record_of(source: &str, landing: &str) -> String {
    format!("landings/{}/{landing}/landing.json", source.replacen('.', "/", 1))
}

/// Gathers a pack of an edition: the files of it, by name, its sums among them.
///
/// # Errors
///
/// Damage when the edition or anything recorded of it is not as it was written; a failure when it has no evidence.
pub(crate) fn pack(context: &Context, edition: &Edition) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let evidence = Evidence::of(context, edition)?;
    let objects = context.store().objects();
    let found = checked(objects.as_ref(), &edition.folder(), &edition.id)?;
    if let Some(first) = found.damage.first() {
        return Err(Failure::new(Kind::Damage, "what was recorded of the edition is damaged")
            .at(&first.name)
            .kept(Kept::Everything)
            .because(first.what.as_str())
            .help("an edition and its messages come back from a copy of the store only"));
    }
    let mut names: BTreeSet<String> = objects.list(&edition.folder())?.into_iter().collect();
    names.extend(objects.list(&format!("outbox/{}/{}", edition.report, edition.id))?);
    for source in &evidence.sources {
        names.extend(source.landings.iter().map(|landing| record_of(&source.source, &landing.id)));
    }
    let mut files = BTreeMap::new();
    let mut sums = String::new();
    for name in names {
        let missing = || StoreError::Corrupt { name: name.clone(), what: "it is not there".into() };
        let bytes = objects.read(&name)?.ok_or_else(missing)?;
        sums.extend([sha256(&bytes).as_str(), "  ", name.as_str(), "\n"]);
        files.insert(name, bytes);
    }
    files.insert(SUMS.to_owned(), sums.into_bytes());
    Ok(files)
}
