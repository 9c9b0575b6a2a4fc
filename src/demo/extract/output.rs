use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::demo::error::DemoError;

/// A file being written, which says its path when it cannot be.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Output {
    /// Creates the file and the folders above it.
    pub(super) fn create(path: PathBuf) -> Result<Self, DemoError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = fs::create_dir_all(folder).and_then(|()| File::create(&path));
        match file {
            Ok(file) => Ok(Self { path, file: BufWriter::new(file) }),
            Err(source) => Err(DemoError::Write { path, source }),
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), DemoError> {
        self.file.write_all(bytes).map_err(|source| DemoError::Write { path: self.path.clone(), source })
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), DemoError> {
        self.bytes(text.as_bytes())
    }

    /// Writes text in the encoding of old Windows programs.
    pub(super) fn windows_1252(&mut self, text: &str) -> Result<(), DemoError> {
        self.bytes(&encoding_rs::WINDOWS_1252.encode(text).0)
    }

    pub(super) fn finish(mut self) -> Result<(), DemoError> {
        self.file.flush().map_err(|source| DemoError::Write { path: self.path, source })
    }
}
