//! The bytes of a file before any format reads them.
//!
//! ```text
//! kind     what a file is, by its first bytes
//! content  the file unpacked: plain, gzip, Zstandard, a ZIP of one entry
//! archive  ZIP archives, measured before they are unpacked
//! text     encodings
//! ```

pub(super) mod archive;
pub(super) mod content;
pub(super) mod kind;
pub(super) mod text;
