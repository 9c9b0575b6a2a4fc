//! A folder of files that a command makes again and again: what it made before goes, and nothing of others.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path};

use super::file;

/// The list of the files that were made, within the folder.
const LIST: &str = ".made";

/// Reads which files of a folder were made by this program; none of one that is empty or not there.
///
/// # Errors
///
/// A folder that holds files of others, or cannot be read.
pub fn made(folder: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_to_string(folder.join(LIST)) {
        Ok(text) => return Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let mut there = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        there => there?,
    };
    if there.next().is_some() {
        let why = "expected an empty folder, or one that a draft was written to, found files of others";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    Ok(Vec::new())
}

/// Writes files into a folder in place of those that were made before.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn write_folder(folder: &Path, files: &BTreeMap<String, Vec<u8>>, before: &[String]) -> io::Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        // What did not change keeps its time: a viewer that watches the file is left alone.
        if std::fs::read(&path).ok().as_ref() != Some(bytes) {
            file::write(&path, bytes)?;
        }
    }
    for gone in before.iter().filter(|name| !files.contains_key(*name) && is_within(name)) {
        match std::fs::remove_file(folder.join(gone)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let list: BTreeSet<&str> = files.keys().map(String::as_str).collect();
    file::write(&folder.join(LIST), list.into_iter().collect::<Vec<_>>().join("\n").as_bytes())
}

/// Returns whether a name of the list leads to nowhere else than its folder.
fn is_within(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{LIST, made, write_folder};

    fn files(names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_was_made_before_goes_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("draft");
        let before = made(&folder).unwrap();
        write_folder(&folder, &files(&["email.html", "tables/old.csv"]), &before).unwrap();
        std::fs::write(folder.join("notes.txt"), "mine").unwrap();
        let outside = parent.path().join("outside.txt");
        std::fs::write(&outside, "theirs").unwrap();
        let list = std::fs::read_to_string(folder.join(LIST)).unwrap() + "\n../outside.txt";
        std::fs::write(folder.join(LIST), list).unwrap();
        let before = made(&folder).unwrap();
        write_folder(&folder, &files(&["email.html", "charts/new.png"]), &before).unwrap();
        assert!(folder.join("email.html").exists() && folder.join("charts/new.png").exists());
        assert!(!folder.join("tables/old.csv").exists());
        assert!(folder.join("notes.txt").exists() && outside.exists());
    }

    #[test]
    fn a_folder_of_others_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(made(folder.path()).unwrap_err().to_string().contains("files of others"));
    }
}
