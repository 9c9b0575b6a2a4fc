//! `report-templates/_layout/`: what surrounds every report in an email.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::own;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};

/// The folder of `report-templates/` that is not a report.
pub(super) const NAME: &str = "_layout";
const FOLDER: &str = "report-templates/_layout";

/// The templates around every report: the project's own, and the program's where it has none.
#[derive(Debug, Clone)]
pub struct Layout {
    /// By name.
    files: BTreeMap<String, Arc<SourceFile>>,
}

impl Layout {
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
        for extension in ["hbs", "css"] {
            for path in faults.collect(SourceFile::list(root, &folder, extension)).unwrap_or_default() {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let Some(file) = faults.collect(SourceFile::read(root, &path)) else { continue };
                if let Some(known) = layout.files.get_mut(&name) {
                    *known = file;
                    continue;
                }
                let known: Vec<&String> = layout.files.keys().collect();
                let help = did_you_mean(&name, &known);
                let message = "expected a file of the layout, found one that no email uses";
                faults.push(Diagnostic::error(&file, None, message).with_help(help));
            }
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
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with(mut self, name: &str, text: &str) -> Self {
        self.files.insert(name.to_owned(), SourceFile::inline(&format!("{FOLDER}/{name}"), text));
        self
    }
}
