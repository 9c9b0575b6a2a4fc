//! Which pipeline runs after which: read from the SQL, declared nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, order};
use crate::ingest::lists;
use crate::job::Failure;
use crate::job::context::no_such;
use crate::project::Project;

/// Which pipelines to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Every one.
    All,
    /// These, and no other.
    Named(Vec<String>),
}

/// The pipelines of a project, each after those whose tables it reads.
#[derive(Debug)]
pub(super) struct Order {
    sorted: Vec<String>,
    reads: BTreeMap<String, BTreeSet<String>>,
    /// Pipelines of which all tables are internal.
    internal: BTreeSet<String>,
    /// Pipelines that cannot be run because of a fault in their files.
    faulty: BTreeMap<String, Failure>,
}

/// Reads the order of `project`'s pipelines from their models, checks and contracts.
pub(super) fn pipelines(project: &Project, engine: &Engine) -> Result<Order, Failure> {
    let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut faulty: BTreeMap<String, Failure> = BTreeMap::new();
    for (name, faults) in &project.faulty {
        reads.insert(name.clone(), BTreeSet::new());
        faulty.insert(name.clone(), faults.clone().into());
    }
    for pipeline in project.pipelines.values() {
        let mut needs = BTreeSet::new();
        let queries = pipeline.models.values().map(|model| &model.sql).chain(pipeline.checks.values());
        for sql in queries {
            let tables = match engine.reads(sql, &pipeline.name) {
                Ok(tables) => tables,
                Err(fault) => {
                    faulty.entry(pipeline.name.clone()).or_insert_with(|| fault.into());
                    continue;
                }
            };
            needs
                .extend(tables.into_iter().map(|table| table.pipeline).filter(|name| *name != pipeline.name));
        }
        needs.extend(lists::pipelines_named(project, pipeline));
        reads.insert(pipeline.name.clone(), needs);
    }
    match order(&reads) {
        Ok(sorted) => {
            let internal = project.pipelines.values().filter(|pipeline| pipeline.is_internal());
            let internal = internal.map(|pipeline| pipeline.name.clone()).collect();
            Ok(Order { sorted, reads, internal, faulty })
        }
        Err(cycle) => {
            let message = format!("these pipelines read each other in a circle: {}", cycle.join(" → "));
            let first = cycle
                .first()
                .map_or("pipelines".to_owned(), |name| format!("pipelines/{name}/pipeline.toml"));
            let help = "move what both need into a pipeline of its own, which they read".to_owned();
            Err(Diagnostic::of_path(&first, message).with_help(help).into())
        }
    }
}

impl Order {
    /// Returns the chosen pipelines, in order, and before them those of internal tables that they read: nobody knows
    /// these by name, and what is read through them is to be as new as what is read directly.
    pub(super) fn choose(&self, selection: &Selection) -> Result<Vec<String>, Failure> {
        let Selection::Named(names) = selection else { return Ok(self.sorted.clone()) };
        if let Some(unknown) = names.iter().find(|name| !self.sorted.contains(name)) {
            return Err(no_such("pipeline", unknown, self.sorted.iter()));
        }
        let mut chosen: BTreeSet<&String> = names.iter().collect();
        for name in self.sorted.iter().rev().filter(|name| self.internal.contains(*name)) {
            let is_read = chosen.iter().any(|chosen| self.reads_of(chosen).any(|read| read == name));
            if is_read {
                chosen.insert(name);
            }
        }
        Ok(self.sorted.iter().filter(|name| chosen.contains(name)).cloned().collect())
    }

    /// Returns what keeps a pipeline from being run, where its files have a fault.
    pub(super) fn fault_of(&self, name: &str) -> Option<&Failure> {
        self.faulty.get(name)
    }

    /// Returns the pipelines whose tables `name` reads.
    pub(super) fn reads_of(&self, name: &str) -> impl Iterator<Item = &String> {
        self.reads.get(name).into_iter().flatten()
    }
}
