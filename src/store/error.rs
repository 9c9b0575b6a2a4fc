//! What can go wrong with the store.

use std::error::Error;
use std::path::PathBuf;

use crate::diagnostic::Cause;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The place refused to write. What was there before is still there.
    #[error("`{name}` cannot be written in the store")]
    Write {
        /// The object.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// The disk, or the quota on it, is full. What was there before is still there.
    #[error("no space for `{name}` in the store: it needs {needed} bytes, {available} are available")]
    NoSpace {
        /// The object.
        name: String,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that the file system would still give us.
        available: u64,
    },
    /// The place refused to read.
    #[error("`{name}` cannot be read from the store")]
    Read {
        /// The object.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// What is there is not what was written.
    #[error("`{name}` in the store is damaged")]
    Corrupt {
        /// The object.
        name: String,
        /// How it shows.
        #[source]
        what: Cause,
    },
    /// A newer store than this program knows.
    #[error("`{name}` has format {found}, and this program reads formats up to {known}")]
    Newer {
        /// The record.
        name: String,
        /// Its format.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// Another run published the same pipeline meanwhile: nothing of this one was published.
    #[error("`{pipeline}` was published by run `{by}` as commit {seq} while run `{run}` was at work")]
    Overtaken {
        /// The pipeline.
        pipeline: String,
        /// The run that came too late.
        run: String,
        /// The run that was first.
        by: String,
        /// Its commit.
        seq: u64,
    },
    /// Another process holds a lock of the store and has not given it up in half a minute.
    #[error("another process holds the store `{}` and has not released it", .0.display())]
    InUse(PathBuf),
    /// Two folders of the store are on different file systems, so that nothing can be moved whole.
    #[error("`{folder}` is on another file system than the store `{}`", .store.display())]
    OtherFileSystem {
        /// The folder that is elsewhere.
        folder: String,
        /// The store.
        store: PathBuf,
    },
    /// The file system can neither rename without replacing nor link.
    #[error("the file system of `{}` cannot create a file only if it is absent", .store.display())]
    NoCreate {
        /// The store.
        store: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// A name that cannot be a part of an object's name.
    #[error("expected a name that the store can have, found `{0}`")]
    Name(String),
    /// No such table in that commit.
    #[error("there is no table `{pipeline}.{table}` in commit {seq}")]
    NoTable {
        /// The pipeline.
        pipeline: String,
        /// The table.
        table: String,
        /// The commit.
        seq: u64,
    },
    /// Rows that cannot be written as a table.
    #[error("`{table}` cannot be written as Parquet")]
    Rows {
        /// The table.
        table: String,
        /// Why.
        #[source]
        what: Cause,
    },
}

impl StoreError {
    /// Returns whether the store holds something other than what was written to it.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt { .. })
    }

    /// Returns what the store said, from an error that has it among its causes: another library returns it wrapped, and
    /// not to be taken out.
    #[must_use]
    pub fn among(error: &(dyn Error + 'static)) -> Self {
        let said = std::iter::successors(Some(error), |error| (*error).source())
            .find_map(|error| error.downcast_ref::<Self>());
        match said {
            Some(Self::Corrupt { name, what }) => Self::Corrupt { name: name.clone(), what: what.clone() },
            Some(Self::Read { name, source }) => Self::Read {
                name: name.clone(),
                source: std::io::Error::new(source.kind(), Cause::of(source)),
            },
            _ => Self::Read { name: "a table".to_owned(), source: std::io::Error::other(Cause::of(error)) },
        }
    }

    /// Returns where it happened: the object in the store, the table, or the folder.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        match self {
            Self::Write { name, .. }
            | Self::NoSpace { name, .. }
            | Self::Read { name, .. }
            | Self::Corrupt { name, .. }
            | Self::Newer { name, .. }
            | Self::Name(name) => Some(name.clone()),
            Self::Overtaken { pipeline, .. } => Some(pipeline.clone()),
            Self::InUse(folder) => Some(folder.display().to_string()),
            Self::OtherFileSystem { folder, .. } => Some(folder.clone()),
            Self::NoCreate { store, .. } => Some(store.display().to_string()),
            Self::NoTable { pipeline, table, .. } => Some(format!("{pipeline}.{table}")),
            Self::Rows { table, .. } => Some(table.clone()),
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Write { .. } => {
                "see that the user who runs this may write in the store, and that its disk is well"
            }
            Self::NoSpace { .. } => "make room on the disk of the store, then run it again",
            Self::Read { .. } => "see that the store is there, and that the user who runs this may read it",
            Self::Corrupt { .. } => {
                "`sufficiency repair` restores it where it can, and says how to go on where it cannot"
            }
            Self::Newer { .. } => "install the version of the program that wrote it, or a later one",
            Self::Overtaken { .. } | Self::InUse(_) => "run it again when the other one has ended",
            Self::OtherFileSystem { .. } => "put the whole store on one file system",
            Self::NoCreate { .. } => "put the store on a file system of this machine, such as ext4 or XFS",
            Self::Name(_) => "use lower case letters, digits, `_`, `-` and `.`",
            Self::NoTable { .. } => "`sufficiency tables` lists the tables that there are",
            Self::Rows { .. } => "give its columns types that Parquet has, by a cast in its query",
        }
    }

    /// Returns whether another process or run was first.
    #[must_use]
    pub fn is_contention(&self) -> bool {
        matches!(self, Self::Overtaken { .. } | Self::InUse(_))
    }
}
