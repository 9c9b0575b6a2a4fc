//! Mail into a folder: `<folder>/<date>-<report>-<period>-<recipient>.eml`.
//!
//! The transport of a project that has no mail server yet, and of the demo. A file is whole or absent,
//! and is never written over.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::transport::{Attempt, Envelope, Scope, Transport};

/// Writes messages as files into one folder.
#[derive(Debug)]
pub struct FolderTransport {
    folder: PathBuf,
}

/// What was found or made for a message.
enum Place {
    /// A file with exactly these bytes.
    There(PathBuf),
    /// The first name that is free.
    Free(PathBuf),
}

impl FolderTransport {
    /// Makes a way by which mail goes into `folder`, which is made when it is first needed.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Finds the file of `message`, or the name that it would have.
    ///
    /// Two revisions of one edition on one day, or two addresses that differ in punctuation, want the same
    /// name; the bytes differ, because every message has its own identity in it.
    fn place(&self, envelope: &Envelope, message: &[u8]) -> io::Result<Place> {
        let stem = stem(envelope);
        let mut path = self.folder.join(format!("{stem}.eml"));
        let mut next = 2;
        loop {
            match std::fs::File::open(&path) {
                Ok(mut file) => {
                    let mut found = Vec::with_capacity(message.len());
                    file.read_to_end(&mut found)?;
                    if found == message {
                        return Ok(Place::There(path));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Place::Free(path)),
                Err(error) => return Err(error),
            }
            path = self.folder.join(format!("{stem}-{next}.eml"));
            next += 1;
        }
    }

    /// Writes `message` once, whole and durable, and says where it is.
    fn write(&self, envelope: &Envelope, message: &[u8]) -> io::Result<PathBuf> {
        std::fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(".").suffix(".partial").tempfile_in(&self.folder)?;
        file.write_all(message)?;
        file.as_file().sync_all()?;
        loop {
            let path = match self.place(envelope, message)? {
                Place::There(path) => return Ok(path),
                Place::Free(path) => path,
            };
            match file.persist_noclobber(&path) {
                Ok(_) => {
                    std::fs::File::open(&self.folder)?.sync_all()?;
                    return Ok(path);
                }
                Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => file = taken.file,
                Err(other) => return Err(other.error),
            }
        }
    }
}

impl Transport for FolderTransport {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn is_outbound(&self) -> bool {
        false
    }

    fn reach(&mut self) -> Result<String, Attempt> {
        let there = self.folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        tempfile::tempfile_in(there)
            .map(|_| "messages are written as files into this folder".to_owned())
            .map_err(|error| {
                let words = format!("`{}` cannot be written: {error}", self.folder.display());
                Attempt::Refused { words }
            })
    }

    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        match self.write(envelope, message) {
            Ok(path) => written(&path),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Attempt::Refused {
                words: format!("the mail folder `{}` cannot be written to: {error}", self.folder.display()),
            },
            Err(error) => Attempt::Deferred {
                later: Scope::Server,
                words: format!("the mail folder `{}` fails: {error}", self.folder.display()),
            },
        }
    }

    fn recall(&mut self, envelope: &Envelope, message: &[u8]) -> Option<Attempt> {
        match self.place(envelope, message) {
            Ok(Place::There(path)) => Some(written(&path)),
            Ok(Place::Free(_)) => Some(Attempt::Deferred {
                later: Scope::Recipient,
                words: "the process ended before the file was written".to_owned(),
            }),
            Err(_) => None,
        }
    }
}

fn written(path: &Path) -> Attempt {
    Attempt::Accepted { words: format!("written to `{}`", path.display()) }
}

/// Returns the file's name without its ending.
fn stem(envelope: &Envelope) -> String {
    format!(
        "{}-{}-{}-{}",
        envelope.dated,
        slug(&envelope.report),
        slug(&envelope.period),
        slug(&envelope.to.folded())
    )
}

/// Returns `text` in letters, digits, `_` and single hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests;
