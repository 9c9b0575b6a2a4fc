//! The folder of a demo.

use std::fs;
use std::path::Path;

use super::error::DemoError;

/// The file that marks a folder as a demo's own.
pub(super) const MARKER: &str = "extracts/READ-ME-FIRST.txt";

/// Makes sure that `dir` is an empty folder, or takes an earlier demo's extracts out of it.
pub(super) fn make_room(dir: &Path) -> Result<(), DemoError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DemoError::Write { path, source }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let mut entries = fs::read_dir(dir).map_err(failed(dir))?;
    if entries.next().is_none() {
        return Ok(());
    }
    if !dir.join(MARKER).is_file() {
        return Err(DemoError::Occupied(dir.to_owned()));
    }
    let extracts = dir.join("extracts");
    fs::remove_dir_all(&extracts).map_err(failed(&extracts))
}
