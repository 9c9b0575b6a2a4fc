use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::upn::Upn;
use crate::diagnostic::Cause;
use crate::text::{counted, hex};

/// Least bytes of a key: as many as the hash gives out.
const LEAST_KEY: usize = 32;
/// Bytes of a pseudonym: 128 bits, so that two pupils of any country never share one.
const BYTES: usize = 16;

/// Keyed pseudonyms: HMAC-SHA-256 over purpose, a zero byte and the value, cut to 128 bits, in hexadecimal.
///
/// Keyed, because an unkeyed hash of a pupil number is undone in seconds by hashing every number there can
/// be. With the purpose in it, two tables with different purposes cannot be joined.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
}

/// Pseudonyms for one purpose, ready to be made by the million.
#[derive(Clone)]
pub struct KeyedPurpose {
    keyed: Hmac<Sha256>,
}

/// Why a key was not taken. Never holds a byte of it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is not there or cannot be read.
    #[error("expected the key of the pseudonyms, found no file that can be read at `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Others than its owner may read or change the file.
    #[error("expected a key that only its owner may read, found `{}` of mode {mode:o}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The program that prints the key did not.
    #[error("expected a program that prints the key of the pseudonyms, found that `{program}` did not")]
    Command {
        /// The program.
        program: String,
        /// What happened, without what it printed.
        #[source]
        reason: Cause,
    },
    /// Too short to be a key.
    #[error("expected a key of {LEAST_KEY} bytes or more, found {}", counted(*bytes as u64, "byte", "bytes"))]
    Short {
        /// Its length.
        bytes: usize,
    },
}

impl KeyError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => {
                "put the key there, or make one of 32 random bytes that only its owner may read"
            }
            Self::Open { .. } => "run `chmod 600` on it",
            Self::Command { .. } => {
                "run the program by hand, as the same user, and see that it prints the key"
            }
            Self::Short { .. } => "make a key of 32 random bytes",
        }
    }
}

impl Pseudonyms {
    /// Takes a key of 32 bytes or more.
    ///
    /// # Errors
    ///
    /// [`KeyError::Short`] when it is shorter.
    pub fn new(key: &[u8]) -> Result<Self, KeyError> {
        if key.len() < LEAST_KEY {
            return Err(KeyError::Short { bytes: key.len() });
        }
        // HMAC takes keys of any length; the error is the trait's, for ciphers that do not.
        let keyed = Hmac::new_from_slice(key).map_err(|_| KeyError::Short { bytes: key.len() })?;
        Ok(Self { keyed })
    }

    /// Reads the key from a file that only its owner may read. The end of line after a key that is text does not
    /// count.
    ///
    /// # Errors
    ///
    /// The file is missing, others may read it, or it is shorter than 32 bytes.
    pub fn from_key_file(path: &Path) -> Result<Self, KeyError> {
        let unreadable = |source| KeyError::Unreadable { path: path.to_owned(), source };
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        check_mode(path, &file.metadata().map_err(unreadable)?)?;
        let mut key = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut key).map_err(unreadable)?;
        Self::new(without_line_end(&key))
    }

    /// Takes the key that a program prints: its name, then its arguments. No shell is asked. The end of
    /// line after a key that is text does not count.
    ///
    /// # Errors
    ///
    /// The program cannot be started, fails, or prints fewer than 32 bytes.
    pub fn from_command(command: &[String]) -> Result<Self, KeyError> {
        let program = command.first().cloned().unwrap_or_default();
        let failed = |reason: Cause| KeyError::Command { program: program.clone(), reason };
        let printed = Command::new(&program)
            .args(command.iter().skip(1))
            .stdin(Stdio::null())
            // What it complains of may hold what it was asked for.
            .stderr(Stdio::null())
            .output()
            .map_err(|error| failed(format!("it cannot be started: {error}").into()))?;
        if !printed.status.success() {
            return Err(failed(format!("it failed: {}", printed.status).into()));
        }
        Self::new(without_line_end(&printed.stdout))
    }

    /// Returns the name of the key, which does not reveal it: another key, another name.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.for_purpose("key id").of_text("").chars().take(16).collect()
    }

    /// Returns the pseudonyms of one purpose.
    #[must_use]
    pub fn for_purpose(&self, purpose: &str) -> KeyedPurpose {
        let mut keyed = self.keyed.clone();
        keyed.update(purpose.as_bytes());
        keyed.update(&[0]);
        KeyedPurpose { keyed }
    }
}

impl KeyedPurpose {
    /// Returns the pseudonym of a pupil number: 32 hexadecimal digits.
    #[must_use]
    pub fn of_upn(&self, upn: &Upn) -> String {
        self.of_bytes(upn.bytes())
    }

    /// Returns the pseudonym of any other identifier, tidied by the caller: 32 hexadecimal digits.
    #[must_use]
    pub fn of_text(&self, text: &str) -> String {
        self.of_bytes(text.as_bytes())
    }

    fn of_bytes(&self, value: &[u8]) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(value);
        let digest = keyed.finalize().into_bytes();
        hex(digest.get(..BYTES).unwrap_or(&digest))
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms(_)")
    }
}

impl fmt::Debug for KeyedPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedPurpose(_)")
    }
}

/// Returns a key that is text without the end of its line: editors and programs add one, and the same key has the
/// same pseudonyms whether it comes from a file or from a program. Of random bytes every byte is the key's.
fn without_line_end(key: &[u8]) -> &[u8] {
    let line = key.strip_suffix(b"\n").unwrap_or(key);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') { line } else { key }
}

/// Refuses a file that group or others may touch.
#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(KeyError::Open { path: path.to_owned(), mode }) }
}

/// Accepts any mode: elsewhere access lists decide, which a mode does not show.
#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests;
