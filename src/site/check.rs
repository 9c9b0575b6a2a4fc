//! Whether a project's own templates of the site can make its pages: each is rendered with invented data before anything is
//! built.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::templates::{FOLDER, FRAME, OWN, Templates};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Finds what is wrong with the files of `report-templates/_site/`.
#[must_use]
pub fn check(root: &Path) -> Diagnostics {
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        return Diagnostics::default();
    }
    let mut faults = strangers(&folder);
    match Templates::new(root) {
        Ok(templates) => {
            for (page, data) in pages() {
                if let Some(fault) = templates.fault(page, &data) {
                    faults.push(fault);
                }
            }
        }
        Err(found) => faults.extend(found),
    }
    faults
}

/// Finds files that no page is made of: a name that is misspelt would do nothing.
fn strangers(folder: &Path) -> Diagnostics {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.') && OWN.iter().all(|(own, _)| own != name));
    names.sort();
    let known: Vec<&str> = OWN.iter().map(|(own, _)| *own).collect();
    let mut faults = Diagnostics::default();
    for name in names {
        faults.push(
            Diagnostic::of_path(&format!("{FOLDER}/{name}"), "no page of the site is made of this file")
                .with_help(format!("name it as one of {}", known.join(", "))),
        );
    }
    faults
}

/// Returns what each template is given, invented, with every name that it may use.
fn pages() -> [(&'static str, Json); 8] {
    let link =
        json!({ "href": "a.html", "id": "costs-fy2025-26-r1", "title": "Costs", "table": "finance.costs" });
    let used = json!({ "report": "Costs", "tables": [link] });
    let from = json!({ "href": "a.html", "table": "finance.costs", "columns": "amount" });
    let edition = json!({
        "href": "a.html", "title": "Costs", "state": "current", "made": "1 May 2026", "id": "costs-fy2025-26-r1",
    });
    let nav = json!({ "href": "index.html", "label": "Editions", "here": true });
    let column =
        json!({ "column": "amount", "kind": "pounds", "note": "Paid", "from": [from], "used": [used] });
    [
        (
            FRAME,
            json!({
                "title": "Editions", "up": "../", "council": "A council", "service": "A service", "marking": "OFFICIAL",
                "readers": "the council", "known": "Tables as of commit 1.", "nav": [nav], "body": "<p>Words</p>",
            }),
        ),
        (
            "editions",
            json!({ "up": "", "reports": [{ "name": "costs", "title": "Costs", "editions": [edition] }] }),
        ),
        (
            "edition",
            json!({
                "up": "../../", "id": "costs-fy2025-26-r1", "state": "current", "newer": link, "before": link,
                "made": "1 May 2026", "run": "000001", "paper": "costs.pdf", "changed": ["This is the first edition."],
                "files": [{ "href": "a.csv", "name": "a.csv", "what": "one table, as CSV", "size": "1 kB" }],
                "tables": [{ "href": "a.html", "title": "Costs", "csv": "a.csv" }],
            }),
        ),
        (
            "runs",
            json!({
                "up": "",
                "runs": [{
                    "run": "000001", "pipeline": "finance", "began": "1 May 2026 06:00", "ended": "1 May 2026 06:01",
                    "how": "done", "editions": [link],
                }],
            }),
        ),
        (
            "tables",
            json!({
                "up": "",
                "groups": [{
                    "title": "Sources",
                    "tables": [{ "href": "a.html", "table": "finance.costs", "description": "Costs" }],
                }],
            }),
        ),
        (
            "table",
            json!({
                "up": "../", "description": "Costs", "grain": "year", "shown": [used], "columns": [column],
                "rows": [from],
            }),
        ),
        (
            "indicators",
            json!({
                "up": "",
                "indicators": [{
                    "id": "finance.costs.amount", "label": "Paid", "text": "What was paid", "column": "amount",
                    "table": "finance.costs", "href": "a.html",
                }],
            }),
        ),
        (
            "quality",
            json!({
                "up": "", "dimensions": ["Completeness"],
                "sources": [{ "href": "a.html", "label": "Costs", "newest": "1 May 2026", "scores": ["100.0%"] }],
            }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::check;

    fn found(name: &str, files: &[(&str, &str)]) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp/site-check").join(name);
        let folder = root.join(super::FOLDER);
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            std::fs::write(folder.join(file), text).unwrap();
        }
        check(&root).iter().map(|fault| format!("{:?}: {}", fault.location(), fault.message())).collect()
    }

    /// Each template of the program's own, as a project begins with it, and each of its names: all are in the invented data.
    #[test]
    fn the_programs_own_templates_have_no_fault() {
        assert_eq!(found("own", &super::OWN), Vec::<String>::new());
        assert!(check(Path::new("no/such/project")).is_empty());
    }

    #[test]
    fn a_name_that_no_page_has_a_brace_too_few_and_a_misspelt_file_are_faults_at_their_lines() {
        let fault = found("name", &[("runs.html.hbs", "<p>\n{{#each runs}}{{pipelin}}{{/each}}")]);
        assert_eq!(fault.len(), 1, "{fault:?}");
        assert!(fault[0].contains("_site/runs.html.hbs:2:") && fault[0].contains("pipelin"), "{fault:?}");
        let fault = found("brace", &[("page.html.hbs", "<p>\n{{title}")]);
        assert_eq!(fault.len(), 1, "{fault:?}");
        assert!(fault[0].contains("page.html.hbs") && fault[0].contains("a fault in it"), "{fault:?}");
        let fault = found("file", &[("edition.html.hbss", "")]);
        assert_eq!(fault.len(), 1, "{fault:?}");
        assert!(fault[0].contains("no page of the site is made of this file"), "{fault:?}");
    }
}
