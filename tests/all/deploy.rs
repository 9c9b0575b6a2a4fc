//! What `deploy/` holds starts on a host: systemd itself reads the units, and says how exposed they are.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The greatest exposure, in tenths, that `systemd-analyze security` may find.
const EXPOSURE: u32 = 15;

fn units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/systemd")
}

/// Runs `systemd-analyze`; `None`, said loudly, on a host without it.
fn systemd_analyze(arguments: &[&str], files: &[PathBuf]) -> Option<Output> {
    match Command::new("systemd-analyze").args(arguments).args(files).output() {
        Ok(output) => Some(output),
        Err(error) => {
            let ci = std::env::var_os("CI").is_some();
            assert!(!ci, "`systemd-analyze`: {error}");
            eprintln!("NOT RUN: the systemd units were not looked at: `systemd-analyze`: {error}");
            None
        }
    }
}

#[test]
fn p6_systemd_accepts_the_units() {
    // The program is not installed where this test runs: one that is stands in for it.
    let folder = tempfile::tempdir().unwrap();
    let names = ["sufficiency.service", "sufficiency-tick.service", "sufficiency-tick.timer"];
    let files: Vec<PathBuf> = names.iter().map(|name| folder.path().join(name)).collect();
    for (name, file) in names.iter().zip(&files) {
        let unit = std::fs::read_to_string(units().join(name)).unwrap();
        std::fs::write(file, unit.replace("=/usr/bin/sufficiency ", "=/usr/bin/true ")).unwrap();
    }
    let Some(output) = systemd_analyze(&["verify", "--man=no"], &files) else { return };
    let printed = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<&str> = printed.lines().filter(|line| line.contains("sufficiency")).collect();
    assert!(output.status.success() && ours.is_empty(), "{printed}");
}

#[test]
fn p6_the_services_are_exposed_to_little() {
    for name in ["sufficiency.service", "sufficiency-tick.service"] {
        let threshold = format!("--threshold={EXPOSURE}");
        let Some(output) =
            systemd_analyze(&["security", "--offline=true", &threshold], &[units().join(name)])
        else {
            return;
        };
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn both_services_are_hardened_alike() {
    let settings = |name: &str| {
        let unit = std::fs::read_to_string(units().join(name)).unwrap();
        let from = unit.find("User=").unwrap();
        unit[from..].split("\n[Install]").next().unwrap().trim().to_owned()
    };
    assert_eq!(settings("sufficiency.service"), settings("sufficiency-tick.service"));
}
