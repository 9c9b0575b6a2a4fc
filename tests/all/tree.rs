//! The text files of a folder.

use std::collections::BTreeMap;
use std::path::Path;

/// Folders that hold nothing of ours; the last has files as publishers issue them, in any encoding.
const NOT_OURS: &[&str] = &["target", ".git", "tests/all/field/in"];

/// Reads the texts of the files below `root` with one of these extensions, by their path within it.
pub(crate) fn texts(root: &Path, extensions: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    add(root, root, extensions, &mut found);
    assert!(!found.is_empty(), "no {extensions:?} below {}", root.display());
    found
}

fn add(root: &Path, folder: &Path, extensions: &[&str], found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                add(root, &path, extensions, found);
            }
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|one| *one == extension)) {
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}
