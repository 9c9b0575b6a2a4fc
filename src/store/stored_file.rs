//! An immutable file of the store, as the record that refers to it describes it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::StoreError;
use crate::text::hex;

/// Bytes in a block. A reader checks the blocks that it touches, and so never the whole of a large file.
pub const BLOCK_BYTES: usize = 1024 * 1024;

/// An immutable file of the store, as the record that refers to it describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredFile {
    /// Name in the store.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of each block of [`BLOCK_BYTES`], the last one shorter.
    pub blocks: Vec<String>,
}

impl StoredFile {
    /// Describes `bytes` as file `name`.
    pub(super) fn describe(name: String, bytes: &[u8], rows: u64) -> Self {
        let mut whole = Sha256::new();
        let blocks = bytes
            .chunks(BLOCK_BYTES)
            .map(|block| {
                whole.update(block);
                sha256(block)
            })
            .collect();
        Self { name, bytes: bytes.len() as u64, rows, sha256: hex(&whole.finalize()), blocks }
    }

    /// Returns whether `other` has the same bytes.
    pub(super) fn same_bytes(&self, other: &Self) -> bool {
        self.sha256 == other.sha256 && self.bytes == other.bytes
    }

    /// Refuses `bytes` that are not those that were written.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), StoreError> {
        if bytes.len() as u64 != self.bytes {
            return Err(self.damaged(format!("it has {} bytes instead of {}", bytes.len(), self.bytes)));
        }
        for (index, block) in bytes.chunks(BLOCK_BYTES).enumerate() {
            self.check_block(index, block)?;
        }
        Ok(())
    }

    /// Refuses a block that is not the one that was written.
    pub(super) fn check_block(&self, index: usize, block: &[u8]) -> Result<(), StoreError> {
        if self.blocks.get(index).is_some_and(|written| *written == sha256(block)) {
            return Ok(());
        }
        Err(self.damaged(format!("block {index} ({} bytes) is not what was written", block.len())))
    }

    /// Returns the error that names this file.
    pub(super) fn damaged(&self, what: String) -> StoreError {
        StoreError::Corrupt { name: self.name.clone(), what: what.into() }
    }
}

/// Returns the SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
