//! `report-templates/_layout/`: what surrounds every report in an email.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::own;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};

/// The folder of `report-templates/` that is not a report.
pub(super) const NAME: &str = "_layout";
/// The largest file, in bytes: with the report in it, an email has room for no more than 100,000.
const LARGEST: u64 = 65_536;
const FOLDER: &str = "report-templates/_layout";

/// The templates around every report: the project's own, and the program's where it has none.
#[derive(Debug, Clone)]
pub struct Layout {
    /// By name.
    files: BTreeMap<String, Arc<SourceFile>>,
}

impl Layout {
    /// Its folder in a project.
    pub const FOLDER: &str = FOLDER;

    /// Returns the templates that the program carries.
    #[must_use]
    pub fn own() -> Self {
        let files = own::layout().map(|(name, text)| {
            let file = SourceFile::inline(&format!("{FOLDER}/{name} (of the program)"), text);
            (name.to_owned(), file)
        });
        Self { files: files.collect() }
    }

    /// Reads the templates of the project in `root`. A file that it does not have is the program's; one
    /// that the program does not know is a fault, as is one that cannot be read.
    pub(super) fn read(root: &Path, faults: &mut Diagnostics) -> Self {
        let mut layout = Self::own();
        let folder = root.join(FOLDER);
        if folder.symlink_metadata().is_err() {
            return layout;
        }
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(not_a_folder(&folder, &error));
                return layout;
            }
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let extension = path.extension().unwrap_or_default();
            let is_known = ["hbs", "css", "typ"].iter().any(|known| extension.eq_ignore_ascii_case(known));
            if name.starts_with('.') || !is_known {
                continue;
            }
            let Some(file) = faults.collect(of_the_layout(root, &path, &name)) else { continue };
            if let Some(known) = layout.files.get_mut(&name) {
                *known = file;
                continue;
            }
            let known: Vec<&String> = layout.files.keys().collect();
            let help = did_you_mean(&name, &known);
            let message = "expected a file of the layout, found one that no email uses";
            faults.push(Diagnostic::error(&file, None, message).with_help(help));
        }
        layout
    }

    /// Returns the file of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&Arc<SourceFile>> {
        self.files.get(name)
    }

    /// Returns the text of the file of that name; nothing where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.files.get(name).map_or("", |file| file.text())
    }

    /// Returns the texts that are not as the program carries them, by name.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        let own: BTreeMap<&str, &str> = own::layout().collect();
        let files = self.files.iter().map(|(name, file)| (name.as_str(), file.text()));
        files.filter(move |(name, text)| own.get(name) != Some(text))
    }

    /// Returns the same layout with another text in the file of that name.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, text: &str) -> Self {
        self.files.insert(name.to_owned(), SourceFile::inline(&format!("{FOLDER}/{name}"), text));
        self
    }
}

/// Returns the fault of a layout that is a file, or a folder that cannot be read.
fn not_a_folder(folder: &Path, error: &std::io::Error) -> Diagnostic {
    let file = SourceFile::inline(FOLDER, "");
    let fault = if folder.is_file() {
        Diagnostic::error(&file, None, "expected a folder with the files of the layout, found a file")
    } else {
        SourceFile::unreadable(FOLDER, "a folder", error)
    };
    let help = "remove it to have the program's own layout, or copy that from a project that `sufficiency init` begins";
    fault.with_help(help.to_owned())
}

/// Reads one file of the layout: a file, no folder or device, and no larger than an email may be.
fn of_the_layout(root: &Path, path: &Path, name: &str) -> Result<Arc<SourceFile>, Diagnostic> {
    let unreadable =
        |error: std::io::Error| SourceFile::unreadable(&format!("{FOLDER}/{name}"), "a file", &error);
    let metadata = path.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        let fault =
            Diagnostic::of_path(&format!("{FOLDER}/{name}"), "expected a file, found a folder or a device");
        return Err(fault.with_help("remove it to have the program's own".to_owned()));
    }
    if metadata.len() > LARGEST {
        let size = metadata.len();
        let message = format!("expected at most {LARGEST} bytes, found {size}");
        return Err(Diagnostic::of_path(&format!("{FOLDER}/{name}"), message)
            .with_help("a mail program cuts off an email of more than 102,000 bytes".to_owned()));
    }
    SourceFile::read(root, path)
}

#[cfg(test)]
mod tests;
