/// Name of the one catalog. Users never write it.
pub(super) const CATALOG: &str = "sufficiency";

/// The name of a table: pipeline and table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// The pipeline, which is the SQL schema.
    pub pipeline: String,
    /// The table.
    pub table: String,
}

impl TableName {
    /// Makes the name `pipeline.table`.
    pub fn new(pipeline: impl Into<String>, table: impl Into<String>) -> Self {
        Self { pipeline: pipeline.into(), table: table.into() }
    }

    /// Reads `pipeline.table`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (pipeline, table) = text.split_once('.')?;
        Some(Self::new(pipeline, table))
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.pipeline, self.table)
    }
}
