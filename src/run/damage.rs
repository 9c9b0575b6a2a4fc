//! What of a store is not as it was written, and the way on: what can be made again is, and of the rest a person decides to
//! go on without it.

use std::collections::BTreeSet;

use super::remembered;
use crate::deliver::{Deliveries, Outbox};
use crate::edition;
use crate::ingest::quarantine;
use crate::job::{Context, Failure, Job};
use crate::ledger::{self, Step};
use crate::quality;
use crate::store::{Damage, Repaired, VerifyReport, give_up};

/// What a look at everything in a store found.
#[derive(Debug)]
pub struct Whole {
    /// Commits, landings and tables.
    pub store: VerifyReport,
    /// Editions that were read.
    pub editions: u64,
    /// Their files.
    pub edition_files: u64,
    /// Bytes of those files.
    pub edition_bytes: u64,
    /// Deliveries whose every record was read.
    pub deliveries: u64,
    /// Messages whose every byte was read.
    pub messages: u64,
    /// Entries of the audit log that were read.
    pub audit_entries: u64,
    /// The sha256 of its newest entry; `None` where there is no log yet.
    pub audit_newest: Option<String>,
    /// All that is not as it was written, in the order of names.
    pub damage: Vec<Damage>,
}

/// What was done about damage.
#[derive(Debug, Default)]
pub struct Done {
    /// What was made again or set aside.
    pub repaired: Vec<Repaired>,
    /// What dead publications and landings had left, now removed.
    pub swept: Vec<String>,
    /// What was given up, each with what is lost.
    pub given_up: Vec<(String, String)>,
    /// What stays damaged.
    pub lost: Vec<Damage>,
}

/// Reads every byte of the store, its editions, its outbox and its records, and compares it with its hashes. Changes
/// nothing. `others`: what a higher floor found of its own records.
///
/// # Errors
///
/// When there is no store, or it refuses.
pub fn verify(context: &Context, others: Vec<Damage>) -> Result<Whole, Failure> {
    context.there()?;
    let objects = context.store().objects().as_ref();
    let store = context.store().verify()?;
    let editions = edition::verify(objects)?;
    let outbox = Deliveries::of(objects).verify()?;
    let mut damage = [&store.damage, &editions.damage, &outbox.damage].map(Vec::clone).concat();
    damage.extend(ledger::verify(objects)?);
    let audit = ledger::verify_audit(objects)?;
    damage.extend(audit.damage);
    damage.extend(quality::verify(objects)?);
    damage.extend(quarantine::verify(objects)?);
    damage.extend(others);
    if outbox.messages > 0 && !context.store().has_identity()? {
        let what = "it is not there, and messages were made under it".to_owned();
        damage.push(Damage { name: "identity".to_owned(), what });
    }
    damage.extend(remembered::missing(objects, &damage)?);
    damage.sort();
    damage.dedup();
    Ok(Whole {
        store,
        editions: editions.editions,
        edition_files: editions.files,
        edition_bytes: editions.bytes,
        deliveries: outbox.deliveries,
        messages: outbox.messages,
        audit_entries: audit.entries,
        audit_newest: audit.newest,
        damage,
    })
}

/// Repairs what can be repaired without guessing. What cannot is given up where `gives_up` says so: moved out of the way, so
/// that the next run reads or makes it again, with what is lost on record. `others`: as for [`verify`].
///
/// # Errors
///
/// When there is no store, or it refuses.
pub fn repair(
    context: &Context,
    others: &dyn Fn() -> Result<Vec<Damage>, Failure>,
    gives_up: bool,
) -> Result<Done, Failure> {
    context.there()?;
    let objects = context.store().objects().as_ref();
    let opened = context.store().opened().clone();
    let first = context.store().repair()?;
    let mut done = Done {
        repaired: [opened.repaired, first.repaired].concat(),
        swept: [opened.swept, first.swept].concat(),
        ..Done::default()
    };
    done.lost = verify(context, others()?)?.damage;
    for damage in done.lost.clone() {
        let id = damage.name.strip_prefix("showings/").and_then(|name| name.strip_suffix(".json"));
        if let Some(id) = id
            && edition::restore_showing(objects, id)?
        {
            let how = format!("made again from the edition `{id}`");
            done.repaired.push(Repaired { name: damage.name, how });
        }
    }
    done.lost = verify(context, others()?)?.damage;
    if !gives_up || done.lost.is_empty() {
        return Ok(done);
    }
    done.given_up = give_up_all(context, &done.lost)?;
    // What is no longer referred to can be swept now, and what was given up may have hidden more.
    done.swept.extend(context.store().repair()?.swept);
    done.lost = verify(context, others()?)?.damage;
    Ok(done)
}

/// Gives up each damaged object, on record. Returns what was given up, each with what is lost.
fn give_up_all(context: &Context, damage: &[Damage]) -> Result<Vec<(String, String)>, Failure> {
    let objects = context.store().objects().as_ref();
    let mut job = Job::new(context, "repair", "repair --give-up");
    let run = job.id()?;
    let outbox = Outbox::new(objects, &run);
    let mut given_up: Vec<(String, String)> = Vec::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    for Damage { name, .. } in damage.iter().filter(|damage| !damage.name.starts_with("tables/")) {
        if done.contains(name) {
            continue;
        }
        let names = if name.starts_with("outbox/") {
            outbox.give_up_records(name, context.clock())?
        } else if name.starts_with("editions/") && name.contains("/messages/") {
            outbox.give_up_message(name, context.clock())?;
            vec![name.clone()]
        } else if let Some(folder) = context.store().give_up_landing(name)? {
            done.extend(damage.iter().map(|other| other.name.clone()).filter(|other| is_of(other, &folder)));
            vec![folder]
        } else if name.starts_with("editions/") {
            let files = edition::given_up_with(objects, name)?;
            for file in &files {
                give_up(objects, file)?;
            }
            files
        } else {
            give_up(objects, name)?;
            vec![name.clone()]
        };
        done.extend(names);
        given_up.push((name.clone(), loss(name)));
    }
    for table in context.store().publish_without_given_up(&run, context.clock().now())? {
        let pipeline = table.split('.').next().unwrap_or_default();
        let loss = format!("it is not published until `sufficiency run {pipeline}` has made it again");
        given_up.push((table, loss));
    }
    for (object, loss) in &given_up {
        job.note(Step::GaveUp { object: object.clone(), loss: loss.clone() })?;
    }
    job.close_as(&Ok(()), &format!("{} objects of the store given up", given_up.len()))?;
    Ok(given_up)
}

/// Returns whether an object is of the landing in `folder`.
fn is_of(name: &str, folder: &str) -> bool {
    let landing = folder.strip_prefix("landings").unwrap_or(folder);
    name.contains(&format!("{landing}/")) || name.ends_with(&format!("{landing}.parquet"))
}

/// Returns what is lost with an object that is given up.
fn loss(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').collect();
    let text = match parts.as_slice() {
        ["commits", ..] => "what was published then is not known; later commits have their tables",
        ["snapshots", ..] => "the versions of its table that have it cannot be read any more",
        ["landings", pipeline, source, ..] | ["restricted", "quarantine", pipeline, source, ..] => {
            return format!(
                "the next run of `{pipeline}` reads the file of `{source}` again; where that file is gone, its rows are lost"
            );
        }
        ["runs", "occurrences", ..] | ["leases", ..] => "what a schedule had begun there is not known",
        ["runs", ..] => "what that run did is not known",
        ["showings", ..] => "what that edition showed is not held against new editions",
        ["waiting", ..] => "what was held or released there is decided once more",
        ["editions", .., "messages", _] => "the message cannot be shown or sent any more",
        ["editions", .., "edition.json" | "cells.csv"] => {
            "the edition is gone, and what it showed is not held against new editions; the next run makes its next \
             revision, which waits for a person"
        }
        ["editions", ..] => "that file of the edition is gone; its other files stay",
        ["outbox", ..] => {
            "what became of that delivery after the damage is known only where a later record says it"
        }
        ["restricted", "releases", ..] => {
            "who released those rows is not known, and they are set aside once more"
        }
        ["quality", "accepted", ..] => "that finding is no longer accepted",
        ["quality", ..] => "the next digest does not know what the last one said",
        ["identity"] => "messages to come carry a new name of this store",
        _ => "what it held is not known",
    };
    text.to_owned()
}
