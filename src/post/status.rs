//! Editions, for those who ask: what there is, how one reads, the state of each delivery.

use serde::Serialize;

use crate::deliver::{Deliveries, History};
use crate::edition::{self, Edition};
use crate::job::context::{no_such, one_of};
use crate::job::{Context, Failure};
use crate::text::counted;

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
    /// Names its content.
    pub fingerprint: String,
    /// The state of each delivery, sorted by recipient.
    pub deliveries: Vec<DeliveryLine>,
}

/// The state of one delivery.
#[derive(Debug, Clone, Serialize)]
pub struct DeliveryLine {
    /// The mailbox, as planned or as written.
    pub recipient: String,
    /// `accepted`, `held`, `uncertain` …
    pub state: &'static str,
    /// Since when, in council time.
    pub since: String,
    /// How often it has been tried since a person last decided.
    pub attempts: u32,
    /// The mail server's words, or ours about why it is in that state.
    pub words: String,
    /// Who or what wrote the newest record: a run's number or a person's name.
    pub by: String,
    /// Mailboxes behind the recipient, such as members of a list, from which it came back: each with the words that say
    /// so.
    pub behind: Vec<String>,
}

impl DeliveryLine {
    fn of(context: &Context, history: &History) -> Self {
        let state = history.state();
        let since = history.since().map(|at| at.with_timezone(&context.clock().zone()));
        Self {
            recipient: history.recipient().unwrap_or_default(),
            state: state.word(),
            since: since.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
            attempts: history.attempts().0,
            words: state.words().to_owned(),
            by: history.records().last().map(|record| record.by.clone()).unwrap_or_default(),
            behind: history.bounced_members().map(|(member, words)| format!("{member}: {words}")).collect(),
        }
    }
}

/// Lists the editions of a report, oldest first; of every report when none is named.
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
    let outbox = Deliveries::of(objects.as_ref());
    let mut lines = Vec::new();
    for name in names {
        for edition in edition::all(context, &name, None)? {
            let histories = outbox.edition(&name, &edition.id)?;
            let zone = context.clock().zone();
            lines.push(EditionLine {
                folder: edition.folder(),
                made: edition.made.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
                edition: edition.id,
                title: edition.title,
                run: edition.run,
                fingerprint: edition.fingerprint,
                deliveries: histories.iter().map(|history| DeliveryLine::of(context, history)).collect(),
            });
        }
    }
    Ok(lines)
}

/// Finds the editions that `which` means: one by its name, or all versions of a period, each in its newest revision; the
/// newest period when nothing is named. A report that is not split has one version.
pub(super) fn find(context: &Context, report: &str, which: Option<&str>) -> Result<Vec<Edition>, Failure> {
    context.report(report)?;
    let all = edition::all(context, report, None)?;
    if let Some(named) = all.iter().find(|edition| Some(edition.id.as_str()) == which) {
        return Ok(vec![named.clone()]);
    }
    let known: Vec<String> = all.iter().map(|edition| edition.id.clone()).collect();
    let newest = all.iter().max_by_key(|edition| (edition.made, edition.issue()));
    let period = which.map(str::to_owned).or_else(|| newest.map(|edition| edition.period.clone()));
    let mut found: Vec<Edition> = Vec::new();
    for edition in all.into_iter().filter(|edition| Some(&edition.period) == period.as_ref()) {
        match found.iter_mut().find(|known| known.version == edition.version) {
            Some(known) if known.issue() < edition.issue() => *known = edition,
            Some(_) => {}
            None => found.push(edition),
        }
    }
    if found.is_empty() {
        return Err(match which {
            Some(name) => no_such("edition", name, known),
            None => Failure::usage("it has no edition yet").help("run its pipeline to make one"),
        }
        .at(report));
    }
    Ok(found)
}

/// Finds the one edition that `which` means.
///
/// # Errors
///
/// When there is no such edition, or the report is split and several are meant.
pub(crate) fn edition_of(context: &Context, report: &str, which: Option<&str>) -> Result<Edition, Failure> {
    let mut found = find(context, report, which)?;
    match (found.pop(), found.as_slice()) {
        (Some(edition), []) => Ok(edition),
        (last, others) => {
            let names: Vec<&str> = others.iter().chain(&last).map(|edition| edition.id.as_str()).collect();
            let what =
                format!("expected one edition, found {}", counted(names.len() as u64, "version", "versions"));
            Err(Failure::usage(what).at(report).help(one_of(names)))
        }
    }
}

/// Reads the text of an edition as its readers get it; of a report that is split, of its first version.
///
/// # Errors
///
/// When there is no such edition or it is damaged.
pub fn preview(context: &Context, report: &str, which: Option<&str>) -> Result<String, Failure> {
    let found = find(context, report, which)?;
    let edition = found.first().ok_or_else(|| Failure::bug(format!("`{report}` has no version")))?;
    let bytes = edition.read(context, "email.txt")?;
    String::from_utf8(bytes).map_err(Failure::bug)
}
