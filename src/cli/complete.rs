//! What a shell completes with the names of the project that it stands in.
//!
//! The shell asks the program itself, with the words that are there so far. A project that cannot be read has no names:
//! whoever presses a key is shown no faults.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::Command;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::CompleteEnv;

use crate::job::Context;
use crate::project::Project;
use crate::{post, run};

/// The variable by which a shell asks.
pub(super) const VARIABLE: &str = "SUFFICIENCY_COMPLETE";

/// The words that are there so far.
static WORDS: OnceLock<Vec<OsString>> = OnceLock::new();

/// Answers a shell that asks how a line may go on; returns whether one asked.
pub(super) fn answer(arguments: &[OsString], program: fn() -> Command) -> bool {
    // The words of the line are those after the program's own `--`.
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let _first = WORDS.set(words);
    let folder = std::env::current_dir().ok();
    let completed =
        CompleteEnv::with_factory(program).var(VARIABLE).try_complete(arguments.to_vec(), folder.as_deref());
    completed.unwrap_or(true)
}

/// Returns the folder of the project that the line names, or the one that the shell stands in.
fn root() -> PathBuf {
    let words = WORDS.get().map(Vec::as_slice).unwrap_or_default();
    let named = words.windows(2).find(|two| two[0] == "--project").map(|two| PathBuf::from(&two[1]));
    let joined = || {
        let written = words.iter().find_map(|word| word.to_str()?.strip_prefix("--project="))?;
        Some(PathBuf::from(written))
    };
    named.or_else(joined).unwrap_or_else(|| PathBuf::from("."))
}

fn project() -> Option<Project> {
    Project::load_sound(&root()).ok().map(|(project, _)| project)
}

fn context() -> Option<Context> {
    Context::look_sound(&root()).ok().map(|(context, _)| context)
}

/// Makes the candidates of an argument, of names each with what it is in a few words.
fn named(names: fn() -> Vec<(String, String)>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        let candidates = names().into_iter().map(|(name, help)| {
            let help = (!help.is_empty()).then(|| help.into());
            CompletionCandidate::new(name).help(help)
        });
        candidates.collect()
    })
}

/// Completes with the pipelines.
pub(super) fn pipelines() -> ArgValueCandidates {
    named(|| {
        let of = |project: Project| {
            let named = project.pipelines.values();
            named.map(|pipeline| (pipeline.name.clone(), pipeline.file.description.clone())).collect()
        };
        project().map(of).unwrap_or_default()
    })
}

/// Completes with the reports.
pub(super) fn reports() -> ArgValueCandidates {
    named(|| {
        let of = |project: Project| {
            let named = project.reports.values();
            named.map(|report| (report.name.clone(), report.file.title.clone())).collect()
        };
        project().map(of).unwrap_or_default()
    })
}

/// Completes with the editions of the report that the line names, or of all.
pub(super) fn editions() -> ArgValueCandidates {
    named(|| {
        let Some(context) = context() else { return Vec::new() };
        let words = WORDS.get().map(Vec::as_slice).unwrap_or_default();
        let report =
            context.project().reports.keys().find(|name| words.iter().any(|word| *word == name.as_str()));
        let editions = post::editions(&context, report.map(String::as_str)).unwrap_or_default();
        editions.into_iter().map(|edition| (edition.edition, edition.title)).collect()
    })
}

/// Completes with the sources, as `pipeline.source`.
pub(super) fn sources() -> ArgValueCandidates {
    named(|| {
        let Some(project) = project() else { return Vec::new() };
        let named = project.pipelines.values().flat_map(|pipeline| {
            pipeline.sources.values().map(|source| {
                let what = source.file.description.clone().unwrap_or_default();
                (format!("{}.{}", pipeline.name, source.name), what)
            })
        });
        named.collect()
    })
}

/// Completes with the published tables, as `pipeline.table`.
pub(super) fn tables() -> ArgValueCandidates {
    named(|| {
        let tables = context().map(|context| run::tables(&context).unwrap_or_default()).unwrap_or_default();
        tables.into_iter().map(|table| (table.name, table.title.unwrap_or_default())).collect()
    })
}
