//! Rebuilds when a file of the embedded project comes or goes, which `include_dir` alone does not notice, and names
//! the program by its source: what another program made is made again, though the version be the same.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=pipelines");
    println!("cargo::rerun-if-changed=report-templates");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let mut hash = Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    hash.folder(Path::new("src"))?;
    if Path::new("Cargo.lock").is_file() {
        hash.add(&std::fs::read("Cargo.lock")?);
    }
    println!("cargo::rustc-env=SUFFICIENCY_BUILD={:032x}", hash.0);
    Ok(())
}

/// FNV-1a of 128 bits: it tells builds from each other and guards against nobody.
struct Fnv(u128);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.len().to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// Adds every file of a folder and of those below it, in the order of their names.
    fn folder(&mut self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            self.add(entry.file_name().to_string_lossy().as_bytes());
            if entry.file_type()?.is_dir() {
                self.folder(&entry.path())?;
            } else {
                self.add(&std::fs::read(entry.path())?);
            }
        }
        Ok(())
    }
}
