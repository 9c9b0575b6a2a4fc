//! Whole files that come wrong, on the extracts of a small demo: each is refused, or counted to the row in the record
//! and said in the closing lines, or changes nothing. Never a silent change.
//!
//! A seed is a file and what happens to it: `SUFFICIENCY_SEED=7 cargo test mutations` does it again.

mod mutate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sufficiency::demo;
use sufficiency::job::{Alone, Context, Options};
use sufficiency::project::{Project, write_own};
use sufficiency::run::{self, Selection};
use tempfile::TempDir;

use crate::council::{copy, lines};
use mutate::{Chance, mutate};

/// Seeds on every change, and in the soak.
const SEEDS: (u64, u64) = (50, 1_000);

/// A small demo that has landed, without models: its sources are all that a file can change.
struct Demo {
    folder: TempDir,
    /// The rows of each source's table, sorted.
    rows: BTreeMap<(String, String), Vec<String>>,
    /// The names of those tables' contents.
    contents: BTreeMap<(String, String), String>,
    /// The files of each source that has files of its own, below the folder.
    files: Vec<Vec<String>>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Refused,
    Counted,
    Nothing,
}

impl Demo {
    fn make() -> Self {
        let folder = TempDir::new().unwrap();
        demo::write(folder.path(), &demo::Options { pupils: 800, years: 1, seed: 11 }).unwrap();
        write_own(folder.path()).unwrap();
        for year in 2013..2023 {
            let next = (year + 1) % 100;
            let name = format!("extracts/outcomes/exclusions/exclusions_{year}_{next:02}.csv");
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
        only_sources(folder.path());
        let context = open(folder.path());
        run_all(&context).1.unwrap();
        let mut demo =
            Self { folder, rows: BTreeMap::new(), contents: contents(&context), files: Vec::new() };
        for table in demo.contents.keys() {
            demo.rows.insert(table.clone(), rows(&context, table));
        }
        let mut by_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in below(&demo.folder.path().join("extracts")) {
            let name = file.strip_prefix(demo.folder.path()).unwrap().to_string_lossy().into_owned();
            if file.extension().is_some_and(|extension| extension == "txt") {
                continue;
            }
            let source = name.trim_end_matches(|letter: char| letter != '/').to_owned();
            let is_series = ["payments/", "invoices/", "orders/", "exclusions/", "absence/"];
            let key = if is_series.iter().any(|end| source.ends_with(end)) { source } else { name.clone() };
            by_source.entry(key).or_default().push(name);
        }
        demo.files = by_source.into_values().collect();
        demo
    }

    /// Does one thing to one file, runs, and holds what the tables are against what was said.
    fn play(&self, seed: u64) -> Result<(String, Fate), String> {
        let folder = TempDir::new().unwrap();
        copy(self.folder.path(), folder.path());
        let mut chance = Chance::of(seed);
        let names = &self.files[chance.below(self.files.len())];
        let files: Vec<PathBuf> = names.iter().map(|name| folder.path().join(name)).collect();
        let what = mutate(&files, &mut chance);
        let context = open(folder.path());
        let before = landings(&context);
        let (printed, result) = run_all(&context);
        let mut fate = Fate::Nothing;
        if let Err(failure) = &result {
            if ![10, 11, 12].contains(failure) {
                return Err(format!("{what}: ended with {failure}: {printed}"));
            }
            fate = Fate::Refused;
        }
        let after = contents(&context);
        for table in self.contents.keys().filter(|table| after.get(*table) != self.contents.get(*table)) {
            let (gone, new) = difference(&self.rows[table], &rows(&context, table));
            if gone == 0 && new == 0 {
                continue;
            }
            let said = said(&context, table, &before);
            if said.0 < gone || said.1 < new {
                return Err(format!(
                    "{what}: {table:?} lost {gone} and gained {new} rows, said were {said:?}: {printed}"
                ));
            }
            if said.2 == 1 && (said.0, said.1) != (gone, new) {
                return Err(format!(
                    "{what}: {table:?} lost {gone} and gained {new} rows, said were {said:?}"
                ));
            }
            let line = format!("{}.{}: ", table.0, table.1);
            let in_lines = printed.contains(&line) && printed.contains("takes the place of other rows");
            if gone > 0 && !in_lines {
                return Err(format!(
                    "{what}: {table:?} lost {gone} rows, and the closing lines do not say so: {printed}"
                ));
            }
            fate = fate.min(Fate::Counted);
        }
        Ok((what, fate))
    }
}

/// Leaves of a project its sources and code lists.
fn only_sources(folder: &Path) {
    for pipeline in std::fs::read_dir(folder.join("pipelines")).unwrap() {
        let pipeline = pipeline.unwrap().path();
        if !pipeline.join("sources").is_dir() && !pipeline.join("seeds").is_dir() {
            std::fs::remove_dir_all(&pipeline).unwrap();
            continue;
        }
        for part in ["models", "checks", "tests"] {
            if pipeline.join(part).is_dir() {
                std::fs::remove_dir_all(pipeline.join(part)).unwrap();
            }
        }
        let settings = pipeline.join("pipeline.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with('[')).collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.starts_with("reports")).collect();
        std::fs::write(settings, lines.join("\n")).unwrap();
    }
    std::fs::remove_dir_all(folder.join("report-templates")).unwrap();
}

fn open(folder: &Path) -> Context {
    let (project, _) = Project::load(folder).unwrap_or_else(|faults| panic!("{faults}"));
    Context::open(project).unwrap()
}

/// Runs everything; returns what is said at the end, and the code of a failure.
fn run_all(context: &Context) -> (String, Result<(), u8>) {
    let outcome = run::run(context, &Selection::All, &Options::default(), &Alone, &mut |_| {}).unwrap();
    let mut printed = outcome.closing_lines().join("\n");
    let result = outcome.result().map_err(|failure| {
        printed = format!("{printed}\n{failure}");
        failure.code()
    });
    (printed, result)
}

fn contents(context: &Context) -> BTreeMap<(String, String), String> {
    let head = context.store().head().unwrap().unwrap();
    let mut contents = BTreeMap::new();
    for (pipeline, definition) in &context.project().pipelines {
        for source in definition.sources.keys() {
            let table = head.table(pipeline, source).unwrap();
            contents.insert((pipeline.clone(), source.clone()), table.fingerprint.clone());
        }
    }
    contents
}

/// Returns the rows of a table, without where they came from, sorted.
fn rows(context: &Context, (pipeline, source): &(String, String)) -> Vec<String> {
    let sql = format!("SELECT * EXCEPT (_file, _row) FROM {pipeline}.{source}");
    let mut rows = lines(&run::query(context, &sql).unwrap());
    rows.sort();
    rows
}

/// Counts how many rows of the one are not in the other, and how many of the other not in the one.
fn difference(one: &[String], other: &[String]) -> (u64, u64) {
    let mut counts: BTreeMap<&String, i64> = BTreeMap::new();
    for (rows, step) in [(one, -1), (other, 1)] {
        for row in rows {
            *counts.entry(row).or_default() += step;
        }
    }
    let sum = |sign: i64| counts.values().map(|count| (count * sign).max(0).unsigned_abs()).sum();
    (sum(-1), sum(1))
}

fn landings(context: &Context) -> Vec<String> {
    let mut ids = Vec::new();
    for (pipeline, definition) in &context.project().pipelines {
        for source in definition.sources.keys() {
            let landings = context.store().landings(pipeline, source, None).unwrap();
            ids.extend(landings.into_iter().map(|landing| landing.id));
        }
    }
    ids
}

/// Returns the rows gone and new that the records of the landings after `before` state, and how many landings there are.
fn said(context: &Context, (pipeline, source): &(String, String), before: &[String]) -> (u64, u64, usize) {
    let landings = context.store().landings(pipeline, source, None).unwrap();
    let (mut gone, mut new, mut count) = (0, 0, 0);
    for landing in landings.iter().filter(|landing| !before.contains(&landing.id)) {
        count += 1;
        match landing.findings.replaced {
            Some(replaced) => {
                gone += replaced.gone;
                new += replaced.new;
            }
            None => new += landing.counts.published,
        }
    }
    (gone, new, count)
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn a_whole_file_that_comes_wrong_is_refused_or_counted_or_changes_nothing() {
    let number = |name: &str| Some(std::env::var_os(name)?.into_string().unwrap().parse::<u64>().unwrap());
    let demo = Demo::make();
    if let Some(seed) = number("SUFFICIENCY_SEED") {
        eprintln!("{:?}", demo.play(seed).unwrap());
        return;
    }
    let seeds = number("SUFFICIENCY_SOAK").map_or(SEEDS.0, |times| times * SEEDS.1);
    let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
    let mut silent = Vec::new();
    for seed in 0..seeds {
        match demo.play(seed) {
            Ok((_, fate)) => *fates.entry(fate).or_default() += 1,
            Err(what) => silent.push(format!("SUFFICIENCY_SEED={seed}: {what}")),
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    eprintln!("{seeds} seeds: {fates:?}");
    assert_eq!(fates.len(), 3, "some are refused, some counted, some change nothing: {fates:?}");
}
