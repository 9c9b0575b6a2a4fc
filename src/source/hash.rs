use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::SourceError;
use super::opened::open;

/// Greatest size of one file: a larger one is a mistake, or belongs in a database.
const LARGEST: u64 = 8 << 30;
/// Bytes read at a time.
const BLOCK: usize = 1 << 18;

/// Hashes a file's bytes. Returns how many there are and the hash, to which more may be added.
pub(super) fn hash_file(path: &Path, shown: &str) -> Result<(u64, Sha256), SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(shown, &error);
    let mut file = open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(SourceError::TooLarge { file: shown.to_owned(), bytes: size, limit: LARGEST });
    }
    let (mut bytes, mut hash, mut block) = (0, Sha256::new(), vec![0; BLOCK]);
    loop {
        let count = file.read(&mut block).map_err(unreadable)?;
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        bytes += read.len() as u64;
    }
    Ok((bytes, hash))
}
