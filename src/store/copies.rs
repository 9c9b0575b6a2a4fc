//! `tables/` and `catalog.sql`: copies of what the newest commit says, for readers that know no commits.
//!
//! They are made from the files of the commit, checked on the way, and put in place whole. A hard link
//! would be quicker and is not used: an analyst who writes to a copy must not reach the snapshot.

use super::commit::{Commit, PublishedTable};
use super::error::StoreError;
use super::open::Store;
use super::{catalog, names};

impl Store {
    /// Brings `tables/` and `catalog.sql` to the newest commit. Does nothing where they are there already.
    pub(super) fn refresh_copies(&self) -> Result<(), StoreError> {
        self.objects().exclusively(&mut || {
            let Some(head) = self.head()? else { return Ok(()) };
            let place = self.objects().folder();
            let there = self.objects().read(names::CATALOG)?.unwrap_or_default();
            let shown = catalog::seq(&there);
            if shown == Some(head.seq) && catalog::is_of(&there, place) {
                return Ok(());
            }
            // Commits from before the last refresh tell which copies are as they should be. Where one
            // cannot be read, every copy is made again.
            let shown = shown.and_then(|seq| self.commit_at(seq).ok().flatten());
            for (pipeline, name, table) in head.listed() {
                let before = shown.as_ref().and_then(|shown| shown.table(pipeline, name));
                if before.is_none_or(|before| before.internal || before.files != table.files) {
                    self.refresh_copy(pipeline, name, table)?;
                }
            }
            if let Some(shown) = shown {
                self.remove_dropped(&shown, &head)?;
            }
            self.objects().replace(names::CATALOG, catalog::sql(&head, place).as_bytes())
        })
    }

    /// Makes the copy of one table again. A table in more parts than one has none: see `catalog.sql`.
    pub(super) fn refresh_copy(
        &self,
        pipeline: &str,
        name: &str,
        table: &PublishedTable,
    ) -> Result<(), StoreError> {
        let copy = names::table(pipeline, name);
        match table.files.as_slice() {
            [file] => self.objects().replace(&copy, &self.read_file(file)?),
            _ => self.objects().remove(&copy),
        }
    }

    fn remove_dropped(&self, shown: &Commit, head: &Commit) -> Result<(), StoreError> {
        for (pipeline, name, _) in shown.listed() {
            if head.table(pipeline, name).is_none_or(|table| table.internal) {
                self.objects().remove(&names::table(pipeline, name))?;
            }
        }
        Ok(())
    }
}
