use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::deliver::Deliveries;
use crate::edition;
use crate::edition::evidence::pack::{self, Checked};
use crate::job::{Context, Failure, Kept, Kind};
use crate::ledger;
use crate::text::counted;

/// Read every byte of the store, of its editions and of its outbox, and compare it with its hashes; changes nothing.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// One edition and all that was recorded of it: its name, or the folder of a pack that `report evidence` wrote, for which
    /// no project is needed.
    edition: Option<String>,
}

impl Verify {
    pub(super) fn run(
        &self,
        open: impl FnOnce() -> Result<Context, Failure>,
        out: &Output,
    ) -> Result<(), Failure> {
        match &self.edition {
            Some(folder) if Path::new(folder).is_dir() => one(&pack::verify_pack(Path::new(folder))?, out),
            Some(id) => one(&pack::verify_edition(&open()?, id)?, out),
            None => Self::all(&open()?, out),
        }
    }

    fn all(context: &Context, out: &Output) -> Result<(), Failure> {
        let found = context.store().verify()?;
        let objects = context.store().objects();
        let editions = edition::verify(objects.as_ref())?;
        let outbox = Deliveries::of(objects.as_ref()).verify().map_err(Failure::from)?;
        let audit = ledger::verify_audit(objects.as_ref())?;
        out.line(format!(
            "{}, {}, {}, {} read",
            counted(found.commits, "commit", "commits"),
            counted(found.landings, "landing", "landings"),
            counted(found.files, "file", "files"),
            counted(found.bytes, "byte", "bytes"),
        ));
        out.line(format!(
            "{} editions of {} files, {} bytes; {} deliveries, {} messages",
            editions.editions, editions.files, editions.bytes, outbox.deliveries, outbox.messages
        ));
        if let Some(newest) = &audit.newest {
            let entries = counted(audit.entries, "entry", "entries");
            out.line(format!("{entries} of the audit log; the sha256 of the newest is {newest}"));
        }
        for orphan in &found.orphans {
            out.line(format!("left over  {orphan}"));
        }
        let all = || found.damage.iter().chain(&editions.damage).chain(&outbox.damage).chain(&audit.damage);
        let damage: Vec<_> =
            all().map(|damage| json!({ "name": damage.name, "what": damage.what })).collect();
        let count = damage.len();
        out.value(&json!({
            "commits": found.commits, "landings": found.landings, "files": found.files, "bytes": found.bytes,
            "editions": editions.editions, "deliveries": outbox.deliveries, "messages": outbox.messages,
            "audit_entries": audit.entries, "audit_newest": audit.newest, "damage": damage, "orphans": found.orphans,
        }));
        let Some(first) = all().next() else {
            out.line("Everything is as it was written.");
            return Ok(());
        };
        for damage in all() {
            out.line(format!("damaged    {}: {}", damage.name, damage.what));
        }
        // What was sent is made a second time by nothing.
        let hint = if found.damage.is_empty() {
            "an edition and its messages come back from a copy of the store only"
        } else {
            "`sufficiency repair` repairs what can be repaired"
        };
        let what =
            counted(count as u64, "object of the store is damaged", "objects of the store are damaged");
        let failure = Failure::new(Kind::Damage, what).at(&first.name).kept(Kept::Everything);
        Err(failure.because(first.what.as_str()).help(hint))
    }
}

/// Prints what a look at one edition found.
fn one(found: &Checked, out: &Output) -> Result<(), Failure> {
    out.line(format!(
        "{}: {}, {}; {}, {}",
        found.edition,
        counted(found.files, "file", "files"),
        counted(found.bytes, "byte", "bytes"),
        counted(found.deliveries, "delivery", "deliveries"),
        counted(found.messages, "message", "messages"),
    ));
    if let Some(landings) = found.landings {
        out.line(format!(
            "It rests on {} and {}.",
            counted(landings, "landing", "landings"),
            counted(found.models, "model", "models")
        ));
    }
    if let Some(sums) = &found.sums {
        out.line(format!("The sha256 of SHA256SUMS, which names every byte of it, is {sums}"));
    }
    let damage: Vec<_> =
        found.damage.iter().map(|damage| json!({ "name": damage.name, "what": damage.what })).collect();
    out.value(&json!({
        "edition": found.edition, "files": found.files, "bytes": found.bytes, "deliveries": found.deliveries,
        "messages": found.messages, "landings": found.landings, "models": found.models, "sums": found.sums,
        "damage": damage,
    }));
    let Some(first) = found.damage.first() else {
        out.line("Everything is as it was written.");
        return Ok(());
    };
    for damage in &found.damage {
        out.line(format!("damaged    {}: {}", damage.name, damage.what));
    }
    let what = counted(found.damage.len() as u64, "object is damaged", "objects are damaged");
    let failure = Failure::new(Kind::Damage, what).at(&first.name).kept(Kept::Everything);
    Err(failure.because(first.what.as_str()).help("an edition and its messages come back from a copy only"))
}
