//! What the query engine reads the store through: every byte is checked before it is returned.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::error::StoreError;
use super::open::Store;
use super::stored_file::BLOCK_BYTES;
use super::stored_file::StoredFile;

/// A read-only [`ObjectStore`] over the files that commits and landings refer to, and no others.
#[derive(Debug)]
struct CheckedReader {
    store: Store,
    known: RwLock<BTreeMap<String, Arc<StoredFile>>>,
}

impl Store {
    /// Returns what the query engine reads snapshots and landings through, by their names in the store. It checks every
    /// block that a range touches and fails, naming the file, when one is not what was written.
    #[must_use]
    pub fn reader(&self) -> Arc<dyn ObjectStore> {
        Arc::new(CheckedReader::new(self.clone()))
    }
}

impl CheckedReader {
    fn new(store: Store) -> Self {
        Self { store, known: RwLock::default() }
    }

    /// Returns what was written as `name`. A file that is not known yet may be of a commit made since.
    fn file(&self, name: &str) -> Result<Arc<StoredFile>> {
        if let Some(file) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(file.clone());
        }
        let found = self.store.file(name).map_err(refused)?;
        let Some(found) = found.map(Arc::new) else {
            let source = format!("no commit and no landing refers to `{name}`").into();
            return Err(Error::NotFound { path: name.to_owned(), source });
        };
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), found.clone());
        Ok(found)
    }

    /// Reads the bytes of `range`, after every block that they lie in was found to be what was written.
    fn checked(&self, file: &StoredFile, range: &Range<u64>) -> std::result::Result<Bytes, StoreError> {
        let block = BLOCK_BYTES as u64;
        let start = range.start / block * block;
        let end = range.end.div_ceil(block).saturating_mul(block).min(file.bytes);
        let bytes = self
            .store
            .objects()
            .read_range(&file.name, start..end)?
            .ok_or_else(|| file.damaged("it is missing".to_owned()))?;
        if bytes.len() as u64 != end - start {
            return Err(file.damaged(format!("it ends before byte {end} of {}", file.bytes)));
        }
        let place =
            |position: u64| usize::try_from(position).map_err(|fault| file.damaged(fault.to_string()));
        let first = place(start / block)?;
        for (index, block) in bytes.chunks(BLOCK_BYTES).enumerate() {
            file.check_block(first + index, block)?;
        }
        let wanted = place(range.start - start)?..place(range.end - start)?;
        Ok(Bytes::from(bytes).slice(wanted))
    }
}

#[async_trait]
impl ObjectStore for CheckedReader {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let file = self.file(location.as_ref())?;
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: DateTime::<Utc>::UNIX_EPOCH,
            size: file.bytes,
            e_tag: Some(file.sha256.clone()),
            version: None,
        };
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range
                .as_range(file.bytes)
                .map_err(|fault| Error::Generic { store: STORE, source: Box::new(fault) })?,
            None => 0..file.bytes,
        };
        let bytes = if options.head { Bytes::new() } else { self.checked(&file, &range).map_err(refused)? };
        let payload = GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed());
        Ok(GetResult { payload, meta, range, attributes: Attributes::default() })
    }

    fn list(&self, _prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::once(async { Err(refused_to("list: files are read by the list of a commit")) }).boxed()
    }

    async fn list_with_delimiter(&self, _prefix: Option<&Path>) -> Result<ListResult> {
        Err(refused_to("list: files are read by the list of a commit"))
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(refused_to("write: only a publication writes"))
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(refused_to("write: only a publication writes"))
    }

    fn delete_stream(
        &self,
        _locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        stream::once(async { Err(refused_to("delete: only retention deletes")) }).boxed()
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused_to("copy: only a publication writes"))
    }
}

impl fmt::Display for CheckedReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("checked store")
    }
}

const STORE: &str = "checked store";

fn refused(fault: StoreError) -> Error {
    Error::Generic { store: STORE, source: Box::new(fault) }
}

fn refused_to(what: &'static str) -> Error {
    Error::NotSupported { source: format!("this reader does not {what}").into() }
}
