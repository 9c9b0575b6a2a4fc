use std::fmt;
use std::path::{Path, PathBuf};

/// A password or a token. It can be used and cannot be printed.
#[derive(Clone)]
pub struct Secret(String);

/// Why a secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("expected a secret that can be read, found none in `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Others than its owner can read the file.
    #[error("expected a secret that only its owner may read, found that others may read `{path}`")]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing in it, or more than one line.
    #[error("expected a secret of one line, found another text in `{path}`")]
    Shape {
        /// The file.
        path: PathBuf,
    },
}

impl SecretError {
    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        let (Self::Read { path, .. } | Self::Open { path } | Self::Shape { path }) = self;
        path
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Read { .. } => {
                "put the secret there, in a file that only the user who runs this may read".to_owned()
            }
            Self::Open { path } => format!("run `chmod 600 {}`", path.display()),
            Self::Shape { .. } => "write the secret into it as one line of text".to_owned(),
        }
    }
}

impl Secret {
    /// Reads the one line of `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is open to others than its owner, or is not one line.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let unreadable = |source| SecretError::Read { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if readable_by_others(&metadata) {
            return Err(SecretError::Open { path: path.to_owned() });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() || line.chars().any(char::is_control) {
            return Err(SecretError::Shape { path: path.to_owned() });
        }
        Ok(Self(line.to_owned()))
    }

    /// Makes a secret of a text that was received.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self(text)
    }

    /// Returns the secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(unix)]
fn readable_by_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::fs::Metadata) -> bool {
    false
}
