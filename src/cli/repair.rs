use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;
use crate::{run, schedule};

/// Repair what can be repaired in the store without guessing.
#[derive(Debug, Args)]
pub(super) struct Repair {
    /// Go on without what cannot be repaired: it is moved out of the way, so that the next run reads or makes it again, and
    /// what is lost is said and recorded.
    #[arg(long)]
    give_up: bool,
}

impl Repair {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let schedules =
            || -> Result<_, Failure> { Ok(schedule::verify(context.store().objects().as_ref())?) };
        let done = run::repair(context, &schedules, self.give_up)?;
        for object in &done.repaired {
            out.line(format!("repaired {}: {}", object.name, object.how));
        }
        for name in &done.swept {
            out.line(format!("removed  {name}"));
        }
        for (name, loss) in &done.given_up {
            out.line(format!("given up {name}: {loss}"));
        }
        for lost in &done.lost {
            out.line(format!("lost     {}: {}", lost.name, lost.what));
        }
        if done.repaired.is_empty()
            && done.swept.is_empty()
            && done.given_up.is_empty()
            && done.lost.is_empty()
        {
            out.line("There was nothing to repair.");
        }
        if !done.given_up.is_empty() {
            out.line("Next: `sufficiency run --all` reads and makes again what it can.");
        }
        out.value(&json!({
            "repaired": done.repaired.iter().map(|object| json!({ "name": object.name, "how": object.how })).collect::<Vec<_>>(),
            "removed": done.swept,
            "given_up": done.given_up.iter().map(|(name, loss)| json!({ "name": name, "loss": loss })).collect::<Vec<_>>(),
            "lost": done.lost.iter().map(|lost| json!({ "name": lost.name, "what": lost.what })).collect::<Vec<_>>(),
        }));
        let Some(lost) = done.lost.first() else { return Ok(()) };
        let count = done.lost.len() as u64;
        let what = counted(count, "object of the store is lost", "objects of the store are lost");
        let failure = Failure::new(Kind::Damage, what).at(&lost.name).kept(Kept::Store);
        let failure = failure
            .because(lost.what.as_str())
            .help("bring it back from a copy of the store and run `sufficiency repair` again");
        Err(if self.give_up {
            failure
        } else {
            failure.help(
                "or go on without it by `sufficiency repair --give-up`: the next run reads or makes again what it can",
            )
        })
    }
}
