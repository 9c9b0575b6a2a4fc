//! The owner's digest: what was sent, what is held, what failed, what is due, what is a warning, in one message a day
//! or a round. It is written from the record of runs: counts, names and commands, and no row of anything.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::due::Due;
use super::owner::Message;
use super::plain::{Part, Plain};
use super::{letters, owner};
use crate::deliver::{Deliveries, State};
use crate::job::context::no_such;
use crate::job::{Context, Failure, Job};
use crate::ledger::{self, Record, Step};
use crate::project::DigestEvery;
use crate::text::counted;

/// Sends the digest that the project asks for, each at most once.
pub(super) fn send(job: &mut Job<'_>, due: &[Due]) -> Result<(), Failure> {
    let context = job.context;
    let council = &context.project().council;
    let Some(settings) = &council.digest else { return Ok(()) };
    let objects = context.store().objects();
    let id = match settings.every {
        DigestEvery::Day => format!("digest-day-{}", context.clock().today()),
        DigestEvery::Round => match ledger::newest(objects.as_ref())? {
            Some(run) => format!("digest-run-{run}"),
            None => return Ok(()),
        },
    };
    let last = last_digest(context)?;
    if last.as_ref().is_some_and(|(known, _)| *known == id) {
        return Ok(());
    }
    let now = context.clock().now();
    let since = last.map_or(now - TimeDelta::days(1), |(_, at)| at);
    let runs = ledger::since(objects.as_ref(), since)?;
    // A digest is itself a run: a round in which nothing else happened has nothing to tell.
    let other = |run: &Record| run.finished.as_ref().is_none_or(|end| !end.steps.iter().all(is_about_digest));
    if settings.every == DigestEvery::Round && !runs.iter().any(other) {
        return Ok(());
    }
    let page = page(context, &runs, due, since)?;
    for name in &settings.to {
        let written = council
            .owners
            .get(name.get_ref())
            .ok_or_else(|| no_such("owner", name.get_ref(), council.owners.keys()).at("sufficiency.toml"))?;
        let message = Message {
            id: id.clone(),
            to: letters::mailbox(written)?.address().clone(),
            role: name.get_ref().clone(),
            subject: page.title.clone(),
        };
        message.send(job, &page)?;
    }
    Ok(())
}

/// Returns whether a message is one to owners, and no report.
fn is_own(edition: &str) -> bool {
    edition.starts_with("digest-") || edition.starts_with("notice-")
}

fn is_about_digest(step: &Step) -> bool {
    matches!(step, Step::Delivery { edition, .. } if edition.starts_with("digest-"))
}

/// Returns the newest digest that was planned, and when.
fn last_digest(context: &Context) -> Result<Option<(String, DateTime<Utc>)>, Failure> {
    let objects = context.store().objects();
    let prefix = format!("outbox/{}/digest-", owner::NOTICES);
    let names = objects.list(&format!("outbox/{}", owner::NOTICES))?;
    let mut last: Option<(String, DateTime<Utc>)> = None;
    let editions: std::collections::BTreeSet<&str> = names
        .iter()
        .filter(|name| name.starts_with(&prefix))
        .filter_map(|name| name.split('/').nth(2))
        .collect();
    // Their names sort by day or by run; of each kind the last is the newest.
    for kind in ["digest-day-", "digest-run-"] {
        let Some(newest) = editions.iter().rfind(|name| name.starts_with(kind)) else { continue };
        let histories = Deliveries::of(objects.as_ref()).edition(owner::NOTICES, newest);
        let histories = histories?;
        let mut at: Option<DateTime<Utc>> = None;
        for record in histories.iter().filter_map(|history| history.records().first()) {
            // What ended while it was written is for the next one: it counts from the beginning of its run.
            let run = ledger::show(objects.as_ref(), &record.by)?;
            let began = run.map_or(record.at, |run| run.started.started);
            at = Some(at.map_or(began, |known| known.min(began)));
        }
        if let Some(at) = at.filter(|at| last.as_ref().is_none_or(|(_, known)| at > known)) {
            last = Some(((*newest).to_owned(), at));
        }
    }
    Ok(last)
}

fn page(context: &Context, runs: &[Record], due: &[Due], since: DateTime<Utc>) -> Result<Plain, Failure> {
    let zone = context.clock().zone();
    let council = &context.project().council.council;
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string();
    let mut parts = vec![Part::Text(format!(
        "From {} to {}: {}.",
        local(since),
        local(context.clock().now()),
        counted(runs.len(), "run", "runs")
    ))];
    let mut section = |heading: &str, lines: Vec<String>| {
        parts.push(Part::Heading(heading.to_owned()));
        parts.push(if lines.is_empty() { Part::Text("Nothing.".to_owned()) } else { Part::List(lines) });
    };
    section("Sent", deliveries(runs, |state| state == "accepted"));
    section("Held, waiting for a person", held(context)?);
    let mut failed = failed_runs(runs);
    failed.extend(deliveries(runs, |state| {
        ["rejected", "uncertain", "bounced", "refused", "blocked", "withdrawn"].contains(&state)
    }));
    section("Failed", failed);
    section("Due next", due.iter().map(|next| format!("{}: {}", next.pipeline, local(next.at))).collect());
    section("Warned of", warnings(runs));
    parts.push(Part::Heading("To look closer".to_owned()));
    parts.push(Part::Command("sufficiency history".to_owned()));
    parts.push(Part::Command("sufficiency show RUN".to_owned()));
    Ok(Plain {
        masthead: format!("{} · {} · {}", council.marking, council.name, council.service),
        title: "What the reports did".to_owned(),
        parts,
    })
}

/// Returns how many deliveries of each edition came to a state, in the editions' order.
fn deliveries(runs: &[Record], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for step in steps(runs) {
        if let Step::Delivery { edition, state, .. } = step
            && !is_own(edition)
        {
            let word = state.split(':').next().unwrap_or(state);
            if wanted(word) {
                *counts.entry((edition, word)).or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .map(|((edition, word), count)| {
            format!("{edition}: {} {word}", counted(count, "delivery", "deliveries"))
        })
        .collect()
}

/// Returns what waits for a person, now.
fn held(context: &Context) -> Result<Vec<String>, Failure> {
    let objects = context.store().objects();
    let open = Deliveries::of(objects.as_ref()).unsettled()?;
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for history in open {
        if let (State::Held { .. }, Some(plan)) = (history.state(), history.plan()) {
            *counts.entry((plan.report.clone(), plan.edition.clone())).or_default() += 1;
        }
    }
    Ok(counts
        .into_iter()
        .map(|((report, edition), count)| {
            format!(
                "{edition}: {}; sufficiency report approve {report} {edition} --by YOUR-NAME",
                counted(count, "delivery", "deliveries")
            )
        })
        .collect())
}

/// Runs that ended with a failure, the newest of each cause.
fn failed_runs(runs: &[Record]) -> Vec<String> {
    let mut causes: BTreeMap<(&str, u8), (&str, usize)> = BTreeMap::new();
    for run in runs {
        match &run.finished {
            Some(end) if end.outcome.code != 0 => {
                let cause = causes.entry((&run.started.pipeline, end.outcome.code)).or_insert(("", 0));
                *cause = (&run.started.run, cause.1 + 1);
            }
            _ => {}
        }
    }
    causes
        .into_iter()
        .map(|((pipeline, code), (run, count))| {
            format!(
                "{pipeline}: {} ended with code {code}; sufficiency show {run}",
                counted(count, "run", "runs")
            )
        })
        .collect()
}

/// Lists rows set aside, and checks that found something and stopped nothing.
fn warnings(runs: &[Record]) -> Vec<String> {
    let mut aside: BTreeMap<&str, u64> = BTreeMap::new();
    let mut checks: BTreeMap<&str, u64> = BTreeMap::new();
    for step in steps(runs) {
        match step {
            Step::Landed { source, quarantined, .. } if *quarantined > 0 => {
                *aside.entry(source).or_default() += quarantined;
            }
            Step::Checked { check, wrong } if *wrong > 0 => *checks.entry(check).or_default() = *wrong,
            _ => {}
        }
    }
    let rows = |rows: u64| counted(rows, "row", "rows");
    let aside = aside.into_iter().map(|(source, count)| format!("{source}: {} set aside", rows(count)));
    let checks = checks.into_iter().map(|(check, count)| format!("{check}: {}", rows(count)));
    aside.chain(checks).collect()
}

fn steps(runs: &[Record]) -> impl Iterator<Item = &Step> {
    runs.iter().filter_map(|run| run.finished.as_ref()).flat_map(|end| &end.steps)
}
