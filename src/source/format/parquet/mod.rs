//! Parquet files. A source needs no settings for them.

mod rows;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Format, Propose};
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::{FileKind, Mark};
use crate::source::proposal::Proposal;
use crate::source::receiver::Receiver;
use crate::source::sandbox::{self, Parser};

/// What a Parquet file begins with.
pub(super) const MARK: Mark =
    Mark { start: b"PAR1", words: "a Parquet file", extensions: &["parquet", "pq"] };

/// Reads in the sandbox: a file of many rows may take an hour.
pub(super) const PARSER: Parser = Parser {
    key: "parquet",
    what: rows::WHAT,
    seconds: 3600,
    read: |file, from, _, take| rows::read(file, from, take),
};

/// The files are Parquet, which says itself how it is laid out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Parquet {}

impl Format for Parquet {
    fn expected(&self) -> &'static str {
        "a Parquet file"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Marked(&MARK)
    }

    fn cells(&self) -> Cells {
        Cells::Typed
    }

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        sandbox::read(content.name(), content.file()?, (&PARSER, ""), &mut |row| to.take(row))
    }
}

impl Propose for Parquet {
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        let is_own = content.kind == FileKind::Marked(&MARK);
        Ok(is_own.then(|| Proposal { names_first: true, ..Proposal::default() }))
    }
}
