//! The digest of data quality: to each owner what its sources need, once a day and only when something is new. Counts,
//! rules and commands; the rows stay where they are.

use super::letters;
use super::owner::Message;
use super::plain::{Part, Plain};
use crate::diagnostic::Spanned;
use crate::job::fingerprint::short;
use crate::job::{Context, Failure, Job};
use crate::quality::{self, Counted, Finding, Item, News, Severity, Status};
use crate::store::Quality;
use crate::text::counted;

/// Shares of a score below which it is named, in tenths of a per cent.
const GOOD: u64 = 980;

/// Sends each owner the digest of the day, where there is anything to say and none was sent today.
pub(crate) fn send(job: &mut Job<'_>) -> Result<(), Failure> {
    let context = job.context;
    let council = &context.project().council;
    let Some(settings) = &council.data_quality else { return Ok(()) };
    let today = context.clock().today();
    let owners: Vec<&String> = if settings.to.is_empty() {
        let mut all: Vec<&String> =
            context.project().pipelines.values().map(|one| one.file.owner.get_ref()).collect();
        all.sort();
        all.dedup();
        all
    } else {
        settings.to.iter().map(Spanned::get_ref).collect()
    };
    let mut known = Vec::new();
    for name in owners {
        let (memory, day) = quality::last(context, name)?;
        if day.is_none_or(|day| day < today) {
            known.push((name, memory));
        }
    }
    if known.is_empty() || !quality::may_have_changed(context)? {
        return Ok(());
    }
    let findings = quality::findings(context, None)?;
    for (name, before) in known {
        let own: Vec<Finding> = findings.iter().filter(|one| one.owner == *name).cloned().collect();
        let (news, after) = quality::news(today, &before, &own);
        if !news.is_empty() {
            let written = council.owners.get(name).ok_or_else(|| {
                Failure::usage(format!("`[data_quality] to` names no owner `{name}`")).at("sufficiency.toml")
            })?;
            let page = page(context, name, &news, &quality::scores(context, name)?);
            let message = Message {
                id: format!("notice-data-quality-{name}-{today}-{}", short(&page.content())),
                to: letters::mailbox(written)?.address().clone(),
                role: name.clone(),
                subject: format!("Data quality: {}", in_short(&news)),
            };
            message.send(job, &page)?;
        }
        if after != before {
            quality::remember(context, name, today, &after)?;
        }
    }
    quality::looked(context)
}

/// Says what is in a digest, in a few words: `3 new, 1 stop`.
fn in_short(news: &News) -> String {
    let (new, stops) = news.counts();
    let still = news.items.len() - new;
    let mut parts = Vec::new();
    parts.extend((new > 0).then(|| format!("{new} new")));
    parts.extend((still > 0).then(|| format!("{still} again")));
    parts.extend((stops > 0).then(|| counted(stops, "stop", "stops")));
    parts.extend((!news.over.is_empty()).then(|| format!("{} over", news.over.len())));
    parts.join(", ")
}

fn page(context: &Context, owner: &str, news: &News, scores: &[(String, Quality)]) -> Plain {
    let council = &context.project().council.council;
    let today = context.clock().today().format("%-d %B %Y");
    let mut parts = vec![Part::Text(format!("What the sources that `{owner}` answers for need on {today}."))];
    let mut silent = Vec::new();
    if news.known > 0 {
        silent.push(format!(
            "{} from a digest of the last seven days",
            counted(news.known, "finding", "findings")
        ));
    }
    if news.accepted > 0 {
        silent.push(format!("{} accepted until a day", counted(news.accepted, "finding", "findings")));
    }
    if !silent.is_empty() {
        parts.push(Part::Text(format!("Not repeated here: {}.", silent.join(", "))));
    }
    for (severity, heading) in [
        (Severity::Stop, "Tables or reports are held"),
        (Severity::Quarantine, "Rows are set aside"),
        (Severity::Warn, "To look at"),
    ] {
        let items = news.items.iter().filter(|item| item.finding.severity == severity);
        let lines: Vec<String> = items.map(line).collect();
        if !lines.is_empty() {
            parts.push(Part::Heading(heading.to_owned()));
            parts.push(Part::List(lines));
        }
    }
    if !news.over.is_empty() {
        parts.push(Part::Heading("No longer found".to_owned()));
        parts.push(Part::List(news.over.clone()));
    }
    let low: Vec<String> = scores.iter().filter_map(|(source, quality)| below(source, quality)).collect();
    if !low.is_empty() {
        parts.push(Part::Heading("Scores below 98 per cent".to_owned()));
        parts.push(Part::List(low));
    }
    parts.push(Part::Heading("To look closer".to_owned()));
    parts.push(Part::Command("sufficiency quality".to_owned()));
    parts.push(Part::Text("A finding that is known and can wait is accepted until a day:".to_owned()));
    parts.push(Part::Command(
        "sufficiency quality accept FINDING --until DATE --by YOUR-NAME --why REASON".to_owned(),
    ));
    Plain {
        masthead: format!("{} · {} · {}", council.marking, council.name, council.service),
        title: format!("Data quality: {}", in_short(news)),
        parts,
    }
}

fn line(item: &Item) -> String {
    let status = match item.status {
        Status::New => String::new(),
        Status::Worse { .. } if item.finding.rows.is_few() => "worse; ".to_owned(),
        Status::Worse { from } => {
            let before = Counted { rows: Some(from), ..item.finding.rows };
            let before = before.said().map_or_else(|| "fewer than 5".to_owned(), |from| from.to_string());
            format!("worse, from {before}; ")
        }
        Status::NotAccepted => "no longer accepted; ".to_owned(),
        Status::Still => "still there; ".to_owned(),
    };
    let finding = &item.finding;
    format!("{status}{}. Finding {}; {}", finding.line(), finding.id, finding.command)
}

/// Names the scores of a source that are low; nothing where none is.
fn below(source: &str, quality: &Quality) -> Option<String> {
    let low: Vec<String> = quality
        .scores()
        .iter()
        .filter(|(_, share)| share.per_mille().is_some_and(|share| share < GOOD))
        .map(|(name, share)| format!("{name} {share}"))
        .collect();
    (!low.is_empty()).then(|| format!("{source}: {}", low.join(", ")))
}
