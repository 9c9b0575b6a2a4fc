//! The JSON Schemas that editors complete from, against files that are in use.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

#[test]
fn real_files_keep_their_schemas_and_a_misspelt_key_never_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().unwrap();
    let schemas = folder.path().join("schemas");
    let done = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .args(["schema", "--into"])
        .arg(&schemas)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let rules = String::from_utf8(done.stdout).unwrap();
    assert!(rules.contains("include = [\"pipelines/*/sources/*.toml\"]"), "{rules}");

    let settings = folder.path().join("settings.toml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let checked = Command::new("python3")
        .arg(root.join("tests/python/schemas.py"))
        .arg(&schemas)
        .args([root, &root.join("tests/projects/payments"), folder.path()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
    assert!(said.ends_with(" 0 faults\n"), "{said}");
}

/// One of each that `settings.toml` may hold: the file is a machine's own, so the repository has none.
const SETTINGS: &str = r#"
store = "./store"
fixed_clock = "2026-10-05T06:00"

[pseudonym]
key_file = "./secret/pseudonym.key"

[connections.finance_share]
folder = { path = "./extracts/finance" }

[connections.casework]
sqlite = { path = "./extracts/casework.sqlite" }

[mail]
from = "AP commissioning <ap.reports@demo-city.example>"
reply_to = "commissioning@demo-city.example"
allow_domains = ["demo-city.example"]

[mail.smtp]
host = "smtp.demo-city.example"
port = 587
tls = "starttls"
auth = { xoauth2 = { user = "ap.reports@demo-city.example", token_file = "/run/sufficiency/token" } }
ca_file = "/etc/ssl/council.pem"
per_minute = 20
"#;
