//! Editions, for those who ask: what there is, how one reads, and sending it by hand.

use serde::Serialize;

use super::edition::{self, Edition};
use super::outcome::Made;
use super::post::{self, PersonSays};
use super::{Context, Failure, Recorder};
use crate::deliver::Outbox;

/// One edition, in a list.
#[derive(Debug, Clone, Serialize)]
pub struct EditionLine {
    /// Its name.
    pub edition: String,
    /// Its title.
    pub title: String,
    /// When it was made, in council time.
    pub made: String,
    /// The run that made it.
    pub run: String,
    /// Its folder below the store.
    pub folder: String,
    /// Where each delivery stands: mailbox and state.
    pub deliveries: Vec<(String, String)>,
}

/// The editions of a report, oldest first; of every report when none is named.
///
/// # Errors
///
/// When there is no such report or the store cannot be read.
pub fn editions(context: &Context, report: Option<&str>) -> Result<Vec<EditionLine>, Failure> {
    let names: Vec<String> = match report {
        Some(name) => vec![context.report(name)?.name.clone()],
        None => context.project().reports.keys().cloned().collect(),
    };
    let objects = context.store().objects();
    let outbox = Outbox::new(objects.as_ref(), "lookup");
    let mut lines = Vec::new();
    for name in names {
        for edition in edition::all(context, &name, None)? {
            let deliveries = outbox
                .edition(&name, &edition.id)
                .map_err(|error| Failure::Gate(error.to_string()))?
                .iter()
                .map(|history| (history.recipient().unwrap_or_default(), history.state().to_string()))
                .collect();
            let zone = context.clock().zone();
            lines.push(EditionLine {
                folder: edition.folder(),
                made: edition.made.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
                edition: edition.id,
                title: edition.title,
                run: edition.run,
                deliveries,
            });
        }
    }
    Ok(lines)
}

/// The newest edition of a report, or the one of that name or period.
fn find(context: &Context, report: &str, which: Option<&str>) -> Result<Edition, Failure> {
    context.report(report)?;
    let all = edition::all(context, report, None)?;
    let chosen = match which {
        None => all.into_iter().max_by_key(|edition| (edition.made, edition.revision)),
        Some(name) => all.into_iter().rfind(|edition| edition.id == name || edition.period == name),
    };
    chosen.ok_or_else(|| {
        let wanted = which.map_or_else(String::new, |name| format!(" `{name}`"));
        Failure::Usage(format!("`{report}` has no edition{wanted}: `sufficiency report list` shows them"))
    })
}

/// The text of an edition as its readers get it.
///
/// # Errors
///
/// When there is no such edition or it is damaged.
pub fn preview(context: &Context, report: &str, which: Option<&str>) -> Result<String, Failure> {
    let edition = find(context, report, which)?;
    let bytes = edition.read(context, "email.txt")?;
    String::from_utf8(bytes).map_err(|error| Failure::Bug(error.to_string()))
}

/// Sends an edition by hand to whoever has not had it. Nothing that is uncertain is sent again.
///
/// # Errors
///
/// When there is no such edition, or it did not reach everybody.
pub fn send_edition(
    context: &Context,
    report: &str,
    which: Option<&str>,
) -> Result<(String, usize), Failure> {
    let edition = find(context, report, which)?;
    let report = context.report(report)?;
    let mut record = Recorder::new(context, &edition.id, "report send");
    let mut made = Made::default();
    let result = send(context, report, &edition, &mut record, &mut made);
    let delivered = made.delivered;
    let closed = record.close(&result.map(|()| made));
    closed.map(|()| (edition.id, delivered))
}

fn send(
    context: &Context,
    report: &crate::project::Report,
    edition: &Edition,
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<(), Failure> {
    let screened = post::recipients(context, report)?;
    let mut transport = post::transport(context)?;
    let receipts = post::plan_and_deliver(
        context,
        report,
        edition,
        &screened,
        transport.as_mut(),
        record,
        PersonSays::Send,
    )?;
    post::note(edition, &receipts, record, made)?;
    post::verdict(edition, &receipts, &screened)
}
