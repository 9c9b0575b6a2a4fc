use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::edition::evidence::pack::{self, Checked};
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;
use crate::{run, schedule};

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
        let whole = run::verify(context, schedule::verify(context.store().objects().as_ref())?)?;
        let found = &whole.store;
        out.line(format!(
            "{}, {}, {}, {} read",
            counted(found.commits, "commit", "commits"),
            counted(found.landings, "landing", "landings"),
            counted(found.files, "file", "files"),
            counted(found.bytes, "byte", "bytes"),
        ));
        out.line(format!(
            "{} of {}, {}; {}, {}",
            counted(whole.editions, "edition", "editions"),
            counted(whole.edition_files, "file", "files"),
            counted(whole.edition_bytes, "byte", "bytes"),
            counted(whole.deliveries, "delivery", "deliveries"),
            counted(whole.messages, "message", "messages"),
        ));
        if let Some(newest) = &whole.audit_newest {
            let entries = counted(whole.audit_entries, "entry", "entries");
            out.line(format!("{entries} of the audit log; the sha256 of the newest is {newest}"));
        }
        for orphan in &found.orphans {
            out.line(format!("left over  {orphan}"));
        }
        for name in &found.given_up {
            out.line(format!("given up   {name}"));
        }
        let damage: Vec<_> =
            whole.damage.iter().map(|damage| json!({ "name": damage.name, "what": damage.what })).collect();
        out.value(&json!({
            "commits": found.commits, "landings": found.landings, "files": found.files, "bytes": found.bytes,
            "editions": whole.editions, "deliveries": whole.deliveries, "messages": whole.messages,
            "audit_entries": whole.audit_entries, "audit_newest": whole.audit_newest,
            "damage": damage, "orphans": found.orphans, "given_up": found.given_up,
        }));
        let Some(first) = whole.damage.first() else {
            out.line(match found.given_up.len() {
                0 => "Everything is as it was written.".to_owned(),
                lost => format!(
                    "Everything is as it was written, but for {} given up before.",
                    counted(lost, "object that was", "objects that were")
                ),
            });
            return Ok(());
        };
        for damage in &whole.damage {
            out.line(format!("damaged    {}: {}", damage.name, damage.what));
        }
        let count = whole.damage.len() as u64;
        let what = counted(count, "object of the store is damaged", "objects of the store are damaged");
        let failure = Failure::new(Kind::Damage, what).at(&first.name).kept(Kept::Everything);
        Err(failure.because(first.what.as_str()))
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
