//! Tables that stay where they are: a query reads the columns and the row groups that it needs.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use object_store::ObjectStore;
use url::Url;

use super::error::EngineError;
use super::session::Engine;
use super::table_name::TableName;
use crate::diagnostic::Cause;

/// What the names of files begin with, inside the engine.
const PLACE: &str = "store://files";

impl Engine {
    /// Makes the engine read the files that [`Self::register_files`] names through `place`.
    ///
    /// # Errors
    ///
    /// [`EngineError::Start`], for a fault of the program.
    pub fn reading(self, place: Arc<dyn ObjectStore>) -> Result<Self, EngineError> {
        let url = Url::parse(PLACE).map_err(|fault| EngineError::Start(Cause::of(&fault)))?;
        self.context.register_object_store(&url, place);
        Ok(self)
    }

    /// Gives the session a table whose rows are in Parquet files, all of the same columns, and says which; of
    /// their rows nothing is read before a query asks. A table of that name is replaced.
    ///
    /// # Errors
    ///
    /// [`EngineError::Read`] when the columns cannot be read from the first file, and
    /// [`EngineError::Start`] when there is none.
    pub fn register_files<'a>(
        &self,
        name: &TableName,
        files: impl Iterator<Item = &'a str>,
    ) -> Result<SchemaRef, EngineError> {
        let start = |error: DataFusionError| EngineError::Start(Cause::of(&error));
        let state = self.context.state();
        let paths: Vec<ListingTableUrl> = files
            .map(|file| ListingTableUrl::parse(format!("{PLACE}/{file}")))
            .collect::<Result<_, _>>()
            .map_err(start)?;
        let first =
            paths.first().ok_or_else(|| EngineError::Start(format!("`{name}` has no files").into()))?;
        // Comments are for analysts: they are skipped, because a plan would compare them.
        let format =
            ParquetFormat::new().with_options(state.table_options().parquet.clone()).with_skip_metadata(true);
        let options = ListingOptions::new(Arc::new(format));
        let columns = self
            .threads
            .block_on(options.infer_schema(&state, first))
            .map_err(|error| EngineError::Read { file: name.to_string(), source: Box::new(error) })?;
        let config = ListingTableConfig::new_with_multi_paths(paths)
            .with_listing_options(options)
            .with_schema(columns.clone());
        self.put(name, Arc::new(ListingTable::try_new(config).map_err(start)?))?;
        Ok(columns)
    }
}
