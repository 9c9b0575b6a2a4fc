//! Where the files of a site go: beside what is there, and in its place once they are all written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::job::{Failure, Kind};

/// What a folder that this program wrote holds: no other folder is ever replaced.
const MARK: &str = ".sufficiency-site";

/// A site that is being written.
#[derive(Debug)]
pub(super) struct Place {
    out: PathBuf,
    /// Where it is written until it is whole.
    new: PathBuf,
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Place {
    /// Begins to write a site that is to stand in `out`.
    ///
    /// # Errors
    ///
    /// When `out` is something other than a site or an empty folder, or its folder takes no files.
    pub(super) fn begin(out: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| refused(out, error);
        let is_there = out.symlink_metadata().is_ok();
        let is_site = out.join(MARK).is_file();
        let is_empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
        if is_there && !is_site && !is_empty() {
            return Err(Failure::usage(
                "expected a site that was built before, an empty folder or none, found other files",
            )
            .at(out.display().to_string())
            .help("name another folder with `--out`"));
        }
        let new = beside(out, "new");
        if new.exists() {
            // Of a build that was ended half way.
            fs::remove_dir_all(&new).map_err(failed)?;
        }
        fs::create_dir_all(&new).map_err(failed)?;
        let mut place = Self { out: out.to_owned(), new, files: 0, bytes: 0 };
        place.write(MARK, b"")?;
        Ok(place)
    }

    /// Writes a file below the site.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.new.join(name);
        let failed = |error: io::Error| refused(&path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, bytes).map_err(failed)?;
        self.files += 1;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Puts the same file in another place too, without its bytes where the disk can do that.
    pub(super) fn same(&mut self, name: &str, as_in: &str) -> Result<(), Failure> {
        let (from, to) = (self.new.join(as_in), self.new.join(name));
        let failed = |error: io::Error| refused(&to, error);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        if fs::hard_link(&from, &to).is_err() {
            self.bytes += fs::copy(&from, &to).map_err(failed)?;
        }
        self.files += 1;
        Ok(())
    }

    /// Puts the site in the place of the one that was there.
    pub(super) fn end(self) -> Result<(), Failure> {
        let failed = |error: io::Error| refused(&self.out, error);
        let old = beside(&self.out, "old");
        if old.exists() {
            fs::remove_dir_all(&old).map_err(failed)?;
        }
        if self.out.exists() {
            fs::rename(&self.out, &old).map_err(failed)?;
        }
        fs::rename(&self.new, &self.out).map_err(failed)?;
        if old.exists() {
            fs::remove_dir_all(&old).map_err(failed)?;
        }
        Ok(())
    }
}

/// Returns the folder beside `out` of the same name with an ending, hidden.
fn beside(out: &Path, ending: &str) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}.{ending}"))
}

fn refused(path: &Path, error: io::Error) -> Failure {
    Failure::of(Kind::Store, error)
        .at(path.display().to_string())
        .help("name a folder that takes files with `--out`")
}
