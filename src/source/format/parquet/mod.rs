//! Parquet files. A source needs no settings for them.

pub(in crate::source) mod rows;

use super::Format;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::intake::Intake;
use crate::source::sandbox::{self, Task};

/// Apache Parquet.
#[derive(Clone, Default)]
pub(super) struct Parquet;

impl Format for Parquet {
    fn expected(&self) -> &'static str {
        "a Parquet file"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Parquet
    }

    fn cells(&self) -> Cells {
        Cells::Typed
    }

    fn read(&self, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), SourceError> {
        sandbox::read(content.name(), content.file()?, Task::Parquet, &mut |row| intake.take(row))
    }
}
