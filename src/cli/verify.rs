use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::deliver::Deliveries;
use crate::edition;
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;

/// Read every byte of the store, of its editions and of its outbox, and compare it with its hashes; changes nothing.
#[derive(Debug, Args)]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(context: &Context, out: &Output) -> Result<(), Failure> {
        let found = context.store().verify()?;
        let objects = context.store().objects();
        let editions = edition::verify(objects.as_ref())?;
        let outbox = Deliveries::of(objects.as_ref()).verify().map_err(Failure::from)?;
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
        for orphan in &found.orphans {
            out.line(format!("left over  {orphan}"));
        }
        let all = || found.damage.iter().chain(&editions.damage).chain(&outbox.damage);
        let damage: Vec<_> =
            all().map(|damage| json!({ "name": damage.name, "what": damage.what })).collect();
        let count = damage.len();
        out.value(&json!({
            "commits": found.commits, "landings": found.landings, "files": found.files, "bytes": found.bytes,
            "editions": editions.editions, "deliveries": outbox.deliveries, "messages": outbox.messages,
            "damage": damage, "orphans": found.orphans,
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
