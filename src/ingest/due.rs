//! What a source has to read: files that are new, changed, or under a changed contract.

use std::collections::{BTreeMap, BTreeSet};

use super::landing::contract;
use super::natural::natural;
use super::place::{failure, place, source_name};
use super::{current, merged};
use crate::job::{Context, Failure, Kept, Kind};
use crate::privacy::without_pupil_numbers;
use crate::project::{Disposition, Pipeline, SourceDefinition};
use crate::source::{self, Found, Inputs};
use crate::store::LandingRecord;
use crate::text::counted;

/// What one source has to read.
#[derive(Debug)]
pub(crate) struct Due {
    /// Files or queries to be read, in the order in which they arrived; those that are new after all others.
    pub(crate) fresh: Vec<Found>,
    /// Files or queries that have landed as they are, or whose newer file has.
    pub(crate) known: usize,
    /// Files that are left out because another has the same bytes, each with that other.
    pub(crate) copies: Vec<(String, String)>,
    /// What a person should know of files that are left out, in sentences.
    pub(crate) notes: Vec<String>,
    /// Whether the file of the table lies beside those to be read: one of them that reaches less far is in order.
    pub(super) beside: bool,
    /// The contract's fingerprint.
    pub(super) contract: String,
    /// What makes each file that is there the same file when it comes again.
    pub(super) there: BTreeSet<String>,
    /// What has landed before.
    pub(super) landings: Vec<LandingRecord>,
}

impl Due {
    /// Returns what is due where that cannot be found out.
    pub(super) fn of_nothing() -> Self {
        Self {
            fresh: Vec::new(),
            known: 0,
            copies: Vec::new(),
            notes: Vec::new(),
            beside: true,
            contract: String::new(),
            there: BTreeSet::new(),
            landings: Vec::new(),
        }
    }
}

/// Returns what `definition` has to read now. Reads bytes, not rows; lands nothing.
pub(crate) fn due(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
) -> Result<Due, Failure> {
    let found = source::discover(definition, place(context, definition)?)
        .map_err(|error| failure(pipeline, definition, error))?;
    let landings = context.store().landings(&pipeline.name, &definition.name, None)?;
    let contract = contract(definition, inputs).map_err(|error| failure(pipeline, definition, error))?;
    let locks = source::locks(definition, place(context, definition)?)
        .map_err(|error| failure(pipeline, definition, error))?;
    let open = |lock: &String| {
        format!(
            "{}: `{}` was left out: an office program writes it beside a file that is open there, and what its \
             screen shows may not be saved",
            source_name(pipeline, definition),
            without_pupil_numbers(lock)
        )
    };
    let folders = source::folders(definition, place(context, definition)?)
        .map_err(|error| failure(pipeline, definition, error))?;
    let folder = |name: &String| {
        format!(
            "{}: `{}` was left out: it is a folder and has the name of a file",
            source_name(pipeline, definition),
            without_pupil_numbers(name)
        )
    };
    let mut due = Due {
        fresh: Vec::new(),
        known: 0,
        copies: Vec::new(),
        notes: locks.iter().map(open).chain(folders.iter().map(folder)).collect(),
        beside: false,
        contract,
        there: found.iter().map(|found| found.identity.clone()).collect(),
        landings: Vec::new(),
    };
    let sorting = Sorting { context, pipeline, definition, landings: &landings, inputs };
    match definition.file.disposition {
        Disposition::Replace => sorting.one_of(found, &mut due)?,
        Disposition::Append | Disposition::Merge => sorting.each(found, &mut due),
    }
    due.landings = landings;
    Ok(due)
}

/// Sorts the files of a source into those to be read and those to be left.
struct Sorting<'a> {
    context: &'a Context,
    pipeline: &'a Pipeline,
    definition: &'a SourceDefinition,
    landings: &'a [LandingRecord],
    inputs: &'a Inputs,
}

impl Sorting<'_> {
    /// Returns whether `landing` is what reading `found` now would give.
    fn stands(&self, landing: &LandingRecord, found: &Found, contract: &str) -> bool {
        has_bytes(landing, found) && landing.contract == contract && !self.is_of_another_day(landing)
    }

    /// Returns whether the contract compares with today, and a row of `landing` would fare otherwise on this day.
    fn is_of_another_day(&self, landing: &LandingRecord) -> bool {
        let ranges = self.definition.file.columns.iter().filter_map(|column| column.range.as_ref());
        let (mut from_today, mut to_today) = (false, false);
        for range in ranges {
            let is_today = |bound: &Option<crate::project::Text>| {
                bound.as_ref().is_some_and(|bound| bound.get_ref().trim() == "today")
            };
            from_today |= is_today(&range.least);
            to_today |= is_today(&range.most);
        }
        // A day that lay ahead is reached in time; one that had been reached stays so.
        let found = &landing.findings;
        let lay_ahead =
            [&found.set_aside, &found.warnings].into_iter().any(|rules| rules.contains_key("range"));
        let day = landing.received.with_timezone(&self.context.clock().zone()).date_naive();
        let changes_later = found.set_aside.contains_key(source::FUTURE_CHANGE);
        day != self.inputs.today && (from_today || to_today && lay_ahead || changes_later)
    }

    /// Adds what is due of a source whose files stand beside each other.
    fn each(&self, found: Vec<Found>, due: &mut Due) {
        let landed = current::newest(self.landings, self.definition);
        // A file that is gone and whose bytes are there under another name was renamed. It is read again, so that the
        // store knows it by that name when it is edited later.
        let mut gone: BTreeSet<&str> = BTreeSet::new();
        for (identity, landing) in &landed {
            if let Some(file) = landing.file.as_ref().filter(|_| !due.there.contains(identity)) {
                gone.insert(&file.sha256);
            }
        }
        let mut known: Vec<(Found, &LandingRecord)> = Vec::new();
        let mut fresh: Vec<Found> = Vec::new();
        for file in found {
            let own = landed.get(&file.identity).copied().filter(|landing| has_bytes(landing, &file));
            match own {
                Some(landing) if self.stands(landing, &file, &due.contract) => known.push((file, landing)),
                _ => fresh.push(file),
            }
        }
        // The file that landed stays the original, whatever its copy is called.
        fresh.sort_by_key(|file| !landed.contains_key(&file.identity));
        let known_files = known.iter().map(|(file, _)| (file.sha256.clone(), file.name.clone()));
        due.fresh = self.without_copies(fresh, known_files.collect(), due);
        // A row that was set aside for the sake of a file which is read again may be the only one now.
        let frees = |file: &Found| merged::judges(self.definition) || landed.contains_key(&file.identity);
        if due.fresh.iter().any(frees) {
            let (again, rest): (Vec<_>, Vec<_>) =
                known.into_iter().partition(|(_, landing)| shared_a_key(landing));
            due.fresh.extend(again.into_iter().map(|(file, _)| file));
            known = rest;
        }
        due.known = known.len();
        self.in_order(&mut due.fresh);
        let is_new =
            |file: &&Found| !landed.contains_key(&file.identity) && !gone.contains(file.sha256.as_str());
        let new = due.fresh.iter().filter(is_new).count();
        let file = &self.definition.file;
        if file.disposition == Disposition::Merge && file.updated_at.is_none() && new > 1 {
            due.notes.push(format!(
                "{}: {new} files are new at once and were merged in the order of their names, numbers by their size: \
                 name by `updated_at` the column that says which row is newer",
                self.name()
            ));
        }
    }

    /// Adds what is due of a source of which one file is the table.
    fn one_of(&self, mut found: Vec<Found>, due: &mut Due) -> Result<(), Failure> {
        let declared = self.definition.file.as_at.is_some();
        let current = current::landings(self.landings, self.definition).first().copied();
        let read_before: BTreeSet<&str> = self
            .landings
            .iter()
            .filter_map(|landing| landing.file.as_ref())
            .map(|file| file.sha256.as_str())
            .collect();
        let own = |landing: &LandingRecord| {
            landing.file.as_ref().map(|file| source::identity(self.definition, &file.name, &file.sha256))
        };
        let of_table = current.and_then(own);
        let is_there = found.iter().any(|file| Some(&file.identity) == of_table.as_ref());
        let table = current.and_then(|current| {
            let named = |file: &Found| !is_there || Some(&file.identity) == of_table.as_ref();
            let at = found.iter().position(|file| has_bytes(current, file) && named(file))?;
            Some((found.remove(at), current))
        });
        let (new, superseded): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|file| {
            !read_before.contains(file.sha256.as_str()) || Some(&file.identity) == of_table.as_ref()
        });
        due.known = superseded.len();
        due.beside = table.is_some();
        let all = new.len();
        let mut new = self.without_copies(new, BTreeMap::new(), due);
        due.known += all - new.len();
        let identities: BTreeSet<String> = self.landings.iter().filter_map(own).collect();
        match new.as_slice() {
            [] => match table {
                Some((file, landing)) if self.stands(landing, &file, &due.contract) => due.known += 1,
                Some((file, _)) => due.fresh = vec![file],
                None => {}
            },
            [one] if declared || !due.beside || !identities.contains(&one.identity) => {
                due.known += usize::from(table.is_some());
                due.fresh = new;
            }
            _ if declared => {
                due.known += usize::from(table.is_some());
                self.in_order(&mut new);
                due.fresh = new;
            }
            _ => return Err(self.several(&new, table.as_ref().map(|(file, _)| file))),
        }
        Ok(())
    }

    /// Leaves out the files whose bytes are those of another, of `known` by its bytes or of an earlier one, and notes
    /// them.
    fn without_copies(
        &self,
        files: Vec<Found>,
        mut known: BTreeMap<String, String>,
        due: &mut Due,
    ) -> Vec<Found> {
        let mut others = Vec::new();
        for file in files {
            if let Some(other) = known.get(&file.sha256) {
                due.notes.push(format!(
                    "{}: `{}` holds the same bytes as `{other}` and was left out",
                    self.name(),
                    file.name
                ));
                due.copies.push((file.name, other.clone()));
                continue;
            }
            known.insert(file.sha256.clone(), file.name.clone());
            others.push(file);
        }
        others
    }

    /// Returns the failure for several files that could each be the table.
    fn several(&self, new: &[Found], table: Option<&Found>) -> Failure {
        let names: Vec<String> = new.iter().map(|file| format!("`{}`", file.name)).collect();
        let found = match table {
            Some(table) => {
                format!("{} changed, and the newer `{}` is the table", names.join(", "), table.name)
            }
            None => format!(
                "{} that have not been read: {}",
                counted(new.len(), "file", "files"),
                names.join(", ")
            ),
        };
        let what = format!(
            "expected one new file, as `disposition` is `replace` and the newest file is the table, found {found}"
        );
        Failure::new(Kind::SourceRejected, what)
            .at(self.name())
            .kept(Kept::LastTables)
            .help(format!(
                "where each file holds a part, write `disposition = \"append\"` in `{}`",
                self.definition.source.shown()
            ))
            .help("where each is whole, name by `as_at` the column that says which reaches furthest")
            .help("or leave only the newest file in the folder")
    }

    /// Puts files into the order in which they arrived, and new ones after them by name.
    fn in_order(&self, files: &mut [Found]) {
        let arrived = current::order_of_arrival(self.landings, self.definition);
        files.sort_by_cached_key(|file| {
            (arrived.get(file.sha256.as_str()).copied().unwrap_or(usize::MAX), natural(&file.name))
        });
    }

    fn name(&self) -> String {
        source_name(self.pipeline, self.definition)
    }
}

fn has_bytes(landing: &LandingRecord, found: &Found) -> bool {
    landing.file.as_ref().is_some_and(|file| file.sha256 == found.sha256)
}

/// Returns whether a row of `landing` had the key of another.
fn shared_a_key(landing: &LandingRecord) -> bool {
    let found = &landing.findings;
    [&found.set_aside, &found.warnings].into_iter().any(|rules| rules.contains_key(source::UNIQUE))
}
