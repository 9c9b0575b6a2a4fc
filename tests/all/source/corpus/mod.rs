//! Files as bad as they come, each made here and each with the outcome that it must have. They are read by
//! one process, with workbooks read by its children as the program does it, and the memory of all is measured.

mod packed;
mod records;
mod text;
mod workbooks;

use std::path::Path;
use std::process::Command;

use sufficiency::source::sandbox;

use super::outcome::{Outcome, came_of};

/// Most memory that a process may take for any of the files, in kibibytes.
const MEMORY: u64 = 512 << 10;
/// Fewest files of a corpus that says something.
const FEWEST: usize = 60;

/// One file.
struct Case {
    /// The fault of `reliability.md` that it is a case of.
    fault: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    layout: &'static str,
    columns: &'static [&'static str],
    expected: Outcome,
}

/// The columns of most files.
const COLUMNS: &[&str] = &["ID: text", "Amount: money"];

fn case(
    fault: &'static str,
    file: &'static str,
    bytes: impl Into<Vec<u8>>,
    layout: &'static str,
    expected: Outcome,
) -> Case {
    Case { fault, file, bytes: bytes.into(), layout, columns: COLUMNS, expected }
}

/// Runs a program and prints the most memory that it or a child of it took, in kibibytes.
const MEASURED: &str = "
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)";

#[test]
fn d3_each_bad_file_has_its_outcome_without_a_panic_and_in_bounded_memory() {
    let program = std::env::current_exe().unwrap();
    let output = Command::new("python3")
        .args(["-c", MEASURED])
        .arg(program)
        .args(["--ignored", "--exact", "source::corpus::reads_every_bad_file", "--nocapture"])
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{complained}");
    let peak = said.lines().find_map(|line| line.strip_prefix("peak ")?.parse::<u64>().ok()).unwrap();
    assert!(peak <= MEMORY, "{peak} KiB");
    eprintln!("d3: {peak} KiB at most");
}

#[test]
#[ignore = "a program: another test starts it in a process of its own, to measure it"]
fn reads_every_bad_file() {
    sandbox::set_program(env!("CARGO_BIN_EXE_sufficiency").into());
    let folder = tempfile::tempdir().unwrap();
    let (mut count, mut faults) = (0, Vec::new());
    for cases in [text::cases, packed::cases, records::cases, workbooks::cases] {
        for case in cases() {
            count += 1;
            faults.extend(fault_of(&case, folder.path()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count >= FEWEST, "{count} files");
    eprintln!("{count} files");
}

/// Returns how what came of a file differs from what must.
fn fault_of(case: &Case, folder: &Path) -> Option<String> {
    let path = folder.join(case.file);
    std::fs::write(&path, &case.bytes).unwrap();
    let read = || came_of(folder, case.file, case.layout, case.columns);
    let found = std::panic::catch_unwind(read).unwrap_or_else(|_| "a panic".to_owned());
    std::fs::remove_file(&path).unwrap();
    let expected = case.expected.to_string();
    (found != expected).then(|| format!("{} {}: {found}, expected {expected}", case.fault, case.file))
}
