use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cause::Cause;
use super::fault::Diagnostic;
use super::source_file::SourceFile;

impl SourceFile {
    /// Reads `path`; faults name it relative to `root`.
    ///
    /// # Errors
    ///
    /// Returns a fault that names the file when it cannot be read, is not UTF-8, or is a link that leads out of `root`. A
    /// file beside the project's settings may be one: those are of this machine.
    pub fn read(root: &Path, path: &Path) -> Result<Arc<Self>, Diagnostic> {
        let shown = shown(root, path);
        if leads_out(root, path) {
            let message = "expected a file of the project, found a link that leads out of it";
            return Err(
                Diagnostic::of_path(&shown, message).with_help("put the file itself there".to_owned())
            );
        }
        // Opening a pipe would wait for whoever writes into it.
        if path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let message = "expected a file, found a pipe, a socket or a device";
            return Err(
                Diagnostic::of_path(&shown, message).with_help("put the file itself there".to_owned())
            );
        }
        let bytes = std::fs::read(path).map_err(|error| Self::unreadable(&shown, "a file", &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Diagnostic::of_path(&shown, "expected UTF-8 text, found other bytes")
                .because(Cause::of(&error.utf8_error()))
                .with_help("save the file as UTF-8".to_owned())
        })?;
        Ok(Arc::new(Self { path: path.to_owned(), shown, text }))
    }

    /// Lists the files of `folder` that end in `.extension`, by name; none when there is no such folder.
    ///
    /// # Errors
    ///
    /// Returns a fault when the folder is there and cannot be read.
    pub fn list(root: &Path, folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Diagnostic> {
        let unreadable = |error: std::io::Error| Self::unreadable(&shown(root, folder), "a folder", &error);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_file() && path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    /// Makes the fault of `a file` or `a folder` that the operating system does not let us read.
    #[must_use]
    pub fn unreadable(shown: &str, what: &str, error: &std::io::Error) -> Diagnostic {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("expected {what}, found nothing"),
            ErrorKind::PermissionDenied => {
                format!("expected {what} that this user may read, found one of others")
            }
            ErrorKind::IsADirectory => format!("expected {what}, found a folder"),
            ErrorKind::NotADirectory => format!("expected {what}, found a file on the way to it"),
            _ => format!("expected {what}, and the operating system does not give it"),
        };
        Diagnostic::of_path(shown, message)
            .because(Cause::of(error))
            .with_help("see that it is there, and that the user who runs this may read it".to_owned())
    }
}

/// Returns whether a file below the folders of `root` is a link to one elsewhere, whose lines a fault would quote.
fn leads_out(root: &Path, path: &Path) -> bool {
    let is_below = path.parent().is_some_and(|folder| folder != root && folder.starts_with(root));
    let real = || Some((root.canonicalize().ok()?, path.canonicalize().ok()?));
    is_below && path.is_symlink() && real().is_some_and(|(root, path)| !path.starts_with(root))
}

/// Returns `path` relative to `root`, with forward slashes.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
