use std::fmt;

use crate::text::counted;

/// One thing that happened, as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A source is being read.
    Reading {
        /// `pipeline.source`.
        source: String,
        /// Files that are new or changed.
        files: usize,
    },
    /// A file or query has been read.
    Read {
        /// `pipeline.source`.
        source: String,
        /// Its rows.
        rows: u64,
    },
    /// A model is being run.
    Building {
        /// `pipeline.model`.
        model: String,
        /// Tables of the pipeline that are done.
        done: usize,
        /// Tables of the pipeline.
        tables: usize,
    },
    /// A check was made.
    Checked {
        /// `pipeline`, and the check's name in it.
        check: (String, String),
        /// Rows that are wrong.
        wrong: u64,
    },
    /// A pipeline was not run.
    Skipped {
        /// The pipeline.
        pipeline: String,
        /// The failed pipeline whose tables it reads.
        because: String,
    },
    /// A pipeline came to its end.
    Finished {
        /// The pipeline.
        pipeline: String,
        /// The exit code that it comes to.
        code: u8,
        /// What it came to, in one line.
        outcome: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading { source, files } => {
                let noun = if *files == 1 { "file or query" } else { "files" };
                write!(f, "  reading   {source}: {files} {noun}")
            }
            Self::Read { source, rows } => {
                write!(f, "  read      {source}: {}", counted(*rows, "row", "rows"))
            }
            Self::Building { model, .. } => write!(f, "  building  {model}"),
            Self::Checked { check: (pipeline, check), wrong } => {
                write!(f, "  checked   {pipeline}, {check}: {wrong} wrong")
            }
            Self::Skipped { pipeline, because } => {
                write!(f, "{pipeline}: skipped, because `{because}` failed")
            }
            Self::Finished { outcome, .. } => f.write_str(outcome),
        }
    }
}
