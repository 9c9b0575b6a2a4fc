//! How much has landed for each source. A landing whose folder was taken away leaves no gap by itself, so a commit
//! keeps how many there were.

use std::collections::BTreeSet;

use super::error::StoreError;
use super::give_up::given_up;
use super::names;
use super::open::Store;
use crate::text::counted;

/// What the name of such a count begins with, among the inputs of a commit.
const COUNT: &str = "landings of ";

impl Store {
    /// Counts the landings of a source that there are or that were given up, and names the count as a commit keeps it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be listed.
    pub fn landed(&self, pipeline: &str, source: &str) -> Result<(String, usize), StoreError> {
        let folder = format!("{}/{pipeline}/{source}/", names::LANDINGS);
        let is_record = |name: &String| name.starts_with(&folder) && name.ends_with("/landing.json");
        let there = self.objects().list(folder.trim_end_matches('/'))?;
        let given_up = given_up(self.objects().as_ref())?;
        let records: BTreeSet<String> = there.into_iter().chain(given_up).filter(is_record).collect();
        Ok((format!("{COUNT}{source}"), records.len()))
    }

    /// Refuses to go on where a landing of one of `sources` is gone that was there when the pipeline last published.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] with how many there were and are; other errors when the store cannot be read.
    pub fn has_all_landings<'a>(
        &self,
        pipeline: &str,
        sources: impl Iterator<Item = &'a String>,
    ) -> Result<(), StoreError> {
        let head = self.head()?;
        let Some(published) = head.as_ref().and_then(|commit| commit.pipelines.get(pipeline)) else {
            return Ok(());
        };
        for source in sources {
            // Commits of programs before do not say.
            let known = published.inputs.get(&format!("{COUNT}{source}"));
            let Some(before) = known.and_then(|count| count.parse::<usize>().ok()) else { continue };
            let (_, now) = self.landed(pipeline, source)?;
            if now < before {
                let name = format!("{}/{pipeline}/{source}", names::LANDINGS);
                let were = counted(before, "landing", "landings");
                let what = format!("commit {} was made of {were}, and the store has {now}", published.seq);
                return Err(StoreError::Corrupt { name, what: what.into() });
            }
        }
        Ok(())
    }
}
