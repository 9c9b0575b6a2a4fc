use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;
use crate::{run, schedule};

/// Read every byte of the store, of its editions and of its outbox, and compare it with its hashes; changes nothing.
#[derive(Debug, Args)]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(context: &Context, out: &Output) -> Result<(), Failure> {
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
            "{} editions of {} files, {} bytes; {} deliveries, {} messages",
            whole.editions, whole.edition_files, whole.edition_bytes, whole.deliveries, whole.messages
        ));
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
