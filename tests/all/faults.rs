//! `tests/projects/valid` and `invalid`: what `check` says of each.
//!
//! A folder of `invalid` is named after what is wrong with it, and holds the files that differ from
//! `valid/small`. Beside it stands the fault as it is drawn. `SUFFICIENCY_BLESS=1 cargo test faults` writes what is
//! drawn now; read the difference before you keep it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use sufficiency::diagnostic::{Diagnostic, Diagnostics};
use sufficiency::project::Project;
use sufficiency::{build, run, schedule};
use tempfile::TempDir;

use super::council::copy;

fn projects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects")
}

/// Returns what lies in a folder, by name.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Lays out the project of a case, in a folder of its own.
fn laid_out(case: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    copy(&projects().join("valid/small"), folder.path());
    copy(&projects().join("invalid").join(case), folder.path());
    folder
}

/// Finds every fault of the project in `root`, as the command finds them.
fn faults(root: &Path) -> Diagnostics {
    let (project, mut faults) = Project::read(root);
    if let Some(project) = &project {
        faults.extend(run::check(project));
        faults.extend(schedule::read_project(project).1);
    }
    faults.one_a_place()
}

/// Returns whether expected texts are to be written. Where nobody reads the difference, they never are.
fn blesses() -> bool {
    let bless = std::env::var_os("SUFFICIENCY_BLESS").is_some();
    assert!(!(bless && std::env::var_os("CI").is_some()), "SUFFICIENCY_BLESS has no business here");
    bless
}

/// Returns whether the place that a drawn fault names is the one that its JSON names.
fn agrees(fault: &Diagnostic) -> bool {
    let (drawn, json) = (fault.draw(false), fault.to_json());
    let drawn_place = drawn.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    let mut place = json["file"].as_str().map(str::to_owned);
    if let (Some(place), Some(line), Some(column)) =
        (place.as_mut(), json["line"].as_u64(), json["column"].as_u64())
    {
        *place = format!("{place}:{line}:{column}");
    }
    let severity = json["severity"].as_str().unwrap();
    let help = json["help"].as_str().is_none_or(|help| help.lines().all(|line| drawn.contains(line)));
    drawn_place == place.as_deref()
        && drawn.starts_with(&format!("{severity}: {}", json["message"].as_str().unwrap()))
        && help
}

#[test]
fn f81_f56_every_invalid_project_is_shown_what_is_wrong_with_it() {
    let folder = projects().join("invalid");
    let bless = blesses();
    let all = names(&folder);
    let cases: Vec<&String> = all.iter().filter(|name| folder.join(name).is_dir()).collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let one = |case: &str| -> Option<String> {
        let found = faults(laid_out(case).path());
        let drawn = format!("{found}\n");
        if let Some(odd) = found.iter().find(|fault| !agrees(fault)) {
            return Some(format!("{case}: as JSON it is another fault\n{odd}\n{}", odd.to_json()));
        }
        if !found.has_errors() {
            return Some(format!("{case}: `check` finds no error\n{drawn}"));
        }
        let expected = folder.join(format!("{case}.txt"));
        if bless {
            std::fs::write(&expected, &drawn).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        (wanted != drawn).then(|| format!("{case}: wanted\n{wanted}\nfound\n{drawn}"))
    };
    let half = cases.len() / 2;
    let differences: Vec<String> = std::thread::scope(|scope| {
        let (left, right) = cases.split_at(half);
        let other = scope.spawn(|| right.iter().filter_map(|case| one(case)).collect::<Vec<_>>());
        let mut found: Vec<String> = left.iter().filter_map(|case| one(case)).collect();
        found.extend(other.join().unwrap());
        found
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    for name in all.iter().filter(|name| !folder.join(name).is_dir()) {
        let case = name.rsplit_once('.').unwrap().0;
        assert!(folder.join(case).is_dir(), "`{name}` is beside no project");
    }
}

#[test]
fn valid_projects_have_no_fault_and_pass_their_own_tests() {
    for name in names(&projects().join("valid")) {
        let root = projects().join("valid").join(&name);
        let found = faults(&root);
        assert!(found.is_empty(), "{name}:\n{found}");
        let (project, _) = Project::load(&root).unwrap();
        let tests = build::model_tests(&project, &[]).unwrap();
        assert!(!tests.is_empty() && tests.iter().all(|test| test.difference.is_none()), "{tests:?}");
    }
}

/// One case through the whole program: what scripts read, and the exit code.
#[test]
fn faults_of_every_language_come_in_one_pass_as_text_and_as_json() {
    let case = "faults_in_every_language_at_once";
    let folder = laid_out(case);
    let check = |json: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .arg("--project")
            .arg(folder.path())
            .args(json)
            .arg("check")
            .output()
            .unwrap()
    };
    let (text, json) = (check(&[]), check(&["--json"]));
    assert_eq!((text.status.code(), json.status.code()), (Some(2), Some(2)));
    let drawn = String::from_utf8(text.stderr).unwrap();
    let wanted = std::fs::read_to_string(projects().join(format!("invalid/{case}.txt"))).unwrap();
    let unchanged = "kept: nothing was done, so nothing has changed";
    assert_eq!(drawn.trim_end(), format!("{}\n\n{unchanged}", wanted.trim_end()));

    let expected = projects().join(format!("invalid/{case}.json"));
    let found = String::from_utf8(json.stdout).unwrap();
    if blesses() {
        std::fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&expected).unwrap());
    let values: serde_json::Value = serde_json::from_str(&found).unwrap();
    let files: BTreeSet<&str> =
        values["faults"].as_array().unwrap().iter().filter_map(|fault| fault["file"].as_str()).collect();
    for language in [".toml", ".sql", ".hbs"] {
        assert!(files.iter().any(|file| file.ends_with(language)), "{language}: {files:?}");
    }
}

#[test]
fn f81_a_line_that_names_a_secret_is_never_shown() {
    for case in ["secret_in_settings", "key_in_settings"] {
        let found = faults(laid_out(case).path());
        let shown =
            format!("{found}{}", found.iter().map(|fault| fault.to_json().to_string()).collect::<String>());
        assert!(shown.contains("settings.toml"), "{shown}");
        for secret in ["hunter2", "correct horse"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// Returns the narrative of `valid/small` with one letter of one name missing or doubled, for every letter of every
/// name.
fn misspelt_narratives(narrative: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for (at, letter) in narrative.char_indices() {
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            'a'..='z' if inside => {
                let (before, after) = (&narrative[..at], &narrative[at + 1..]);
                found.push(format!("{before}{after}"));
                found.push(format!("{before}{letter}{letter}{after}"));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn q12_f56_every_misspelt_name_of_a_narrative_is_refused_before_there_is_data() {
    let name = "report-templates/need/report.md.hbs";
    let narrative = std::fs::read_to_string(projects().join("valid/small").join(name)).unwrap();
    let all = misspelt_narratives(&narrative);
    assert!(all.len() >= 200, "{}", all.len());
    let taken = |narratives: &[String]| -> Vec<String> {
        let folder = TempDir::new().unwrap();
        copy(&projects().join("valid/small"), folder.path());
        let passes = |narrative: &&String| {
            std::fs::write(folder.path().join(name), narrative).unwrap();
            !faults(folder.path()).has_errors()
        };
        narratives.iter().filter(passes).cloned().collect()
    };
    let (left, right) = all.split_at(all.len() / 2);
    let passed = std::thread::scope(|scope| {
        let other = scope.spawn(|| taken(right));
        [taken(left), other.join().unwrap()].concat()
    });
    assert!(passed.is_empty(), "{} were taken: {}", passed.len(), passed.join("\n---\n"));
}
