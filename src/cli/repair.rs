use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;

/// Repair what can be repaired in the store without guessing.
#[derive(Debug, Args)]
pub(super) struct Repair;

impl Repair {
    pub(super) fn run(context: &Context, out: &Output) -> Result<(), Failure> {
        let opened = context.store().opened().clone();
        let done = context.store().repair()?;
        let repaired: Vec<_> = opened.repaired.iter().chain(&done.repaired).collect();
        let swept: Vec<_> = opened.swept.iter().chain(&done.swept).collect();
        for object in &repaired {
            out.line(format!("repaired {}: {}", object.name, object.how));
        }
        for name in &swept {
            out.line(format!("removed  {name}"));
        }
        for lost in &done.lost {
            out.line(format!("lost     {}: {}", lost.name, lost.what));
        }
        for (table, commit) in &done.whole_in {
            out.line(match commit {
                Some(seq) => format!("         {table} is whole in commit {seq}"),
                None => format!("         {table} is whole in no commit: run its pipeline again"),
            });
        }
        if repaired.is_empty() && swept.is_empty() && done.lost.is_empty() {
            out.line("There was nothing to repair.");
        }
        out.value(&json!({
            "repaired": repaired.iter().map(|object| json!({ "name": object.name, "how": object.how })).collect::<Vec<_>>(),
            "removed": swept,
            "lost": done.lost.iter().map(|lost| json!({ "name": lost.name, "what": lost.what })).collect::<Vec<_>>(),
            "whole_in": done.whole_in,
        }));
        match done.lost.first() {
            None => Ok(()),
            Some(lost) => {
                let what = counted(
                    done.lost.len() as u64,
                    "object of the store is lost",
                    "objects of the store are lost",
                );
                let failure = Failure::new(Kind::Damage, what).at(&lost.name).kept(Kept::Store);
                Err(failure
                    .because(lost.what.as_str())
                    .help("bring it back from a copy of the store, or run again the pipeline that makes it"))
            }
        }
    }
}
