//! `unique` in a merge holds over the table as it is once the newest row of each key is picked, and not within a file:
//! two versions of a row share it and are one row, and a row may take what another has just given up.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use arrow::row::OwnedRow;

use super::assemble::{Comparing, in_schema, survivors};
use super::current;
use super::landing;
use crate::job::{Context, Failure};
use crate::project::{Disposition, Pipeline, RuleSeverity, SourceDefinition};
use crate::source::{self, Extraction, Found, Inputs};
use crate::store::{FileFact, LandingRecord};

/// How the name of a landing begins that has not landed yet; its place among the new ones follows.
const NEW: &str = "new ";

/// Returns whether `unique` of a source is judged here.
pub(super) fn judges(definition: &SourceDefinition) -> bool {
    definition.file.disposition == Disposition::Merge && !definition.file.unique.is_empty()
}

/// The rows of one landing, or of a file that is to land.
struct Rows {
    file: String,
    batches: Vec<RecordBatch>,
    /// The file's place among those that are to land.
    new: Option<usize>,
}

/// A merge before its new files land.
pub(super) struct Merge<'a> {
    pub(super) context: &'a Context,
    pub(super) pipeline: &'a Pipeline,
    pub(super) definition: &'a SourceDefinition,
    pub(super) inputs: &'a Inputs,
    /// What has landed.
    pub(super) landings: &'a [LandingRecord],
}

impl Merge<'_> {
    /// Returns the rows of `new` files which, after the merge, share their `unique` columns with another row: by the
    /// file's place in `new`, then by row, with the reason. Of several the one that came first has none.
    pub(super) fn shared(
        &self,
        new: &[(Found, Extraction)],
    ) -> Result<BTreeMap<usize, BTreeMap<i64, String>>, Failure> {
        let mut all = self.landings.to_vec();
        let orders = landing::next_order(self.landings)..;
        for ((at, (found, extraction)), order) in new.iter().enumerate().zip(orders) {
            all.push(LandingRecord { order, ..self.as_landed(at, found, extraction) });
        }
        let schema = source::schema(self.definition);
        let mut rows = Vec::new();
        for landing in current::landings(&all, self.definition) {
            let at = landing.id.strip_prefix(NEW).and_then(|at| at.parse::<usize>().ok());
            let batches = match at.and_then(|at| new.get(at)) {
                Some((_, extraction)) => extraction.rows.batches().map_err(Failure::bug)?,
                None => self.context.store().read_landing(landing)?,
            };
            rows.push(Rows::of(self.definition, &schema, landing, batches, at)?);
        }
        sharing(self.definition, &rows)
    }

    /// Returns the record of a file as if it had landed.
    fn as_landed(&self, at: usize, found: &Found, extraction: &Extraction) -> LandingRecord {
        LandingRecord {
            format: 0,
            id: format!("{NEW}{at}"),
            pipeline: self.pipeline.name.clone(),
            source: self.definition.name.clone(),
            received: self.context.clock().now(),
            run: String::new(),
            file: Some(FileFact {
                name: found.name.clone(),
                identity: found.identity.clone(),
                sha256: found.sha256.clone(),
                bytes: found.bytes,
            }),
            counts: extraction.counts,
            money: BTreeMap::new(),
            contract: String::new(),
            parts: Vec::new(),
            quarantine: None,
            findings: extraction.findings(),
            as_at: extraction.as_at,
            key: landing::key(self.definition, self.inputs),
            replays: None,
            order: 0,
        }
    }
}

impl Rows {
    /// Takes the rows of a landing under today's contract.
    fn of(
        definition: &SourceDefinition,
        schema: &SchemaRef,
        landing: &LandingRecord,
        batches: Vec<RecordBatch>,
        new: Option<usize>,
    ) -> Result<Self, Failure> {
        let file = landing.file.as_ref().map_or(definition.name.as_str(), |file| file.name.as_str());
        let batches = batches.into_iter().map(|batch| in_schema(schema, batch, landing));
        Ok(Self { file: file.to_owned(), batches: batches.collect::<Result<_, _>>()?, new })
    }
}

/// Counts the rows of a file that has landed before and comes again, changed, which take the place of rows that newer files
/// brought: where nothing says which row is newer, the one that comes last is.
pub(super) fn over_newer(
    context: &Context,
    definition: &SourceDefinition,
    all: &[LandingRecord],
    found: &Found,
    extraction: &Extraction,
) -> Result<u64, Failure> {
    let file = &definition.file;
    let says_which = file.updated_at.is_some() || file.as_at.is_some() || file.full_extract.is_some();
    if file.disposition != Disposition::Merge || says_which {
        return Ok(0);
    }
    let in_force = current::landings(all, definition);
    let is_own = |landing: &&LandingRecord| current::identity(definition, landing) == found.identity;
    let Some(own) = in_force.iter().rposition(is_own) else { return Ok(0) };
    let same =
        |landing: &&LandingRecord| landing.file.as_ref().is_some_and(|file| file.sha256 == found.sha256);
    let newer = in_force.get(own + 1..).unwrap_or_default();
    if newer.is_empty() || in_force.iter().any(same) {
        return Ok(0);
    }
    let schema = source::schema(definition);
    let key: Vec<String> = file.key.iter().map(|name| name.get_ref().clone()).collect();
    let mut batches = Vec::new();
    for landing in newer {
        for batch in context.store().read_landing(landing)? {
            batches.push(in_schema(&schema, batch, landing)?);
        }
    }
    let rows = extraction.rows.batches().map_err(Failure::bug)?;
    let of_newer = batches.len();
    batches.extend(rows);
    let mut comparing = Comparing::of(&batches, &key)?;
    let mut known: BTreeSet<OwnedRow> = BTreeSet::new();
    let mut over = 0;
    for (at, batch) in batches.iter().enumerate() {
        for row in &comparing.rows(batch)? {
            if at < of_newer {
                known.insert(row.owned());
            } else {
                over += u64::from(known.contains(&row.owned()));
            }
        }
    }
    Ok(over)
}

/// Returns the released rows of the landing `base` that share what is `unique` with another row after the merge, by row
/// with the reason. `all`: what has landed.
pub(super) fn released(
    context: &Context,
    definition: &SourceDefinition,
    all: &[LandingRecord],
    base: &LandingRecord,
    extraction: &Extraction,
) -> Result<BTreeMap<i64, String>, Failure> {
    let schema = source::schema(definition);
    let others = current::landings(all, definition);
    let others = others.into_iter().filter(|landing| landing.replays.as_deref() != Some(&base.id));
    let mut rows = Vec::new();
    for landing in others {
        let batches = context.store().read_landing(landing)?;
        rows.push(Rows::of(definition, &schema, landing, batches, None)?);
        if landing.id == base.id {
            let batches = extraction.rows.batches().map_err(Failure::bug)?;
            rows.push(Rows::of(definition, &schema, landing, batches, Some(0))?);
        }
    }
    Ok(sharing(definition, &rows)?.remove(&0).unwrap_or_default())
}

/// Finds the rows to be judged: each round takes those away that it finds, whose older versions then come back.
fn sharing(
    definition: &SourceDefinition,
    rows: &[Rows],
) -> Result<BTreeMap<usize, BTreeMap<i64, String>>, Failure> {
    let file = &definition.file;
    let names = |names: &[crate::diagnostic::Spanned<String>]| -> Vec<String> {
        names.iter().map(|name| name.get_ref().clone()).collect()
    };
    let (key, unique) = (names(&file.key), names(&file.unique));
    let updated_at = file.updated_at.as_ref().map(|name| name.get_ref().as_str());
    let batches: Vec<RecordBatch> = rows.iter().flat_map(|rows| rows.batches.iter().cloned()).collect();
    let of: Vec<&Rows> = rows.iter().flat_map(|rows| rows.batches.iter().map(move |_| rows)).collect();
    let number = |at: usize, row: usize| {
        let numbers = batches.get(at).and_then(|batch| batch.column_by_name("_row"));
        let numbers = numbers.and_then(|numbers| numbers.as_primitive_opt::<Int64Type>());
        numbers.map_or(0, |numbers| numbers.value(row))
    };
    let mut found: BTreeMap<usize, BTreeMap<i64, String>> = BTreeMap::new();
    let mut without: BTreeSet<(usize, usize)> = BTreeSet::new();
    loop {
        let keep = survivors(&batches, &key, updated_at, &without)?;
        let mut comparing = Comparing::of(&batches, &unique)?;
        // Rows that have landed come first: only a new one can be set aside.
        let mut first: HashMap<OwnedRow, (usize, usize)> = HashMap::new();
        let mut again = Vec::new();
        for is_new in [false, true] {
            for (at, batch) in batches.iter().enumerate() {
                let Some(new) = of.get(at).map(|rows| rows.new).filter(|new| new.is_some() == is_new) else {
                    continue;
                };
                let values = comparing.rows(batch)?;
                let stays = keep.get(at).map(Vec::as_slice).unwrap_or_default();
                for (row, _) in stays.iter().enumerate().filter(|(_, stays)| **stays) {
                    match first.entry(values.row(row).owned()) {
                        Entry::Vacant(place) => drop(place.insert((at, row))),
                        Entry::Occupied(there) => again.extend(new.map(|new| (new, at, row, *there.get()))),
                    }
                }
            }
        }
        let ends = again.is_empty() || file.unique_severity != RuleSeverity::Quarantine;
        for (new, at, row, (other, earlier)) in again {
            let beside = of.get(other).filter(|rows| rows.new != Some(new)).map(|rows| &rows.file);
            let of_file = beside.map(|file| format!(" of `{file}`")).unwrap_or_default();
            let reason = format!("has what is `unique` of row {}{of_file}", number(other, earlier));
            found.entry(new).or_default().insert(number(at, row), reason);
            without.insert((at, row));
        }
        if ends {
            return Ok(found);
        }
    }
}
