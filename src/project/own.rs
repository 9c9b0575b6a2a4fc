//! The repository's own pipelines and report templates, inside the binary.

use std::io;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};

static PIPELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/pipelines");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/report-templates");

/// Writes the repository's own `pipelines/` and `report-templates/` into the project folder `root`.
/// A file that is there is written over.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_own(root: &Path) -> io::Result<()> {
    write(&PIPELINES, &root.join("pipelines"))?;
    write(&TEMPLATES, &root.join("report-templates"))
}

fn write(folder: &Dir<'_>, target: &Path) -> io::Result<()> {
    std::fs::create_dir_all(target)?;
    for entry in folder.entries() {
        let path = target.join(entry.path().file_name().unwrap_or_default());
        match entry {
            DirEntry::Dir(inner) => write(inner, &path)?,
            DirEntry::File(file) => std::fs::write(&path, file.contents())?,
        }
    }
    Ok(())
}
