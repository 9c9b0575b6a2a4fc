//! The repository's own pipelines and report templates, inside the binary.

use std::collections::BTreeMap;
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
    for (name, bytes) in files() {
        let path = root.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// Returns all of the program's own files, by their names in a project.
pub(super) fn files() -> BTreeMap<String, &'static [u8]> {
    let mut found = BTreeMap::new();
    for (folder, dir) in [("pipelines", &PIPELINES), ("report-templates", &TEMPLATES)] {
        gather(folder, dir, &mut found);
    }
    found
}

/// Returns the files of the layout around every report, by their names.
pub(super) fn layout() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = TEMPLATES.get_dir("_layout").into_iter().flat_map(Dir::files);
    files.filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
}

fn gather(folder: &str, dir: &'static Dir<'_>, found: &mut BTreeMap<String, &'static [u8]>) {
    for entry in dir.entries() {
        let name = entry.path().file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{folder}/{name}");
        match entry {
            DirEntry::Dir(inner) => gather(&name, inner, found),
            DirEntry::File(file) => {
                found.insert(name, file.contents());
            }
        }
    }
}
