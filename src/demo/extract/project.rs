//! The project's own files: the repository's, and the settings of this machine.

use std::fs;
use std::io;
use std::path::Path;

use rand_chacha::rand_core::{Rng, SeedableRng};

use super::output::Output;
use crate::demo::error::DemoError;
use crate::demo::folder::MARKER;

const COUNCIL: &str = include_str!("../../../sufficiency.toml");
const RECIPIENTS: &str = include_str!("../../../recipients.toml");
const SETTINGS: &str = r#"# This machine: not in version control, secrets only by reference.
store = "./store"
fixed_clock = "2026-10-05T06:00"

[pseudonym]
key_file = "./secret/pseudonym.key"

[connections.finance_share]
folder = { path = "./extracts/finance" }

[connections.commissioning_share]
folder = { path = "./extracts/commissioning" }

[connections.outcomes_share]
folder = { path = "./extracts/outcomes" }

[connections.statistics_share]
folder = { path = "./extracts/statistics" }

[connections.casework]
sqlite = { path = "./extracts/casework/casework.sqlite" }

[mail]
from = "AP commissioning <ap.reports@demo-city.example>"
reply_to = "commissioning@demo-city.example"
folder = { path = "./mail" }
allow_domains = ["demo-city.example"]
"#;
const IGNORED: &str = "/store\n/mail\n/drafts\n/secret\n/extracts\n/settings.toml\n";
const NOTE: &str = "A synthetic council, made by `sufficiency demo`. No child, school, provider or firm in it exists.\n\
    Running the command again replaces this folder.\n";

/// Writes the project files, and the key of its pseudonyms for its owner alone.
pub(super) fn write(dir: &Path, seed: u64) -> Result<(), DemoError> {
    let files = [
        ("sufficiency.toml", COUNCIL),
        ("recipients.toml", RECIPIENTS),
        ("settings.toml", SETTINGS),
        (".gitignore", IGNORED),
        (MARKER, NOTE),
    ];
    for (name, text) in files {
        let mut file = Output::create(dir.join(name))?;
        file.text(text)?;
        file.finish()?;
    }
    let path = dir.join("secret/pseudonym.key");
    let mut key = [0; 32];
    // Made from the seed, so that the same demo has the same pseudonyms; a real key is random.
    rand_chacha::ChaCha20Rng::seed_from_u64(seed).fill_bytes(&mut key);
    write_secret(&path, &key).map_err(|source| DemoError::Write { path, source })
}

fn write_secret(path: &Path, key: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, key)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}
