use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::Connector;
use crate::diagnostic::{Diagnostics, Spanned};
use crate::privacy::{holds_pupil_number, without_pupil_numbers};
use crate::project::{Identity, SourceDefinition};
use crate::source::contract::Contract;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::file::archive;
use crate::source::file::content::Content;
use crate::source::format;
use crate::source::found::Found;
use crate::source::inputs::Inputs;
use crate::source::intake::Intake;
use crate::source::opened::{Named, named};
use crate::source::pattern::{fits, fits_path, never_fits};
use crate::source::receiver::Receiver;

/// Files in a folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Folder {
    /// Its path, relative to the project.
    path: PathBuf,
}

impl Connector for Folder {
    fn place(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    fn is_missing(&self, root: &Path) -> bool {
        !root.join(&self.path).exists()
    }

    fn holds_files(&self) -> bool {
        true
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let mut faults = Diagnostics::default();
        if let Err(SourceError::Contract(fault)) = pattern(source) {
            faults.push(*fault);
        }
        faults
    }

    fn reads_snapshot(&self) -> bool {
        false
    }

    fn discover(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<Found>, SourceError> {
        let (folder, shown) = (root.join(&self.path), self.place());
        let pattern = pattern(source)?;
        if !folder.is_dir() {
            return Err(SourceError::Unavailable { place: shown, reason: "no such folder".into() });
        }
        let mut paths = vec![(String::new(), folder)];
        let (parts, mut found) = (pattern.get_ref().split('/').collect::<Vec<_>>(), Vec::new());
        for (at, part) in parts.iter().enumerate() {
            leads_somewhere(&paths)?;
            paths = if *part == "**" { below(paths)? } else { descend(&paths, part)? };
            stays_within(&root.join(&self.path), &paths)?;
            let rest = parts.get(at + 1..).unwrap_or_default();
            if !rest.is_empty() && is_archive(part) {
                members(source, &paths, rest, &mut found)?;
            }
        }
        // `**` reaches a folder in several ways where it is written more than once.
        paths.sort();
        paths.dedup();
        for (name, path) in only_files(paths)? {
            found.push(Found::file(source, name, path)?);
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        if found.is_empty() {
            let pattern = pattern.get_ref().clone();
            let lock = self.locks(source, root)?.into_iter().next();
            return Err(SourceError::NoFiles { folder: shown, pattern, lock });
        }
        unnamed_by_pupils(&found)?;
        one_identity_each(source, &found)?;
        Ok(found)
    }

    fn folders(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<String>, SourceError> {
        let pattern = pattern(source)?.get_ref();
        let parts = || pattern.split('/');
        let last = parts().next_back().unwrap_or_default();
        // Where everything is read, whatever its name, no folder has the name of a file.
        if !last.contains(|letter: char| letter.is_alphanumeric()) {
            return Ok(Vec::new());
        }
        let mut paths = vec![(String::new(), root.join(&self.path))];
        for part in parts() {
            paths = if part == "**" { below(paths)? } else { descend(&paths, part)? };
        }
        paths.sort();
        paths.dedup();
        Ok(paths.into_iter().filter(|(_, path)| path.is_dir()).map(|(name, _)| name).collect())
    }

    fn locks(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<String>, SourceError> {
        let pattern = pattern(source)?.get_ref();
        let (folders, last) = pattern
            .rsplit_once('/')
            .map_or((None, pattern.as_str()), |(folders, last)| (Some(folders), last));
        let mut paths = vec![(String::new(), root.join(&self.path))];
        for part in folders.into_iter().flat_map(|folders| folders.split('/')) {
            paths = if part == "**" { below(paths)? } else { descend(&paths, part)? };
        }
        let mut locks = entries(&paths, |own| locked(own).is_some_and(|file| fits(last, file)))?;
        locks.sort();
        Ok(locks.into_iter().map(|(name, _)| name).collect())
    }

    fn look(
        &self,
        source: &SourceDefinition,
        _root: &Path,
        found: &Found,
        to: &mut dyn Receiver,
    ) -> Result<(), SourceError> {
        let content = Content::new(found, format::list::marks())?;
        format::list::choose(source, &content)?.1.read(&content, to)
    }

    fn extract(
        &self,
        source: &SourceDefinition,
        _root: &Path,
        found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, SourceError> {
        check_unchanged(source, found)?;
        let content = Content::new(found, format::list::marks())?;
        let (key, format) = format::list::choose(source, &content)?;
        let contract = Contract::new(source, format.cells(), inputs)?;
        let mut intake = Intake::new(&found.name, true, contract, format.layout())?;
        format.read(&content, &mut intake)?;
        let is_misnamed = content.is_misnamed(format::list::names_of_others(key));
        intake.warn_of("misnamed_file", u64::from(is_misnamed), &format!("it is {}", content.what()));
        intake.finish(false)
    }
}

/// Returns the pattern of the files that `source` reads, which a file may fit.
fn pattern(source: &SourceDefinition) -> Result<&Spanned<String>, SourceError> {
    let pattern = source.file.files.as_ref().ok_or_else(|| {
        let help = "name the files by a pattern, as in `files = \"payments/*.csv\"`".to_owned();
        let message = "expected `files` for a source in a folder, found none";
        SourceError::contract(source, source.file.connection.span(), message, Some(help))
    })?;
    match never_fits(pattern.get_ref()) {
        Some((message, help)) => {
            Err(SourceError::contract(source, pattern.span(), message, Some(help.to_owned())))
        }
        None => Ok(pattern),
    }
}

/// Returns whether a part of a pattern names archives, whose members the rest of it names.
fn is_archive(part: &str) -> bool {
    part.to_lowercase().ends_with(".zip")
}

/// Adds the members of the archives among `paths` that fit `rest`.
fn members(
    source: &SourceDefinition,
    paths: &[(String, PathBuf)],
    rest: &[&str],
    found: &mut Vec<Found>,
) -> Result<(), SourceError> {
    for (name, path) in only_files(paths.to_vec())? {
        let names = archive::members(&name, &path)?;
        for member in names.into_iter().filter(|member| fits_path(rest, &parts_of(member))) {
            let full = format!("{name}/{member}");
            let unpacked = archive::member(&full, &path, &member)?;
            found.push(Found::member(source, full, path.clone(), member, &unpacked));
        }
    }
    Ok(())
}

fn parts_of(name: &str) -> Vec<&str> {
    name.split('/').collect()
}

/// Refuses a file that is no longer the one that was discovered.
fn check_unchanged(source: &SourceDefinition, found: &Found) -> Result<(), SourceError> {
    if found.clone().again(source)?.sha256 == found.sha256 {
        Ok(())
    } else {
        Err(SourceError::Changed { file: found.name.clone() })
    }
}

/// Returns the files among `paths`, and refuses what is neither a file nor a folder.
fn only_files(paths: Vec<(String, PathBuf)>) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut files = Vec::new();
    for (name, path) in paths {
        match named(&path).map_err(|error| SourceError::from_io(&name, &error))? {
            Named::File => files.push((name, path)),
            Named::Folder | Named::Gone => {}
            Named::Other(what) => return Err(SourceError::NoFile { file: name, what }),
        }
    }
    Ok(files)
}

/// Refuses links that lead nowhere where folders are looked through: the files of one would be missing without a word.
fn leads_somewhere(paths: &[(String, PathBuf)]) -> Result<(), SourceError> {
    only_files(paths.iter().filter(|(_, path)| path.is_symlink()).cloned().collect()).map(drop)
}

/// Refuses links that lead out of `folder`: whoever may write there could have any file of this machine read, and quoted.
fn stays_within(folder: &Path, paths: &[(String, PathBuf)]) -> Result<(), SourceError> {
    let links = || paths.iter().filter(|(_, path)| path.is_symlink());
    if links().next().is_none() {
        return Ok(());
    }
    let folder = folder.canonicalize().map_err(|error| SourceError::from_io(".", &error))?;
    // A link that leads nowhere is not a file.
    let leads_out =
        |(_, path): &&(String, PathBuf)| path.canonicalize().is_ok_and(|real| !real.starts_with(&folder));
    match links().find(leads_out) {
        Some((name, _)) => Err(SourceError::LeadsOut { file: name.clone() }),
        None => Ok(()),
    }
}

/// Refuses files whose names hold a pupil number: names are stored with the rows, recorded and printed.
fn unnamed_by_pupils(found: &[Found]) -> Result<(), SourceError> {
    match found.iter().find(|file| holds_pupil_number(&file.name)) {
        Some(file) => Err(SourceError::NamedByPupil { file: without_pupil_numbers(&file.name).into_owned() }),
        None => Ok(()),
    }
}

/// Refuses files that would be taken for one: each would replace the other for ever.
fn one_identity_each(source: &SourceDefinition, found: &[Found]) -> Result<(), SourceError> {
    if source.file.identity != Identity::FileStem {
        return Ok(());
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for file in found {
        if let Some(other) = seen.insert(&file.identity, &file.name) {
            let (one, other) = (other.to_owned(), file.name.clone());
            return Err(SourceError::SameStem { one, other });
        }
    }
    Ok(())
}

/// Returns `folders` and every folder below them. Hidden folders are left out, and so are links: they could lead
/// back to a folder above.
fn below(folders: Vec<(String, PathBuf)>) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut all = folders.clone();
    let mut level = folders;
    while !level.is_empty() {
        let entries = descend(&level, "*")?;
        level = entries.into_iter().filter(|(_, path)| path.is_dir() && !path.is_symlink()).collect();
        all.extend(level.iter().cloned());
    }
    Ok(all)
}

/// Returns the file that a lock file is of, by the names that office programs write beside an open file.
fn locked(name: &str) -> Option<&str> {
    let of_libre_office = || name.strip_prefix(".~lock.").and_then(|rest| rest.strip_suffix('#'));
    name.strip_prefix("~$").or_else(of_libre_office)
}

/// Returns the entries of each of `folders` whose name fits `part`. Hidden files, and the lock files that
/// office programs leave beside an open file, never fit.
fn descend(folders: &[(String, PathBuf)], part: &str) -> Result<Vec<(String, PathBuf)>, SourceError> {
    entries(folders, |own| !own.starts_with('.') && locked(own).is_none() && fits(part, own))
}

/// Returns the entries of each of `folders` that are wanted by their name.
fn entries(
    folders: &[(String, PathBuf)],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut found = Vec::new();
    for (name, folder) in folders {
        if !folder.is_dir() {
            continue;
        }
        let shown = if name.is_empty() { "." } else { name };
        let unreadable = |error: std::io::Error| SourceError::from_io(shown, &error);
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let written = entry.file_name();
            let own = written.to_string_lossy().into_owned();
            if !is_wanted(&own) {
                continue;
            }
            let full = if name.is_empty() { own } else { format!("{name}/{own}") };
            if written.to_str().is_none() {
                return Err(SourceError::NotNamed { file: full });
            }
            found.push((full, entry.path()));
        }
    }
    Ok(found)
}
