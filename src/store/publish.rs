//! Publishing: files first, then the one record that makes them the tables.

use std::collections::BTreeMap;

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};

use super::commit::{Commit, PublishedColumn, PublishedPipeline, PublishedTable};
use super::error::StoreError;
use super::names;
use super::objects::Created;
use super::open::Store;
use super::part::{self, Encoder, Layout, Part};
use super::publication::{NewTable, Publication};
use super::stored_file::StoredFile;

/// How often a create may answer "exists" while nothing is there, as a bucket under load can.
const PHANTOMS: u32 = 16;

impl Store {
    /// Publishes all tables of a pipeline in one commit, durable when this returns.
    ///
    /// A publication of another pipeline that comes between is kept: this one is rebased on it. What
    /// follows the commit, `tables/` and `catalog.sql`, is made again at the next start if we die here.
    ///
    /// # Errors
    ///
    /// [`StoreError::Overtaken`] when another run published this pipeline meanwhile; any other when the
    /// place refused. An error after the commit was made says so by its name (`tables/…`): readers of
    /// commits then see this publication, and the next start finishes the rest.
    pub fn publish(&self, publication: &Publication) -> Result<Commit, StoreError> {
        names::plain(&publication.pipeline)?;
        names::plain(&publication.run)?;
        let head = self.head()?;
        let base = publication.base.unwrap_or_else(|| head.as_ref().map_or(0, |head| head.seq));
        refuse_overtaken(head.as_ref(), &publication.pipeline, &publication.run, base)?;
        let commit = self.write_and_commit(publication, head, base);
        let refreshed = commit.and_then(|commit| self.refresh_copies().map(|()| commit));
        refreshed.inspect_err(|_| self.objects().leave_unfinished())
    }

    fn write_and_commit(
        &self,
        publication: &Publication,
        head: Option<Commit>,
        base: u64,
    ) -> Result<Commit, StoreError> {
        let published = self.write_tables(publication, head.as_ref())?;
        self.commit(&publication.pipeline, &published, head, base)
    }

    /// Publishes the tables of `pipeline` again as commit `seq` had them: a new commit, after the newest.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTable`] when that commit has none of them, [`StoreError::Corrupt`] when a file of
    /// theirs is damaged or was removed by retention, and as [`Store::publish`].
    pub fn restore(
        &self,
        pipeline: &str,
        seq: u64,
        run: &str,
        at: DateTime<Utc>,
    ) -> Result<Commit, StoreError> {
        names::plain(run)?;
        let old = self.commit_at(seq)?.and_then(|commit| commit.pipelines.get(pipeline).cloned());
        let old = old.ok_or_else(|| StoreError::NoTable {
            pipeline: pipeline.to_owned(),
            table: "*".to_owned(),
            seq,
        })?;
        let restored = PublishedPipeline { run: run.to_owned(), at, ..old };
        let mut commit = None;
        // In turn, so that retention does not remove a file between the look at it and the commit.
        self.objects().exclusively(&mut || {
            for file in restored.tables.values().flat_map(|table| &table.files) {
                self.read_file(file)?;
            }
            let head = self.head()?;
            let base = head.as_ref().map_or(0, |head| head.seq);
            commit = Some(self.commit(pipeline, &restored, head, base)?);
            Ok(())
        })?;
        self.refresh_copies()?;
        commit.ok_or_else(|| StoreError::Write {
            name: names::COMMITS.to_owned(),
            source: std::io::Error::other("the place did not do its work"),
        })
    }

    /// Writes the files of every new table. Until a commit names them they are nobody's.
    fn write_tables(
        &self,
        publication: &Publication,
        head: Option<&Commit>,
    ) -> Result<PublishedPipeline, StoreError> {
        let mut tables = BTreeMap::new();
        for table in &publication.tables {
            names::plain(&table.name)?;
            let last = head.and_then(|head| head.table(&publication.pipeline, &table.name));
            tables.insert(table.name.clone(), self.write_table(publication, table, last)?);
        }
        for name in &publication.unchanged {
            let last = head.and_then(|head| head.table(&publication.pipeline, name));
            let last = last.ok_or_else(|| StoreError::NoTable {
                pipeline: publication.pipeline.clone(),
                table: name.clone(),
                seq: head.map_or(0, |head| head.seq),
            })?;
            tables.insert(name.clone(), last.clone());
        }
        Ok(PublishedPipeline {
            seq: 0,
            at: publication.at,
            run: publication.run.clone(),
            version: publication.version.clone(),
            inputs: publication.inputs.clone(),
            tables,
        })
    }

    fn write_table(
        &self,
        publication: &Publication,
        table: &NewTable,
        last: Option<&PublishedTable>,
    ) -> Result<PublishedTable, StoreError> {
        let (pipeline, run) = (&publication.pipeline, &publication.run);
        let full_name = format!("{pipeline}.{}", table.name);
        let layout = Layout {
            table: &full_name,
            sort: &table.sort,
            comment: table.comment.as_deref(),
            column_comments: &table.column_comments,
            part_bytes: self.table_bytes(),
        };
        let schema = part::schema(&table.batches, &layout)?;
        let columns = schema.fields().iter().map(|field| PublishedColumn {
            name: field.name().clone(),
            kind: field.data_type().to_string(),
            nullable: field.is_nullable(),
            comment: field.metadata().get("comment").cloned(),
        });
        let mut files = Vec::new();
        for (index, part) in self.encode(table, &layout)?.into_iter().enumerate() {
            let name = names::snapshot(pipeline, &table.name, run, index);
            let file = StoredFile::describe(name, &part.bytes, part.rows);
            let unchanged = last.and_then(|last| last.files.iter().find(|last| last.same_bytes(&file)));
            if let Some(unchanged) = unchanged {
                files.push(unchanged.clone());
                continue;
            }
            self.create_or_same(&file, &part.bytes)?;
            files.push(file);
        }
        Ok(PublishedTable {
            rows: files.iter().map(|file| file.rows).sum(),
            internal: table.internal,
            comment: table.comment.clone(),
            columns: columns.collect(),
            sort: table.sort.clone(),
            fingerprint: table.fingerprint.clone(),
            control_totals: table.control_totals.clone(),
            checks: table.checks.clone(),
            files,
        })
    }

    /// Encodes the rows of a table.
    fn encode(&self, table: &NewTable, layout: &Layout<'_>) -> Result<Vec<Part>, StoreError> {
        if table.landed.is_empty() {
            return part::encode(&table.batches, layout);
        }
        let refused = |what: &dyn std::fmt::Display| StoreError::Rows {
            table: layout.table.to_owned(),
            what: what.to_string().into(),
        };
        if !table.sort.is_empty() {
            return Err(refused(&"landings are published in the order in which they came"));
        }
        let schema = part::schema(&table.batches, layout)?;
        let mut encoder = Encoder::new(&schema, layout).map_err(|fault| refused(&fault))?;
        let mut push = |batch: &RecordBatch| {
            let columns = schema.fields().iter().map(|field| batch.column_by_name(field.name()).cloned());
            let columns: Option<Vec<_>> = columns.collect();
            let columns = columns.ok_or_else(|| refused(&"a landing has other columns"))?;
            let rows = RecordBatch::try_new(schema.clone(), columns).map_err(|fault| refused(&fault))?;
            encoder.push(&rows).map_err(|fault| refused(&fault))
        };
        table.batches.iter().try_for_each(&mut push)?;
        for file in table.landed.iter().flat_map(|landing| &landing.parts) {
            part::decode_each(file, self.read_file(file)?, &mut |batch| push(&batch))?;
        }
        encoder.finish().map_err(|fault| refused(&fault))
    }

    /// Creates `file`; one that is there with the same bytes is as good.
    pub(super) fn create_or_same(&self, file: &StoredFile, bytes: &[u8]) -> Result<(), StoreError> {
        for _ in 0..PHANTOMS {
            if self.objects().create(&file.name, bytes)? == Created::New {
                return Ok(());
            }
            if let Some(there) = self.objects().read(&file.name)? {
                return file.check(&there);
            }
        }
        Err(phantom(&file.name))
    }

    /// Creates the commit, on top of whatever other pipelines published meanwhile.
    /// Publishes the tables of `pipeline` as `published` has them, after the newest commit. Copies are left as they are.
    pub(super) fn publish_again(
        &self,
        pipeline: &str,
        published: &PublishedPipeline,
    ) -> Result<Commit, StoreError> {
        let head = self.head()?;
        let base = head.as_ref().map_or(0, |head| head.seq);
        self.commit(pipeline, published, head, base)
    }

    fn commit(
        &self,
        pipeline: &str,
        published: &PublishedPipeline,
        mut head: Option<Commit>,
        base: u64,
    ) -> Result<Commit, StoreError> {
        let mut phantoms = 0;
        loop {
            refuse_overtaken(head.as_ref(), pipeline, &published.run, base)?;
            let commit = Commit::after(head.as_ref(), pipeline, published);
            let name = names::commit(commit.seq);
            let bytes = commit.encode()?;
            if self.objects().create(&name, &bytes)? == Created::New {
                return Ok(commit);
            }
            match self.objects().read(&name)? {
                // An earlier try of this very publication that was not answered.
                Some(there) if there == bytes => return Ok(commit),
                Some(_) => {}
                None if phantoms < PHANTOMS => phantoms += 1,
                None => return Err(phantom(&name)),
            }
            head = self.head()?;
        }
    }
}

/// Refuses a publication of a pipeline that was published after `base`.
fn refuse_overtaken(head: Option<&Commit>, pipeline: &str, run: &str, base: u64) -> Result<(), StoreError> {
    let last = head.and_then(|head| head.pipelines.get(pipeline));
    match last {
        Some(last) if last.seq > base => Err(StoreError::Overtaken {
            pipeline: pipeline.to_owned(),
            run: run.to_owned(),
            by: last.run.clone(),
            seq: last.seq,
        }),
        _ => Ok(()),
    }
}

fn phantom(name: &str) -> StoreError {
    let source = std::io::Error::other("the place says that it exists, and it cannot be read");
    StoreError::Write { name: name.to_owned(), source }
}
