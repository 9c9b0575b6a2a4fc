use super::console::Console;
use crate::job::{Context, Failure};
use crate::post::{self, Due};
use crate::schedule::entry::Entry;
use crate::schedule::timetable::Timetable;

/// Looks at the mail after the schedules, and says what that came to; returns the failure, which it has said.
pub(super) fn look_at_mail(
    context: &Context,
    timetables: &[Timetable],
    console: &dyn Console,
) -> Option<Failure> {
    let mut due: Vec<Due> = timetables
        .iter()
        .filter_map(|timetable| timetable.next(context.clock().now()))
        .map(|next| Due { pipeline: next.pipeline().to_owned(), at: next.due() })
        .collect();
    due.sort_by_key(|next| next.at);
    match post::attend_mail(context, &due) {
        Ok(0) => None,
        Ok(delivered) => {
            say(console, 0, &format!("{delivered} delivered"));
            None
        }
        Err(failure) => {
            failed(console, &failure);
            Some(failure)
        }
    }
}

/// Says why the mail could not be looked at.
pub(super) fn failed(console: &dyn Console, failure: &Failure) {
    console.entry(&Entry::failed("mail", failure));
}

fn say(console: &dyn Console, exit: u8, words: &str) {
    let level = if exit == 0 { "info" } else { "error" };
    console.entry(&Entry::new(level, "mail", format!("mail: {words}")).with_exit(exit));
}
