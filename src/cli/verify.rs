use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure};
use crate::store::StoreError;

/// Read every byte of the store and compare it with its hashes; changes nothing.
#[derive(Debug, Args)]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(context: &Context, out: &Output) -> Result<(), Failure> {
        let found = context.store().verify()?;
        out.line(format!(
            "{} commits, {} landings, {} files, {} bytes read",
            found.commits, found.landings, found.files, found.bytes
        ));
        for orphan in &found.orphans {
            out.line(format!("left over  {orphan}"));
        }
        let damage: Vec<_> =
            found.damage.iter().map(|damage| json!({ "name": damage.name, "what": damage.what })).collect();
        out.value(&json!({
            "commits": found.commits, "landings": found.landings, "files": found.files, "bytes": found.bytes,
            "damage": damage, "orphans": found.orphans,
        }));
        let Some(first) = found.damage.first() else {
            out.line("Everything is as it was written.");
            return Ok(());
        };
        for damage in &found.damage {
            out.line(format!("damaged    {}: {}", damage.name, damage.what));
        }
        let what = format!(
            "{} ({} damaged in all): `sufficiency repair` repairs what can be repaired",
            first.what,
            found.damage.len()
        );
        Err(StoreError::Corrupt { name: first.name.clone(), what }.into())
    }
}
