use super::console::Console;
use crate::job::{Context, Failure};
use crate::post::{self, Due};
use crate::schedule::entry::Entry;
use crate::schedule::timetable::Timetable;

/// Looks at the mail after the schedules, and says what that came to; returns the exit code of a failure.
pub(super) fn look_at_mail(context: &Context, timetables: &[Timetable], console: &dyn Console) -> Option<u8> {
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
        Err(failure) => Some(failed(console, &failure)),
    }
}

/// Says why the mail could not be looked at; returns the exit code.
pub(super) fn failed(console: &dyn Console, failure: &Failure) -> u8 {
    console.entry(&Entry::failed("mail", failure));
    failure.code()
}

fn say(console: &dyn Console, exit: u8, words: &str) {
    let level = if exit == 0 { "info" } else { "error" };
    console.entry(&Entry::new(level, "mail", format!("mail: {words}")).with_exit(exit));
}
