use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::difference::{self, Bag, Columns};
use super::landing::{REPEATED, needs_pseudonyms};
use super::{current, gates, parts};
use crate::calendar::Period;
use crate::job::{Context, Failure};
use crate::privacy::Pseudonyms;
use crate::project::{Disposition, Pipeline, Series, SourceDefinition};
use crate::source::{Extraction, Found, Inputs};
use crate::store::LandingRecord;

/// What has landed of a source, against which an extract is held row by row.
pub(super) struct Against<'a> {
    pub(super) context: &'a Context,
    pub(super) pipeline: &'a Pipeline,
    pub(super) definition: &'a SourceDefinition,
    pub(super) landings: &'a [LandingRecord],
    /// What makes each file that is there the same file when it comes again.
    pub(super) files: &'a BTreeSet<String>,
    pub(super) inputs: &'a Inputs,
}

impl Against<'_> {
    /// Counts what an extract changes of the one that it takes the place of, and the rows that other files, `there`,
    /// have too. Returns what a person has to accept before it may land, in sentences, each with what else would put it
    /// right.
    pub(super) fn compare(
        &self,
        there: Option<&Bag>,
        found: &Found,
        extraction: &mut Extraction,
    ) -> Result<Vec<(String, Option<&'static str>)>, Failure> {
        let before = gates::replaced(self.landings, self.definition, found);
        if there.is_none() && before.is_none() {
            return Ok(Vec::new());
        }
        let mut to_accept = Vec::new();
        let rows = extraction.rows.batches()?;
        if let Some(there) = there {
            let repeated = there.shared(&Columns::of(self.definition), &rows)?;
            if repeated > 0 {
                extraction.warnings.insert(REPEATED.to_owned(), repeated);
            }
            let rename = "or give it the name of the file that it takes the place of";
            let what = match gates::repeats(found, extraction, repeated) {
                None if repeated > 0 => self.another_within(found, &rows)?,
                what => what,
            };
            to_accept.extend(what.map(|what| (what, Some(rename))));
        }
        let Some(before) = before else { return Ok(to_accept) };
        // An older extract lands, and the table stays as it is.
        if self.definition.file.as_at.is_some() && gates::is_older(before, extraction, self.inputs.today) {
            return Ok(to_accept);
        }
        let rows_before = self.context.store().read_landing(before)?;
        let key = self.inputs.pseudonyms.as_ref().filter(|_| needs_pseudonyms(self.definition));
        let same_key = before.key == key.map(Pseudonyms::key_id);
        extraction.replaced = Some(difference::replaced(self.definition, &rows_before, &rows, same_key)?);
        if let Some(series) = &self.definition.file.series {
            let (was, is) = (parts::rows(series, &rows_before), parts::rows(series, &rows));
            // A day of 1901 that is corrected takes no part away.
            let strays = parts::far_off(&was, self.inputs.today);
            let was: BTreeSet<Period> = was
                .into_keys()
                .filter(|part| !strays.contains(part) && part.start() <= self.inputs.today)
                .collect();
            let is: BTreeSet<Period> = is.into_keys().collect();
            let gone = self.in_no_other(series, before, was.difference(&is).copied().collect())?;
            let named: Vec<String> = gone.iter().map(|part| part.label()).collect();
            if !named.is_empty() {
                let what = format!("`{}` has no row of {} any more", found.name, named.join(", "));
                to_accept.push((what, None));
            }
        }
        Ok(to_accept)
    }

    /// Returns the parts of a series that no landing in force but `except` has a row of.
    fn in_no_other(
        &self,
        series: &Series,
        except: &LandingRecord,
        mut parts: BTreeSet<Period>,
    ) -> Result<BTreeSet<Period>, Failure> {
        for other in current::landings(self.landings, self.definition) {
            if parts.is_empty() {
                break;
            }
            if other.id != except.id {
                let there = parts::rows(series, &self.context.store().read_landing(other)?);
                parts.retain(|part| !there.contains_key(part));
            }
        }
        Ok(parts)
    }

    /// Says which other file of the table most rows of are in `rows` too: one that grew or was edited under another name.
    /// Asks the store again, as files of this reading have landed since.
    fn another_within(&self, found: &Found, rows: &[RecordBatch]) -> Result<Option<String>, Failure> {
        let store = self.context.store();
        let all = store.landings(&self.pipeline.name, &self.definition.name, None)?;
        let columns = Columns::of(self.definition);
        let mut bag = Bag::default();
        bag.add(&columns, rows)?;
        for other in current::landings(&all, self.definition) {
            let Some(file) = &other.file else { continue };
            let identity = current::identity(self.definition, other);
            if identity == found.identity || file.sha256 == found.sha256 {
                continue;
            }
            let shared = bag.shared(&columns, &store.read_landing(other)?)?;
            let is_gone = !self.files.contains(&identity);
            if let Some(what) = gates::holds_another(found, other, shared, is_gone) {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }

    /// Returns the rows that files which are not among `fresh` have in the table.
    pub(super) fn of_other_files(&self, fresh: &[Found]) -> Result<Bag, Failure> {
        let columns = Columns::of(self.definition);
        let mut bag = Bag::default();
        for landing in others(self.landings, self.definition, fresh) {
            bag.add(&columns, &self.context.store().read_landing(landing)?)?;
        }
        Ok(bag)
    }

    /// Returns the rows of each part of a series that files which are not among `fresh` have in the table.
    pub(super) fn parts_of_others(&self, fresh: &[Found]) -> Result<BTreeMap<Period, u64>, Failure> {
        let mut there = BTreeMap::new();
        let Some(series) = &self.definition.file.series else { return Ok(there) };
        if self.definition.file.disposition == Disposition::Replace {
            return Ok(there);
        }
        for landing in others(self.landings, self.definition, fresh) {
            for (part, rows) in parts::rows(series, &self.context.store().read_landing(landing)?) {
                *there.entry(part).or_default() += rows;
            }
        }
        Ok(there)
    }
}

/// Returns the landings in force of files that are not among `fresh`.
fn others<'a>(
    landings: &'a [LandingRecord],
    definition: &SourceDefinition,
    fresh: &[Found],
) -> Vec<&'a LandingRecord> {
    let names: BTreeSet<&str> = fresh.iter().map(|found| found.identity.as_str()).collect();
    // A file that was renamed and is read again has its rows under its former name.
    let bytes: BTreeSet<&str> = fresh.iter().map(|found| found.sha256.as_str()).collect();
    let is_other = |landing: &&LandingRecord| {
        !names.contains(current::identity(definition, landing).as_str())
            && !landing.file.as_ref().is_some_and(|file| bytes.contains(file.sha256.as_str()))
    };
    current::landings(landings, definition).into_iter().filter(is_other).collect()
}
