//! What was given up: objects that were damaged or missing and that nothing could repair. Somebody decided to go on without
//! them. What there was of each is moved out of the way, and its absence is not damage any more.
//!
//! ```text
//! restricted/damaged/<name>-<start of its sha256>   what was found in its place
//! restricted/damaged/<name>-missing                 nothing was
//! ```

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::commit::PublishedPipeline;
use super::error::StoreError;
use super::objects::Objects;
use super::open::Store;
use super::stored_file::sha256;
use super::{landing, names};

/// Returns the names of all that was given up.
///
/// # Errors
///
/// [`StoreError::Read`] when the store cannot be listed.
pub fn given_up(objects: &dyn Objects) -> Result<BTreeSet<String>, StoreError> {
    let name = |aside: &String| {
        let name = aside.strip_prefix(names::DAMAGED)?.strip_prefix('/')?;
        Some(name.rsplit_once('-')?.0.to_owned())
    };
    Ok(objects.list(names::DAMAGED)?.iter().filter_map(name).collect())
}

/// Gives up `name`: moves what is there out of the way, and returns where it is now.
///
/// # Errors
///
/// [`StoreError`] when the place refuses; the object is then where it was, or in both places.
pub fn give_up(objects: &dyn Objects, name: &str) -> Result<String, StoreError> {
    let bytes = objects.read(name)?;
    let content = bytes.as_deref().map_or_else(|| "missing".to_owned(), sha256);
    let aside = format!("{}/{name}-{}", names::DAMAGED, content.get(..12).unwrap_or(&content));
    objects.create(&aside, bytes.as_deref().unwrap_or_default())?;
    objects.remove(name)?;
    Ok(aside)
}

impl Store {
    /// Gives up the landing that the object `name` is of, record first and rows whole, so that its file is read again.
    /// Returns the landing's folder; `None` when the object is of none.
    ///
    /// # Errors
    ///
    /// As [`give_up`].
    pub fn give_up_landing(&self, name: &str) -> Result<Option<String>, StoreError> {
        let Some(folder) = landing::folder_of(name) else { return Ok(None) };
        let objects = self.objects().as_ref();
        give_up(objects, &names::landing_record(&folder))?;
        let aside = folder.strip_prefix(names::LANDINGS).unwrap_or_default();
        let aside = format!("{}{aside}.parquet", names::QUARANTINE);
        for name in objects.list(&folder)?.into_iter().chain([aside]) {
            if objects.size(&name)?.is_some() {
                give_up(objects, &name)?;
            }
        }
        Ok(Some(folder))
    }

    /// Publishes without the tables of which a file was given up, so that the next run makes them again. Returns their
    /// names.
    ///
    /// # Errors
    ///
    /// As [`Store::publish`].
    pub fn publish_without_given_up(&self, run: &str, at: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let given_up = given_up(self.objects().as_ref())?;
        let Some(head) = self.head()? else { return Ok(Vec::new()) };
        let mut gone = Vec::new();
        for (pipeline, published) in &head.pipelines {
            let mut left = PublishedPipeline { run: run.to_owned(), at, ..published.clone() };
            for (name, table) in &published.tables {
                let lost = table.files.iter().filter(|file| given_up.contains(&file.name));
                let sizes =
                    lost.map(|file| self.objects().size(&file.name)).collect::<Result<Vec<_>, _>>()?;
                if sizes.contains(&None) {
                    left.tables.remove(name);
                    gone.push(format!("{pipeline}.{name}"));
                }
            }
            if left.tables.len() < published.tables.len() {
                self.publish_again(pipeline, &left)?;
            }
        }
        self.refresh_copies()?;
        Ok(gone)
    }
}
