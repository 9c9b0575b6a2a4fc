//! The tutorial and a guide, followed word for word: their files are written, their commands run, the output compared.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A fenced block of the page.
struct Block<'a> {
    /// The language behind the fence.
    language: &'a str,
    /// For a file: the path that the line above names.
    path: Option<&'a str>,
    text: String,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut above, mut lines) = (Vec::new(), "", page.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text =
                lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            let path = above.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
            blocks.push(Block { language, path, text });
            above = "";
        } else if !line.is_empty() {
            above = line;
        }
    }
    blocks
}

/// Returns whether the lines that are shown stand in what was printed, in order; between two that have no `…` between
/// them stands nothing else.
fn shows(shown: &str, printed: &str) -> bool {
    let mut rest: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut gap = false;
    for line in shown.lines() {
        if line == "…" {
            gap = true;
            continue;
        }
        let Some(at) = rest.iter().position(|there| *there == line) else { return false };
        if at > 0 && !gap {
            return false;
        }
        rest.drain(..=at);
        gap = false;
    }
    gap || rest.is_empty()
}

/// Follows a page of `docs/`; the number of its files written and of its outputs compared.
fn follow(page: &str) -> (usize, usize) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let page = std::fs::read_to_string(page).unwrap();
    let folder = TempDir::new().unwrap();
    let program = format!("sufficiency() {{ {} \"$@\"; }}\n", env!("CARGO_BIN_EXE_sufficiency"));
    let (mut printed, mut files, mut compared) = (String::new(), 0, 0);
    for block in blocks(&page) {
        if let (Some(path), "diff") = (block.path, block.language) {
            let path = folder.path().join(path);
            let before = std::fs::read_to_string(&path).unwrap();
            std::fs::write(path, patched(&before, &block.text)).unwrap();
        } else if let Some(path) = block.path {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, block.text).unwrap();
            files += 1;
        } else if block.language == "sh" {
            let script = format!("exec 2>&1\nset -e\n{program}{}", block.text);
            let done =
                Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
            printed = String::from_utf8(done.stdout).unwrap();
            assert!(done.status.success(), "{}\n{printed}", block.text);
        } else {
            assert!(shows(&block.text, &printed), "the page shows\n{}\nbut there is\n{printed}", block.text);
            compared += 1;
        }
    }
    (files, compared)
}

#[test]
fn the_tutorial_does_what_it_says() {
    assert_eq!(follow("tutorial.md"), (12, 7), "a file or an output of the page is not read");
}

#[test]
fn a_first_chart_takes_five_lines() {
    let page = page("tutorial.md");
    let chart: Vec<String> = blocks(&page)
        .into_iter()
        .filter(|block| block.language == "diff")
        .flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.starts_with('+') && line.len() > 1)
        .collect();
    assert_eq!(chart.len(), 5, "{chart:#?}");
    assert!(chart[4].contains("{{chart \"by_phase\"}}"), "{chart:#?}");
}

#[test]
fn the_guide_to_the_layout_does_what_it_says() {
    assert_eq!(follow("how-to/change-the-layout.md"), (0, 1), "an output of the page is not read");
}

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// Returns `text` with the changes of a `diff` block, whose parts are divided by `@@`.
fn patched(text: &str, diff: &str) -> String {
    diff.split("@@\n").fold(text.to_owned(), |text, part| {
        let side = |other: char| {
            let lines = part.lines().filter(move |line| !line.starts_with(other));
            lines.fold(String::new(), |text, line| text + line.get(1..).unwrap_or_default() + "\n")
        };
        let (before, after) = (side('+'), side('-'));
        assert_eq!(text.matches(&before).count(), 1, "the page changes what is not there:\n{before}");
        text.replace(&before, &after)
    })
}

#[test]
fn a_count_with_its_rate_is_two_lines_of_sql_and_four_of_toml() {
    let folder = TempDir::new().unwrap();
    for block in blocks(&page("tutorial.md")) {
        let Some(path) = block.path.filter(|_| block.language != "diff") else { continue };
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, block.text).unwrap();
    }
    std::fs::create_dir(folder.path().join("extracts")).unwrap();
    let how_to = page("how-to/add-a-measure.md");
    let program = format!("sufficiency() {{ {} \"$@\"; }}\n", env!("CARGO_BIN_EXE_sufficiency"));
    let (mut printed, mut added, mut compared) = (String::new(), Vec::new(), 0);
    for block in blocks(&how_to) {
        match (block.path, block.language) {
            (Some(path), "diff") => {
                let file = folder.path().join(path);
                let before = std::fs::read_to_string(&file).unwrap();
                std::fs::write(file, patched(&before, &block.text)).unwrap();
                added.push(block.text.lines().filter(|line| line.starts_with('+')).count());
            }
            (Some(path), _) => std::fs::write(folder.path().join(path), block.text).unwrap(),
            (None, "sh") => {
                let script = format!("exec 2>&1\nset -e\n{program}{}", block.text);
                let mut bash = Command::new("bash");
                let done = bash.args(["-c", &script]).current_dir(folder.path()).output().unwrap();
                printed = String::from_utf8(done.stdout).unwrap();
                assert!(done.status.success(), "{}\n{printed}", block.text);
            }
            (None, "text") => {
                assert!(
                    shows(&block.text, &printed),
                    "the page shows\n{}\nbut there is\n{printed}",
                    block.text
                );
                compared += 1;
            }
            _ => {}
        }
    }
    assert_eq!((added, compared), (vec![2, 4], 1));
}
